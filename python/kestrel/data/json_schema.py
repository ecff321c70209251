"""A schema as JSON Schema, draft 2020-12: what its documents may be, as far as that can say it.

What it cannot say is told in a `$comment`: rules over several members, conditions that are more
than bounds, lengths and patterns, bounds of durations (which are texts there). So it accepts all
that Kestrel does, and may accept more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from kestrel.data.json_limits import limits, tightened
from kestrel.importers.naming import capital
from kestrel.ir.conditions import number_of
from kestrel.ir.decls import AnyDecl, Bundle, Field, Newtype, Record, Sum, Variant
from kestrel.ir.exprs import AnyExpr, Const, MakeList, MakeMap, MakeRecord, MakeVariant
from kestrel.ir.json_forms import DRAFT, INTEGER_KEYS, NULL, SCALAR_SCHEMAS, Json
from kestrel.ir.names import by_name, field_name, record_of, short, variant_name
from kestrel.ir.text import write_expr
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
from kestrel.text.source import Source


def to_json_schema(bundle: Bundle, sources: Sequence[Source] = ()) -> Json:
    """The schema of a bundle's root type, with `$defs` for the types that have names.

    `sources` are the texts that its places count into: comments quote them.
    """
    writer = Writer(bundle, sources)
    root = writer.schema(bundle.root)
    name = root.get("$ref", "").removeprefix("#/$defs/")
    if name and not writer.refers_to(name):
        root = writer.defs.pop(name)
    defs = {"$defs": dict(sorted(writer.defs.items()))} if writer.defs else {}
    return {"$schema": DRAFT, **root, **defs}


class Writer:
    def __init__(self, bundle: Bundle, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.decls = by_name(bundle)
        self.defs: dict[str, Json] = {}
        self.aliases: dict[str, list[tuple[str, Json]]] = {}
        """The forms of aliases with a refinement; one with parameters may have several."""
        self.keys: dict[str, str] = {}
        """What a declaration is called in `$defs`: its own name, with a number if that is taken."""

    def refers_to(self, name: str) -> bool:
        return f'"#/$defs/{name}"' in repr(self.defs).replace("'", '"')

    def said(self, expr: AnyExpr) -> str:
        """An expression as it was written, if its source is at hand."""
        if expr.at is None or expr.at[0] >= len(self.sources):
            return write_expr(expr)
        source, start, end = expr.at
        return " ".join(self.sources[source].data[start:end].decode().split()) or write_expr(expr)

    # ---- types

    def schema(self, type_: AnyType) -> Json:
        match type_:
            case Scalar(name=name):
                return scalar(name)
            case Named(name=name):
                return {"$ref": f"#/$defs/{self.define(self.decls[name])}"}
            case Refined():
                return self.refined(type_)
            case OptionOf(item=item):
                return either(self.schema(item), NULL)
            case Literals(values=values):
                return {"enum": list(values)}
            case ListOf(item=item, key=key):
                comment = {"$comment": f"no two have the same {', '.join(key)}"} if key else {}
                return {"type": "array", "items": self.schema(item), **comment}
            case SetOf(item=item):
                return {"type": "array", "items": self.schema(item)}
            case TupleOf(items=items):
                return self.positions(items)
            case MapOf(key=key, value=value):
                names = self.key(key)
                own = {"propertyNames": names} if names else {}
                return {"type": "object", **own, "additionalProperties": self.schema(value)}
            case SecretOf(item=Scalar(name="Json")):
                return {"writeOnly": True}
            case SecretOf():
                return {"type": "string", "writeOnly": True}
        raise TypeError(f"a {type(type_).__name__} is no data")

    def positions(self, items: Iterable[AnyType]) -> Json:
        own = [self.schema(item) for item in items]
        return {"type": "array", "prefixItems": own, "items": False, "minItems": len(own)}

    def key(self, type_: AnyType) -> Json:
        """What the names of a map's members are like."""
        base = self.bare(type_)
        if isinstance(base, Scalar) and SCALARS[base.name].storage == "int":
            return {"pattern": INTEGER_KEYS["u64" if SCALARS[base.name].lo == 0 else "i64"]}
        if isinstance(base, Scalar) and base.name == "Bool":
            return {"enum": ["true", "false"]}
        schema = self.schema(type_)
        return {} if schema == {"type": "string"} else schema

    def bare(self, type_: AnyType) -> AnyType:
        """Below refinements and newtypes."""
        while True:
            decl = self.decls.get(type_.name) if isinstance(type_, Named) else None
            if isinstance(decl, Newtype):
                type_ = decl.base
            elif isinstance(type_, Refined):
                type_ = type_.base
            else:
                return type_

    def refined(self, type_: Refined) -> Json:
        """With a name, from `$defs`, as declared types are."""
        if not type_.name:
            return self.bounded(type_)
        form = self.bounded(type_)
        name = next((n for n, f in self.aliases.get(type_.name, []) if f == form), None)
        if name is None:
            name = self.unused(capital(short(type_.name)))
            self.aliases.setdefault(type_.name, []).append((name, form))
            self.defs[name] = form
        return {"$ref": f"#/$defs/{name}"}

    def bounded(self, type_: Refined) -> Json:
        inner = self.schema(type_.base)
        more, comments = limits(type_.where, self.bare(type_.base), self.said(type_.where))
        if "enum" in more and inner.get("type") == "integer":
            inner = {}
        if comments:
            more["$comment"] = "; ".join(comments)
        if not more:
            return inner
        if inner.get("type") == "integer" and not inner.keys() & {"$comment", "const"}:
            return {**inner, **tightened(inner, more)}
        return {"allOf": [inner, more]} if inner.keys() & more.keys() else {**inner, **more}

    # ---- declarations

    def define(self, decl: AnyDecl) -> str:
        """Puts a declaration into `$defs`, once; its name there."""
        if decl.name not in self.keys:
            self.keys[decl.name] = name = self.unused(capital(short(decl.name)))
            self.defs[name] = {}  # what it refers to may refer to it
            own = self.declared(decl)
            self.defs[name] = {"description": decl.doc, **own} if decl.doc else own
        return self.keys[decl.name]

    def unused(self, name: str) -> str:
        taken = {*self.keys.values(), *self.defs}
        others = (f"{name}{n}" for n in itertools.count(2))
        return name if name not in taken else next(n for n in others if n not in taken)

    def declared(self, decl: AnyDecl) -> Json:
        if isinstance(decl, Newtype):
            return self.schema(decl.base)
        if isinstance(decl, Sum):
            return self.sum(decl)
        assert isinstance(decl, Record)
        return self.record(decl)

    def record(self, record: Record) -> Json:
        derived = [Field(name=each.name, type=each.type) for each in record.computes]
        computed = [field_name(each, record.case) for each in derived]
        made = self.members(record.fields, record.case)
        if record.open:
            made["properties"] |= dict.fromkeys(computed, False)
            del made["additionalProperties"]
        rules = [f"rule {rule.name}: {self.said(rule.cond)}" for rule in record.rules]
        return {**made, "$comment": "; ".join(rules)} if rules else made

    def members(self, fields: Iterable[Field], case: str) -> Json:
        """A closed object."""
        properties: Json = {}
        required: list[str] = []
        choices: list[Json] = []
        for field in fields:
            inner = record_of(field.type, self.decls) if field.flatten else None
            if inner is not None:
                below = self.members(inner.fields, inner.case)
                properties |= below["properties"]
                if field.default is None:
                    required += below.get("required", [])
                    choices += below.get("allOf", [])
                continue
            names = [field_name(field, case), *self.earlier(field, case)]
            properties |= {old: {**self.member(field), "deprecated": True} for old in names[1:]}
            properties[names[0]] = self.member(field)
            if is_required(field) and len(names) == 1:
                required += names
            elif is_required(field):
                choices.append({"oneOf": [{"required": [name]} for name in names]})
            else:
                pairs = itertools.combinations(names, 2)
                choices += [{"not": {"required": list(pair)}} for pair in pairs]
        made: Json = {"type": "object", "properties": properties}
        if required:
            made["required"] = required
        if choices:
            made["allOf"] = choices
        return {**made, "additionalProperties": False}

    @staticmethod
    def earlier(field: Field, case: str) -> list[str]:
        return [field_name(Field(name=old, type=field.type), case) for old in field.renamed_from]

    def member(self, field: Field) -> Json:
        type_ = field.type.item if isinstance(field.type, OptionOf) else field.type
        schema = self.schema(type_)
        if field.ignore_case:
            named = self.defs.get(schema.get("$ref", "").removeprefix("#/$defs/"), schema)
            schema = ignoring_case(named["enum"]) if "enum" in named else schema
        if not (is_required(field) or field.not_null):
            schema = either(schema, NULL)
        return {**schema, **self.notes(field)}

    def notes(self, field: Field) -> Json:
        found: Json = {}
        if field.doc:
            found["description"] = field.doc
        if field.deprecated is not None:
            found["deprecated"] = True
        if field.default is not None:
            value = self.constant(field.default)
            found |= {"default": value[0]} if value else {}
        return found

    def constant(self, expr: AnyExpr) -> tuple[Any] | None:
        """What a default is in data, if it is a constant that data write as Kestrel does."""
        number = number_of(expr)
        if isinstance(expr, Const) and expr.type in ("Duration", "Size", "Bytes"):
            return None
        if number is not None:
            return (number,)
        match expr:
            case Const(value=value):
                return (value,)
            case MakeList(items=()):
                return ([],)
            case MakeMap(entries=()) | MakeRecord(members=()):
                return ({},)
            case MakeVariant(type=name, variant=variant, args=()) if name in self.decls:
                sum_ = self.decls[name]
                assert isinstance(sum_, Sum)
                chosen = next(v for v in sum_.variants if v.name == variant)
                bare = not (sum_.tag or sum_.untagged)
                return (variant_name(chosen, sum_),) if bare else None
        return None

    # ---- sums

    def sum(self, sum_: Sum) -> Json:
        if sum_.untagged:
            return {"anyOf": [self.alone(sum_, variant) for variant in sum_.variants]}
        if sum_.tag and any(v.items or v.fields for v in sum_.variants):
            return {"oneOf": [self.tagged(sum_, variant) for variant in sum_.variants]}
        bare = [v for v in sum_.variants if not (v.items or v.fields)]
        forms = [self.names(sum_, bare)] if bare else []
        for variant in sum_.variants:
            if variant.items or variant.fields:
                forms.append(self.one_member(sum_, variant))
        return forms[0] if len(forms) == 1 else {"oneOf": forms}

    def names(self, sum_: Sum, variants: list[Variant]) -> Json:
        names = [variant_name(variant, sum_) for variant in variants]
        if sum_.ignore_case:
            return ignoring_case(names)
        docs = [f"{n}: {v.doc}" for n, v in zip(names, variants, strict=True) if v.doc]
        return {"enum": names, **({"description": "\n".join(docs)} if docs else {})}

    def one_member(self, sum_: Sum, variant: Variant) -> Json:
        name = variant_name(variant, sum_)
        payload = self.payload(sum_, variant)
        if sum_.ignore_case:
            own = {"patternProperties": {ignoring_case([name])["pattern"]: payload}}
            return {"type": "object", **own, "additionalProperties": False, "minProperties": 1}
        members = {"properties": {name: payload}, "required": [name]}
        return {"type": "object", **members, "additionalProperties": False}

    def payload(self, sum_: Sum, variant: Variant) -> Json:
        doc = {"description": variant.doc} if variant.doc else {}
        if variant.fields:
            return {**self.members(variant.fields, sum_.case), **doc}
        if len(variant.items) == 1:
            return {**self.schema(variant.items[0]), **doc}
        return {**self.positions(variant.items), **doc}

    def alone(self, sum_: Sum, variant: Variant) -> Json:
        if variant.items or variant.fields:
            return self.payload(sum_, variant)
        return self.names(sum_, [variant])

    def tagged(self, sum_: Sum, variant: Variant) -> Json:
        name = self.names(sum_, [variant])
        tag = {sum_.tag: {"const": name["enum"][0]} if "enum" in name else name}
        if not (variant.items or variant.fields):
            return {"type": "object", "properties": tag, "required": [sum_.tag]}
        fields, case = variant.fields, sum_.case
        inner = record_of(variant.items[0], self.decls) if variant.items else None
        if inner is not None:
            fields, case = inner.fields, inner.case
        made = self.members(fields, case)
        made["properties"] = {**tag, **made["properties"]}
        made["required"] = [sum_.tag, *made.get("required", [])]
        return made


def scalar(name: str) -> Json:
    info = SCALARS[name]
    if info.storage == "int":
        return {"type": "integer", "minimum": info.lo, "maximum": info.hi}
    return dict(SCALAR_SCHEMAS[name])


def is_required(field: Field) -> bool:
    return field.default is None and not isinstance(field.type, OptionOf)


def either(a: Json, b: Json) -> Json:
    """One of two; where the first already takes all, just that."""
    if not a or a == {"writeOnly": True}:
        return a
    forms = a["anyOf"] if a.keys() == {"anyOf"} else [a]
    return {"anyOf": [*forms, *([] if b in forms else [b])]}


def ignoring_case(names: Iterable[str]) -> Json:
    """ASCII letters in either case; all else as it is."""
    texts = ["".join(_letter(c) for c in name) for name in names]
    return {"type": "string", "pattern": f"^(?:{'|'.join(texts)})$"}


def _letter(c: str) -> str:
    if c.isascii() and c.isalpha():
        return f"[{c.upper()}{c.lower()}]"
    return "\\" + c if c in "^$\\.*+?()[]{}|/" else c
