"""JSON Schema as a `.ks` file that a person would keep.

Objects become schemas, `enum`s sum types or literal types, a choice of objects with one member each
a sum with payloads. What has no counterpart stands in the file as a comment, and in the report.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kestrel.importers.ecma import from_ecma
from kestrel.importers.literals import float_literal, is_name, key_literal, text_literal
from kestrel.importers.naming import capital, field_word, singular, unique
from kestrel.ir.json_forms import INTEGER_KEY, NULL, SCALAR_SCHEMAS, Json
from kestrel.ir.types import SCALARS

DEPTH = 64
INTEGERS: tuple[str, ...] = ("u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64")
FORMATS = {"uri": "Url", "uuid": "Uuid", "date-time": "Instant", "regex": "Regex"}
NOTES = frozenset(("title", "description", "default", "examples", "deprecated", "$comment"))
NOTES |= {"$schema", "$id", "$defs", "definitions", "readOnly", "writeOnly", "$anchor"}
BUILTIN = frozenset((*SCALARS, "Option", "Result", "Map", "Set", "Secret", "Int"))
UNSAID: tuple[str, ...] = (
    *("not", "if", "then", "else", "contains", "minContains", "maxContains", "uniqueItems"),
    *("dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"),
    *("multipleOf", "patternProperties", "propertyNames", "dependencies", "$dynamicRef"),
)
"""Keywords without a counterpart, where they are not read in another way."""


class Remark(NamedTuple):
    """What a `.ks` file does not say: where it stands in the JSON Schema, and what it is."""

    path: str
    text: str


class Imported(NamedTuple):
    text: str
    remarks: list[Remark]


class NotASchema(Exception):
    """`args`: the pointer, and why it is none."""


class Made(NamedTuple):
    """A type as text, the refinement on it, and whether null was among its values."""

    type: str
    where: tuple[str, ...] = ()
    nullable: bool = False

    @property
    def refined(self) -> str:
        return f"{self.type} where {' && '.join(self.where)}" if self.where else self.type


def from_json_schema(form: Json, name: str) -> Imported:
    """The source that declares the schema `name` and all that it needs.

    Raises:
        NotASchema: it is none, or not one of objects.
    """
    importer = Importer(form, name)
    root = importer.merged(form, "")
    if not importer.is_object(root):
        raise NotASchema("", "its values are no objects, as a schema's are")
    importer.refs["#"] = importer.names.take(name)
    importer.record(importer.refs["#"], root, "", form)
    return Imported("\n\n".join(importer.declarations) + "\n", importer.remarks)


class Importer:
    def __init__(self, form: Json, name: str) -> None:
        self.form = form
        self.names = unique(BUILTIN)
        self.refs: dict[str, str] = {}
        """What is declared already, by its `$ref`."""
        self.declarations: list[str] = []
        self.remarks: list[Remark] = []
        self.aliases: dict[str, str] = {}
        self.records: dict[str, bool] = {}
        """The schemas, and whether nothing must stand in their values."""
        self.variants: dict[tuple[str, str], str] = {}
        """Variants without payload, by their type and their name in data."""

    # ---- helpers

    def remark(self, path: str, text: str) -> str:
        """Note what is not said, and give the comment about it."""
        remark = Remark(path or "/", text)
        if remark not in self.remarks:
            self.remarks.append(remark)
        return text

    def merged(self, form: Any, path: str, depth: int = 0) -> Json:
        """A form with its `allOf` taken in; what cannot be merged is remarked."""
        if form is True:
            return {}
        if not isinstance(form, dict):
            raise NotASchema(path, "it is neither an object nor true")
        if depth > DEPTH:
            raise NotASchema(path, "its `allOf` goes round in a circle")
        whole = {key: value for key, value in form.items() if key != "allOf"}
        for index, part in enumerate(form.get("allOf", ())):
            more = self.merged(self.target(part, f"{path}/allOf/{index}"), path, depth + 1)
            for key, value in more.items():
                self.merge(whole, key, value, f"{path}/allOf/{index}")
        return whole

    def merge(self, whole: Json, key: str, value: Any, path: str) -> None:
        if key not in whole or whole[key] == value or key in NOTES:
            whole.setdefault(key, value)
        elif key == "properties":
            whole[key] = {**whole[key], **value}
        elif key == "required":
            whole[key] = [*whole[key], *(name for name in value if name not in whole[key])]
        elif key in ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"):
            whole[key] = max(whole[key], value)
        elif key in ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"):
            whole[key] = min(whole[key], value)
        else:
            self.remark(path, f"two forms of `{key}` at once")

    def target(self, form: Any, path: str) -> Any:
        """What a `$ref` alone leads to; the form itself if it has none."""
        seen = set()
        while isinstance(form, dict) and "$ref" in form and form["$ref"] not in seen:
            seen.add(form["$ref"])
            found = self.lookup(form["$ref"])
            if found is None:
                self.remark(path, f"`{form['$ref']}` leads to nothing in this file")
                return True
            form = found
        return form

    def lookup(self, ref: str) -> Any:
        if ref != "#" and not ref.startswith("#/"):
            return None
        at: Any = self.form
        for step in ref.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(at, list) and step.isdigit() and int(step) < len(at):
                at = at[int(step)]
            elif isinstance(at, dict) and step in at:
                at = at[step]
            else:
                return None
        return at

    @staticmethod
    def is_object(form: Json) -> bool:
        return form.get("type") == "object" or ("type" not in form and "properties" in form)

    # ---- types

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
            kinds = [{**form, "type": kind} for kind in form["type"]]
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
        key = "i64" if keys == {"pattern": INTEGER_KEY} else "String"
        if key == "String" and keys is not True:
            key = self.item({"type": "string", **self.merged(keys, path)}, path, f"{hint}Key")
        self.leftovers(form, path, tuple(k for k in UNSAID if k != "propertyNames"))
        values = form.get("additionalProperties", True)
        inner = self.item(values, f"{path}/additionalProperties", singular(hint))
        return Made(f"Map<{key}, {inner}>", length(form, "Properties"))

    def leftovers(self, form: Json, path: str, keys: Iterable[str]) -> list[str]:
        """Comments about the keywords of `keys` that a form has."""
        return [self.remark(path, f"`{key}: {short(form[key])}`") for key in keys if key in form]

    # ---- choices

    def choice(self, form: Json, key: str, path: str, hint: str) -> Made:
        forms = [each for each in form[key] if self.target(each, path) != NULL]
        nullable = len(forms) < len(form[key])
        if not forms:
            return Made("Json", (), True)
        if scalar := known_scalar({key: forms}):
            return Made(scalar, (), nullable)
        if len(forms) == 1:
            rest = {k: v for k, v in form.items() if k != key and k not in NOTES}
            made = self.type({**forms[0], **rest} if rest else forms[0], f"{path}/{key}/0", hint)
            return made._replace(nullable=made.nullable or nullable)
        name = self.names.take(hint)
        self.chosen_form(name, {**form, key: forms}, path)
        return Made(name, (), nullable)

    def is_choice(self, form: Json) -> bool:
        """Of several forms, none of which is null, and no scalar that is known."""
        forms = form.get("anyOf") or form.get("oneOf") or []
        known = known_scalar(form) or any(self.target(each, "") == NULL for each in forms)
        return len(forms) > 1 and not known

    def chosen_form(self, name: str, form: Json, path: str) -> None:
        """Declares the sum `name`, told apart in data as its forms can be."""
        key = "anyOf" if "anyOf" in form else "oneOf"
        forms = form[key]
        variants = self.sum_of(form)
        if variants is not None:
            self.sum(name, variants, form, path)
        elif tag := self.tag_of(forms):
            self.tagged(name, tag, forms, path, doc(form))
        else:
            self.untagged(name, forms, key, path, doc(form))

    def sum_of(self, form: Json) -> list[tuple[str, Any]] | None:
        """Names and payloads, where each form is a name or an object with one member."""
        found: list[tuple[str, Any]] = []
        forms = form.get("oneOf") or form.get("anyOf") or ()
        for each in forms:
            if not isinstance(each, dict):
                return None
            properties = each.get("properties")
            if "enum" in each and all(isinstance(value, str) for value in each["enum"]):
                found += [(value, None) for value in each["enum"]]
            elif isinstance(each.get("const"), str):
                found.append((each["const"], None))
            elif (
                isinstance(properties, dict)
                and each.get("required") == list(properties)
                and len(properties) == 1
                and each.get("additionalProperties") is False
            ):
                found += properties.items()
            else:
                return None
        return found if any(payload is not None for _, payload in found) else None

    def tag_of(self, forms: list[Any]) -> str | None:
        """The member that tells these objects apart by a text of its own in each."""
        resolved = [self.target(form, "") for form in forms]
        if not all(isinstance(form, dict) and self.is_object(form) for form in resolved):
            return None
        first = resolved[0].get("properties", {})
        for name in first:
            tags = [tag_text(form, name) for form in resolved]
            if None not in tags and len(set(tags)) == len(tags):
                return str(name)
        return None

    def tagged(self, name: str, tag: str, forms: list[Any], path: str, head: str) -> None:
        resolved = [self.target(form, path) for form in forms]
        words = with_names(str(tag_text(form, tag)) for form in resolved)
        variants = []
        for form, (value, word) in zip(resolved, words, strict=True):
            rest = {n: own for n, own in form["properties"].items() if n != tag}
            needed = [n for n in form.get("required", ()) if n != tag]
            own = {**form, "properties": rest, "required": needed}
            if rest and form.get("additionalProperties", True) is not False:
                self.remark(f"{path}/{value}", "further members of this variant")
            fields = f" {{ {', '.join(self.fields(own, f'{path}/{value}'))} }}" if rest else ""
            variants.append(self.variant(value, fields, word))
        key = tag if is_name(tag) else plain_text(tag)
        self.declarations.append(f"{head}@tag({key})\ntype {name} = {' '.join(variants)}")

    def enumeration(self, name: str, form: Json) -> None:
        named = list(with_names(form["enum"]))
        self.variants |= {(name, value): word for value, word in named}
        variants = [self.variant(value, "", word) for value, word in named]
        self.declarations.append(f"{doc(form)}type {name} = {' '.join(variants)}")

    def sum(self, name: str, variants: list[tuple[str, Any]], form: Json, path: str) -> None:
        own = []
        for (value, payload), (_, word) in zip(
            variants, with_names(value for value, _ in variants), strict=True
        ):
            inner = "" if payload is None else self.payload(payload, f"{path}/{value}", name + word)
            if payload is None:
                self.variants[name, value] = word
            own.append(self.variant(value, inner, word))
        self.declarations.append(f"{doc(form)}type {name} = {' '.join(own)}")

    def payload(self, form: Any, path: str, hint: str) -> str:
        merged = self.merged(form, path) if "$ref" not in (form or {}) else form
        closed = self.is_object(merged) and merged.get("additionalProperties") is False
        if "$ref" not in merged and closed and merged.get("properties"):
            return f" {{ {', '.join(self.fields(merged, path))} }}"
        if merged.get("prefixItems") and merged.get("items") is False:
            return self.type(merged, path, hint).type
        return f"({self.item(merged, path, hint)})"

    @staticmethod
    def variant(value: str, payload: str, word: str) -> str:
        spelt = "" if word == value else f"@as({plain_text(value)}) "
        return f"| {spelt}{word}{payload}"

    def untagged(self, name: str, forms: list[Any], key: str, path: str, head: str) -> None:
        variants = []
        if key == "oneOf":
            self.remark(path, "exactly one of the forms: here it is the first that fits")
        used: set[str] = set()
        for index, form in enumerate(forms):
            inner = self.payload(form, f"{path}/{key}/{index}", f"{name}{index + 1}")
            word = variant_word(inner)
            word = word if word not in used else f"Form{index + 1}"
            used.add(word)
            variants.append(f"| {word}{inner}")
        self.declarations.append(f"{head}@untagged\ntype {name} = {' '.join(variants)}")

    # ---- records

    def record(self, name: str, form: Json, path: str, whole: Json) -> None:
        place = len(self.declarations)
        self.records[name] = not form.get("required")
        lines = self.fields(form, path)
        more = form.get("additionalProperties", form.get("unevaluatedProperties", True))
        comments = self.leftovers(form, path, UNSAID)
        comments += self.leftovers(form, path, ("anyOf", "oneOf", "minProperties", "maxProperties"))
        if isinstance(more, dict) and more:
            comments.append(self.remark(path, "the form of further members"))
        if "$comment" in form:
            comments.append(str(form["$comment"]))
        head = "open schema" if more is not False else "schema"
        wrapped = [f"// {line}" for text in comments for line in textwrap.wrap(text, 90)]
        body = "\n".join([*lines, *wrapped])
        inside = f"\n{body}\n" if body else ""
        self.declarations.insert(place, f"{doc(whole)}{head} {name} {{{inside}}}")

    def fields(self, form: Json, path: str) -> list[str]:
        required = form.get("required", [])
        properties: Json = dict(form.get("properties", {}))
        for missing in required:
            properties.setdefault(missing, True)
        words = unique(())
        return [
            self.field(name, words.take(field_word(name)), own, name in required, path)
            for name, own in properties.items()
        ]

    def field(self, name: str, word: str, form: Any, required: bool, path: str) -> str:
        at = f"{path}/properties/{name}"
        known = len(self.remarks)
        notes: Json = form if isinstance(form, dict) else {}
        made = self.type(form, at, capital(name) or "Field")
        attributes = [] if word == name else [f"@as({plain_text(name)})"]
        if notes.get("deprecated") is True:
            attributes.append('@deprecated("not for new files")')
        default = self.default(notes, made, at)
        optional = not required and not default
        if not required and not made.nullable and made.type not in ("Json", "Secret<Json>"):
            attributes.append("@not_null")
        if required and made.nullable and made.type != "Json":
            optional = True
            self.remark(at, "null may stand here, but something must")
        kind = f"Option<{made.type}>" if optional else made.type
        where = f" where {' && '.join(made.where)}" if made.where else ""
        own = [r.text for r in self.remarks[known:] if r.path.startswith(at)]
        comments = "".join(f"// {line}\n" for text in own for line in textwrap.wrap(text, 90))
        head = f"{doc(notes)}{comments}{' '.join(attributes)}"
        return f"{head}{' ' if attributes else ''}{word}: {kind}{default}{where}"

    def default(self, form: Json, made: Made, path: str) -> str:
        if "default" not in form or form["default"] is None:
            return ""
        written = self.literal(form["default"], made.type)
        if written is None:
            self.remark(path, f"the default {short(form['default'])}")
            return ""
        return f" = {written}"

    def literal(self, value: Any, kind: str) -> str | None:
        """A default, where its type is plain enough to write it."""
        match value:
            case bool():
                return str(value).lower() if kind == "Bool" else None
            case int() if kind in INTEGERS or re.fullmatch(r"-?\d+( \| -?\d+)*", kind):
                return str(value)
            case int() | float() if kind in ("f32", "f64"):
                return float_literal(float(value))
            case str() if kind == "String" or kind.startswith('"') or kind in FORMATS.values():
                return text_literal(value)
            case str():
                return self.chosen(value, kind)
            case [] if kind.startswith("["):
                return "[]"
            case {} if not value and (kind.startswith("Map<") or self.records.get(kind)):
                return "{}"
        return None

    def chosen(self, value: str, kind: str) -> str | None:
        """A variant by its name in data."""
        word = self.variants.get((kind, value))
        return f"{kind}.{word}" if word else None


def tag_text(form: Json, name: str) -> str | None:
    """The one text that a member must be."""
    own = form.get("properties", {}).get(name)
    if name not in form.get("required", ()) or not isinstance(own, dict):
        return None
    values = [own["const"]] if "const" in own else own.get("enum", [])
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def known_scalar(form: Json) -> str | None:
    """The scalar type whose form this is, but for notes."""
    bare = {key: value for key, value in form.items() if key not in NOTES}
    if form.get("writeOnly") is True or not bare:
        return None
    for name, own in SCALAR_SCHEMAS.items():
        if own and {k: v for k, v in own.items() if k not in NOTES} == bare and name != "Unit":
            return name
    return None


def guessed_type(form: Json) -> str:
    """The type that the keywords of a form are about."""
    for kind, keys in KEYWORDS.items():
        if form.keys() & keys:
            return kind
    return ""


KEYWORDS: dict[str, frozenset[str]] = {
    "object": frozenset(("properties", "additionalProperties", "required")),
    "array": frozenset(("items", "prefixItems", "minItems", "maxItems")),
    "string": frozenset(("pattern", "minLength", "maxLength")),
}


def is_map(form: Json) -> bool:
    """An object without members of its own."""
    more = form.get("additionalProperties", True)
    return not form.get("properties") and not form.get("required") and more is not False


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


def with_names(values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each text with a variant's name for it."""
    names = unique(())
    for value in values:
        yield value, names.take(capital(value) or "Empty")


def variant_word(payload: str) -> str:
    """What a variant is called that has just this payload."""
    kind = payload.removeprefix("(").removesuffix(")")
    if kind in INTEGERS:
        return "Integer"
    if payload.startswith(" {"):
        return "Object"
    known = {"f64": "Number", "String": "Text"}.get(kind)
    head = re.match(r"\w+", kind)
    return known or ("List" if kind.startswith("[") else head[0] if head else "Form")


def doc(form: Json) -> str:
    text = form.get("description") or form.get("title") or ""
    return "".join(f"/// {line}".rstrip() + "\n" for line in str(text).splitlines())


def escaped(text: str) -> str:
    return plain_text(text)[1:-1]


def plain_text(text: str) -> str:
    """A text literal on one line that is not raw."""
    return key_literal(text) if not is_name(text) else f'"{text}"'


def short(value: Any) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
