"""Loops: values that depend on themselves, and types that contain themselves."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from kestrel.check.shapes import bare, show
from kestrel.check.world import NewtypeInfo, RecordInfo, SumInfo, World
from kestrel.ir.types import AnyType, Named, TupleOf
from kestrel.text.source import Span

Key = tuple[str, str]
N = TypeVar("N", bound=Hashable)


class Dependencies:
    """Which field's value is made from which; a field is (record, name)."""

    def __init__(self) -> None:
        self.reads: dict[Key, set[Key]] = {}
        self.places: dict[tuple[Key, Key], Span] = {}

    def add(self, key: Key, reads: Iterable[Key], span: Span) -> None:
        for read in sorted(reads):
            self.reads.setdefault(key, set()).add(read)
            self.places.setdefault((key, read), span)


def report_value_cycles(world: World, found: Dependencies) -> None:
    """KS0117 for each loop of defaults, `when` and `compute`, with the loop written out."""
    for loop in loops(found.reads):
        names = [_field(key, loop[0][0]) for key in loop]
        world.sink.report(
            "KS0117",
            found.places[loop[0], loop[1]],
            name=names[0],
            path=" → ".join(names),
            caret=f"`{names[0]}` reads `{names[1]}` here",
        )


def _field(key: Key, home: str) -> str:
    record, name = key
    return name if record == home else f"{show(Named(record))}.{name}"


def loops(edges: Mapping[N, Iterable[N]]) -> list[list[N]]:
    """One loop for each group of nodes that reach each other: first node, …, first node again."""
    done: set[N] = set()
    found: list[list[N]] = []
    for start in edges:
        if start not in done:
            _search(start, edges, done, found)
    return found


def _search(start: N, edges: Mapping[N, Iterable[N]], done: set[N], found: list[list[N]]) -> None:
    path: list[N] = [start]
    stack = [iter(edges.get(start, ()))]
    done.add(start)
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            path.pop()
        elif step in path:
            found.append([*path[path.index(step) :], step])
        elif step not in done:
            done.add(step)
            path.append(step)
            stack.append(iter(edges.get(step, ())))


def report_infinite_types(world: World) -> None:
    """KS0118 for each record or sum of which no finite value exists."""
    edges = {name: _needed(world, name) for name in world.types}
    finite = _finite(world)
    infinite = {n: [m for m in e if m not in finite] for n, e in edges.items() if n not in finite}
    for loop in loops(infinite):
        info = world.types[loop[0]]
        short = [show(Named(name)) for name in loop]
        node = info.node if not hasattr(info.node, "name") else info.node.name
        span = info.place.module.span(node)
        world.sink.report("KS0118", span, name=short[0], path=" → ".join(short))


def _needed(world: World, name: str) -> list[str]:
    """Named types of which a value is needed to make one of `name`."""
    info = world.types[name]
    match info:
        case RecordInfo():
            types = [f.plain for f in info.fields.values() if not f.computed]
        case SumInfo():
            types = [t for v in info.variants.values() for t in _payload(v.items, v.fields)]
        case NewtypeInfo():
            types = [info.base]
    return [n for t in types for n in _direct(t)]


def _payload(items: tuple[AnyType, ...], fields: RecordInfo | None) -> tuple[AnyType, ...]:
    return (Named(fields.name),) if fields is not None else items


def _direct(t: AnyType) -> list[str]:
    """Options and collections can be empty, so what they hold is not needed."""
    plain = bare(t)
    if isinstance(plain, Named):
        return [plain.name]
    if isinstance(plain, TupleOf):
        return [n for item in plain.items for n in _direct(item)]
    return []


def _finite(world: World) -> set[str]:
    """The least set of named types that have a finite value."""
    finite: set[str] = set()
    grew = True
    while grew:
        grew = False
        for name, info in world.types.items():
            if name not in finite and _has_value(world, name, info, finite):
                finite.add(name)
                grew = True
    return finite


def _has_value(
    world: World, name: str, info: RecordInfo | SumInfo | NewtypeInfo, finite: set[str]
) -> bool:
    if isinstance(info, SumInfo):
        payloads = [_payload(v.items, v.fields) for v in info.variants.values()]
        return any(all(n in finite for t in p for n in _direct(t)) for p in payloads)
    return all(n in finite for n in _needed(world, name))
