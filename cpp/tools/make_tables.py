"""A Lark grammar as C++ tables: `make_tables.py GRAMMAR TEMPLATE OUT`.

Lark makes the LALR(1) table, and fails with its own message on a conflict; the patterns of the
terminals become one DFA over bytes. The result depends on the grammar alone: states, rules and
terminals are numbered in an order of their own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import interegular
import jinja2
from interegular.fsm import anything_else
from lark import Lark, Token
from lark.exceptions import LarkError
from lark.lexer import Lexer, PatternStr
from lark.parsers.lalr_analysis import Shift

STARTS = ("file", "expr")
NEWLINE, DOC = "_NL", "DOC"
OUTSIDE_DFA = {NEWLINE, DOC}
"""Terminals that the engine finds by hand."""
SPLITS = {"FLOAT", "HEADER", ">="}
"""Terminals that give way to a shorter one where they cannot stand: `x.0.1`, `Option<T>= x`."""
RESTARTS = {"LBRACE", NEWLINE, "_sep", "_part"}
"""After these symbols an item begins, so the parser can begin again there after an error."""
CONTINUING = {
    "kestrel": (
        ")]}.|?+*/%=<>",
        ["else", "then", "with", "where", "effect", "is", "in", "matches", "as"],
    ),
    "regmap": (")]}.|?+/%=<>", []),
}
"""By grammar: characters and words that a line begins with which goes on with the one before."""
DEAD = 0xFFFF
MAX_RULE_LENGTH = 32


class NoLexer(Lexer):
    """Stands where Lark would make a lexer."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, lexer_state: object, parser_state: object) -> Iterator[Token]:
        raise NotImplementedError


class KeepBad:
    """Makes Lark keep the terminals BAD_*, which no rule uses."""

    def __init__(self, grammar: str) -> None:
        names = (line.split(":")[0].split(".")[0] for line in grammar.splitlines())
        self.always_accept = tuple(name for name in names if name.startswith("BAD_"))

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


def load(grammar: str) -> Lark:
    return Lark(
        grammar,
        parser="lalr",
        lexer=NoLexer,
        postlex=KeepBad(grammar),
        strict=True,
        start=starts_of(grammar),
        maybe_placeholders=True,
    )


def starts_of(grammar: str) -> list[str]:
    return [name for name in STARTS if re.search(rf"^\??{name}:", grammar, re.M)]


# ---------------------------------------------------------------- terminals and their automaton


class Terminal(NamedTuple):
    """`label` is what a fault calls it: its text if it has but one, else its name."""

    name: str
    label: str
    priority: int
    regexp: str
    literal: bool

    @property
    def kind(self) -> str:
        if self.name.startswith("BAD_"):
            return "kBad"
        return "kSplits" if self.label in SPLITS else "kWhole"


def terminals_of(lark: Lark) -> list[Terminal]:
    found = [Terminal("$END", "$END", 0, "", False)]
    for each in sorted(lark.terminals, key=lambda each: each.name):
        literal = isinstance(each.pattern, PatternStr)
        label = each.pattern.value if literal else each.name
        found.append(Terminal(each.name, label, each.priority, each.pattern.to_regexp(), literal))
    return found


class Automaton(NamedTuple):
    """`next[state * classes + byte_class[byte]]`; state 0 is the first; `accepts` is 0 for none."""

    byte_class: list[int]
    classes: int
    next: list[int]
    accepts: list[int]


class Pattern:
    """One terminal's automaton, with its dead ends cut off."""

    def __init__(self, number: int, terminal: Terminal) -> None:
        self.number = number
        self.rank = (terminal.literal, terminal.priority)
        self.fsm = interegular.parse_pattern(terminal.regexp).to_fsm()
        self.live = {state for state in self.fsm.states if self.fsm.islive(state)}

    def key(self, byte: int) -> Any:
        """The fsm's name for a byte; bytes that no pattern names are alike."""
        alphabet = self.fsm.alphabet
        character = chr(byte)
        known = character in alphabet._symbol_mapping
        return alphabet[character if known else anything_else]

    def step(self, state: Any, key: Any) -> Any:
        following = self.fsm.map.get(state, {}).get(key)
        return following if following in self.live else None


def automaton(terminals: list[Terminal]) -> Automaton:
    """The product of all patterns; of two that end together, a literal or the higher rank wins."""
    patterns = [
        Pattern(number, terminal)
        for number, terminal in enumerate(terminals)
        if terminal.regexp and terminal.name not in OUTSIDE_DFA
    ]
    keys = [tuple(pattern.key(byte) for pattern in patterns) for byte in range(256)]
    kinds = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    first = tuple((i, pattern.fsm.initial) for i, pattern in enumerate(patterns))
    numbers = {first: 0}
    order = [first]
    following: list[int] = []
    for states in order:
        for kind in kinds:
            row = tuple(
                (i, to)
                for i, state in states
                if (to := patterns[i].step(state, kind[i])) is not None
            )
            if row and row not in numbers:
                numbers[row] = len(order)
                order.append(row)
            following.append(numbers[row] if row else DEAD)
    return Automaton(
        [kinds[key] for key in keys],
        len(kinds),
        following,
        [accepted(states, patterns) for states in order],
    )


def accepted(states: tuple[tuple[int, Any], ...], patterns: list[Pattern]) -> int:
    ended = [patterns[i] for i, state in states if state in patterns[i].fsm.finals]
    return max(ended, key=lambda pattern: pattern.rank).number if ended else 0


# ---------------------------------------------------------------- rules and the parse table


class Rule(NamedTuple):
    """A production. `nones[i]`: absent optional parts before symbol i, the last after them all."""

    name: int
    lhs: int
    length: int
    inline: bool
    expand: bool
    dropped: int
    nones: int


