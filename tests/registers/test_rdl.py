"""SystemRDL: real files as its own compiler unrolls them, and each property by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kestrel import compiler
from kestrel.backends.registers_json import registers_json
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField, Condition, Device, Irq, Memory, Register
from kestrel.text.diagnostic import InvalidSource
from tests.registers.meaning import assert_written
from tests.syntax.reading import DATA

pytest.importorskip("systemrdl", reason="`systemrdl-compiler` is not installed")
FILES = [*DATA.glob("rdl/*.rdl"), *DATA.glob("rdl/i3c-core/src/rdl/registers.rdl")]


def reading(file: Path) -> Iterator[tuple[Any, ...]]:
    """Of each register and field, by the compiler's own walk."""
    from systemrdl.compiler import RDLCompiler
    from systemrdl.node import RegNode

    rdl = RDLCompiler()
    rdl.compile_file(str(file))
    for node in rdl.elaborate().descendants(unroll=True):
        if not isinstance(node, RegNode):
            continue
        fields = []
        for field in node.fields():
            effects = [getattr(field.get_property(p), "name", None) for p in ("onread", "onwrite")]
            reset = field.get_property("reset")
            sw = field.get_property("sw").name
            known = reset if isinstance(reset, int) else None
            fields.append((field.inst_name, field.low, field.width, sw, *effects, known))
        yield node.get_path(), node.absolute_address, node.get_property("regwidth"), sorted(fields)


def written(device: Device) -> Iterator[tuple[Any, ...]]:
    for each in json.loads(registers_json(device))["registers"]:
        keys = ("name", "lsb", "width", "sw", "onread", "onwrite", "reset")
        fields = sorted(tuple(field[key] for key in keys) for field in each["fields"])
        yield each["path"], each["address"], each["width"], fields


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_real_files(file: Path) -> None:
    device, _ = compiler.load_registers(file)
    assert list(written(device)) == list(reading(file))


def read(folder: Path, text: str) -> Device:
    file = folder / "map.rdl"
    file.write_text(text, "utf-8")
    device, found = compiler.load_registers(file)
    assert not [each.message for each in found if each.code.startswith("KR00")]
    assert list(written(device)) == list(reading(file))
    assert_written(device, folder)
    return device


def field(folder: Path, said: str, more: str = "", width: int = 4) -> BitField:
    """The field F of a register, with these properties."""
    text = f"addrmap m {{ {more} reg {{ field {{ {said} }} F[{width}] = 0; }} R; }};"
    register = read(folder, text).maps[-1].items[0]
    assert isinstance(register, Register)
    return register.fields[0]


PROPERTIES: list[tuple[str, dict[str, Any]]] = [
    ("sw=r;", {"access": Access("r")}),
    ("sw=w; hw=r;", {"access": Access("w")}),
    ("sw=rw1;", {"access": Access("rw1")}),
    ("sw=w1;", {"access": Access("w1")}),
    ("onread=rclr;", {"access": Access("rw", "rclr")}),
    ("rclr;", {"access": Access("rw", "rclr")}),
    ("onread=rset;", {"access": Access("rw", "rset")}),
    ("woclr;", {"access": Access("rw", None, "woclr")}),
    ("woset;", {"access": Access("rw", None, "woset")}),
    *(
        (f"onwrite={each};", {"access": Access("rw", None, each)})
        for each in ("woset", "woclr", "wot", "wzs", "wzc", "wzt", "wclr", "wset")
    ),
    ("hw=r;", {"properties": (("hw", "r"),)}),
    ("hw=w; precedence=hw;", {"properties": (("hw", "w"), ("precedence", "hw"))}),
    ("hwset;", {"properties": (("hwset", "yes"),)}),
    ("hwclr;", {"properties": (("hwclr", "yes"),)}),
    ("swwe;", {"properties": (("swwe", "yes"),)}),
    ("swwel;", {"properties": (("swwel", "yes"),)}),
    ("counter;", {"properties": (("counter", "up"),)}),
    ("counter; incrsaturate;", {"properties": (("counter", "up"), ("incrsaturate", 15))}),
    ("counter; incrsaturate=9;", {"properties": (("counter", "up"), ("incrsaturate", 9))}),
    ('desc="told";', {"doc": "told"}),
    ('name="called"; desc="told";', {"doc": "called\ntold"}),
    ("intr;", {"irq": Irq("F", ("level", "sticky"))}),
    ("posedge intr;", {"irq": Irq("F", ("posedge", "sticky"))}),
    ("negedge intr;", {"irq": Irq("F", ("negedge", "sticky"))}),
    ("bothedge intr;", {"irq": Irq("F", ("bothedge", "sticky"))}),
    ("nonsticky intr;", {"irq": Irq("F", ("level",))}),
]


@pytest.mark.parametrize(("said", "has"), PROPERTIES, ids=[said for said, _ in PROPERTIES])
def test_properties(said: str, has: dict[str, Any], tmp_path: Path) -> None:
    made = field(tmp_path, said)
    assert {name: getattr(made, name) for name in has} == has


def test_singlepulse(tmp_path: Path) -> None:
    assert field(tmp_path, "singlepulse;", width=1).singlepulse


def test_enums(tmp_path: Path) -> None:
    more = 'enum mode { off = 0; on = 1 { name = "On"; desc = "running"; }; };'
    (enum,) = field(tmp_path, "encode = mode;", more, width=1).enums
    assert enum.name == "mode"
    assert [(v.name, v.value, v.doc) for v in enum.values] == [
        ("off", 0, ""),
        ("on", 1, "On\nrunning"),
    ]


