"""Secrets: each program resolves its own when it prepares, and hears when one has been rotated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kestrel._core import Snapshot
from kestrel.changes.plan import plan
from kestrel.data.module import Module
from kestrel.data.schema import Schema
from kestrel.runtime import audit, generations
from kestrel.runtime.create import init
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.verify import verify

CANARY = "canary-3f9c"
SCHEMA = """\
schema Store {
  password: Secret<String>
  others: Map<String, Login> = {}
  list: [Option<Secret<String>>] = []
  kind: Kind = Kind.Local
  note: String = ""
}
schema Login { token: Secret<String>; tag: String = "" }
type Kind = | Local | Remote(Secret<String>)
"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    file = tmp_path_factory.mktemp("s") / "store.ks"
    file.write_text(SCHEMA)
    return Module.load(file).schema("Store")


def config(schema: Schema, **members: Any) -> Snapshot:
    return schema.decode({"password": "env:STORE_PASSWORD", **members})


@pytest.fixture
def rt(schema: Schema, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    monkeypatch.setenv("STORE_PASSWORD", CANARY)
    init(path, config(schema))
    with Runtime.open(path) as runtime:
        yield runtime


def asked(rt: Runtime, pattern: str = "") -> list[str]:
    paths: list[str] = []
    rt.on_reload(pattern)(lambda change, new: paths.append(change["path"]))
    return paths


def test_what_cannot_be_resolved_is_refused(rt: Runtime, schema: Schema) -> None:
    for members in (
        {"others": {"a": {"token": "env:NOT_SET"}}},
        {"list": [None, "env:NOT_SET"]},
        {"kind": {"Remote": "env:NOT_SET"}},
        {"password": "file:/not/there"},
    ):
        with pytest.raises(ReloadError, match=r"NOT_SET|/not/there") as caught:
            rt.reload(plan(rt.state.snapshot, config(schema, **members)))
        assert [d.code for d in caught.value.diagnostics] == ["KS0713"]
    assert rt.state.generation == 1


def test_a_rotation_is_an_event_of_its_own(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch, folder: Path, schema: Schema
) -> None:
    secret = folder / "token"
    secret.write_text(f"{CANARY}\n")
    rt.reload(plan(config(schema), config(schema, others={"a/b": {"token": f"file:{secret}"}})))
    paths = asked(rt)
    assert rt.refresh_secrets().generation == 2
    assert paths == []
    secret.write_text(f"{CANARY}-2\n")
    result = rt.refresh_secrets().result
    assert result is not None
    assert (result.status, result.generation) == ("applied", 2)
    assert paths == ["/others/a~1b/token"]
    (event,) = audit.tail(rt._state, 1)
    assert (event.fields["event"], event.fields["status"]) == ("kestrel.secrets", "refreshed")
    monkeypatch.setenv("STORE_PASSWORD", "another")
    rt.refresh_secrets()
    assert paths[1:] == ["/password"]
    assert generations.head(rt._state).number == 2
    assert verify(rt._state).ok


def test_only_the_hooks_that_it_concerns(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    password, note = asked(rt, "/password"), asked(rt, "/note")
    monkeypatch.setenv("STORE_PASSWORD", "another")
    rt.refresh_secrets()
    assert (password, note) == (["/password"], [])


def test_a_hook_may_refuse_a_rotation(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    @rt.on_reload("/password")
    def connect(change: dict[str, Any], new: Any) -> None:
        if new.password.resolve() == "wrong":
            raise ConnectionError("not let in")

    monkeypatch.setenv("STORE_PASSWORD", "wrong")
    with pytest.raises(ReloadError, match="not let in"):
        rt.refresh_secrets()
    monkeypatch.delenv("STORE_PASSWORD")
    with pytest.raises(ReloadError, match="STORE_PASSWORD"):
        rt.refresh_secrets()
    monkeypatch.setenv("STORE_PASSWORD", "right")
    assert rt.refresh_secrets().generation == 1


def test_several_programs(rt: Runtime, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each resolves for itself; the one that asks is none of them."""
    from kestrel.runtime.coordinator import refresh_secrets
    from kestrel.runtime.statefile import StateFile

    other = Runtime.open(path)
    paths = [asked(rt), asked(other)]
    monkeypatch.setenv("STORE_PASSWORD", "another")
    result = refresh_secrets(StateFile(path), wait=30)
    assert (result.replicas.committed, result.replicas.converged) == (2, 2)
    assert paths == [["/password"], ["/password"]]
    other.close()


def test_not_while_a_change_waits(rt: Runtime, schema: Schema) -> None:
    rt.reload(plan(config(schema), config(schema, note="x")), confirm_within=60)
    with pytest.raises(ReloadError, match="KS0740"):
        rt.refresh_secrets()


def test_the_way_back_is_not_refused_for_a_secret(
    rt: Runtime, schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER", "x")
    rt.reload(plan(config(schema), config(schema, password="env:OTHER")), confirm_within=60)
    monkeypatch.delenv("STORE_PASSWORD")
    assert rt.abort().snapshot["password"].reference == "env:STORE_PASSWORD"


def test_no_secret_is_written_anywhere(
    rt: Runtime, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(rt)
    monkeypatch.setenv("STORE_PASSWORD", f"{CANARY}-2")
    rt.refresh_secrets()
    for file in folder.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes()
