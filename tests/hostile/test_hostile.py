"""Files that somebody made to hurt: each is refused with a diagnostic, or is harmless; none
crashes, none takes long: a child has a minute, where seconds are due on the slowest machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kestrel

N = 100_000
SCHEMA = """
schema S {
  list: [i64] = []
  text: String = ""
  table: Map<String, i64> = {}
}
"""


def run(folder: Path, tool: str, *arguments: str) -> tuple[int, list[str]]:
    """Exit status and codes of one command."""
    done = subprocess.run(
        [sys.executable, "-m", f"kestrel.cli.{tool}", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert "Traceback" not in said
    return done.returncode, re.findall(r"\[(KS\d{4})\]", said)


def alias_bomb() -> str:
    rows = [f"{c}: &{c} [{','.join(['*' + p] * 9)}]\n" for p, c in zip("abcd", "bcde", strict=True)]
    return "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(rows * 3) + "list: *e\n"


DATA = {
    "aliases.yaml": (alias_bomb(), "KS0421"),
    "itself.yaml": ("list: &a [*a]\n", "KS0421"),
    "deep.json": ('{"other":' + "[" * N + "]" * N + "}", "KS0414"),
    "deep.yaml": ("list: " + "[" * N + "]" * N, "KS0414"),
    "deep.toml": ("list = " + "[" * N + "]" * N, "KS0414"),
    "digits.json": ('{"list":[' + "9" * N + "]}", "KS0402"),
    "digits.yaml": ("list: [" + "9" * N + "]", "KS0402"),
    "digits.toml": ("list = [" + "9" * N + "]", "KS0424"),
    "exponent.json": ('{"list":[1e999999]}', "KS0401"),
    "key.json": ('{"' + "k" * 10_000_000 + '":1}', "KS0403"),
    "again.json": ("{" + ",".join(['"text":"a"'] * N) + "}", "KS0418"),
    "nul.json": ('{"text":"\0"}', "KS0410"),
    "surrogate.json": ('{"text":"\\ud800"}', "KS0410"),
    "mark.json": ('\ufeff{"text":"a"}', "KS0410"),
    "empty.json": ("", "KS0410"),
}


@pytest.mark.parametrize("name", DATA)
def test_data(tmp_path: Path, name: str) -> None:
    text, code = DATA[name]
    (tmp_path / "s.ks").write_text(SCHEMA)
    (tmp_path / name).write_text(text, "utf-8")
    status, codes = run(tmp_path, "config", "validate", name, "--schema", "s.ks#S")
    assert status == 2
    assert code in codes


def test_a_long_text_is_no_offence(tmp_path: Path) -> None:
    (tmp_path / "s.ks").write_text(SCHEMA)
    (tmp_path / "long.json").write_text('{"text":"' + "x" * 10_000_000 + '"}')
    assert run(tmp_path, "config", "validate", "long.json", "--schema", "s.ks#S") == (0, [])


SOURCES = {
    "parentheses": ("config c: i64 = " + "(" * N + "1" + ")" * N, "KS0007"),
    "lists": ("config c: i64 = " + "[" * N + "]" * N, "KS0007"),
    "types": ("type A = " + "Map<" * N + "i64" + ">" * N, "KS0001"),
    "texts": ('config c: String = "' + "{" * N + '"', "KS0012"),
    "signs": ("config c: i64 = " + "-" * N + "1", "KS0007"),
    "sums": ("config c: i64 = " + "1+" * N + "1", "KS0007"),
    "records": ("schema S {\n" + "a: {" * N + "}" * N + "\n}", "KS0007"),
    "uses": ("module uses\n" + "use s.{S}\n" * 1_000_000, "KS0017"),
    "itself": ("module itself\nuse itself.{A}\n", "KS0104"),
    "endless": ("schema A {\n a: A\n}\n", "KS0118"),
    "turned": ("schema A\u202e {\n}\n", "KS0009"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_sources(tmp_path: Path, name: str) -> None:
    text, code = SOURCES[name]
    (tmp_path / "s.ks").write_text(SCHEMA)
    (tmp_path / f"{name}.ks").write_text(text, "utf-8")
    status, codes = run(tmp_path, "run", "lint", f"{name}.ks")
    assert status == 2
    assert code in codes


def test_comments_in_comments(tmp_path: Path) -> None:
    (tmp_path / "c.ks").write_text("/*" * N + "*/" * N)
    assert run(tmp_path, "run", "lint", "c.ks") == (0, [])


def patterned(folder: Path, pattern: str) -> None:
    text = f'schema P {{\n text: String where it matches r"{pattern}"\n}}\n'
    (folder / "p.ks").write_text(text)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)*x", "(a*)*(a*)*(a*)*b"])
def test_patterns_made_to_backtrack(tmp_path: Path, pattern: str) -> None:
    """An automaton reads each character once."""
    patterned(tmp_path, pattern)
    (tmp_path / "v.json").write_text('{"text":"' + "a" * N + '"}')
    assert run(tmp_path, "run", "lint", "p.ks") == (0, [])
    status, codes = run(tmp_path, "config", "validate", "v.json", "--schema", "p.ks#P")
    assert (status, codes) == ((0, []) if pattern.endswith("$") else (2, ["KS0408"]))


@pytest.mark.parametrize("pattern", ["a{1000}{1000}", "|".join(f"w{i}" for i in range(10_000))])
def test_patterns_too_large(tmp_path: Path, pattern: str) -> None:
    patterned(tmp_path, pattern)
    status, codes = run(tmp_path, "run", "lint", "p.ks")
    assert status == 2
    assert {"KS0120", "KS0121"} & set(codes)


ROWS = """
schema Row {
  name: String
  size: i64
}
schema R {
  numbers: [i64] = []
  rows: [Row] = []
  @key(name) keyed: [Row] = []
  table: Map<String, i64> = {}
}
"""


@pytest.mark.parametrize("member", ["numbers", "rows", "keyed", "table"])
def test_two_lists_of_unlike_items(tmp_path: Path, member: str) -> None:
    """Their difference is no quadratic affair."""
    (tmp_path / "r.ks").write_text(ROWS)
    schema = kestrel.load(str(tmp_path / "r.ks")).schema("R")

    def document(first: int) -> dict[str, object]:
        numbers = range(first, first + N)
        if member == "numbers":
            return {member: list(numbers)}
        if member == "table":
            return {member: {f"k{n}": n for n in numbers}}
        return {member: [{"name": f"r{n}", "size": n} for n in numbers]}

    old, new = schema.decode(document(0)), schema.decode(document(N))
    changes = kestrel.compare(old, new)
    assert kestrel.apply_diff(old, changes) == new
