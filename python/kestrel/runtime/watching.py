"""A file that a program follows: a watch in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from kestrel.runtime.watch import Seen, Watch

log = logging.getLogger("kestrel.watch")
LEAVE = 15.0
"""How long `close` waits for a reload that goes on."""


class Watching:
    """What `Runtime.watch` gives; it ends with `close`, with its runtime, or its `with` block."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._thread = threading.Thread(target=watch.run, name="kestrel-watch", daemon=True)
        self._thread.start()

    @property
    def last(self) -> Seen | None:
        """What came of the file when something last came of it."""
        return self._watch.last

    def refresh(self, patience: float = 30.0) -> bool:
        """Have the file read again, changed or not; True once that is done, within `patience`
        seconds."""
        return self._watch.refresh(patience)

    def close(self) -> None:
        """Follow the file no more."""
        self._watch.stop()
        if threading.current_thread() is not self._thread:
            self._thread.join(LEAVE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def guarded(tell: Callable[[Seen], object] | None) -> Callable[[Seen], None]:
    """What the program wants told, without being stopped by what that raises."""

    def told(seen: Seen) -> None:
        try:
            if tell is not None:
                tell(seen)
        except Exception:
            log.exception("what was to be told of a watched file failed")

    return told