class Table(NamedTuple):
    """An action, by state and terminal: 0 error, n > 0 shift to n - 1, n < 0 reduce by -n - 1."""

    rules: list[Rule]
    rule_names: list[str]
    nones: list[int]
    actions: list[int]
    gotos: list[int]
    nonterminals: int
    starts: list[tuple[str, int, int]]
    restarts: list[int]


def table_of(lark: Lark, terminals: list[Terminal]) -> Table:
    lalr = lark.parser.parser._parse_table
    terminal_number = {terminal.name: number for number, terminal in enumerate(terminals)}
    order = numbered_states(lalr)
    state_number = {state: number for number, state in enumerate(order)}
    rules = sorted(used_rules(lalr), key=rule_key)
    rule_number = {rule: number for number, rule in enumerate(rules)}
    lhs = {name: number for number, name in enumerate(sorted({r.origin.name for r in rules}))}

    def action(row: dict[str, Any], name: str) -> int:
        kind, argument = row.get(name, (None, None))
        if kind is None:
            return 0
        return state_number[argument] + 1 if kind is Shift else -rule_number[argument] - 1

    actions = [[action(lalr.states[s], name) for name in terminal_number] for s in order]
    gotos = [
        [state_number[lalr.states[s][name][1]] if name in lalr.states[s] else 0 for name in lhs]
        for s in order
    ]
    names = sorted({rule_name(rule) for rule in rules})
    nones: list[int] = []
    encoded = [encode(rule, names, lhs, nones) for rule in rules]
    return Table(
        encoded,
        names,
        nones,
        [action for row in actions for action in row],
        [state for row in gotos for state in row],
        len(lhs),
        [
            (n, state_number[lalr.start_states[n]], state_number[lalr.end_states[n]])
            for n in starts(lalr)
        ],
        restart_states(lalr, order, state_number),
    )


def starts(lalr: Any) -> list[str]:
    return [name for name in STARTS if name in lalr.start_states]


def numbered_states(lalr: Any) -> list[Any]:
    """All states, breadth first along the symbols' names."""
    order = dict.fromkeys(lalr.start_states[name] for name in starts(lalr))
    queue = list(order)
    for state in queue:
        for _, (kind, argument) in sorted(lalr.states[state].items()):
            if kind is Shift and argument not in order:
                order[argument] = None
                queue.append(argument)
    return queue


def used_rules(lalr: Any) -> set[Any]:
    return {
        argument
        for row in lalr.states.values()
        for kind, argument in row.values()
        if kind is not Shift
    }


def rule_key(rule: Any) -> tuple[Any, ...]:
    return (rule.origin.name, rule.order, [symbol.name for symbol in rule.expansion])


def rule_name(rule: Any) -> str:
    return str(rule.alias or rule.options.template_source or rule.origin.name)


def encode(rule: Any, names: list[str], lhs: dict[str, int], nones: list[int]) -> Rule:
    length = len(rule.expansion)
    if length > MAX_RULE_LENGTH:
        raise SystemExit(f"{rule} has more than {MAX_RULE_LENGTH} symbols")
    keep_all = rule.options.keep_all_tokens
    dropped = sum(
        1 << at
        for at, symbol in enumerate(rule.expansion)
        if symbol.is_term and symbol.filter_out and not keep_all
    )
    return Rule(
        names.index(rule_name(rule)),
        lhs[rule.origin.name],
        length,
        rule.origin.name.startswith("_"),
        bool(rule.options.expand1) and not rule.alias,
        dropped,
        absent_parts(rule, nones),
    )


def absent_parts(rule: Any, nones: list[int]) -> int:
    """Where in `nones` the rule's counts begin; DEAD if it has no absent parts."""
    counts = [0]
    for empty in rule.options.empty_indices or ():
        if empty:
            counts[-1] += 1
        else:
            counts.append(0)
    if not any(counts):
        return DEAD
    nones.extend(counts)
    return len(nones) - len(counts)


def restart_states(lalr: Any, order: list[Any], number: dict[Any, int]) -> list[int]:
    """For each state: can an item begin there?"""
    found = {number[lalr.start_states[STARTS[0]]]}
    for state in order:
        for name, (kind, argument) in lalr.states[state].items():
            if kind is Shift and name in RESTARTS:
                found.add(number[argument])
    return [int(state in found) for state in range(len(order))]


# ---------------------------------------------------------------- output


def wrapped(values: list[int]) -> str:
    """Numbers, in lines of a length that compilers and people can take."""
    lines = [", ".join(map(str, values[at : at + 24])) for at in range(0, len(values), 24)]
    return ",\n    ".join(lines) or "0"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render(grammar: Path, template: Path) -> str:
    lark = load(grammar.read_text(encoding="utf-8"))
    terminals = terminals_of(lark)
    continuing, words = CONTINUING.get(grammar.stem, CONTINUING["kestrel"])
    number = {terminal.name: at for at, terminal in enumerate(terminals)}
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True
    )
    environment.filters.update(wrapped=wrapped, quoted=quoted)
    return environment.from_string(template.read_text(encoding="utf-8")).render(
        grammar=grammar.name,
        namespace=f"{grammar.stem}_tables",
        terminals=terminals,
        newline=number[NEWLINE],
        doc=number[DOC],
        close_brace=number["RBRACE"],
        automaton=automaton(terminals),
        table=table_of(lark, terminals),
        continuing=continuing,
        continuing_words=words,
    )


def main() -> None:
    grammar, template, out = map(Path, sys.argv[1:])
    try:
        text = render(grammar, template)
    except LarkError as error:
        raise SystemExit(f"{grammar}: {error}") from None
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
