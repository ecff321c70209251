"""Printing: to people in text, to programs in one JSON object."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

import msgspec

from kestrel.cli.outcome import Answer, Form, Outcome, envelope
from kestrel.text.render import WIDTH, Pen, render_all


def pen_for(stream: TextIO) -> Pen:
    """Colour and width of a stream: colour only on a terminal, and never with `NO_COLOR`."""
    if not stream.isatty():
        return Pen()
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Pen(colour, _width(stream))


def _width(stream: TextIO) -> int:
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        return WIDTH
    return min(max(columns, 40), 160) if columns else WIDTH


def show(answer: Answer) -> None:
    """Print an answer in its form; with `--audit` its envelope, and what is wrong to stderr."""
    outcome, form = answer.outcome, answer.form
    if outcome.stream:
        _put_all(outcome.forms["jsonl" if form == "json" else form], answer.quiet)
        return
    machine = answer.audit or form == "json"
    if not outcome.findings and (answer.audit or not machine):
        _put(sys.stderr, render_all(outcome.diagnostics, pen_for(sys.stderr)))
    if machine:
        _put(sys.stdout, _as_json(envelope(answer.command, outcome)))
    elif form in outcome.forms and not (answer.quiet and not _has_findings(outcome)):
        _put_all(outcome.forms[form])


def _put_all(form: Form, quiet: bool = False) -> None:
    """Print a form piece by piece; with `quiet` only do what it takes."""
    shown = form(pen_for(sys.stdout))
    for piece in [shown] if isinstance(shown, str) else shown:
        if not quiet:
            _put(sys.stdout, piece)
            sys.stdout.flush()


def _has_findings(outcome: Outcome) -> bool:
    return outcome.findings and bool(outcome.diagnostics)


def _as_json(value: dict[str, Any]) -> str:
    try:
        return msgspec.json.encode(value).decode() + "\n"
    except UnicodeEncodeError:  # half characters, out of the name of a file
        import json

        return json.dumps(value) + "\n"


def _put(stream: TextIO, text: str) -> None:
    """Write, whatever the stream can encode: a character it lacks never stops a message."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
