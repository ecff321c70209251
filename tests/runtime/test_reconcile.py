"""Reconciling: the state, its log, and every live program say the same, or who does not."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from kestrel.data.module import Module
from kestrel.runtime.create import init
from kestrel.runtime.reconcile import reconcile
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from tests.runtime.programs import Programs, config, step

HERE = Path(__file__).parent


def differing(state: StateFile) -> dict[str, str]:
    return {f.place: f.differs for f in reconcile(state).findings if f.differs}


def test_all_agree(rt: Runtime, programs: Programs) -> None:
    programs.start("serve")
    rt.reload(step(1, 2), wait=30)
    found = reconcile(rt._state)
    assert found.ok
    assert len(found.findings) == 5
    assert {f.document for f in found.findings} == {config(2).digest}
    assert {f.generation for f in found.findings} == {2}


def test_a_program_that_is_behind(rt: Runtime, programs: Programs) -> None:
    server = programs.start("serve")
    rt.reload(step(1, 2), wait=30)
    with rt._state.writing():
        rt._state.run("UPDATE replicas SET generation = 1 WHERE id <> ?", rt._replica.id)
    (who,) = differing(rt._state)
    assert who == f"program.py (pid {server.process.pid})"


def test_a_program_that_serves_something_else(rt: Runtime) -> None:
    with rt._state.writing():
        rt._state.run("UPDATE replicas SET document = 'else'")
    assert list(differing(rt._state).values()) == ["it serves another document"]


def test_a_program_that_is_degraded(rt: Runtime, programs: Programs) -> None:
    programs.start("fail")
    rt.reload(step(1, 2), wait=30)
    assert ["no such port" in why for why in differing(rt._state).values()] == [True]


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("UPDATE documents SET body = CAST(replace(body, '1', '2') AS BLOB)", "stored config"),
        ("UPDATE generations SET document = 'else'", "stored config"),
        (
            "UPDATE events SET body = CAST(replace(body, '\"generation\":1', '\"generation\":7')"
            " AS BLOB)",
            "event 1",
        ),
        ("DELETE FROM events", "last event"),
    ],
)
def test_a_state_that_was_edited(made: Path, sql: str, place: str) -> None:
    connection = apsw.Connection(str(made))
    connection.execute(sql)
    connection.close()
    assert place in differing(StateFile(made, "read"))


def test_a_program_with_its_own_version_of_the_schema(path: Path) -> None:
    wider = Module.load(HERE / "wider.ks").schema("Gateway")
    init(path, Module.load(HERE / "gateway.ks").config("one"))
    with Runtime.open(path, schema=wider) as rt:
        assert reconcile(rt._state).ok


def test_the_dead_are_left_out(rt: Runtime, programs: Programs) -> None:
    programs.start("serve").kill()
    assert len(reconcile(rt._state).findings) == 4
