"""What schemas say, sentence by sentence: what is accepted, and what it becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kestrel.check import check_source
from kestrel.check.attributes import ATTRIBUTES
from kestrel.ir import canon
from kestrel.ir.decls import Field, Module, Record
from kestrel.ir.text import write_type
from kestrel.ir.types import Named
from kestrel.text.render import render_all
from kestrel.text.source import Source


def codes(text: str) -> list[str]:
    return [d.code for d in check_source(Source("s.ks", text.encode()), Path("s.ks")).diagnostics]


def checked(text: str) -> Module:
    module, found = check_source(Source("s.ks", text.encode()), Path("s.ks"))
    assert module is not None, render_all(found)
    return module


def fields(text: str, name: str = "S") -> dict[str, Field]:
    record = checked(text).decls[name]
    assert isinstance(record, Record)
    return {field.name: field for field in record.fields}


def test_a_refinement_on_an_option_is_about_what_it_holds() -> None:
    text = "schema S { a: Option<u8> where it > 3 }"
    assert write_type(fields(text)["a"].type) == "Option<(u8 where int.gt(it, 3))>"


def test_extends_tightens_and_gives_other_defaults() -> None:
    made = fields("""schema B { a: u8 = 1 where it > 0 }
schema S extends B { @reload(restart) a: u8 = 2 where it < 9 }""")
    assert write_type(made["a"].type) == "((u8 where int.gt(it, 0)) where int.lt(it, 9))"
    assert made["a"].reload == "restart"


def test_extends_includes_rules_and_retired_names() -> None:
    assert codes("""schema B { a: u8; retired old; requires r: a > 0 }
schema S extends B { old: u8 }""") == ["KS0127"]
    assert codes("""schema B { a: u8; requires r: a > 0 }
schema S extends B { requires r: a > 1 }""") == ["KS0102"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("@key @key(a)", ["KS0125", "KS0137"]),
        ("@key(a) @key", ["KS0125"]),
        ("@key(a, b) @key(a)", ["KS0137"]),
        ("@key(a) @key(a, b)", ["KS0137"]),
    ],
)
def test_keys_given_twice(given: str, found: list[str]) -> None:
    assert codes(f"schema I {{ a: u8; b: u8 }}\nschema S {{ {given} x: [I] }}") == found


def test_keys_that_items_do_not_have() -> None:
    assert codes("schema I { a: u8 }\nschema S { @key(a, q) x: [I] }") == ["KS0101"]


def test_soft_keywords_name_fields() -> None:
    text = """schema S { match: u8; type: String; when: Option<u8>; if: Bool; config: u8
  requires r: self.match > 0 && self.if && type != "" }
config c: S = { match: 1, type: "x", if: true, config: 1 }"""
    assert codes(text) == []


def test_recursion_needs_a_way_to_end() -> None:
    assert codes("schema S { next: Option<S>; more: [S]; by: Map<String, S> }") == []
    assert codes("schema S { a: (u8, S) }") == ["KS0118"]
    assert codes("type T = | A(T) | B(S)\nschema S { t: T }") == ["KS0118"]
    assert codes("type T = | A(T) | B\nschema S { t: T }") == []


def test_outer_and_root_are_known_by_who_holds_a_record() -> None:
    text = """schema A { t: Duration; b: B }
schema B { t: Duration = outer.t; cs: [C] }
schema C { t: Duration = root.t; u: Duration = outer.t }"""
    assert codes(text) == []
    assert codes(text.replace("root.t", "root.x")) == ["KS0101"]
    assert codes("schema B { t: u8 = outer.t }\nschema A { t: String; b: B }") == ["KS0110"]


def test_outer_must_be_of_one_type() -> None:
    text = """schema A { t: u8; c: C }
schema B { t: String; c: C }
schema C { t: u8 = outer.t }"""
    assert codes(text) == ["KS0132"]


def test_a_record_may_follow_its_own_outer() -> None:
    assert codes("schema N { size: u8 = 1; depth: u8 = outer.size; in: [N] }") == []


def test_cycles_go_through_when_and_compute() -> None:
    text = "schema S { a: u8 = 1; compute b: u8 = a + 1; when b > 3 { a = 2 } }"
    assert codes(text) == ["KS0117"]
    assert codes("schema S { a: u8 = a }") == ["KS0117"]
    assert codes("schema S { a: u8 = 1; b: u8 = a; compute c: u8 = a + b }") == []


def test_a_cycle_between_records() -> None:
    text = """schema A { t: u8 = b.t; b: B }
