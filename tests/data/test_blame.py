"""A rule that does not hold is shown at what is written of what it failed on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import kestrel

POOL = """
schema Auth { user: String = ""; file: Option<Path> }

schema Worker { name: String; weight: u16 = 1; size: u16 = 1; kind: String = "small" }

schema Pool {
  least: u16 = 1
  most: u16 = 8
  basic: Option<Auth>
  token: Option<String>
  strict: Bool = false
  workers: [Worker] = []
  spare: Map<String, Worker> = {}

  requires in_order: least <= most else "least is above most"
  requires one_way: !(basic is Some && token is Some) else "two ways"
  requires steered: most < 100 || least > 50 else "too many" at least
  requires strictly: if strict then token is Some else true else "strict needs a token"
  requires light: all(workers, |w| w.weight * w.size < 10) else "{it.name} is heavy"
  requires small: all(workers, |w| if w.kind == "small" then w.size < 5 else true)
      else "{w.name} is not small"
  requires named: none(keys(spare), |name| name == "x") else "x"
  requires once: unique(workers, |w| w.name) else "{it.name} twice"
}
"""

Report = tuple[str, int, int, list[tuple[int, str]]]
"""What the rule says, its line and column, and the lines beside it."""


@pytest.fixture
def reports(tmp_path: Path) -> Callable[[str], list[Report]]:
    schema = tmp_path / "pool.ks"
    schema.write_text(POOL)
    pool = kestrel.load(schema).schema("Pool")

    def read(text: str) -> list[Report]:
        (tmp_path / "pool.yaml").write_text(text)
        with pytest.raises(kestrel.InvalidConfig) as caught:
            pool.load(tmp_path / "pool.yaml")
        return [report(found) for found in caught.value.diagnostics]

    return read


def report(found: kestrel.Diagnostic) -> Report:
    assert found.span is not None
    beside = [
        (label.span.first.line, label.text)
        for label in found.labels
        if label.text != "the schema says so here"
    ]
    said = found.message.partition("hold: ")[2]
    return said, found.span.first.line, found.span.first.column, beside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Of two that are written, the last, wherever the rule names it.
        ("least: 5\nmost: 4\n", ("least is above most", 2, 7, [(1, "and this")])),
        ("most: 4\nleast: 5\n", ("least is above most", 2, 8, [(1, "and this")])),
        # A default is not to blame.
        ("strict: false\nleast: 9\n", ("least is above most", 2, 8, [])),
        # A block is shown by its name.
        ("token: a\nbasic:\n  user: b\n", ("two ways", 2, 1, [(1, "and this")])),
        ("basic: {user: b}\ntoken: a\n", ("two ways", 2, 8, [(1, "and this")])),
        # `at` says where, if that is written.
        ("least: 3\nmost: 100\n", ("too many", 1, 8, [(2, "and this")])),
        ("most: 100\n", ("too many", 1, 7, [])),
        # What is only asked comes after what is demanded: here that is missing.
        ("least: 2\nstrict: true\n", ("strict needs a token", 2, 9, [])),
        (
            "workers:\n- {name: a}\n- size: 6\n  name: b\n  kind: small\n",
            ("b is not small", 3, 9, [(5, "because of this")]),
        ),
        # Of an element, what was read of it; else the element.
        (
            "workers:\n- {name: a}\n- name: b\n  kind: x\n  weight: 5\n  size: 2\n",
            ("b is heavy", 6, 9, [(5, "and this")]),
        ),
        ("spare:\n  a: {name: a}\n  x: {name: b}\n", ("x", 3, 6, [])),
        (
            "workers:\n- {name: a}\n- weight: 2\n  name: a\n",
            ("a twice", 4, 9, []),
        ),
    ],
)
def test_what_is_to_blame(
    reports: Callable[[str], list[Report]], text: str, expected: Report
) -> None:
    assert reports(text) == [expected]
