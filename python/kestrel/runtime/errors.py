"""What can go wrong with a state, as exceptions. Each carries diagnostics."""

from __future__ import annotations

from typing import Any, Self

from kestrel.text.diagnostic import Diagnostic, KestrelError


class StateError(KestrelError):
    """A state file cannot be used, or not for this. Nothing was changed."""

    @classmethod
    def make(cls, code: str, **values: Any) -> Self:
        return cls([Diagnostic.make(code, **values)])


class StateLocked(StateError):
    """Another connection kept SQLite's write lock for longer than the bound."""


class OutcomeUnknown(StateError):
    """The disk failed at commit: the transaction may stand after a restart, or not.

    The connection was closed; whoever catches this reopens and looks for what was written.
    """


class Refuse(Exception):
    """Raised by a hook at prepare: this program does not take the change, and why."""
