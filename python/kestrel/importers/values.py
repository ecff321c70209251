"""Documents as Kestrel's expressions: a walk over a value and the type that it has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from kestrel import _core
from kestrel.importers.literals import (
    duration_literal,
    float_literal,
    is_name,
    key_literal,
    text_literal,
)
from kestrel.ir import canon
from kestrel.ir.decls import AnyDecl, Bundle, Field, Newtype, Record, Sum, Variant
from kestrel.ir.names import field_name, record_of, short, unrefined, variant_name
from kestrel.ir.types import (
    SCALARS,
    AnyType,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    Refined,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
)

JSON = Scalar("Json")
INTEGERS = 2**127


class Unsayable(Exception):
    """A `.ks` config cannot say a value: `path` is its JSON Pointer, `why` the reason."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why


class Values:
    """Writes values of a bundle's types; `path` is always where the value stands in the data."""

    def __init__(self, decls: Mapping[str, AnyDecl]) -> None:
        self.decls = decls
        self.used: set[str] = set()
        """Sums that are called by name where a variant is made with its payload."""
        self.payloads: dict[tuple[str, str], _core.Schema] = {}

    def write(self, type_: AnyType, value: Any, path: str = "", units: str = "") -> str:
        """Raises Unsayable."""
        match type_:
            case Refined(base=base):
                return self.write(base, value, path, units)
            case Scalar(name=name):
                return self.scalar(name, value, path, units)
            case OptionOf(item=item):
                inner = None if value is None else self.write(item, value, path, units)
                return "None" if inner is None else f"Some({inner})"
            case ListOf(item=item) | SetOf(item=item):
                return self.items_of(item, value, path)
            case MapOf():
                return self.entries_of(type_, value, path)
            case TupleOf(items=items):
                return self.positions(items, value, path)
            case Literals():
                return text_literal(value)
            case SecretOf():
                return secret(value, path)
            case Named(name=name):
                return self.named(self.decls[name], value, path)
        raise Unsayable(path, f"it has no way to write a {type(type_).__name__}")

    def scalar(self, name: str, value: Any, path: str, units: str) -> str:
        if name == "Json":
            return json_value(value, path)
        if name in ("Bytes", "Unit"):
            raise Unsayable(path, f"there is no literal of type `{name}`")
        if name == "Bool":
            return "true" if value else "false"
        if name in ("f32", "f64"):
            return float_literal(float(value))
        if SCALARS[name].storage == "int":
            return str(value)
        if name == "Duration":
            return duration_literal(value)
        if name == "Size":
            return size(value, units)
        return text_literal(value, margin(path))

    def items(self, types: Iterable[AnyType], values: list[Any], path: str) -> list[str]:
        pairs = zip(types, values, strict=True)
        return [self.write(t, v, f"{path}/{i}") for i, (t, v) in enumerate(pairs)]

    def positions(self, types: tuple[AnyType, ...], values: list[Any], path: str) -> str:
        """What stands in parentheses, where no secret can."""
        for index, type_ in enumerate(types):
            if len(types) > 1 and isinstance(unrefined(type_), SecretOf):
                raise Unsayable(f"{path}/{index}", "a secret cannot stand beside others there")
        return f"({', '.join(self.items(types, values, path))})"

    def items_of(self, item: AnyType, values: list[Any], path: str) -> str:
        written = self.items([item] * len(values), values, path)
        wide = any(isinstance(value, dict | list) and value for value in values)
        return brackets("[", written, "]", "," if not wide else ",\n", expanded=wide)

    def entries_of(self, type_: MapOf, value: dict[str, Any], path: str) -> str:
        entries = []
        for name, member in value.items():
            if member is None:
                raise Unsayable(f"{path}/{name}", "an entry without a value is no entry")
            written = self.write(type_.value, member, f"{path}/{name}")
            entries.append(f"{self.key(type_.key, name)}: {written}")
        return braces(entries, value)

    def key(self, type_: AnyType, text: str) -> str:
        while isinstance(type_, Refined | Named):
            decl = self.decls[type_.name] if isinstance(type_, Named) else None
            if isinstance(decl, Sum):
                return f"({self.sum(decl, text, '')})"
            type_ = decl.base if isinstance(decl, Newtype) else type_.base  # type: ignore[union-attr]
        if isinstance(type_, Scalar) and SCALARS[type_.name].storage == "int":
            return text if text.isdigit() else f"({text})"
        return key_literal(text)

    # ---- declared types

    def named(self, decl: AnyDecl, value: Any, path: str) -> str:
        if isinstance(decl, Newtype):
            return self.write(decl.base, value, path)
        if isinstance(decl, Sum):
            return self.sum(decl, value, path)
        assert isinstance(decl, Record)
        return self.record(decl.fields, decl.case, value, path)

    def record(self, fields: Iterable[Field], case: str, value: dict[str, Any], path: str) -> str:
        left = dict(value)
        entries = []
        for field in fields:
            name = field_name(field, case)
            inner = record_of(field.type, self.decls) if field.flatten else None
            if inner is not None:
                members = {n: left.pop(n) for n in self.members(inner) if n in left}
                if members:
                    body = self.record(inner.fields, inner.case, members, path)
                    entries.append(f"{field.name}: {body}")
            elif name in left:
                member = left.pop(name)
                at = f"{path}/{name}"
                entries.append(f"{field.name}: {self.write(field.type, member, at, field.units)}")
        entries += [f"{key_literal(n)}: {json_value(v, f'{path}/{n}')}" for n, v in left.items()]
        return braces(entries, value)

    def members(self, record: Record) -> list[str]:
        """The names that a record's fields have in data, those of flattened ones included."""
        names = []
        for field in record.fields:
            inner = record_of(field.type, self.decls) if field.flatten else None
            names += self.members(inner) if inner else [field_name(field, record.case)]
        return names

    def sum(self, sum_: Sum, value: Any, path: str) -> str:
        if sum_.untagged:
            return self.untagged(sum_, value, path)
        if isinstance(value, str):
            variant, payload = self.variant(sum_, value), None
        elif sum_.tag:
            payload = dict(value)
            variant = self.variant(sum_, payload.pop(sum_.tag))
        else:
            ((name, payload),) = value.items()
            variant = self.variant(sum_, name)
            path = f"{path}/{name}"
        return self.made(sum_, variant, payload, path)

    def made(self, sum_: Sum, variant: Variant, payload: Any, path: str) -> str:
        name = sum_.name.partition("<")[0]
        head = f"{short(name)}.{variant.name}"
        if variant.fields or variant.items:
            self.used.add(name)
        if variant.fields:
            return f"{head}({self.record(variant.fields, sum_.case, payload, path)})"
        if len(variant.items) == 1:
            return f"{head}({self.write(variant.items[0], payload, path)})"
        if variant.items:
            return head + self.positions(variant.items, payload, path)
        return head

    def untagged(self, sum_: Sum, value: Any, path: str) -> str:
        """As the first variant that accepts it, which is the one that the core reads."""
        for variant in sum_.variants:
            if self.accepts(sum_, variant, value):
                return self.made(sum_, variant, value, path)
        raise Unsayable(path, "it is like none of the variants")

    def accepts(self, sum_: Sum, variant: Variant, value: Any) -> bool:
        if not (variant.fields or variant.items):
            return bool(value == variant_name(variant, sum_))
        try:
            self.payload_schema(sum_, variant).decode_json(json.dumps(value).encode())
        except _core.Invalid:
            return False
        return True

    def payload_schema(self, sum_: Sum, variant: Variant) -> _core.Schema:
        key = (sum_.name, variant.name)
        if key not in self.payloads:
            own = Record(name=f"{sum_.name}.{variant.name}", fields=variant.fields, case=sum_.case)
            items = variant.items
            root = Named(own.name) if variant.fields else items[0] if len(items) == 1 else None
            bundle = Bundle(root or TupleOf(items), (*self.decls.values(), own))
            self.payloads[key] = _core.Schema(canon.encode(bundle))
        return self.payloads[key]

    @staticmethod
    def variant(sum_: Sum, name: str) -> Variant:
        return next(v for v in sum_.variants if variant_name(v, sum_) == name)


