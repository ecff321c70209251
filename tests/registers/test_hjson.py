"""OpenTitan's Hjson: real files, and each thing that it can say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kestrel import compiler
from kestrel.backends.registers_json import registers_json
from kestrel.ir.registers import Condition, Irq, Memory, Register
from kestrel.text.diagnostic import InvalidSource
from tests.registers.meaning import assert_written
from tests.syntax.reading import DATA

hjson = pytest.importorskip("hjson", reason="`hjson` is not installed")
FILES = [*sorted(DATA.glob("hjson/*.hjson")), *sorted(DATA.glob("pairs/*/*.hjson"))]
SW = {
    "ro": ("r", None, None),
    "rw": ("rw", None, None),
    "wo": ("w", None, None),
    "rc": ("r", "rclr", None),
    "rw1c": ("rw", None, "woclr"),
    "rw1s": ("rw", None, "woset"),
    "rw0c": ("rw", None, "wzc"),
    "r0w1c": ("w", None, "woclr"),
}


def reading(file: Path) -> dict[str, tuple[int, list[tuple[Any, ...]]]]:
    """Registers that stand alone, by a second short reading: the offset, and the fields."""
    root = hjson.loads(file.read_text("utf-8"))
    found: dict[str, tuple[int, list[tuple[Any, ...]]]] = {}
    given = {p["name"]: str(p.get("default")) for p in root.get("param_list", [])}
    params = {name: int(text) for name, text in given.items() if text.isdigit()}
    count = 3 * bool(root.get("interrupt_list")) + bool(root.get("alert_list"))
    for each in root["registers"]:
        if "skipto" in each:
            count = int(each["skipto"], 0) // 4
        elif "multireg" in each:
            count += multi(each["multireg"], params)
        elif "window" in each:
            count = 1 << 30
        elif "name" in each:
            fields = []
            for field in each["fields"]:
                high, _, low = str(field["bits"]).partition(":")
                lsb = int(low or high)
                access = SW[field.get("swaccess", each.get("swaccess", "ro"))]
                name = field.get("name", each["name"])
                fields.append((name, lsb, int(high) - lsb + 1, *access))
            found[each["name"]] = (count * 4, sorted(fields))
            count += 1
    return found


def multi(each: dict[str, Any], params: dict[str, int]) -> int:
    """How many registers there are: as many as fields fit, where there is one field."""
    count = params.get(each["count"]) or int(each["count"])
    if len(each["fields"]) > 1:
        return count
    high = int(str(each["fields"][0]["bits"]).partition(":")[0])
    return -(-count // (32 // (high + 1)))


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_real_files(file: Path) -> None:
    device, found = compiler.load_registers(file)
    assert not [each for each in found if each.code.startswith("KR00")]
    made = {}
    for each in json.loads(registers_json(device))["registers"]:
        keys = ("name", "lsb", "width", "sw", "onread", "onwrite")
        fields = sorted(tuple(f[key] for key in keys) for f in each["fields"])
        made[each["path"].partition(".")[2]] = (each["address"], fields)
    for name, expected in reading(file).items():
        if expected[0] < 1 << 30:
            assert made[name] == expected, name
    assert {"INTR_STATE", "INTR_ENABLE", "INTR_TEST", "ALERT_TEST"} <= set(made)


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_places_are_those_of_names(file: Path) -> None:
    device, _ = compiler.load_registers(file)
    data = file.read_bytes()
    for item in device.maps[0].items:
        if item.at is not None:
            said = data[item.at[1] : item.at[2]].decode()
            assert said.startswith("name"), said
            assert item.name.startswith(said.split(":")[1].strip(' "')), (item.name, said)


def read(folder: Path, registers: str, more: str = "") -> list[Any]:
    file = folder / "map.hjson"
    file.write_text(f'{{ name: "dut", {more}\n registers: [ {registers} ] }}', "utf-8")
    device, found = compiler.load_registers(file)
    assert not [each.message for each in found if each.code.startswith("KR00")]
    assert_written(device, folder)
    return list(device.maps[0].items)


def test_interrupts_and_alerts(tmp_path: Path) -> None:
    more = """
      interrupt_list: [ { name: "rx", desc: "Got", type: "status" } { name: "ovr", desc: "Lost" } ]
      alert_list: [ { name: "fatal", desc: "Bad" } ]
    """
    state, enable, test, alert = read(tmp_path, "", more)
    assert [each.name for each in (state, enable, test, alert)] == [
        "INTR_STATE",
        "INTR_ENABLE",
        "INTR_TEST",
        "ALERT_TEST",
    ]
    assert [each.offset for each in (state, enable, test, alert)] == [0, 4, 8, 12]
    assert [f.irq for f in state.fields] == [Irq("rx", ("level",)), Irq("ovr", ("sticky",))]
    assert [f.access.onwrite for f in state.fields] == [None, "woclr"]
    assert [f.enables for f in enable.fields] == ["rx", "ovr"]
    assert [(f.tests, f.access.sw) for f in test.fields] == [("rx", "rw"), ("ovr", "w")]
    assert [(f.name, f.access.sw, f.doc) for f in alert.fields] == [("fatal", "w", "Bad")]


def test_no_automatic_registers(tmp_path: Path) -> None:
    more = 'no_auto_intr_regs: "true", interrupt_list: [ { name: "rx" } ]'
    assert read(tmp_path, "", more) == []


def test_fields(tmp_path: Path) -> None:
    registers = """
      { name: "A", desc: "first", swaccess: "rw", resval: "0x25", fields: [
          { bits: "3:0", name: "LOW" }
          { bits: "8", name: "FLAG", swaccess: "rw1c", resval: "x" }
          { bits: "5:4", name: "MODE", enum: [
              { value: "0", name: "off", desc: "none" } { value: "1", name: "on" } ] }
      ] }
      { reserved: "2" }
      { name: "B", swaccess: "ro", shadowed: "true", regwen: "LOCK", fields: [ { bits: "31:0" } ] }
      { skipto: "0x40" }
      { name: "LOCK", swaccess: "rw0c", fields: [ { bits: "0", resval: 1 } ] }
    """
    a, b, lock = read(tmp_path, registers)
    assert (a.offset, b.offset, lock.offset) == (0, 12, 0x40)
    assert (a.reset, a.known & 1 << 8) == (0x25, 0)
    low = a.fields[0]
    assert (low.name, low.lsb, low.width, low.access.sw) == ("LOW", 0, 4, "rw")
    assert [v.name for v in a.fields[2].enums[0].values] == ["off", "on"]
    assert (b.fields[0].name, b.shadow) == ("B", "twice")
    assert b.fields[0].unlocked == Condition("LOCK", "==", 1)
    assert (lock.fields[0].access.onwrite, lock.reset) == ("wzc", 1)


def test_multi_bit_booleans(tmp_path: Path) -> None:
    registers = """
      { name: "A", swaccess: "rw", fields: [
        { bits: "3:0", name: "ON", mubi: true, resval: true }
        { bits: "7:4", name: "OFF", mubi: true, resval: false } ] }
    """
    (a,) = read(tmp_path, registers)
    assert a.reset == 0x96


def test_several_of_one_kind(tmp_path: Path) -> None:
    more = 'param_list: [ { name: "N", type: "int", default: "40" } ],'
    registers = """
      { multireg: { name: "M", desc: "many", count: "N", cname: "m", swaccess: "rw",
                    fields: [ { bits: "0", name: "BIT" } ] } }
      { multireg: { name: "P", count: "2", cname: "p", swaccess: "rw",
                    fields: [ { bits: "3:0", name: "A" } { bits: "N-33:4", name: "B" } ] } }
      { multireg: { name: "Q", count: "2", cname: "q", swaccess: "rw", compact: "false",
                    fields: [ { bits: "15:0", name: "V" } ] } }
      { window: { name: "W", items: "N-8", swaccess: "rw" } }
    """
    *made, window = read(tmp_path, registers, more)
    assert [each.name for each in made] == ["M_0", "M_1", "P_0", "P_1", "Q_0", "Q_1"]
    assert [len(each.fields) for each in made] == [32, 8, 2, 2, 1, 1]
    assert [f.name for f in made[1].fields][:2] == ["BIT_32", "BIT_33"]
    assert [(f.name, f.msb) for f in made[3].fields] == [("A_1", 3), ("B_1", 7)]
    assert isinstance(window, Memory)
    assert (window.offset, window.count, window.access.sw) == (0x80, 32, "rw")


def test_interfaces_are_maps(tmp_path: Path) -> None:
    file = tmp_path / "map.hjson"
    file.write_text(
        'name: "dut"\nregisters: {\n core: [ { name: "A", fields: [ { bits: "0" } ] } ]\n'
        ' prim: [ { name: "B", fields: [ { bits: "0" } ] } ]\n}\n'
    )
    device, _ = compiler.load_registers(file)
    assert [each.name for each in device.maps] == ["dut_core", "dut_prim"]
    assert all(isinstance(each.items[0], Register) for each in device.maps)


WRONG = {
    "malformed": ("{ name: [ ", "KR0015"),
    "no object": ("[1, 2]", "KR0015"),
    "no registers": ('{ name: "x" }', "KR0017"),
    "access": (
        '{ name: "x", registers: [ { name: "A", swaccess: "zz", fields: [ { bits: "0" } ] } ] }',
        "KR0016",
    ),
    "bits": ('{ name: "x", registers: [ { name: "A", fields: [ { bits: "a:b" } ] } ] }', "KR0016"),
    "no bits": ('{ name: "x", registers: [ { name: "A", fields: [ { name: "F" } ] } ] }', "KR0017"),
    "reset": (
        '{ name: "x", registers: [ { name: "A", fields: [ { bits: "0", resval: "q" } ] } ] }',
        "KR0016",
    ),
    "no name": ('{ name: "x", registers: [ { fields: [] } ] }', "KR0017"),
    "count": (
        '{ name: "x", registers: [ { multireg: { name: "M", count: "1000000000",'
        ' fields: [ { bits: "0" } ] } } ] }',
        "KR0016",
    ),
    "code": (
        '{ name: "x", registers: [ { name: "A", fields: [ { bits: "__import__(\'os\')" } ] } ] }',
        "KR0016",
    ),
    "deep": ("{ name: " + "[" * 100_000, "KR0015"),
}


@pytest.mark.parametrize(("text", "code"), WRONG.values(), ids=WRONG)
def test_wrong_files(text: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.hjson"
    file.write_text(text)
    try:
        found = compiler.load_registers(file)[1]
    except InvalidSource as error:
        found = list(error.diagnostics)
    assert code in [each.code for each in found]


def test_a_missing_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kestrel.importers.missing.find_spec", lambda name: None)
    for name, text in (("a.hjson", "{}"), ("a.rdl", "addrmap m {};")):
        (tmp_path / name).write_text(text)
        with pytest.raises(InvalidSource) as raised:
            compiler.load_registers(tmp_path / name)
        (found,) = raised.value.diagnostics
        assert found.code == "KR0013"
        assert "pip install" in found.helps[0]
