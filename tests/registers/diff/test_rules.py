"""Each rule of register changes: a pair of maps that it fits, and pairs that it nearly fits."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kestrel.changes.registers import Comparison, compare_maps
from kestrel.changes.registers.rules import RULES, TABLE
from kestrel.ir.registers import Device
from tests.registers.diff.cases import CASES, MAP, Case
from tests.registers.meaning import read


def compared(folder: Path, old: str, new: str, same_hardware: bool = False) -> Comparison:
    return compare_maps(read(folder, old), read(folder, new), same_hardware)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.new[11:50]!r}")
def test_rule(case: Case, tmp_path: Path) -> None:
    found = compared(tmp_path, case.old, case.new)
    rule = case.rule.rstrip("~")
    expected = case.also if case.rule.endswith("~") else {rule, *case.also}
    assert {each.rule for each in found.findings} == expected
    for each in found.findings:
        if each.rule == rule and case.rule == rule:
            row = RULES[rule]
            assert each.path == case.path
            assert (each.names, each.layout, each.behaviour) == row[2:5]
            assert each.overall == row.overall


def test_each_rule_has_a_case() -> None:
    assert {each.id for each in TABLE} == {case.rule for case in CASES if "~" not in case.rule}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.new[11:50]!r}")
def test_the_same_hardware_has_no_other_layout_or_behaviour(case: Case, tmp_path: Path) -> None:
    for each in compared(tmp_path, case.old, case.new, same_hardware=True).findings:
        row = RULES[each.rule]
        assert (each.names, each.layout, each.behaviour) == (row.names, "none", "none")
        trouble = {row.layout, row.behaviour} & {"behavioural", "breaking"}
        assert each.latent == bool(trouble)
        assert ("wrong before" in each.do) == bool(trouble)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.new[11:50]!r}")
def test_nothing_changes_from_a_map_to_itself(case: Case, tmp_path: Path) -> None:
    for text in (case.old, case.new):
        found = compared(tmp_path, text, text)
        assert (found.findings, found.overall, found.semver) == ((), "none", "none")


def test_a_shared_definition_is_reported_once(tmp_path: Path) -> None:
    new = MAP.replace("A [0] rw", "A [0] r")
    device = "device D {\nP0: M @ 0x100\nP1: M @ 0x200\nQ[2]: M @ 0x300 step 0x10 }"
    (found,) = compared(tmp_path, MAP + device, new + device).findings
    assert found.instances == ("P0.R.A", "P1.R.A", "Q.R.A")


def test_a_map_in_maps_is_reported_once(tmp_path: Path) -> None:
    outer = "regmap O {\nblock X[2] @ 0 step 0x10 : M\nblock Y @ 0x40 : M\n}\n"
    new = MAP.replace("A [0] rw", "A [0] r")
    (found,) = compared(tmp_path, MAP + outer, new + outer).findings
    assert found.instances == ("O.X.R.A", "O.Y.R.A")


def test_maps_that_are_written_twice_are_reported_once(tmp_path: Path) -> None:
    """What was two equal maps with two peripherals has one change, not two."""
    twice = MAP + MAP.replace("regmap M", "regmap N")
    device = "device D {\nP0: M @ 0x100\nP1: N @ 0x200 }"
    new = twice.replace("A [0] rw", "A [0] r")
    (found,) = compared(tmp_path, twice + device, new + device).findings
    assert found.instances == ("P0.R.A", "P1.R.A")


VERSIONS = [
    ("A [0] rw", "A [0] r", "breaking", "major"),
    ("A [0] rw = 0", "A [0] rw = 1", "behavioural", "minor"),
    ("A [0] rw", "A [0] rw\nB [1] rw", "compatible", "minor"),
    ('A [0] rw "this"', 'A [0] rw "that"', "none", "patch"),
    ("A [0] rw", "A [0] rw", "none", "none"),
]


@pytest.mark.parametrize(("old", "new", "overall", "semver"), VERSIONS)
def test_versions(old: str, new: str, overall: str, semver: str, tmp_path: Path) -> None:
    one, two = (f"regmap M {{ register R @ 0 {{\n{body}\n}} }}" for body in (old, new))
    found = compared(tmp_path, one, two)
    assert (found.overall, found.semver) == (overall, semver)


ACCESS = ["rw", "r", "w", "w1c", "w1s", "rc", "once"]
FIELDS = st.lists(st.sampled_from(ACCESS), min_size=1, max_size=8)


def text_of(fields: list[tuple[str, str]]) -> str:
    lines = "\n".join(f"{name} [{i}] {access}" for i, (name, access) in enumerate(fields))
    return f"regmap M {{ register R @ 0 {{\n{lines}\n}} }}"


@given(kinds=FIELDS, data=st.data())
def test_one_edit_is_found_as_one(
    kinds: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A field that is renamed, taken away or given another access, and nothing else."""
    folder = tmp_path_factory.mktemp("edit")
    fields = [(f"F{i}", kind) for i, kind in enumerate(kinds)]
    i = data.draw(st.integers(0, len(fields) - 1))
    name, kind = fields[i]
    other = data.draw(st.sampled_from([each for each in ACCESS if each != kind]))
    renamed = [*fields[:i], ("G", kind), *fields[i + 1 :]]
    changed = [*fields[:i], (name, other), *fields[i + 1 :]]
    old = text_of(fields)
    (rename,) = compared(folder, old, text_of(renamed)).findings
    assert (rename.rule, rename.path, rename.old) == ("R02", "M.R.G", name)
    found = compared(folder, old, text_of(changed)).findings
    assert found
    assert {each.path for each in found} == {f"M.R.{name}"}


def test_devices_are_compared_by_names_and_addresses(tmp_path: Path) -> None:
    old = MAP + "device D {\nP0: M @ 0x100\nP1: M @ 0x200 }"
    new = MAP + "device D {\nP1: M @ 0x100\nP0: M @ 0x200 }"
    rules = [each.rule for each in compared(tmp_path, old, new).findings]
    assert rules == ["R03", "R03"]
    assert isinstance(read(tmp_path, old), Device)
