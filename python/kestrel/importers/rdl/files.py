"""The files of a SystemRDL description, looked at before anything is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.read import read_source
from kestrel.text.source import Source, Span

COMMENT = rb"//[^\n]*|/\*.*?\*/"
QUOTED = rb'"(?:\\.|[^"\\])*"'
TOKEN = re.compile(rb'`include\s*["<]([^">\n]*)[">]|<%|' + COMMENT + b"|" + QUOTED, re.S)
MAX_FILES = 1000


def all_files(first: Source) -> list[Source]:
    """A file and all that it includes, each once.

    Raises:
        InvalidSource: KR0011, there is Perl in one of them, which would be run; KR0012, one
            includes what is outside of the project.
        UnreadableFile: one of them cannot be read.
    """
    root = _root(Path(first.name))
    found = {Path(first.name).resolve(): first}
    waiting = [first]
    while waiting:
        source = waiting.pop()
        for path in _included(source, Path(first.name).parent, root):
            if path.resolve() not in found and len(found) < MAX_FILES:
                found[path.resolve()] = read_source(path)
                waiting.append(found[path.resolve()])
    return list(found.values())


def _root(file: Path) -> Path:
    """Where the project ends: the working directory, if the file is in it; else a folder above."""
    here = Path.cwd().resolve()
    return here if file.resolve().is_relative_to(here) else file.resolve().parent.parent


def _included(source: Source, first: Path, root: Path) -> Iterator[Path]:
    for match in TOKEN.finditer(source.data):
        span = Span(source, match.start(), match.end())
        if match[0] == b"<%":
            raise InvalidSource([Diagnostic.make("KR0011", span)])
        if match[1] is None:
            continue
        name = match[1].decode("utf-8", "replace")
        places = (first / name, Path(source.name).parent / name)
        if not any(each.resolve().is_relative_to(root) for each in places):
            raise InvalidSource([Diagnostic.make("KR0012", span, path=name)])
        path = next((each for each in places if each.is_file()), None)
        if path is None:
            continue  # the compiler says so
        if not path.resolve().is_relative_to(root):
            raise InvalidSource([Diagnostic.make("KR0012", span, path=name)])
        yield path
