"""Requirements by place, and exemptions that name one finding and end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kestrel.changes.findings import Finding
from kestrel.changes.policy import MalformedPolicy, Requirement
from kestrel.changes.requirements import Requirements, parse_flag

TODAY = date(2026, 6, 1)


def finding(path: str, rule: str = "S05", readers: str = "accept", **more: object) -> Finding:
    verdict = "breaking" if rule == "S05" else "compatible"
    return Finding(rule, path, "text", verdict, readers, "proved", **more)  # type: ignore[arg-type]


BREAKING = finding("/a/b")
UNREADABLE = finding("/a/b", "S10", "unknown")


def required(text: str, folder: Path) -> Requirements:
    (folder / "kestrel.toml").write_text(text)
    return Requirements.find(folder)


@pytest.mark.parametrize(
    ("wanted", "found", "refused"),
    [
        ("backward", BREAKING, True),
        ("backward", UNREADABLE, False),
        ("forward", UNREADABLE, True),
        ("forward", BREAKING, False),
        ("full", BREAKING, True),
        ("full", UNREADABLE, True),
    ],
)
def test_what_is_required(wanted: Requirement, found: Finding, refused: bool) -> None:
    judged = Requirements({"default": wanted}).judge([found], "R", TODAY)
    assert judged.refused == refused
    assert [d.code for d in judged.diagnostics] == ["KS0911"] * refused


@pytest.mark.parametrize(
    ("place", "path", "refused"),
    [
        ("/a", "/a/b", True),
        ("/a/b", "/a/b", True),
        ("/a/b/c", "/a/b", True),  # what is above has the place in it
        ("/a/*/c", "/a/b", True),
        ("/a/x", "/a/b", False),
        ("/b", "/a/b", False),
        ("/a", "/a/*/b", True),
        ("/a/k", "/a/*/b", True),
        ("/a", "", False),  # what is about the whole document is `default`'s
    ],
)
def test_places(place: str, path: str, refused: bool) -> None:
    judged = Requirements({place: "backward"}).judge([finding(path)], "R", TODAY)
    assert judged.refused == refused


def test_the_most_exact_place_decides() -> None:
    places: dict[str, Requirement] = {"default": "full", "/a": "forward", "/a/b": "backward"}
    required = Requirements(places)
    assert required.of(finding("/a/b/c")) == "backward"
    assert required.of(finding("/a/c")) == "forward"
    assert required.of(finding("/z")) == "full"
    assert required.with_flags({"/a/b": "full"}).of(finding("/a/b")) == "full"


def test_a_finding_stands_in_all_its_places() -> None:
    required = Requirements({"/z": "backward"})
    assert required.judge([finding("/a", also=("/z/*/a",))], "R", TODAY).refused


EXEMPT = """
[require]
default = "backward"

[[exempt]]
rule = "S05"
path = "/a/b"
reason = "nobody wrote it"
until = 2026-06-01
"""


def test_an_exemption_counts_until_its_day(tmp_path: Path) -> None:
    found = required(EXEMPT, tmp_path)
    judged = found.judge([BREAKING], "R", TODAY)
    assert not judged.diagnostics
    assert judged.findings[0].waived
    assert judged.exempt[0].reason == "nobody wrote it"
    late = found.judge([BREAKING], "R", date(2026, 6, 2))
    assert [d.code for d in late.diagnostics] == ["KS0623", "KS0911"]
    assert "2026-06-01: nobody wrote it" in late.diagnostics[0].message


def test_an_exemption_is_of_one_rule_at_one_place(tmp_path: Path) -> None:
    found = required(EXEMPT, tmp_path)
    for other in (finding("/a/b/c"), finding("/a"), finding("/a/b", "S14", "reject")):
        judged = found.judge([other], "R", TODAY)
        assert "KS0624" in [d.code for d in judged.diagnostics]
        assert not judged.findings[0].waived


def test_an_exemption_that_is_of_no_use_is_a_warning(tmp_path: Path) -> None:
    found = required(EXEMPT, tmp_path)
    judged = found.judge([UNREADABLE], "R", TODAY)
    assert [d.code for d in judged.diagnostics] == ["KS0624"]
    assert not judged.refused
    assert not found.judge([], "R", TODAY).diagnostics


def test_an_exemption_may_be_of_one_schema(tmp_path: Path) -> None:
    found = required(EXEMPT + 'schema = "gateway.Gateway"\n', tmp_path)
    assert not found.judge([BREAKING], "gateway.Gateway", TODAY).diagnostics
    assert [d.code for d in found.judge([BREAKING], "other.Other", TODAY).diagnostics] == ["KS0911"]


@pytest.mark.parametrize(
    "text",
    [
        "require = 1",
        "[require]\ndefault = 'sideways'",
        "[require]\nlisteners = 'full'",
        "[require]\n'/a' = ['full']",
        "exempt = 1",
        "[[exempt]]\nrule = 'S05'",
        EXEMPT.replace("until = 2026-06-01", "until = 'soon'"),
        EXEMPT.replace('reason = "nobody wrote it"', 'reason = " "'),
        EXEMPT + "for_ever = true\n",
        "[[exempt",
    ],
)
def test_malformed_requirements(text: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedPolicy) as caught:
        required(text, tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["KS0620"]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("full", ("default", "full")),
        ("/a/b=forward", ("/a/b", "forward")),
        ("/a=b=full", ("/a=b", "full")),
        ("a=full", None),
        ("sideways", None),
        ("/a=", None),
        ("", None),
    ],
)
def test_flags(text: str, parsed: object) -> None:
    assert parse_flag(text) == parsed
