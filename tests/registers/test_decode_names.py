"""`kestrel-run decode`: by which names registers are found, and what is said of odd values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Ran, kestrel_run
from tests.syntax.reading import DATA

MAP = """
regmap Uart {
  register CR @ 0x00 "Control" {
    EN   [0]   rw = 0 "Runs"
    BAUD [7:4] rw = 3 within 0..=3 enum Baud { B9600 = 0 "slow", B115200 = 3 }
    MODE [9:8] rw = 0 read enum { Idle = 0b0x, Busy = 0b1x } write enum { Stop = 0, Go = _ }
  }
  register SR @ 0x04 reset 0xC0 known 0xFF { TXE [7] r; TC [6] rw; RXNE [5] w0c }
  register DR @ 0x08 width 8
  register CH[4] @ 0x20 step 0x10 { LEVEL [11:0] rw; FLAG[2] [16] step 4 rw }
  block DMA[2] @ 0x100 step 0x40 { register CNT @ 0 { when CR.EN == 1 { N [15:0] rw } } }
  bitmap IRQ[40] @ 0x200 in 32 : rw
}
regmap Timer { register CR @ 0 { UP [0] rw }; register ARR @ 4 }
device Board {
  UART0: Uart @ 0x4000_0000
  TIM[2]: Timer @ 0x5000_0000 step 0x400
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "board.kreg").write_text(MAP)
    return tmp_path


def run(folder: Path, *words: object) -> Ran:
    return kestrel_run("decode", *words, cwd=folder)


def decoded(folder: Path, *words: str) -> list[dict[str, Any]]:
    ran = run(folder, "board.kreg", *words, "--format", "json")
    assert ran.code == 0, ran.err
    found: list[dict[str, Any]] = ran.json["result"]["registers"]
    return found


@pytest.mark.parametrize(
    ("name", "path", "address"),
    [
        ("UART0.CH[3]", "UART0.CH[3]", 0x4000_0050),
        ("ch[3]", "UART0.CH[3]", 0x4000_0050),
        ("CH[3].LEVEL", "UART0.CH[3].LEVEL", 0x4000_0050),
        ("UART0.CH[0].FLAG[1]", "UART0.CH[0].FLAG[1]", 0x4000_0020),
        ("SR", "UART0.SR", 0x4000_0004),
        ("DMA[1].CNT", "UART0.DMA[1].CNT", 0x4000_0140),
        ("uart0.dma[0].cnt.n", "UART0.DMA[0].CNT.N", 0x4000_0100),
        ("TIM[1].CR", "TIM[1].CR", 0x5000_0400),
        ("IRQ[1]", "UART0.IRQ[1]", 0x4000_0204),
    ],
)
def test_names(name: str, path: str, address: int, folder: Path) -> None:
    (register,) = decoded(folder, name, "1")
    assert (register["path"], register["address"]) == (path, address)


@pytest.mark.parametrize("value", ["192", "0xC0", "0Xc0", "0b1100_0000", "0x00_C0"])
def test_values(value: str, folder: Path) -> None:
    (register,) = decoded(folder, "SR", value)
    assert (register["value"], register["reserved"]) == (0xC0, 0)
    assert [each["changed"] for each in register["fields"]] == [False, False, False]


def test_a_field_alone(folder: Path) -> None:
    (register,) = decoded(folder, "CR.MODE", "3")
    (field,) = register["fields"]
    assert (register["width"], field["lsb"], field["value"], field["enum"]) == (2, 8, 3, "Busy")


def test_a_register_without_fields(folder: Path) -> None:
    (register,) = decoded(folder, "DR", "0x41")
    (field,) = register["fields"]
    assert (field["name"], field["lsb"], field["width"], field["value"]) == ("", 0, 8, 0x41)


def test_values_that_a_field_may_not_have(folder: Path) -> None:
    assert "no value that it may have" in run(folder, "board.kreg", "UART0.CR", "0x50").out
    assert "no value that it may have" not in run(folder, "board.kreg", "UART0.CR", "0x30").out


def test_a_bank_is_named(folder: Path) -> None:
    assert "when CR.EN == 1" in run(folder, "board.kreg", "DMA[0].CNT", "5").out


def test_a_value_comes_before_a_pattern(folder: Path) -> None:
    text = "regmap M { register R @ 0 { F [1:0] rw enum { Any = _, Up = 0b1x, Top = 3 } } }\n"
    (folder / "board.kreg").write_text(text)
    names = [decoded(folder, "R.F", value)[0]["fields"][0]["enum"] for value in "0123"]
    assert names == ["Any", "Any", "Up", "Top"]


