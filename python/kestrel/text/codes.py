"""The one table of diagnostic codes.

A row is `id: (name, severity, domain, message, help)`. `message` and `help` are `str.format`
templates; what they name is given to `Diagnostic.make`. Each row has a page in `text/pages/` and
a wrong file with its rendered text in `tests/errors/`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Domain = Literal["syntax", "type", "effects", "regmap", "config", "change", "runtime", "input"]


class Code(NamedTuple):
    """What a diagnostic code means; see the module's docstring."""

    name: str
    severity: Severity
    domain: Domain
    message: str
    help: str = ""


CODES: dict[str, Code] = {
    # ---- KS00xx: text and syntax
    "KS0001": Code("unexpected", "error", "syntax", "unexpected {found}: expected {expected}"),
    "KS0002": Code("unclosed", "error", "syntax", "this `{bracket}` is never closed"),
    "KS0003": Code("bad-character", "error", "syntax", "{character} cannot stand here"),
    "KS0004": Code(
        "unclosed-text",
        "error",
        "syntax",
        "this text has no closing quotes",
        'text over several lines is written between `"""`',
    ),
    "KS0005": Code("unclosed-comment", "error", "syntax", "this comment has no end `*/`"),
    "KS0006": Code("bad-number", "error", "syntax", "the number `{text}` runs into a word"),
    "KS0007": Code("too-deep", "error", "syntax", "nested too deep: at most {limit} levels"),
    "KS0008": Code("invalid-utf8", "error", "syntax", "these bytes are not UTF-8 text"),
    "KS0009": Code(
        "hidden-character",
        "error",
        "syntax",
        "the invisible character {character} hides what the text says",
        "in a text literal, write `{escape}`",
    ),
    "KS0010": Code("too-large", "error", "syntax", "the file has more than {limit} bytes"),
    "KS0011": Code("literal-range", "error", "syntax", "`{text}` has no value: {reason}"),
    "KS0012": Code("bad-text", "error", "syntax", "{reason}"),
    "KS0013": Code(
        "hole-not-allowed",
        "error",
        "syntax",
        "text that is read before the program runs cannot have a hole",
        "a brace is written `\\{{`",
    ),
    "KS0014": Code(
        "bad-name", "error", "syntax", "`{name}` is not a name: {character} cannot stand there"
    ),
    "KS0015": Code(
        "name-not-nfc",
        "error",
        "syntax",
        "`{name}` is not in Unicode normal form C",
        "write it with composed characters",
    ),
    "KS0016": Code(
        "confusable-names", "error", "syntax", "`{name}` looks the same as `{other}`, and is not"
    ),
    "KS0017": Code("too-many-errors", "error", "syntax", "more than {limit} errors: giving up"),
    # ---- KS01xx: names, modules, types
    "KS0101": Code("unknown-name", "error", "type", "unknown {what} `{name}`"),
    "KS0102": Code("duplicate-name", "error", "type", "{what} `{name}` is declared twice"),
    "KS0103": Code("missing-module", "error", "type", "there is no module `{name}`: {why}"),
    "KS0104": Code("module-loop", "error", "type", "modules use each other in a loop: {path}"),
    "KS0105": Code("module-path", "error", "type", "module `{name}` {why}"),
    "KS0106": Code(
        "not-that-kind", "error", "type", "`{name}` is {found}, and {expected} is due here"
    ),
    "KS0107": Code("capital", "error", "type", "the name of {what} begins with {letter}: `{name}`"),
    "KS0108": Code(
        "type-arguments", "error", "type", "`{name}` takes {expected}, and {found} given"
    ),
    "KS0109": Code(
        "bad-ir", "error", "input", "this is no schema that this version can read: {why}"
    ),
    "KS0110": Code("type-mismatch", "error", "type", "expected `{expected}`, found `{found}`"),
    "KS0111": Code("literal-range", "error", "type", "`{value}` does not fit `{type}`"),
    "KS0112": Code("operator", "error", "type", "`{op}` cannot be applied to {operands}"),
    "KS0113": Code(
        "option",
        "error",
        "type",
        "`{name}` may be absent, so {use}",
        "ask first with `is Some` or `match`, or give a value for absence with `.or(…)`",
    ),
    "KS0114": Code(
        "secret-read",
        "error",
        "type",
        "a secret cannot be read here",
        "a secret is known only to the live process that uses it",
    ),
    "KS0115": Code("arguments", "error", "type", "`{name}` takes {expected}, and {found} given"),
    "KS0116": Code("not-exhaustive", "error", "type", "this `match` leaves out {missing}"),
    "KS0117": Code("cycle", "error", "type", "the value of `{name}` depends on itself: {path}"),
    "KS0118": Code(
        "infinite-type",
        "error",
        "type",
        "`{name}` contains itself: {path}",
        "put `Option`, a list or a map on the way: nothing finite has such a type",
    ),
    "KS0119": Code("alias-loop", "error", "type", "the alias `{name}` stands for itself: {path}"),
    "KS0120": Code("pattern", "error", "type", "`{pattern}` is not a pattern: {why}"),
    "KS0121": Code(
        "pattern-size",
        "error",
        "type",
        "the pattern `{pattern}` needs more than {limit} states",
        "use smaller counts in `{{m,n}}`, or check lengths with `len(it)`",
    ),
    "KS0122": Code(
        "pattern-constant", "error", "type", "`matches` needs a pattern that is written out"
    ),
    "KS0123": Code("unknown-attribute", "error", "type", "unknown attribute `@{name}`"),
    "KS0124": Code("attribute-place", "error", "type", "`@{name}` cannot stand on {place}"),
    "KS0125": Code(
        "attribute-argument", "error", "type", "`@{name}` takes {expected}", "write `{example}`"
    ),
    "KS0126": Code(
        "retype",
        "error",
        "type",
        "`{name}` is `{base}` in `{schema}`, and cannot become `{own}`",
        "`extends` may tighten and re-default a field, never retype it",
    ),
    "KS0127": Code(
        "retired",
        "error",
        "type",
        "the name `{name}` is retired",
        "old documents may hold it with another meaning: choose another name",
    ),
    "KS0128": Code(
        "option-option",
        "error",
        "type",
        "an option of an option",
        "data cannot tell two kinds of absence apart: write one `Option`",
    ),
    "KS0129": Code(
        "map-key",
        "error",
        "type",
        "`{type}` cannot be a map's key",
        "keys are text, integers, or variants without a payload",
    ),
    "KS0130": Code("not-in-rules", "error", "type", "{what} cannot stand in what a rule can reach"),
    "KS0131": Code(
        "recursion",
        "error",
        "type",
        "a function that rules use calls itself: {path}",
        "rules are total: use `map`, `filter`, `sum` and their like",
    ),
    "KS0132": Code("no-encloser", "error", "type", "`{name}` means nothing here: {why}"),
    "KS0133": Code("type-unknown", "error", "type", "the type of {what} is not known here"),
    "KS0134": Code(
        "default-refused", "error", "type", "this value breaks the refinement of `{name}`: {why}"
    ),
    "KS0135": Code("not-data", "error", "type", "`{type}` cannot be in a {place}"),
    "KS0136": Code("not-a-choice", "error", "type", "`{value}` is none of {choices}"),
    "KS0137": Code("duplicate-entry", "error", "type", "`{name}` is given twice"),
    "KS0138": Code("cast", "error", "type", "`{found}` cannot be cast to `{type}`"),
    "KS0139": Code("edit-path", "error", "type", "{why}"),
    "KS0140": Code("config-loop", "error", "type", "the config `{name}` is made of itself: {path}"),
    "KS0141": Code("message-it", "error", "type", "`it` means nothing in this message: {why}"),
    # ---- KS02xx: effects
    # ---- KS03xx: obligations
    # ---- KS04xx: data and configs
    # ---- KS05xx: rules of a schema, failing on data
    # ---- KS06xx: changes, plans, policy
    # ---- KS07xx: state files and the runtime
    # ---- KS08xx: input from outside: bounds, encodings, kinds of file
    # ---- KS09xx: command lines
    "KS0901": Code("usage", "error", "input", "{why}"),
    "KS0902": Code("unknown command", "error", "input", "there is no command `{name}`"),
    "KS0903": Code(
        "bad option", "error", "input", "`{option}` cannot be `{value}`", "it is one of {choices}"
    ),
    "KS0904": Code(
        "name needed",
        "error",
        "input",
        "`{file}` holds several {kind}s: {names}",
        "say which: `{file}#{first}`",
    ),
    "KS0905": Code("no such name", "error", "input", "`{file}` holds no {kind} `{name}`"),
    "KS0906": Code(
        "schema needed",
        "error",
        "input",
        "`{file}` is data, and no schema is given for it",
        "add `--schema FILE.ks#NAME`",
    ),
    "KS0907": Code("options clash", "error", "input", "`{one}` and `{other}` do not go together"),
    "KS0908": Code(
        "unknown code",
        "error",
        "input",
        "there is no diagnostic code `{given}`",
        "a code stands in brackets at the head of a diagnostic: `error[KS0407]` is KS0407",
    ),
}
