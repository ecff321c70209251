"""Objects: schemas, their fields, and defaults."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from kestrel.importers.json_schema.forms import (
    FORMATS,
    INTEGERS,
    UNSAID,
    Forms,
    Made,
    doc,
    plain_text,
    short,
)
from kestrel.importers.literals import float_literal, text_literal
from kestrel.importers.naming import capital, field_word, unique
from kestrel.ir.json_forms import Json


class Records(Forms):
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
