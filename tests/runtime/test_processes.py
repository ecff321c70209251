"""Several operating system processes on one state. None of these tests asks for a clock."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from kestrel.runtime import audit, generations, intents, report
from kestrel.runtime.live import Folder
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from tests.runtime.programs import Programs, step
from tests.runtime.stress import kills


def test_all_take_it(rt: Runtime, programs: Programs) -> None:
    others = [programs.start("serve") for _ in range(2)]
    result = rt.reload(step(1, 2), wait=30).result
    assert result is not None
    assert (result.replicas.committed, result.replicas.converged) == (3, 3)
    for other in others:
        assert other.ask("n") == "2"
        assert other.ask("said") == "prepare commit finalize"


def test_one_refuses_and_nothing_changes_anywhere(rt: Runtime, programs: Programs) -> None:
    willing, refusing = programs.start("serve"), programs.start("refuse")
    with pytest.raises(ReloadError, match="2 is even") as caught:
        rt.reload(step(1, 2))
    assert caught.value.result.status == "rejected"
    assert [d.code for d in caught.value.diagnostics] == ["KS0713"]
    assert rt.state.generation == generations.head(rt._state).number == 1
    assert (willing.ask("n"), refusing.ask("n")) == ("1", "1")
    (event,) = audit.tail(rt._state, 1)
    assert event.fields["event"] == "kestrel.reload.nack"
    rt.reload(step(1, 3), wait=30)
    assert (willing.ask("n"), refusing.ask("n")) == ("3", "3")
    said = willing.ask("said")
    assert said in ("prepare abort prepare commit finalize", "prepare commit finalize")


def test_a_hook_that_fails_at_commit_elsewhere(rt: Runtime, programs: Programs) -> None:
    programs.start("fail")
    result = rt.reload(step(1, 2), wait=30).result
    assert result is not None
    assert (result.status, result.replicas.converged) == ("applied", 2)
    assert [d.code for d in result.diagnostics] == ["KS0726"]
    assert "no such port" in result.diagnostics[0].message
    degraded = [e.fields for e in audit.events(rt._state) if "degraded" in e.fields["event"]]
    assert [fields["application"] for fields in degraded] == [result.event_id]


def test_one_that_does_not_answer(rt: Runtime, programs: Programs) -> None:
    silent = programs.start("slow")
    with pytest.raises(ReloadError, match="KS0714"):
        rt.reload(step(1, 2), prepare=0.3)
    assert rt.state.generation == 1
    silent.kill()
    assert rt.reload(step(1, 2)).generation == 2


def test_the_dead_are_not_waited_for(rt: Runtime, programs: Programs) -> None:
    programs.start("serve").kill()
    result = rt.reload(step(1, 2)).result
    assert result is not None
    assert result.replicas.committed == 1
    assert [r.id for r in report.status(rt._state).replicas] == [rt._replica.id]


def test_a_coordinator_that_is_no_replica(rt: Runtime, programs: Programs) -> None:
    server = programs.start("serve")
    assert programs.coordinate(1, 2).line().startswith("applied ")
    rt.reload(step(2, 3), wait=30)
    assert server.ask("n") == "3"


def test_coordinators_at_once(rt: Runtime, programs: Programs) -> None:
    """One of them wins, the others are told why not."""
    programs.start("serve")
    lines = [p.line().split()[0] for p in [programs.coordinate(1, n) for n in (2, 3, 4, 5)]]
    assert sorted(lines) == ["applied", "stale", "stale", "stale"] or "busy" in lines
    assert lines.count("applied") == 1
    assert generations.head(rt._state).number == 2


def test_busy_names_the_other(rt: Runtime, programs: Programs, path: Path) -> None:
    programs.start("slow")
    other = programs.coordinate(1, 2)
    while not Folder(path).is_coordinated():
        pass
    with pytest.raises(ReloadError, match="KS0712") as caught:
        rt.reload(step(1, 3))
    assert caught.value.result.status == "busy"
    assert f"pid {other.process.pid}" in str(caught.value)
    assert step(1, 2).audit_id in str(caught.value)


def test_a_dead_coordinators_intent_is_aborted_by_anyone(rt: Runtime, programs: Programs) -> None:
    slow = programs.start("slow")
    coordinator = programs.coordinate(1, 2)
    while rt._state.one("SELECT 1 FROM intents WHERE state = 'open'") is None:
        pass
    coordinator.kill()
    while rt._state.one("SELECT 1 FROM intents WHERE state = 'open'"):
        pass
    assert rt._state.one("SELECT reason FROM intents") == ("its coordinator died",)
    slow.kill()
    assert rt.reload(step(1, 2)).generation == 2
    assert verify(rt._state).ok


def test_a_stopped_coordinator_finds_its_acknowledgements_withdrawn(
    rt: Runtime, programs: Programs
) -> None:
    slow = programs.start("slow")
    coordinator = programs.coordinate(1, 2)
    while rt._replica.pending is None:
        pass
    coordinator.process.send_signal(signal.SIGSTOP)
    slow.kill()
    rt._replica.pending.until = 0
    while rt._replica.pending:
        pass
    coordinator.process.send_signal(signal.SIGCONT)
    assert coordinator.line().startswith("rejected ")
    assert rt.reload(step(1, 2)).generation == 2


def test_an_intent_that_somebody_aborted(rt: Runtime, programs: Programs) -> None:
    programs.start("slow")
    coordinator = programs.coordinate(1, 2)
    while (intent := intents.current(rt._state)) is None:
        pass
    with rt._state.writing():
        intents.close(rt._state, intent.id, "aborted", "by hand")
    assert coordinator.line().startswith("rejected ")
    (event,) = audit.tail(rt._state, 1)
    assert event.fields["codes"] == ["KS0728"]


def test_late_joiners_are_caught(rt: Runtime, programs: Programs) -> None:
    """One that joins while an intent is open prepares as well, or nothing is committed."""
    slow = programs.start("slow")
    coordinator = programs.coordinate(1, 2)
    while rt._replica.pending is None:
        pass
    late = programs.start("refuse")
    slow.kill()
    assert coordinator.line().startswith("rejected ")
    assert late.ask("n") == "1"


def test_a_reader_without_pause_over_a_thousand_reloads(rt: Runtime, programs: Programs) -> None:
    reader = programs.start("tight", "1001")
    for number in range(1, 1001):
        rt.reload(step(number, number + 1))
    assert reader.line() == "torn 0, back 0, unprepared 0"
    assert verify(rt._state).ok


def test_kills(path: Path) -> None:
    battle = kills(path, 25, seed=3)
    assert battle.lost() == []
    assert battle.stuck() == 0
    assert battle.unprepared() == 0
    assert verify(battle.state).ok
    assert StateFile(path).one("SELECT count(*) FROM generations") is not None
