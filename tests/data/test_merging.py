"""Documents laid over one another: in Python, in the language, and what holds of both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kestrel

SOURCE = """
type Mode = | Fast | Safe { n: u8 }
type Level = | Low | High
schema Inner { a: u8 = 1; b: Option<String>; c: Map<String, u8> = {} }
schema Item { name: String; inner: Option<Inner>; tags: [u8] = [] }
schema Flat { x: u8 = 1; y: u8 = 2 }
@case(kebab) schema All {
  level: Level = Level.Low
  one_word: u8 = 0
  inner: Inner = {}
  maybe: Option<Inner>
  by_name: Map<String, Inner> = {}
  @key(name) items: [Item] = []
  plain: [u8] = []
  tags: Set<String> = []
  mode: Mode = Mode.Fast
  @flatten flat: Flat
  json: Json = {}
  secret: Option<Secret<String>>
}
"""
INNER = st.fixed_dictionaries(
    {},
    optional={
        "a": st.integers(0, 3),
        "b": st.sampled_from(["x", "y"]),
        "c": st.dictionaries(st.sampled_from("pqr"), st.integers(0, 3)),
    },
)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("uvw")},
        optional={"inner": INNER, "tags": st.lists(st.integers(0, 2), max_size=2)},
    ),
    unique_by=lambda item: item["name"],
)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "level": st.sampled_from(["Low", "High"]),
        "one-word": st.integers(0, 3),
        "inner": INNER,
        "maybe": INNER,
        "by-name": st.dictionaries(st.sampled_from("klm"), INNER),
        "items": ITEMS,
        "plain": st.lists(st.integers(0, 3), max_size=3),
        "tags": st.lists(st.sampled_from("ab"), unique=True).map(sorted),
        "mode": st.one_of(st.just("Fast"), st.integers(0, 3).map(lambda n: {"Safe": {"n": n}})),
        "x": st.integers(0, 3),
        "y": st.integers(0, 3),
        "json": st.dictionaries(st.sampled_from("ij"), st.integers(0, 3)),
        "secret": st.sampled_from(["env:A", "hunter2"]),
    },
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> kestrel.Schema:
    path = tmp_path_factory.mktemp("merging") / "all.ks"
    path.write_text(SOURCE)
    return kestrel.load(path).schema("All")


def merged(schema: kestrel.Schema, *parts: Any, precedence: Any = "overrides") -> Any:
    made = kestrel.merge(parts[0], list(parts[1:]), precedence, schema=schema)
    return json.loads(made.to_json())


def reference(a: Any, b: Any, path: tuple[str, ...] = ()) -> Any:
    """What merging means, said once more on plain values."""
    if path[:1] == ("items",) and len(path) == 1:
        known = {item["name"]: item for item in a}
        for item in b:
            old = known.get(item["name"])
            known[item["name"]] = item if old is None else reference(old, item, (*path, "*"))
        return list(known.values())
    whole = path[:1] in (("json",), ("mode",))
    if isinstance(a, dict) and isinstance(b, dict) and not whole:
        both = {k: reference(a[k], b[k], (*path, k)) for k in a.keys() & b.keys()}
        return {**a, **b, **both}
    return b


@settings(max_examples=200, deadline=None)
@given(PARTS, PARTS)
def test_the_later_one_wins(schema: kestrel.Schema, a: Any, b: Any) -> None:
    assert merged(schema, a, b) == reference(a, b)


@settings(max_examples=100, deadline=None)
@given(PARTS, PARTS, PARTS)
def test_it_is_associative(schema: kestrel.Schema, a: Any, b: Any, c: Any) -> None:
    left = merged(schema, merged(schema, a, b), c)
    assert left == merged(schema, a, merged(schema, b, c)) == merged(schema, a, b, c)


@settings(max_examples=100, deadline=None)
@given(PARTS, PARTS)
def test_nothing_and_the_same_change_nothing(schema: kestrel.Schema, a: Any, b: Any) -> None:
    assert merged(schema, a, {}) == merged(schema, {}, a) == merged(schema, a, a) == a
    both = merged(schema, a, b)
    assert merged(schema, both, b) == both


@settings(max_examples=100, deadline=None)
@given(PARTS, PARTS)
def test_precedence_of_the_base(schema: kestrel.Schema, a: Any, b: Any) -> None:
    """The base's values, and of the items of lists the base's first."""
    first = merged(schema, a, b, precedence="base")
    other = merged(schema, b, a)
    for made in (first, other):
        made.get("items", []).sort(key=lambda item: item["name"])
    assert first == other


@settings(max_examples=100, deadline=None)
@given(PARTS, PARTS)
def test_neither_has_precedence(schema: kestrel.Schema, a: Any, b: Any) -> None:
    """They agree exactly where it makes no difference who wins."""
    both = merged(schema, a, b)
    if both == merged(schema, a, b, precedence="base"):
        assert merged(schema, a, b, precedence="neither") == both
        return
    with pytest.raises(kestrel.InvalidConfig) as caught:
        merged(schema, a, b, precedence="neither")
    assert {d.code for d in caught.value.diagnostics} == {"KS0443"}
    assert "hunter2" not in str(caught.value)


def test_a_disagreement_names_the_place_as_data_do(schema: kestrel.Schema, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("one-word: 1\nitems:\n  - {name: u, tags: [1]}\n")
    (tmp_path / "b.yaml").write_text("items:\n  - {name: u, tags: [2]}\none-word: 2\n")
    with pytest.raises(kestrel.InvalidConfig) as caught:
        kestrel.merge(tmp_path / "a.yaml", tmp_path / "b.yaml", "neither", schema=schema)
    found = [(d.message, d.span.text if d.span else "") for d in caught.value.diagnostics]
    assert found == [
        ("`/items/0/tags` is [1] in one document and [2] in the other", "[2]"),
        ("`/one-word` is 1 in one document and 2 in the other", "2"),
    ]


def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "g.ks").write_text(
        'schema G { a: u8; b: u8 = 2; c: u8\n  requires less: a < b else "too much" at a }\n'
        "config base: G = { a: 1, c: 1 }\n"
    )
    (tmp_path / "one.yaml").write_text("a: 900\n")
    (tmp_path / "two.yaml").write_text("a: 9\n")
    base = f"{tmp_path}/g.ks#base"
    for name, code, text in (("one", "KS0402", "900"), ("two", "KS0501", "9")):
        with pytest.raises(kestrel.InvalidConfig) as caught:
            kestrel.merge(base, tmp_path / f"{name}.yaml")
        (found,) = caught.value.diagnostics
        assert found.code == code
        assert found.span is not None
        assert (Path(found.span.source.name).name, found.span.text) == (f"{name}.yaml", text)


def test_parts_need_not_be_whole_and_the_whole_must(schema: kestrel.Schema, tmp_path: Path) -> None:
    (tmp_path / "g.ks").write_text("schema G { a: u8; b: u8 }\nconfig part: G = { b: 3 }\n")
    g = kestrel.load(tmp_path / "g.ks").schema("G")
    made = kestrel.merge({"a": 1}, f"{tmp_path}/g.ks#part", schema=g)
    assert json.loads(made.to_json()) == {"a": 1, "b": 3}
    with pytest.raises(kestrel.InvalidConfig, match="KS0404"):
        kestrel.merge({"a": 1}, {}, schema=g)
    with pytest.raises(kestrel.InvalidConfig, match="KS0906"):
        kestrel.merge({"a": 1}, {})
    with pytest.raises(kestrel.InvalidConfig, match="KS0403"):
        kestrel.merge({"a": 1}, {"bb": 1}, schema=g)


@settings(max_examples=40, deadline=None)
@given(PARTS, PARTS)
def test_the_language_merges_the_same(tmp_path_factory: Any, a: Any, b: Any) -> None:
    folder = tmp_path_factory.mktemp("ks")
    (folder / "m.ks").write_text(
        f"{SOURCE}\nconfig a: All = {ks_all(a)}\nconfig b: All = {ks_all(b)}\n"
        "config both = merge(a, b)\n"
    )
    module = kestrel.load(folder / "m.ks")
    assert json.loads(module.config("both").to_json()) == reference(a, b)


def ks_all(part: Any) -> str:
    """A part as an expression of the language."""
    plain = {k: v for k, v in part.items() if k not in ("x", "y")}
    flat = {k: v for k, v in part.items() if k in ("x", "y")}
    members = [f"{k.replace('-', '_')}: {ks_member(k, v)}" for k, v in plain.items()]
    return f"{{ {', '.join([*members, *([f'flat: {ks(flat)}'] if flat else [])])} }}"


def ks_member(name: str, value: Any) -> str:
    if name == "secret":
        return f"Some({'env:A' if value == 'env:A' else json.dumps(value)})"
    if name == "level":
        return f"Level.{value}"
    if name == "mode":
        return "Mode.Fast" if value == "Fast" else f"Mode.Safe({{ n: {value['Safe']['n']} }})"
    if name == "maybe":
        return f"Some({ks(value)})"
    return ks(value)


def ks(value: Any, name: str = "") -> str:
    if isinstance(value, dict):
        made = f"{{ {', '.join(f'{k}: {ks(v, k)}' for k, v in value.items())} }}"
        return f"Some({made})" if name == "inner" else made
    if isinstance(value, list):
        return f"[{', '.join(map(ks, value))}]"
    return f"Some({json.dumps(value)})" if name == "b" else json.dumps(value)
