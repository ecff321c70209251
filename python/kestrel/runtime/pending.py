"""What a process has promised, and what it holds on to until a change is confirmed."""

from __future__ import annotations

import time
from collections.abc import Iterator

from kestrel import _core
from kestrel.runtime.hooks import Prepared
from kestrel.runtime.intents import Intent
from kestrel.runtime.secrets import Found
from kestrel.runtime.windows import Window

Trouble = tuple[str, str, str]
"""A change's id, the event id of its application, and what went wrong with it here."""


class Pending:
    """An intent that this process has prepared for, and until when it stands by its word."""

    def __init__(
        self, intent: Intent, snapshot: _core.Snapshot, hooks: Prepared, secrets: Found
    ) -> None:
        self.intent = intent
        self.snapshot = snapshot
        self.hooks = hooks
        self.secrets = secrets
        self.until = time.monotonic() + intent.bound

    @property
    def number(self) -> int:
        """The generation that it makes, if it makes one."""
        return self.intent.base + 1


class Unconfirmed:
    """The hooks of committed changes that wait to be confirmed, in their order."""

    def __init__(self) -> None:
        self._waiting: list[Pending] = []

    @property
    def first(self) -> int | None:
        """The first generation that waits."""
        return self._waiting[0].number if self._waiting else None

    @property
    def parts(self) -> tuple[Prepared, ...]:
        return tuple(one.hooks for one in self._waiting)

    def add(self, pending: Pending) -> None:
        self._waiting.append(pending)

    def end(self, window: Window | None) -> Iterator[Trouble]:
        """Tell them how the window ended that they waited in; what went wrong."""
        undone = window is not None and window.state == "undone"
        for one in reversed(self._waiting) if undone else self._waiting:
            failed = one.hooks.abort() if undone else one.hooks.finalize()
            if failed:
                yield one.intent.audit_id, one.intent.id, failed
