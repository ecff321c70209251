"""TOML texts: values by the standard library's `tomllib`, places by `toml_places`.

tomlkit keeps places too, and takes five times as long as both. Dates and times are texts.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Any

from kestrel import _core
from kestrel.data.document import Document
from kestrel.data.toml_places import Path, Place, deep_key, places
from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.source import Source, Span

DEPTH = 128
WORD = 64
"""Bits of the largest integers that a type can have."""

_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(source: Source) -> Document:
    """The document of a TOML text.

    Raises:
        InvalidConfig: KS0414 or KS0424, with its place.
    """
    text = source.data.decode()
    if (key := deep_key(text, DEPTH)) is not None:
        raise _too_deep(source, key)
    try:
        value = tomllib.loads(text)
        writer = _Writer(source, places(text))
        writer.write(value, ())
    except tomllib.TOMLDecodeError as error:
        raise _malformed(source, str(error)) from None
    except ValueError:  # Python's own bound on the digits of an integer
        raise _malformed(source, "an integer of thousands of digits") from None
    except RecursionError:
        raise _too_deep(source, (0, 0)) from None
    return Document(writer.doc, [source])


class _Writer:
    """Writes tomllib's values into a `Doc`, each with its place."""

    def __init__(self, source: Source, found: dict[Path, Place]) -> None:
        self.doc = _core.Doc()
        self.source = source
        self.places = found

    def write(self, value: Any, path: Path) -> None:
        _, place = self.places.get(path, ((-1, -1), (-1, -1)))
        if len(path) > DEPTH:
            raise _too_deep(self.source, place)
        match value:
            case dict():
                self.write_map(value, path, place)
            case list():
                self.write_list(value, path, place)
            case bool():
                self.doc.boolean(value, *place)
            case int() if value.bit_length() > WORD:  # beyond any type: its text says what it is
                self.doc.plain(str(value), *place)
            case int():
                self.doc.integer(value, *place)
            case float():
                self.doc.real(value, *place)
            case datetime.datetime() | datetime.date() | datetime.time():
                self.doc.text(_as_written(value), *place)
            case _:
                self.doc.text(value, *place)

    def write_map(self, value: dict[str, Any], path: Path, place: tuple[int, int]) -> None:
        opened = self.doc.open_map(*place)
        for name, member in value.items():
            key, _ = self.places.get((*path, name), ((-1, -1), (-1, -1)))
            self.doc.text(name, *key)
            self.write(member, (*path, name))
        self.doc.close(opened)

    def write_list(self, value: list[Any], path: Path, place: tuple[int, int]) -> None:
        opened = self.doc.open_list(*place)
        for index, item in enumerate(value):
            self.write(item, (*path, index))
        self.doc.close(opened)


def _as_written(value: datetime.datetime | datetime.date | datetime.time) -> str:
    """RFC 3339, with `Z` for UTC."""
    return value.isoformat().replace("+00:00", "Z")


def _malformed(source: Source, message: str) -> InvalidConfig:
    found = _WHERE.search(message)
    at = len(source.data)
    if found and found[1]:
        at = source.offset(int(found[1]), int(found[2]))
    why = _WHERE.sub("", message)
    return InvalidConfig([Diagnostic.make("KS0424", Span(source, at, at), why=why)])


def _too_deep(source: Source, place: tuple[int, int]) -> InvalidConfig:
    span = Span(source, max(place[0], 0), max(place[1], 0))
    return InvalidConfig([Diagnostic.make("KS0414", span, limit=DEPTH)])
