"""Plain values as RFC 8785 canonical JSON, integers exact: what events are hashed over."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from kestrel.ir.canon import number

_encoder = msgspec.json.Encoder()
_sorting = msgspec.json.Encoder(order="sorted")
_FLOAT = re.compile(rb"[:,\[]-?[0-9]+[.eE]")
"""Where a number that is no integer may begin; inside of a string it does no harm."""
_HARMFUL = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What can move a terminal's cursor or turn text round, and is no C0 control (those are always
escaped in JSON): DEL, C1, and the marks of bidirectional text."""


def encode(value: object) -> bytes:
    """Canonical JSON. A `msgspec.Raw` inside is taken as canonical already.

    Most values hold only what one pass in C writes canonically: ASCII, and integers.
    """
    try:
        quick = _sorting.encode(value)
    except UnicodeEncodeError:
        return encode_any(value)
    return quick if quick.isascii() and not _FLOAT.search(quick) else encode_any(value)


def encode_any(value: object) -> bytes:
    """The same, for what is known to hold floats or other text."""
    return _encoder.encode(_spelt(value))


def harmless(line: bytes) -> str:
    """The same JSON text with every control character escaped, so that it may be printed."""
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", line.decode())


def _spelt(value: object) -> object:
    if isinstance(value, Mapping):
        return {_text(key): _spelt(value[key]) for key in _in_order(value)}
    if isinstance(value, list | tuple):
        return [_spelt(item) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return msgspec.Raw(number(value).encode())
    return value


def _in_order(value: Mapping[str, object]) -> list[str]:
    keys = sorted(value)
    if all(key.isascii() for key in keys):
        return keys
    return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _text(value: str) -> str:
    """Bytes of the environment or of file names that are no UTF-8 come as lone surrogates."""
    if value.isascii():
        return value
    return value.encode("utf-8", "backslashreplace").decode()
