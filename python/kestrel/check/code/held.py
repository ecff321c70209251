"""What the analysis of obligations keeps: handles that values hold, and what became of each."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kestrel.ir.exprs import At
from kestrel.ir.types import Foreign

Status = Literal["open", "deferred", "released", "moved", "half"]
"""`half`: released or moved on one way to here, and not on another."""

GONE: frozenset[Status] = frozenset({"released", "moved"})


class Token(NamedTuple):
    """A handle that an expression's value holds. `owner` is the variable whose handle it must not
    outlive; empty if it depends on none."""

    type: Foreign
    at: At | None
    owner: str = ""


class Held(NamedTuple):
    """The handles in a value: itself one, or in its `parts` (of a tuple by position), or only
    `inside` a result or option, where it is not known whether it is there."""

    token: Token | None = None
    parts: tuple[Held, ...] = ()
    inside: Held | None = None
    name: str = ""
    """The variable that the value is, if it is one."""

    def __bool__(self) -> bool:
        return self.token is not None or any(self.parts) or bool(self.inside)

    def tokens(self) -> tuple[Token, ...]:
        own = (self.token,) if self.token is not None else ()
        inner = self.inside.tokens() if self.inside is not None else ()
        return (*own, *(t for part in self.parts for t in part.tokens()), *inner)


NOTHING = Held()


class Slot(NamedTuple):
    """A variable that holds a handle, or a value with handles in it. `level` is the block that it
    belongs to; `lent`: it is the caller's, `place` is where it was released, moved or deferred."""

    held: Held
    status: Status
    level: int
    lent: bool = False
    place: At | None = None

    @property
    def token(self) -> Token:
        return self.held.tokens()[0]


class State(NamedTuple):
    """What is known at a point of a function: of handles, and whether records were written, in the
    function and in the innermost `unsafe` block."""

    slots: dict[str, Slot]
    audited: bool
    guarded: bool

    def having(self, name: str, slot: Slot) -> State:
        return self._replace(slots={**self.slots, name: slot})

    def without(self, names: set[str]) -> State:
        return self._replace(slots={n: s for n, s in self.slots.items() if n not in names})


def joined(a: State | None, b: State | None) -> State | None:
    """What holds on both ways to a point; a way that has left counts for nothing."""
    if a is None or b is None:
        return a if b is None else b
    slots = {name: _joined(a.slots[name], b.slots[name]) for name in a.slots if name in b.slots}
    return State(slots, a.audited and b.audited, a.guarded and b.guarded)


def _joined(a: Slot, b: Slot) -> Slot:
    if a.status == b.status:
        return a
    gone = a if a.status in GONE or a.status == "half" else b
    if a.status in GONE and b.status in GONE:
        return gone
    return gone._replace(status="half")