def test_a_long_text_goes_on_below(folder: Path) -> None:
    words = " ".join(f"word{i}" for i in range(40))
    (folder / "long.kreg").write_text(f'regmap M {{ register R @ 0 {{ F [0] rw = 0 "{words}" }} }}')
    shown = run(folder, "long.kreg", "R", "0").out
    assert re.findall(r"word\d+", shown) == words.split()
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("UART0.SSR", "1"), "KR0911", "did you mean `UART0.SR`?"),
        (("UATR0.ch[2]", "1"), "KR0911", "did you mean `UART0.ch[2]`?"),
        (("UART0.SR.TXX", "1"), "KR0911", "did you mean `UART0.SR.TXE`?"),
        (("UART0.DMA[1].CTN", "1"), "KR0911", "did you mean `UART0.DMA[1].CNT`?"),
        (("UART0.CH[4]", "1"), "KR0911", "`UART0.CH[3]`"),
        (("UART0.CH", "1"), "KR0911", "there is `UART0.CH[0]`"),
        (("UART0", "1"), "KR0911", "there is `UART0.CR`"),
        (("uart0.srr.txe", "1"), "KR0911", "did you mean `uart0.SR.txe`?"),
        (("UART0.CR.EN.X", "1"), "KR0911", "there is"),
        (("", "1"), "KR0911", "no register"),
        (("..", "1"), "KR0911", "no register"),
        (("a." * 5000, "1"), "KR0911", "no register"),
        (("CR", "1"), "KR0912", "`UART0.CR`, `TIM[0].CR`, `TIM[1].CR`"),
        (("DR", "0x100"), "KR0913", "8 bits of `UART0.DR`"),
        (("UART0.CR.BAUD", "0x31"), "KR0913", "4 bits of `UART0.CR.BAUD`"),
        (("SR", "C0"), "KR0913", "did you mean `0xC0`?"),
        (("SR", "0x"), "KR0913", "no value"),
        (("SR", "0x_"), "KR0913", "no value"),
        (("SR", ""), "KR0913", "no value"),
        (("SR", "٣"), "KR0913", "no value"),
        (("SR",), "KS0901", "each register needs a value"),
    ],
)
def test_what_is_refused(words: tuple[str, ...], code: str, hint: str, folder: Path) -> None:
    ran = run(folder, "board.kreg", *words)
    assert ran.code in (2, 64)
    assert f"error[{code}]" in ran.err
    assert hint in ran.err


def test_all_that_is_wrong_is_said_at_once(folder: Path) -> None:
    ran = run(folder, "board.kreg", "UART0.SSR", "1", "DR", "0x100", "SR", "2")
    assert re.findall(r"KR\d+", ran.err) == ["KR0911", "KR0913"]
    assert not ran.out


def test_a_million_registers_do_not_keep_one_waiting(folder: Path) -> None:
    """The command is killed after a minute; comparing a name with each of them takes longer."""
    text = "regmap M { register A_RATHER_LONG_REGISTER_NAME[65000] @ 0 { F [0] rw } }\n"
    text += "device D { A_PERIPHERAL[15]: M @ 0 step 0x10_0000 }\n"
    (folder / "large.kreg").write_text(text)
    ran = run(folder, "large.kreg", "A_PERIPHERAL[3].A_RATHER_LONG_NAME_REGISTER[9].GF", "1")
    assert "KR0911" in ran.err
    ran = run(folder, "large.kreg", "A_PERIPHERAL[14].A_RATHER_LONG_REGISTER_NAME[64999]", "1")
    assert ran.code == 0


def test_fields_outside_of_their_register(folder: Path) -> None:
    text = "regmap M { register R @ 0 width 8 { IN [9:6] rw = 1; OUT [12] rw = 0 } }\n"
    (folder / "board.kreg").write_text(text)
    (field,) = decoded(folder, "R", "0xC0")[0]["fields"]
    assert (field["name"], field["width"], field["value"]) == ("IN", 2, 3)
    assert "KR0913" in run(folder, "board.kreg", "R.IN", "4").err
    assert "KR0911" in run(folder, "board.kreg", "R.OUT", "0").err


def test_names_that_act_on_a_terminal_do_not(folder: Path) -> None:
    text = 'regmap M { register R @ 0 { `A\\u{1b}[2J` [0] rw "\\u{1b}[31m" } }\n'
    (folder / "odd.kreg").write_text(text)
    shown = run(folder, "odd.kreg", "R", "1").out
    assert "A" in shown
    assert "\x1b" not in shown


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real inputs is not here")
@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        ("svd/STM32F407.svd", ("USART1.SR", "0xC0"), "Transmission complete"),
        ("svd/nrf52.svd", ("POWER.RESETREAS", "5"), "Detected"),
        ("svd/k210.svd", ("SYSCTL.pll0", "0"), "bwadj"),
        ("svd/k210.svd", ("DMAC.channel[3].ctl", "0"), "channel[3].ctl at 0x50000418"),
        ("hjson/i2c.hjson", ("CTRL", "1"), "ENABLEHOST"),
    ],
)
def test_real_files(file: str, words: tuple[str, ...], said: str, folder: Path) -> None:
    ran = run(folder, DATA / file, *words)
    assert ran.code == 0, ran.err
    assert said in ran.out
