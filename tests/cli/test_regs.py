"""`kestrel-gen regs`, and `lint` of register maps."""

from __future__ import annotations

import json

from tests.cli.commands import kestrel_gen
from tests.cli.conftest import Shop

FILE = """<device><name>Board</name><peripherals><peripheral><name>UART0</name>
<baseAddress>0x40010000</baseAddress><registers><register><name>CR</name>
<addressOffset>4</addressOffset><resetValue>0x30</resetValue><fields>
<field><name>BAUD</name><bitRange>[7:4]</bitRange></field>
<field><name>TOP</name><bitRange>[32:31]</bitRange></field>
</fields></register></registers></peripheral></peripherals></device>
"""


def test_registers_for_programs(shop: Shop) -> None:
    shop.write("board.svd", FILE)
    ran = kestrel_gen("regs", "board.svd", "--out", "made", cwd=shop.folder)
    assert ran.code == 0
    assert "warning[KR0101]" in ran.err
    made = json.loads((shop.folder / "made" / "board.json").read_text())
    (register,) = made["registers"]
    assert (made["device"], register["path"]) == ("Board", "UART0.CR")
    assert (register["address"], register["width"], register["reset"]) == (0x4001_0004, 32, 0x30)
    baud = {"name": "BAUD", "lsb": 4, "width": 4, "sw": "rw", "onread": None, "onwrite": None}
    assert register["fields"][0] == baud | {"reset": 3}
    assert (
        kestrel_gen("regs", "board.svd", cwd=shop.folder).out
        == (shop.folder / "made" / "board.json").read_text()
    )


def test_what_is_wrong_ends_it(shop: Shop) -> None:
    shop.write("board.svd", FILE.replace("[7:4]", "[seven:4]"))
    ran = kestrel_gen("regs", "board.svd", "--out", "made", cwd=shop.folder)
    assert ran.code == 2
    assert "error[KR0004]" in ran.err
    assert "board.svd:4" in ran.err
    assert not (shop.folder / "made").exists()


def test_lint(shop: Shop) -> None:
    shop.write("board.svd", FILE)
    ran = shop.run("lint", "board.svd", "--domain", "regmap")
    assert ran.code == 0
    assert "KR0101" in ran.out + ran.err
