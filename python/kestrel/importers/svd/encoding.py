"""Vendors' XML in other encodings than UTF-8, declared or not: as UTF-8, with the same lines."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kestrel.text.diagnostic import Diagnostic
from kestrel.text.read import check_utf8, read_bytes
from kestrel.text.source import Source, Span

DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
SINGLE = ("iso-8859-1", "iso-8859-2", "iso-8859-15", "windows-1252", "windows-1250", "us-ascii")
"""Encodings that are read where a file declares them. XML 1.0, 4.3.3."""
BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_vendor(path: str | Path) -> tuple[Source, list[Diagnostic]]:
    """A file of registers. XML that is no UTF-8 is read as it declares, or else byte by byte as
    Latin-1, which is reported (KR0018).

    Raises:
        UnreadableFile: it cannot be read, or is no XML and no UTF-8.
    """
    data = read_bytes(path)
    source = Source(str(path), data)
    if data.startswith(BOMS):
        return Source(str(path), data.decode("utf-16", "replace").encode()), []
    if data.lstrip()[:1] != b"<" or _first_wrong(data) == len(data):
        check_utf8(source)
        return source, []
    declared = DECLARED.match(data)
    encoding = declared[1].decode().lower() if declared else ""
    if encoding in SINGLE:
        return Source(str(path), data.decode(encoding, "replace").encode()), []
    return _guessed(str(path), data)


def _guessed(name: str, data: bytes) -> tuple[Source, list[Diagnostic]]:
    """As UTF-8, but for the bytes that are none."""
    good = len(data[: _first_wrong(data)].decode().encode())
    source = Source(name, data.decode("utf-8", LATIN).encode())
    return source, [Diagnostic.make("KR0018", Span(source, good, good + 2))]


def _first_wrong(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


LATIN = "kestrel.latin"


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(LATIN, _as_latin)
