"""How the members of records and the variants of sums are called in data."""

from __future__ import annotations

from collections.abc import Mapping

from kestrel._core import in_case
from kestrel.ir.decls import AnyDecl, Bundle, Field, Record, Sum, Variant
from kestrel.ir.types import AnyType, Named, Refined


def field_name(field: Field, style: str = "") -> str:
    """A field's name in data; `style` is its record's `@case`."""
    return field.data_name or in_case(field.name, style)


def variant_name(variant: Variant, sum_: Sum) -> str:
    return variant.data_name or in_case(variant.name, sum_.case)


def by_name(bundle: Bundle) -> dict[str, AnyDecl]:
    return {decl.name: decl for decl in bundle.decls}


def short(name: str) -> str:
    """A declaration's own name, without its module; of `Pair<a.B>`, `Pair<a.B>`."""
    head, mark, rest = name.partition("<")
    return head.rpartition(".")[2] + mark + rest


def unrefined(type_: AnyType) -> AnyType:
    """The type below its refinements."""
    while isinstance(type_, Refined):
        type_ = type_.base
    return type_


def record_of(type_: AnyType, decls: Mapping[str, AnyDecl]) -> Record | None:
    """The record that a type is, refined or not."""
    plain = unrefined(type_)
    decl = decls.get(plain.name) if isinstance(plain, Named) else None
    return decl if isinstance(decl, Record) else None
