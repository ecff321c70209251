"""CMSIS-SVD: real vendor files as a second reading has them, and what files say in other ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kestrel import compiler
from kestrel.backends.registers_json import registers_json
from kestrel.text.diagnostic import InvalidSource
from tests.registers import svd_reading
from tests.syntax.reading import DATA

OF_FIELDS = ("KR0101", "KR0102")
FILES = sorted(DATA.glob("svd/*.svd")) + sorted(DATA.glob("pairs/rp2040/*.svd"))


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_real_files(file: Path) -> None:
    device, _ = compiler.load_registers(file)
    assert json.loads(registers_json(device))["registers"] == svd_reading.read(str(file))


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
def test_the_defects_of_a_real_file() -> None:
    """`cmp2gang` reaches beyond its register and over those behind it; `cmd_en` is where `pad_cnt`
    begins."""
    file = DATA / "svd" / "e310x.svd"
    found = [each for each in compiler.lint([str(file)]) if each.code in OF_FIELDS]
    places = {(d.code, d.span.first.line) for d in found if d.span}
    assert {("KR0101", 2051), ("KR0102", 1997)} <= places
    assert all("cmp2gang" in d.message or "cmd_en" in d.message for d in found)
    others = [f for f in FILES if f.name != file.name]
    wrong = compiler.lint([str(other) for other in others])
    assert not [each for each in wrong if each.code in OF_FIELDS or each.severity == "error"]


def device(registers: str, more: str = "", head: str = "") -> str:
    return f"""<?xml version="1.0"?>
<device><name>D</name>{head}<peripherals>
<peripheral><name>P</name><baseAddress>0x1000</baseAddress><registers>{registers}</registers>
</peripheral>{more}</peripherals></device>"""


def read(folder: Path, text: str) -> dict[str, dict[str, Any]]:
    (folder / "d.svd").write_text(text)
    made, _ = compiler.load_registers(folder / "d.svd")
    return {each["path"]: each for each in json.loads(registers_json(made))["registers"]}


def codes(folder: Path, text: str) -> list[str]:
    (folder / "d.svd").write_text(text)
    return [d.code for d in compiler.lint([str(folder / "d.svd")])]


REGISTER = """<register><name>A</name><addressOffset>{offset}</addressOffset>{more}
<fields><field><name>F</name>{bits}</field></fields></register>"""


@pytest.mark.parametrize(
    ("bits", "place"),
    [
        ("<bitRange>[7:4]</bitRange>", (4, 4)),
        ("<lsb>4</lsb><msb>7</msb>", (4, 4)),
        ("<bitOffset>4</bitOffset><bitWidth>4</bitWidth>", (4, 4)),
        ("<bitOffset>#100</bitOffset>", (4, 1)),
        ("<bitOffset>00000010</bitOffset>", (10, 1)),
        ("<bitOffset>+0X1f</bitOffset>", (31, 1)),
    ],
)
def test_ways_to_say_which_bits(tmp_path: Path, bits: str, place: tuple[int, int]) -> None:
    field = read(tmp_path, device(REGISTER.format(offset=0, more="", bits=bits)))["P.A"]["fields"][
        0
    ]
    assert (field["lsb"], field["width"]) == place


def test_what_is_around_gives_what_is_not_said(tmp_path: Path) -> None:
    head = "<size>16</size><resetValue>0x00FF</resetValue><access>read-only</access>"
    bits = "<bitRange>[7:0]</bitRange>"
    inner = REGISTER.format(offset=4, more="<access>write-only</access>", bits=bits)
    cluster = (
        f"<cluster><name>C</name><addressOffset>0x10</addressOffset><size>8</size>{inner}</cluster>"
    )
    made = read(
        tmp_path, device(REGISTER.format(offset=0, more="", bits=bits) + cluster, head=head)
    )
    assert made["P.A"]["width"] == 16
    assert made["P.A"]["fields"][0] | {"reset": 255, "sw": "r"} == made["P.A"]["fields"][0]
    assert (made["P.C.A"]["address"], made["P.C.A"]["width"]) == (0x1014, 8)
    assert made["P.C.A"]["fields"][0]["sw"] == "w"


def test_effects_are_of_a_register_or_of_a_field(tmp_path: Path) -> None:
    more = "<modifiedWriteValues>oneToClear</modifiedWriteValues><readAction>clear</readAction>"
    made = read(
        tmp_path, device(REGISTER.format(offset=0, more=more, bits="<bitOffset>0</bitOffset>"))
    )
    field = made["P.A"]["fields"][0]
    assert (field["sw"], field["onread"], field["onwrite"]) == ("rw", "rclr", "woclr")


def test_a_reset_that_is_not_known_of_all_bits(tmp_path: Path) -> None:
    more = "<resetValue>0xF5</resetValue><resetMask>0x0F</resetMask>"
    low = REGISTER.format(offset=0, more=more, bits="<bitRange>[3:0]</bitRange>")
    high = low.replace("<name>A<", "<name>B<").replace("[3:0]", "[4:3]")
    made = read(tmp_path, device(low + high))
    assert made["P.A"]["fields"][0]["reset"] == 5
    assert made["P.B"]["fields"][0]["reset"] is None


def dims(name: str, index: str = "", count: int = 2) -> str:
    said = f"<dimIndex>{index}</dimIndex>" if index else ""
    more = f"<dim>{count}</dim><dimIncrement>8</dimIncrement>{said}"
    made = REGISTER.format(offset=0, more=more, bits="<bitOffset>0</bitOffset>")
    return device(made.replace("<name>A<", f"<name>{name}<"))


@pytest.mark.parametrize(
    ("name", "index", "paths"),
    [
        ("A[%s]", "", ["P.A[0]", "P.A[1]"]),
        ("A%s", "", ["P.A0", "P.A1"]),
        ("A%s_X", "3-4", ["P.A3_X", "P.A4_X"]),
        ("%sX", "L, H", ["P.LX", "P.HX"]),
        ("A%s", "B-C", ["P.AB", "P.AC"]),
        ("A[%s]", "1-2", ["P.A[1]", "P.A[2]"]),
    ],
)
def test_arrays_and_lists(tmp_path: Path, name: str, index: str, paths: list[str]) -> None:
    made = read(tmp_path, dims(name, index))
    assert list(made) == paths
    assert [each["address"] for each in made.values()] == [0x1000, 0x1008]


def test_derived_from_anything(tmp_path: Path) -> None:
    one = REGISTER.format(offset=0, more="<size>8</size>", bits="<bitRange>[1:0]</bitRange>")
    two = '<register derivedFrom="A"><name>B</name><addressOffset>4</addressOffset></register>'
    more = """<peripheral derivedFrom="P"><name>Q</name>
