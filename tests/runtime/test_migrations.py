"""A state that changes its schema by a migration, and programs that still have the other schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kestrel
from kestrel.runtime.errors import StateError
from kestrel.runtime.runtime import Runtime
from tests.cli.commands import kestrel_run


def now(rt: Runtime) -> kestrel.Snapshot:
    with rt.read() as served:
        return served


V1 = """module pool.v1
schema Pool { threads: u16 = 1; timeout_ms: u32 = 1000; note: Option<String> }
config first: Pool = { threads: 4, timeout_ms: 250 }
"""
V2 = """module pool.v2
schema Pool {
  workers: u16 = 2
  timeout: Duration = 1s
  note: Option<String>
  migrate from pool.v1.Pool { workers = old.threads * 2; timeout = old.timeout_ms * 1ms }
  migrate to pool.v1.Pool { threads = old.workers / 2; timeout_ms = old.timeout / 1ms }
}
"""


@pytest.fixture
def schemas(tmp_path: Path) -> tuple[kestrel.Module, kestrel.Module]:
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "v1.ks").write_text(V1)
    (tmp_path / "pool" / "v2.ks").write_text(V2)
    return kestrel.load(tmp_path / "pool" / "v1.ks"), kestrel.load(tmp_path / "pool" / "v2.ks")


def test_a_reload_across_schemas_and_back(
    path: Path, schemas: tuple[kestrel.Module, kestrel.Module]
) -> None:
    one, two = schemas
    old, new = one.schema("Pool"), two.schema("Pool")
    with Runtime.open(path, schema=old, initial=one.config("first")) as rt:
        plan = kestrel.plan(now(rt), new)
        assert plan.document == {"workers": 8, "timeout": "250ms"}
        rt.reload(plan, allow=["breaking"])
        with rt.read() as served:  # the program has not changed: it reads by its own schema
            assert (served.threads, served.timeout_ms) == (4, 250)
        with Runtime.open(path, schema=new) as other:
            assert (now(other).workers, str(now(other).timeout)) == (8, "250ms")
        rt.rollback()
        assert now(rt) == one.config("first")


def test_a_program_reads_an_older_state(
    path: Path, schemas: tuple[kestrel.Module, kestrel.Module], tmp_path: Path
) -> None:
    one, two = schemas
    with Runtime.open(path, schema=one.schema("Pool"), initial=one.config("first")):
        pass
    with Runtime.open(path, schema=two.schema("Pool")) as rt:
        assert json.loads(now(rt).to_json()) == {"workers": 8, "timeout": "250ms"}
    (tmp_path / "none.ks").write_text("schema Other { a: u8 = 1 }\n")
    other = kestrel.load(tmp_path / "none.ks").schema("Other")
    with pytest.raises(StateError, match="KS0717"):
        Runtime.open(path, schema=other)


def test_on_the_command_line(
    path: Path, schemas: tuple[kestrel.Module, kestrel.Module], tmp_path: Path
) -> None:
    one, _ = schemas
    with Runtime.open(path, schema=one.schema("Pool"), initial=one.config("first")):
        pass
    shown = kestrel_run("diff", str(path), "pool/v2.ks#Pool", "--format", "json", cwd=tmp_path)
    assert shown.code == 0, shown.err
    assert '"/timeout"' in shown.out
    words = ("reload", str(path), "pool/v2.ks#Pool", "--allow", "breaking")
    ran = kestrel_run(*words, cwd=tmp_path)
    assert ran.code == 0, ran.err
    with Runtime.open(path) as rt:
        assert json.loads(now(rt).to_json()) == {"workers": 8, "timeout": "250ms"}
