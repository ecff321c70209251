"""Fields: their types and attributes, their defaults, and what a derived schema makes of them."""

from __future__ import annotations

import msgspec

from kestrel.check.attributes import UNITS, Attributes, read_attributes
from kestrel.check.cycles import Dependencies
from kestrel.check.lowering import Lower
from kestrel.check.scope import Env, Names
from kestrel.check.shapes import bare, has_error, kind, parts, payload, show
from kestrel.check.types import Types
from kestrel.check.world import FieldInfo, Place, RecordInfo, World
from kestrel.ir.decls import Field
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.types import AnyType, ListOf, MapOf, OptionOf, Refined, SetOf
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean


class Fields:
    """Lowers fields, and notes which values are made from which."""

    def __init__(self, world: World, types: Types, lower: Lower) -> None:
        self.world = world
        self.types = types
        self.lower = lower
        self.sink = world.sink
        self.dependencies = Dependencies()

    def field(self, info: RecordInfo, field: FieldInfo) -> Field:
        node, module = field.node, field.place.module
        where = node.where if isinstance(node, ast.Field) else None
        full = self.types.full(node.type, field.place, where)
        attrs = read_attributes(node.attrs)
        units = attrs.units or self.types.units(node.type, field.place)
        full = self._with_key(full, attrs, node, field.place)
        self.check_parts(full, node.type, field.place)
        self._check_fits(field, attrs)
        self._check_units(field, units)
        self._check_old_names(info, field, attrs)
        default = node.default if isinstance(node, ast.Field) else None
        return Field(
            name=field.name,
            type=full,
            default=self._default(info, field, default, full),
            reload=attrs.reload_class,
            danger=attrs.danger,
            renamed_from=attrs.renamed_from,
            deprecated=attrs.deprecated.why if attrs.deprecated else None,
            deprecated_since=attrs.deprecated.since if attrs.deprecated else "",
            data_name=attrs.data_name,
            units=units,
            not_null=attrs.not_null,
            ignore_case=attrs.ignore_case,
            flatten=attrs.flatten,
            doc=node.attrs.doc,
            at=module.at(node),
        )

    def _default(
        self, info: RecordInfo, field: FieldInfo, node: ast.Value | None, full: AnyType
    ) -> AnyExpr | None:
        if node is None:
            return None
        with self.lower.whole():
            made = self.lower.value(node, full, self.env(info, field.place))
            self.depends(info, field.name, node, field.place)
        return made

    def depends(self, info: RecordInfo, name: str, node: ast.Node, place: Place) -> None:
        span = place.module.span(node)
        self.dependencies.add((info.name, name), self.lower.reads, span)

    def env(self, info: RecordInfo, place: Place) -> Env:
        return Env(place.module, Names({}), info.name, types=place.types)

    def check_parts(self, t: AnyType, node: ast.Type, place: Place) -> None:
        """Keys of maps and items of sets must be such that they can be told apart and sorted."""
        pending = [t]
        while pending:
            plain = bare(pending.pop())
            pending.extend(parts(plain))
            match plain:
                case MapOf(key, _) if not self._is_key(key):
                    wrong, what = key, "a map's key"
                case SetOf(item) if not self._is_key(item) and kind(item) != "duration":
                    wrong, what = item, "an item of a set"
                case _:
                    continue
            self.sink.report("KS0129", place.module.span(node), type=show(wrong), what=what)

    def _is_key(self, t: AnyType) -> bool:
        stored = bare(self.world.stored(bare(t)))
        info = self.world.sum(stored)
        if info is not None:
            return info.plain
        return kind(stored) in ("text", "int", "literals", "error", "var")

    def _with_key(
        self,
        t: AnyType,
        attrs: Attributes,
        node: ast.Field | ast.Compute,
        place: Place,
    ) -> AnyType:
        if not attrs.key:
            return t
        if isinstance(t, Refined | OptionOf):
            member = "base" if isinstance(t, Refined) else "item"
            inner = self._with_key(getattr(t, member), attrs, node, place)
            return msgspec.structs.replace(t, **{member: inner})
        if not isinstance(t, ListOf):
            self._misplaced("key", node, t, place)
            return t
        record = self.world.record(bare(t.item))
        said = [arg for a in node.attrs.items if a.name.text == "key" for arg in a.args]
        for name in attrs.key:
            if record is not None and name not in record.fields:
                at = next((arg for arg in said if place.module.span(arg).text == name), node.name)
                self.sink.report(
                    "KS0101",
                    place.module.span(at),
                    what="field",
                    name=name,
                    caret=f"items of `{show(t)}` have no such field",
                    helps=did_you_mean(name, record.fields),
                )
        if record is None and not has_error(t.item):
            self._misplaced("key", node, t, place)
        return msgspec.structs.replace(t, key=attrs.key)

    def _misplaced(
        self, name: str, node: ast.Field | ast.Compute, t: AnyType, place: Place
    ) -> None:
        if has_error(t):
            return
        attr = next(a for a in node.attrs.items if a.name.text == name)
        where = f"a field of type `{show(t)}`"
        self.sink.report("KS0124", place.module.span(attr), name=name, place=where)

    def _check_fits(self, field: FieldInfo, attrs: Attributes) -> None:
        """Attributes that only some types of fields can have."""
        inner = payload(field.plain)
        stored = bare(self.world.stored(inner))
        if attrs.flatten and self.world.record(stored) is None and kind(stored) != "map":
            self._misplaced("flatten", field.node, field.plain, field.place)
        if attrs.ignore_case and self.world.sum(stored) is None and kind(stored) != "literals":
            self._misplaced("ignore_case", field.node, field.plain, field.place)

    def _check_units(self, field: FieldInfo, units: str) -> None:
        stored = kind(bare(self.world.stored(payload(field.plain))))
        if not units or stored == "error" or set(units.split(", ")) <= set(UNITS.get(stored, ())):
            return
        own = [attr for attr in field.node.attrs.items if attr.name.text == "units"]
        span = field.place.module.span(own[0] if own else field.node.type)
        where = f"a field of type `{show(field.plain)}`"
        self.sink.report("KS0124", span, name="units", place=where)

    def _check_old_names(self, info: RecordInfo, field: FieldInfo, attrs: Attributes) -> None:
        for name in attrs.renamed_from:
            if name in info.fields:
                attr = next(a for a in field.node.attrs.items if a.name.text == "renamed_from")
                span = field.place.module.span(attr)
                self.sink.report("KS0102", span, what="the field", name=name)


