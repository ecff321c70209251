"""Definitions, paths and keys that go on and on: each ends in a diagnostic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kestrel.check.sink import MAX_DEFINITIONS
from kestrel.data.toml_places import deep_key
from tests.hostile.test_hostile import SCHEMA, N, run

LONG = 3000


def aliases(count: int) -> str:
    later = (f"type alias A{i} = [A{i - 1}]\n" for i in range(count - 1, 0, -1))
    return "".join(later) + "type alias A0 = u8\n"


def schemas(count: int) -> str:
    later = (f"schema S{i} extends S{i - 1} {{}}\n" for i in range(count - 1, 0, -1))
    return "".join(later) + "schema S0 { a: u8 }\n"


def configs(count: int) -> str:
    later = (f"config c{i} = c{i - 1} with {{ a: 2 }}\n" for i in range(count - 1, 0, -1))
    return "schema S { a: u8 }\n" + "".join(later) + "config c0: S = { a: 1 }\n"


def functions(count: int) -> str:
    later = (f"fn f{i}(x: u64) -> u64 {{ f{i - 1}(x) }}\n" for i in range(count - 1, 0, -1))
    use = f"schema S {{ a: u64\n compute b: u64 = f{count - 1}(a) }}\n"
    return "".join(later) + "fn f0(x: u64) -> u64 { x }\n" + use


def templates(count: int) -> str:
    later = (f"template t{i}(n: u64): S = t{i - 1}(n)\n" for i in range(count - 1, 0, -1))
    return "schema S { a: u64 }\n" + "".join(later) + "template t0(n: u64): S = { a: n }\n"


CHAINS = (aliases, schemas, configs, functions, templates)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_of_definitions_has_an_end(tmp_path: Path, chain: Callable[[int], str]) -> None:
    (tmp_path / "c.ks").write_text(chain(LONG))
    status, codes = run(tmp_path, "run", "lint", "c.ks")
    assert status == 2
    assert "KS0007" in codes


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_that_people_write_is_none_too_long(
    tmp_path: Path, chain: Callable[[int], str]
) -> None:
    (tmp_path / "c.ks").write_text(chain(MAX_DEFINITIONS))
    assert run(tmp_path, "run", "lint", "c.ks") == (0, [])


def test_the_path_of_a_module_is_too_long_for_any_file(tmp_path: Path) -> None:
    (tmp_path / "p.ks").write_text("use " + "a." * N + "B\n")
    assert run(tmp_path, "run", "lint", "p.ks") == (2, ["KS0103"])


def test_a_module_that_is_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.ks").symlink_to("loop.ks")
    (tmp_path / "l.ks").write_text("use loop.{S}\n")
    assert run(tmp_path, "run", "lint", "l.ks") == (2, ["KS0103"])


@pytest.mark.parametrize("form", ["{} = 1\n", "[{}]\n", "[[{}]]\n", "a = {{ {} = 1 }}\n"])
def test_a_key_of_many_parts(tmp_path: Path, form: str) -> None:
    (tmp_path / "s.ks").write_text(SCHEMA)
    (tmp_path / "k.toml").write_text(form.format(".".join(["a"] * N)))
    done = run(tmp_path, "config", "validate", "k.toml", "--schema", "s.ks#S")
    assert done == (2, ["KS0414"])


def dotted(count: int) -> str:
    return ".".join(["a"] * count)


def test_where_such_a_key_is() -> None:
    assert deep_key(f"é = 1\n{dotted(129)} = 1", 128) == (7, 264)
    quoted = f'x = "{dotted(500)}"\ny = """\n{dotted(500)}"""\nz = \'{dotted(500)}\'\n'
    assert deep_key(f"# {dotted(500)}\n{quoted}{dotted(128)} = 1", 128) is None


MANY = 1_000_000


@pytest.mark.parametrize(
    "text", ['"\\' * MANY, "'.\n" * MANY, '"' * MANY, " ." * MANY, '"""' + '"" ' * MANY, "a" * MANY]
)
def test_looking_for_it_reads_a_text_once(text: str) -> None:
    """Reading it again from each place would not end in an hour."""
    assert deep_key(text + "." * 200, 128) is None
