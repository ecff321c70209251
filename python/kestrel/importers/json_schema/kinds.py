"""Which type a form is: scalars and their bounds, arrays, maps, and what is declared by name."""

from __future__ import annotations

from typing import Any

from kestrel.importers.ecma import from_ecma
from kestrel.importers.json_schema.choices import Choices
from kestrel.importers.json_schema.forms import (
    FORMATS,
    INTEGERS,
    NOTES,
    UNSAID,
    Made,
    doc,
    escaped,
    is_map,
    known_scalar,
)
from kestrel.importers.literals import float_literal, text_literal
from kestrel.importers.naming import capital, singular
from kestrel.ir.json_forms import INTEGER_KEYS, NULL, Json
from kestrel.ir.types import SCALARS


class Importer(Choices):
    def type(self, form: Any, path: str, hint: str) -> Made:
        """The type of a form; `hint` is what a new declaration would be called."""
        if form is False:
            self.remark(path, "nothing at all may stand here")
            return Made("Json")
        if isinstance(form, dict) and "$ref" in form:
            made = self.referred(form["$ref"], path)
            return made or Made("Json")
        if made := self.refined_scalar(form, path):
            return made
        form = self.merged(form, path)
        if scalar := known_scalar(form):
            return Made(scalar)
        for key in ("anyOf", "oneOf"):
            if key in form:
                return self.choice(form, key, path, hint)
        if isinstance(form.get("type"), list):
            kinds: list[Json] = [of_kind(form, kind) for kind in form["type"]]
            return self.choice({"anyOf": kinds}, "anyOf", path, hint)
        if "enum" in form or "const" in form:
            return self.values(form, path, hint)
        return self.by_type(form, path, hint)

    def refined_scalar(self, form: Any, path: str) -> Made | None:
        """A known scalar in `allOf`, and more about its text."""
        first, *others = form.get("allOf", [None]) if isinstance(form, dict) else [None]
        scalar = known_scalar(first) if isinstance(first, dict) else None
        if scalar is None or not all(isinstance(each, dict) for each in others):
            return None
        rest = {**form, "allOf": others, "type": "string"}
        return Made(scalar, self.text(self.merged(rest, path), path).where)

    def by_type(self, form: Json, path: str, hint: str) -> Made:
        match form.get("type") or guessed_type(form):
            case "string":
                return self.text(form, path)
            case "integer":
                return integer(form)
            case "number":
                return number(form)
            case "boolean":
                return Made("Bool")
            case "array":
                return self.array(form, path, hint)
            case "object":
                return self.object(form, path, hint)
            case "null":
                return Made("Json", nullable=True)
        if form.get("writeOnly") is True:
            return Made("Secret<Json>")
        if rest := sorted(form.keys() - NOTES):
            self.remark(path, f"{', '.join(f'`{key}`' for key in rest)} on values of any type")
        return Made("Json")

    def referred(self, ref: str, path: str) -> Made | None:
        """The declaration that a `$ref` leads to, made when it is first met."""
        if ref in self.refs:
            return Made(self.refs[ref])
        form = self.lookup(ref)
        if form is None:
            self.remark(path, f"`{ref}` leads to nothing in this file")
            return None
        merged = self.merged(form, path)
        name = self.names.take(capital(ref.rpartition("/")[2] or "Root"))
        self.refs[ref] = name
        return self.declared(name, merged, ref.removeprefix("#"))

    def declared(self, name: str, form: Json, path: str) -> Made:
        """A declaration of its own: a schema, a sum, or an alias."""
        if self.is_object(form) and not is_map(form):
            self.record(name, form, path, form)
        elif "enum" in form and all(isinstance(value, str) for value in form["enum"]):
            self.enumeration(name, form)
        elif self.is_choice(form):
            self.chosen_form(name, form, path)
        else:
            made = self.type(form, path, name)
            if made.type == name:
                return made
            text = f"Option<{made.type}>" if made.nullable and made.type != "Json" else made.type
            where = f" where {' && '.join(made.where)}" if made.where else ""
            self.declarations.append(f"{doc(form)}type alias {name} = {text}{where}")
        return Made(name)

    def text(self, form: Json, path: str) -> Made:
        if form.get("writeOnly") is True:
            return Made("Secret<String>")
        kind = FORMATS.get(form.get("format", ""), "String")
        if "format" in form and kind == "String":
            self.remark(path, f"the format `{form['format']}`")
        where = length(form, "Length")
        if "pattern" in form:
            pattern = from_ecma(form["pattern"])
            if pattern is None:
                self.remark(path, f"the pattern `{form['pattern']}`")
            else:
                where = (*where, f"it matches {text_literal(pattern)}")
        return Made(kind, where)

    def values(self, form: Json, path: str, hint: str) -> Made:
        values = [form["const"]] if "const" in form else list(form["enum"])
        nullable = None in values
        values = [value for value in values if value is not None]
        if values and all(isinstance(value, str) for value in values):
            return Made(" | ".join(f'"{escaped(value)}"' for value in values), (), nullable)
        if values and all(type(value) is int for value in values):
            return Made(" | ".join(map(str, values)), (), nullable)
        if values == [True] or values == [False]:
            return Made("Bool", (f"it == {str(values[0]).lower()}",), nullable)
        if values:
            self.remark(path, f"one of {values!r}")
        return Made("Json", (), nullable)

    def array(self, form: Json, path: str, hint: str) -> Made:
        first = form.get("prefixItems")
        if first and form.get("items") is False:
            if form.get("minItems") != len(first):
                self.remark(path, "items of a tuple that may be left out")
            parts = [self.item(t, f"{path}/prefixItems/{i}", hint) for i, t in enumerate(first)]
            return Made(f"({', '.join(parts)})")
        self.leftovers(form, path, ("prefixItems", *UNSAID))
        items = self.item(form.get("items", True), f"{path}/items", singular(hint))
        return Made(f"[{items}]", length(form, "Items"))

    def item(self, form: Any, path: str, hint: str) -> str:
        """A type within another, where no refinement can stand: it gets a name."""
        made = self.type(form, path, hint)
        kind = made.type
        if made.where or kind.startswith('"') or " | " in kind:
            kind = self.aliased(made.refined, hint)
        return f"Option<{kind}>" if made.nullable and made.type != "Json" else kind

    def aliased(self, text: str, hint: str) -> str:
        """An alias of a type; an equal one is made once."""
        if text not in self.aliases:
            self.aliases[text] = name = self.names.take(hint)
            self.declarations.append(f"type alias {name} = {text}")
        return self.aliases[text]

    def object(self, form: Json, path: str, hint: str) -> Made:
        if not is_map(form):
            name = self.names.take(hint)
            self.record(name, form, path, form)
            return Made(name)
        keys = form.get("propertyNames", True)
        kinds = (k for k, pattern in INTEGER_KEYS.items() if keys == {"pattern": pattern})
        key = next(kinds, "String")
        if key == "String" and keys is not True:
            key = self.item({"type": "string", **self.merged(keys, path)}, path, f"{hint}Key")
        self.leftovers(form, path, tuple(k for k in UNSAID if k != "propertyNames"))
        values = form.get("additionalProperties", True)
        inner = self.item(values, f"{path}/additionalProperties", singular(hint))
        return Made(f"Map<{key}, {inner}>", length(form, "Properties"))