schema B { t: u8 = outer.t }"""
    assert codes(text) == ["KS0117"]


def test_invalid_examples_may_be_wrong_in_their_values_alone() -> None:
    schema = 'schema S { a: u8; requires r: a > 1; example invalid "big" %s = { %s } }'
    assert codes(schema % ("", "a: 300")) == []
    assert codes(schema % ("", "b: 1")) == ["KS0101"]
    assert codes(schema % ("(r)", "a: 300")) == ["KS0111"]
    assert len(checked(schema % ("(r)", "a: 1")).examples) == 1


def test_migrations_are_checked_against_the_schema_they_come_from(tmp_path: Path) -> None:
    (tmp_path / "v1.ks").write_text("schema S { timeout_ms: u32 }")
    text = "schema S { timeout: Duration; migrate from v1.S { timeout = old.timeout_ms * 1ms } }"
    for source, expected in (
        (text, []),
        (text.replace("* 1ms", ""), ["KS0110"]),
        (text.replace("timeout_ms", "timeout"), ["KS0101"]),
        (text.replace("v1.S", "v2.S"), ["KS0103"]),
    ):
        (tmp_path / "s.ks").write_text(source)
        found = check_source(Source("s.ks", source.encode()), tmp_path / "s.ks").diagnostics
        assert [d.code for d in found] == expected


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_each_attribute_accepts_its_own_example(name: str) -> None:
    row = ATTRIBUTES[name]
    frames = {
        "field": "schema S {{ {0} a: {1} }}",
        "schema": "{0}\nschema S {{ a: u8 }}",
        "type": "{0}\ntype T = | A {{ b: u8 }} | B",
        "function": "{0}\nfn f() -> u8 {{ 1 }}",
        "boundary": '{0}\nfn f() effect {{db, io, ffi, audit}} {{ audit.log("f") }}',
        "foreign": '{0}\nextern "C" from "z" include <zlib.h> {{ handle D = d released by f }}',
    }
    place = name if name in frames else next(p for p in row.places if p in frames)
    types = {"key": "[{ job_name: String }]", "units": "Size", "flatten": "{ b: u8 }",
             "ignore_case": '"a" | "b"'}  # fmt: skip
    assert codes(frames[place].format(row.example, types.get(name, "u8"))) == []


def test_units_of_an_alias_hold_wherever_it_is_used() -> None:
    made = fields("""@units(h, m) type alias Time = Duration
type alias Wait = Time where it >= 1min
schema S { a: Time; b: Option<Wait>; @units(s) c: Time; d: Duration }""")
    assert {name: field.units for name, field in made.items()} == {
        "a": "h, m",
        "b": "h, m",
        "c": "s",
        "d": "",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@units(h) type alias T = Size\nschema S { a: T }", ["KS0124"]),
        ("schema S { @units(named) a: Duration }", ["KS0124"]),
        ("schema S { @units(h, m, s) a: Duration; @units(named) b: Size }", []),
        ("schema S { @units(h, binary) a: Duration }", ["KS0125"]),
        ("schema S { @units(parsec) a: Duration }", ["KS0125"]),
        ("schema S { @units a: Duration }", ["KS0125"]),
        ("type alias A = B\ntype alias B = A\nschema S { a: A }", ["KS0119"]),
    ],
)
def test_units_are_those_of_the_type(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_what_stands_elsewhere_does_not_change_a_digest() -> None:
    one = "schema S { a: [u8]; requires r: sum(a) > 3 }"
    other = "schema T { a: [u8]; requires q: sum(a) > 2 && min(a) > 1 }\n"
    digests = {
        canon.schema_digest(canon.bundle(checked(text), Named("S")))
        for text in (one, other + one, f"/// Told.\n{one}")
    }
    assert len(digests) == 1