<baseAddress>0x2000</baseAddress></peripheral>
<peripheral><name>R</name><baseAddress>0x3000</baseAddress><registers>
<register derivedFrom="P.A"><name>C</name><addressOffset>0</addressOffset><fields>
<field derivedFrom="P.A.F"><name>G</name><bitOffset>6</bitOffset></field></fields></register>
</registers></peripheral>"""
    made = read(tmp_path, device(one + two, more))
    assert list(made) == ["P.A", "P.B", "Q.A", "Q.B", "R.C"]
    assert made["Q.B"]["address"] == 0x2004
    assert made["Q.B"]["fields"] == made["P.A"]["fields"]
    assert made["R.C"]["width"] == 8
    assert [f["name"] for f in made["R.C"]["fields"]] == ["F", "G"]


def test_what_is_read_may_be_where_something_else_is_written(tmp_path: Path) -> None:
    field = "<field><name>{}</name><bitRange>[7:0]</bitRange><access>{}</access></field>"
    both = field.format("R", "read-only") + field.format("W", "write-only")
    register = (
        "<register><name>A</name><addressOffset>0</addressOffset><fields>{}</fields></register>"
    )
    assert codes(tmp_path, device(register.format(both))) == []
    third = both + field.format("X", "read-write")
    assert codes(tmp_path, device(register.format(third))) == ["KR0102", "KR0371"]


ENCODINGS = ["iso-8859-1", "windows-1252", "utf-16", "utf-8"]


def told(text: str) -> str:
    register = f"<register><name>A</name><description>{text}</description>"
    return device(register + "<addressOffset>0</addressOffset></register>")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_that_are_declared(encoding: str, tmp_path: Path) -> None:
    text = told("25 °C").replace("?>", f' encoding="{encoding}"?>', 1)
    file = tmp_path / "chip.svd"
    file.write_bytes(text.encode(encoding))
    made, found = compiler.load_registers(file)
    assert made.maps[0].items[0].doc == "25 °C"
    assert not [each for each in found if each.code.startswith("KR00")]


def test_an_encoding_that_is_not_declared(tmp_path: Path) -> None:
    """Latin-1 beside UTF-8: both are read, and the first wrong byte is reported."""
    file = tmp_path / "chip.svd"
    file.write_bytes(told("°\n|µ").encode().replace("µ".encode(), b"\xb5"))
    made, found = compiler.load_registers(file)
    assert made.maps[0].items[0].doc == "° |µ"
    (wrong,) = (each for each in found if each.code == "KR0018")
    assert wrong.span is not None
    assert wrong.span.source.line(wrong.span.first.line).startswith("|µ</description>")


BOMB = "<!DOCTYPE device [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
EXTERNAL = "<!DOCTYPE device [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB + "<device><name>&b;</name></device>", "KR0002"),
        (EXTERNAL + "<device><name>&a;</name></device>", "KR0002"),
        ("<device>" + "<a>" * 100_000, "KR0001"),
        ("<device><name>&nothing;</name></device>", "KR0001"),
        ("", "KR0001"),
        ("<svd/>", "KR0003"),
        (dims("A%s", count=10**9), "KR0008"),
        (dims("A%s", "0-999999999"), "KR0103"),
        (device('<register derivedFrom="A"><name>A</name></register>'), "KR0006"),
        (device('<cluster derivedFrom="P.C"><name>C</name></cluster>'), "KR0006"),
    ],
)
def test_hostile_files(tmp_path: Path, text: str, code: str) -> None:
    assert code in codes(tmp_path, text)


def test_too_many_registers_by_nesting(tmp_path: Path) -> None:
    register = REGISTER.format(offset=0, more="", bits="<bitOffset>0</bitOffset>")
    head = "<cluster><name>C{}[%s]</name><dim>60000</dim><dimIncrement>4</dimIncrement>"
    nested = "".join(head.format(i) + "<addressOffset>0</addressOffset>" for i in range(5))
    assert codes(tmp_path, device(nested + register + "</cluster>" * 5)) == ["KR0008"]


def test_an_error_gives_no_map(tmp_path: Path) -> None:
    (tmp_path / "d.svd").write_text(device("<register><name>A</name></register>"))
    with pytest.raises(InvalidSource, match="KR0005"):
        compiler.load_registers(tmp_path / "d.svd")
