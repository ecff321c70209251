"""Comparing, applying, undoing: on random pairs of documents, and held against jsonpatch."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonpatch
import pytest
from hypothesis import HealthCheck, given, settings

import kestrel
from tests.changes.conftest import documents

RANDOM = settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RANDOM
@given(old=documents, new=documents)
def test_changes_lead_from_one_to_the_other_and_back(
    store: kestrel.Schema, old: Any, new: Any
) -> None:
    a, b = store.decode(old), store.decode(new)
    changes = kestrel.compare(a, b)
    assert bool(changes) == (a != b)
    assert kestrel.apply_diff(a, changes) == b
    assert kestrel.apply_diff(b, changes.inverse()) == a
    patched = jsonpatch.JsonPatch(changes.to_json_patch()).apply(json.loads(a.to_json()))
    assert patched == json.loads(b.to_json())
    whole = jsonpatch.JsonPatch(list(changes)).apply(json.loads(a.to_json()))
    assert whole == patched


@settings(RANDOM, max_examples=100)
@given(old=documents, new=documents)
def test_plans_survive_the_round_trip(store: kestrel.Schema, old: Any, new: Any) -> None:
    a, b = store.decode(old), store.decode(new)
    made = kestrel.plan(a, b)
    read = kestrel.Plan.from_json(made.to_json())
    assert read == made
    assert read.target_from(a) == b
    assert read.inverse.target_from(b) == a
    assert read.inverse.audit_id == made.inverse.audit_id


def test_a_change_as_it_reads(store: kestrel.Schema) -> None:
    a = store.decode({"queue": [{"name": "x"}, {"name": "y", "count": 1}]})
    b = store.decode({"queue": [{"name": "y", "count": 2}], "threads": 2})
    removed, replaced, added = kestrel.compare(a, b)
    assert (removed["op"], removed["path"]) == ("remove", "/queue/0")
    assert replaced["op"] == "replace"
    assert replaced["key_path"] == "/queue/[name=y]/count"
    assert (replaced["old"], replaced["value"], replaced["type"]) == (1, 2, "i64")
    assert (added["path"], added["reload"]) == ("/threads", "restart")


def test_operations_from_outside_are_held_against_the_base(store: kestrel.Schema) -> None:
    base = store.decode({"note": "a"})
    good = [{"op": "replace", "path": "/note", "value": "b", "old": "a"}]
    assert kestrel.apply_diff(base, good).note == "b"
    with pytest.raises(kestrel.InvalidChange) as caught:
        kestrel.apply_diff(store.decode({"note": "c"}), good)
    assert caught.value.diagnostics[0].code == "KS0601"


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "paint", "path": "/note", "value": 1}],
        [{"op": "replace", "path": "/nowhere/at/all", "value": 1}],
        [{"path": "/note"}],
        ["replace"],
    ],
)
def test_malformed_operations(store: kestrel.Schema, operations: list[Any]) -> None:
    with pytest.raises(kestrel.KestrelError):
        kestrel.apply_diff(store.decode({"note": "a"}), operations)


def test_what_the_schema_refuses_is_not_applied(store: kestrel.Schema) -> None:
    with pytest.raises(kestrel.InvalidConfig):
        kestrel.apply_diff(store.decode({}), [{"op": "add", "path": "/threads", "value": 0}])


def test_files_are_read_by_the_schema_given_or_as_they_are(
    store: kestrel.Schema, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text("idle: 60s\n")
    (tmp_path / "b.toml").write_text('idle = "1m"\n')
    paths = str(tmp_path / "a.yaml"), tmp_path / "b.toml"
    assert not kestrel.compare(*paths, store)
    assert [change["path"] for change in kestrel.compare(*paths)] == ["/idle"]


def test_a_file_against_its_revision(
    store: kestrel.Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("idle: 60s\n")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "a.yaml"], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], check=True)
    (tmp_path / "a.yaml").write_text("idle: 2m\n")
    (change,) = kestrel.compare("git:HEAD:a.yaml", "a.yaml", store)
    assert (change["old"], change["value"]) == ("1m", "2m")


def test_configs_of_two_schemas(store: kestrel.Schema, tmp_path: Path) -> None:
    path = tmp_path / "other.ks"
    path.write_text("schema Store { note: String; words: [String] = [] }")
    other = kestrel.load(path).schema()
    old, new = store.decode({"note": "a", "threads": 2}), other.decode({"note": "b"})
    changes = kestrel.compare(old, new)
    assert sorted(change["path"] for change in changes) == ["/note", "/threads"]
    patched = jsonpatch.JsonPatch(list(changes)).apply(json.loads(old.to_json()))
    assert patched == json.loads(new.to_json())
