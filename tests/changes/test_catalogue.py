"""Each row of the catalogue: where it fires, where it nearly does, and what data say of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import kestrel
from kestrel.changes.catalogue import CATALOGUE, NOT_COMPARED
from kestrel.changes.findings import Finding
from kestrel.changes.schema_diff import SchemaDiff, diff
from tests.changes.cases import CASES, ITEM, Case, source

AS_OF = date(2026, 2, 1)

each = pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.rule}-{index}" for index, case in enumerate(CASES)]
)


def load(folder: Path, name: str, text: str) -> kestrel.Schema:
    (folder / name).mkdir()
    path = folder / name / "schema.ks"
    path.write_text(text)
    return kestrel.load(path).schema("S" if "schema S" in text else "R")


def both(folder: Path, case: Case, near: bool = False) -> tuple[kestrel.Schema, kestrel.Schema]:
    """The pair of a case; or the old schema and what is nearly a case, of the old declarations."""
    text = source(case.near, case.more) if near else source(case.new, case.more, new=True)
    return load(folder, "old", source(case.old, case.more)), load(folder, "new", text)


def only(found: SchemaDiff, rule: str) -> Finding:
    return next(finding for finding in found if finding.rule == rule)


@each
def test_a_row_fires(case: Case, tmp_path: Path) -> None:
    finding = only(diff(*both(tmp_path, case), as_of=AS_OF), case.rule)
    assert (finding.verdict, finding.evidence) == (case.verdict, case.evidence)
    assert finding.readers == case.readers


@each
def test_it_does_not_fire_beside_it(case: Case, tmp_path: Path) -> None:
    found = diff(*both(tmp_path, case, near=True), as_of=AS_OF)
    assert case.rule not in [finding.rule for finding in found]


def test_the_same_variants_in_another_order_are_no_change(tmp_path: Path) -> None:
    old = load(tmp_path, "old", "type E = | X | Y\nschema R { a: E }")
    new = load(tmp_path, "new", "type E = | Y | X\nschema R { a: E }")
    assert not [f for f in diff(old, new) if f.rule in ("S20", "S21")]


@each
def test_data_decide_what_is_not_proved(case: Case, tmp_path: Path) -> None:
    old, new = both(tmp_path, case)
    if case.good is not None:
        found = only(diff(old, new, data=[old.decode(case.good)], as_of=AS_OF), case.rule)
        assert found.verdict != "breaking"
        asked = case.verdict == "breaking"
        assert found.evidence.startswith("checked on") if asked else found.evidence == "proved"
    if case.bad is not None:
        found = only(diff(old, new, data=[old.decode(case.bad)], as_of=AS_OF), case.rule)
        assert found.verdict == "breaking"
        assert found.evidence.startswith("checked on")


@each
def test_old_readers_are_asked_where_it_is_not_proved(case: Case, tmp_path: Path) -> None:
    old, new = both(tmp_path, case)
    if case.readers != "unknown" or case.good is None:
        return
    found = only(diff(old, new, new_data=[new.decode(case.good)], as_of=AS_OF), case.rule)
    assert found.readers == "accept"
    assert found.readers_evidence.startswith("checked on")


def test_every_row_has_a_case() -> None:
    assert {row.id for row in CATALOGUE} == {case.rule for case in CASES} | set(NOT_COMPARED)
    assert {row.id for row in CATALOGUE if row.on is None} == set(NOT_COMPARED)


def test_a_schema_does_not_differ_from_itself(tmp_path: Path) -> None:
    text = source("a: u8 = 1; b: Option<[String]>; requires r: a > 0")
    old, new = (load(tmp_path, name, text) for name in ("old", "new"))
    assert not diff(old, new)
    assert diff(old, new).verdict == "none"


def pair(folder: Path, old: str, new: str) -> tuple[kestrel.Schema, kestrel.Schema]:
    return load(folder, "old", old), load(folder, "new", new)


def test_evidence_counts_the_values_at_the_place(tmp_path: Path) -> None:
    text = "schema I { n: u8 where it < 9 }\nschema R { a: Map<String, I> }"
    old, new = pair(tmp_path, text, text.replace("9", "8"))
    config = old.decode({"a": {"x": {"n": 1}, "y": {"n": 7}}})
    (finding,) = diff(old, new, data=[config])
    assert (finding.path, finding.evidence) == ("/a/*/n", "checked on 2 values")
    assert finding.verdict == "compatible"


def test_a_record_in_two_places_is_asked_in_both(tmp_path: Path) -> None:
    text = "schema I { n: u8; more: [I] = [] }\nschema R { a: I; b: [I] = [] }"
    old, new = pair(tmp_path, text, text.replace("n: u8", "n: u8 where it < 9"))
    (finding,) = diff(old, new)
    assert (finding.path, finding.also) == ("/a/n", ("/a/more/*/n", "/b/*/n"))
    for bad in ({"b": [{"n": 9}]}, {"a": {"n": 1, "more": [{"n": 1, "more": [{"n": 9}]}]}}):
        config = old.decode({"a": {"n": 1}, **bad})
        (finding,) = diff(old, new, data=[config])
        assert finding.verdict == "breaking", bad


def test_old_readers_are_asked_with_the_new_data(tmp_path: Path) -> None:
    old, new = pair(tmp_path, "schema R { a: u8 }", "schema R { a: u16 }")
    assert diff(old, new, new_data=[new.decode({"a": 255})]).readers == "accept"
    assert diff(old, new, new_data=[new.decode({"a": 256})]).readers == "reject"
    assert diff(old, new).readers == "unknown"
    assert diff(old, new).meets("backward")
    assert not diff(old, new).meets("full")


def test_a_default_that_a_rule_reads_makes_the_rule_a_question(tmp_path: Path) -> None:
    text = "schema R { a: u8 = 1; b: u8 = 9; requires fits: a < b }"
    old, new = pair(tmp_path, text, text.replace("a: u8 = 1", "a: u8 = 5"))
    found = diff(old, new)
    assert [f.rule for f in found] == ["S31", "S35"]
    assert only(found, "S35").evidence == "unknown"
    assert "reads `a`" in only(found, "S35").message
    assert diff(old, new, data=[old.decode({})]).verdict == "behavioural"
    assert diff(old, new, data=[old.decode({"b": 3})]).verdict == "breaking"


def test_a_removal_is_due_only_after_the_day_that_is_given(tmp_path: Path) -> None:
    text = 'schema R { a: u8 = 1; @deprecated("no use", since: "2026-01-31") b: Option<u8> }'
    old, new = pair(tmp_path, text, "schema R { a: u8 = 1 }")
    rules = {day: [f.rule for f in diff(old, new, as_of=day)] for day in
             (None, date(2026, 1, 31), date(2026, 2, 1))}  # fmt: skip
    assert list(rules.values()) == [["S04"], ["S04"], ["S06"]]
    assert diff(old, new, as_of=AS_OF).meets("backward")
    assert not diff(old, new).meets("backward")


PROVED = (
    ("a: u8; requires x: a < 9", "a: u8; requires y: a < 9 || a == 12"),
    ("a: u8; b: u8; requires x: a < b", "a: u8; b: u8; requires x: b > a || a == 7"),
    ("a: u8 where it < 5; requires x: a > 3", "a: u8 where it < 5; requires x: a + 1 > 3"),
    ("m: Map<String, I>; requires x: all(m, |i| i.n > 4)",
     "m: Map<String, I>; requires x: all(m, |item| item.n > 3)"),
    ("m: [I]; requires x: none(m, |i| i.n > 3)", "m: [I]; requires x: none(m, |i| i.n > 4)"),
    ("a: E; b: u8; requires x: a == E.X || b > 5", "a: E; b: u8; requires x: a is X || b > 4"),
    ("a: Bool; b: u8; requires x: if a then b > 5 else b > 7", "a: Bool; b: u8; requires x: b > 5"),
    ('s: String; requires x: s in ["a", "b"]', 's: String; requires x: s matches r"[abc]"'),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new"), PROVED)
def test_rules_that_follow_are_proved(old: str, new: str, tmp_path: Path) -> None:
    more = f"type E = | X | Y\n{ITEM}"
    forth = diff(*pair(tmp_path, source(old, more), source(new, more)))
    assert forth.proved, list(forth)
    back = tmp_path / "back"
    back.mkdir()
    assert not diff(*pair(back, source(new, more), source(old, more))).proved
