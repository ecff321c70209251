"""`kestrel-config render`: configs, and what templates make of their arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Ran, kestrel_config

SITE = """\
type Level = | Info | Warn
schema Site {
  name: String
  port: u16 where it >= 1024
  level: Level = Level.Info
  tags: [String] = []
}
template site(name: String, port: u16 = 8080, tags: [String] = []): Site = { name, port, tags }
config one: Site = { name: "one", port: 8080 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.ks").write_text(SITE)
    (tmp_path / "env.yaml").write_text("name: 012\nport: 9000\ntags: [a, b]\n")
    (tmp_path / "profiles.json").write_text(
        '{"default": {"port": 9000}, "eu": {"name": "eu"},'
        ' "us": {"name": "us", "port": 9001}, "x": 5}'
    )
    return tmp_path


def render(folder: Path, *words: str) -> Ran:
    return kestrel_config("render", "site.ks", "--template", "site", *words, cwd=folder)


def made(folder: Path, *words: str) -> Any:
    ran = render(folder, *words)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_arguments_one_by_one(folder: Path) -> None:
    assert made(folder, "--assign", "name=a=b", "--assign", "tags=[x, y]") == {
        "name": "a=b",
        "port": 8080,
        "tags": ["x", "y"],
    }


def test_arguments_of_a_file_and_over_them(folder: Path) -> None:
    found = made(folder, "--env", "env.yaml", "--assign", "name=over")
    assert found == {"name": "over", "port": 9000, "tags": ["a", "b"]}
    assert made(folder, "--env", "env.yaml") == {**found, "name": "012"}


def test_profiles_are_laid_over_what_they_share(folder: Path) -> None:
    eu = made(folder, "--env", "profiles.json", "--profile", "eu")
    us = made(folder, "--env", "profiles.json", "--profile", "us")
    assert eu == {"name": "eu", "port": 9000, "tags": []}
    assert us == {"name": "us", "port": 9001, "tags": []}


def test_a_config_and_its_effective_value(folder: Path) -> None:
    ran = kestrel_config("render", "site.ks#one", "--effective", "--to", "yaml", cwd=folder)
    assert (ran.code, ran.out) == (0, "level: Info\nname: one\nport: 8080\ntags: []\n")
    ran = kestrel_config("render", "site.ks#one", "-o", "one.toml", cwd=folder)
    assert (folder / "one.toml").read_text() == 'name = "one"\nport = 8080\n'


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["--assign", "name"], "KS0901", 64),
        (["--assign", "name=a", "--profile", "eu"], "KS0901", 64),
        (["--env", "gone.yaml"], "KS0801", 4),
        (["--env", "site.txt"], "KS0806", 2),
        (["--env", "profiles.json", "--profile", "gb"], "KS0466", 2),
        (["--env", "profiles.json", "--profile", "x"], "KS0466", 2),
        (["--assign", "name=a", "--assign", "port=80"], "KS0407", 3),
        (["--assign", "name=a", "--assign", "port=x"], "KS0401", 3),
        (["--assign", "prot=80"], "KS0444", 3),
        ([], "KS0445", 3),
    ],
)
def test_wrong_arguments(folder: Path, words: list[str], code: str, exit_code: int) -> None:
    ran = render(folder, *words)
    assert f"[{code}]" in ran.err
    assert ran.code == exit_code
    assert "Traceback" not in ran.err


def test_options_that_need_a_template(folder: Path) -> None:
    ran = kestrel_config("render", "site.ks#one", "--assign", "name=a", cwd=folder)
    assert ran.code == 64
    assert "`--assign` needs `--template`" in ran.err