def tightened(inherited: Field, own: Field, info: FieldInfo) -> Field:
    """The inherited field with the own refinement and default, and the attributes it restates."""
    said = {"at": own.at}
    for name in (
        "danger",
        "deprecated",
        "deprecated_since",
        "data_name",
        "units",
        "not_null",
        "doc",
        "renamed_from",
        "ignore_case",
        "flatten",
    ):
        if getattr(own, name):
            said[name] = getattr(own, name)
    if any(attr.name.text == "reload" for attr in info.node.attrs.items):
        said["reload"] = own.reload  # type: ignore[assignment]
    if own.default is not None:
        said["default"] = own.default  # type: ignore[assignment]
    return msgspec.structs.replace(inherited, type=_both(inherited.type, own.type), **said)


def _both(base: AnyType, own: AnyType) -> AnyType:
    """`base` with `own`'s refinements on top of its own."""
    if isinstance(base, OptionOf) and isinstance(own, OptionOf):
        return OptionOf(_both(base.item, own.item))
    if not isinstance(own, Refined):
        return base
    inner = _both(base, own.base)
    return inner if _has(base, own) else Refined(inner, own.where, own.name)


def _has(base: AnyType, own: Refined) -> bool:
    while isinstance(base, Refined):
        if (base.where, base.name) == (own.where, own.name):
            return True
        base = base.base
    return False
