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
    "KS0001": Code("syntax", "error", "syntax", "unexpected {found}", "expected {expected}"),
    # ---- KS01xx: names, modules, types
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
