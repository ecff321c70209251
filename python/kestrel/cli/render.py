"""`kestrel-config render`: a config, or what a template makes of its arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from kestrel import compiler, inputs
from kestrel._core import Doc, Snapshot
from kestrel.cli import exits
from kestrel.cli.convert import SUFFIXES, written
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome, failure
from kestrel.data.export import FORMS, export
from kestrel.data.files import read_document
from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.hints import did_you_mean

COMMON = "default"
"""The profile that all others are laid over."""


@command("render", "text")
@click.argument("config", metavar="FILE#NAME")
@click.option("--template", metavar="NAME", help="Call this template of the file.")
@click.option("--assign", multiple=True, metavar="NAME=VALUE", help="An argument of the template.")
@click.option("--env", metavar="FILE", help="Arguments of the template, in a data file.")
@click.option("--profile", metavar="NAME", help="Take them from this member of the file.")
@click.option("--schema", metavar="FILE#NAME", help="The schema of a data file.")
@click.option("--effective", is_flag=True, help="With defaults, `when` and `compute` filled in.")
@click.option("--to", type=click.Choice(tuple(FORMS)), help="The form [that of -o; json].")
@click.option("-o", "--output", metavar="FILE", help="Write it there.")
def render(
    config: str,
    template: str | None,
    assign: tuple[str, ...],
    env: str | None,
    profile: str | None,
    schema: str | None,
    effective: bool,
    to: str | None,
    output: str | None,
) -> Outcome:
    """Write a config out: what is written, or what programs see; or what a template makes.

    A template's arguments come from --env, and one by one from --assign, which wins.
    """
    _check_options(template, assign, env, profile)
    if template is None:
        read = inputs.read_schema(schema) if schema else None
        return _rendered(inputs.read_end(config, read).config, effective, to, output)
    called = compiler.load(config).template(template)
    arguments = {**(_of_file(env, profile) if env else {}), **_assigned(assign)}
    try:
        snapshot = called.render(arguments)
    except InvalidConfig as error:
        return msgspec.structs.replace(failure(error.diagnostics), exit=exits.RENDER)
    return _rendered(snapshot, effective, to, output)


def _rendered(snapshot: Snapshot, effective: bool, to: str | None, output: str | None) -> Outcome:
    form = to or SUFFIXES.get(Path(output or "").suffix.lower(), "json")
    text = export(snapshot, form, effective=effective)
    made = written({"status": "rendered", "digest": snapshot.digest}, text, output)
    value = json.loads(snapshot.effective_json() if effective else snapshot.to_json())
    return msgspec.structs.replace(made, result={**made.result, "config": value})


def _check_options(
    template: str | None, assign: tuple[str, ...], env: str | None, profile: str | None
) -> None:
    """Raises click.UsageError: an option that says nothing without another."""
    needs = ((assign, "--assign", template, "--template"), (env, "--env", template, "--template"))
    for given, option, other, wanted in (*needs, (profile, "--profile", env, "--env")):
        if given and not other:
            raise click.UsageError(f"`{option}` needs `{wanted}`", click.get_current_context())


def _assigned(assign: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in assign:
        name, mark, value = text.partition("=")
        if not mark or not name:
            why = f"`--assign` takes NAME=VALUE, not `{text}`"
            raise click.UsageError(why, click.get_current_context())
        found[name] = value
    return found


def _of_file(path: str, profile: str | None) -> dict[str, Any]:
    """Arguments by name, out of a data file.

    Raises:
        InvalidConfig: KS0466, it has no such profile, or no members.
    """
    content = read_document(path).content
    values = Doc.parse(content).to_python() if isinstance(content, bytes) else content.to_python()
    whole = _members(values, path, "the file")
    if profile is None:
        return whole
    if profile not in whole:
        helps = did_you_mean(profile, whole)
        why = f"it has no profile `{profile}`"
        raise InvalidConfig([Diagnostic.make("KS0466", file=path, path=path, why=why, helps=helps)])
    common = _members(whole.get(COMMON, {}), path, f"`{COMMON}`")
    return {**common, **_members(whole[profile], path, f"`{profile}`")}


def _members(value: Any, path: str, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        why = f"{what} is no map of arguments by their names"
        raise InvalidConfig([Diagnostic.make("KS0466", file=path, path=path, why=why)])
    return value
