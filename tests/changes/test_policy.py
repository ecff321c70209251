"""The policy table: defaults, a project's overrides, what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from kestrel.changes.policy import MalformedPolicy, Policy, RefusedByPolicy, worst


def test_harmless_changes_go_ahead() -> None:
    for verdict in ("none", "docs", "compatible", "behavioural"):
        Policy().check(verdict, {})


@pytest.mark.parametrize(
    ("verdict", "marks", "needs"),
    [
        ("breaking", {}, ("breaking",)),
        ("compatible", {"danger": "/store"}, ("danger",)),
        ("breaking", {"restart": "/dir", "danger": "/store"}, ("breaking", "danger", "restart")),
    ],
)
def test_what_has_to_be_allowed(verdict: str, marks: dict[str, str], needs: tuple[str]) -> None:
    with pytest.raises(RefusedByPolicy) as caught:
        Policy().check(verdict, marks)
    assert caught.value.needs == needs
    assert [found.code for found in caught.value.diagnostics] == ["KS0621"] * len(needs)
    Policy().check(verdict, marks, allow=needs)


def test_what_never_passes() -> None:
    with pytest.raises(RefusedByPolicy) as caught:
        Policy().check("compatible", {"never": "/id"}, allow=["never"])
    assert [found.code for found in caught.value.diagnostics] == ["KS0622"]


def test_a_project_sets_its_own(tmp_path: Path) -> None:
    (tmp_path / "kestrel.toml").write_text('[policy]\nbehavioural = "allow"\ndanger = "go"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    policy = Policy.find(below)
    assert policy.needs("behavioural", ["danger"]) == ("behavioural",)
    assert policy.needs("breaking", []) == ("breaking",)


@pytest.mark.parametrize(
    "text",
    [
        "[policy]\ndanger = 'maybe'",
        "[policy]\nharm = 'go'",
        "policy = 1",
        "[policy",
        "policy.danger = [1]",
    ],
)
def test_malformed_policies(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kestrel.toml"
    path.write_text(text)
    with pytest.raises(MalformedPolicy) as caught:
        Policy.read(path)
    assert [found.code for found in caught.value.diagnostics] == ["KS0620"]


def test_the_worst_of_several() -> None:
    assert worst(["docs", "breaking", "none"]) == "breaking"
    assert worst([]) == "none"
