"""`kestrel-run effects`: what functions may do, and why."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import kestrel_run

SOURCE = """\
extern "C" from "net" include "net.h" {
  fn http_post(text: CStr) -> i32 effect {network}
}

fn push(text: String) -> i32 { unsafe "text is copied" { http_post(text) } }

pub fn sync(text: String, n: i32, by: i32) -> i32 effect {network, ffi, panic} {
  let _ = push(text)
  n / by
}
fn nothing() -> i32 { 1 }
"""


def test_each_effect_has_its_shortest_path(tmp_path: Path) -> None:
    (tmp_path / "rest.ks").write_text(SOURCE)
    ran = kestrel_run("effects", "rest.ks", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.out == (
        "push (line 5): network, io, ffi\n"
        "  network  push → http_post (extern, rest.ks:2)\n"
        "  io       push → http_post (extern, rest.ks:2)\n"
        "  ffi      push → http_post (extern, rest.ks:2)\n"
        "sync (line 7): network, io, panic, ffi\n"
        "  network  sync → push (line 8) → http_post (extern, rest.ks:2)\n"
        "  io       sync → push (line 8) → http_post (extern, rest.ks:2)\n"
        "  panic    sync → division by zero (line 9)\n"
        "  ffi      sync → push (line 8) → http_post (extern, rest.ks:2)\n"
        "nothing (line 11): no effects\n"
    )


def test_as_json(tmp_path: Path) -> None:
    (tmp_path / "rest.ks").write_text(SOURCE)
    ran = kestrel_run("effects", "rest.ks", "--format", "json", cwd=tmp_path)
    push, sync, nothing = ran.json["result"]["functions"]
    assert push["declared"] is None
    assert sync["declared"] == ["network", "panic", "ffi"]
    assert nothing["effects"] == {}


def test_lint_shows_effects_alone(tmp_path: Path) -> None:
    wrong = SOURCE.replace("network, ffi, panic", "ffi, panic")
    (tmp_path / "rest.ks").write_text(wrong)
    ran = kestrel_run("lint", "rest.ks", "--domain", "effects", cwd=tmp_path)
    assert ran.code == 2
    assert "error[KS0211]: `sync` performs `network`, `io`" in ran.out + ran.err