def brackets(opening: str, items: list[str], closing: str, separator: str, expanded: bool) -> str:
    """Items in brackets; the formatter lays out what is not `expanded` here."""
    edge = "\n" if expanded else " "
    return opening + edge + (separator + " ").join(items) + edge + closing


def braces(entries: list[str], value: Mapping[str, Any]) -> str:
    wide = len(entries) > 3 or any(isinstance(v, dict) and v for v in value.values())
    return brackets("{", entries, "}", "\n" if wide else ",", expanded=wide and bool(entries))


def margin(path: str) -> str:
    """How far the lines of a text are indented that stands at `path`."""
    return "  " * (path.count("/") + 1)


def size(value: Any, units: str) -> str:
    text = value if isinstance(value, str) else f"{value}B"
    text = text if text.endswith("B") else f"{text}B"
    return re.sub(r"([KMGTPE])B", r"\1iB", text) if units == "binary" else text


def secret(value: Any, path: str) -> str:
    kind, _, where = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind == "file":
        return f"file:{text_literal(where)}"
    if kind == "env" and is_name(where):
        return f"env:{where}"
    raise Unsayable(path, f"`{where}` is no name" if kind == "env" else "it is no reference")


def json_value(value: Any, path: str) -> str:
    """A value of type `Json`."""
    match value:
        case None:
            return "None"
        case bool():
            return "true" if value else "false"
        case int():
            if abs(value) >= INTEGERS:
                raise Unsayable(path, "the integer has more than 127 bits")
            return str(value)
        case float():
            return float_literal(value)
        case str():
            return text_literal(value, margin(path))
        case list():
            written = [json_value(item, f"{path}/{i}") for i, item in enumerate(value)]
            return brackets("[", written, "]", ",", expanded=False)
    for name, member in value.items():
        if member is None:
            raise Unsayable(f"{path}/{name}", "an entry without a value is no entry")
    entries = [f"{key_literal(n)}: {json_value(v, f'{path}/{n}')}" for n, v in value.items()]
    return braces(entries, value)
