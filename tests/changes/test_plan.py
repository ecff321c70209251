"""Plans: what they say, that they cannot be changed unseen, and that hostile ones are refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kestrel
from kestrel.changes.members import Binding, PlanMembers, members_digest
from kestrel.changes.plan import Plan

Json = dict[str, Any]


@pytest.fixture
def base(store: kestrel.Schema) -> kestrel.Snapshot:
    return store.decode({"note": "a", "words": ["x"]})


@pytest.fixture
def target(store: kestrel.Schema) -> kestrel.Snapshot:
    return store.decode({"note": "b", "words": ["x", "y"], "mode": "Safe"})


def test_what_a_plan_says(base: kestrel.Snapshot, target: kestrel.Snapshot) -> None:
    plan = kestrel.plan(base, target)
    assert (plan.verdict, plan.marks, plan.needs) == ("compatible", {}, ())
    assert {change["path"] for change in plan} == {"/note", "/words/1", "/mode"}
    assert [(c["path"], c["value"]) for c in plan.consequences if c["path"] == "/idle"] == [
        ("/idle", "1m")
    ]
    assert {c["path"] for c in plan.consequences} == {"/idle", "/workers"}
    assert kestrel.apply_diff(base, plan) == target
    assert kestrel.apply_diff(target, plan.inverse) == base


def test_the_audit_id_is_of_the_change_and_not_of_the_plan(
    base: kestrel.Snapshot, target: kestrel.Snapshot
) -> None:
    free, bound = kestrel.plan(base, target), kestrel.plan(base, target, state=Binding("log", 3))
    assert free.audit_id == bound.audit_id
    assert free.digest != bound.digest
    assert free.inverse.audit_id != free.audit_id
    assert free.inverse.inverse.audit_id == free.audit_id


def test_no_change(base: kestrel.Snapshot) -> None:
    plan = kestrel.plan(base, base)
    assert not plan
    assert (plan.verdict, len(plan)) == ("none", 0)


def test_marks_and_what_they_need(store: kestrel.Schema) -> None:
    plan = kestrel.plan({}, {"place": "/new", "threads": 2}, schema=store)
    assert plan.marks == {"danger": "/place", "restart": "/threads"}
    assert plan.needs == ("danger", "restart")
    never = kestrel.plan({}, {"id": "x"}, schema=store)
    assert never.policy.refusals(never.verdict, never.marks) == ("never",)


def test_a_default_that_comes_back_is_a_consequence(store: kestrel.Schema) -> None:
    plan = kestrel.plan({"threads": 2}, {}, schema=store)
    assert [change["op"] for change in plan] == ["remove"]
    (found,) = plan.consequences
    assert (found["path"], found["old"], found["value"]) == ("/threads", 2, 4)


def test_a_plan_for_another_base_is_refused(
    store: kestrel.Schema, base: kestrel.Snapshot, target: kestrel.Snapshot
) -> None:
    plan = Plan.from_json(kestrel.plan(base, target).to_json())
    with pytest.raises(kestrel.InvalidChange) as caught:
        plan.target_from(store.decode({"note": "z"}))
    assert caught.value.diagnostics[0].code == "KS0614"


def test_a_change_of_schema(store: kestrel.Schema, tmp_path: Path) -> None:
    path = tmp_path / "store.ks"
    path.write_text("schema Store { note: String; extra: u8 = 1; words: [String] = [] }")
    new = kestrel.load(path).schema()
    base, target = store.decode({"note": "a"}), new.decode({"note": "a"})
    plan = Plan.from_json(kestrel.plan(base, target).to_json())
    assert plan.changes_schema
    assert plan.verdict == "behavioural"  # the documents at hand have nothing that is refused
    assert "S14" in {finding["rule"] for finding in plan.findings}
    assert plan.target_from(base).to_json() == target.to_json()
    assert plan.inverse.target_from(target).to_json() == base.to_json()


def test_no_secret_leaves(store: kestrel.Schema) -> None:
    references = kestrel.plan({"password": "env:A"}, {"password": "env:B"}, schema=store)
    assert b"env:B" in references.to_json()
    literal = kestrel.plan({}, {"password": "hunter2"}, schema=store)
    with pytest.raises(kestrel.InvalidChange) as caught:
        literal.to_json()
    assert caught.value.diagnostics[0].code == "KS0613"
    assert "hunter2" not in repr(literal.change_set) + repr(literal.document)


def _resealed(plan: Json) -> Json:
    """As someone would who knows how digests are made."""
    import msgspec

    members = msgspec.convert(plan, PlanMembers)
    return plan | {"digest": members_digest(members)}


def _set(path: str, value: object) -> Callable[[Json], Json]:
    """Sets a member; of a list, the operation with this path is meant."""

    def change(plan: Json) -> Json:
        at: Any = plan
        *steps, last = path.split(".")
        for step in steps:
            at = next(op for op in at if op["path"] == step) if isinstance(at, list) else at[step]
        at[last] = value
        return plan

    return change


SMALL_CHANGES = {
    "verdict": _set("verdict", "none"),
    "marks": _set("marks", {"danger": "/x"}),
    "value": _set("change_set./note.value", "z"),
    "old": _set("inverse./note.value", "z"),
    "audit_id": _set("audit_id", "00000000-0000-8000-8000-000000000000"),
    "target": _set("document.note", "z"),
    "policy": _set("policy.answers.breaking", "go"),
    "state": _set("state", {"log_id": "x", "generation": 1}),
    "base": _set("base.document", "0" * 64),
}


@pytest.mark.parametrize("name", SMALL_CHANGES)
def test_a_changed_plan_is_found_out(
    base: kestrel.Snapshot, target: kestrel.Snapshot, name: str
) -> None:
    plan = SMALL_CHANGES[name](json.loads(kestrel.plan(base, target).to_json()))
    with pytest.raises(kestrel.InvalidChange) as caught:
        Plan.from_json(json.dumps(plan))
    assert caught.value.diagnostics[0].code == "KS0612"


@pytest.mark.parametrize("name", ["value", "old", "audit_id", "target", "base"])
def test_even_with_a_new_digest(
    base: kestrel.Snapshot, target: kestrel.Snapshot, name: str
) -> None:
    plan = _resealed(SMALL_CHANGES[name](json.loads(kestrel.plan(base, target).to_json())))
    with pytest.raises(kestrel.InvalidChange) as caught:
        Plan.from_json(json.dumps(plan))
    assert caught.value.diagnostics[0].code in ("KS0612", "KS0601")


@pytest.mark.parametrize("change", [_set("verdict", "none"), _set("marks", {})])
def test_a_verdict_is_not_taken_on_trust(
    store: kestrel.Schema, change: Callable[[Json], Json]
) -> None:
    base = store.decode({})
    plan = json.loads(kestrel.plan(base, store.decode({"place": "/new"})).to_json())
    forged = Plan.from_json(json.dumps(_resealed(change(copy.deepcopy(plan)))))
    with pytest.raises(kestrel.InvalidChange) as caught:
        forged.target_from(base)
    assert caught.value.diagnostics[0].code == "KS0612"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "KS0610"),
        ("[]", "KS0610"),
        ("{}", "KS0610"),
        ('{"format": 1}', "KS0610"),
        ('{"format": 2, "anything": true}', "KS0611"),
        ('{"format": "1"}', "KS0610"),
        ("[" * 100_000, "KS0610"),
        ('{"format": 1, "format": 2', "KS0610"),
        ("\ud800", "KS0610"),
    ],
)
def test_what_is_no_plan(text: str, code: str) -> None:
    with pytest.raises(kestrel.InvalidChange) as caught:
        Plan.from_json(text.encode("utf-8", "surrogatepass"))
    assert caught.value.diagnostics[0].code == code


def test_unknown_members_are_refused(base: kestrel.Snapshot, target: kestrel.Snapshot) -> None:
    plan = json.loads(kestrel.plan(base, target).to_json()) | {"approved": True}
    with pytest.raises(kestrel.InvalidChange) as caught:
        Plan.from_json(json.dumps(plan))
    assert caught.value.diagnostics[0].code == "KS0610"


@pytest.mark.parametrize("where", ["change_set", "inverse", "consequences"])
@pytest.mark.parametrize("change", [{}, {"op": "add"}, {"op": "jump", "path": "/x"}, {"path": 1}])
def test_changes_that_are_none(
    base: kestrel.Snapshot, target: kestrel.Snapshot, where: str, change: Json
) -> None:
    plan = json.loads(kestrel.plan(base, target).to_json()) | {where: [change]}
    with pytest.raises(kestrel.InvalidChange) as caught:
        Plan.from_json(json.dumps(_resealed(plan)))
    assert caught.value.diagnostics[0].code == "KS0610"


@pytest.mark.parametrize("schemas", [{}, {"0" * 64: {}}, "swapped"])
def test_schemas_that_are_not_what_the_digests_say(
    store: kestrel.Schema, tmp_path: Path, schemas: Json | str
) -> None:
    path = tmp_path / "store.ks"
    path.write_text("schema Store { note: String, words: [String] = [] }")
    new = kestrel.load(path).schema()
    base, target = store.decode({"note": "a"}), new.decode({"note": "a"})
    plan = json.loads(kestrel.plan(base, target).to_json())
    if schemas == "swapped":
        one, other = plan["schemas"]
        schemas = {one: plan["schemas"][other], other: plan["schemas"][one]}
    forged = Plan.from_json(json.dumps(_resealed(plan | {"schemas": schemas})))
    with pytest.raises(kestrel.InvalidChange) as caught:
        forged.target_from(base)
    assert caught.value.diagnostics[0].code == "KS0612"
