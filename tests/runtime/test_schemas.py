"""Reloads of a schema's configs: policy and approvals, other versions of the schema, hooks on what
follows from a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import kestrel
from kestrel.runtime import audit, report
from kestrel.runtime.approvals import approve
from kestrel.runtime.errors import StateError
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.verify import verify

HERE = Path(__file__).parent
GATEWAY = kestrel.load(HERE / "gateway.ks")
WIDER = kestrel.load(HERE / "wider.ks")
NARROWER = kestrel.load(HERE / "narrower.ks")


def plan(new: str, old: str = "one") -> kestrel.Plan:
    return kestrel.plan(GATEWAY.config(old), GATEWAY.config(new))


def codes(error: pytest.ExceptionInfo[ReloadError]) -> list[str]:
    return [diagnostic.code for diagnostic in error.value.diagnostics]


@pytest.fixture
def gateway(path: Path) -> Iterator[Runtime]:
    first = GATEWAY.config("one")
    with Runtime.open(path, schema=GATEWAY.schema("Gateway"), initial=first) as rt:
        yield rt


def test_effective_values_are_served(gateway: Runtime) -> None:
    gateway.reload(plan("two"))
    with gateway.read() as config:
        assert (config.port, config.workers, config.address) == (9090, 4, "port 9090")


def test_hooks_hear_of_what_follows(gateway: Runtime) -> None:
    asked: list[Any] = []
    gateway.on_reload("/address")(lambda change, new: asked.append(new.address))
    gateway.reload(plan("two"))
    assert asked == ["port 9090"]


def test_danger_has_to_be_allowed(gateway: Runtime) -> None:
    with pytest.raises(ReloadError) as caught:
        gateway.reload(plan("risky"))
    assert (caught.value.result.status, codes(caught)) == ("rejected", ["KS0621"])
    assert gateway.reload(plan("risky"), allow=["danger"]).generation == 2
    assert gateway.rollback().snapshot == GATEWAY.config("one")


def test_never_is_never(gateway: Runtime) -> None:
    with pytest.raises(ReloadError) as caught:
        gateway.reload(plan("never"), allow=["never", "danger", "restart", "breaking"])
    assert codes(caught) == ["KS0622"]


def test_a_restart_is_pending_until_the_program_starts_again(gateway: Runtime, path: Path) -> None:
    with pytest.raises(ReloadError, match="KS0621"):
        gateway.reload(plan("workers"))
    result = gateway.reload(plan("workers"), allow=["restart"]).result
    assert result is not None
    assert [d.code for d in result.diagnostics] == ["KS0730"]
    assert [r.restart_pending for r in report.status(gateway._state).replicas] == [True]
    gateway.close()
    with Runtime.open(path) as again:
        assert [r.restart_pending for r in report.status(again._state).replicas] == [False]


def test_an_approval_lets_one_plan_pass_once(gateway: Runtime) -> None:
    approve(gateway._state, plan("risky"), "seen by two")
    assert gateway.reload(plan("risky")).generation == 2
    assert "kestrel.approve" in {e.fields["event"] for e in audit.events(gateway._state)}
    gateway.rollback()
    with pytest.raises(ReloadError, match="KS0621"):
        gateway.reload(plan("risky"), again=True)
    assert verify(gateway._state).ok


def test_an_approval_ends(gateway: Runtime) -> None:
    approve(gateway._state, plan("risky"), seconds=-3600)
    with pytest.raises(ReloadError, match="KS0621"):
        gateway.reload(plan("risky"))


def test_a_plan_that_was_edited_to_look_harmless(gateway: Runtime) -> None:
    forged = replace(plan("risky"), marks={}, ends=None, changes=None)
    with pytest.raises(ReloadError, match="KS0715"):
        gateway.reload(forged)


def test_a_new_schema_and_its_config_come_together(gateway: Runtime) -> None:
    change = kestrel.plan(GATEWAY.config("one"), WIDER.config("plain"))
    gateway.reload(change)
    shown = report.show(gateway._state)
    assert shown.snapshot.schema == WIDER.schema("Gateway")
    assert shown.effective["hosts"] == []
    gateway.rollback()
    assert report.show(gateway._state).snapshot.schema == GATEWAY.schema("Gateway")


def test_a_program_that_cannot_read_the_new_schema_refuses(gateway: Runtime) -> None:
    change = kestrel.plan(GATEWAY.config("one"), WIDER.config("hosted"))
    with pytest.raises(ReloadError) as caught:
        gateway.reload(change)
    assert codes(caught) == ["KS0713"]
    assert gateway.state.generation == 1


def test_a_program_adapts_in_memory(gateway: Runtime, path: Path) -> None:
    before = report.status(gateway._state).generation
    with Runtime.open(path, schema=WIDER.schema("Gateway")) as newer:
        with newer.read() as config:
            assert (config.port, list(config.hosts)) == (8080, [])
        gateway.reload(plan("two"), wait=30)
        with newer.read() as config:
            assert config.port == 9090
    assert report.status(gateway._state).generation.schema == before.schema


@pytest.mark.parametrize("name", ["Gateway", "Other"])
def test_a_program_that_cannot_read_the_state(gateway: Runtime, path: Path, name: str) -> None:
    with pytest.raises(StateError, match="KS0717"):
        Runtime.open(path, schema=NARROWER.schema(name))
    assert len(report.status(gateway._state).replicas) == 1


def test_the_pure_function_builds_a_new_parser() -> None:
    old, new = GATEWAY.config("one"), WIDER.config("hosted")
    state = kestrel.ReloadState(1, old, old.schema.parser)
    after = kestrel.reload(old.schema.parser, state, kestrel.plan(old, new))
    assert after.snapshot == new
    assert after.parser.schema == WIDER.schema("Gateway")
    with pytest.raises(kestrel.ReloadError, match="KS0717"):
        kestrel.reload(NARROWER.schema("Other").parser, state, kestrel.plan(old, new))