def test_what_lets_interrupts_through(tmp_path: Path) -> None:
    text = """addrmap m {
      reg { field { intr; } RX[0:0]; field { intr; } TX[1:1]; } STATE;
      reg { field {} RXE[0:0] = 0; field {} TXM[1:1] = 0; } EN;
      STATE.RX->enable = EN.RXE;
      STATE.TX->mask = EN.TXM;
    };"""
    _, enable = read(tmp_path, text).maps[0].items
    assert isinstance(enable, Register)
    assert [(f.enables, f.masks) for f in enable.fields] == [("RX", ""), ("", "TX")]


def test_locks(tmp_path: Path) -> None:
    text = """addrmap m {
      reg { field {} LOCK[0:0] = 0; } CTL;
      reg { field {} A[0:0] = 0; field {} B[1:1] = 0; } R;
      R.A->swwe = CTL.LOCK;
      R.B->swwel = CTL.LOCK;
    };"""
    _, register = read(tmp_path, text).maps[0].items
    assert isinstance(register, Register)
    assert [f.writable for f in register.fields] == [
        Condition("CTL.LOCK", "==", 1),
        Condition("CTL.LOCK", "==", 0),
    ]


def test_arrays_files_and_maps_in_maps(tmp_path: Path) -> None:
    text = """
    addrmap uart { reg { field {} V[8] = 0; } DR @ 0x4; };
    addrmap soc {
      uart U0 @ 0x1000; uart U1 @ 0x2000;
      regfile { reg { field {} V[32] = 0; } R[2][3] += 8; } RF[2] @ 0x3000 += 0x100;
      external mem { mementries = 16; memwidth = 16; sw = r; } M @ 0x4000;
    };"""
    device = read(tmp_path, text)
    assert [each.name for each in device.maps] == ["uart", "soc"]
    (memory,) = (each for each in device.maps[1].items if isinstance(each, Memory))
    assert (memory.count, memory.width, memory.access) == (16, 16, Access("r"))


def test_wide_and_narrow_access(tmp_path: Path) -> None:
    text = """addrmap m { bigendian;
      reg { regwidth = 64; accesswidth = 32; field {} V[64] = 0; } R;
    };"""
    device = read(tmp_path, text)
    (register,) = device.maps[0].items
    assert isinstance(register, Register)
    assert (register.width, register.accesses, device.maps[0].bus.endian) == (64, (32,), "big")


def test_parameters_and_includes(tmp_path: Path) -> None:
    (tmp_path / "kinds.rdl").write_text(
        "`define WIDTH 8\nreg kind #(longint unsigned N = 1) { field {} V[N] = 0; };\n"
    )
    text = '`include "kinds.rdl"\naddrmap m { kind #(.N(`WIDTH)) A; kind B; };'
    one, two = read(tmp_path, text).maps[0].items
    assert isinstance(one, Register)
    assert isinstance(two, Register)
    assert (one.fields[0].width, two.fields[0].width) == (8, 1)


WRONG = {
    "no semicolon": ("addrmap m {\n  reg { field {} A[1] } R;\n};", "KR0010", 2),
    "unknown type": ("addrmap m {\n  nothing R;\n};", "KR0010", 2),
    "overlap": ("addrmap m {\n reg { field {} A[3:0]; field {} B[2:1]; } R;\n};", "KR0010", 2),
    "Perl": ("addrmap m {\n  <% print 1; %>\n};", "KR0011", 2),
    "outside": ('`include "/etc/passwd"\naddrmap m {};', "KR0012", 1),
    "no such file": ('`include "none.rdl"\naddrmap m {};', "KR0010", 1),
    "no map": ("reg r { field {} F; };", "KR0010", None),
    "nothing": ("// only a comment\n", "KR0010", None),
    "deep": ("addrmap m { " + "regfile { " * 400, "KR0010", None),
    "binary": ("addrmap \x00\x01", "KR0010", None),
}


@pytest.mark.parametrize(("text", "code", "line"), WRONG.values(), ids=WRONG)
def test_wrong_files(text: str, code: str, line: int | None, tmp_path: Path) -> None:
    file = tmp_path / "wrong.rdl"
    file.write_text(text)
    with pytest.raises(InvalidSource) as raised:
        compiler.load_registers(file)
    found = raised.value.diagnostics
    assert found[0].code == code
    if line is not None and found[0].span is not None:
        assert found[0].span.first.line == line


def test_several_errors(tmp_path: Path) -> None:
    file = tmp_path / "wrong.rdl"
    overlap = "reg { field {} A[3:0]; field {} B[2:1]; }"
    file.write_text(f"addrmap m {{\n  {overlap} R;\n  {overlap} S;\n}};")
    with pytest.raises(InvalidSource) as raised:
        compiler.load_registers(file)
    assert [d.span.first.line for d in raised.value.diagnostics if d.span] == [2, 3]


def test_an_array_too_large(tmp_path: Path) -> None:
    file = tmp_path / "huge.rdl"
    file.write_text("addrmap m { reg { field {} V; } R[1000000000]; };")
    with pytest.raises(InvalidSource) as raised:
        compiler.load_registers(file)
    assert raised.value.diagnostics[0].code == "KR0008"


def test_what_is_not_kept_is_said_once(tmp_path: Path) -> None:
    file = tmp_path / "map.rdl"
    text = "reg { field { counter; overflow; } F = 0; } %s;"
    file.write_text("addrmap m { " + " ".join(text % name for name in "AB") + " };")
    _, found = compiler.load_registers(file)
    (unsaid,) = (each for each in found if each.code == "KR0014")
    assert (unsaid.severity, "2 times" in unsaid.message) == ("warning", True)
