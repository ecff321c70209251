"""Canonical JSON and digests of the IR. A changed golden digest here changes every audit id."""

from __future__ import annotations

import math
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kestrel._core import canonical_json
from kestrel.ir import canon
from kestrel.ir.decls import Bundle, Field, Module, Record, Rule, Sum, Variant
from kestrel.ir.exprs import Const, Local, Op
from kestrel.ir.exprs import Field as FieldOf
from kestrel.ir.types import ListOf, MapOf, Named, OptionOf, Refined, Scalar


def gateway() -> Module:
    """A small module: a record that uses a sum, and a record that nothing uses."""
    low = Op("int.ge", (Local("it", at=(0, 3, 9)), Const("u16", 1024)), at=(0, 3, 17))
    fields = (
        Field(name="level", type=Named("m.Level")),
        Field(name="port", type=Refined(Scalar("u16"), low), default=Const("u16", 8080)),
        Field(name="ratio", type=Scalar("f64"), default=Const("f64", 1.0), doc="How much."),
        Field(name="peers", type=MapOf(Scalar("String"), OptionOf(ListOf(Scalar("Url"))))),
    )
    rule = Rule(
        name="loud",
        cond=Op("int.gt", (FieldOf(Local("self"), "port"), Const("Int", 2**100))),
        at=(0, 40, 50),
    )
    variants = (Variant(name="Debug"), Variant(name="Info"))
    decls = (
        Record(name="m.Gateway", fields=fields, rules=(rule,), schema=True, doc="A gateway."),
        Sum(name="m.Level", variants=variants),
        Record(name="m.Unused", fields=()),
    )
    return Module("m", {d.name: d for d in decls}, ("m.ks",))


def test_bundle_is_closed_and_sorted() -> None:
    made = canon.bundle(gateway(), Named("m.Gateway"))
    assert [d.name for d in made.decls] == ["m.Gateway", "m.Level"]
    assert [d.name for d in canon.bundle(gateway(), Scalar("u16")).decls] == []


def test_encoding_is_sorted_compact_and_exact() -> None:
    text = canon.encode(canon.bundle(gateway(), Named("m.Gateway"))).decode()
    assert '{"kind":"const","type":"f64","value":1}' in text
    assert '"value":1267650600228229401496703205376' in text
    assert " " not in text.replace("A gateway.", "").replace("How much.", "")


def test_reading_gives_the_same_bundle() -> None:
    made = canon.bundle(gateway(), Named("m.Gateway"))
    assert canon.decode(canon.encode(made)) == made


def test_golden_digest() -> None:
    made = canon.bundle(gateway(), Named("m.Gateway"))
    assert canon.schema_digest(made) == (
        "ada06387fbbf2cf0412bbc7f8f3dfea4232ff3548c7d4ac704ea60cefb8e5ace"
    )


def test_digest_leaves_out_docs_and_places() -> None:
    record = Record(name="m.R", fields=(Field(name="a", type=Scalar("u8")),))
    told = Record(
        name="m.R",
        fields=(Field(name="a", type=Scalar("u8"), doc="A.", at=(0, 1, 2)),),
        doc="R.",
        at=(0, 0, 9),
    )
    plain, documented = (Bundle(Named("m.R"), (r,)) for r in (record, told))
    assert canon.schema_digest(plain) == canon.schema_digest(documented)
    assert canon.encode(plain) != canon.encode(documented)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back(value: float) -> None:
    assert struct.pack("<d", float(canonical_json(value))) == struct.pack("<d", value or 0.0)


def test_numbers_as_rfc_8785_appendix_b() -> None:
    cases = {
        0.0: "0",
        5e-324: "5e-324",
        1.7976931348623157e308: "1.7976931348623157e+308",
        9007199254740992.0: "9007199254740992",
        295147905179352830000.0: "295147905179352830000",
        9.999999999999997e22: "9.999999999999997e+22",
        1e23: "1e+23",
        999999999999999900000.0: "999999999999999900000",
        1e21: "1e+21",
        9.999999999999997e-7: "9.999999999999997e-7",
        0.000001: "0.000001",
        333333333.3333332: "333333333.3333332",
        -0.0000033333333333333333: "-0.0000033333333333333333",
        1424953923781206.2: "1424953923781206.2",
    }
    assert {value: canonical_json(value).decode() for value in cases} == cases


def test_canonical_json_of_every_kind_of_value() -> None:
    numbers = [-(2**63), 2**64, 10**40]
    value = {"t": (True, None), "n": numbers, "": {}, "\udc80": "a\udcff", "l": []}
    assert canonical_json(value) == (
        b'{"":{},"\\\\udc80":"a\\\\udcff","l":[],'
        b'"n":[-9223372036854775808,18446744073709551616,' + str(10**40).encode() + b"],"
        b'"t":[true,null]}'
    )
    assert canonical_json({"raw": msgspec.Raw(b"[1]")}) == b'{"raw":[1]}'


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (math.nan, ValueError),
        (-math.inf, ValueError),
        ({1: 2}, TypeError),
        (object(), TypeError),
    ],
)
def test_what_has_no_canonical_json(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        canonical_json([value])


def test_canonical_json_has_an_end() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        canonical_json(endless)
