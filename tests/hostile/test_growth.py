"""Small files that say a lot: what is made of them has a bound, and the message says which."""

from __future__ import annotations

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
