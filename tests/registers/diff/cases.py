"""For each rule of register changes an old map, a new one, and where it fits.

A case that ends in `~` is nearly one: the rule does not fit. `also`: rules that fit as well.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    rule: str
    old: str
    new: str
    path: str = ""
    also: frozenset[str] = frozenset()


def case(rule: str, old: str, new: str, path: str = "", *also: str) -> Case:
    return Case(
        rule, f"regmap M {{\n{old}\n}}\n", f"regmap M {{\n{new}\n}}\n", path, frozenset(also)
    )


def r(rule: str, old: str, new: str, path: str = "M.R.A", *also: str, head: str = "") -> Case:
    """Both in a register R."""
    one, two = (f"{head}\nregister R @ 0 {{\n{body}\n}}" for body in (old, new))
    return case(rule, one, two, path, *also)


def whole(rule: str, old: str, new: str, path: str, *also: str) -> Case:
    """Texts of files."""
    return Case(rule, old, new, path, frozenset(also))


MAP = "regmap M { register R @ 0 { A [0] rw } }\n"
ENUM = "A [1:0] {} enum {{ {} }}"
CTL = "register CTL @ 8 {{ L [0] rw = {} }}"

CASES = [
    case("R01", "register R @ 0 { A [0] rw }", "register Q @ 0 { A [0] rw }", "M.Q"),
    case("R01~", "register R @ 0 { A [0] rw }", "register Q @ 4 { A [0] rw }", "M.Q", "R24", "R23"),
    r("R02", "A [3:0] rw", "B [3:0] rw", "M.R.B"),
    r("R02~", "A [3:0] rw", "B [4:1] rw", "M.R.B", "R27", "R26"),
    r("R03", "A [3:0] rw\nB [7:4] rw", "B [3:0] rw\nA [7:4] rw", "M.R.B"),
    r("R03~", "A [3:0] rw\nB [7:4] rw", "A [3:0] rw\nB [11:8] rw", "M.R.B", "R28"),
    case(
        "R03",
        "register P @ 0 { A [0] rw }\nregister Q @ 4 { A [0] rw }",
        "register Q @ 0 { A [0] rw }\nregister P @ 4 { A [0] rw }",
        "M.Q",
    ),
    r("R04", "A [3:0] rw", "B [3:0] rw\nA [7:4] rw", "M.R.A", "R02", "R26"),
    case(
        "R05",
        "register C[2] @ 0 step 4 { A [0] rw }",
        "register C0 @ 0 { A [0] rw }\nregister C1 @ 4 { A [0] rw }",
        "M.C0",
    ),
    case(
        "R06",
        "register C0 @ 0 { A [0] rw }\nregister C1 @ 4 { A [0] rw }",
        "register C[2] @ 0 step 4 { A [0] rw }",
        "M.C",
    ),
    r("R05", "A[2] [0] step 2 rw", "A0 [0] rw\nA1 [2] rw", "M.R.A0"),
    r("R07", ENUM.format("rw", "x = 0, y = 1"), ENUM.format("rw", "x = 0, z = 1")),
    r("R08", ENUM.format("rw", "x = 0, y = 1"), ENUM.format("rw", "x = 0")),
    r("R09", ENUM.format("rw", "x = 0, y = 1"), ENUM.format("rw", "x = 0, y = 2")),
    whole("R10", MAP + "device D { P0: M @ 0x100 }", MAP + "device D { P1: M @ 0x100 }", "P1"),
    r("R11", "retired B\nA [0] rw", "A [0] rw\nB [1] rw", "M.R.B", "R26"),
    whole("R12", MAP, MAP.replace("M {", "N {"), "N", "R10"),
    whole(
        "R20",
        MAP + "device D { P0: M @ 0x100 }",
        MAP + "device D {\nP0: M @ 0x100\nP1: M @ 0x200 }",
        "P1",
    ),
    whole(
        "R21",
        MAP + "device D {\nP0: M @ 0x100\nP1: M @ 0x200 }",
        MAP + "device D { P0: M @ 0x100 }",
        "P1",
    ),
    whole("R22", MAP + "device D { P0: M @ 0x100 }", MAP + "device D { P0: M @ 0x200 }", "P0"),
    case("R23", "register R @ 0", "register R @ 0\nregister Q @ 4", "M.Q"),
    case("R24", "register R @ 0\nregister Q @ 4", "register R @ 0", "M.Q"),
    case("R25", "register R @ 0", "register R @ 4", "M.R"),
    r("R26", "A [0] rw", "A [0] rw\nB [1] rw", "M.R.B"),
    r("R27", "A [0] rw\nB [1] rw", "A [0] rw", "M.R.B"),
    r("R28", "A [0] rw", "A [1] rw"),
    r("R29", "A [3:0] rw", "A [4:0] rw"),
    r("R30", "A [3:0] rw", "A [2:0] rw"),
    case("R31", "register R[2] @ 0 step 4", "register R[3] @ 0 step 4", "M.R"),
    case("R32", "register R[3] @ 0 step 4", "register R[2] @ 0 step 4", "M.R"),
    case("R33", "register R[2] @ 0 step 4", "register R[2] @ 0 step 8", "M.R"),
    r("R31", "A[2] [0] step 1 rw", "A[3] [0] step 1 rw"),
    case("R34", "register R @ 0 width 32", "register R @ 0 width 16", "M.R"),
    case("R35", "register R @ 0 access 32", "register R @ 0 access {8, 16, 32}", "M.R"),
    case("R36", "register R @ 0 access {8, 16, 32}", "register R @ 0 access 32", "M.R"),
    whole(
        "R37",
        "regmap M { bus { endian little }\nregister R @ 0 }",
        "regmap M { bus { endian big }\nregister R @ 0 }",
        "M",
    ),
    case(
        "R37",
        "register R @ 0 width 64 access 32 order low_first",
        "register R @ 0 width 64 access 32 order high_first",
        "M.R",
    ),
    case("R38", "memory B[4] @ 0 width 32 rw", "memory B[8] @ 0 width 32 rw", "M.B"),
    case("R39", "memory B[8] @ 0 width 32 rw", "memory B[4] @ 0 width 32 rw", "M.B"),
    case("R40", "memory B[8] @ 0 width 32 rw", "memory B[8] @ 0 width 16 rw", "M.B"),
    case("R51", "memory B[8] @ 0 width 32 rw", "memory B[8] @ 0 width 32 r", "M.B"),
    r("R50", "A [0] rw", "A [0] w"),
    r("R51", "A [0] rw", "A [0] r"),
    r("R52", "A [0] w", "A [0] rw"),
    r("R53", "A [0] r", "A [0] rw"),
    r("R54", "A [0] rw", "A [0] once"),
    r("R55", "A [0] once", "A [0] rw"),
    r("R56", "A [0] w1c", "A [0] w1s"),
    r("R56", "A [0] rw", "A [0] w1c"),
    r("R57", "A [0] r", "A [0] rc"),
    r("R57", "A [0] rw", "A [0] rw on read pop"),
    r("R58", "A [0] rc", "A [0] r"),
    r("R58", "A [0] rw on read pop", "A [0] rw"),
    # ---- new fields, by what old code writes in their bits
    r("R60", "A [0] rw", "A [0] rw\nB [1] w1c", "M.R.B"),
    r("R60", "reserved keep\nA [0] rw", "reserved keep\nA [0] rw\nB [1] w1c", "M.R.B"),
    r("R61", "reserved zero\nA [0] rw", "reserved zero\nA [0] rw\nB [1] w1c", "M.R.B"),
    r("R60", "A [0] rw", "A [0] rw\nB [1] w1t", "M.R.B"),
    r("R61", "A [0] rw", "A [0] rw\nB [1] w1s", "M.R.B"),
    r("R26", "A [0] r", "A [0] r\nB [1] w1c", "M.R.B"),
    r("R62", "A [0] rw", "A [0] rw\nB [1] w0c", "M.R.B"),
    r("R62", "reserved zero\nA [0] rw", "reserved zero\nA [0] rw\nB [1] w0c", "M.R.B"),
    r("R63", "reserved one\nA [0] rw", "reserved one\nA [0] rw\nB [1] w0c", "M.R.B"),
    r("R64", "A [0] rw", "A [0] rw\nB [1] w", "M.R.B"),
    r("R64~", "A [0] rw", "A [0] rw\nB [1] w neutral 0", "M.R.B", "R26"),
    r("R65", "A [0] r", "A [0] r\nB [1] rc", "M.R.B"),
    r("R66", "A [0] w", "A [0] w\nB [1] rc", "M.R.B"),
    r("R67", "A [0] rw = 0", "A [0] rw = 0\nB [1] rw = 1", "M.R.B"),
    r(
        "R68",
        "reserved keep\nA [0] rw = 0",
        "reserved keep\nA [0] rw = 0\nB [1] rw = 1",
        "M.R.B",
    ),
    r("R67~", "A [0] rw = 0", "A [0] rw = 0\nB [1] rw = 0", "M.R.B", "R26"),
    # ---- values
    r("R70", "A [3:0] rw = 1", "A [3:0] rw = 2"),
    r("R71", ENUM.format("r", "x = 0"), ENUM.format("r", "x = 0, y = 1")),
    r("R72", ENUM.format("rw hw=r", "x = 0"), ENUM.format("rw hw=r", "x = 0, y = 1")),
    r("R71", ENUM.format("rw hw=rw", "x = 0"), ENUM.format("rw hw=rw", "x = 0, y = 1")),
    r("R73", "A [3:0] rw within 0..=9", "A [3:0] rw within 1..=9"),
    r("R73", "A [3:0] rw", "A [3:0] rw within 1..=9"),
    r("R74", "A [3:0] rw within 1..=9", "A [3:0] rw within 0..=9"),
    r("R75", "A [3:0] w neutral 0", "A [3:0] w neutral 5"),
    r("R76", "reserved keep\nA [0] rw", "reserved one\nA [0] rw", "M.R"),
    case("R76", "reserved keep\nregister R @ 0", "reserved zero\nregister R @ 0", "M"),
    # ---- locks
    r("R80", "A [1] rw\nL [0] rw = 0", "A [1] rw locked by L == 0\nL [0] rw = 0"),
    r("R81", "A [1] rw\nL [0] rw = 0", "A [1] rw locked by L == 1\nL [0] rw = 0"),
    r("R81", "A [1] rw\nL [0] rw = 1", "A [1] rw writable when L == 1\nL [0] rw = 1"),
    r("R80", "A [1] rw\nL [0] rw = 0", "A [1] rw writable when L == 1\nL [0] rw = 0"),
    r(
        "R81",
        "A [1] rw",
        "A [1] rw locked unless CTL.L == 1",
        head=CTL.format(1),
    ),
    r("R80", "A [1] rw", "A [1] rw locked unless CTL.L == 1", head=CTL.format(0)),
    r("R80", "A [0] rw", "A [0] rw swwe=yes"),
    r("R82", "A [0] rw swwel=yes", "A [0] rw"),
    r("R83", "A [0] rw swwel=yes", "A [0] rw swwe=yes"),
    case(
        "R84",
        "register K @ 0 { A [31:0] w }\nunlock u = K: 1, 2",
        "register K @ 0 { A [31:0] w }\nunlock u = K: 1, 3",
        "M",
    ),
    r("R85", "A [0] w1s locks B\nB [1] rw", "A [0] w1s\nB [1] rw"),
    # ---- interrupts
    r("R90", "A [0] r irq x level", "A [0] r irq x posedge"),
    r("R91", "A [0] r", "A [0] r irq x level"),
    r("R92", "A [0] r irq x level", "A [0] r"),
    r("R93", "A [0] rw enables irq x", "A [0] rw masks irq x"),
    r("R94", "A [0] rw enables irq x", "A [0] rw enables irq y"),
    r("R94", "A [0] rw enables irq x", "A [0] rw"),
    r(
        "R94~",
        "A [0] w1c irq x\nE [1] rw enables irq x",
        "B [0] w1c irq z\nE [1] rw enables irq z",
        "",
        "R02",
    ),
    *(
        whole(
            rule,
            MAP + f"device D {{ P: M @ 0 {{ {old} }} }}",
            MAP + f"device D {{ P: M @ 0 {{ {new} }} }}",
            "P",
        )
        for rule, old, new in (
            ("R95", "irq x = 1", "irq x = 2"),
            ("R96", "irq x = 1", "irq x = 1\nirq y = 2"),
            ("R97", "irq x = 1\nirq y = 2", "irq x = 1"),
        )
    ),
    # ---- what hardware does
    r("R100", "A [0] rw precedence=sw", "A [0] rw precedence=hw"),
    r("R100~", "A [0] rw", "A [0] rw precedence=sw", ""),
    r("R101", "A [0] rw", "A [0] rw resetsignal=por"),
    r("R102", "A [3:0] rw counter=up", "A [3:0] rw counter=up incrsaturate=15"),
    r("R103", "A [0] rw", "A [0] rw hwclr=yes"),
    r("R104", "A [0] rw", "A [0] rw singlepulse"),
    r("R105", "A [0] rw hw=r", "A [0] rw hw=rw"),
    r("R106", "A [0] rw sets B\nB [1] rw", "A [0] rw\nB [1] rw"),
    r("R106", "A [0] rw cleared by read R", "A [0] rw"),
    case("R107", "register R @ 0", "register R @ 0 shadow twice", "M.R"),
    case("R107", "register R @ 0", "register R @ 0 after write dsb", "M.R"),
    case(
        "R108",
        "register L @ 0 { D [0] rw }\nwhen L.D == 0 {\nregister R @ 4\n}",
        "register L @ 0 { D [0] rw }\nwhen L.D == 1 {\nregister R @ 4\n}",
        "M.R",
    ),
    r("R109", "A [0] rw parity even [3:1]", "A [0] rw parity odd [3:1]"),
    case("R110", "register R @ 0", "aliases { set +0x100 }\nregister R @ 0", "M"),
    case("R111", "aliases { set +0x100 }\nregister R @ 0", "register R @ 0", "M"),
    case("R112", "register R @ 0", "register R @ 0\nsequence s { R = 1 }", "M"),
    case("R113", "register R @ 0\nsequence s { R = 1 }", "register R @ 0", "M"),
    case(
        "R114",
        "register R @ 0\nsequence s { R = 1 }",
        "register R @ 0\nsequence s { R = 2 }",
        "M",
    ),
    case("R115", "register R @ 0", "register R @ 0 volatile", "M.R"),
    r("R120", 'A [0] rw "this"', 'A [0] rw "that"'),
]
