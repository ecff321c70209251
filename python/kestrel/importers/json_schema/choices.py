"""Choices of forms: sums, told apart by a name, a tag, or their shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from kestrel.importers.json_schema.forms import (
    INTEGERS,
    NOTES,
    Made,
    doc,
    known_scalar,
    plain_text,
)
from kestrel.importers.json_schema.records import Records
from kestrel.importers.literals import is_name
from kestrel.importers.naming import capital, unique
from kestrel.ir.json_forms import NULL, Json


class Choices(Records):
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


def tag_text(form: Json, name: str) -> str | None:
    """The one text that a member must be."""
    own = form.get("properties", {}).get(name)
    if name not in form.get("required", ()) or not isinstance(own, dict):
        return None
    values = [own["const"]] if "const" in own else own.get("enum", [])
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


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
