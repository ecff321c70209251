"""Parsing with Lark itself: the oracle of the native engine, and the way to try a changed grammar.

Chosen by `KESTREL_PARSER=lark`. The same trees as the engine's, more slowly; stops at the first
fault. The lexer is written a second time here, from docs/syntax.md, so that the two can disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from lark import Lark, Token, Tree
from lark.lexer import Lexer, PatternStr
from lark.parsers.lalr_analysis import Shift

from kestrel.syntax.outcome import Fault, FaultKind, GrammarName, Makers, Mode, Outcome, Parser

BLANKS = re.compile(r"[ \t\r]*")
LINE_COMMENT = re.compile(r"//[^\n]*")
COMMENT_EDGE = re.compile(r"/\*|\*/")
CANNOT_START: dict[GrammarName, re.Pattern[str]] = {
    "kestrel": re.compile(
        r"[)\]}.|?+*/%=<>]|&&|!=|->"
        r"|(?:else|then|with|where|effect|is|in|matches|as)(?![A-Za-z0-9_\x80-\xff])"
        r"(?![ \t]*[:=.])"
    ),
    "regmap": re.compile(r"[)\]}.|?+/%=<>]|&&|!=|->"),
}
OPENING, CLOSING = "([{", ")]}"
BAD: dict[str, FaultKind] = {
    "BAD_NUMBER": "bad_number",
    "BAD_STRING": "bad_string",
    "BAD_BLOCK": "bad_block",
}
SPLITS = ("FLOAT", "HEADER", ">=")
MAX_BRACKETS = 128
MAX_HEIGHT = 400


class RefusedError(Exception):
    """`args[0]` is the Fault."""


class Keep:
    """Makes Lark keep the terminals that no rule uses."""

    always_accept = tuple(BAD)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


class Terminals(NamedTuple):
    """The grammar's terminals, sorted for the lexer."""

    keywords: dict[str, str]
    patterns: list[tuple[str, int, re.Pattern[str]]]

    doc: re.Pattern[str]


@cache
def terminals(grammar: GrammarName = "kestrel") -> Terminals:
    keywords: dict[str, str] = {}
    patterns: dict[str, tuple[int, re.Pattern[str]]] = {}
    for terminal in load(grammar).terminals:
        text = terminal.pattern.value
        if isinstance(terminal.pattern, PatternStr) and text.isidentifier():
            keywords[text] = terminal.name
        else:
            patterns[terminal.name] = terminal.priority, re.compile(terminal.pattern.to_regexp())
    del patterns["_NL"]
    rows = [(name, priority, pattern) for name, (priority, pattern) in patterns.items()]
    return Terminals(keywords, rows, patterns["DOC"][1])


def accepts(state: Any, terminal: str) -> bool:
    """Would the parser, after the reductions that `terminal` asks for, shift it?"""
    table = state.parse_conf.states
    stack = list(state.state_stack)
    while True:
        action, argument = table[stack[-1]].get(terminal, (None, None))
        if action is None:
            return False
        if action is Shift:
            return True
        size = len(argument.expansion)
        del stack[len(stack) - size :]
        stack.append(table[stack[-1]][argument.origin.name][1])
        if terminal == "$END" and stack[-1] == state.parse_conf.end_state:
            return True


