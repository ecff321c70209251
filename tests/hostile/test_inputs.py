"""Inputs that are no files, YAML that grows, plans that are deep."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hostile.test_hostile import SCHEMA, N, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.ks").write_text(SCHEMA + "config c: S = {}\n")
    os.mkfifo(tmp_path / "fifo.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "folder.json").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", ["fifo.json", "zero.json", "folder.json"])
@pytest.mark.parametrize(
    ("tool", "before"), [("config", ["validate"]), ("run", ["lint"]), ("run", ["diff", "s.ks#c"])]
)
def test_what_is_no_file(folder: Path, name: str, tool: str, before: list[str]) -> None:
    status, codes = run(folder, tool, *before, name, "--schema", "s.ks#S")
    assert status == 4
    assert codes == ["KS0802"]


def merge_bomb() -> str:
    rows = (f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}\n" for i in range(1, 12))
    return "a0: &a0 {k: 1}\n" + "".join(rows)


@pytest.mark.parametrize(
    ("text", "code"), [(merge_bomb(), "KS0403"), ("a: &a {<<: *a}\n", "KS0421")]
)
def test_merge_keys_that_grow(folder: Path, text: str, code: str) -> None:
    (folder / "m.yaml").write_text(text)
    status, codes = run(folder, "config", "validate", "m.yaml", "--schema", "s.ks#S")
    assert status == 2
    assert set(codes) == {code}


@pytest.mark.parametrize("suffix", ["ks", "yaml", "toml", "json"])
def test_devices_of_every_name(folder: Path, suffix: str) -> None:
    os.mkfifo(folder / f"pipe.{suffix}")
    (folder / f"null.{suffix}").symlink_to("/dev/null")
    for name in (f"pipe.{suffix}", f"null.{suffix}"):
        assert run(folder, "run", "lint", name, "--schema", "s.ks#S") == (4, ["KS0802"])


@pytest.mark.parametrize("value", ["[" * N + "]" * N, '{"a":' * N + "1" + "}" * N])
def test_a_plan_that_is_deep(folder: Path, value: str) -> None:
    change = f'{{"op":"add","path":"/text","value":{value}}}'
    (folder / "p.json").write_text(f'{{"audit_id":"x","change_set":[{change}]}}')
    assert run(folder, "run", "show", "p.json") == (2, ["KS0702"])
