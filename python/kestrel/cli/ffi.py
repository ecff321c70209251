"""`kestrel-gen ffi`: functions as C++, and as a Python module; built here and now if asked for."""

from __future__ import annotations

from pathlib import Path

import click

import kestrel
from kestrel.cli import exits
from kestrel.cli.generated import Job, is_current, outdated, write_all, write_depfile
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.data.ks import KsFile
from kestrel.text.diagnostic import Diagnostic, KestrelError


@command("ffi", "text")
@click.argument("path", metavar="FILE")
@click.option("--out", "folder", metavar="DIR", required=True, help="Write there.")
@click.option("--build", is_flag=True, help="Compile it too, into DIR, for this Python.")
@click.option(
    "--audit",
    type=click.Choice(("sink", "discard")),
    default="sink",
    help="With --build: `discard` runs `unsafe` code without audit records [sink].",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if DIR is not current.")
@click.option("--list-outputs", is_flag=True, help="Write nothing; print the files of DIR.")
@click.option("--depfile", metavar="FILE", help="Write what depends on what, for Make and Ninja.")
@click.option("--stamp", metavar="FILE", help="Touch it when all is written; DEPFILE is about it.")
def ffi(
    path: str,
    folder: str,
    build: bool,
    audit: str,
    check: bool,
    list_outputs: bool,
    depfile: str | None,
    stamp: str | None,
) -> Outcome:
    """Write the functions of a `.ks` file as C++ and as a Python module, with its types.

    `NAME_ffi.hpp` holds them as C++20, and needs only the headers beside it; `NAME_ffi.cpp` is
    the Python module around it; `NAME.py` imports that, and `NAME.pyi` has its types. A file that
    has its text already is not touched.
    """
    name = Path(path).stem
    if not name.isidentifier():
        raise KestrelError([Diagnostic.make("KS0940", file=path, name=name)])
    job = Job(Path(folder), (path,), ("ffi",), f"{name}-ffi")
    plain = not (check or list_outputs or depfile or stamp or build)
    if plain and (current := is_current(job)) is not None:
        return Outcome({"status": "current", "files": current}, {"text": lambda _: ""})
    file = KsFile.read(path)
    files = _files(file, name)
    inputs = list(file.module.sources)
    outcome = _put(job, files, inputs, check=check, listed=list_outputs)
    if depfile is not None or stamp is not None:
        write_depfile(depfile, stamp, outcome.result["files"], inputs)
    if build and not (check or list_outputs):
        from kestrel.cli.building import build_module

        built = build_module(file, name, Path(folder), discard=audit == "discard")
        outcome.result["files"].append(str(built))
    return outcome


def _files(file: KsFile, name: str) -> dict[str, str]:
    from kestrel.backends.ffi.files import write_ffi
    from kestrel.backends.ffi.module import Unit

    unit = Unit(name, Path(file.path).name, file.module, kestrel.__version__)
    sources = dict(zip(file.module.sources, file.sources, strict=True))
    return write_ffi(unit, sources)


def _put(
    job: Job, files: dict[str, str], inputs: list[str], *, check: bool, listed: bool
) -> Outcome:
    paths = [str(job.folder / each) for each in files]
    if listed:
        text = "".join(f"{each}\n" for each in paths)
        return Outcome({"status": "listed", "files": paths}, {"text": lambda _: text})
    if check:
        wrong = outdated(job.folder, files)
        said = tuple(Diagnostic.make("KS0941", file=each, path=each) for each in wrong)
        status = {"status": "outdated" if wrong else "current", "files": wrong}
        code = exits.FOUND if wrong else exits.DONE
        return Outcome(status, {"text": lambda _: ""}, said, exit=code)
    write_all(job, files, inputs, quiet=True)
    return Outcome({"status": "generated", "files": paths}, {"text": lambda _: ""})
