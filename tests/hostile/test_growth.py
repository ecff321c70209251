"""Small files that say a lot: what is made of them has a bound, and the message says which."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.test_hostile import run


def doubled(count: int) -> str:
    rows = (f"schema S{i} {{ a: S{i - 1} = {{}}\n b: S{i - 1} = {{}} }}\n" for i in range(1, count))
    return 'schema S0 { a: String = "0123456789abcdef" }\n' + "".join(rows)


def test_defaults_of_defaults(tmp_path: Path) -> None:
    (tmp_path / "few.ks").write_text(doubled(12))
    assert run(tmp_path, "run", "lint", "few.ks") == (0, [])
    (tmp_path / "many.ks").write_text(doubled(40))
    assert run(tmp_path, "run", "lint", "many.ks") == (2, ["KS0503"])


@pytest.mark.parametrize("kind", ["[I]", "Map<String, I>", "[[I]]"])
def test_a_large_default_of_many_items(tmp_path: Path, kind: str) -> None:
    text = "x" * 10_000
    (tmp_path / "s.ks").write_text(
        f'schema I {{ t: String = "{text}" }}\nschema S {{ a: {kind} }}\n'
    )
    count = 200_000
    items = {
        "[I]": "[" + ",".join(["{}"] * count) + "]",
        "[[I]]": "[[" + ",".join(["{}"] * count) + "]]",
        "Map<String, I>": "{" + ",".join(f'"{i}":{{}}' for i in range(count)) + "}",
    }
    (tmp_path / "d.json").write_text(f'{{"a":{items[kind]}}}')
    done = run(tmp_path, "config", "validate", "d.json", "--schema", "s.ks#S")
    assert done == (2, ["KS0415"])


def test_aliases_of_aliases(tmp_path: Path) -> None:
    rows = "".join(f"type alias A{i} = (A{i - 1}, A{i - 1})\n" for i in range(1, 49))
    (tmp_path / "a.ks").write_text(f"type alias A0 = u8\n{rows}schema S {{ a: A48 }}\n")
    status, codes = run(tmp_path, "run", "lint", "a.ks")
    assert status == 2
    assert set(codes) == {"KS0150"}


def test_configs_of_configs(tmp_path: Path) -> None:
    rows = "".join(f"config c{i}: S = {{ a: [c{i - 1}.a, c{i - 1}.a] }}\n" for i in range(1, 40))
    (tmp_path / "c.ks").write_text(f"schema S {{ a: Json }}\nconfig c0: S = {{ a: [1] }}\n{rows}")
    status, codes = run(tmp_path, "run", "lint", "c.ks")
    assert status == 2
    assert set(codes) == {"KS0440"}


@pytest.mark.skipif("not __import__('sys').platform.startswith('linux')", reason="ulimit -v")
def test_memory_that_is_not_there(tmp_path: Path) -> None:
    rows = "".join(f"  compute t{i}: String = t{i - 1} + t{i - 1}\n" for i in range(1, 22))
    (tmp_path / "s.ks").write_text(f'schema S {{\n  t0: String = "0123456789abcdef"\n{rows}}}\n')
    (tmp_path / "d.json").write_text("{}")
    words = [sys.executable, "-m", "kestrel.cli.run", "lint", "d.json", "--schema", "s.ks"]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -v 250000; exec "$@"', "bash", *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 4, done.stderr
    assert "error[KS0807]" in done.stderr


def doubling(made: Callable[[dict[str, str]], object]) -> dict[str, object]:
    """A JSON Schema whose definitions each refer to the one before, as often as `made` says."""
    defs: dict[str, object] = {"a0": {"type": "string"}}
    for i in range(1, 40):
        defs[f"a{i}"] = made({"$ref": f"#/$defs/a{i - 1}"})
    return {"type": "object", "properties": {"x": {"$ref": "#/$defs/a39"}}, "$defs": defs}


FORMS = {
    "all": doubling(lambda ref: {"allOf": [ref, ref]}),
    "any": doubling(lambda ref: {"anyOf": [ref, {"allOf": [ref, {"type": "object"}]}]}),
    "members": doubling(lambda ref: {"type": "object", "properties": {"p": ref, "q": ref}}),
    "remarks": {"type": "object", "properties": {f"p{i}": {"not": {}} for i in range(20_000)}},
    "names": {"type": "object", "properties": {"p" + "." * i: {} for i in range(1, 2_000)}},
}


@pytest.mark.parametrize("name", FORMS)
def test_a_json_schema_that_grows(tmp_path: Path, name: str) -> None:
    (tmp_path / "form.json").write_text(json.dumps(FORMS[name]))
    status, codes = run(tmp_path, "gen", "import", "form.json")
    assert status == 0
    assert set(codes) <= {"KS0465"}
    assert len(codes) <= 1001
