"""Changes of SystemRDL that software sees: each class is reported, and as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kestrel.changes.registers import compare_maps
from tests.registers.meaning import read

pytest.importorskip("systemrdl", reason="`systemrdl-compiler` is not installed")


def reg(body: str, properties: str = "") -> str:
    return f"addrmap m {{ reg {{ {properties} {body} }} R; }};"


def field(properties: str, width: int = 1, reset: str = " = 0") -> str:
    return reg(f"field {{ {properties} }} F[{width}]{reset};")


LOCK = "reg { field {} L[1] = 0; } CTL; reg { field {} F[1] = 0; } R;"
TWO = "signal { activehigh; } a; signal { activehigh; } b; "
IRQ = (
    "addrmap m {{ reg {{ field {{ intr; }} I; }} S;"
    " reg {{ field {{}} E = 0; }} C; S.I->{} = C.E; }};"
)
CASES = {
    "lock, closed": (
        f"addrmap m {{ {LOCK} }};",
        f"addrmap m {{ {LOCK} R.F->swwe = CTL.L; }};",
        "R80",
    ),
    "lock, open": (
        f"addrmap m {{ {LOCK} }};",
        f"addrmap m {{ {LOCK} R.F->swwel = CTL.L; }};",
        "R81",
    ),
    "lock of a signal": (field(""), field("swwe;"), "R80"),
    "access width": (
        reg("field {} F[64];", "regwidth=64; accesswidth=32;"),
        reg("field {} F[64];", "regwidth=64; accesswidth=64;"),
        "R36",
    ),
    "interrupt type": (field("level intr;"), field("posedge intr;"), "R90"),
    "precedence": (field("precedence=sw;"), field("precedence=hw;"), "R100"),
    "endianness": (
        "addrmap m { littleendian; reg { field {} F; } R; };",
        "addrmap m { bigendian; reg { field {} F; } R; };",
        "R37",
    ),
    "saturation": (field("counter;", 4), field("counter; incrsaturate;", 4), "R102"),
    "enable to mask": (
        IRQ.format("enable"),
        IRQ.format("mask"),
        "R93",
    ),
    "memory depth": (
        "addrmap m { external mem { mementries=16; memwidth=32; } M; };",
        "addrmap m { external mem { mementries=8; memwidth=32; } M; };",
        "R39",
    ),
    "memory access": (
        "addrmap m { external mem { mementries=16; memwidth=32; sw=rw; } M; };",
        "addrmap m { external mem { mementries=16; memwidth=32; sw=r; } M; };",
        "R51",
    ),
    "reset signal": (
        f"addrmap m {{ {TWO} reg {{ field {{ resetsignal = a; }} F = 0; }} R; }};",
        f"addrmap m {{ {TWO} reg {{ field {{ resetsignal = b; }} F = 0; }} R; }};",
        "R101",
    ),
    "new w1c beside rw": (
        reg("field {} F[1] = 0;"),
        reg("field {} F[1] = 0; field { woclr; } G[1] = 0;"),
        "R60",
    ),
    "new rclr beside rw": (
        reg("field {} F[1] = 0;"),
        reg("field {} F[1] = 0; field { rclr; hw=w; } G[1] = 0;"),
        "R65",
    ),
    "nonzero reset in reserved bits": (
        reg("field {} F[1] = 0;"),
        reg("field {} F[1] = 0; field {} G[1] = 1;"),
        "R67",
    ),
    "new enum value, read-only": (
        "enum e { a = 0; }; " + field("sw=r; hw=w; encode=e;", 2, ""),
        "enum e { a = 0; b = 1; }; " + field("sw=r; hw=w; encode=e;", 2, ""),
        "R71",
    ),
    "rw to rw1": (field("sw=rw;"), field("sw=rw1;"), "R54"),
    "array unrolled": (
        "addrmap m { reg { field {} F[8]; } R[2] @ 0; };",
        "addrmap m { reg k { field {} F[8]; }; k R0 @ 0; k R1 @ 4; };",
        "R05",
    ),
    "names swapped": (
        reg("field {} F[4]; field {} G[4];"),
        reg("field {} G[4]; field {} F[4];"),
        "R03",
    ),
    "singlepulse": (field(""), field("singlepulse;"), "R104"),
    "hardware clear": (field(""), field("hwclr;"), "R103"),
    "reset value": (field(""), field("", 1, " = 1"), "R70"),
    "onwrite": (field("woclr;"), field("woset;"), "R56"),
    "onread": (field(""), field("rclr;"), "R57"),
    "read-only": (field(""), field("sw=r;"), "R51"),
}


@pytest.mark.parametrize(("old", "new", "rule"), CASES.values(), ids=CASES)
def test_class(old: str, new: str, rule: str, tmp_path: Path) -> None:
    one, two = (read(tmp_path, text, "rdl") for text in (old, new))
    assert {each.rule for each in compare_maps(one, two).findings} == {rule}
