"""Going back: by default, by id, by generation."""

from __future__ import annotations

import pytest

from kestrel.runtime import audit, report
from kestrel.runtime.errors import StateError
from kestrel.runtime.result import Result
from kestrel.runtime.runtime import Runtime
from tests.runtime.programs import config, step


@pytest.fixture
def history(rt: Runtime) -> list[Result]:
    """Generations 1 to 4, with the configs 1 to 4."""
    results = [rt.reload(step(n, n + 1)).result for n in (1, 2, 3)]
    return [result for result in results if result is not None]


def back(rt: Runtime, change: str | None = None, to: int | None = None) -> int:
    """Roll back; the config that runs then."""
    snapshot = rt.rollback(change, to=to).snapshot
    number: int = snapshot["n"]
    assert snapshot == config(number)
    return number


def test_it_walks_back_and_does_not_toggle(rt: Runtime, history: list[Result]) -> None:
    assert [back(rt), back(rt), back(rt)] == [3, 2, 1]
    with pytest.raises(StateError, match="KS0718"):
        rt.rollback()


def test_it_walks_on_from_a_change_on_top_of_a_rollback(rt: Runtime, history: list[Result]) -> None:
    assert back(rt) == 3
    rt.reload(step(3, 7))
    assert [back(rt), back(rt)] == [3, 2]


def test_a_rollback_is_a_change_like_any_other(rt: Runtime, history: list[Result]) -> None:
    state = rt.rollback()
    (event,) = audit.tail(rt._state, 1)
    fields = event.fields
    assert state.result is not None
    assert (fields["event"], fields["status"]) == ("kestrel.rollback", "applied")
    assert (fields["undoes"], fields["restores"]) == (history[-1].audit_id, 3)
    assert fields["target"]["generation"] == state.generation == 5
    assert state.result.lost == (4,)
    row = rt._state.one("SELECT target, result FROM rollback_info WHERE generation = 4")
    assert row == (3, f"rolled back by event {state.result.event_id}")


def test_by_the_id_of_the_latest_change(rt: Runtime, history: list[Result]) -> None:
    assert back(rt, history[-1].audit_id) == 3
    assert back(rt, history[-2].event_id) == 2


def test_an_earlier_change_has_to_be_asked_for_by_generation(
    rt: Runtime, history: list[Result]
) -> None:
    with pytest.raises(StateError, match="KS0719") as caught:
        rt.rollback(history[0].audit_id)
    assert "--to 1" in caught.value.diagnostics[0].helps[0]
    with pytest.raises(StateError, match="KS0732"):
        rt.rollback("no such id")


def test_a_rollback_can_be_undone_by_its_id(rt: Runtime, history: list[Result]) -> None:
    result = rt.rollback().result
    assert result is not None
    assert back(rt, result.event_id) == 4


def test_to_a_generation_lists_what_is_lost(rt: Runtime, history: list[Result]) -> None:
    result = rt.rollback(to=1).result
    assert result is not None
    assert result.lost == (4, 3, 2)
    for number in (1, 5):
        with pytest.raises(StateError, match="KS0718"):
            rt.rollback(to=number)
    with pytest.raises(StateError, match="KS0720"):
        rt.rollback(to=9)


def test_what_still_stands(rt: Runtime, history: list[Result]) -> None:
    rt.rollback()
    rt.reload(step(3, 9))
    stands = {entry.generation.number: entry.stands for entry in report.history(rt._state)}
    assert stands == {1: True, 2: True, 3: True, 4: False, 5: False, 6: True}
    assert report.show(rt._state, 4).config["n"] == 4
    assert report.show(rt._state).config["n"] == 9


def test_documents_come_back_out_of_long_chains_of_patches(rt: Runtime) -> None:
    for number in range(1, 80):
        rt.reload(step(number, number + 1))
    for number in (1, 2, 31, 32, 33, 64, 65, 80):
        assert report.show(rt._state, number).snapshot == config(number)
    depths = {row[0] for row in rt._state.all("SELECT depth FROM documents")}
    assert depths == set(range(32))
