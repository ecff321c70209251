"""`kestrel-run decode`: what values mean; and `check embedded`: what firmware needs of a map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.errors.lab import kestrel_gen, kestrel_run

BOARD = """regmap Uart {
  register CR @ 0x00 reset 0x30 {
    EN   [0]   rw "Enable"
    BAUD [7:4] rw enum { slow = 0, fast = 3 "as fast as it gets", other = _ }
  }
  register SR @ 0x04 {
    RX  [0] r irq rx level
    OVR [1] w1c
    CMD [5:4] w enum { go = 1 }
  }
  register CH[2] @ 0x10 { LEVEL [11:0] rw = 0 }
}
device Board {
  UART0: Uart @ 0x4000_0000
  UART1: Uart @ 0x4000_1000
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "board.kreg").write_text(BOARD)
    return tmp_path


def test_text(folder: Path) -> None:
    ran = kestrel_run("decode", "board.kreg", "UART0.CR", "0x831", "uart1.ch[1]", "7", cwd=folder)
    assert ran.code == 0, ran.err
    assert (
        ran.out
        == """UART0.CR at 0x40000000 = 0x00000831
  bits  field  value        reset  description
  7:4   BAUD   3      fast  =      as fast as it gets
  0     EN     1            ≠ 0x0  Enable
  bits of no field: 0x800 (bit 11)

UART1.CH[1] at 0x40001014 = 0x00000007
  bits  field  value    reset  description
  11:0  LEVEL  7        ≠ 0x0
""".replace("0x0\n", "0x0\n")
    )


def test_json(folder: Path) -> None:
    words = ("decode", "--map", "board.kreg", "UART0.SR", "0b11", "--format", "json")
    (made,) = json.loads(kestrel_run(*words, cwd=folder).out)["result"]["registers"]
    assert (made["path"], made["address"], made["value"]) == ("UART0.SR", 0x4000_0004, 3)
    assert [(f["name"], f["value"]) for f in made["fields"]] == [("OVR", 1), ("RX", 1)]


def test_what_is_written(folder: Path) -> None:
    words = ("decode", "board.kreg", "UART0.SR", "0x10", "--write", "--format", "json")
    (made,) = json.loads(kestrel_run(*words, cwd=folder).out)["result"]["registers"]
    assert [(f["name"], f["enum"]) for f in made["fields"]] == [("CMD", "go"), ("OVR", None)]


def test_a_short_name_where_it_is_the_only_one(folder: Path) -> None:
    text = BOARD.replace("  UART1: Uart @ 0x4000_1000\n", "")
    (folder / "one.kreg").write_text(text)
    assert "UART0.SR at" in kestrel_run("decode", "one.kreg", "sr", "0", cwd=folder).out


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("UART0.SX", "0", "KR0911"),
        ("SR", "0", "KR0912"),
        ("UART0.SR", "0x100000000", "KR0913"),
        ("UART0.SR", "-1", "KS0901"),
        ("UART0.SR", "010", "KR0913"),
        ("UART0.SR", "x", "KR0913"),
        ("UART0.SR", "9" * 10_000, "KR0913"),
    ],
)
def test_mistakes(name: str, value: str, code: str, folder: Path) -> None:
    ran = kestrel_run("decode", "board.kreg", name, value, cwd=folder)
    assert ran.code != 0
    assert code in ran.err


GOOD = """regmap Uart {
  register CR @ 0x00 { EN [0] rw = 0; RXIE [1] rw = 0 enables irq rx }
  register SR @ 0x04 { RX [0] r irq rx level; BUSY [1] r }
  sequence stop {
    assert masked(rx)
    CR.EN = 0
    wait SR.BUSY == 0 timeout 1ms
  }
}
"""


def items(folder: Path, text: str, *more: str) -> dict[str, bool]:
    (folder / "map.kreg").write_text(text)
    ran = kestrel_run("check", "embedded", "map.kreg", *more, "--format", "json", cwd=folder)
    result = json.loads(ran.out)["result"]
    assert ran.code == (0 if result["status"] == "ok" else 1)
    return {each["name"]: each["holds"] for each in result["items"]}


def test_a_map_that_is_fit(tmp_path: Path) -> None:
    (tmp_path / "map.kreg").write_text(GOOD)
    kestrel_gen("regs", "map.kreg", "--lang", "c", "--out", "include", cwd=tmp_path)
    assert all(items(tmp_path, GOOD, "--headers", "include").values())


UNFIT = [
    ("the map has no errors or warnings", "BUSY [1] r", "BUSY [1] rc; KEEP [2] rw = 0"),
    ("every interrupt can be masked", "BUSY [1] r", "BUSY [1] r irq done level"),
    (
        "there is a fail-safe sequence, and it asserts that interrupts are masked",
        "assert masked(rx)",
        "CR.RXIE = 0",
    ),
    ("no sequence waits without an end", " timeout 1ms", ""),
    ("committed headers are those of the map", "EN [0]", "ON [0]"),
]


@pytest.mark.parametrize(("name", "old", "new"), UNFIT, ids=[name for name, *_ in UNFIT])
def test_maps_that_are_not(name: str, old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "map.kreg").write_text(GOOD)
    kestrel_gen("regs", "map.kreg", "--lang", "c", "--out", "include", cwd=tmp_path)
    text = GOOD.replace(old, new).replace(
        "CR.EN = 0", "CR.ON = 0" if new == "ON [0]" else "CR.EN = 0"
    )
    found = items(tmp_path, text, "--headers", "include")
    assert not found[name]
    assert not items(tmp_path, GOOD)["committed headers are those of the map"], "not tried"
