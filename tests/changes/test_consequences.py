"""What a change does to effective values: the core's walk over both snapshots, held against writing
the effective values out and comparing those."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kestrel
from kestrel import _core
from kestrel.changes.consequences import _effective

TEXT = """
type Mode = | Fast | Slow(u8)

schema Job {
  name: String
  level: u8 = 3
  mode: Mode = Mode.Fast
  compute twice: u32 = level * 2
}
schema Tls { cert: String = "a", job: Option<Job> }
schema Root {
  level: u8 = 1
  size: u32 = 10
  tls: Option<Tls>
  @key(name) jobs: [Job] = []
  plain: [Tls] = []
  by_name: Map<String, Job>
  token: Secret<String> = env:T
  compute all: u32 = level + size
  when level > 2 { size = 20 }
}
"""

LEVEL = st.fixed_dictionaries({}, optional={"level": st.integers(0, 4)})
MODE = st.sampled_from(["Fast", {"Slow": 1}, {"Slow": 2}])
NAMES = st.sampled_from("abc")
JOB = st.fixed_dictionaries({"name": NAMES}, optional={"level": st.integers(2, 4), "mode": MODE})
TLS = st.fixed_dictionaries({}, optional={"cert": st.sampled_from("ab"), "job": JOB})
ROOT = st.fixed_dictionaries(
    {"by_name": st.dictionaries(NAMES, JOB, max_size=3)},
    optional={
        "level": st.integers(0, 4),
        "size": st.integers(9, 11),
        "tls": TLS,
        "jobs": st.lists(JOB, max_size=3, unique_by=lambda job: job["name"]),
        "plain": st.lists(TLS, max_size=3),
        "token": st.sampled_from(["env:T", "env:U", "hunter2"]),
    },
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> kestrel.Schema:
    path: Path = tmp_path_factory.mktemp("s") / "root.ks"
    path.write_text(TEXT)
    return kestrel.load(path).schema("Root")


@given(ROOT, ROOT)
def test_effective_changes_are_those_of_the_values_written_out(
    schema: kestrel.Schema, one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Items without a key are paired as they are written, `{}` and a written default apart; so of
    lists of them the changes may be others, which make the same."""
    old, new = schema.decode(one), schema.decode(other)
    found = _core.effective_changes(old, new)
    shown = [json.loads(side.redacted_effective_json()) for side in (old, new)]
    assert jsonpatch.apply_patch(shown[0], found) == shown[1]
    assert "hunter2" not in str(found)
    if one.get("plain") == other.get("plain"):
        written = [_effective(schema).decode(side.effective_json()) for side in (old, new)]
        assert _as_set(found) == _as_set(_core.compare(*written))


def _as_set(changes: Any) -> list[str]:
    """What changes where; a field of a schema written out has another type's name."""
    kept = ("op", "path", "from", "old", "value", "rule", "key_path", "secret")
    return sorted(json.dumps({k: c[k] for k in kept if k in c}) for c in changes)


def test_what_follows_is_found_among_many(schema: kestrel.Schema) -> None:
    jobs = {f"job-{n}": {"name": "x"} for n in range(2000)}
    old = schema.decode({"by_name": jobs})
    new = schema.decode({"by_name": jobs | {"job-7": {"name": "x", "level": 4}}})
    plan = kestrel.plan(old, new)
    assert [c["path"] for c in plan.consequences] == ["/by_name/job-7/twice"]
