"""Exit codes: one table, and which one a set of diagnostics means."""

from __future__ import annotations

from collections.abc import Iterable

from kestrel.text.diagnostic import Diagnostic

DONE = 0
FOUND = 1
"""Warnings with `--fail-on-warning`, a difference with `--exit-code`, a verify that found one."""
INVALID = 2
RENDER = 3
IO = 4
REFUSED = 5
ROLLED_BACK = 6
UNKNOWN = 7
USAGE = 64
BUG = 70
INTERRUPTED = 130
BROKEN_PIPE = 141

OF_STATUS = {
    "applied": DONE,
    "unchanged": DONE,
    "planned": DONE,
    "pending": DONE,
    "rejected": REFUSED,
    "stale": REFUSED,
    "busy": REFUSED,
    "rolled_back": ROLLED_BACK,
    "unknown": UNKNOWN,
}
"""What the status of a reload exits with."""

_OF_RANGE = {"KS06": REFUSED, "KS07": REFUSED, "KS08": IO, "KS09": USAGE}
"""What an error exits with, by the first four letters of its code; any other is invalid input."""

OF_CODE: dict[str, int] = {
    **dict.fromkeys(("KS0601", "KS0602", "KS0603", "KS0610", "KS0611", "KS0612"), INVALID),
    **dict.fromkeys(("KS0613", "KS0614", "KS0620"), INVALID),
    **dict.fromkeys(("KS0701", "KS0706", "KS0708", "KS0727", "KS0909", "KS0910", "KS0931"), IO),
    **dict.fromkeys(("KS0770", "KS0771", "KS0772", "KS0776"), INVALID),
    **dict.fromkeys(("KS0778", "KS0780"), IO),
    **dict.fromkeys(
        ("KS0702", "KS0703", "KS0744", "KS0724", "KS0805", "KS0806", "KS0906"), INVALID
    ),
    "KS0709": UNKNOWN,
    "KS0911": REFUSED,
}
"""Codes that exit otherwise than their range."""


def of_diagnostics(diagnostics: Iterable[Diagnostic]) -> int:
    """What the first error means; `DONE` where there is none."""
    for diagnostic in diagnostics:
        if diagnostic.severity == "error":
            code = diagnostic.code
            return OF_CODE.get(code, _OF_RANGE.get(code[:4], INVALID))
    return DONE
