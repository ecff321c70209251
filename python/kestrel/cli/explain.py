"""`kestrel-run explain CODE`: the page of a diagnostic code."""

from __future__ import annotations

import click

from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.text.pages import page


@command("explain", "text", "markdown")
@click.argument("code")
def explain(code: str) -> Outcome:
    """Say what a diagnostic code means, with a wrong and a right example."""
    name, text = page(code)
    result = {"status": "found", "code": name, "page": text}
    return Outcome(result, {"text": lambda _: text, "markdown": lambda _: text})
