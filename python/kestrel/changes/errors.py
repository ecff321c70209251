"""What can be wrong with changes and plans, as an exception."""

from __future__ import annotations

from typing import Any, Self

from kestrel.text.diagnostic import Diagnostic, KestrelError


class InvalidChange(KestrelError):
    """A change that does not fit its base, or a plan that is not one, or not what it says."""

    @classmethod
    def make(cls, code: str, *, file: str | None = None, **values: Any) -> Self:
        return cls([Diagnostic.make(code, file=file, **values)])
