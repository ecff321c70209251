"""The commands of `kestrel-gen`."""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from kestrel import inputs
from kestrel.cli.convert import require_ks, require_name, written
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.ir.names import short
from kestrel.text.diagnostic import Diagnostic, KestrelError


@command("json-schema", "text")
@click.argument("schema", metavar="FILE#SCHEMA")
@click.option("-o", "--output", metavar="FILE", help="Write it there.")
def json_schema(schema: str, output: str | None) -> Outcome:
    """Write a schema as JSON Schema (draft 2020-12), for editors and other tools."""
    read = inputs.read_schema(schema)
    text = json.dumps(read.json_schema(), indent=2, ensure_ascii=False) + "\n"
    result = {"status": "generated", "schema": read.name, "digest": read.digest}
    return written(result, text, output)


@command("pyi", "text")
@click.argument("schema", metavar="FILE#SCHEMA")
@click.option("--out", "folder", metavar="DIR", help="Write `FILE.pyi` there [standard output].")
def pyi(schema: str, folder: str | None) -> Outcome:
    """Write the Python types of a schema's configs, for type checkers and editors."""
    from kestrel.backends.pyi import stub

    read = inputs.read_schema(schema)
    text = stub(read.bundle)
    result = {"status": "generated", "schema": read.name, "digest": read.digest}
    if folder is None:
        return written(result, text, None)
    target = Path(folder) / f"{short(read.name).lower()}_types.pyi"
    make_folder(Path(folder))
    return written(result, text, str(target))


@command("import", "text")
@click.argument("path", metavar="FILE")
@click.option("--name", metavar="NAME", help="The schema's name [the title, or the file's name].")
@click.option("-o", "--output", metavar="FILE", help="Write it there.")
def import_(path: str, name: str | None, output: str | None) -> Outcome:
    """Make a `.ks` file of a JSON Schema, or a `.kreg` file of a register map.

    What cannot be said is reported, and a comment in the `.ks` file.
    """
    from kestrel import compiler

    if compiler.is_map(path):
        from kestrel.cli.registers import import_map

        return import_map(path, output)

    from kestrel.data.imported import schema_from_json

    require_ks(output)
    text, found = schema_from_json(path, require_name(name) if name else None)
    made = written({"status": "imported"}, text, output)
    return msgspec.structs.replace(made, diagnostics=tuple(found))


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        path = str(folder)
        raise KestrelError([Diagnostic.make("KS0910", file=path, path=path, why=why)]) from None
