"""CMSIS-SVD that is written: reading it gives the same, and what it cannot say is listed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from kestrel import compiler
from kestrel.backends.registers_json import registers_json
from kestrel.backends.svd import unsaid, write_svd
from kestrel.ir.registers import Device
from tests.registers.accessors.test_headers import HOSTILE, hostile
from tests.registers.meaning import meaning, read
from tests.syntax.reading import DATA

FILES = [*sorted(DATA.glob("svd/*.svd")), *sorted(DATA.glob("pairs/*/*.svd"))]
OTHERS = [*sorted(DATA.glob("hjson/*.hjson")), *sorted(DATA.glob("rdl/*.rdl"))]


def again(device: Device, folder: Path) -> Device:
    return read(folder, write_svd(device, "1.0"), "svd")


def elaborated(device: Device) -> object:
    return json.loads(registers_json(device))["registers"]


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_svd_survives(file: Path, tmp_path: Path) -> None:
    device, _ = compiler.load_registers(file)
    made = again(device, tmp_path)
    assert elaborated(made) == elaborated(device)
    assert len(made.instances) == len(device.instances)
    for one, two in zip(device.maps, made.maps, strict=True):
        assert meaning(msgspec.structs.replace(two, doc="")) == meaning(
            msgspec.structs.replace(one, doc="")
        )
    assert not [
        each for each in unsaid(device) if each.what != "a write that does something of its own"
    ]


@pytest.mark.skipif(not OTHERS, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.name)
def test_other_formats(file: Path, tmp_path: Path) -> None:
    device, _ = compiler.load_registers(file)
    made = json.dumps(elaborated(again(device, tmp_path)))
    assert made == json.dumps(elaborated(device))


def test_what_it_cannot_say() -> None:
    device, _ = compiler.load_registers(Path(__file__).parent / "uart.kreg")
    found = {each.what: each for each in unsaid(device)}
    assert {
        *("a neutral value", "an interrupt of a field", "a lock", "an effect on other bits"),
        *("a queue behind a field", "parity", "a pulse", "a bank", "a memory", "an alias"),
        *("a key", "a sequence", "a policy for reserved bits", "a shadow", "a version"),
        *("what follows a write", "an order of words", "a width of access", "a retired name"),
    } <= set(found)
    assert found["a memory"].path == "Uart.BUF"


def test_what_it_can_say(tmp_path: Path) -> None:
    text = """regmap P {
  register A[2] @ 0 step 8 "first" {
    X[2] [1:0] step 4 rw = 1 enum { a = 0, b = 0b1x "two", c = _ }
    Y [9:8] rw within 1..=2
    Z [10] w1c
    W [12] rc
  }
  register `B%s`["p", "q"] @ 0x20 w1c reset 3
  block C[2] @ 0x40 step 0x10 { register D @ 4 width 16 }
  bitmap E[40] @ 0x80 in 32 : w1s
}
device V "a device" { P0: P @ 0x4000_0000 { irq x = 3 "told" }; P1: P @ 0x4000_1000 }
"""
    device = read(tmp_path, text)
    assert unsaid(device) == []
    made = again(device, tmp_path)
    assert elaborated(made) == elaborated(device)
    assert [each.name for each in made.maps] == ["P0"]
    assert meaning(made.maps[0].items[0]) == meaning(device.maps[0].items[0])
    assert made.instances[0].interrupts[0].number == 3


def test_big_endian(tmp_path: Path) -> None:
    device = read(
        tmp_path, "regmap P { register A @ 0 }\ndevice V { bus { endian big }; P0: P @ 0 }"
    )
    assert again(device, tmp_path).endian == "big"


def test_hostile_names(tmp_path: Path) -> None:
    text = write_svd(hostile([*HOSTILE, "<a>", "]]>", "&amp;", "\x00"]), "1.0")
    assert "<a>" not in text
    file = tmp_path / "hostile.svd"
    file.write_text(text, "utf-8")
    compiler.lint([str(file)])
