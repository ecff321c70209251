"""`.kreg`: what it says is what comes back, from text and from vendors' files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kestrel import compiler
from kestrel.backends.kreg import write_kreg
from kestrel.backends.registers_json import registers_json
from kestrel.text.diagnostic import InvalidSource
from tests.conftest import Golden
from tests.registers.meaning import assert_written, read
from tests.syntax.reading import DATA, MAPS

FILES = [
    *sorted(DATA.glob("svd/*.svd")),
    *sorted(DATA.glob("pairs/*/*")),
    *sorted(DATA.glob("hjson/*.hjson")),
    *sorted(DATA.glob("rdl/*.rdl")),
    *sorted(DATA.glob("rdl/i3c-core/src/rdl/registers.rdl")),
]
HERE = Path(__file__).parent


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_vendor_s_file_survives(file: Path, tmp_path: Path) -> None:
    assert_written(compiler.load_registers(file)[0], tmp_path)


def test_everything_that_can_be_said(tmp_path: Path, golden: Golden) -> None:
    (file,) = MAPS
    text = file.read_text().partition("patch Stm32f407")[0]
    golden(HERE / "uart.kreg", assert_written(read(tmp_path, text), tmp_path))


NAMES = [
    "reserved",
    "when",
    "_",
    "if",
    "1WIRE",
    "a`b",
    "a\\b",
    "a*/b",
    "x\\",
    "??/",
    '"',
    "ü",
    "%s",
    "\u202e",
]


@pytest.mark.parametrize("name", [*NAMES, "a b"])
def test_names_of_any_kind(name: str, tmp_path: Path) -> None:
    svd = f"""<device><name>D</name><peripherals><peripheral><name>P</name>
    <baseAddress>0</baseAddress><registers><register><name>{name}</name>
    <description>{name} }} {{ // /* {name}</description>
    <addressOffset>0</addressOffset><fields><field><name>{name}</name>
    <bitRange>[0:0]</bitRange><enumeratedValues><name>{name}</name><enumeratedValue>
    <name>{name}</name><value>1</value></enumeratedValue></enumeratedValues></field></fields>
    </register></registers></peripheral></peripherals></device>"""
    assert_written(read(tmp_path, svd, "svd"), tmp_path)


def test_a_long_text_goes_above(tmp_path: Path) -> None:
    words = " ".join(f"word{i}" for i in range(60))
    text = f'regmap M "{words}" {{ register R @ 0x00 {{ F [0] rw "{words}" }} }}\n'
    lines = assert_written(read(tmp_path, text), tmp_path).split("\n")
    assert lines[0].startswith("/// word0 word1")
    assert max(map(len, lines)) <= 100


# ---------------------------------------------------------------- resets


@pytest.mark.parametrize(
    ("said", "reset", "known"),
    [
        ("{ A [3:0] rw = 5; B [7:4] rw = 1 }", 0x15, 0xFFFF_FFFF),
        ("{ A [3:0] rw = 5; B [7:4] rw }", 0x05, 0x0F),
        ("reset 0x100 { A [3:0] rw = 5; B [7:4] rw }", 0x105, 0xFFFF_FFFF),
        ("reset 0x30 known 0xF0 { A [3:0] rw; B [7:4] rw }", 0x30, 0xF0),
        ("reset 7", 7, 0xFFFF_FFFF),
        ("", 0, 0),
        ("{ A[4] [0] step 2 rw = 1 }", 0x55, 0xFFFF_FFFF),
    ],
)
def test_resets(said: str, reset: int, known: int, tmp_path: Path) -> None:
    device = read(tmp_path, f"regmap M {{ register R @ 0x00 {said} }}")
    (register,) = device.maps[0].items
    assert (register.reset, register.known) == (reset, known)  # type: ignore[union-attr]
    assert_written(device, tmp_path)


def test_what_is_read_has_the_reset_where_fields_share_bits(tmp_path: Path) -> None:
    text = "regmap M { register R @ 0x00 { RD [7:0] r = 1; WR [7:0] w = 2 } }"
    device = read(tmp_path, text)
    found = json.loads(registers_json(device))["registers"][0]
    assert (found["reset"], [each["reset"] for each in found["fields"]]) == (1, [1, 2])
    assert_written(device, tmp_path)


# ---------------------------------------------------------------- maps in maps, patches


def test_parameters_make_maps(tmp_path: Path) -> None:
    text = """
regmap Channel(N: u8, BASE: u8 = 0x10) { register CR[N] @ BASE }
regmap Dma { block A @ 0x00 : Channel(2); block B @ 0x100 : Channel(3, 4) }
device Board { DMA: Dma @ 0x4000_0000 }
"""
    found = json.loads(registers_json(read(tmp_path, text)))["registers"]
    assert [(each["path"], each["address"] - 0x4000_0000) for each in found] == [
        ("DMA.A.CR[0]", 0x10),
        ("DMA.A.CR[1]", 0x14),
        ("DMA.B.CR[0]", 0x104),
        ("DMA.B.CR[1]", 0x108),
        ("DMA.B.CR[2]", 0x10C),
    ]
    assert_written(read(tmp_path, text), tmp_path)


PATCHED = """
regmap Usart1 { register SR @ 0x00 { RXNE [0] rw = 0; TC [1] rw = 0 } }
regmap Usart2 { register SR @ 0x00 { RXNE [0] rw = 0; TC [1] rw = 0 } }
regmap Spi { register SR @ 0x00 { RXNE [0] rw = 0 } }
"""


def test_a_patch_changes_what_it_names(tmp_path: Path) -> None:
    text = PATCHED + 'patch Fix { {Usart*, Uart*}.SR { RXNE TC: w0c = 1 }; Spi.SR: "Status" }'
    one, two, spi = read(tmp_path, text).maps
    fixed = "register SR @ 0x00 {\n    RXNE [0] w0c = 1\n    TC   [1] w0c = 1"
    assert fixed in write_kreg(read(tmp_path, text))
    assert one.items == tuple(two.items) or one.items[0].at != two.items[0].at
    assert spi.items[0].doc == "Status"
    assert spi.items[0].fields[0].access.onwrite is None  # type: ignore[union-attr]


def test_a_file_of_patches(tmp_path: Path) -> None:
    map_file, patch = tmp_path / "m.kreg", tmp_path / "p.kreg"
    map_file.write_text(PATCHED)
    patch.write_text("patch Fix {\n  Usart*.SR { RXNE: w0c }\n  Usb.SR: w0c\n}\n")
    with pytest.raises(InvalidSource) as failed:
        compiler.load_registers(map_file, [patch])
    (found,) = failed.value.diagnostics
    assert (found.code, found.span and found.span.source.name) == ("KR0216", str(patch))
    patch.write_text("patch Fix {\n  Usart*.SR { RXNE: w0c }\n}\n")
    device, _ = compiler.load_registers(map_file, [patch])
    assert device.maps[0].items[0].fields[0].access.onwrite == "wzc"  # type: ignore[union-attr]
