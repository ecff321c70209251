"""Schemas, sums and newtypes → declarations of the IR."""

from __future__ import annotations

from kestrel.check.attributes import read_attributes
from kestrel.check.fields import Fields, tightened
from kestrel.check.lowering import Lower
from kestrel.check.scope import Env, ModuleScope, Variable
from kestrel.check.shapes import (
    BOOL,
    ERROR,
    STRING,
    bare,
    has_error,
    show,
)
from kestrel.check.tree import nodes
from kestrel.check.types import Types
from kestrel.check.whens import report_overlaps
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
    Default,
    Field,
    Newtype,
    Record,
    Rule,
    Sum,
    Variant,
    When,
)
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.types import AnyType, Named
from kestrel.syntax import ast
from kestrel.text.hints import did_you_mean


class Schemas:
    """Lowers declared types, each once; what a schema extends comes first."""

    def __init__(self, world: World, types: Types, lower: Lower) -> None:
        self.world = world
        self.types = types
        self.lower = lower
        self.sink = world.sink
        self.fields = Fields(world, types, lower)

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
                self.fields.check_parts(t, item, place)
        elif info.fields is not None:
            fields = tuple(self.fields.field(info.fields, f) for f in info.fields.fields.values())
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
                fields=tuple(self.fields.field(info, f) for f in info.fields.values()),
                at=info.place.module.at(info.node),
            )
        self.world.decls[info.name] = made
        return made

    def _schema(self, info: RecordInfo, node: ast.Schema, base: Record | None) -> Record:
        blank = Record(name="", fields=())
        above = base or blank
        attrs = read_attributes(node.attrs)
        retired = (
            *above.retired,
            *(m.name.text for m in node.members if isinstance(m, ast.Retired)),
        )
        self._check_retired(info, node, retired)
        inherited = {f.name: f for f in above.fields}
        fields = tuple(
            self._own_or_inherited(info, f, inherited.get(f.name))
            for f in info.fields.values()
            if not f.computed
        )
        whens = (*above.whens, *self._whens(info, node))
        report_overlaps(self.world, info.place.module, node, whens)
        return Record(
            name=info.name,
            fields=fields,
            computes=self._computes(info, above),
            rules=(*above.rules, *self._rules(info, node, above)),
            whens=whens,
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
        own = self.fields.field(info, field)
        return tightened(inherited, own, field) if inherited is not None else own

    def _check_retired(self, info: RecordInfo, node: ast.Schema, retired: tuple[str, ...]) -> None:
        own = {m.name.text: m for m in node.members if isinstance(m, ast.Field | ast.Compute)}
        for name in retired:
            if name in own:
                span = info.place.module.span(own[name].name)
                self.sink.report("KS0127", span, name=name)

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
                value = self.lower.value(node.value, full, self.fields.env(info, field.place))
                self.fields.depends(info, field.name, node.value, field.place)
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
        env = self.fields.env(info, info.place)
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
        return self.lower.value(node.message, STRING, env.binding(names))

    def _check_no_it(self, message: ast.Interpolation, which: str, env: Env) -> None:
        why = f"it is the element that made `all`, `any`, `none` or `unique` fail, and {which} here"
        for item in message.items:
            if not isinstance(item, str) and _mentions_it(item):
                self.sink.report("KS0141", env.module.span(item), why=why)

    def _place(self, info: RecordInfo, path: ast.Path | None) -> tuple[str, ...]:
        if path is None:
            return ()
        self.target(info, path)
        return tuple(name.text for name in path.items)

    def target(
        self, info: RecordInfo, path: ast.Path, writing: bool = False
    ) -> tuple[RecordInfo, FieldInfo] | None:
        """The field that a dotted name leads to, through records alone, and the record it is in."""
        module, at = info.place.module, info
        *before, last = path.items
        for name in before:
            field = self._step(at, name, module, writing)
            if field is None or has_error(field.plain):
                return None
            inner = self.world.record(bare(field.plain))
            if inner is None:
                why = f"`{name.text}` is `{show(field.plain)}`, in which there are no fields"
                self.sink.report("KS0139", module.span(name), why=why)
                return None
            at = inner
        found = self._step(at, last, module, writing)
        return None if found is None else (at, found)

    def _step(
        self, record: RecordInfo, name: ast.Name, module: ModuleScope, writing: bool
    ) -> FieldInfo | None:
        field = record.fields.get(name.text)
        if field is not None and not (writing and field.computed):
            return field
        if not record.place.module.lost(name.text):
            computed = f"`{name.text}` is computed, and cannot be set"
            helps = (computed,) if field is not None else did_you_mean(name.text, record.fields)
            span = module.span(name)
            self.sink.report("KS0101", span, what="field", name=name.text, helps=helps)
        return None

    def _whens(self, info: RecordInfo, node: ast.Schema) -> list[When]:
        members = [m for m in node.members if isinstance(m, ast.When)]
        return [self._when(info, member) for member in members]

    def _when(self, info: RecordInfo, node: ast.When) -> When:
        env = self.fields.env(info, info.place)
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
        target = self.target(info, node.place, writing=True)
        with self.lower.whole():
            if target is None:
                self.lower.infer(node.value, env)
                return None
            holder, field = target
            value = self.lower.value(node.value, field.plain, env)
            self.lower.reads |= reads
            self.fields.depends(holder, field.name, node, info.place)
        return Default(tuple(n.text for n in node.place.items), value)


def _mentions_it(node: ast.Node) -> bool:
    return any(isinstance(each, ast.Name) and each.text == "it" for each in nodes(node))
