"""Sleeping until something happens in some folders."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

GROUP = 400
"""Milliseconds for which changes that come thick and fast are taken together, at most."""
STEP = 50
"""Milliseconds after which a change that nothing followed is reported."""


class Wakes:
    """Wakes when a file in one of the folders appears, changes or goes; or only when the time is
    over, where the system cannot tell (its watches are used up, a network file system)."""

    def __init__(self, folders: tuple[str, ...], stopped: threading.Event) -> None:
        self._stopped = stopped
        self._notify = _notify(folders)

    def wait(self, seconds: float) -> None:
        if self._notify is None:
            self._stopped.wait(seconds)
        elif seconds > 0:
            self._notify.watch(GROUP, STEP, max(round(seconds * 1000), 1), self._stopped)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._notify is not None:
            self._notify.close()


def _notify(folders: tuple[str, ...]) -> RustNotify | None:
    from watchfiles._rust_notify import RustNotify  # deferred: loads an extension

    try:
        return RustNotify(list(folders), False, False, 300, False, True)
    except (OSError, RuntimeError):
        return None
