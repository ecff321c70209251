"""Documents of one schema as documents of another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kestrel
from kestrel.data.schema import Schema

V1 = """module gateway.v1
type Level = | Debug | Info
schema Listener { port: u16; host: String = "::" }
schema Gateway {
  timeout_ms: u32 = 1000
  listeners: Map<String, Listener> = {}
  level: Level = Level.Info
  hosts: [String] = []
  token: Option<Secret<String>>
  rest: Json = {}
}
"""
V2 = """module gateway
type Level = | Debug | Info | Warn
schema Listener { port: u32; host: String = "0.0.0.0"; tls: Bool = false }
schema Gateway {
  request_timeout: Duration = 30s where it <= 1h
  listeners: Map<String, Listener> = {}
  level: Level = Level.Warn
  @renamed_from(hosts) names: Set<String> = []
  token: Option<Secret<String>>
  rest: Json = {}
  migrate from gateway.v1.Gateway {
    request_timeout = old.timeout_ms * 1ms
    names = old.hosts.to_set()
  }
  migrate to gateway.v1.Gateway {
    timeout_ms = old.request_timeout / 1ms
    hosts = old.names.to_list()
    level = if old.level == Level.Warn then gateway.v1.Level.Info else if old.level == Level.Debug
      then gateway.v1.Level.Debug else gateway.v1.Level.Info
    listeners = old.listeners.map(|l| { port: l.port as u16, host: l.host })
  }
}
"""
V3 = """module gateway.next
schema Gateway {
  timeout: Duration
  level: "loud" | "quiet"
  migrate from gateway.Gateway {
    timeout = old.request_timeout
    level = if old.level == gateway.Level.Debug then "loud" else "quiet"
  }
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "gateway").mkdir()
    (root / "kestrel.toml").touch()
    (root / "gateway" / "v1.ks").write_text(V1)
    (root / "gateway" / "next.ks").write_text(V3)
    (root / "gateway.ks").write_text(V2)
    # The first version as it was when it was still `gateway`, and a copy of nothing.
    (root / "then").mkdir()
    (root / "then" / "gateway.ks").write_text(V1.replace("gateway.v1", "gateway"))
    return root


@pytest.fixture(scope="module")
def old(folder: Path) -> Schema:
    return kestrel.load(folder / "gateway" / "v1.ks").schema("Gateway")


@pytest.fixture(scope="module")
def new(folder: Path) -> Schema:
    return kestrel.load(folder / "gateway.ks").schema("Gateway")


def document(snapshot: kestrel.Snapshot) -> Any:
    return json.loads(snapshot.to_json())


def test_forward(old: Schema, new: Schema) -> None:
    was = old.decode(
        {
            "timeout_ms": 250,
            "listeners": {"edge": {"port": 1}},
            "hosts": ["a", "b", "a"],
            "level": "Debug",
            "token": "hunter2",
            "rest": {"any": [1, None]},
        }
    )
    now = new.migrate(was)
    assert now.schema is new or now.schema == new
    assert document(now) == {
        "request_timeout": "250ms",
        "listeners": {"edge": {"port": 1}},
        "names": ["a", "b"],
        "level": "Debug",
        "token": "hunter2",
        "rest": {"any": [1, None]},
    }
    assert now.listeners["edge"].host == "0.0.0.0"


def test_what_was_left_out_is_left_out_unless_it_is_set(old: Schema, new: Schema) -> None:
    now = new.migrate(old.decode({}))
    assert document(now) == {"request_timeout": "1s", "names": []}
    assert now.level == "Warn"


def test_back(old: Schema, new: Schema) -> None:
    was = new.decode({"request_timeout": "2s", "listeners": {"a": {"port": 9}}, "names": ["x"]})
    assert document(old.migrate(was)) == {
        "timeout_ms": 2000,
        "hosts": ["x"],
        "level": "Info",
        "listeners": {"a": {"port": 9, "host": "0.0.0.0"}},
    }


@settings(max_examples=50, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "timeout_ms": st.integers(0, 3_600_000),
            "hosts": st.lists(st.text("abc"), unique=True).map(sorted),
            "level": st.sampled_from(["Debug", "Info"]),
            "listeners": st.dictionaries(
                st.text("abc"),
                st.fixed_dictionaries({"port": st.integers(0, 9), "host": st.text()}),
            ),
        }
    )
)
def test_there_and_back_is_what_it_was(old: Schema, new: Schema, data: dict[str, Any]) -> None:
    was = old.decode(data)
    assert old.migrate(new.migrate(was)) == was