class NoLexer(Lexer):
    """Stands where Lark would make a lexer of its own; Scan is the lexer."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, lexer_state: object, parser_state: object) -> Iterator[Token]:
        raise NotImplementedError


class Scan:
    """One run over a text in which each byte is one character: the lexis of docs/syntax.md."""

    def __init__(self, grammar: GrammarName, text: str, begin: int, end: int) -> None:
        self.grammar = grammar
        self.text, self.at, self.end = text, begin, end
        self.terminals = terminals(grammar)
        self.brackets: list[tuple[str, int]] = []
        self.comments: list[tuple[int, int]] = []

    def lex(self, parser_state: Any) -> Iterator[Token]:
        """What the parser calls; each token is found in the state that the parser is then in."""
        self.parser = parser_state
        return self.tokens()

    def tokens(self) -> Iterator[Token]:
        while self.at < self.end:
            before = self.at
            newline = self.skip()
            if newline and self.newline_counts():
                yield self.token("_NL", before, self.at)
            if self.text.startswith("///", self.at, self.end) and self.skip_doc():
                continue
            if self.at < self.end:
                yield self.checked(self.next_token())
        self.checked(Token("$END", "", self.end, end_pos=self.end))

    def checked(self, token: Token) -> Token:
        """Refuse what Lark would, but before reductions that only merged lookaheads ask for."""
        if accepts(self.parser, token.type):
            self.track(token)
            return token
        begin, end = token.start_pos or 0, token.end_pos or 0
        opening, opener = self.brackets[-1] if self.brackets else ("{", -1)
        unclosed = opener >= 0 and token.type == "$END"
        if opening == "{" and not unclosed:
            opener = -1
        kind: FaultKind = "unclosed" if unclosed else "unexpected"
        raise RefusedError(Fault(kind, begin, end, opener, expected(self.parser, self.grammar)))

    def token(self, kind: str, begin: int, end: int) -> Token:
        return Token(kind, self.text[begin:end], begin, end_pos=end)

    def skip(self) -> bool:
        """Pass blanks and comments, but no doc comment; was there a newline?"""
        newline = False
        while True:
            self.at = BLANKS.match(self.text, self.at, self.end).end()  # type: ignore[union-attr]
            if self.text.startswith("\n", self.at, self.end):
                newline = True
                self.at += 1
            elif self.text.startswith("/*", self.at, self.end):
                self.block_comment()
            elif self.text.startswith("//", self.at, self.end) and not self.at_doc():
                self.line_comment()
            else:
                return newline

    def at_doc(self) -> bool:
        return self.terminals.doc.match(self.text, self.at, self.end) is not None

    def line_comment(self) -> None:
        end = LINE_COMMENT.match(self.text, self.at, self.end).end()  # type: ignore[union-attr]
        self.comments.append((self.at, end))
        self.at = end

    def block_comment(self) -> None:
        begin, depth = self.at, 0
        for edge in COMMENT_EDGE.finditer(self.text, begin, self.end):
            depth += 1 if edge[0] == "/*" else -1
            if depth == 0:
                self.at = edge.end()
                self.comments.append((begin, self.at))
                return
        raise RefusedError(Fault("bad_comment", begin, begin + 2))

    def skip_doc(self) -> bool:
        """A doc comment where none can stand is a comment."""
        if accepts(self.parser, "DOC"):
            return False
        self.line_comment()
        return True

    def newline_counts(self) -> bool:
        """Does the newline before `at` end an item?"""
        nothing_yet = len(self.parser.state_stack) == 1
        if nothing_yet or (self.brackets and self.brackets[-1][0] != "{"):
            return False
        at, kept = self.at, len(self.comments)
        while self.at_doc():
            self.line_comment()
            self.skip()
        following, self.at = self.at, at
        del self.comments[kept:]
        cannot = CANNOT_START[self.grammar]
        if following >= self.end or cannot.match(self.text, following, self.end):
            return False
        return accepts(self.parser, "_NL")

    def next_token(self) -> Token:
        kind, end = self.longest()
        if kind in BAD:
            raise RefusedError(Fault(BAD[kind], self.at, end))
        begin, self.at = self.at, end
        return self.token(kind, begin, end)

    def longest(self) -> tuple[str, int]:
        """The longest terminal; of one that splits, the longest that the parser accepts."""
        found = []
        for name, priority, pattern in self.terminals.patterns:
            if match := pattern.match(self.text, self.at, self.end):
                found.append((match.end(), priority, name))
        if not found:
            raise RefusedError(Fault("character", self.at, self.at + 1))
        found.sort(key=lambda each: (-each[0], -each[1]))
        end, _, name = found[0]
        if name == "NAME":
            return self.terminals.keywords.get(self.text[self.at : end], name), end
        if labels(self.grammar)[name] in SPLITS:
            end, _, name = next((each for each in found if accepts(self.parser, each[2])), found[0])
        return name, end

    def track(self, token: Token) -> None:
        if token.value and token.value in OPENING:
            self.brackets.append((token.value, token.start_pos or 0))
            if len(self.brackets) > MAX_BRACKETS:
                raise RefusedError(Fault("deep", token.start_pos or 0, token.end_pos or 0))
        elif token.value and token.value in CLOSING and self.brackets:
            self.brackets.pop()


def grammar_path(grammar: GrammarName) -> Path:
    """`grammar/` of the package, or of the checkout that the package is in."""
    package = Path(__file__).parents[1]
    inside = package / "grammar" / f"{grammar}.lark"
    return inside if inside.exists() else package.parents[1] / "grammar" / f"{grammar}.lark"


@cache
def load(grammar: GrammarName = "kestrel") -> Lark:
    return Lark(
        grammar_path(grammar).read_text(encoding="utf-8"),
        parser="lalr",
        lexer=NoLexer,
        postlex=Keep(),
        strict=True,
        start=["file", "expr"] if grammar == "kestrel" else ["file"],
        propagate_positions=True,
        maybe_placeholders=True,
    )


def expected(state: Any, grammar: GrammarName) -> tuple[str, ...]:
    """The terminals that could come next, by their labels."""
    terminals = state.parse_conf.states[state.position]
    known = labels(grammar)
    return tuple(sorted(known[t] for t in terminals if t in known and accepts(state, t)))


@cache
def labels(grammar: GrammarName) -> dict[str, str]:
    """What a terminal is called in a fault: its text if it has but one, else its name."""
    found = {"$END": "$END"}
    for terminal in load(grammar).terminals:
        literal = isinstance(terminal.pattern, PatternStr)
        found[terminal.name] = terminal.pattern.value if literal else terminal.name
    return found


def parse_text(
    grammar: GrammarName, data: bytes, start: str, begin: int, end: int, makers: Makers
) -> Outcome:
    """The same as `parse_kestrel` and `parse_regmap` of `kestrel._core`."""
    scan = Scan(grammar, data.decode("latin-1"), begin, end)
    parser = load(grammar).parser.parser.parser
    state = parser.parse(scan, start, start_interactive=True).parser_state
    try:
        tree = parser.parse_from_state(state)
    except RefusedError as error:
        return Outcome(None, (), (error.args[0],))
    return Outcome(build(tree, makers), tuple(scan.comments), ())


def build(root: Tree[Any], makers: Makers) -> object:
    """The value of a tree, from its leaves up."""
    values: dict[int, object] = {}
    for tree in root.iter_subtrees():
        children = tuple(value_of(child, values) for child in tree.children)
        mode, make = makers[str(tree.data)]
        values[id(tree)] = make_value(mode, make, tree.meta, children)
    return values[id(root)]


def value_of(child: object, values: dict[int, object]) -> object:
    if isinstance(child, Tree):
        return values[id(child)]
    if isinstance(child, Token):
        return child.encode("latin-1").decode("utf-8", "replace")
    return child


def make_value(mode: int, make: Any, meta: Any, children: tuple[object, ...]) -> object:
    start, end = (0, 0) if meta.empty else (meta.start_pos, meta.end_pos)
    if mode == Mode.FIXED:
        return make(start, end, *children)
    if mode == Mode.VARIADIC:
        return make(start, end, children)
    return children if mode == Mode.TUPLE else make


PARSERS: dict[GrammarName, Parser] = {
    "kestrel": partial(parse_text, "kestrel"),
    "regmap": partial(parse_text, "regmap"),
}
