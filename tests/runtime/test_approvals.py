"""Approvals: bound to one plan and one state, spent once, and over in time."""

from __future__ import annotations

from pathlib import Path

import pytest

import kestrel
from kestrel.data.module import Module
from kestrel.runtime import approvals, audit, report
from kestrel.runtime.approvals import approve, listed
from kestrel.runtime.coordinator import Request, reload
from kestrel.runtime.create import init
from kestrel.runtime.result import Result
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from tests.runtime.fake_clock import FakeClock
from tests.runtime.test_statefile import code

MODULE = Module.load(Path(__file__).with_name("gateway.ks"))
RISKY = kestrel.plan(MODULE.config("one"), MODULE.config("risky"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def state(path: Path, clock: FakeClock) -> StateFile:
    init(path, MODULE.config("one"))
    return StateFile(path, clock=clock)


def tried(state: StateFile, plan: kestrel.Plan = RISKY) -> Result:
    return reload(state, Request(plan=plan))


def refused(result: Result) -> list[str]:
    return [d.code for d in result.diagnostics] if result.status == "rejected" else []


def test_without_one_it_does_not_pass(state: StateFile) -> None:
    assert refused(tried(state)) == ["KS0621"]


def test_it_passes_once_and_says_by_whom(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESTREL_ACTOR", "alice")
    given = approve(state, RISKY, "looked at it", 3600)
    assert given.standing == "open"
    result = tried(state)
    assert result.status == "applied"
    granted, *_, spent, made = audit.tail(state, 4)
    assert granted.fields["status"] == "approved"
    assert (spent.fields["event"], spent.fields["status"]) == ("kestrel.approve", "spent")
    assert spent.fields["application"] == result.event_id == made.fields["event_id"]
    assert spent.fields["approved_by"] == [given.actor]
    assert "alice (claimed" in given.actor
    assert verify(state).ok
    reload(state, Request(plan=RISKY.inverse, allow=frozenset({"danger"})))
    assert refused(reload(state, Request(plan=RISKY, again=True))) == ["KS0621"]


def test_it_is_for_this_very_plan(state: StateFile) -> None:
    approve(state, RISKY)
    other = kestrel.plan(
        MODULE.config("one"), MODULE.config("risky"), policy=kestrel.Policy.of({"restart": "go"})
    )
    assert other.audit_id == RISKY.audit_id
    assert refused(tried(state, other)) == ["KS0621"]


def test_it_is_for_this_very_state(state: StateFile, folder: Path, clock: FakeClock) -> None:
    init(folder / "other", MODULE.config("one"))
    other = StateFile(folder / "other", clock=clock)
    approve(state, RISKY)
    assert refused(tried(other)) == ["KS0621"]
    bound = kestrel.plan(MODULE.config("one"), MODULE.config("risky"), state=report.binding(state))
    assert code(lambda: approve(other, bound)) == "KS0716"


def test_it_is_over_in_time(state: StateFile, clock: FakeClock) -> None:
    approve(state, RISKY, seconds=60)
    clock.pass_(60)
    assert [one.standing for one in listed(state)] == ["expired"]
    assert refused(tried(state)) == ["KS0621"]
    approve(state, RISKY, seconds=60)
    clock.pass_(59)
    assert tried(state).status == "applied"


def test_a_clock_behind_it_is_not_believed(state: StateFile, clock: FakeClock) -> None:
    approve(state, RISKY, seconds=60)
    clock.wall -= 1
    assert [one.standing for one in listed(state)] == ["ahead"]
    assert refused(tried(state)) == ["KS0621"]
    clock.wall += 1
    assert tried(state).status == "applied"


def test_it_is_over_between_the_check_and_the_commit(
    state: StateFile, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(state, RISKY, seconds=60)
    spend = approvals.spend

    def late(*arguments: object) -> bool:
        clock.pass_(60)
        return spend(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(approvals, "spend", late)
    assert refused(tried(state)) == ["KS0748"]
    assert report.show(state).generation.number == 1
    assert verify(state).ok


def test_what_cannot_be_approved(state: StateFile) -> None:
    stale = kestrel.plan(MODULE.config("two"), MODULE.config("risky"))
    assert code(lambda: approve(state, stale)) == "KS0710"
    tried(state, kestrel.plan(MODULE.config("one"), MODULE.config("two")))
    done = kestrel.plan(MODULE.config("one"), MODULE.config("two"))
    assert code(lambda: approve(state, done)) == "KS0747"
    assert listed(state) == ()


def test_never_stays_never(state: StateFile) -> None:
    never = kestrel.plan(MODULE.config("one"), MODULE.config("never"))
    approve(state, never)
    assert refused(tried(state, never)) == ["KS0622"]
    assert [one.standing for one in listed(state)] == ["open"]


def test_a_refused_change_spends_nothing(state: StateFile) -> None:
    approve(state, RISKY)
    stale = kestrel.plan(MODULE.config("two"), MODULE.config("risky"))
    assert tried(state, stale).status == "stale"
    assert tried(state).status == "applied"


def test_the_policy_asked_for_decides(state: StateFile) -> None:
    """A project's policy may ask for more than the plan's; an approval answers to it too."""
    plan = kestrel.plan(MODULE.config("one"), MODULE.config("two"))
    strict = kestrel.Policy.of({"compatible": "allow"})
    assert refused(reload(state, Request(plan=plan, policy=strict))) == ["KS0621"]
    approve(state, plan)
    assert reload(state, Request(plan=plan, policy=strict)).status == "applied"
