"""Seeds for the fuzz targets, from what the tests hold: `python -m tests.fuzz.corpus FOLDER`.

One folder a target, and `every.ir.json`, the schema that documents meet (`KESTREL_FUZZ_SCHEMA`).
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import kestrel

TESTS = Path(__file__).parents[1]
SCHEMA = TESTS / "fuzz/every.ks"

DOCUMENTS: list[dict[str, Any]] = [
    {},
    {"on": False, "small": -128, "big": 2**64 - 1, "real": -0.0, "text": "é\n", "timeout": "1h30m"},
    {"size": "64MiB", "url": "http://a/b", "at": "2026-01-01T00:00:00Z", "cidr": "10.0.0.0/8"},
    {"bytes": "aGk=", "regex": "a+", "mode": "manual", "serial": 3, "token": "env:T", "rate": 2.5},
    {"numbers": {"1": [1.5, 2], "65535": []}, "tags": ["b", "a"], "grid": [[1, 2], []]},
    {"rows": [{"name": "seven"}, {"name": "b", "probe": {"kind": "Tcp", "port": 1}}], "small": 7},
    {"rows": [{"name": "b"}, {"name": "a", "either": ["x"]}, {"name": "c", "pair": [1, "z"]}]},
    {"items": {"a": {"name": "a", "peers": [{"Static": ["h", 80]}], "level": "loud", "more": [1]}}},
    {"items": {"a": {"name": "a", "peers": [{"Discovered": {"url": "http://x/", "weight": 0.5}}]}}},
    {"any": {"x": [1, {"y": None}]}, "maybe": [1, 2], "burst": 1000, "single": 1.25},
]
PATCHES: list[list[dict[str, Any]]] = [
    [{"op": "add", "path": "/items/z", "value": {"name": "z"}}],
    [{"op": "replace", "path": "/on", "value": True}, {"op": "remove", "path": "/rows/0"}],
    [{"op": "move", "from": "/rows/0", "path": "/rows/1"}, {"op": "test", "path": "/on"}],
    [{"op": "copy", "from": "/grid/0", "path": "/grid/-"}],
]
ZERO = b"\0"


def sources() -> Iterator[bytes]:
    for path in sorted(TESTS.rglob("*.ks")):
        yield path.read_bytes()


def documents() -> Iterator[bytes]:
    yield from (json.dumps(document).encode() for document in DOCUMENTS)
    yield from (path.read_bytes() for path in sorted((TESTS / "errors").glob("*.json")))


def changes() -> Iterator[bytes]:
    for old, new in pairwise(DOCUMENTS):
        yield json.dumps(old).encode() + ZERO + json.dumps(new).encode()
    for document in DOCUMENTS:
        for patch in PATCHES:
            yield json.dumps(document).encode() + ZERO + json.dumps(patch).encode()


def patterns() -> Iterator[bytes]:
    found = {m for source in sources() for m in re.findall(rb'r"([^"\n]*)"', source)}
    for one, other in pairwise(sorted(found)):
        yield one + ZERO + other + ZERO + b"some-text"


def bundles() -> Iterator[bytes]:
    for path in sorted(TESTS.rglob("*.ks")):
        try:
            module = kestrel.load(path)
        except kestrel.KestrelError:
            continue
        for name in module.schemas:
            yield module.schema(name).ir + ZERO + b"{}"


def plans() -> Iterator[bytes]:
    schema = every()
    configs = [schema.decode(document) for document in DOCUMENTS]
    for old, new in pairwise(configs):
        yield kestrel.plan(old, new).to_json()


def yaml_texts() -> Iterator[bytes]:
    for suffix in ("yaml", "yml", "toml"):
        yield from (path.read_bytes() for path in sorted((TESTS / "errors").glob(f"*.{suffix}")))
    yield b"rows: &a\n  - {name: x}\nitems:\n  a: {<<: {name: a}, idle: 5s}\n"
    yield b"tags: !!seq [no, 012]\ngrid: [*a, &a [1]]\n"
    yield b'[items.a]\nname = \'a\'\n[[rows]]\nname = """b"""\n'


def every() -> kestrel.Schema:
    return kestrel.load(SCHEMA).schema("Every")


SEEDS = {
    "parse": sources,
    "json": documents,
    "change": changes,
    "pattern": patterns,
    "bundle": bundles,
    "plan": plans,
    "text": yaml_texts,
}


def write(folder: Path) -> None:
    """Write the seeds of all targets below `folder`; what is there stays."""
    for target, seeds in SEEDS.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for seed in seeds():
            name = hashlib.sha256(seed).hexdigest()[:16]
            (folder / target / name).write_bytes(seed)
    (folder / "every.ir.json").write_bytes(every().ir)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
