"""A schema whose documents can change in every way, and strategies that make such documents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

import kestrel

STORE = """
type Mode = | Fast | Safe
type Peer = | Static(String, u16) | Named { host: String; weight: Option<u8> } | Nobody

schema Item {
  name: String
  size: Option<Size>
  count: i64 = 0
  tags: Set<String> = []
}

schema Store {
  mode: Mode = Mode.Fast
  idle: Duration = 30s
  ratio: Option<f64>
  note: Option<String>
  items: Map<String, Item> = {}
  @key(name) queue: [Item] = []
  words: [String] = []
  peers: [Peer] = []
  extra: Option<Json>
  @danger("loses what is stored") place: Path = "/var/store"
  @reload(restart) threads: u16 = 4 where it >= 1
  @reload(never) id: Option<String>
  password: Option<Secret<String>>

  compute workers: u16 = if mode == Mode.Fast then 8 else 2
  when mode == Mode.Safe { idle = 60s }
}
"""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> kestrel.Schema:
    path = tmp_path_factory.mktemp("schema") / "store.ks"
    path.write_text(STORE)
    return kestrel.load(path).schema("Store")


names = st.text("abé/~ 🦅", min_size=1, max_size=3)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | names | st.just(0.5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


def records(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


items = {
    "size": st.sampled_from(["1KiB", "2KiB", "7B"]),
    "count": st.integers(-(2**63), 2**63 - 1),
    "tags": st.lists(names, max_size=3, unique=True),
}
queue = st.lists(
    records({"name": names}, items), max_size=5, unique_by=lambda item: str(item["name"])
)
peers = st.sampled_from(
    ["Nobody", {"Static": ["a", 1]}, {"Static": ["b", 1]}, {"Named": {"host": "h"}}]
)
documents = records(
    {},
    {
        "mode": st.sampled_from(["Fast", "Safe"]),
        "idle": st.sampled_from(["1s", "1m", "0s"]),
        "ratio": st.floats(allow_nan=False, allow_infinity=False),
        "note": names,
        "items": st.dictionaries(names, records({"name": names}, items), max_size=4),
        "queue": queue,
        "words": st.lists(names, max_size=5),
        "peers": st.lists(peers, max_size=4),
        "extra": json_values,
        "threads": st.integers(1, 9),
        "password": st.sampled_from(["env:A", "env:B", "file:/run/x"]),
    },
)
