"""`kestrel-gen regs`: register maps of vendors as what programs read."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from kestrel import compiler
from kestrel.cli.convert import written
from kestrel.cli.generate import make_folder
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.ir.flat import size


@command("regs", "text")
@click.argument("path", metavar="FILE.svd")
@click.option("--lang", type=click.Choice(("json",)), default="json", help="What to write [json].")
@click.option("--out", "folder", metavar="DIR", help="Write `FILE.json` there [standard output].")
def regs(path: str, lang: str, folder: str | None) -> Outcome:
    """Write the registers of a CMSIS-SVD file, arrays unrolled and with absolute addresses.

    What is wrong with the file is reported, and stays as the file has it.
    """
    from kestrel.backends.registers_json import registers_json

    device, found = compiler.load_registers(path)
    text = registers_json(device)
    result = {"status": "generated", "device": device.name, "registers": str(size(device))}
    target = None
    if folder is not None:
        make_folder(Path(folder))
        target = str(Path(folder) / f"{Path(path).stem}.{lang}")
    return msgspec.structs.replace(written(result, text, target), diagnostics=tuple(found))
