"""What a program does when its config changes: functions by JSON Pointer pattern, and the four
moments of what they return.

    prepare    the function itself; it may refuse (`raise kestrel.Refuse("why")`, or any exception)
    commit     the new generation is what runs
    finalize   it will not be taken back: close what only the old one needed
    abort      it was given up: before the commit, or after it, as it was not confirmed

Each may be `async def`. A change that waits to be confirmed is taken back by the parts that hold on
to what the old generation needed: they are told `abort`, and cannot refuse. Hooks whose parts know
no `abort` are asked about the way back like about any change.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

from kestrel.changes.members import Change
from kestrel.runtime.errors import Refuse, StateError
from kestrel.runtime.loops import Loop

Moment = Literal["commit", "finalize", "abort"]
Function = TypeVar("Function", bound=Callable[..., Any])

_inside: ContextVar[str] = ContextVar("inside", default="")


class Refusal(Exception):
    """A hook refused; the text says which and why."""


def inside() -> str:
    """The name of the hook that runs here, or nothing."""
    return _inside.get()


class Hook:
    """A function, and the places that it is for."""

    def __init__(self, segments: tuple[str, ...], function: Callable[[Change, Any], Any]) -> None:
        self.segments = segments
        self.function = function
        self.name = getattr(function, "__qualname__", repr(function))

    def concerns(self, change: Change) -> bool:
        paths: list[str] = [change[member] for member in ("path", "from") if member in change]
        return any(touches(self.segments, _segments(path)) for path in paths)


class Hooks:
    """The hooks of one program, in the order in which they were added."""

    def __init__(self) -> None:
        self._hooks: list[Hook] = []
        self.loop = Loop()

    def add(self, pattern: str) -> Callable[[Function], Function]:
        """A decorator: `function(change, new)` is called at prepare, once a matching change.

        Raises:
            StateError: KS0731, `pattern` is none.
        """
        segments = parse_pattern(pattern)
        self.loop.adopt()

        def register(function: Function) -> Function:
            self._hooks.append(Hook(segments, function))
            return function

        return register

    def prepare(
        self, changes: Iterable[Change], new: object, waiting: Sequence[Prepared] = ()
    ) -> Prepared:
        """Ask every hook that a change concerns; on the way back from the changes of `waiting`,
        those whose parts do not go back by themselves.

        Raises:
            Refusal: one refused; those asked before were told to abort.
        """
        prepared = Prepared(self.loop, waiting)
        back = {hook for one in waiting for hook in one.returning}
        for change in changes if self._hooks else ():
            for hook in self._hooks:
                if hook.concerns(change) and hook not in back:
                    prepared.ask(hook, change, new)
        return prepared


class Prepared:
    """What the hooks returned for one intent. `waiting` are those of earlier changes, which this
    one takes back."""

    def __init__(self, loop: Loop, waiting: Sequence[Prepared] = ()) -> None:
        self._loop = loop
        self._waiting = tuple(waiting)
        self._parts: list[tuple[Hook, object]] = []

    @property
    def returning(self) -> set[Hook]:
        """The hooks whose parts can go back."""
        return {hook for hook, part in self._parts if hasattr(part, "abort")}

    def ask(self, hook: Hook, change: Change, new: object) -> None:
        try:
            part = call(self._loop, hook.name, hook.function, change, new)
        except Exception as error:
            self.abort()
            raise Refusal(_reason(hook.name, error)) from None
        if part is not None:
            self._parts.append((hook, part))

    def commit(self) -> str | None:
        """What went wrong, if anything did."""
        failed = [one.abort() for one in reversed(self._waiting)]
        failed.append(self._tell("commit", self._parts))
        return "; ".join(filter(None, failed)) or None

    def finalize(self) -> str | None:
        return self._tell("finalize", self._parts)

    def abort(self) -> str | None:
        return self._tell("abort", reversed(self._parts))

    def _tell(self, moment: Moment, parts: Iterable[tuple[Hook, object]]) -> str | None:
        """Tell all of them, whatever the others do."""
        failed = []
        for hook, part in parts:
            try:
                call(self._loop, hook.name, getattr(part, moment, _nothing))
            except Exception as error:
                failed.append(f"{moment} of {_reason(hook.name, error)}")
        return "; ".join(failed) or None


def call(loop: Loop, name: str, function: Callable[..., Any], *arguments: object) -> Any:
    """Call a hook or a probe, `async def` or not. Raises what it raises."""
    with _running(name):
        answer = function(*arguments)
    return loop.wait(answer, lambda: _running(name)) if inspect.isawaitable(answer) else answer


def parse_pattern(text: str) -> tuple[str, ...]:
    """A JSON Pointer (RFC 6901) in which a segment `*` stands for any.

    Raises:
        StateError: KS0731, it is neither empty nor begins with a slash.
    """
    if text and not text.startswith("/"):
        raise StateError.make("KS0731", pattern=text, why="it does not begin with /")
    return _segments(text)


def touches(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Does a change at `path` change something at, above or below what `pattern` names?"""
    return all(wanted in ("*", found) for wanted, found in zip(pattern, path, strict=False))


def _segments(pointer: str) -> tuple[str, ...]:
    return tuple(s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:])


@contextmanager
def _running(name: str) -> Iterator[None]:
    token = _inside.set(name)
    try:
        yield
    finally:
        _inside.reset(token)


def _reason(name: str, error: Exception) -> str:
    if isinstance(error, Refuse):
        return f"hook {name}: {error}"
    return f"hook {name} raised {type(error).__name__}: {error}"


def _nothing() -> None:
    pass
