"""The schema against mutations of valid sections: verdict, rule, line and words of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kestrel
from kestrel.text.diagnostic import Diagnostic
from tests.conftest import Golden
from tests.prometheus.conftest import line_of, rule_of
from tests.prometheus.mutations import clients, relabelling, remote, rest, scraping
from tests.prometheus.mutations.table import Mutation, Section

PARTS = (scraping, relabelling, clients, remote, rest)
SECTIONS: tuple[Section, ...] = tuple(section for part in PARTS for section in part.SECTIONS)
CASES = [(section, mutation) for section in SECTIONS for mutation in section.mutations]
WRONG = [(section, mutation) for section, mutation in CASES if mutation.breaks]


def names(cases: list[tuple[Section, Mutation]]) -> Iterator[str]:
    for section, mutation in cases:
        yield re.sub(r"\s+", " ", f"{section.name}: {mutation.new or 'less ' + mutation.old}")


def mutated(section: Section, mutation: Mutation) -> str:
    assert section.text.count(mutation.old) == 1, mutation.old
    return section.text.replace(mutation.old, mutation.new)


def found(prometheus: kestrel.Schema, text: str, folder: Path) -> tuple[Diagnostic, ...]:
    path = folder / "prometheus.yml"
    path.write_text(text)
    try:
        prometheus.load(path)
    except kestrel.InvalidConfig as refused:
        return refused.diagnostics
    return ()


def expected_line(text: str, at: str) -> int:
    """The line on which `at` ends: it may need lines before to stand only once."""
    assert text.count(at) == 1, f"{at!r} stands {text.count(at)} times"
    return text[: text.index(at) + len(at.rstrip("\n"))].count("\n") + 1


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_each_section_is_valid(
    prometheus: kestrel.Schema, section: Section, tmp_path: Path
) -> None:
    assert found(prometheus, section.text, tmp_path) == ()


@pytest.mark.parametrize(("section", "mutation"), CASES, ids=names(CASES))
def test_a_mutation(
    prometheus: kestrel.Schema, section: Section, mutation: Mutation, tmp_path: Path
) -> None:
    text = mutated(section, mutation)
    reports = found(prometheus, text, tmp_path)
    if not mutation.breaks:
        assert [(d.message, line_of(d)) for d in reports] == []
        return
    expected = (mutation.breaks, expected_line(text, mutation.at))
    assert [(rule_of(d), line_of(d)) for d in reports] == [expected]


def test_what_is_said(prometheus: kestrel.Schema, golden: Golden, tmp_path: Path) -> None:
    """Every message, to be read by someone who knows Prometheus and not Kestrel."""
    lines: list[str] = []
    for section, mutation in WRONG:
        text = mutated(section, mutation)
        for report in found(prometheus, text, tmp_path):
            said = text.splitlines()[line_of(report) - 1].strip()
            helps = "".join(f" ({each})" for each in report.helps)
            lines.append(f"{section.name} | {said}\n    {report.message}{helps}")
    golden(Path(__file__).with_name("mutations.txt"), "\n".join(lines) + "\n")


def test_every_rule_is_broken(prometheus: kestrel.Schema) -> None:
    """No rule of the schema is without a mutation that breaks it."""
    decls = json.loads(prometheus.ir)["decls"]
    rules = {rule["name"] for decl in decls for rule in decl.get("rules", ())}
    assert rules - {mutation.breaks for _, mutation in WRONG} == set()