def of_kind(form: Json, kind: str) -> Json:
    """What a form says of values of one kind."""
    if kind == "null":
        return NULL
    own = "number" if kind == "integer" else kind
    others = frozenset().union(*(keys for name, keys in KEYWORDS.items() if name != own))
    return {**{key: value for key, value in form.items() if key not in others}, "type": kind}


def guessed_type(form: Json) -> str:
    """The type that the keywords of a form are about."""
    for kind, keys in KEYWORDS.items():
        if form.keys() & keys:
            return kind
    return ""


KEYWORDS: dict[str, frozenset[str]] = {
    "object": frozenset(("properties", "additionalProperties", "required")),
    "array": frozenset(("items", "prefixItems", "minItems", "maxItems")),
    "string": frozenset(("pattern", "minLength", "maxLength", "format")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
}


def integer(form: Json) -> Made:
    lo, hi = form.get("minimum"), form.get("maximum")
    if "exclusiveMinimum" in form:
        lo = max(lo if lo is not None else -(2**63), form["exclusiveMinimum"] + 1)
    if "exclusiveMaximum" in form:
        hi = min(hi if hi is not None else 2**64, form["exclusiveMaximum"] - 1)
    kind = "i64" if hi is None and (lo is None or lo < 0) else "u64" if hi is None else ""
    for name in INTEGERS:
        low, high = SCALARS[name].lo or 0, SCALARS[name].hi or 0
        if not kind and hi is not None and hi <= high and (lo if lo is not None else -1) >= low:
            kind = name
    kind = kind or ("i64" if lo is None or lo < 0 else "u64")
    return Made(kind, bounds(lo, hi, SCALARS[kind].lo, SCALARS[kind].hi))


def bounds(lo: Any, hi: Any, least: Any, most: Any) -> tuple[str, ...]:
    low = lo is not None and lo > least
    high = hi is not None and hi < most
    if low and high:
        return (f"it in {lo}..={hi}",)
    return (f"it >= {lo}",) if low else (f"it <= {hi}",) if high else ()


def number(form: Json) -> Made:
    signs = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
    where = [f"it {s} {float_literal(float(form[k]))}" for k, s in signs.items() if k in form]
    return Made("f64", tuple(where))


def length(form: Json, what: str) -> tuple[str, ...]:
    lo, hi = form.get(f"min{what}", 0), form.get(f"max{what}")
    if lo and hi is not None:
        return (f"len(it) in {lo}..={hi}",)
    return (f"len(it) >= {lo}",) if lo else (f"len(it) <= {hi}",) if hi is not None else ()
