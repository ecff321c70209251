"""Patches in the YAML of svdtools: each thing that is read, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kestrel import compiler
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Device, Dim, Register
from kestrel.text.diagnostic import InvalidSource
from tests.syntax.reading import DATA

BOARD = """regmap Uart {
  register CR @ 0x00 reset 0 { EN [0] rw; MODE [2:1] rw; X_A [4] rw; X_B [5] rw }
  register SR @ 0x04 { OVR [0] rw = 0 }
  register CH0 @ 0x10 reset 0 { L [3:0] rw }
  register CH1 @ 0x18 reset 0 { L [3:0] rw }
  block K @ 0x40 { register Q @ 0 reset 0 { V [0] rw } }
}
device Board {
  UART0: Uart @ 0x4000_0000
  UART1: Uart @ 0x4000_1000
}
"""


def patched(folder: Path, text: str) -> Device:
    (folder / "board.kreg").write_text(BOARD)
    (folder / "fix.yaml").write_text(text)
    return compiler.load_registers(folder / "board.kreg", [folder / "fix.yaml"])[0]


def register(folder: Path, text: str, name: str = "CR") -> Any:
    device = patched(folder, text)
    return next(each for each in device.maps[0].items if each.name == name)


def fields(folder: Path, body: str) -> dict[str, BitField]:
    found = register(folder, f"UART0:\n  CR:\n{body}")
    assert isinstance(found, Register)
    return {each.name: each for each in found.fields}


def test_names_for_values(tmp_path: Path) -> None:
    body = '    MODE:\n      off: [0, "Not running"]\n      on: 1\n      any: -1\n'
    (enum,) = fields(tmp_path, body)["MODE"].enums
    assert [(v.name, v.value, v.doc) for v in enum.values] == [
        ("off", 0, "Not running"),
        ("on", 1, ""),
        ("any", None, ""),
    ]


def test_values_that_are_read_and_written(tmp_path: Path) -> None:
    body = "    MODE:\n      _read: { idle: [0, a] }\n      _write: { start: [1, b] }\n"
    one, two = fields(tmp_path, body)["MODE"].enums
    assert (one.usage, two.usage) == ("read", "write")


def test_a_range(tmp_path: Path) -> None:
    assert fields(tmp_path, "    MODE: [0, 2]\n")["MODE"].bounds == (0, 2)


def test_modify_add_delete_strip(tmp_path: Path) -> None:
    body = """    _modify:
      EN: { name: ENABLE, description: "On", access: write-only, modifiedWriteValues: oneToSet }
    _add:
      NEW: { bitOffset: 8, bitWidth: 2, description: "New" }
    _delete: [X_A]
    _strip: X_
"""
    found = fields(tmp_path, body)
    assert set(found) == {"ENABLE", "MODE", "B", "NEW"}
    assert found["ENABLE"].access == Access("w", None, "woset")
    assert (found["NEW"].lsb, found["NEW"].width, found["NEW"].doc) == (8, 2, "New")


def test_merge_and_split(tmp_path: Path) -> None:
    found = fields(tmp_path, '    _merge: ["X_*"]\n    _split: { MODE: {} }\n')
    assert (found["X"].lsb, found["X"].width) == (4, 2)
    assert (found["MODE0"].lsb, found["MODE1"].lsb) == (1, 2)


def test_registers(tmp_path: Path) -> None:
    text = """UART*:
  _modify:
    SR: { name: STATUS, resetValue: 0x1, size: 16, addressOffset: 0x8 }
  _add:
    TX: { addressOffset: 0x20, access: write-only, fields: { D: { bitOffset: 0, bitWidth: 8 } } }
  _delete: [CR]
  _array: { "CH*": { name: "CHAN%s" } }
  K: { Q: { V: { on: [1, x] } } }
"""
    items = {each.name: each for each in patched(tmp_path, text).maps[0].items}
    assert set(items) == {"STATUS", "TX", "CHAN", "K"}
    status: Any = items["STATUS"]
    assert (status.reset, status.width, status.offset) == (1, 16, 8)
    channel: Any = items["CHAN"]
    assert channel.dim == Dim(2, 8)


def test_peripherals(tmp_path: Path) -> None:
    text = "_modify:\n  UART1: { name: SERIAL, baseAddress: 0x5000_0000 }\n_delete: UART0\n"
    (left,) = patched(tmp_path, text).instances
    assert (left.name, left.base) == ("SERIAL", 0x5000_0000)


def test_includes(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "cr.yaml").write_text("CR:\n  MODE: [0, 1]\n")
    text = "_svd: board.svd\nUART0:\n  _include: [parts/cr.yaml]\n"
    found = register(tmp_path, text)
    assert next(f for f in found.fields if f.name == "MODE").bounds == (0, 1)


@pytest.mark.parametrize("name", ["?~UART9", "UART0,UART9"])
def test_names_that_may_be_missing(name: str, tmp_path: Path) -> None:
    patched(tmp_path, f'"{name}": {{}}\n')


WRONG = {
    "no peripheral": ("UART9: {}\n", "KR0932", 1),
    "no register": ("UART0:\n  CX: {}\n", "KR0932", 2),
    "no field": ("UART0:\n  CR:\n    NO: [0, 1]\n", "KR0932", 3),
    "added twice": ("UART0:\n  CR:\n    _add: { EN: {} }\n", "KR0934", 3),
    "no array": ('UART0:\n  _array:\n    "C*": {}\n', "KR0935", 3),
    "no number": ("UART0:\n  CR:\n    MODE: { a: b }\n", "KR0931", 3),
    "no mapping": ("- a\n", "KR0931", None),
    "no YAML": ("a: [\n", "KR0931", None),
    "a tag": ("a: !!python/object/apply:os.system [ls]\n", "KR0932", 1),
    "deep": ("a: " + "[" * 5000, "KR0931", None),
    "outside": ("_include: [/etc/passwd]\n", "KR0012", 1),
}


@pytest.mark.parametrize(("text", "code", "line"), WRONG.values(), ids=WRONG)
def test_wrong_files(text: str, code: str, line: int | None, tmp_path: Path) -> None:
    with pytest.raises(InvalidSource) as raised:
        patched(tmp_path, text)
    found = next(each for each in raised.value.diagnostics if each.code == code)
    if line is not None:
        assert found.span is not None
        assert found.span.first.line == line


def test_a_file_that_includes_itself(tmp_path: Path) -> None:
    patched(tmp_path, "_include: [fix.yaml]\n")


BILLION = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))


def test_aliases_of_aliases(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="KR0931"):
        patched(tmp_path, "a0: &a0 [x]\n" + BILLION)


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real inputs is not here")
def test_a_vendor_s_file(tmp_path: Path) -> None:
    (tmp_path / "fix.yaml").write_text(
        'USART*:\n  CR1:\n    M: { Bits8: [0, "8 data bits"], Bits9: [1, "9 data bits"] }\n'
    )
    device, _ = compiler.load_registers(DATA / "svd" / "STM32F407.svd", [tmp_path / "fix.yaml"])
    usart = next(each for each in device.maps if each.name == "USART6")
    cr1: Any = next(each for each in usart.items if each.name == "CR1")
    (enum,) = next(f for f in cr1.fields if f.name == "M").enums
    assert [v.name for v in enum.values] == ["Bits8", "Bits9"]
