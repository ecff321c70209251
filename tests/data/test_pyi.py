"""Stubs: mypy takes a program that uses a config rightly, and says where another does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kestrel
from kestrel.backends.pyi import stub
from tests.data.documents import BYTES, LEAVES, dumped, schemas
from tests.data.test_export import load
from tests.syntax.reading import ROOT

GATEWAY = (
    """\
type Level = | Debug | @as("warning") Warn
/// Where a peer is.
type Peer = | Static(String, u16) | Named { name: String, weight: Option<u8> } | Anyone
type UserId = new u64
schema Tls { cert: Path; "unused": u8 = 0 }
""".replace('; "unused": u8 = 0', "")
    + """
/// A gateway.
schema Gateway {
  /// Where it "listens".
  listeners: Map<String, { port: u16, tls: Option<Tls>, level: Level }>
  peers: [Peer] = []
  users: Map<UserId, String> = {}
  timeout: Duration = 30s
  size: Size = 64KiB
  token: Secret<String>
  mode: "fast" | "safe" = "fast"
  tags: Set<String> = []
  pair: (u8, Bool) = (1, true)
  ratio: f64 = 0.5
  raw: Option<Bytes>
  json: Json = {}
  class: u8 = 1
  digest: String = "mine"
  str: String = "hidden"
  compute twice: u32 = len(listeners) * 2
}
"""
)

RIGHT = """\
from typing import assert_type

from gateway_types import Gateway, Level, Peer, Peer_Named, Peer_Static
from kestrel import Duration, Secret


def use(cfg: Gateway) -> None:
    port: int = cfg.listeners["edge"].port
    tls = cfg.listeners["edge"].tls
    if tls is not None:
        assert_type(tls.cert, str)
    assert_type(cfg.listeners["edge"].level, Level)
    for peer in cfg.peers:
        if peer.tag == "Static":
            assert_type(peer[0], str)
            assert_type(peer[1], int)
        elif peer.tag == "Named":
            assert_type(peer.weight, int | None)
    assert_type(cfg.users[3], str)
    assert_type(cfg.timeout, Duration)
    assert_type(cfg.timeout.seconds, float)
    assert_type(cfg.size, int)
    assert_type(cfg.token, Secret)
    assert_type(cfg.token.resolve(), str)
    assert_type(cfg.tags, frozenset[str])
    assert_type(cfg.pair, tuple[int, bool])
    assert_type(cfg.raw, bytes | None)
    assert_type(cfg["class"], int)
    assert_type(cfg["ratio"], float)
    assert_type(cfg["str"], str)
    assert_type(cfg.twice, int)
    assert_type(cfg.digest, str)
    print(port, cfg.mode == "fast", [level for level in cfg.listeners], cfg.to_json())
"""
WRONG = {
    "cfg.listenres": "no attribute",
    'cfg.listeners["edge"].prot': "no attribute",
    'cfg.listeners["edge"].port + "x"': "Unsupported operand",
    "cfg.peers[0].name": "no attribute",
    "cfg.raw[0]": "not indexable",
    "cfg.timeout.hours": "no attribute",
    'cfg.users["a"]': "Invalid index type",
    'cfg.mode == "slow"': "Non-overlapping",
    "cfg.tags.add(1)": "no attribute",
    "cfg.timeout = 5": "read-only",
    'cfg["nothing"]': "No overload",
    "len(cfg.token)": "Sized",
    "cfg.peers.append(1)": "no attribute",
}


def mypy(folder: Path, *files: str) -> tuple[int, str]:
    flags = ["--strict", "--no-incremental", "--no-error-summary", "--hide-error-context"]
    environment = {"MYPYPATH": f"{folder}:{ROOT / 'python'}", "PATH": "", "HOME": str(folder)}
    command = [sys.executable, "-m", "mypy", *flags, "--follow-imports=silent", *files]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stub")
    schema = load(made, GATEWAY).schema("Gateway")
    (made / "gateway_types.pyi").write_text(stub(schema.bundle), "utf-8")
    return made


def test_mypy_takes_what_is_right(folder: Path) -> None:
    (folder / "right.py").write_text(RIGHT)
    code, out = mypy(folder, "right.py", "gateway_types.pyi")
    assert code == 0, out


def test_mypy_says_what_is_wrong(folder: Path) -> None:
    head = "from gateway_types import Gateway\n\n\ndef use(cfg: Gateway) -> None:\n"
    (folder / "wrong.py").write_text(head + "".join(f"    {line}\n" for line in WRONG))
    _, out = mypy(folder, "wrong.py")
    for number, (line, message) in enumerate(WRONG.items(), 5):
        found = re.findall(rf"^wrong\.py:{number}: error: (.*)$", out, re.M)
        assert any(message in each for each in found), (line, found, out)


slow = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@slow
@given(data=st.data())
def test_values_are_of_the_types_that_the_stub_says(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text, documents = data.draw(schemas([*LEAVES, BYTES]))
    schema = load(tmp_path_factory.getbasetemp(), text).schema("Root")
    config = schema.decode(dumped(data.draw(documents)))
    namespace = classes(stub(schema.bundle))
    assert conforms(config, namespace["Root"], namespace)


def classes(text: str) -> dict[str, Any]:
    """What a stub declares; a stub's names may stand before their declarations."""
    code = "from __future__ import annotations\n" + text
    aliases = re.findall(r"^(\w+) = (.*)$", code, re.M)
    code = re.sub(r"^\w+ = .*$", "", code, flags=re.M)
    namespace: dict[str, Any] = {}
    exec(compile(code, "<stub>", "exec"), namespace)
    for name, value in aliases:
        namespace[name] = eval(value, namespace)
    return namespace


def conforms(value: Any, kind: Any, names: dict[str, Any]) -> bool:
    """Is a value of a type, as `typing` has it?"""
    if isinstance(kind, str):
        kind = eval(kind, {**names})
    origin, args = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin is Literal:
        return value in args
    if str(origin) in ("<class 'types.UnionType'>", "typing.Union"):
        return any(conforms(value, arg, names) for arg in args)
    if origin is tuple:
        pairs = zip(value, args, strict=True)
        return isinstance(value, tuple) and all(conforms(v, a, names) for v, a in pairs)
    if origin is not None and issubclass(origin, kestrel_mapping()):
        entries = value.items()
        return isinstance(value, origin) and all(
            conforms(k, args[0], names) and conforms(v, args[1], names) for k, v in entries
        )
    if origin is not None:
        return isinstance(value, origin) and all(conforms(v, args[0], names) for v in value)
    if kind is None or kind is type(None):
        return value is None
    if names.get(kind.__name__) is kind and kind.__module__ == "builtins":
        return has_members(value, kind, names)
    if kind is int:
        return type(value) is int
    return isinstance(value, kind)


def kestrel_mapping() -> type:
    from collections.abc import Mapping

    return Mapping


def has_members(value: Any, kind: type, names: dict[str, Any]) -> bool:
    """Each property of a stub's class is an attribute of its type."""
    for name, member in vars(kind).items():
        if isinstance(member, property) and name != "schema":
            assert member.fget
            returned = member.fget.__annotations__["return"]
            if not hasattr(value, name) or not conforms(getattr(value, name), returned, names):
                return False
    return True


def test_the_stub_of_a_real_schema() -> None:
    module = kestrel.load(ROOT / "examples" / "prometheus" / "prometheus.ks")
    text = stub(module.schema("Prometheus").bundle)
    compile(text, "<stub>", "exec")
    assert "def scrape_configs(self) -> Sequence[ScrapeConfig]" in text
    assert json.dumps(text)
