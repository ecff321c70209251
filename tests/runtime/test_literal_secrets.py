"""Literal secrets: kept by the state, and shown, logged or guessable nowhere else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kestrel
from kestrel import _core
from kestrel.changes.plan import Plan
from kestrel.data.schema import Schema
from kestrel.runtime import audit, report
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify

TEXT = """
schema Account { token: Secret<String>, name: String = "nobody" }
schema Accounts { all: Map<String, Account>, rest: [String], port: u16 = 1, more: Secret<Json> }
"""
CANARY = "canary-5f1c"
REST = [str(n) for n in range(3000)]


def document(**members: object) -> dict[str, Any]:
    return {"all": {}, "rest": REST, "more": "env:MORE"} | members


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """A live process resolves the references of the config that it runs."""
    for name in ("MORE", "T", "X"):
        monkeypatch.setenv(name, "{}")


@pytest.fixture
def schema(folder: Path) -> Schema:
    (folder / "accounts.ks").write_text(TEXT)
    return kestrel.load(folder / "accounts.ks").schema("Accounts")


ADA = {"ada": {"token": CANARY}}
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "brought in": (document(), document(all=ADA)),
    "brought in as JSON": (document(), document(more={"a": [CANARY]})),
    "replaced": (document(all=ADA), document(all={"ada": {"token": f"{CANARY}-2"}})),
    "taken away with its record": (document(all=ADA), document()),
    "made a reference": (document(all=ADA), document(all={"ada": {"token": "env:T"}})),
    "left alone": (document(all=ADA, more=[CANARY]), document(all=ADA, more=[CANARY], port=2)),
    "moved": (document(all=ADA), document(all={"eve": {"token": CANARY}})),
}
CARRIED = ("taken away with its record", "made a reference", "left alone")
"""What a plan that was read can do: it brings in no literal."""


@pytest.mark.parametrize("case", CHANGES)
def test_a_state_gives_back_what_a_reload_brought_in(case: str, path: Path, schema: Schema) -> None:
    first, second = map(schema.decode, CHANGES[case])
    with Runtime.open(path, schema=schema, initial=first) as rt:
        rt.reload(kestrel.plan(first, second))
        assert rt.state.snapshot == second
        rt.rollback()
    with Runtime.open(path, schema=schema) as again, again.read() as config:
        assert config.to_json() == first.to_json()
    state = StateFile(path, "read")
    assert verify(state).ok
    state.close()


@pytest.mark.parametrize("case", CHANGES)
def test_a_plan_from_a_state_travels_without_the_secret(
    case: str, path: Path, schema: Schema
) -> None:
    first, second = map(schema.decode, CHANGES[case])
    with Runtime.open(path, schema=schema, initial=first) as rt:
        plan = kestrel.plan(rt.state.snapshot, second)
        read = Plan.from_json(plan.to_json())
        assert (read, read.audit_id) == (plan, plan.audit_id)
        if case in CARRIED:
            assert rt.reload(read).snapshot == second
        else:
            with pytest.raises(ReloadError) as caught:
                rt.reload(read)
            assert [d.code for d in caught.value.diagnostics] == ["KS0734"]
            result = rt.reload(plan).result
            assert result is not None
            assert result.audit_id == read.audit_id
        assert rt.state.snapshot == second


def test_the_same_literal_has_one_digest_in_a_state_and_none_without(
    path: Path, schema: Schema
) -> None:
    one, same, other = (schema.decode(document(all={"ada": {"token": token}})) for token in "aab")
    assert one.digest == same.digest != other.digest
    assert hash(one) == hash(same)
    with Runtime.open(path, schema=schema, initial=one) as rt:
        snapshot = rt.state.snapshot
        assert snapshot == one
        assert hash(snapshot) == hash(one)
        assert snapshot.digest != one.digest
        assert snapshot.digest == _core.keyed_as(same, snapshot).digest
        planned = [kestrel.plan(snapshot, schema.decode(document())).audit_id for _ in "12"]
        assert planned[0] == planned[1]
    with Runtime.open(path.with_name("other.state"), schema=schema, initial=one) as rt:
        assert rt.state.snapshot.digest != snapshot.digest


def test_a_digest_without_literals_is_that_of_the_document(schema: Schema) -> None:
    config = schema.decode(document())
    plain = hashlib.sha256(config.to_json()).hexdigest()
    assert config.digest == plain == _core.keyed(config, b"k").digest


def test_a_plan_without_a_state_stays_in_its_process(schema: Schema) -> None:
    plan = kestrel.plan(*map(schema.decode, CHANGES["brought in"]))
    with pytest.raises(kestrel.InvalidChange) as caught:
        plan.to_json()
    assert caught.value.diagnostics[0].code == "KS0613"


def test_a_schema_change_keeps_the_literals_that_stay(
    path: Path, folder: Path, schema: Schema
) -> None:
    (folder / "accounts.ks").write_text(TEXT.replace("port: u16", "port: u32"))
    wider = kestrel.load(folder / "accounts.ks").schema("Accounts")
    first = schema.decode(document(all=ADA))
    second = wider.decode(document(all=ADA, port=70_000))
    with Runtime.open(path, initial=first) as rt:
        plan = Plan.from_json(kestrel.plan(rt.state.snapshot, second).to_json())
        assert rt.reload(plan).snapshot.to_json() == second.to_json()


def test_what_is_shown_is_no_secret(schema: Schema) -> None:
    for changed in ({"all": {"ada": {"token": "<secret>"}}}, {"more": "<secret>"}):
        with pytest.raises(kestrel.InvalidConfig) as caught:
            schema.decode(document(**changed))
        assert caught.value.diagnostics[0].code == "KS0735"
    first, second = map(schema.decode, CHANGES["brought in"])
    with pytest.raises(kestrel.InvalidConfig):
        kestrel.apply_diff(first, list(kestrel.compare(first, second)))


def test_old_is_held_against_what_is_shown(schema: Schema) -> None:
    config = schema.decode(document(all=ADA))
    shown = {"token": "<secret>"}
    taken = {"op": "remove", "path": "/all/ada", "old": shown}
    assert kestrel.apply_diff(config, [taken]) == schema.decode(document())
    again = {"op": "test", "path": "/all/eve", "value": shown}
    moved = [{"op": "move", "from": "/all/ada", "path": "/all/eve"}, again]
    assert kestrel.apply_diff(config, moved).all["eve"].token == config.all["ada"].token
    for old in ({"token": "guess"}, {"token": "<secret>", "name": "x"}, "env:X"):
        with pytest.raises(kestrel.InvalidChange) as caught:
            kestrel.apply_diff(config, [taken | {"old": old}])
        assert caught.value.diagnostics[0].code == "KS0601"
        assert CANARY not in str(caught.value)


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: hashlib.sha256(text.encode()).hexdigest(),
    lambda text: hashlib.sha256(json.dumps(text).encode()).hexdigest(),
)
"""The secret itself, and what anybody could compute from a guess."""


@pytest.mark.parametrize("case", CHANGES)
def test_nothing_that_leaves_says_or_confirms_the_secret(
    case: str, path: Path, schema: Schema
) -> None:
    first, second = map(schema.decode, CHANGES[case])
    with Runtime.open(path, schema=schema, initial=first) as rt:
        plan = kestrel.plan(rt.state.snapshot, second)
        out = [plan.to_json().decode(), repr(plan), repr(rt.state), str(rt.reload(plan).result)]
        out += [str(report.show(rt._state).config), str(report.show(rt._state).effective)]
        out += [str(rt.rollback().result)]
        out += [event.line for event in audit.events(rt._state)]
        out += [str(report.status(rt._state)), str(report.history(rt._state))]
    written = "\n".join(out)
    secret = [end for end in (first, second) if _core.has_literals(end)]
    confirmed = [hashlib.sha256(end.to_json()).hexdigest() for end in secret]
    for text in (CANARY, f"{CANARY}-2"):
        assert not any(spell(text) in written for spell in SPELLINGS)
    assert not any(digest in written for digest in confirmed)
