"""Does each function do what it says? Effects, `@pure` and its like, boundaries, `unsafe`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kestrel.check.code.effects import ALLOC, FORBIDS, PURE, Effects, Source, sites
from kestrel.check.world import World
from kestrel.ir.effects import BOUNDARIES, closure, ordered
from kestrel.ir.exprs import At, Copy
from kestrel.ir.functions import ForeignFn, Function
from kestrel.text.source import Source as Text
from kestrel.text.source import Span


class Places:
    """Spans of the IR's places."""

    def __init__(self, sources: Mapping[int, Text]) -> None:
        self._sources = sources

    def span(self, at: At | None) -> Span | None:
        return None if at is None else Span(self._sources[at[0]], at[1], at[2])

    def head(self, at: At | None) -> Span | None:
        """The first line of a declaration."""
        span = self.span(at)
        if span is None:
            return None
        text = span.source.data[span.start : span.end]
        line = text.split(b"\n", 1)[0].split(b"{", 1)[0].rstrip()
        return Span(span.source, span.start, span.start + max(1, len(line)))

    def line(self, at: At | None) -> str:
        span = self.span(at)
        return "" if span is None else f"line {span.first.line}"


def check_effects(world: World, places: Places, effects: Effects) -> None:
    for name, function in effects.functions.items():
        Judge(world, places, effects, function, name).all()


class Judge:
    """What is wrong with the effects of one function."""

    def __init__(
        self, world: World, places: Places, effects: Effects, function: Function, name: str
    ) -> None:
        self.world = world
        self.places = places
        self.effects = effects
        self.function = function
        self.name = name
        self.short = name.rpartition(".")[2]

    def all(self) -> None:
        self._declared()
        self._forbidden()
        self._boundary()
        self._unsafe()

    def _declared(self) -> None:
        declared = self.function.declared
        if declared is None:
            return
        extra = self.effects.performed[self.name] - closure(declared) - {ALLOC}
        for path, tags in self._by_path(extra).items():
            self.world.sink.report(
                "KS0211",
                self._place(tags[0]),
                name=self.short,
                effects=_ticked(tags),
                declared=_said(declared),
                notes=(f"path: {path}",),
                helps=(self._cure(tags, declared),),
            )

    def _by_path(self, tags: frozenset[str]) -> dict[str, list[str]]:
        """What comes from one place is said at once."""
        found: dict[str, list[str]] = {}
        for tag in ordered(tags):
            path = written_path(self.effects, self.places, self.name, tag)
            found.setdefault(path, []).append(tag)
        return found

    def _cure(self, tags: list[str], declared: tuple[str, ...]) -> str:
        wanted = ", ".join(ordered({*declared, *tags}))
        if tags == ["panic"]:
            return f"declare `effect {{{wanted}}}`, or rule the failure out before"
        return f"declare `effect {{{wanted}}}`, or move the call out of `{self.short}`"

    def _place(self, tag: str) -> Span | None:
        """Where in the function the effect comes in."""
        path, _ = self.effects.path(self.name, tag)
        return self.places.span(path[0][1]) or self.places.head(self.function.at)

    def _path(self, tag: str) -> str:
        return "path: " + written_path(self.effects, self.places, self.name, tag)

    def _forbidden(self) -> None:
        performed = self.effects.performed[self.name]
        for attribute in self.function.forbids:
            bad = FORBIDS[attribute] & performed or (
                performed - PURE if attribute == "pure" else frozenset()
            )
            for tag in (*ordered(bad), *(bad & {ALLOC})):
                word = "allocates memory" if tag == ALLOC else f"performs `{tag}`"
                self.world.sink.report(
                    "KS0212",
                    self._place(tag),
                    name=self.short,
                    attribute=attribute,
                    performs=word,
                    notes=(self._path(tag),),
                )

    def _boundary(self) -> None:
        row = BOUNDARIES.get(self.function.boundary)
        if row is None:
            return
        has = self.effects.outward(self.name) - {ALLOC}
        head = self.places.head(self.function.at)
        if lacks := ordered(row.required - has):
            self.world.sink.report(
                "KS0215", head, name=self.short, boundary=row.name, effects=_ticked(lacks),
                helps=(f"it requires {_ticked(ordered(row.required))}",),
            )  # fmt: skip
        may = _ticked(ordered(row.required | row.allowed))
        for tag in ordered(has - row.required - row.allowed):
            self.world.sink.report(
                "KS0216", self._place(tag), name=self.short, boundary=row.name, effect=tag,
                notes=(self._path(tag),), helps=(f"it may perform {may}",),
            )  # fmt: skip

    def _unsafe(self) -> None:
        for site in sites(self.function):
            if site.guarded:
                continue
            span = self.places.span(site.node.at)
            if isinstance(site.node, Copy):
                self.world.sink.report("KS0213", span, name="bytes")
                continue
            fn = self.effects.foreign[site.node.fn]
            if isinstance(fn, ForeignFn) and not fn.safe:
                self.world.sink.report("KS0213", span, name=fn.symbol)


def written_path(effects: Effects, places: Places, name: str, tag: str) -> str:
    """`sync → push (line 31) → http_post (extern, rest.ks:4)`."""
    path, source = effects.path(name, tag)
    words = [path[0][0].rpartition(".")[2]]
    for (fn, _), (_, called) in zip(path[1:], path, strict=False):
        words.append(f"{fn.rpartition('.')[2]} ({places.line(called)})")
    return " → ".join([*words, _written(source, effects, places, path[-1][1])])


def _written(source: Source, effects: Effects, places: Places, at: At | None) -> str:
    if source.foreign:
        span = places.span(effects.foreign[source.foreign].at)
        where = f"{_base(span)}:{span.first.line}" if span is not None else ""
        return f"{source.what} (extern, {where})"
    if source.what == "declared":
        return "declared so"
    return f"{source.what} ({places.line(at)})"


def _base(span: Span) -> str:
    return span.source.name.replace("\\", "/").rpartition("/")[2]


def _ticked(tags: Iterable[str]) -> str:
    return ", ".join(f"`{tag}`" for tag in tags)


def _said(declared: tuple[str, ...]) -> str:
    if not declared:
        return "no effects"
    return f"only {_ticked(ordered(declared))}"
