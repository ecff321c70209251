"""Patterns that do not fit what is matched: each is said once, and no arm is missed then."""

from __future__ import annotations

from pathlib import Path

import pytest

import kestrel
from kestrel.compiler import lint

TYPES = """
type Tree = | Leaf | Node(Tree, Tree, u8) | Named { name: String } | Tip(u8)
schema S {
  tree: Tree
  pair: (Tree, Bool)
  some: Option<u8>
"""


@pytest.mark.parametrize(
    ("subject", "arms", "codes"),
    [
        ("tree", "Node(Leaf, _) -> 1 | Node(_, _) -> 2", ["KS0115", "KS0115"]),
        ("tree", "Node(_, _, _, _) -> 1", ["KS0115"]),
        ("tree", "Node { a } -> 1", ["KS0115"]),
        ("tree", "Leaf { a } -> 1", ["KS0115"]),
        ("tree", "Leaf(a) -> 1", ["KS0115"]),
        ("tree", "Named(a, b) -> 1", ["KS0115"]),
        ("tree", "Tip { a } -> 1", ["KS0110"]),
        ("tree", "(a, b) -> 1", ["KS0110"]),
        ("pair", "(Node(Leaf, true), _) -> 1", ["KS0115"]),
        ("pair", "(Leaf, true, _) -> 1 | (Node(_, _), false) -> 2", ["KS0110", "KS0115"]),
        ("pair", "((Leaf, _), true) -> 1", ["KS0110"]),
        ("some", "Some(1, 2) -> 1", ["KS0115"]),
        ("some", "Some -> 1", ["KS0116"]),
        ("some", "Some(Some(1)) -> 1", ["KS0110"]),
        ("pair", "(Node(Node(a, _), _, 1), _) | (a, _) -> 1", ["KS0115"]),
    ],
)
def test_patterns_that_do_not_fit(
    tmp_path: Path, subject: str, arms: str, codes: list[str]
) -> None:
    file = tmp_path / "m.ks"
    file.write_text(f"{TYPES}  compute n: u8 = match {subject} with | {arms}\n}}\n")
    assert [d.code for d in lint([str(file)])] == codes


def test_in_an_arm_that_is_checked_twice(tmp_path: Path) -> None:
    file = tmp_path / "m.ks"
    inner = "match tree with | Node(Leaf, _) -> 1"
    file.write_text(f"{TYPES}  compute n: u8 = match some with | None | Some(_) -> {inner}\n}}\n")
    assert [d.code for d in lint([str(file)])] == ["KS0115"]


def test_they_fit(tmp_path: Path) -> None:
    file = tmp_path / "m.ks"
    arms = "Leaf -> 0 | Node(Leaf, _, 1..=9) -> 1 | Node -> 2 | Named { name } -> 3 | Tip(n) -> n"
    file.write_text(f"{TYPES}  compute n: u8 = match tree with | {arms}\n}}\n")
    assert lint([str(file)]) == []
    schema = kestrel.load(file).schema("S")
    value = schema.decode({"tree": {"Tip": 7}, "pair": ["Leaf", True]})
    assert value.n == 7
