"""What each function may do, and where that comes from.

A function has the effects of what it calls. They are joined over the graph of calls, those of
functions that call each other included; for each effect of each function the shortest path to where
it comes from is kept. Callers of a function that declares its effects see what it declares.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from kestrel.check.code.allocations import allocations
from kestrel.ir.effects import AUDIT, UNSAFE, closure, ordered
from kestrel.ir.exprs import At, Call, Copy, Invoke, Log, Unsafe
from kestrel.ir.functions import AnyForeign, ForeignFn, Function
from kestrel.ir.ranges import Stored, analyse
from kestrel.ir.walk import children, walk

ALLOC = "alloc"
"""What `@no_alloc` forbids; nobody declares it."""

PURE = frozenset({"panic", ALLOC})
"""What a `@pure` function may do all the same."""
FORBIDS: dict[str, frozenset[str]] = {
    "pure": frozenset(),
    "no_panic": frozenset({"panic"}),
    "no_alloc": frozenset({ALLOC}),
}


class Source(NamedTuple):
    """Where an effect comes from: something that is done at a place, or a function of C."""

    what: str
    at: At | None
    foreign: str = ""


class Step(NamedTuple):
    """On the way to an effect's source: the next function, and where it is called. At the source
    there is none."""

    source: Source | None
    call: Call | None


class Site(NamedTuple):
    """A call of C, or bytes that are copied from where C said, and whether it stands in an `unsafe`
    block."""

    node: Invoke | Copy
    guarded: bool


class Effects:
    """The effects of all functions of a check."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        foreign: Mapping[str, AnyForeign],
        stored: Stored,
    ) -> None:
        self.functions = functions
        self.foreign = foreign
        self.stored = stored
        self.direct: dict[str, dict[str, Source]] = {}
        self.calls: dict[str, list[Call]] = {}
        self.steps: dict[tuple[str, str], Step] = {}
        """By function and effect."""
        for name, function in functions.items():
            self.direct[name] = dict(self._direct(function))
            self.calls[name] = [n for n in walk(function.body) if isinstance(n, Call)]
        self._join()

    def of(self, name: str) -> frozenset[str]:
        """What a function may do, whatever it declares."""
        return frozenset(tag for fn, tag in self.steps if fn == name)

    def outward(self, name: str) -> frozenset[str]:
        """What its callers see."""
        declared = self.functions[name].declared
        if declared is None:
            return self.performed[name]
        return closure(declared) | (self.performed[name] & {ALLOC})

    def path(self, name: str, tag: str) -> tuple[list[tuple[str, At | None]], Source]:
        """From a function to where an effect of it comes from: each function with the place of the
        call in it that leads on; and the source."""
        found: list[tuple[str, At | None]] = []
        step = self.steps[name, tag]
        while step.call is not None:
            found.append((name, step.call.at))
            name = step.call.fn
            step = self.steps[name, tag]
        assert step.source is not None
        return [*found, (name, step.source.at)], step.source

    # ---------------------------------------------------------------- how they are found

    def _direct(self, function: Function) -> Iterator[tuple[str, Source]]:
        found: dict[str, Source] = {}
        for node in walk(function.body):
            if isinstance(node, Invoke):
                fn = self.foreign.get(node.fn)
                assert isinstance(fn, ForeignFn)
                for tag in (*fn.effects, *([] if fn.no_alloc else [ALLOC])):
                    if tag != UNSAFE:
                        found.setdefault(tag, Source(fn.symbol, node.at, fn.name))
            elif isinstance(node, Log):
                found.setdefault(AUDIT, Source("audit.log", node.at))
        for panic in analyse(function, self.stored).panics:
            found.setdefault("panic", Source(panic.why, panic.at))
        for node in allocations(function.body):
            found.setdefault(ALLOC, Source("memory is allocated", node.at))
        yield from found.items()

    def _join(self) -> None:
        callers: dict[str, list[tuple[str, Call]]] = {}
        for name, calls in self.calls.items():
            for call in calls:
                callers.setdefault(call.fn, []).append((name, call))
        pending: deque[tuple[str, str]] = deque()
        for name, found in self.direct.items():
            for tag, source in found.items():
                self.steps[name, tag] = Step(source, None)
                pending.append((name, tag))
        self._spread(pending, callers)
        for name, function in self.functions.items():
            for tag in sorted(closure(function.declared or ())):
                if (name, tag) not in self.steps:
                    self.steps[name, tag] = Step(Source("declared", function.at), None)
                    pending.append((name, tag))
        self._spread(pending, callers)
        self.performed: dict[str, frozenset[str]] = {name: frozenset() for name in self.functions}
        tags: dict[str, set[str]] = {}
        for (name, tag), step in self.steps.items():
            if step.source is None or step.source.what != "declared":
                tags.setdefault(name, set()).add(tag)
        self.performed.update({name: frozenset(found) for name, found in tags.items()})

    def _spread(
        self, pending: deque[tuple[str, str]], callers: Mapping[str, list[tuple[str, Call]]]
    ) -> None:
        """Breadth first, so that each path is a shortest one."""
        while pending:
            name, tag = pending.popleft()
            declared = self.functions[name].declared
            if declared is not None and tag != ALLOC and tag not in closure(declared):
                continue
            for caller, call in callers.get(name, ()):
                if (caller, tag) not in self.steps:
                    self.steps[caller, tag] = Step(None, call)
                    pending.append((caller, tag))


def with_effects(functions: Mapping[str, Function], effects: Effects) -> dict[str, Function]:
    """The functions, with what they may do."""
    return {
        name: replace(function, effects=ordered(effects.outward(name)))
        for name, function in functions.items()
    }


def sites(function: Function) -> Iterator[Site]:
    """What may need an `unsafe` block in a function."""
    pending: list[tuple[object, bool]] = [(function.body, False)]
    while pending:
        node, guarded = pending.pop()
        if isinstance(node, Invoke | Copy):
            yield Site(node, guarded)
        inside = guarded or isinstance(node, Unsafe)
        pending.extend((child, inside) for child in children(node))  # type: ignore[arg-type]
