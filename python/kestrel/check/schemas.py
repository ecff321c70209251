"""Schemas, sums and newtypes → declarations of the IR."""

from __future__ import annotations

import msgspec

from kestrel.check.attributes import Attributes, read_attributes
from kestrel.check.cycles import Dependencies
from kestrel.check.lowering import Lower
from kestrel.check.scope import Env, Names, Variable
from kestrel.check.shapes import (
    BOOL,
    ERROR,
    STRING,
    bare,
    has_error,
    kind,
    parts,
    payload,
    show,
)
from kestrel.check.tree import nodes
from kestrel.check.types import Types
from kestrel.check.world import (
    FieldInfo,
    NewtypeInfo,
    Place,
    RecordInfo,
    SumInfo,
    VariantInfo,
    World,
)
from kestrel.ir.decls import (
    Compute,
    Config,
    Default,
    Example,
    Field,
    Newtype,
    Record,
    Rule,
    Sum,
    Variant,
    When,
)
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.types import AnyType, ListOf, MapOf, Named, OptionOf, Refined, SetOf
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean

WRONG_VALUES = frozenset({"KS0110", "KS0111", "KS0136"})
"""What may be wrong with an invalid example that names no rule: its values do not fit."""


class Schemas:
    """Lowers declared types, each once; what a schema extends comes first."""

    def __init__(self, world: World, types: Types, lower: Lower) -> None:
        self.world = world
        self.types = types
        self.lower = lower
        self.sink = world.sink
        self.dependencies = Dependencies()
        self.examples: list[Example] = []

    # ---------------------------------------------------------------- sums and newtypes

    def newtype(self, info: NewtypeInfo) -> None:
        node = info.node
        place = info.place._replace(record="")
        base = self.types.full(node.type, place, node.where)
        self.world.decls[info.name] = Newtype(
            name=info.name, base=base, doc=node.attrs.doc, at=info.place.module.at(node)
        )

    def sum(self, info: SumInfo) -> None:
        node, attrs = info.node, read_attributes(info.node.attrs)
        self.world.decls[info.name] = Sum(
            name=info.name,
            variants=tuple(self._variant(v, info.place) for v in info.variants.values()),
            tag=attrs.tag,
            untagged=attrs.untagged,
            ignore_case=attrs.ignore_case,
            case=attrs.case,
            doc=node.attrs.doc,
            at=info.place.module.at(node),
        )

    def _variant(self, info: VariantInfo, place: Place) -> Variant:
        node, inside = info.node, place.inside(info.name)
        items: tuple[AnyType, ...] = ()
        fields: tuple[Field, ...] = ()
        if isinstance(node.payload, ast.TupleType):
            items = tuple(self.types.full(item, inside) for item in node.payload.items)
            for item, t in zip(node.payload.items, items, strict=True):
                self._check_parts(t, item, place)
        elif info.fields is not None:
            fields = tuple(self._field(info.fields, f) for f in info.fields.fields.values())
        return Variant(
            name=info.name,
            items=items,
            fields=fields,
            data_name=read_attributes(node.attrs).data_name,
            doc=node.attrs.doc,
        )

    # ---------------------------------------------------------------- records

    def record(self, info: RecordInfo) -> Record:
        known = self.world.decls.get(info.name)
        if isinstance(known, Record):
            return known
        base_info = self.world.record(Named(info.base)) if info.base else None
        base = self.record(base_info) if base_info is not None else None
        if isinstance(info.node, ast.Schema):
            made = self._schema(info, info.node, base)
        else:
            made = Record(
                name=info.name,
                fields=tuple(self._field(info, f) for f in info.fields.values()),
                at=info.place.module.at(info.node),
            )
        self.world.decls[info.name] = made
        return made

    def _schema(self, info: RecordInfo, node: ast.Schema, base: Record | None) -> Record:
        blank = Record(name="", fields=())
        above = base or blank
        attrs = read_attributes(node.attrs)
        retired = (*above.retired, *(m.name.text for m in node.members
                                     if isinstance(m, ast.Retired)))  # fmt: skip
        self._check_retired(info, node, retired)
        inherited = {f.name: f for f in above.fields}
        fields = tuple(
            self._own_or_inherited(info, f, inherited.get(f.name))
            for f in info.fields.values()
            if not f.computed
        )
        return Record(
            name=info.name,
            fields=fields,
            computes=self._computes(info, above),
            rules=(*above.rules, *self._rules(info, node, above)),
            whens=(*above.whens, *self._whens(info, node)),
            schema=True,
            open=node.open,
            extends=base.name if base is not None else "",
            retired=retired,
            version=attrs.version,
            case=attrs.case,
            doc=node.attrs.doc,
            at=info.place.module.at(node),
        )

    def _own_or_inherited(
        self, info: RecordInfo, field: FieldInfo, inherited: Field | None
    ) -> Field:
        is_own = field.place.owner == f"{info.name}.{field.name}"
        if inherited is not None and not is_own:
            return inherited
        own = self._field(info, field)
        return _tightened(inherited, own, field) if inherited is not None else own

    def _check_retired(self, info: RecordInfo, node: ast.Schema, retired: tuple[str, ...]) -> None:
        own = {m.name.text: m for m in node.members if isinstance(m, ast.Field | ast.Compute)}
        for name in retired:
            if name in own:
                span = info.place.module.span(own[name].name)
                self.sink.report("KS0127", span, name=name)

    # ---------------------------------------------------------------- fields

    def _field(self, info: RecordInfo, field: FieldInfo) -> Field:
        node, module = field.node, field.place.module
        where = node.where if isinstance(node, ast.Field) else None
        full = self.types.full(node.type, field.place, where)
        attrs = read_attributes(node.attrs)
        full = self._with_key(full, attrs, node, field.place)
        self._check_parts(full, node.type, field.place)
        self._check_fits(field, attrs)
        self._check_old_names(info, field, attrs)
        default = node.default if isinstance(node, ast.Field) else None
        return Field(
            name=field.name,
            type=full,
            default=self._default(info, field, default, full),
            reload=attrs.reload_class,
            danger=attrs.danger,
            renamed_from=attrs.renamed_from,
            deprecated=attrs.deprecated,
            data_name=attrs.data_name,
            units=attrs.units,
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
            made = self.lower.value(node, full, self._env(info, field.place))
            self._depends(info, field.name, node, field.place)
        return made

    def _depends(self, info: RecordInfo, name: str, node: ast.Node, place: Place) -> None:
        span = place.module.span(node)
        self.dependencies.add((info.name, name), self.lower.reads, span)

    def _env(self, info: RecordInfo, place: Place) -> Env:
        return Env(place.module, Names({}), info.name, types=place.types)

    def _check_parts(self, t: AnyType, node: ast.Type, place: Place) -> None:
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
        self, t: AnyType, attrs: Attributes, node: ast.Field | ast.TypeField | ast.Compute,
        place: Place,
    ) -> AnyType:  # fmt: skip
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
        attr = next(a for a in node.attrs.items if a.name.text == "key")
        for name, arg in zip(attrs.key, attr.args, strict=True):
            if record is not None and name not in record.fields:
                self.sink.report(
                    "KS0101", place.module.span(arg), what="field", name=name,
                    caret=f"items of `{show(t)}` have no such field",
                    helps=did_you_mean(name, record.fields),
                )  # fmt: skip
        if record is None and not has_error(t.item):
            self._misplaced("key", node, t, place)
        return msgspec.structs.replace(t, key=attrs.key)

    def _misplaced(
        self, name: str, node: ast.Field | ast.TypeField | ast.Compute, t: AnyType, place: Place
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
        if attrs.units and kind(stored) not in ("size", "duration"):
            self._misplaced("units", field.node, field.plain, field.place)
        if attrs.ignore_case and self.world.sum(stored) is None and kind(stored) != "literals":
            self._misplaced("ignore_case", field.node, field.plain, field.place)

    def _check_old_names(self, info: RecordInfo, field: FieldInfo, attrs: Attributes) -> None:
        for name in attrs.renamed_from:
            if name in info.fields:
                attr = next(a for a in field.node.attrs.items if a.name.text == "renamed_from")
                span = field.place.module.span(attr)
                self.sink.report("KS0102", span, what="the field", name=name)

    # ---------------------------------------------------------------- compute, requires, when

    def _computes(self, info: RecordInfo, above: Record) -> tuple[Compute, ...]:
        inherited = {c.name: c for c in above.computes}
        made: list[Compute] = []
        for field in info.fields.values():
            if not field.computed:
                continue
            if field.place.owner != f"{info.name}.{field.name}" and field.name in inherited:
                made.append(inherited[field.name])
                continue
            node = field.node
            assert isinstance(node, ast.Compute)
            full = self.types.full(node.type, field.place)
            with self.lower.whole():
                value = self.lower.value(node.value, full, self._env(info, field.place))
                self._depends(info, field.name, node.value, field.place)
            at = field.place.module.at(node)
            made.append(Compute(name=field.name, type=full, value=value, doc=node.attrs.doc, at=at))
        return tuple(made)

    def _rules(self, info: RecordInfo, node: ast.Schema, above: Record) -> list[Rule]:
        names = {rule.name for rule in above.rules}
        made: list[Rule] = []
        for member in node.members:
            if isinstance(member, ast.Requires):
                name = member.name.text
                if name in names:
                    span = info.place.module.span(member.name)
                    self.sink.report("KS0102", span, what="the rule", name=name)
                names.add(name)
                made.append(self._rule(info, member))
        return made

    def _rule(self, info: RecordInfo, node: ast.Requires) -> Rule:
        env = self._env(info, info.place)
        with self.lower.whole():
            cond = self.lower.value(node.condition, BOOL, env)
            message = self._message(node, env)
        return Rule(
            name=node.name.text,
            cond=cond,
            message=message,
            place=self._place(info, node.place),
            at=info.place.module.at(node),
        )

    def _message(self, node: ast.Requires, env: Env) -> AnyExpr | None:
        """In a message, `it`, and the names of a quantifier's function, are the element that
        made it fail. Names of fields stay those of fields."""
        if node.message is None:
            return None
        found = self.lower.quantified
        if isinstance(node.message, ast.Interpolation) and len(set(found)) != 1:
            self._check_no_it(node.message, "several could be" if found else "none could be", env)
        own = self.world.record(Named(env.record))
        fields = own.fields if own is not None else {}
        names = {n: v for n, v in self.lower.elements.items() if n not in fields}
        names["it"] = found[0] if found else Variable(ERROR)
        return self.lower.value(node.message, STRING, env.binding(**names))

    def _check_no_it(self, message: ast.Interpolation, which: str, env: Env) -> None:
        why = f"it is the element that made `all`, `any` or `none` fail, and {which} here"
        for item in message.items:
            if not isinstance(item, str) and _mentions_it(item):
                self.sink.report("KS0141", env.module.span(item), why=why)

    def _place(self, info: RecordInfo, path: ast.Path | None) -> tuple[str, ...]:
        if path is None:
            return ()
        self._target(info, path)
        return tuple(name.text for name in path.items)

    def _target(
        self, info: RecordInfo, path: ast.Path, writing: bool = False
    ) -> tuple[RecordInfo, FieldInfo] | None:
        """The field that a dotted name leads to, through records alone."""
        module = info.place.module
        at: RecordInfo | None = info
        field: FieldInfo | None = None
        found: RecordInfo = info
        for name in path.items:
            if at is None:
                why = (
                    f"`{name.text}` lies in `{show(field.plain) if field else ''}`, not in a record"
                )
                self.sink.report("KS0139", module.span(name), why=why)
                return None
            field = at.fields.get(name.text)
            if field is None or (writing and field.computed):
                if not at.place.module.lost(name.text):
                    helps = did_you_mean(name.text, at.fields)
                    if field is not None:
                        helps = (f"`{name.text}` is computed, and cannot be set",)
                    self.sink.report(
                        "KS0101", module.span(name), what="field", name=name.text, helps=helps
                    )
                return None
            found, at = at, self.world.record(bare(field.plain))
            if has_error(field.plain):
                return None
        assert field is not None
        return found, field

    def _whens(self, info: RecordInfo, node: ast.Schema) -> list[When]:
        members = [m for m in node.members if isinstance(m, ast.When)]
        return [self._when(info, member) for member in members]

    def _when(self, info: RecordInfo, node: ast.When) -> When:
        env = self._env(info, info.place)
        with self.lower.whole():
            cond = self.lower.value(node.condition, BOOL, env)
            reads = self.lower.reads
        sets = [self._set(info, each, reads, env) for each in node.sets]
        return When(
            cond=cond,
            sets=tuple(each for each in sets if each is not None),
            at=info.place.module.at(node),
        )

    def _set(
        self, info: RecordInfo, node: ast.Set, reads: set[tuple[str, str]], env: Env
    ) -> Default | None:
        target = self._target(info, node.place, writing=True)
        with self.lower.whole():
            if target is None:
                self.lower.infer(node.value, env)
                return None
            holder, field = target
            value = self.lower.value(node.value, field.plain, env)
            self.lower.reads |= reads
            self._depends(holder, field.name, node, info.place)
        return Default(tuple(n.text for n in node.place.items), value)

    # ---------------------------------------------------------------- migrate, examples

    def migrations(self, info: RecordInfo) -> None:
        """Check names and types; what migrations do is not lowered yet."""
        for member in info.node.members if isinstance(info.node, ast.Schema) else ():
            if isinstance(member, ast.Migrate):
                self._migrate(info, member)

    def _migrate(self, info: RecordInfo, node: ast.Migrate) -> None:
        other = self._other_schema(info, node.schema)
        if other is None:
            return
        target, old = (info, other) if node.direction == "from" else (other, info)
        env = Env(info.place.module, Names({"old": Variable(Named(old.name))}))
        for each in node.sets:
            with_module = target._replace(place=info.place)
            found = self._target(with_module, each.place, writing=True)
            if found is not None:
                with self.lower.whole():
                    self.lower.value(each.value, found[1].plain, env)

    def _other_schema(self, info: RecordInfo, path: ast.Path) -> RecordInfo | None:
        module = info.place.module
        texts = tuple(name.text for name in path.items)
        symbol = self.world.lookup(module, texts)
        if symbol is None and len(texts) > 1:
            other = self.world.loader.find(".".join(texts[:-1]), module, path)
            if other is None or other.lost(texts[-1]):
                return None
            symbol = other.own.get(texts[-1])
        if symbol is None or symbol.kind != "schema":
            self.sink.report("KS0101", module.span(path), what="schema", name=path.text)
            return None
        self.types.instance(symbol, {}, path, info.place)
        return self.world.record(Named(symbol.name))

    def example_configs(self, info: RecordInfo, record: Record) -> None:
        node, module = info.node, info.place.module
        rules = {rule.name for rule in record.rules}
        for member in node.members if isinstance(node, ast.Schema) else ():
            if not isinstance(member, ast.Example):
                continue
            if member.rule is not None and member.rule.text not in rules:
                helps = did_you_mean(member.rule.text, rules)
                span = module.span(member.rule)
                self.sink.report("KS0101", span, what="rule", name=member.rule.text, helps=helps)
            self._example(info, member)

    def _example(self, info: RecordInfo, node: ast.Example) -> None:
        value = self._example_value(info, node)
        if value is None:
            return
        module = info.place.module
        name = f"{info.name}.example {len(self.examples) + 1}"
        self.world.decls[name] = Config(
            name=name, type=Named(info.name), value=value, at=module.at(node)
        )
        rule = f"{info.name}.{node.rule.text}" if node.rule is not None else ""
        valid = node.validity == "valid"
        self.examples.append(
            Example(info.name, valid, node.title.value, name, rule, module.at(node))
        )

    def _example_value(self, info: RecordInfo, node: ast.Example) -> AnyExpr | None:
        """`None` where the types alone make an invalid example invalid, as it says."""
        env = Env(info.place.module, Names({}), document=True, types=info.place.types)
        with self.lower.whole(), self.sink.captured() as found:
            value = self.lower.value(node.value, Named(info.name), env)
        wrong = {d.code for d in found}
        if wrong and node.validity == "invalid" and node.rule is None and wrong <= WRONG_VALUES:
            return None
        for diagnostic in found:
            self.sink.add(diagnostic)
        return value


def _tightened(inherited: Field, own: Field, info: FieldInfo) -> Field:
    """The inherited field with the own refinement and default, and the attributes it restates."""
    said = {"at": own.at}
    for name in ("danger", "deprecated", "data_name", "units", "not_null", "doc", "renamed_from",
                 "ignore_case", "flatten"):  # fmt: skip
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


def _mentions_it(node: ast.Node) -> bool:
    return any(isinstance(each, ast.Name) and each.text == "it" for each in nodes(node))
