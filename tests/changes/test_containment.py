"""Containment of conditions, held against enumeration: the core says what each value satisfies."""

from __future__ import annotations

import itertools
import json
from functools import lru_cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import kestrel
from kestrel.changes.containment import Difference, differences
from kestrel.changes.prove import numbers
from kestrel.changes.sides import Side
from kestrel.ir.decls import Record
from tests.changes.pairs import compiled

RANDOM = settings(max_examples=120, deadline=None)

TYPES = {
    "i8": tuple(range(-128, 128)),
    "f64": (-2.5, -2.0, -1.5, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5, 1.75, 2.0, 2.25, 2.5, 1e300),
    "Duration": ("-1s", *(f"{n}ms" for n in range(0, 3001, 250))),
    "Size": tuple(f"{n}B" for n in (0, 1, 2, 1023, 1024, 1025, 2048, 3072)),
    "String": tuple("".join(t) for n in range(5) for t in itertools.product("ab", repeat=n)),
    "E": ("A", "B", "C", "D"),
    "[i8]": tuple([0] * n for n in range(7)),
}
"""Types, and all of their values that tests on them tell apart."""


def single(type_: str) -> st.SearchStrategy[str]:
    compare = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    constants = {
        "i8": ["-3", "0", "2", "5", "100"],
        "f64": ["-2.0", "0.0", "0.5", "1.75"],
        "Duration": ["0s", "500ms", "1s", "2s"],
        "Size": ["1B", "1KiB", "2KiB"],
    }
    if type_ in constants:
        some = st.sampled_from(constants[type_])
        found = st.builds("it {} {}".format, compare, some)
        if type_ == "i8":
            several = st.lists(some, min_size=1, max_size=3).map(
                lambda v: f"it in [{', '.join(v)}]"
            )
            found |= several | st.builds("it + 2 {} {}".format, compare, some)
            found |= st.builds("it in {}..={}".format, some, some)
        return found
    if type_ == "E":
        one = st.sampled_from(["E.A", "E.B", "E.C"])
        return st.builds("it {} {}".format, st.sampled_from(["==", "!="]), one) | st.just(
            "it in [E.A, E.D]"
        ) | st.just("it is B")  # fmt: skip
    length = st.builds("len(it) {} {}".format, compare, st.sampled_from("0123"))
    if type_ == "[i8]":
        return length
    patterns = st.sampled_from(["a*", "(a|b)*", "a+b?", "[ab]{2,3}", "b.*", ".", "", "(ab)*"])
    return (
        length
        | patterns.map(lambda p: f'it matches r"{p}"')
        | st.sampled_from(['it != "a"', 'it == "ab"', 'it in ["", "a", "ba"]'])
        | st.sampled_from(['starts_with(it, "a")', 'contains(it, "ba")', 'ends_with(it, "b")'])
    )


def conditions(type_: str) -> st.SearchStrategy[str]:
    return st.recursive(
        single(type_),
        lambda inner: st.one_of(
            st.builds("({} && {})".format, inner, inner),
            st.builds("({} || {})".format, inner, inner),
            inner.map(lambda part: f"!({part})"),
        ),
        max_leaves=5,
    )


def schema_of(type_: str, condition: str) -> kestrel.Schema | None:
    return compiled(f"type E = | A | B | C | D\nschema R {{\n  a: {type_} where {condition}\n}}\n")


@lru_cache(maxsize=500)
def satisfying(schema: kestrel.Schema, type_: str) -> frozenset[str]:
    return frozenset(v for v in map(json.dumps, TYPES[type_]) if accepts(schema, v))


def accepts(schema: kestrel.Schema, value: str) -> bool:
    try:
        schema.decode(f'{{"a": {value}}}')
    except kestrel.InvalidConfig:
        return False
    return True


def compared(old: kestrel.Schema, new: kestrel.Schema) -> list[Difference]:
    sides = Side(old.bundle), Side(new.bundle)
    types = []
    for side in sides:
        record = side.record(side.bundle.root)
        assert isinstance(record, Record)
        types.append(record.fields[0].type)
    return list(differences(sides[0], types[0], sides[1], types[1]))


@pytest.mark.parametrize("type_", TYPES)
def test_containment_is_what_enumeration_finds(type_: str) -> None:
    @RANDOM
    @given(conditions(type_), conditions(type_))
    def check(was: str, now: str) -> None:
        old, new = schema_of(type_, was), schema_of(type_, now)
        assume(old is not None and new is not None)
        assert old is not None
        assert new is not None
        a, b = satisfying(old, type_), satisfying(new, type_)
        found = compared(old, new)
        wider, narrower = (all(getattr(d, name) for d in found) for name in ("wider", "narrower"))
        if type_ == "String":  # there are more texts than were tried
            assert not wider or a <= b
            assert not narrower or b <= a
            for difference in found:
                if difference.example:
                    ends = (new, old) if difference.wider else (old, new)
                    assert accepts(ends[0], difference.example)
                    assert not accepts(ends[1], difference.example)
        else:
            assert (wider, narrower) == (a <= b, b <= a)

    check()


@given(*[st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 9)), max_size=4)] * 2)
def test_sets_of_numbers(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    universe = range(-40, 40)

    def made(parts: list[tuple[int, int]]) -> tuple[numbers.Numbers, set[int]]:
        found: numbers.Numbers = numbers.NONE
        for lo, size in parts:
            found = numbers.join(found, numbers.between(lo, lo + size))
        return found, {n for lo, size in parts for n in range(lo, lo + size + 1)}

    def members(found: numbers.Numbers) -> set[int]:
        return {n for n in universe if any(lo <= n <= hi for lo, hi in found)}

    (a, in_a), (b, in_b) = made(first), made(second)
    assert members(a) == in_a
    assert members(numbers.meet(a, b)) == in_a & in_b
    assert members(numbers.rest(a)) == set(universe) - in_a
    assert numbers.within(a, b) == (in_a <= in_b)
    assert numbers.rest(numbers.rest(a)) == a


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_places_keep_the_order_of_floats(a: float, b: float) -> None:
    assert (numbers.place(a) < numbers.place(b)) == (a < b)
    assert (numbers.place(a) == numbers.place(b)) == (a == b)
    assert numbers.real(numbers.place(a)) == a


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (
            'String where it matches r"[a-z]{1,900}x"',
            'String where it matches r"([a-z]{2}){1,450}x"',
        ),
        ("String where len(it) <= 100000", "String where len(it) <= 100001"),
        ("String where len(it) <= 5000", 'String where len(it) <= 5001 && it != "x"'),
    ],
)
def test_what_is_too_large_is_not_guessed(was: str, now: str) -> None:
    old, new = (compiled(f"schema R {{\n  a: {text}\n}}\n") for text in (was, now))
    assert old is not None
    assert new is not None
    for difference in compared(old, new):
        assert not difference.wider or "len" in was
