"""Rules about register maps: near misses, waivers, how grave they are, and real vendors' files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kestrel import compiler
from kestrel.text.diagnostic import Diagnostic
from tests.errors.lab import kestrel_gen, kestrel_run
from tests.syntax.reading import DATA

FILES = [
    *sorted(DATA.glob("svd/*.svd")),
    *sorted(DATA.glob("pairs/*/*")),
    *sorted(DATA.glob("hjson/*.hjson")),
    *sorted(DATA.glob("rdl/*.rdl")),
]


def lint(folder: Path, text: str, name: str = "map.kreg") -> list[Diagnostic]:
    (folder / name).write_text(text, "utf-8")
    return compiler.lint([str(folder / name)])


def codes(folder: Path, body: str, more: str = "") -> list[str]:
    return sorted(each.code for each in lint(folder, f"regmap M {{\n{body}\n}}\n{more}"))


def register(*fields: str, options: str = "") -> str:
    return f"register R @ 0 {options} {{\n" + "\n".join(fields) + "\n}"


FINE = {
    "read over write": "register RX @ 0 { A [0] r }\nregister TX @ 0 { B [0] w }",
    "alternate": "register A @ 0 reset 0\nregister B @ 0 reset 0 alternate A",
    "banks": "register C @ 8 { D [0] rw = 0 }\nwhen C.D == 0 { register A @ 0 reset 0 }\n"
    "when C.D == 1 { register B @ 0 reset 0 }",
    "items side by side": "register A[2] @ 0 step 8 reset 0\nregister B[2] @ 4 step 8 reset 0",
    "bytes": "register A @ 3 width 8 reset 0",
    "byte accesses": "register A @ 1 width 32 access 8 reset 0",
    "neutral beside rw": register("A [0] rw = 0", "B [1] w neutral 0"),
    "pulse beside rw": register("A [0] rw = 0", "B [1] w singlepulse"),
    "only flags": register("A [0] w1c", "B [1] w1c"),
    "all values": register("A [1:0] r enum { a = 0b0x, b = 0b1x }"),
    "same name, other enum": register(
        "A [0] rw = 0 read enum { a = 0, b = 1 } write enum { a = 0 }"
    ),
    "cleared by a read": "register D @ 4 { V [0] r }\n"
    "register E @ 8 { I [0] rw = 0 enables irq x }\n"
    + register("A [0] r irq x sticky cleared by read D"),
    "own field": register("A [0] rw = 0 writable when L == 1", "L [1] rw = 0"),
    "item of an array": "register B[2] @ 8 step 4 { L [0] rw = 0 }\n"
    + register("A [0] rw = 0 writable when B[1].L == 1"),
    "block": "block K @ 8 { register B @ 0 { L [0] rw = 0 } }\n"
    + register("A [0] rw = 0 writable when K.B.L == 1"),
    "a wait that ends in a fault": register("A [0] r")
    + "\nsequence s { wait R.A == 0 timeout 1ms else fault }",
    "volatile has no reset": register("A [0] rw", options="volatile"),
}


@pytest.mark.parametrize("body", FINE.values(), ids=FINE)
def test_near_misses(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, body) == []


FIRES = {
    "second of three": (
        "register A @ 0 width 64 reset 0\nregister B @ 4 reset 0\nregister C @ 8 reset 0",
        ["KR0105"],
    ),
    "items and a register": (
        "register A[2] @ 0 step 4 reset 0\nregister B @ 4 reset 0",
        ["KR0105"],
    ),
    "memory": ("memory B[4] @ 0 width 32 rw\nregister A @ 8 reset 0", ["KR0105"]),
    "blocks": (
        "block A @ 0 { register X @ 0 reset 0; register Y @ 4 reset 0 }\n"
        "block B @ 4 { register X @ 0 reset 0 }",
        ["KR0105"],
    ),
    "both read": ("register RX @ 0 { A [0] r }\nregister TX @ 0 { B [0] rw = 0 }", ["KR0105"]),
    "write-only beside rw": (register("A [0] rw = 0", "B [1] w"), ["KR0371"]),
    "write-once beside rw": (register("A [0] rw = 0", "B [1] once = 0"), ["KR0371"]),
    "once for each kind": (register("A [0] rw = 0", "B [1] rc", "C [2] rc"), ["KR0371"]),
    "in an array once": (register("A[8] [0] rw"), ["KR0325"]),
    "sequences in a ring": (
        "register R @ 0 reset 0\nsequence a { b() }\nsequence b { a() }",
        ["KR0408", "KR0408"],
    ),
    "a wait that ends in no sequence": (
        register("A [0] r") + "\nsequence s { wait R.A == 0 timeout 1ms else stop }",
        ["KR0406"],
    ),
    "a place that is nearly there": (
        register("A [0] rw = 0 locked by LOCKK == 1", "LOCK [1] rw = 0"),
        ["KR0401"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), FIRES.values(), ids=FIRES)
def test_more_cases(body: str, expected: list[str], tmp_path: Path) -> None:
    assert codes(tmp_path, body) == expected


def test_nearest_name(tmp_path: Path) -> None:
    for said, near in (("LOK", "LOCK"), ("R.LOK", "R.LOCK")):
        body = register(f"A [0] rw = 0 locked by {said} == 1", "LOCK [1] rw = 0")
        (found,) = lint(tmp_path, f"regmap M {{\n{body}\n}}\n")
        assert found.message == f"there is no `{said}`; did you mean `{near}`?"


# ---------------------------------------------------------------- waivers

WAIVED = [
    '@allow(KR0371, "told")\nregister R @ 0 {\nA [0] rw = 0\nB [1] rc\n}',
    'register R @ 0 {\nA [0] rw = 0\n@allow(KR0371, "told")\nB [1] rc\n}',
    '@allow(KR0371, "told")\nblock K @ 0 { register R @ 0 {\nA [0] rw = 0\nB [1] rc\n} }',
]


@pytest.mark.parametrize("body", WAIVED)
def test_waivers(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, body) == []


def test_a_waiver_of_a_map(tmp_path: Path) -> None:
    body = register("A [0] rw = 0", "B [1] rc")
    text = f'@allow(KR0371, "told")\nregmap M {{\n{body}\n}}\n'
    assert lint(tmp_path, text) == []


def test_a_waiver_is_for_its_place_alone(tmp_path: Path) -> None:
    body = 'register R @ 0 {\n@allow(KR0371, "told")\nA [0] rw = 0\nB [1] rc\n}'
    assert codes(tmp_path, body) == ["KR0371", "KR0412"]


def test_a_patch_waives_what_a_vendor_has(tmp_path: Path) -> None:
    (tmp_path / "map.kreg").write_text(
        f"regmap M {{\n{register('A [0] rw = 0', 'B [1] rc')}\n}}\ndevice D {{ P: M @ 0 }}\n"
    )
    (tmp_path / "fix.kreg").write_text(
        '@allow(KR0371, "the manual has it so")\npatch D { M.R.A: "told" }\n'
    )
    words = ("regs", "map.kreg", "--patch", "fix.kreg", "--format", "json")
    ran = kestrel_gen(*words, cwd=tmp_path)
    assert ran.code == 0
    assert "KR0371" not in ran.out
    assert "KR0371" in kestrel_gen("regs", "map.kreg", "--format", "json", cwd=tmp_path).out


# ---------------------------------------------------------------- how grave


def test_severities(tmp_path: Path) -> None:
    (tmp_path / "map.kreg").write_text(f"regmap M {{\n{register('A [0] rw = 0', 'B [1] rc')}\n}}\n")
    assert kestrel_run("lint", "map.kreg", cwd=tmp_path).code == 0
    error = kestrel_run("lint", "map.kreg", "--severity", "KR0371=error", cwd=tmp_path)
    assert (error.code, "error[KR0371]" in error.out) == (2, True)
    off = kestrel_run("lint", "map.kreg", "--severity", "kr0371=off", cwd=tmp_path)
    assert "nothing to report" in off.out
    words = ("regs", "map.kreg", "--out", "build", "--severity", "KR0371=error")
    assert kestrel_gen(*words, cwd=tmp_path).code == 2
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize("given", ["KR9999=error", "KR0371=loud", "KS0101=off", "x"])
def test_wrong_severities(given: str, tmp_path: Path) -> None:
    (tmp_path / "map.kreg").write_text("regmap M { register R @ 0 }\n")
    ran = kestrel_run("lint", "map.kreg", "--severity", given, cwd=tmp_path)
    assert (ran.code, "KS0901" in ran.err + ran.out) == (64, True)


# ---------------------------------------------------------------- vendors' files


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_vendors_files_are_quiet(file: Path) -> None:
    """No errors, few warnings, and of each kind of note twenty at most."""
    found = compiler.lint([str(file)])
    grave = [each for each in found if each.severity != "note"]
    assert not [each for each in grave if each.severity == "error"]
    assert len(grave) <= 10
    assert len(found) <= 100
    assert all(each.span is not None for each in found)
