"""What a parser found wrong, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from kestrel.syntax.outcome import Fault, GrammarName
from kestrel.text.diagnostic import Diagnostic, Label
from kestrel.text.source import Source, Span

MAX_NESTING = 128
MAX_FAULTS = 100

SOFT_WORDS = """
    module use type alias new schema extends open compute requires when migrate from to retired
    example valid invalid config template effect extern include handle of released by always
    status error text own borrow out also on struct safe env file at bind boundary
"""
HARD_WORDS = """
    let var fn pub if then else match with while for in is as matches where defer return break
    continue unsafe band bor bxor shl shr
"""
OPERATORS = """
    + - * / % == != < > <= >= && || |> .. ..= . ? ( [ := in is as matches with
    band bor bxor shl shr
"""
SOFT = frozenset(SOFT_WORDS.split())
WORD = frozenset(HARD_WORDS.split()) | SOFT
LITERAL = frozenset({"INT", "FLOAT", "STRING", "DURATION", "SIZE", "true", "false", "-"})

Group = tuple[str, frozenset[str], frozenset[str]]


def group(words: str, mark: str, whole: Iterable[str]) -> Group:
    return words, frozenset(mark.split()), frozenset(whole)


GROUPS: tuple[Group, ...] = (
    group("a declaration", "schema config type extern", {"@", "DOC"} | WORD),
    group("an expression", "INT ! [", {*"![({|", "||", "NAME"} | LITERAL | WORD),
    group("a type", "NAME fn [", {*"[({", "NAME"} | LITERAL | WORD),
    group("a pattern", "NAME INT STRING", {*"({", "NAME"} | LITERAL | WORD),
    group("a literal", "INT STRING", LITERAL),
    group("a name", "NAME", {"NAME", "DOC", "@"} | WORD),
    group("an operator", "+ *", OPERATORS.split()),
)
"""Words for a set of terminals: they are said if all of the second are expected, and stand for the
third. The first that fit are taken, so a larger set goes before those within it. The first of all
needs names to be out of place: where they are not, the words of declarations are just names."""

MAP_HARD = frozenset({"reserved", "retired", "when"})
MAP_SOFT_WORDS = """
    regmap version bus register block memory bitmap aliases unlock page by sequence enum device
    patch
    reset keep zero one until step width access order volatile stable shadow twice latched known
    after wait readback dsb alternate within irq enables masks tests neutral parity locks locked
    unless writable sets clears cleared on singlepulse read write view level posedge negedge
    bothedge
    sticky assert masked timeout else then span size in
    rw once r w w1c w1s w1t w0c w0s w0t rc rs wc ws
"""
MAP_SOFT = frozenset(MAP_SOFT_WORDS.split())
MAP_NAME = frozenset({"NAME", "RAW_NAME"}) | MAP_SOFT

MODES = "rw once r w w1c w1s w1t w0c w0s w0t rc rs wc ws"
MAP_DECLS = "regmap device patch enum @ DOC"
MAP_GROUPS: tuple[Group, ...] = (
    group("an access such as `rw` or `w1c`", "rw r w w1c rc", {"NAME", *MODES.split()}),
    group("an item such as `register`", "register block enum", {"@", "DOC"} | MAP_HARD | MAP_SOFT),
    group("`regmap`, `device`, `patch` or `enum`", "regmap device patch", MAP_DECLS.split()),
    group("a name", "NAME RAW_NAME", {"DOC", "@"} | MAP_NAME),
)

GROUPS_OF: dict[GrammarName, tuple[Group, ...]] = {"kestrel": GROUPS, "regmap": MAP_GROUPS}

WORDS = {
    "$END": "the end of the text",
    "_NL": "a new line",
    "NAME": "a name",
    "INT": "a whole number",
    "FLOAT": "a number",
    "STRING": "a text",
    "DURATION": "a duration",
    "SIZE": "a size",
    "HEADER": "a header such as `<stdio.h>`",
    "DOC": "a doc comment",
    "VERSION": "a version such as `1.2.0`",
}
LAST = ("}", ")", "]", ",", ";", "_NL", "$END")
"""Said last, in this order."""

INSTEAD = {
    "and": "`and` is written `&&`",
    "or": "`or` is written `||`",
    "not": "`not` is written `!`",
    "def": "a function begins with `fn`",
    "func": "a function begins with `fn`",
    "function": "a function begins with `fn`",
    "enum": "a sum type is written `type Name = | First | Second`",
    "class": "a record with rules is a `schema`",
    "import": "a module is used by `use a.module.{Name}`",
    "const": "a fixed value is a `config`, or `let` in a block",
    "null": "absence is written `None`",
    "elif": "write `else if`",
}
UNIT_HINTS = {
    "m": "minutes are written `min`",
    "sec": "seconds are written `s`",
    "kb": "kilobytes are written `KB` (1000) or `KiB` (1024)",
    "mb": "megabytes are written `MB` or `MiB`",
    "gb": "gigabytes are written `GB` or `GiB`",
    "k": "sizes end in `B`: `KB`, `KiB`",
}


def diagnostic(source: Source, fault: Fault, grammar: GrammarName = "kestrel") -> Diagnostic:
    span = Span(source, fault.begin, fault.end)
    return EXPLAIN.get(fault.kind, unexpected)(source, span, fault, grammar)


def unexpected(source: Source, span: Span, fault: Fault, grammar: GrammarName) -> Diagnostic:
    hints = list(hint(span, fault)) if grammar == "kestrel" else []
    return Diagnostic.make(
        "KS0001",
        span,
        labels=opener_label(source, fault),
        helps=hints,
        found=found_words(span),
        expected=expected_words(fault.expected, grammar),
    )


def opener_label(source: Source, fault: Fault) -> list[Label]:
    if fault.opener < 0:
        return []
    return [Label(Span(source, fault.opener, fault.opener + 1), "to close this")]


def unclosed(source: Source, span: Span, fault: Fault, grammar: GrammarName) -> Diagnostic:
    opener = Span(source, fault.opener, fault.opener + 1)
    label = Label(span, f"expected {expected_words(fault.expected, grammar)}")
    return Diagnostic.make("KS0002", opener, labels=[label], bracket=opener.text)


def bad_character(source: Source, span: Span, fault: Fault, grammar: GrammarName) -> Diagnostic:
    quote = ['text is written between `"`'] if span.text in ("'", "`") else []
    return Diagnostic.make("KS0003", span, helps=quote, character=f"`{span.text}`")


def bad_number(source: Source, span: Span, fault: Fault, grammar: GrammarName) -> Diagnostic:
    word = span.text.lstrip("0123456789._").lower()
    helps = [UNIT_HINTS[word]] if word in UNIT_HINTS else []
    return Diagnostic.make("KS0006", span, helps=helps, text=span.text)


Explain = Callable[[Source, Span, Fault, GrammarName], Diagnostic]

EXPLAIN: dict[str, Explain] = {
    "unclosed": unclosed,
    "character": bad_character,
    "bad_number": bad_number,
    "bad_string": lambda source, span, fault, grammar: Diagnostic.make("KS0004", span),
    "bad_block": lambda source, span, fault, grammar: Diagnostic.make("KS0004", span),
    "bad_comment": lambda source, span, fault, grammar: Diagnostic.make("KS0005", span),
    "deep": lambda source, span, fault, grammar: Diagnostic.make("KS0007", span, limit=MAX_NESTING),
    "many": lambda source, span, fault, grammar: Diagnostic.make("KS0017", span, limit=MAX_FAULTS),
}


def found_words(span: Span) -> str:
    text = span.text
    if not text:
        return "end of the text"
    if text.isspace():
        return "end of the line"
    return f"`{text if len(text) <= 30 else text[:27] + '...'}`"


def expected_words(terminals: Collection[str], grammar: GrammarName = "kestrel") -> str:
    """ "`a`, `b` or an expression"."""
    rest = set(terminals)
    said = []
    first = 1 if grammar == "kestrel" and "NAME" in rest else 0
    for words, mark, whole in GROUPS_OF[grammar][first:]:
        if mark <= rest:
            said.append(words)
            rest -= whole
    rest.discard("DOC")
    if rest & {"_NL", ","}:
        rest.discard(";")
    said += [in_words(each) for each in sorted(rest - set(LAST))]
    if len(said) > 5:
        said = [*said[:4], "something else"]
    said += [in_words(each) for each in LAST if each in rest]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " or " + said[-1]


def in_words(terminal: str) -> str:
    return WORDS.get(terminal, f"`{terminal}`")


def hint(span: Span, fault: Fault) -> list[str]:
    """Help for mistakes that are common in people who come from other languages."""
    found, expected = span.text, frozenset(fault.expected)
    if found in INSTEAD:
        return [INSTEAD[found]]
    if found == "=" and expected & {":", ":="}:
        return ["a member of a record is written `name: value`, a variable is set by `:=`"]
    if found == "=" and "->" in expected:
        return ["an arm is written `| pattern -> value`"]
    if found == "{" and "then" in expected:
        return ["a choice is written `if a then b else c`"]
    if found == ":" and "=" in expected:
        return ["a default is set by `=`"]
    if found == "'":
        return ['text is written between `"`']
    if "_NL" in expected and "," in expected and begins_item(found):
        return ["put a `,` or a new line before it"]
    return []


def begins_item(found: str) -> bool:
    return found[:1].isalnum() or found[:1] in '"_@'
