"""From source text to syntax tree.

The native engine parses; `KESTREL_PARSER=lark` in the environment chooses Lark instead.
"""

from __future__ import annotations

import os

import msgspec

from kestrel.syntax import ast, faults, regmap
from kestrel.syntax.builder import Builder
from kestrel.syntax.outcome import Fault, GrammarName, Outcome, Parser
from kestrel.syntax.regmap_builder import MapBuilder
from kestrel.syntax.spelling import confusables
from kestrel.syntax.text_check import MAX_BYTES, begin_of, check_text
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source


def parse(source: Source) -> tuple[ast.File, list[Diagnostic]]:
    """The tree of a whole file, and what is wrong with it, in the order of the text.

    Where something is wrong, the tree lacks the items that could not be read.
    """
    run = Run(source, "kestrel", Builder)
    outcome = run.parse("file", begin_of(source.data), len(source.data))
    root = outcome.root
    if not isinstance(root, ast.File):
        root = ast.File(0, len(source.data), (), source, ())
    return msgspec.structs.replace(root, comments=outcome.comments), run.diagnostics(root)


def parse_map(source: Source) -> tuple[regmap.MapFile, list[Diagnostic]]:
    """The same for a file of register maps (`.kreg`)."""
    run = Run(source, "regmap", MapBuilder)
    outcome = run.parse("file", begin_of(source.data), len(source.data))
    root = outcome.root
    if not isinstance(root, regmap.MapFile):
        root = regmap.MapFile(0, len(source.data), (), source, ())
    return msgspec.structs.replace(root, comments=outcome.comments), run.diagnostics(root)


def parse_expr(text: str | Source) -> tuple[ast.Expr | None, list[Diagnostic]]:
    """The tree of a single expression; `None` if it could not be read."""
    source = Source("<expression>", text.encode()) if isinstance(text, str) else text
    run = Run(source, "kestrel", Builder)
    root = run.parse("expr", 0, len(source.data)).root
    return root, run.diagnostics(root)  # type: ignore[return-value]


class Run:
    """One source being parsed, the holes of its texts included."""

    def __init__(self, source: Source, grammar: GrammarName, builder: type[Builder]) -> None:
        self.source = source
        self.grammar = grammar
        self.text_diagnostics = check_text(source)
        hidden = {d.span.start for d in self.text_diagnostics if d.span}
        self.hidden = frozenset(hidden)
        self.builder = builder(source, hidden, self.parse_hole)
        self.syntax_diagnostics: list[Diagnostic] = []
        self.parser = choose(grammar)

    def parse(self, start: str, begin: int, end: int) -> Outcome:
        if len(self.source.data) > MAX_BYTES:
            return Outcome(None, (), ())
        outcome = Outcome(*self.parser(self.source.data, start, begin, end, self.builder.makers))
        for fault in map(Fault._make, outcome.faults):
            if self.hidden.isdisjoint(range(fault.begin, fault.end)):
                self.syntax_diagnostics.append(faults.diagnostic(self.source, fault, self.grammar))
        return outcome

    def parse_hole(self, begin: int, end: int) -> ast.Expr | None:
        return self.parse("expr", begin, end).root  # type: ignore[return-value]

    def diagnostics(self, root: object) -> list[Diagnostic]:
        found = self.text_diagnostics + self.syntax_diagnostics + self.builder.diagnostics
        found += confusables(self.source, root, self.builder.unusual)
        return sorted(found, key=lambda d: d.span.start if d.span else 0)


def choose(grammar: GrammarName) -> Parser:
    if os.environ.get("KESTREL_PARSER") == "lark":
        from kestrel.syntax import lark_parse

        return lark_parse.PARSERS[grammar]
    from kestrel import _core

    return _core.parse_kestrel if grammar == "kestrel" else _core.parse_regmap
