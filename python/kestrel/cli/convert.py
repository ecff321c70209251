"""`kestrel-config export` and `import`: configs to data files, and back."""

from __future__ import annotations

from pathlib import Path

import click

from kestrel import compiler, inputs
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.writing import write_whole
from kestrel.data.export import FORMS, export
from kestrel.data.files import is_ks, split_name
from kestrel.data.imported import as_kestrel
from kestrel.importers.literals import is_name
from kestrel.text.diagnostic import Diagnostic, KestrelError

SUFFIXES = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml"}
"""The form that the name of an output file asks for."""


@command("export", "text")
@click.argument("config", metavar="CONFIG")
@click.option("--to", type=click.Choice(tuple(FORMS)), help="The form [that of -o; json].")
@click.option("--schema", metavar="FILE#NAME", help="The schema of a data file.")
@click.option("--effective", is_flag=True, help="With defaults, `when` and `compute` filled in.")
@click.option("-o", "--output", metavar="FILE", help="Write it there.")
def export_(
    config: str, to: str | None, schema: str | None, effective: bool, output: str | None
) -> Outcome:
    """Write a config out as YAML, TOML or JSON; reading that gives the same config.

    CONFIG is FILE.ks#NAME, a data file with --schema, git:REV:path, or a state.
    """
    read = inputs.read_schema(schema) if schema else None
    snapshot = inputs.read_end(config, read).config
    chosen = to or SUFFIXES.get(Path(output or "").suffix.lower(), "json")
    text = export(snapshot, chosen, effective=effective)
    result = {"status": "exported", "digest": snapshot.digest, "form": chosen}
    return written(result, text, output)


@command("import", "text")
@click.argument("data", metavar="DATA")
@click.option("--schema", metavar="FILE#NAME", required=True, help="The schema that reads it.")
@click.option("--name", metavar="NAME", help="The config's name [the file's].")
@click.option("-o", "--output", metavar="FILE.ks", help="Write it there.")
def import_(data: str, schema: str, name: str | None, output: str | None) -> Outcome:
    """Make a `.ks` config of a data file, to be kept instead of it."""
    file, only = split_name(schema)
    module = compiler.load(file)
    snapshot = module.schema(only).load(data)
    chosen = _name(name, data)
    target = Path(output) if output else Path(file).parent / f"{chosen}.ks"
    require_ks(output)
    text = as_kestrel(snapshot, chosen, module, target)
    result = {"status": "imported", "digest": snapshot.digest, "name": chosen}
    return written(result, text, output)


def _name(given: str | None, data: str) -> str:
    if given is not None:
        return require_name(given)
    name = Path(data).stem.replace("-", "_")
    return name if is_name(name) else "config"


def require_name(name: str) -> str:
    """Raises KestrelError (KS0914) if it cannot be that of a declaration."""
    if not is_name(name):
        raise KestrelError([Diagnostic.make("KS0914", name=name)])
    return name


def require_ks(output: str | None) -> None:
    """Raises KestrelError (KS0913) if a file for Kestrel source is not called so."""
    if output and not is_ks(output):
        raise KestrelError([Diagnostic.make("KS0913", file=output, path=output)])


def written(result: dict[str, str], text: str, output: str | None) -> Outcome:
    """What a command made: in the file that was asked for, else on standard output."""
    if output is None:
        return Outcome({**result, "text": text}, {"text": lambda _: text})
    write_whole(output, text.encode())
    return Outcome({**result, "file": output}, {"text": lambda _: ""})
