"""`kestrel-run effects`: what each function of a file may do, and where that comes from."""

from __future__ import annotations

from typing import Any

import click

from kestrel.check.code.declared import Places, written_path
from kestrel.check.code.effects import ALLOC, Effects
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.data.ks import KsFile
from kestrel.ir.decls import Newtype
from kestrel.ir.effects import ordered
from kestrel.ir.types import AnyType, Named
from kestrel.text.render import Pen


@command("effects", "text")
@click.argument("path", metavar="FILE")
def effects(path: str) -> Outcome:
    """Print what each function of a `.ks` file may do, with the shortest path to each effect.

    Functions of files that it uses are named in the paths, and not listed.
    """
    file = KsFile.read(path)
    code = file.module.code
    assert code is not None
    found = Effects(code.functions, code.foreign, _stored(file))
    places = Places(dict(enumerate(file.sources)))
    own = [name for name, fn in code.functions.items() if fn.at is not None and fn.at[0] == 0]
    rows = [_row(found, places, name) for name in sorted(own, key=lambda n: _start(file, n))]
    return Outcome({"status": "ok", "functions": rows}, {"text": lambda pen: _text(rows, pen)})


def _stored(file: KsFile) -> Any:
    def stored(type_: AnyType) -> AnyType:
        while isinstance(type_, Named):
            decl = file.module.decls.get(type_.name)
            if not isinstance(decl, Newtype):
                break
            type_ = decl.base
        return type_

    return stored


def _start(file: KsFile, name: str) -> int:
    code = file.module.code
    at = code.functions[name].at if code is not None else None
    return at[1] if at is not None else 0


def _row(found: Effects, places: Places, name: str) -> dict[str, Any]:
    function = found.functions[name]
    performed = found.performed[name] - {ALLOC}
    declared = None if function.declared is None else list(ordered(function.declared))
    paths = {tag: written_path(found, places, name, tag) for tag in ordered(performed)}
    head = places.head(function.at)
    return {
        "name": name.rpartition(".")[2],
        "line": head.first.line if head is not None else 0,
        "declared": declared,
        "effects": paths,
    }


def _text(rows: list[dict[str, Any]], pen: Pen) -> str:
    lines: list[str] = []
    for row in rows:
        tags = ", ".join(row["effects"]) or "no effects"
        lines.append(f"{pen('bold', row['name'])} (line {row['line']}): {tags}")
        width = max(map(len, row["effects"]), default=0)
        lines += [f"  {tag:<{width}}  {path}" for tag, path in row["effects"].items()]
    return "".join(f"{line}\n" for line in lines)
