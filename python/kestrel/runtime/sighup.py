"""SIGHUP as a wish to reload, where a program asks for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue
from types import FrameType

from kestrel.runtime.errors import StateError


class Hangups:
    """Calls `action` in a thread of its own after each SIGHUP; several that come meanwhile are one.

    The signal's handler does no more than put something into a queue, which is safe at any moment.
    """

    def __init__(self, action: Callable[[], None]) -> None:
        """Raises StateError (KS0754) outside of the main thread, where no handler can be set."""
        self._queue: SimpleQueue[bool] = SimpleQueue()
        self._action = action
        if threading.current_thread() is not threading.main_thread():
            raise StateError.make("KS0754")
        self._before = signal.signal(signal.SIGHUP, self._note)
        self._thread = threading.Thread(target=self._run, name="kestrel-sighup", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """The signal does again what it did before."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGHUP, self._before)
        self._queue.put(False)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._queue.put(True)

    def _run(self) -> None:
        goes_on = self._queue.get()
        while goes_on:
            while goes_on and not self._queue.empty():
                goes_on = self._queue.get()
            self._action()
            goes_on = goes_on and self._queue.get()
