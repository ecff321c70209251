"""`kestrel-config fmt` as a user calls it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Ran, kestrel_config

UGLY = "config a={x:1,   y : 2} // two\n"
NEAT = "config a = { x: 1, y: 2 } // two\n"


@pytest.fixture
def ugly(tmp_path: Path) -> Path:
    file = tmp_path / "a.ks"
    file.write_text(UGLY)
    return file


def fmt(folder: Path, *words: str) -> Ran:
    return kestrel_config("fmt", *words, cwd=folder)


def test_files_are_formatted_in_place(ugly: Path) -> None:
    ran = fmt(ugly.parent, "a.ks")
    assert (ran.code, ran.out, ran.err) == (0, "formatted a.ks\n", "")
    assert ugly.read_text() == NEAT
    again = fmt(ugly.parent, "a.ks")
    assert (again.code, again.out) == (0, "")


def test_check_writes_nothing(ugly: Path) -> None:
    ran = fmt(ugly.parent, "--check", "a.ks")
    assert (ran.code, ran.out) == (1, "would change a.ks\n")
    assert ugly.read_text() == UGLY
    ugly.write_text(NEAT)
    assert fmt(ugly.parent, "--check", "a.ks").code == 0


def test_diff_shows_what_would_change(ugly: Path) -> None:
    ran = fmt(ugly.parent, "--diff", "a.ks")
    assert ran.code == 0
    assert f"-{UGLY}+{NEAT}" in ran.out
    assert ugly.read_text() == UGLY
    assert fmt(ugly.parent, "--diff", "--check", "a.ks").code == 1


def test_standard_input(tmp_path: Path) -> None:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(Path(p).resolve()) for p in sys.path if p),
    }
    command = [sys.executable, "-m", "kestrel.cli.config", "fmt", "-"]
    done = subprocess.run(command, input=UGLY, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEAT, "")
    done = subprocess.run(command, input="x", env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "<stdin>:1:1" in done.stderr
    done = subprocess.run(command, input=b"\xff", env=env, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"KS0805" in done.stderr


def test_a_file_with_mistakes_stays_and_others_are_formatted(ugly: Path) -> None:
    wrong = ugly.parent / "wrong.ks"
    wrong.write_text("config  b = (\n")
    ran = fmt(ugly.parent, "wrong.ks", "a.ks")
    assert ran.code == 2
    assert "KS0002" in ran.out + ran.err
    assert wrong.read_text() == "config  b = (\n"
    assert ugly.read_text() == NEAT


def test_mode_and_link_stay(ugly: Path) -> None:
    ugly.chmod(0o640)
    link = ugly.parent / "link.ks"
    link.symlink_to("a.ks")
    assert fmt(ugly.parent, "link.ks").code == 0
    assert link.is_symlink()
    assert ugly.read_text() == NEAT
    assert stat.S_IMODE(ugly.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["gone.ks"], "KS0801", 4),
        (["folder.ks"], "KS0802", 4),
        (["a.yaml"], "KS0912", 64),
        ([], "KS0901", 64),
    ],
)
def test_wrong_arguments(tmp_path: Path, words: list[str], code: str, exit_code: int) -> None:
    (tmp_path / "folder.ks").mkdir()
    ran = fmt(tmp_path, *words)
    assert ran.code == exit_code
    assert code in ran.err
    assert "Traceback" not in ran.err


def test_json_lists_what_changed(ugly: Path) -> None:
    ran = fmt(ugly.parent, "--format", "json", "a.ks")
    assert ran.json["result"] == {
        "audit_id": None,
        "status": "changed",
        "files": 1,
        "changed": ["a.ks"],
    }
