"""Plain values as RFC 8785 canonical JSON, integers exact: what events are hashed over."""

from __future__ import annotations

import re

from kestrel import _core

_HARMFUL = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What can move a terminal's cursor or turn text round, and is no C0 control (those are always
escaped in JSON): DEL, C1, and the marks of bidirectional text."""


def encode(value: object) -> bytes:
    """Canonical JSON. A `msgspec.Raw` inside is taken as canonical already."""
    return _core.canonical_json(value)


def harmless(line: bytes) -> str:
    """The same JSON text with every control character escaped, so that it may be printed."""
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", line.decode())
