"""What a program does when its config changes: functions by JSON Pointer pattern, and the four
moments of what they return.

    prepare    the function itself; it may refuse (`raise kestrel.Refuse("why")`, or any exception)
    commit     the new generation is what runs
    finalize   it will not be taken back: close what only the old one needed
    abort      it was given up after prepare; nothing changed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

from kestrel.changes.members import Change
from kestrel.runtime.errors import Refuse, StateError

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

    def add(self, pattern: str) -> Callable[[Function], Function]:
        """A decorator: `function(change, new)` is called at prepare, once a matching change.

        Raises:
            StateError: KS0731, `pattern` is none.
        """
        segments = parse_pattern(pattern)

        def register(function: Function) -> Function:
            self._hooks.append(Hook(segments, function))
            return function

        return register

    def prepare(self, changes: Iterable[Change], new: object) -> Prepared:
        """Ask every hook that a change concerns.

        Raises:
            Refusal: one refused; those asked before were told to abort.
        """
        prepared = Prepared()
        for change in changes if self._hooks else ():
            for hook in self._hooks:
                if hook.concerns(change):
                    prepared.ask(hook, change, new)
        return prepared


class Prepared:
    """What the hooks returned for one intent."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, object]] = []

    def ask(self, hook: Hook, change: Change, new: object) -> None:
        try:
            with _running(hook.name):
                part = hook.function(change, new)
        except Exception as error:
            self.abort()
            raise Refusal(_reason(hook.name, error)) from None
        if part is not None:
            self._parts.append((hook.name, part))

    def commit(self) -> str | None:
        """What went wrong, if anything did."""
        return self._tell("commit", self._parts)

    def finalize(self) -> str | None:
        return self._tell("finalize", self._parts)

    def abort(self) -> str | None:
        return self._tell("abort", reversed(self._parts))

    def _tell(self, moment: Moment, parts: Iterable[tuple[str, object]]) -> str | None:
        """Tell all of them, whatever the others do."""
        failed = []
        for name, part in parts:
            try:
                with _running(name):
                    getattr(part, moment, _nothing)()
            except Exception as error:
                failed.append(f"{moment} of {_reason(name, error)}")
        return "; ".join(failed) or None


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
