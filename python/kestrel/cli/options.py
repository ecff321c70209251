"""Options that every command takes; a command answers with its outcome, `entry` prints it."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import click

from kestrel.cli.outcome import Answer, Outcome, failure
from kestrel.text.diagnostic import Diagnostic, KestrelError

FORMATS = ("text", "table", "json", "markdown", "sarif", "github")


def command(
    name: str, *formats: str, audit: bool = False
) -> Callable[[Callable[..., Outcome]], click.Command]:
    """Make a click command of a function from options to an `Outcome`.

    `formats` are the forms it can print, the default first; JSON is always one. The function may
    raise `KestrelError`: its diagnostics are printed in the form asked for.
    """
    forms = (*formats, "json") if formats else ("text", "json")

    def decorate(function: Callable[..., Outcome]) -> click.Command:
        @functools.wraps(function)
        def body(form: str | None, quiet: bool, issue_audit: bool = False, **given: Any) -> Answer:
            if audit:
                given["audit"] = issue_audit
            try:
                outcome = function(**given)
            except KestrelError as error:
                outcome = failure(error.diagnostics)
            chosen = form or _form_of_environment(forms)
            return Answer(name, outcome, chosen, quiet, issue_audit)

        made = click.command(name, context_settings={"help_option_names": ["-h", "--help"]})(body)
        made.params += _common(forms, audit)
        return made

    return decorate


def _common(forms: tuple[str, ...], audit: bool) -> list[click.Parameter]:
    choice = click.Choice(forms)
    made: list[click.Parameter] = [
        click.Option(
            ["--format", "form"],
            type=choice,
            help=f"How to print [default: {forms[0]}; environment: KESTREL_FORMAT].",
        ),
        click.Option(["-q", "--quiet"], is_flag=True, help="Print only what is wrong."),
    ]
    if audit:
        made.append(
            click.Option(
                ["--audit", "issue_audit"],
                is_flag=True,
                help="Issue the audit record of this command, and print its envelope as JSON.",
            )
        )
    return made


def _form_of_environment(forms: tuple[str, ...]) -> str:
    """`KESTREL_FORMAT`, where this command has that form; else the command's own default."""
    wanted = os.environ.get("KESTREL_FORMAT", "")
    if wanted and wanted not in FORMATS:
        choices = ", ".join(FORMATS)
        raise KestrelError(
            [Diagnostic.make("KS0903", option="KESTREL_FORMAT", value=wanted, choices=choices)]
        )
    return wanted if wanted in forms else forms[0]
