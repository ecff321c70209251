"""`kestrel-gen regs`: what it writes, when it writes nothing, and what build tools ask it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.errors.lab import kestrel_gen

TEXT = "regmap Uart { register CR @ 0 { EN [0] rw = 0 } }\n"
LANGUAGES = ("json", "kreg", "svd", "cpp", "c", "pybind", "html", "markdown")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "uart.kreg").write_text(TEXT)
    return tmp_path


def gen(folder: Path, lang: str, *more: str) -> tuple[int, str, str]:
    ran = kestrel_gen("regs", "uart.kreg", "--lang", lang, "--out", "out", *more, cwd=folder)
    return ran.code, ran.out, ran.err


def times(folder: Path) -> dict[Path, int]:
    return {each: each.stat().st_mtime_ns for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_second_run_touches_nothing(lang: str, folder: Path) -> None:
    assert gen(folder, lang)[0] == 0
    for each in (folder / "out").rglob("*"):
        os.utime(each, ns=(1, 1))
    before = times(folder / "out")
    assert before
    code, out, _ = gen(folder, lang, "--format", "json")
    assert (code, json.loads(out)["result"]["status"]) == (0, "current")
    assert times(folder / "out") == before


def test_what_changed_is_written(folder: Path) -> None:
    gen(folder, "c")
    for each in (folder / "out").rglob("*"):
        os.utime(each, ns=(1, 1))
    (folder / "uart.kreg").write_text(TEXT.replace("EN", "ENABLE"))
    assert gen(folder, "c")[0] == 0
    written = {each.name for each, when in times(folder / "out").items() if when != 1}
    assert written == {"uart.h", ".kestrel-uart-c.json"}


def test_a_file_that_was_changed_or_lost_is_written_again(folder: Path) -> None:
    gen(folder, "c")
    header = folder / "out" / "uart.h"
    text = header.read_text()
    header.write_text("")
    gen(folder, "c")
    assert header.read_text() == text
    header.unlink()
    gen(folder, "c")
    assert header.read_text() == text


def test_another_option_or_patch_makes_another_run(folder: Path) -> None:
    gen(folder, "json")
    (folder / "fix.kreg").write_text("patch Uart { Uart.CR.EN: w1c }\n")
    assert gen(folder, "json", "--patch", "fix.kreg")[0] == 0
    assert '"woclr"' in (folder / "out" / "uart.json").read_text()


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"kestrel": 1}', "\x00"])
def test_a_record_that_is_none(record: str, folder: Path) -> None:
    gen(folder, "json")
    (folder / "out" / ".kestrel-uart-json.json").write_text(record)
    assert gen(folder, "json")[0] == 0


def test_check(folder: Path) -> None:
    assert gen(folder, "c", "--check")[0] == 1
    assert not (folder / "out").exists()
    gen(folder, "c")
    assert gen(folder, "c", "--check")[0] == 0
    (folder / "uart.kreg").write_text(TEXT.replace("EN", "ENABLE"))
    code, _, err = gen(folder, "c", "--check")
    assert (code, "warning[KR0902]: `out/uart.h`" in err) == (1, True)


def test_list_outputs(folder: Path) -> None:
    _, out, _ = gen(folder, "c", "--list-outputs")
    assert out.split() == ["out/kestrel/reg.h", "out/uart.h"]
    assert not (folder / "out").exists()


def test_depfile(folder: Path) -> None:
    (folder / "fix.kreg").write_text("patch Uart { Uart.CR.EN: w1c }\n")
    gen(folder, "json", "--patch", "fix.kreg", "--depfile", "made.d")
    assert (folder / "made.d").read_text() == "out/uart.json: uart.kreg fix.kreg\n"
