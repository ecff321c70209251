"""What becomes of a plan: each row of the table in changes.md, through a real reload."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from kestrel.changes.members import Binding
from kestrel.changes.plan import Plan, plan
from kestrel.runtime import audit, report
from kestrel.runtime.create import init
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.result import Result
from kestrel.runtime.runtime import Runtime
from tests.runtime.programs import config, step


def bound(rt: Runtime, old: int, new: int) -> Plan:
    return plan(config(old), config(new), state=report.binding(rt._state))


def done(rt: Runtime, change: Plan, again: bool = False) -> Result:
    result = rt.reload(change, again=again).result
    assert result is not None
    return result


def refused(rt: Runtime, change: Plan) -> Result:
    with pytest.raises(ReloadError) as caught:
        rt.reload(change)
    assert caught.value.rollback_info == caught.value.result.rollback_info
    return caught.value.result


def test_applied(rt: Runtime) -> None:
    change = step(1, 2)
    result = done(rt, change)
    assert (result.status, result.generation, result.replayed) == ("applied", 2, False)
    assert result.audit_id == change.audit_id
    assert result.rollback_info is not None
    assert result.rollback_info.generation == 1
    assert result.rollback_info.inverse == change.undo


def test_replayed(rt: Runtime) -> None:
    first, second = done(rt, step(1, 2)), done(rt, step(1, 2))
    assert (second.status, second.replayed) == ("applied", True)
    assert (second.event_id, second.generation) == (first.event_id, first.generation)
    assert report.status(rt._state).generation.number == 2


def test_the_bound_generation(rt: Runtime) -> None:
    assert done(rt, bound(rt, 1, 2)).generation == 2


def test_superseded_unless_asked_again(rt: Runtime) -> None:
    done(rt, step(1, 2))
    rt.rollback()
    result = refused(rt, step(1, 2))
    assert (result.status, result.diagnostics[0].code) == ("rejected", "KS0711")
    assert "generation 2 by " in result.diagnostics[0].message
    assert done(rt, step(1, 2), again=True).generation == 4


def test_a_bound_plan_is_not_superseded(rt: Runtime) -> None:
    done(rt, step(1, 2))
    rt.rollback()
    assert done(rt, bound(rt, 1, 2)).generation == 4


def test_stale_names_who_came_in_between(rt: Runtime) -> None:
    between = step(1, 3)
    done(rt, between)
    result = refused(rt, step(1, 2))
    assert (result.status, result.diagnostics[0].code) == ("stale", "KS0710")
    assert "generation 2 came after it, by " in result.diagnostics[0].message
    assert between.audit_id in result.diagnostics[0].message
    assert result.rollback_info is not None
    assert result.rollback_info.generation == 2


def test_a_base_that_never_was(rt: Runtime) -> None:
    assert "never had it" in refused(rt, step(8, 9)).diagnostics[0].message


def test_bound_to_an_earlier_generation_of_the_same_document(rt: Runtime) -> None:
    early = bound(rt, 1, 5)
    done(rt, step(1, 2))
    rt.rollback()
    assert refused(rt, early).status == "stale"


def test_bound_to_another_state(rt: Runtime, folder: Path) -> None:
    other = plan(config(1), config(2), state=Binding("00000000-another-log", 1))
    result = refused(rt, other)
    assert (result.status, result.diagnostics[0].code) == ("rejected", "KS0716")


def test_unchanged(rt: Runtime) -> None:
    result = done(rt, step(1, 1))
    assert (result.status, result.generation) == ("unchanged", 1)
    assert report.status(rt._state).seq == 1


def test_a_dry_run_changes_and_asks_nothing(rt: Runtime) -> None:
    asked = []
    rt.on_reload("")(lambda change, new: asked.append(change))
    result = rt.reload(step(1, 2), dry_run=True).result
    assert result is not None
    assert (result.status, result.generation, asked) == ("planned", 1, [])
    assert report.status(rt._state).seq == 1
    with pytest.raises(ReloadError, match="KS0710"):
        rt.reload(step(3, 4), dry_run=True)
    assert report.status(rt._state).seq == 1


def test_a_plan_that_does_not_do_what_it_says(rt: Runtime) -> None:
    honest, other = step(1, 2), step(1, 3)
    forged = replace(honest, change_set=other.change_set, ends=None, changes=None)
    result = refused(rt, forged)
    assert (result.status, result.diagnostics[0].code) == ("rejected", "KS0715")


def test_a_plan_that_was_read_from_its_json(rt: Runtime) -> None:
    assert done(rt, Plan.from_json(step(1, 2).to_json())).generation == 2
    with rt.read() as served:
        assert served["text"] == "2"


def test_what_is_refused_is_recorded(rt: Runtime) -> None:
    result = refused(rt, step(8, 9))
    (event,) = audit.tail(rt._state, 1)
    fields = event.fields
    assert fields["event"] == "kestrel.reload.rejected"
    assert (fields["status"], fields["event_id"]) == ("stale", result.event_id)
    assert fields["codes"] == ["KS0710"]


def test_two_states_do_not_share_a_log(folder: Path) -> None:
    for name in ("a", "b"):
        init(folder / name, config(1))
    logs = {report.status(Runtime.open(folder / n)._state).log_id for n in ("a", "b")}
    assert len(logs) == 2