def test_migrations_follow_each_other(folder: Path, old: Schema) -> None:
    last = kestrel.load(folder / "gateway" / "next.ks").schema("Gateway")
    made = last.migrate(old.decode({"timeout_ms": 5, "level": "Debug"}))
    assert document(made) == {"timeout": "5ms", "level": "loud"}


def test_a_version_is_known_under_the_name_that_it_had(folder: Path, new: Schema) -> None:
    """The file was `gateway.ks` when its documents were written, and became `gateway/v1.ks`."""
    then = kestrel.load(folder / "then" / "gateway.ks").schema("Gateway")
    assert document(new.migrate(then.decode({"timeout_ms": 7})))["request_timeout"] == "7ms"


def test_migrations_are_kept_with_the_schema(old: Schema, new: Schema) -> None:
    """As a state file and a plan keep it: the old program reads what the new one wrote."""
    kept = Schema.from_ir(new.ir)
    assert kept.digest == new.digest
    stored = kept.decode({"request_timeout": "3s"})
    assert document(old.migrate(stored))["timeout_ms"] == 3000


def test_a_schema_without_migrations_keeps_its_digest(tmp_path: Path) -> None:
    plain = "schema A { x: u8 = 1 }\n"
    (tmp_path / "a.ks").write_text(plain)
    (tmp_path / "b.ks").write_text(plain.replace("}", "; migrate from B {} }") + "schema B {}\n")
    a, b = (kestrel.load(tmp_path / name).schema("A") for name in ("a.ks", "b.ks"))
    assert b"migrations" not in a.ir
    assert a.digest != b.digest


def test_no_way(folder: Path, old: Schema) -> None:
    (folder / "other.ks").write_text("schema Other {}\n")
    other = kestrel.load(folder / "other.ks").schema("Other")
    with pytest.raises(kestrel.InvalidConfig, match=r"KS0441.*neither declares a migration"):
        other.migrate(old.decode({}))
    with pytest.raises(kestrel.InvalidConfig, match="KS0441"):
        old.migrate(other.decode({}))


def test_a_value_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "a.ks").write_text(
        "schema Old { a: u8; b: u8 }\n"
        "schema New { c: u8; d: u8 where it < 10\n"
        "  migrate from Old { c = old.a / old.b; d = old.a } }\n"
    )
    module = kestrel.load(tmp_path / "a.ks")
    old, new = module.schema("Old"), module.schema("New")
    with pytest.raises(kestrel.InvalidConfig) as caught:
        new.migrate(old.decode({"a": 1, "b": 0}))
    (found,) = caught.value.diagnostics
    assert found.code == "KS0442"
    assert found.span is not None
    assert found.span.text == "old.a / old.b"
    with pytest.raises(kestrel.InvalidConfig) as caught:
        new.migrate(old.decode({"a": 20, "b": 1}))
    (found,) = caught.value.diagnostics
    assert found.code == "KS0407"
    assert found.span is not None
    assert found.span.text == "old.a"


def test_open_records_take_their_unknown_members_along(tmp_path: Path) -> None:
    (tmp_path / "a.ks").write_text(
        "open schema Inner { a: u8 = 1 }\n"
        "schema Old { inner: Inner; n: u8 = 1 }\n"
        "schema New { inner: Inner; n: u16 = 1\n  migrate from Old {} }\n"
    )
    module = kestrel.load(tmp_path / "a.ks")
    was = module.schema("Old").decode({"inner": {"zz": [1, {"b": None}], "a": 2}})
    assert document(module.schema("New").migrate(was)) == document(was)


def test_a_plan_to_a_schema_is_of_the_migrated_document(old: Schema, new: Schema) -> None:
    was = old.decode({"timeout_ms": 250, "hosts": ["a"]})
    plan = kestrel.plan(was, new)
    assert plan.document == {"names": ["a"], "request_timeout": "250ms"}
    again = kestrel.Plan.from_json(plan.to_json())
    assert document(again.target_from(was)) == plan.document
    assert document(plan.inverse.target_from(new.migrate(was))) == document(was)
    assert kestrel.compare(was, new)
    assert not kestrel.compare(was, old)
