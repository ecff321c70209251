"""Each row of the catalogue: a pair of schemas, data, and the row that has to be found."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

import kestrel
from kestrel.changes.catalogue import CATALOGUE, NOT_COMPARED
from kestrel.changes.schema_diff import diff

AS_OF = date(2026, 2, 1)


class Case(NamedTuple):
    """Members of the old and the new schema, more declarations on each side, an old document."""

    rule: str
    old: str
    new: str
    verdict: str
    data: object = {}
    old_more: str = ""
    new_more: str = ""


CASES = (
    Case("S01", "a: u8 = 1", "a: u8 = 1; b: Option<u8>", "compatible"),
    Case("S02", "a: u8 = 1", "a: u8 = 1; b: u8", "breaking"),
    Case("S03", "a: u8 = 1", "a: u8 = 1; b: u8 = 2", "compatible"),
    Case("S04", "a: Option<u8>", "", "compatible"),
    Case("S04", "a: Option<u8>", "", "breaking", {"a": 1}),
    Case("S05", "a: u8", "", "breaking", {"a": 1}),
    Case("S06", '@deprecated("old", since: "2026-01-31") a: Option<u8>', "", "compatible"),
    Case("S07", "timeout: u8", "timeouts: u8", "breaking", {"timeout": 1}),
    Case("S08", "timeout: u8", "@renamed_from(timeout) wait: u8", "compatible", {"timeout": 1}),
    Case("S09", "retired a", "a: u8 = 1", "breaking"),
    Case("S10", "a: u8", "a: u16", "compatible", {"a": 1}),
    Case("S11", "a: u16", "a: u8", "compatible", {"a": 1}),
    Case("S11", "a: u16", "a: u8", "breaking", {"a": 256}),
    Case("S12", "a: u16", "a: f64", "compatible", {"a": 1}),
    Case("S14", "a: u16", "a: Bool", "breaking", {"a": 1}),
    Case("S15", "a: u16", "a: [u16]", "breaking", {"a": 1}),
    Case("S16", "a: Option<u8>", "a: u8", "breaking"),
    Case("S16", "a: Option<u8>", "a: u8", "compatible", {"a": 1}),
    Case("S17", "a: u8", "a: Option<u8>", "compatible", {"a": 1}),
    Case("S20", "a: E", "a: E", "compatible", {"a": "X"}, "type E = | X", "type E = | X | Y"),
    Case("S21", "a: E", "a: E", "compatible", {"a": "X"}, "type E = | X | Y", "type E = | X"),
    Case("S21", "a: E", "a: E", "breaking", {"a": "Y"}, "type E = | X | Y", "type E = | X"),
    Case("S23", "a: String", 'a: "x" | "y"', "compatible", {"a": "x"}),
    Case("S23", "a: String", 'a: "x" | "y"', "breaking", {"a": "z"}),
    Case("S24", "a: u8 where it >= 5", "a: u8 where it >= 3", "compatible", {"a": 5}),
    Case("S24", "a: u8 where it in 1..=9", "a: u8", "compatible", {"a": 5}),
    Case("S25", "a: u8 where it >= 5", "a: u8 where it >= 6", "compatible", {"a": 6}),
    Case("S25", "a: u8", "a: u8 where it >= 6", "breaking", {"a": 5}),
    Case("S27", "a: String", 'a: String where it matches r"x+"', "compatible", {"a": "x"}),
    Case("S27", "a: String", 'a: String where it matches r"x+"', "breaking", {"a": "y"}),
    Case("S28", "a: String where it matches r'x+'", "a: String where it matches r'x*'",
         "compatible", {"a": "x"}),
    Case("S30", "a: Option<u8>", "a: u8 = 1", "behavioural"),
    Case("S31", "a: u8 = 1", "a: u8 = 2", "behavioural"),
    Case("S32", "a: u8 = 1", "a: u8", "breaking"),
    Case("S32", "a: u8 = 1", "a: u8", "compatible", {"a": 1}),
    Case("S34", "a: Size", "@units(binary) a: Size", "breaking", {"a": "1MiB"}),
    Case("S35", "a: u8", "a: u8; requires even: a % 2 == 0", "breaking", {"a": 1}),
    Case("S35", "a: u8; requires small: a < 9", "a: u8; requires small: a < 5",
         "compatible", {"a": 1}),
    Case("S36", "a: u8; requires small: a < 9", "a: u8", "compatible", {"a": 1}),
    Case("S37", "a: u8; compute b: u8 = a + 1", "a: u8; compute b: u8 = a + 2",
         "behavioural", {"a": 1}),
    Case("S37", "a: u8; b: u8 = 1", "a: u8; b: u8 = 1; when a == 1 { b = 2 }",
         "behavioural", {"a": 1}),
    Case("S42", "a: [I]", "@key(n) a: [I]", "breaking", {"a": [{"n": 1}, {"n": 1}]},
         "schema I { n: u8 }", "schema I { n: u8 }"),
    Case("S45", "@key(n) a: [I]", "@key(m) a: [I]", "breaking", {"a": [{"n": 1, "m": 2}]},
         "schema I { n: u8; m: u8 }", "schema I { n: u8; m: u8 }"),
    Case("S46", "a: u8; b: u8", "b: u8; a: u8", "docs", {"a": 1, "b": 2}),
    Case("S50", "a: u8", "@reload(restart) a: u8", "behavioural", {"a": 1}),
    Case("S51", "a: String", "a: Secret<String>", "breaking", {"a": "env:A"}),
)  # fmt: skip

WHOLE = (
    ("S40", "schema B { a: u8 }\nschema R extends B { }", "schema R { a: u8 }", "none"),
    ("S43", "schema R { a: u8 }", "open schema R { a: u8 }", "compatible"),
    ("S44", "open schema R { a: u8 }", "schema R { a: u8 }", "compatible"),
    ("S47", "schema R { a: u8 }", "schema S { a: u8 }", "breaking"),
)


def load(folder: Path, name: str, text: str) -> kestrel.Schema:
    (folder / name).mkdir()
    path = folder / name / "schema.ks"
    path.write_text(text)
    return kestrel.load(path).schema("S" if "schema S" in text else "R")


def schema(folder: Path, name: str, members: str, more: str) -> kestrel.Schema:
    lines = "\n".join(f"  {member.strip()}" for member in members.split(";"))
    return load(
        folder, name, f"{more}\nschema R {{\n{lines}\n}}\n".replace("r'", 'r"').replace("'", '"')
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.verdict}")
def test_rows(case: Case, tmp_path: Path) -> None:
    old = schema(tmp_path, "old", case.old, case.old_more)
    new = schema(tmp_path, "new", case.new, case.new_more)
    found = diff(old, new, data=[old.decode(case.data)], as_of=AS_OF)
    assert case.rule in [finding.rule for finding in found]
    assert found.verdict == case.verdict


@pytest.mark.parametrize(("rule", "old", "new", "verdict"), WHOLE)
def test_rows_of_whole_schemas(rule: str, old: str, new: str, verdict: str, tmp_path: Path) -> None:
    before, after = load(tmp_path, "old", old), load(tmp_path, "new", new)
    found = diff(before, after, data=[before.decode({"a": 1})])
    assert [finding.rule for finding in found] == [rule]
    assert found.verdict == verdict


def test_every_row_has_a_case() -> None:
    tried = {case.rule for case in CASES} | {rule for rule, *_ in WHOLE}
    assert {row.id for row in CATALOGUE} == tried | set(NOT_COMPARED)


def test_a_schema_does_not_differ_from_itself(tmp_path: Path) -> None:
    text = "a: u8 = 1; b: Option<[String]>; requires r: a > 0"
    old, new = (schema(tmp_path, name, text, "") for name in ("old", "new"))
    assert not diff(old, new)
    assert diff(old, new).verdict == "none"


def test_what_nobody_could_check_is_breaking(tmp_path: Path) -> None:
    old = schema(tmp_path, "old", "a: u8", "")
    new = schema(tmp_path, "new", "a: u8 where it > 1", "")
    (finding,) = diff(old, new)
    assert (finding.verdict, finding.evidence) == ("breaking", "unknown")


def test_evidence_counts_the_values_at_the_place(tmp_path: Path) -> None:
    items = "schema I { n: u8 where it < 9 }", "schema I { n: u8 where it < 8 }"
    old = schema(tmp_path, "old", "a: Map<String, I>", items[0])
    new = schema(tmp_path, "new", "a: Map<String, I>", items[1])
    config = old.decode({"a": {"x": {"n": 1}, "y": {"n": 7}}})
    (finding,) = diff(old, new, data=[config])
    assert (finding.path, finding.evidence) == ("/a/*/n", "checked on 2 values")
    assert finding.verdict == "compatible"


def test_old_readers_are_asked_with_the_new_data(tmp_path: Path) -> None:
    old = schema(tmp_path, "old", "a: u8", "")
    new = schema(tmp_path, "new", "a: u16", "")
    assert diff(old, new, new_data=[new.decode({"a": 255})]).readers == "accept"
    assert diff(old, new, new_data=[new.decode({"a": 256})]).readers == "reject"
    assert diff(old, new).readers == "unknown"
    assert diff(old, new).meets("backward")
    assert not diff(old, new).meets("full")
