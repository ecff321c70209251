"""What all rules of the import share: looking forms up, merging them, noting what is left out."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, NamedTuple

from kestrel.importers.literals import is_name, key_literal
from kestrel.importers.naming import unique
from kestrel.ir.json_forms import SCALAR_SCHEMAS, Json
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


class Forms:
    def __init__(self, form: Json, name: str) -> None:
        self.form = form
        self.names = unique(BUILTIN)
        self.refs: dict[str, str] = {}
        """What is declared already, by its `$ref`."""
        self.merged_refs: dict[str, Json] = {}
        """What an item of `allOf` means, by its `$ref`."""
        self.declarations: list[str] = []
        self.remarks: list[Remark] = []
        self._remarked: set[Remark] = set()
        self.aliases: dict[str, str] = {}
        self.records: dict[str, bool] = {}
        """The schemas, and whether nothing must stand in their values."""
        self.variants: dict[tuple[str, str], str] = {}
        """Variants without payload, by their type and their name in data."""

    def remark(self, path: str, text: str) -> str:
        """Note what is not said, and give the comment about it."""
        remark = Remark(path or "/", text)
        if remark not in self._remarked:
            self._remarked.add(remark)
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
            more = self._part(part, f"{path}/allOf/{index}", path, depth + 1)
            for key, value in more.items():
                self.merge(whole, key, value, f"{path}/allOf/{index}")
        return whole

    def _part(self, part: Any, at: str, path: str, depth: int) -> Json:
        """An item of `allOf`, merged; once, if it is a `$ref`: they may double at each step."""
        ref = part.get("$ref") if isinstance(part, dict) else None
        if ref is None:
            return self.merged(part, path, depth)
        if ref not in self.merged_refs:
            self.merged_refs[ref] = self.merged(self.target(part, at), path, depth)
        return self.merged_refs[ref]

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

    def leftovers(self, form: Json, path: str, keys: Iterable[str]) -> list[str]:
        """Comments about the keywords of `keys` that a form has."""
        return [self.remark(path, f"`{key}: {short(form[key])}`") for key in keys if key in form]

    @abstractmethod
    def type(self, form: Any, path: str, hint: str) -> Made:
        """The type of a form; `hint` is what a new declaration would be called."""

    @abstractmethod
    def item(self, form: Any, path: str, hint: str) -> str:
        """A type within another, where no refinement can stand: it gets a name."""


def known_scalar(form: Json) -> str | None:
    """The scalar type whose form this is, but for notes."""
    bare = {key: value for key, value in form.items() if key not in NOTES}
    if form.get("writeOnly") is True or not bare:
        return None
    for name, own in SCALAR_SCHEMAS.items():
        if own and {k: v for k, v in own.items() if k not in NOTES} == bare and name != "Unit":
            return name
    return None


def is_map(form: Json) -> bool:
    """An object without members of its own."""
    more = form.get("additionalProperties", True)
    return not form.get("properties") and not form.get("required") and more is not False


def doc(form: Json) -> str:
    text = form.get("description", "")
    return "".join(f"/// {line}".rstrip() + "\n" for line in str(text).splitlines())


def escaped(text: str) -> str:
    return plain_text(text)[1:-1]


def plain_text(text: str) -> str:
    """A text literal on one line that is not raw."""
    return key_literal(text) if not is_name(text) else f'"{text}"'


def short(value: Any) -> str:

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
