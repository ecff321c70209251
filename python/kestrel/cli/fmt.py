"""`kestrel-config fmt`: put `.ks` and `.kreg` files into the one style."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NamedTuple

import click

from kestrel.cli import exits
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.writing import write_whole
from kestrel.data.files import is_ks
from kestrel.syntax.format import format_source
from kestrel.syntax.format.regmap import format_map
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.read import LIMIT, check_utf8, read_source
from kestrel.text.render import render_all
from kestrel.text.source import Source

STDIN = "-"


class Formatted(NamedTuple):
    name: str
    old: str
    new: str

    @property
    def changed(self) -> bool:
        return self.old != self.new


@command("fmt", "text")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def fmt(files: tuple[str, ...], check: bool, diff: bool) -> Outcome:
    """Format `.ks` and `.kreg` files in place; `-` formats standard input to standard output.

    A file with syntax errors is left as it is.
    """
    done: list[Formatted] = []
    found: list[Diagnostic] = []
    for name in files:
        try:
            done.append(_format(name))
            if not (check or diff):
                _write(done[-1])
        except KestrelError as error:
            found += error.diagnostics
    changed = [each.name for each in done if each.changed]
    code = exits.of_diagnostics(found) or (exits.FOUND if check and changed else exits.DONE)
    status = "failed" if found else "changed" if changed else "unchanged"
    result = {"status": status, "files": len(files), "changed": changed}
    text = "".join(_shown(done, check, diff))
    findings = bool(found and text)  # then both are what was asked for, on standard output
    if STDIN in files and not (check or diff) and len(files) == 1:
        result["text"] = text
    shown = {"text": lambda pen: text + (render_all(found, pen) + "\n" if findings else "")}
    return Outcome(result, shown, tuple(found), exit=code, findings=findings)


def _format(name: str) -> Formatted:
    source = _stdin() if name == STDIN else _file(name)
    made = format_map(source) if is_map(name) else format_source(source)
    return Formatted(name, source.data.decode(errors="replace"), made)


def is_map(name: str) -> bool:
    return name.lower().endswith(".kreg")


def _file(name: str) -> Source:
    if not is_ks(name) and not is_map(name):
        raise KestrelError([Diagnostic.make("KS0912", file=name, path=name)])
    return read_source(name)


def _stdin() -> Source:
    source = Source("<stdin>", sys.stdin.buffer.read(LIMIT + 1))
    check_utf8(source)
    return source


def _write(done: Formatted) -> None:
    if done.changed and done.name != STDIN:
        write_whole(done.name, done.new.encode())


def _shown(done: list[Formatted], check: bool, diff: bool) -> Iterable[str]:
    for each in done:
        if diff:
            yield _difference(each)
        elif each.name == STDIN and not check:
            yield each.new
        elif each.changed:
            yield f"{'would change' if check else 'formatted'} {each.name}\n"


def _difference(each: Formatted) -> str:
    import difflib

    old, new = each.old.splitlines(keepends=True), each.new.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, each.name, f"{each.name} (formatted)")
    return "".join(line if line.endswith("\n") else line + "\n\\ no newline\n" for line in lines)
