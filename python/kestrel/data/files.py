"""Config files of every format, by the end of their names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kestrel.data.document import Document
from kestrel.data.json import read_json
from kestrel.data.ks import KsFile
from kestrel.ir.decls import Config
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.read import LIMIT, YAML_LIMIT, UnreadableFile, read_source


def read_document(path: str, name: str | None = None, *, many: bool = False) -> Document:
    """A config file, read and not yet typed.

    `name` is the config's in a `.ks` file; `many` takes several YAML documents as a list.

    Raises:
        UnreadableFile: missing, too large, no regular file, not UTF-8, or of no known kind.
        InvalidConfig: malformed; a `.ks` config that has no value.
        InvalidSource: a `.ks` file that does not compile, or has no such config.
    """
    if is_ks(path):
        file = KsFile.read(path)
        return file.document(file.find(Config, name))
    return _format(path)(path, many)


def split_name(path: str | Path) -> tuple[str, str | None]:
    """`FILE#NAME` in its two parts, NAME of a `.ks` file alone."""
    file, mark, name = str(path).rpartition("#")
    return (file, name) if mark and is_ks(file) else (str(path), None)


def is_ks(path: str | Path) -> bool:
    return Path(path).suffix == ".ks"


def _json(path: str, many: bool) -> Document:
    return read_json(read_source(path, LIMIT))


def _yaml(path: str, many: bool) -> Document:
    from kestrel.data.yaml import read_yaml  # deferred: with PyYAML

    return read_yaml(read_source(path, YAML_LIMIT), many=many)


def _toml(path: str, many: bool) -> Document:
    from kestrel.data.toml import read_toml  # deferred: with tomllib

    return read_toml(read_source(path, LIMIT))


FORMATS: dict[str, Callable[[str, bool], Document]] = {
    ".json": _json,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
}


def _format(path: str) -> Callable[[str, bool], Document]:
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        known = ", ".join([".ks", *FORMATS])
        values: dict[str, Any] = {"path": path, "known": known}
        raise UnreadableFile([Diagnostic.make("KS0806", file=path, **values)])
    return FORMATS[suffix]
