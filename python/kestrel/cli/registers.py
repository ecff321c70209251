"""`kestrel-gen regs`: register maps of vendors as what programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from kestrel import compiler
from kestrel.cli.convert import written
from kestrel.cli.generate import make_folder
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.ir.flat import size
from kestrel.ir.registers import Device


def _json(device: Device) -> str:
    from kestrel.backends.registers_json import registers_json

    return registers_json(device)


def _kreg(device: Device) -> str:
    from kestrel.backends.kreg import write_kreg

    return write_kreg(device)


LANGUAGES: dict[str, Callable[[Device], str]] = {"json": _json, "kreg": _kreg}


@command("regs", "text")
@click.argument("path", metavar="FILE")
@click.option("--lang", type=click.Choice(tuple(LANGUAGES)), default="json", help="What [json].")
@click.option("--out", "folder", metavar="DIR", help="Write `FILE.LANG` there [standard output].")
@click.option("--patch", "patches", metavar="FILE.kreg", multiple=True, help="What is said of it.")
def regs(path: str, lang: str, folder: str | None, patches: tuple[str, ...]) -> Outcome:
    """Write the registers of a `.kreg` or CMSIS-SVD file as something else.

    `json` has arrays unrolled, and absolute addresses. What is wrong with the file is reported, and
    stays as the file has it.
    """
    device, found = compiler.load_registers(path, patches)
    text = LANGUAGES[lang](device)
    result = {"status": "generated", "device": device.name, "registers": str(size(device))}
    target = None
    if folder is not None:
        make_folder(Path(folder))
        target = str(Path(folder) / f"{Path(path).stem}.{lang}")
    return msgspec.structs.replace(written(result, text, target), diagnostics=tuple(found))


def import_map(path: str, output: str | None) -> Outcome:
    """A vendor's register map as `.kreg`, to be kept and changed."""
    device, found = compiler.load_registers(path)
    result = {"status": "imported", "device": device.name, "registers": str(size(device))}
    made = written(result, _kreg(device), output)
    return msgspec.structs.replace(made, diagnostics=tuple(found))
