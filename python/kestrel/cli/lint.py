"""`kestrel-run lint`: everything that can be found without running anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import click

import kestrel
from kestrel import compiler
from kestrel.cli import exits
from kestrel.cli.levels import parse_levels
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.github import render_github
from kestrel.text.render import Pen, render_all
from kestrel.text.sarif import render_sarif

ALWAYS = ("syntax", "type", "input")
"""Domains without which nothing else can be judged."""


@command("lint", "text", "sarif", "github")
@click.argument("files", nargs=-1, required=True)
@click.option("--schema", metavar="FILE#NAME", help="The schema of data files (JSON, YAML, TOML).")
@click.option(
    "--domain",
    type=click.Choice(("config", "effects", "regmap")),
    multiple=True,
    help="Show only these domains, and what concerns syntax and types [default: all].",
)
@click.option(
    "--against",
    metavar="STATE|git:REV",
    help="Give each diagnostic the audit id of the change from there to the file.",
)
@click.option(
    "--severity",
    "severities",
    metavar="CODE=LEVEL",
    multiple=True,
    help="How grave a code of register maps is: error, warning, note or off; repeatable.",
)
@click.option("--fail-on-warning", is_flag=True, help="Exit with 1 if there are only warnings.")
def lint(
    files: tuple[str, ...],
    schema: str | None,
    domain: tuple[str, ...],
    against: str | None,
    severities: tuple[str, ...],
    fail_on_warning: bool,
) -> Outcome:
    """Check files: `.ks` sources with their configs and examples, or data against `--schema`."""
    found = tuple(
        diagnostic
        for diagnostic in _found(files, schema, against, severities)
        if not domain or diagnostic.domain in ALWAYS or diagnostic.domain in domain
    )
    count = Counter[str](d.severity for d in found)
    code = exits.of_diagnostics(found)
    if not code and count["warning"] and fail_on_warning:
        code = exits.FOUND
    result = {
        "status": "ok" if code == exits.DONE else "failed",
        "files": len(files),
        "errors": count["error"],
        "warnings": count["warning"],
    }
    forms = {
        "text": lambda pen: _text(found, files, count, pen),
        "sarif": lambda _: render_sarif(found, kestrel.__version__),
        "github": lambda _: render_github(found),
    }
    return Outcome(result, forms, found, exit=code, findings=True)


def _found(
    files: tuple[str, ...], schema: str | None, against: str | None, severities: tuple[str, ...]
) -> Iterable[Diagnostic]:
    levels = parse_levels(severities)
    if against is None:
        return compiler.lint(files, schema, levels)
    from kestrel.against import lint_against  # with the runtime, which a plain lint can do without

    return lint_against(files, schema, against)


def _text(
    found: tuple[Diagnostic, ...], files: tuple[str, ...], count: Counter[str], pen: Pen
) -> str:
    if not found:
        return f"{_counted(len(files), 'file')} checked: nothing to report\n"
    parts = [_counted(count[s], s) for s in ("error", "warning", "note") if count[s]]
    return f"{render_all(found, pen)}\n{', '.join(parts)}\n"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
