"""Libraries that only some formats need."""

from __future__ import annotations

from importlib.util import find_spec

from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.source import Source


def needs(library: str, extra: str, source: Source) -> None:
    """Raises InvalidSource (KR0013) where a library is not installed."""
    if find_spec(library) is None:
        found = Diagnostic.make("KR0013", file=source.name, library=library, extra=extra)
        raise InvalidSource([found])
