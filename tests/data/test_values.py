"""Durations and secrets as Python sees them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kestrel.data.values import Duration, Secret
from kestrel.text.diagnostic import InvalidConfig


@pytest.mark.parametrize(
    ("text", "nanoseconds", "canonical"),
    [
        ("0s", 0, "0s"),
        ("90min", 5_400_000_000_000, "1h30m"),
        ("1h30m", 5_400_000_000_000, "1h30m"),
        ("2w", 1_209_600_000_000_000, "14d"),
        ("250ms", 250_000_000, "250ms"),
        ("-5s", -5_000_000_000, "-5s"),
        ("1500us", 1_500_000, "1ms500us"),
    ],
)
def test_durations(text: str, nanoseconds: int, canonical: str) -> None:
    assert Duration.parse(text) == nanoseconds
    assert str(Duration(nanoseconds)) == canonical


@pytest.mark.parametrize("text", ["", "5", "s", "1.5h", "1h -5s", "9999999999w", "5 s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|beyond"):
        Duration.parse(text)


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_duration_is_written_so_that_it_reads_back(nanoseconds: int) -> None:
    assert Duration.parse(str(Duration(nanoseconds))) == nanoseconds


def test_durations_and_timedeltas() -> None:
    assert Duration.of(datetime.timedelta(minutes=1, microseconds=5)) == 60_000_005_000
    assert Duration.parse("1500ms").seconds == 1.5


def test_a_secret_is_shown_nowhere() -> None:
    literal = Secret(None, "hunter2")
    assert "hunter2" not in f"{literal} {literal!r} {[literal]}"
    assert literal.resolve() == "hunter2"


def test_references_are_resolved_where_they_point(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("abc\n")
    assert Secret(f"file:{path}").resolve() == "abc"
    assert Secret("env:TOKEN").resolve({"TOKEN": "xyz"}) == "xyz"


@pytest.mark.parametrize("reference", ["env:NO_SUCH_VARIABLE", "file:/nowhere/at/all"])
def test_what_cannot_be_resolved(reference: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        Secret(reference).resolve({})
    assert [found.code for found in caught.value.diagnostics] == ["KS0451"]
