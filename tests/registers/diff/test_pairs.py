"""Real changes of real maps, and the commands that a user gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kestrel import compiler
from kestrel.changes.registers import compare_maps
from tests.errors.lab import kestrel_gen, kestrel_run
from tests.registers import svd_reading
from tests.registers.accessors.toolchains import HOST, STRICT
from tests.syntax.reading import DATA

RP2040 = DATA / "pairs" / "rp2040"
UART = DATA / "pairs" / "opentitan-uart"
PAIRS = pytest.mark.skipif(not RP2040.is_dir(), reason="the folder of real inputs is not here")


@PAIRS
def test_write_only_registers_of_a_chip() -> None:
    """Each edit once, with its instances; by a second reading there are as many."""
    old, new = sorted(RP2040.glob("*.svd"), key=lambda each: "before" not in each.name)
    one, two = (compiler.load_registers(each)[0] for each in (old, new))
    found = compare_maps(one, two).findings
    changed = set()
    for was, now in zip(svd_reading.read(str(old)), svd_reading.read(str(new)), strict=True):
        if was != now:
            changed.add(now["path"])
    seen = {path for each in found for path in each.instances}
    without_fields = {path for path in seen if path.count(".") == 1}
    assert {path.rpartition(".")[0] for path in seen - without_fields} == changed
    assert without_fields == {"SIO.INTERP0_BASE_1AND0", "SIO.INTERP1_BASE_1AND0"}
    assert len(found) == 34
    assert {each.rule for each in found} == {"R50"}
    assert sum(len(each.instances) for each in found) == 66
    same = compare_maps(one, two, same_hardware=True).findings
    assert len(same) == 34
    assert {(each.layout, each.behaviour) for each in same} == {("none", "none")}


@PAIRS
def test_interrupts_of_a_uart() -> None:
    pytest.importorskip("hjson", reason="`hjson` is not installed")

    def compare(old: str, new: str) -> dict[tuple[str, str], str]:
        one, two = (compiler.load_registers(UART / f"uart_{n}.hjson")[0] for n in (old, new))
        return {(e.rule, e.path): e.overall for e in compare_maps(one, two).findings}

    event_to_status = compare("8ea8f8f4f9_before", "8ea8f8f4f9")
    assert event_to_status["R90", "uart.INTR_STATE.tx_watermark"] == "breaking"
    reused = compare("8ea8f8f4f9", "e7ce9718eb")
    assert reused["R02", "uart.INTR_STATE.tx_done"] == "breaking"
    assert reused["R04", "uart.INTR_STATE.tx_empty"] == "breaking"


OLD = """regmap Uart {
  register CR @ 0 { EN [0] rw = 0; MODE [2:1] rw }
  register SR @ 4 { A [0] r }
}
"""
NEW = OLD.replace("CR", "CTRL").replace("MODE [2:1] rw", "KIND [2:1] r")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.kreg").write_text(OLD)
    (tmp_path / "new.map").write_text(NEW)
    return tmp_path


def test_json(folder: Path) -> None:
    ran = kestrel_run("diff", "old.kreg", "new.map", "--format", "json", cwd=folder)
    assert ran.code == 0, ran.err
    result = json.loads(ran.out)["result"]
    assert result["verdict"] == {"overall": "breaking", "semver": "major"}
    keys = {"rule", "path", "names", "layout", "behaviour", "overall", "old", "new", "why", "do"}
    assert all(keys <= set(each) for each in result["findings"])
    rules = [(each["rule"], each["path"]) for each in result["findings"]]
    assert rules == [("R01", "Uart.CTRL"), ("R02", "Uart.CTRL.KIND"), ("R51", "Uart.CTRL.KIND")]


@pytest.mark.parametrize(
    ("form", "has"),
    [
        ("table", "✗ R01  register, block or memory renamed"),
        ("markdown", "| ✗ | R51 | `Uart.CTRL.KIND` | `rw` | `r` | none | none | breaking |"),
        ("sarif", '"ruleId": "R51"'),
        ("github", "::error"),
    ],
)
def test_forms(form: str, has: str, folder: Path) -> None:
    ran = kestrel_run("diff", "old.kreg", "new.map", "--format", form, cwd=folder)
    assert has in ran.out


def test_exit_code(folder: Path) -> None:
    assert kestrel_run("diff", "old.kreg", "new.map", "--exit-code", cwd=folder).code == 1
    assert kestrel_run("diff", "old.kreg", "old.kreg", "--exit-code", cwd=folder).code == 0


@pytest.mark.skipif(HOST.missing(), reason="a C compiler is not installed")
def test_old_names(folder: Path) -> None:
    """A program with the old names compiles against the new headers."""
    words = ("diff", "old.kreg", "new.map", "--compat-header", "compat.h")
    assert kestrel_run(*words, cwd=folder).code == 0
    (folder / "new.kreg").write_text(NEW)
    assert kestrel_gen("regs", "new.kreg", "--lang", "c", "--out", ".", cwd=folder).code == 0
    program = """
#include "uart.h"
#include "compat.h"
uint32_t old(uart_t uart);
uint32_t old(uart_t uart) {
  uart_cr_write(uart, uart_cr_en(1));
  uart_cr_modify(uart, uart_cr_en(0));
  return uart_cr_read_raw(uart) & uart_cr_mode_Msk;
}
"""
    (folder / "old.c").write_text(program)
    ran = HOST.run(
        "c", folder / "old.c", *STRICT, "-c", "-o", str(folder / "old.o"), include=folder
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_reused_name_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "a.kreg").write_text("regmap U { register R @ 0 { A [3:0] rw } }\n")
    (tmp_path / "b.kreg").write_text("regmap U { register R @ 0 { B [3:0] rw; A [7:4] rw } }\n")
    words = ("diff", "a.kreg", "b.kreg", "--compat-header", "compat.h")
    assert kestrel_run(*words, cwd=tmp_path).code == 0
    text = (tmp_path / "compat.h").read_text()
    assert "#define u_r_a" not in text
    assert "// u_r_a is the name of something else now." in text
