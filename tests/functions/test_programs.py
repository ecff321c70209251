"""Programs that are accepted, and programs that are not: what is said, and on which line.

A file holds many, each under a line `//# title`. Each is checked by itself, beside `lib.ks`, whose
names it may use. `//~ KS0301` at a line's end says what is found there; several codes, several
findings. An accepted program has none.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from kestrel.check import check_source
from kestrel.text.render import render_all
from kestrel.text.source import Source

FOLDER = Path(__file__).parent
LIBRARY = (FOLDER / "lib.ks").read_text()
NAMES = re.findall(r"^  (?:handle|status|(?:safe )?fn) (\w+)", LIBRARY, re.MULTILINE)
USE = f"use lib.{{{', '.join(NAMES)}}}\n"
MARK = re.compile(r"//~((?: K[SR]\d{4})+)")


class Program(NamedTuple):
    title: str
    text: str
    expected: Counter[tuple[int, str]]


def programs(folder: str) -> list[Program]:
    found = []
    for path in sorted((FOLDER / folder).glob("*.ks")):
        for part in path.read_text().split("//# ")[1:]:
            title, _, body = part.partition("\n")
            marks = Counter(
                (number, code)
                for number, line in enumerate(body.split("\n"), start=2)
                if (match := MARK.search(line))
                for code in match[1].split()
            )
            found.append(Program(f"{path.stem}: {title}", USE + body, marks))
    return found


@pytest.mark.parametrize("program", programs("rejected"), ids=lambda p: p.title)
def test_rejected(program: Program) -> None:
    assert program.expected, "it marks nothing"
    check(program)


@pytest.mark.parametrize("program", programs("accepted"), ids=lambda p: p.title)
def test_accepted(program: Program) -> None:
    assert not program.expected
    check(program)


def check(program: Program) -> None:
    source = Source(str(FOLDER / "program.ks"), program.text.encode())
    found = check_source(source, FOLDER / "program.ks").diagnostics
    said = Counter((d.span.first.line, d.code) for d in found if d.span is not None)
    assert said == program.expected, render_all(found)


def test_there_are_enough() -> None:
    assert len(programs("rejected")) >= 60
    assert len(programs("accepted")) >= 40
