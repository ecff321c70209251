"""Ways out of a command: usage errors, bugs, closed pipes; each with its exit code."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest

from kestrel.cli import entry
from kestrel.cli.group import LazyGroup, Row
from tests.cli.commands import kestrel_run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explian"], "error[KS0902]: there is no command `explian`"),
        (["explian"], "= help: did you mean `kestrel-run explain`?"),
        (["frobnicate"], "= help: `kestrel-run --help` lists them"),
        (["explain", "--fromat", "json"], "error[KS0901]: there is no option `--fromat`"),
        (["explain", "--fromat", "json"], "= help: did you mean `--format`?"),
        (["explain"], "error[KS0901]: Missing argument 'CODE'"),
        (["explain", "--format", "xml", "1"], "Invalid value for '--format'"),
        (["explain", "9999"], "error[KS0908]: there is no diagnostic code `9999`"),
    ],
)
def test_usage_errors_are_diagnostics_and_exit_64(words: list[str], said: str) -> None:
    ran = kestrel_run(*words)
    assert (ran.code, ran.out) == (64, "")
    assert said in ran.err


def test_a_usage_error_in_json_is_an_envelope() -> None:
    ran = kestrel_run("explain", "--format", "json")
    assert ran.code == 64
    assert ran.json["command"] == "explain"
    assert ran.json["result"]["status"] == "error"
    assert [d["code"] for d in ran.json["diagnostics"]] == ["KS0901"]


def test_the_environment_chooses_the_form() -> None:
    assert (
        kestrel_run("explain", "KS0902", KESTREL_FORMAT="json").json["result"]["code"] == "KS0902"
    )
    assert kestrel_run("explain", "KS0902", KESTREL_FORMAT="sarif").out.startswith("# KS0902")
    ran = kestrel_run("explain", "KS0902", KESTREL_FORMAT="xml")
    assert ran.code == 64
    assert "error[KS0903]: `KESTREL_FORMAT` cannot be `xml`" in ran.err


def test_nothing_given_shows_the_help_and_exits_64() -> None:
    ran = kestrel_run()
    assert ran.code == 64
    assert "Commands:" in ran.out


def test_the_version_is_said() -> None:
    assert kestrel_run("--version").out == "kestrel-run, version 0.1.0\n"


@click.command("boom")
def boom() -> None:
    raise RuntimeError("the \x1b[2Jcause")


def _broken_group() -> LazyGroup:
    return LazyGroup("kestrel-run", {"boom": Row(f"{__name__}:boom", "")}, {}, "")


def test_a_bug_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    sys.modules.setdefault(__name__, sys.modules[boom.callback.__module__])  # type: ignore[union-attr]
    with pytest.raises(SystemExit) as left:
        entry.run(_broken_group(), ["boom"])
    said = capsys.readouterr().err
    assert left.value.code == 70
    assert "this is a bug in Kestrel" in said
    assert "KESTREL_DEBUG=1" in said
    assert "\x1b" not in said


def test_a_bug_shows_where_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESTREL_DEBUG", "1")
    with pytest.raises(RuntimeError, match="cause"):
        entry.run(_broken_group(), ["boom"])


def test_a_closed_pipe_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "kestrel.cli.run", "explain", "KS0902"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")
