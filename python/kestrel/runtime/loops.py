"""`async def` hooks and probes: they run on the program's own event loop, while the thread that
asks them waits."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import asyncio

Inside = Callable[[], AbstractContextManager[None]]

LOOK = 0.25
"""Seconds between looks at whether the loop still runs."""


class Loop:
    """The event loop of a program: the one on which it opened the runtime, added a hook or called
    `areload`."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def adopt(self) -> None:
        """Take the loop that runs here, if one does and none that runs is known."""
        running = running_loop()
        if running is not None and not self._runs():
            self._loop = running

    def wait(self, answer: Awaitable[Any], inside: Inside) -> Any:
        """What a hook's coroutine comes to; `inside` is entered around it, where it runs.

        Raises:
            RuntimeError: there is no loop that it could run on, or it ended meanwhile.
        """
        loop = self._loop
        if loop is None or not self._runs():
            _refuse(answer, "and no event loop runs that this runtime knows")
        if running_loop() is loop:
            _refuse(answer, "and was called on its own event loop")
        import asyncio  # deferred: commands do without it, and it loads slowly

        future = asyncio.run_coroutine_threadsafe(_within(answer, inside), loop)
        while True:
            try:
                return future.result(LOOK)
            except TimeoutError:
                if future.done():
                    return future.result()
                if not loop.is_running():
                    future.cancel()
                    raise RuntimeError("its event loop ended") from None

    def _runs(self) -> bool:
        return self._loop is not None and self._loop.is_running()


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs in this thread; none does where nobody has loaded asyncio."""
    if "asyncio" not in sys.modules:
        return None
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def _within(answer: Awaitable[Any], inside: Inside) -> Any:
    with inside():
        return await answer


def _refuse(answer: Awaitable[Any], why: str) -> NoReturn:
    if inspect.iscoroutine(answer):
        answer.close()
    raise RuntimeError(f"it is `async def`, {why}")
