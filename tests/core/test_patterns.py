"""Patterns against Python's `re`, and containment against enumeration."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kestrel import _core

ATOMS = (
    "a", "b", "A", "é", "€", "😀", ".", r"\d", r"\w", r"\W", r"\D", "[ab]", "[^a]", "[^é€]",
    "[a-é]", "[à-😀]", r"[\w-]", r"[^\d\n]", r"\n", "-", "_", "1", " ", r"\x61", r"[\x41-\x5a]", "",
)  # fmt: skip
ALPHABET = "abAé€😀\n-1_ "
REPEATS = ("*", "+", "?", "{2}", "{1,2}", "{0,2}", "{1,}", "*?", "+?", "??")


def patterns(atoms: tuple[str, ...]) -> st.SearchStrategy[str]:
    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner, inner).map(lambda p: f"({p[0]}|{p[1]})"),
            st.tuples(inner, st.sampled_from(REPEATS)).map(lambda p: f"(?:{p[0]}){p[1]}"),
        )

    return st.recursive(st.sampled_from(atoms), larger, max_leaves=6)


@settings(max_examples=150, deadline=None)
@given(
    patterns(ATOMS),
    st.booleans(),
    st.lists(st.text(ALPHABET, max_size=6), min_size=20, max_size=20),
)
def test_matches_what_re_matches(source: str, ignore_case: bool, texts: list[str]) -> None:
    # The case of letters beyond ASCII is the one that (?i) leaves alone here, and re does not.
    prefix = "(?i)" if ignore_case and source.isascii() else ""
    pattern, oracle = _core.Pattern(prefix + source), re.compile(prefix + source, re.ASCII)
    for text in texts:
        assert pattern.matches(text) == bool(oracle.fullmatch(text)), (source, text)


@settings(max_examples=80, deadline=None)
@given(patterns(ATOMS), st.data())
def test_matches_texts_made_of_the_pattern(source: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(source, re.ASCII), fullmatch=True))
    assert _core.Pattern(source).matches(text)


TEXTS = ["".join(t) for n in range(6) for t in itertools.product("ab\n", repeat=n)]
SMALL = patterns(("a", "b", ".", "[ab]", "[^a]"))


@settings(max_examples=150, deadline=None)
@given(SMALL, SMALL)
def test_containment_is_what_enumeration_finds(narrow: str, wide: str) -> None:
    yes, witness = _core.Pattern(narrow).contained_in(_core.Pattern(wide))
    a, b = re.compile(narrow), re.compile(wide)
    missed = [text for text in TEXTS if a.fullmatch(text) and not b.fullmatch(text)]
    if yes:
        assert witness is None
        assert not missed
    else:
        assert witness is not None
        assert a.fullmatch(witness)
        assert not b.fullmatch(witness)
        assert not missed or len(witness.encode()) <= len(missed[0])


def test_witness_is_readable_and_short() -> None:
    wide, narrow = _core.Pattern("[a-z0-9-]{1,63}"), _core.Pattern("[a-z0-9]{1,63}")
    assert wide.contained_in(narrow) == (False, "-")
    assert narrow.contained_in(wide) == (True, None)


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        (r"(a)\1", "KS0120", "4"),
        ("ab(?=c)", "KS0120", "3"),
        ("é**", "KS0120", "3"),
        (r"\bword", "KS0120", "1"),
        ("(a|b)*a(a|b){12}", "KS0121", None),
        ("((a{1000}){1000}){1000}", "KS0121", None),
    ],
)
def test_refusals(source: str, code: str, column: str | None) -> None:
    with pytest.raises(_core.Invalid) as caught:
        _core.Pattern(source)
    ((found, values, *_),) = caught.value.issues
    assert (found, values.get("column"), values["pattern"]) == (code, column, source)


@settings(max_examples=200, deadline=2000)
@given(st.text(r"ab(){}[]|*+?^$.\dwxi:<>-,0123456789é", max_size=30))
def test_any_text_is_a_pattern_or_is_refused(source: str) -> None:
    assert refusal(source) in ("", "KS0120", "KS0121")


def refusal(source: str) -> str:
    try:
        _core.Pattern(source).matches("ab")
    except _core.Invalid as error:
        return error.issues[0][0]
    return ""
