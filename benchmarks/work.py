"""The work: a gateway's config of N leaves, of which some are changed."""

from __future__ import annotations

import copy
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import kestrel

SOURCE = """
type Proto = | Http | Https | Tcp

schema Listener {
  host: String = "0.0.0.0"
  port: u16 RULE
  proto: Proto
  weight: u32
  backlog: u32
  name: String
  region: String
  enabled: Bool
  ratio: f64
  zone: String
}

schema Gateway {
  listeners: Map<String, Listener>
}
"""
LEAVES = 10
"""Of one listener."""


@cache
def schema(rules: bool = False) -> kestrel.Schema:
    """The gateway's schema; `rules` adds a refinement to each listener."""
    rule = "where it >= 1024" if rules else ""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gateway.ks"
        file.write_text(SOURCE.replace("RULE", rule))
        return kestrel.load(file).schema("Gateway")


def document(leaves: int) -> dict[str, Any]:
    """As Python values."""
    listeners = {f"listener-{i:06d}": listener(i) for i in range(leaves // LEAVES)}
    return {"listeners": listeners}


def listener(i: int) -> dict[str, Any]:
    return {
        "host": f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}",
        "port": 1024 + i % 60_000,
        "proto": ("Http", "Https", "Tcp")[i % 3],
        "weight": i,
        "backlog": 128 + i % 1000,
        "name": f"edge {i}",
        "region": ("eu", "us", "ap")[i % 3],
        "enabled": i % 2 == 0,
        "ratio": i / 7,
        "zone": f"zone {i % 12}",
    }


def changed(base: dict[str, Any], count: int, clustered: bool = False) -> dict[str, Any]:
    """A deep copy with `count` leaves changed: spread evenly, or side by side."""
    made = copy.deepcopy(base)
    names = list(made["listeners"])
    step = 1 if clustered else max(1, len(names) // count)
    for i in range(count):
        made["listeners"][names[i * step % len(names)]]["weight"] += 1
    return made


def as_json(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode()
