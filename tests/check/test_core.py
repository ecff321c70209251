"""What is checked and lowered here, compiled and evaluated by the core: the two must agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kestrel import _core
from kestrel.check import check_source, load
from kestrel.ir import canon, verify
from kestrel.ir.decls import Config, Module, Record
from kestrel.ir.types import Named, Scalar
from kestrel.text.render import render_all
from kestrel.text.source import Source

FOLDER = Path(__file__).parent
CASES = sorted((FOLDER.parent / "cases").glob("*.ks"))


def gateway() -> Module:
    module, diagnostics = load(FOLDER / "files" / "gateway.ks")
    assert module is not None, render_all(diagnostics)
    return module


def schema(module: Module, name: str) -> _core.Schema:
    return _core.Schema(canon.encode(canon.bundle(module, Named(name))))


def effective(module: Module, name: str, document: dict[str, Any]) -> dict[str, Any]:
    snapshot = schema(module, name).decode_json(json.dumps(document).encode())
    made: dict[str, Any] = json.loads(snapshot.effective_json())
    return made


DOCUMENT = {
    "listeners": {"edge": {"port": 8443}},
    "session_store": "redis://s",
    "db_password": "env:DB",
}


def test_the_gateway_decodes() -> None:
    made = effective(gateway(), "gateway.Gateway", DOCUMENT)
    assert made["workers"] == 4
    assert made["max_connections"] == 4096
    assert made["log_level"] == "Info"
    assert made["listeners"]["edge"]["idle"] == "30s"


def test_when_sets_a_default() -> None:
    document = {
        **DOCUMENT,
        "env": "Prod",
        "listeners": {"e": {"port": 2000, "tls": {"cert": "/x"}}},
    }
    assert effective(gateway(), "gateway.Gateway", document)["log_level"] == "Warn"


def test_a_rule_blames_the_element_and_says_why() -> None:
    with pytest.raises(_core.Invalid) as caught:
        effective(gateway(), "gateway.Gateway", {**DOCUMENT, "env": "Prod"})
    (issue,) = caught.value.issues
    assert issue[0] == "KS0501"
    assert issue[1]["message"] == "listener edge needs TLS in production"
    assert issue[2].startswith("/listeners/edge")


@pytest.mark.parametrize(
    ("change", "code"), [({"workers": 0}, "KS0407"), ({"listeners": {}}, "KS0417")]
)
def test_refinements_hold(change: dict[str, Any], code: str) -> None:
    with pytest.raises(_core.Invalid) as caught:
        effective(gateway(), "gateway.Gateway", {**DOCUMENT, **change})
    assert [issue[0] for issue in caught.value.issues] == [code]


@pytest.mark.parametrize("name", ["base", "prod", "extra"])
def test_configs_have_documents_that_their_schema_accepts(name: str) -> None:
    module = gateway()
    config = module.decls[f"gateway.{name}"]
    assert isinstance(config, Config)
    assert json.loads(decoded(module, config).to_json())["session_store"] == "redis://s"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_schema_of_the_cases_compiles(path: Path) -> None:
    module = load(path).module
    assert module is not None
    for decl in module.decls.values():
        if isinstance(decl, Record):
            schema(module, decl.name)


def decoded(module: Module, config: Config) -> _core.Snapshot:
    bundle = canon.encode(canon.bundle(module, config.type, [config.name]))
    document = _core.evaluate_config(bundle, config.name)
    return _core.Schema(canon.encode(canon.bundle(module, config.type))).decode_doc(document)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_configs_and_examples_of_the_cases_are_what_they_say(path: Path) -> None:
    module = load(path).module
    assert module is not None
    broken = {example.config for example in module.examples if not example.valid}
    for decl in module.decls.values():
        if isinstance(decl, Config) and decl.name not in broken:
            decoded(module, decl)
        elif isinstance(decl, Config):
            with pytest.raises(_core.Invalid, match="KS0501"):
                decoded(module, decl)


RULES = {
    "1 + 2 * 3 == 7 && 7 / 2 == 3 && -7 % 3 == -1": True,
    "2 shl 3 == 16 && 6 band 3 == 2 && 6 bxor 3 == 5": True,
    "1.5 * 2 == 3.0 && 1 as f64 / 2 as f64 == 0.5 && 2.9 as i64 == 2": True,
    "d * 2 == 1min && d / 1s == 30 && d in 10s..1min && !(d in 31s..=40s)": True,
    "s == 1KiB && s + 1024 == 2KiB && s / 1KiB == 1": True,
    't + "!" == "édge!" && len(t) == 4 && t.upper() == "éDGE" && "dg" in t': True,
    't matches "é[a-z]+" && !(t matches "é")': True,
    "xs.sum() == 6 && max(xs) == 3 && xs.map(|x| x * x).sum() == 14 && 2 in xs": True,
    "xs |> filter(|x| x > 1) |> all(|x| x >= 2)": True,
    "count(xs, |x| x > 1) == 2 && xs[0] == 1 && unique(xs, |x| x)": True,
    'm["a"] == 1 && "b" in m && keys(m).join("") == "ab" && sum(m) == 3': True,
    "o is None && o.or(5) == 5 && o.all(|x| x > 9) && p is Some && p.any(|x| x == 4)": True,
    "p.map(|x| x + 1).or(0) == 5": True,
    "(match e with | A -> 1 | B(n, _) -> n | C { x } -> x) == 7 && e is B": True,
    "(match xs.len() with | 0 -> 1 | 1..=3 -> 2 | _ -> 3) == 2": True,
    "(match (o, b) with | (None, true) -> 1 | (Some(_), _) -> 2 | (None, false) -> 3) == 1": True,
    '(match l with | "low" -> 1 | "high" -> 2) == 2 && l == "high" && l != "low"': True,
    '{ let (n, name) = pair; let y = n + 1; y == 4 && name == "z" }': True,
    "half(9) == 4 && half(n: 8) == 4 && scaled(2) == 20 && scaled(2, by: 3) == 6": True,
    '"{xs.len()} {t} {d} {e is B} {l}" == "3 édge 30s true high"': True,
    'ms.all(|v| v.size == 1 && v.key == "k") && ms["k"].size == 1': True,
    'm.all(|v| v.key != "")': True,
    "all(0..3, |i| i < 3) && all(1..=3, |i| i > 0 && i <= 3)": True,
    "env == Env.Prod && env in [Env.Dev, Env.Prod] && env != Env.Dev": True,
    "by_env[Env.Prod] == 3 && !(Env.Dev in by_env)": True,
    "by_port[80] == 5 && 80 in by_port": True,
    "id == 7 && id as u64 + 1 == 8": True,
    "xs.sum() == 7": False,
    "1 / (xs[0] - 1) == 1": False,
    'm["zz"] == 1': False,
    "min(ys) > 0": False,
}

FRAME = """type Env = | Dev | Prod
type E = | A | B(u8, String) | C {{ x: u8 }}
type Id = new u64
fn half(n: u32) -> u32 {{ n / 2 }}
fn scaled(n: u32, by: u32 = 10) -> u32 {{ let m = n * by; if m > 100 then 100 else m }}
schema S {{
  d: Duration = 30s
  s: Size = 1KiB
  t: String = "édge"
  xs: [u8] = [1, 2, 3]
  ys: [u8] = []
  m: Map<String, u8> = {{ a: 1, b: 2 }}
  ms: Map<String, {{ size: u8 }}> = {{ k: {{ size: 1 }} }}
  o: Option<u8> = None
  p: Option<u8> = Some(4)
  b: Bool = true
  e: E = E.B(7, "x")
  l: "low" | "high" = "high"
  pair: (u8, String) = (3, "z")
  env: Env = Env.Prod
  by_env: Map<Env, u8> = {{ Prod: 3 }}
  by_port: Map<u16, u8> = {{ 80: 5 }}
  id: Id = 7
  requires holds: {0}
}}
"""


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_evaluated_as_they_are_typed(rule: str) -> None:
    source = Source("s.ks", FRAME.format(rule).encode())
    module, diagnostics = check_source(source, Path("s.ks"))
    assert module is not None, render_all(diagnostics)
    bundle = canon.bundle(module, Named("S"))
    verify.verify(bundle, verify.arities(_core.OPERATIONS))
    assert failures(canon.encode(bundle)) == ([] if RULES[rule] else ["KS05"])


def failures(bundle: bytes) -> list[str]:
    """Sections of the codes that the empty document is refused with."""
    try:
        _core.Schema(bundle).decode_json(b"{}")
    except _core.Invalid as invalid:
        return [issue[0][:4] for issue in invalid.issues]
    return []


def test_the_operations_of_the_checker_exist() -> None:
    from kestrel.check.methods import METHODS
    from kestrel.check.operators import ARITHMETIC, CASTS, EQUALITY, LOGIC, ORDER, ORDERED

    arities = verify.arities(_core.OPERATIONS)
    for method in METHODS.values():
        assert arities[method.op] == len(method.takes) + 1
    two = [row.op for row in ARITHMETIC.values()] + [*EQUALITY.values(), *LOGIC.values()]
    two += [f"{prefix}.{order}" for prefix in set(ORDERED.values()) for order in ORDER.values()]
    assert {arities[op] for op in two} == {2}
    assert {arities[op] for op in CASTS.values() if op} == {1}


def test_the_unit_bundle_compiles() -> None:
    _core.Schema(canon.encode(canon.bundle(gateway(), Scalar("u16")))).decode_json(b"7")


def test_none_is_a_default_where_data_may_not_say_null() -> None:
    text = "schema S { @not_null note: Option<String> = None }"
    module, diagnostics = check_source(Source("s.ks", text.encode()), Path("s.ks"))
    assert module is not None, render_all(diagnostics)
    assert effective(module, "S", {}) == {}
    with pytest.raises(_core.Invalid) as caught:
        effective(module, "S", {"note": None})
    assert caught.value.issues[0][0] == "KS0406"
