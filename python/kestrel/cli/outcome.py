"""What a command found, before it is printed in any form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

import kestrel
from kestrel.cli import exits
from kestrel.text.as_json import diagnostic_to_dict
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.render import Pen

Form = Callable[[Pen], str | Iterable[str]]
"""How a format looks: whole, or in pieces that are printed as they come."""


class Outcome(msgspec.Struct, frozen=True):
    """`result` is the envelope's; `forms` says how each format but JSON looks, made on demand."""

    result: dict[str, Any]
    forms: Mapping[str, Form] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
    audit_id: str | None = None
    exit: int = exits.DONE
    findings: bool = False
    """The diagnostics are what was asked for: `forms` show them, on standard output."""
    then: Callable[[], int] | None = None
    """What goes on after all this was printed, such as a server; gives the exit code."""
    stream: bool = False
    """The work is done while a form is printed; as JSON it is one object a line."""


class Answer(msgspec.Struct, frozen=True):
    """An outcome, and how the user wants to see it."""

    command: str
    outcome: Outcome
    form: str
    quiet: bool = False
    audit: bool = False


def failure(diagnostics: tuple[Diagnostic, ...]) -> Outcome:
    """The outcome of a command that could not do its work."""
    return Outcome({"status": "error"}, {}, diagnostics, exit=exits.of_diagnostics(diagnostics))


def envelope(command: str, outcome: Outcome) -> dict[str, Any]:
    """The one object that `--format json` and `--audit` print."""
    return {
        "kestrel": {"version": kestrel.__version__, "format": 1},
        "command": command,
        "audit_id": outcome.audit_id,
        "result": {"audit_id": outcome.audit_id, **outcome.result},
        "diagnostics": [diagnostic_to_dict(d) for d in outcome.diagnostics],
    }
