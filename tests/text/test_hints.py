"""The nearest name."""

from __future__ import annotations

import pytest

from kestrel.text.hints import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "candidates", "found"),
    [
        ("wrokers", ["workers", "port"], "workers"),
        ("Port", ["port"], "port"),
        ("u61", ["u16", "u64"], "u16"),
        ("timeuot", ["timeout", "time"], "timeout"),
        ("x", ["workers", "port"], None),
        ("a", ["b"], "b"),
        ("workers", ["workers"], None),
        ("", [], None),
    ],
)
def test_nearest(name: str, candidates: list[str], found: str | None) -> None:
    assert nearest(name, candidates) == found


def test_a_hint_is_a_sentence() -> None:
    assert did_you_mean("prot", ["port"]) == ("did you mean `port`?",)
    assert did_you_mean("prot", ["listeners"]) == ()
