"""`kestrel-gen regs`: register maps as what programs and people read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import msgspec

import kestrel
from kestrel import compiler
from kestrel.cli.convert import written
from kestrel.cli.generate import make_folder
from kestrel.cli.levels import parse_levels
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.writing import write_changed
from kestrel.ir.flat import size
from kestrel.ir.registers import Device
from kestrel.text.diagnostic import Diagnostic, KestrelError

Made = str | dict[str, str]
"""A text that is all, or texts by their paths in a folder."""


def _json(device: Device) -> Made:
    from kestrel.backends.registers_json import registers_json

    return registers_json(device)


def _kreg(device: Device) -> str:
    from kestrel.backends.kreg import write_kreg

    return write_kreg(device)


def _cpp(device: Device) -> Made:
    from kestrel.backends.accessors.cpp import write_cpp

    return write_cpp(device, kestrel.__version__)


def _c(device: Device) -> Made:
    from kestrel.backends.accessors.c import write_c

    return write_c(device, kestrel.__version__)


def _pybind(device: Device) -> Made:
    from kestrel.backends.accessors.pybind import write_pybind

    return write_pybind(device, kestrel.__version__)


def _html(device: Device) -> Made:
    from kestrel.backends.pages.html import write_html

    return write_html(device, kestrel.__version__)


def _markdown(device: Device) -> Made:
    from kestrel.backends.pages.markdown import write_markdown

    return write_markdown(device, kestrel.__version__)


def _svd(device: Device) -> Made:
    from kestrel.backends.svd import write_svd

    return write_svd(device, kestrel.__version__)


LANGUAGES: dict[str, Callable[[Device], Made]] = {
    "json": _json,
    "kreg": _kreg,
    "svd": _svd,
    "cpp": _cpp,
    "c": _c,
    "pybind": _pybind,
    "html": _html,
    "markdown": _markdown,
}


@command("regs", "text")
@click.argument("path", metavar="FILE")
@click.option("--lang", type=click.Choice(tuple(LANGUAGES)), default="json", help="What [json].")
@click.option("--out", "folder", metavar="DIR", help="Write there [one text: standard output].")
@click.option("--patch", "patches", metavar="FILE.kreg", multiple=True, help="What is said of it.")
@click.option(
    "--severity",
    "severities",
    metavar="CODE=LEVEL",
    multiple=True,
    help="How grave a finding is: error, warning, note or off; with an error nothing is written.",
)
def regs(
    path: str, lang: str, folder: str | None, patches: tuple[str, ...], severities: tuple[str, ...]
) -> Outcome:
    """Write the registers of a file (`.kreg`, SVD, SystemRDL, Hjson) as something else.

    `json` has arrays unrolled, and absolute addresses. `cpp` and `c` are headers (C++20, C11) that
    read and write them, `pybind` is a Python module around those of C++, `html` and `markdown` are
    pages for people. What is wrong with the
    file is reported, and stays as the file has it. A file that has its text already is not touched.
    """
    device, found = compiler.load_registers(path, patches, parse_levels(severities))
    made = LANGUAGES[lang](device)
    found += _unsaid(device, path) if lang == "svd" else []
    result = {"status": "generated", "device": device.name, "registers": str(size(device))}
    outcome = _put(result, made, Path(path).stem, lang, folder)
    return msgspec.structs.replace(outcome, diagnostics=tuple(found))


def _unsaid(device: Device, path: str) -> list[Diagnostic]:
    """What a poorer format does not keep."""
    from kestrel.backends.svd import unsaid

    return [
        Diagnostic.make("KR0921", file=path, what=what, count=count, first=first)
        for what, count, first in unsaid(device)
    ]


def _put(result: dict[str, str], made: Made, stem: str, lang: str, folder: str | None) -> Outcome:
    if folder is None:
        if isinstance(made, str):
            return written(result, made, None)
        raise KestrelError([Diagnostic.make("KS0915", lang=lang, count=len(made))])
    files = {f"{stem}.{lang}": made} if isinstance(made, str) else made
    for path, text in files.items():
        make_folder((Path(folder) / path).parent)
        write_changed(str(Path(folder) / path), text.encode())
    paths = [str(Path(folder) / path) for path in files]
    return Outcome({**result, "files": paths}, {"text": lambda _: ""})


def import_map(path: str, output: str | None) -> Outcome:
    """A vendor's register map as `.kreg`, to be kept and changed."""
    device, found = compiler.load_registers(path)
    result = {"status": "imported", "device": device.name, "registers": str(size(device))}
    made = written(result, _kreg(device), output)
    return msgspec.structs.replace(made, diagnostics=tuple(found))
