"""What `kestrel-gen ffi` writes, and what happens where it cannot be built."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kestrel.cli.building import build_module
from kestrel.data.ks import KsFile
from kestrel.text.diagnostic import KestrelError
from tests.cli.commands import kestrel_gen
from tests.ffi.building import EXAMPLES, build, load, needs_compiler

SOURCE = "/// Twice a number.\npub fn twice(x: i32) -> i64 { (x as i64) * 2 }\n"


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".so" and not path.name.startswith(".")
    }


def test_two_folders_get_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        here = tmp_path / name
        here.mkdir()
        (here / "kv.ks").write_bytes((EXAMPLES / "sqlite" / "kv.ks").read_bytes())
        ran = kestrel_gen("ffi", here / "kv.ks", "--out", here / "gen", cwd=tmp_path)
        assert ran.code == 0, ran.err
    assert files(tmp_path / "one" / "gen") == files(tmp_path / "two" / "gen")
    for name, data in files(tmp_path / "one" / "gen").items():
        assert str(tmp_path).encode() not in data, name


def test_a_comment_changes_no_cpp(tmp_path: Path) -> None:
    source = tmp_path / "kv.ks"
    text = (EXAMPLES / "sqlite" / "kv.ks").read_text()
    source.write_text(text)
    kestrel_gen("ffi", source, "--out", tmp_path / "gen")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "gen").rglob("*.[ch]pp")}
    source.write_text("// a remark\n\n" + text.replace("/// All keys", "/// Each of the keys"))
    ran = kestrel_gen("ffi", source, "--out", tmp_path / "gen")
    assert ran.code == 0, ran.err
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "gen").rglob("*.[ch]pp")} == before
    assert "Each of the keys" in (tmp_path / "gen" / "kv.pyi").read_text()


def test_check_and_list(tmp_path: Path) -> None:
    (tmp_path / "a.ks").write_text(SOURCE)
    assert kestrel_gen("ffi", "a.ks", "--out", "gen", "--check", cwd=tmp_path).code == 1
    assert kestrel_gen("ffi", "a.ks", "--out", "gen", cwd=tmp_path).code == 0
    assert kestrel_gen("ffi", "a.ks", "--out", "gen", "--check", cwd=tmp_path).code == 0
    listed = kestrel_gen("ffi", "a.ks", "--out", "gen", "--list-outputs", cwd=tmp_path).out
    assert [Path(line).name for line in listed.splitlines()] == [
        "a_ffi.hpp", "a_ffi.cpp", "ffi.hpp", "python.hpp", "a.py", "a.pyi", "a.cmake",
    ]  # fmt: skip


@needs_compiler
def test_a_stale_binary_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "stale.ks"
    source.write_text(SOURCE)
    assert build(source, tmp_path / "gen").code == 0
    assert load(tmp_path / "gen", "stale").twice(21) == 42
    source.write_text(SOURCE.replace("x: i32", "x: i16"))
    assert kestrel_gen("ffi", source, "--out", tmp_path / "gen").code == 0
    with pytest.raises(ImportError) as raised:
        load(tmp_path / "gen", "stale")
    said = str(raised.value)
    assert "`twice`" in said
    assert "fn twice(x: i32) -> i64" in said
    assert "fn twice(x: i16) -> i64" in said


@needs_compiler
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("hypot(x: f64, y: f64)", "hypot(x: f64)"), "another type"),
        (("ldexp(x: f64, exp: i32)", "ldexp(x: f64)"), "another type"),
    ],
)
def test_a_wrong_declaration_leads_to_its_line(
    change: tuple[str, str], why: str, tmp_path: Path
) -> None:
    text = (EXAMPLES / "libm" / "maths.ks").read_text()
    source = tmp_path / "maths.ks"
    source.write_text(text.replace(*change).replace("hypot(bx - ax, by - ay)", "1.0"))
    ran = build(source, tmp_path / "gen")
    assert ran.code == 2
    assert "error[KS0230]" in ran.err
    assert "maths.ks:" in ran.err
    assert why in ran.err


def test_pybind11_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a.ks"
    source.write_text(SOURCE)
    monkeypatch.setitem(sys.modules, "pybind11", None)
    with pytest.raises(KestrelError, match="KS0943"):
        build_module(KsFile.read(source), "a", tmp_path, discard=False)
