"""Generated sources: token lists that are right, and ways to lay them out."""

from __future__ import annotations

from hypothesis import strategies as st

Tokens = list[str]
WORDS = ["a", "level", "text", "status", "é", "env", "x1", "_", "at", "file"]
CAPITALS = ["Level", "Some", "T", "Ω"]
LITERALS = ["1", "0xFF", "1_000", "2.5", "1e-9", "30s", "1h30min", "64KiB", '"t"', 'r"[a-z]"']
LITERALS += ['"a {x.y} b \\{"', '"""\n  block\n  """', "true", "false"]
OPERATORS = ["+", "-", "*", "==", "<", "&&", "||", "|>", "band", "in", "matches", "..=", ".."]
TIGHT = {"==", "<", "in", "matches", "..=", ".."}
"""Operators that do not chain."""

words = st.sampled_from(WORDS)
capitals = st.sampled_from(CAPITALS)


def joined(parts: list[Tokens], separator: str) -> Tokens:
    out: Tokens = []
    for part in parts:
        out += [separator, *part] if out else part
    return out


def expressions() -> st.SearchStrategy[Tokens]:
    leaves = st.one_of(words, capitals, st.sampled_from(LITERALS)).map(lambda text: [text])
    return st.recursive(leaves, compound, max_leaves=12)


def compound(inner: st.SearchStrategy[Tokens]) -> st.SearchStrategy[Tokens]:
    some = st.lists(inner, max_size=3)
    pair = st.tuples(inner, inner)
    entries = st.lists(st.tuples(words, inner).map(lambda e: [e[0], ":", *e[1]]), max_size=3)
    return st.one_of(
        inner.map(lambda e: ["(", *e, ")"]),
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(
            lambda e: ["(", *e[0], ")", e[1], "(", *e[2], ")"]
        ),
        some.map(lambda es: ["[", *joined(es, ","), "]"]),
        st.tuples(words, some).map(lambda e: [e[0], "(", *joined(e[1], ","), ")"]),
        st.tuples(words, words).map(lambda e: [e[0], ".", e[1], "?"]),
        entries.map(lambda es: ["{", *joined(es, ";"), "}"]),
        pair.map(lambda e: ["(", "if", *e[0], "then", *e[1], "else", *e[0], ")"]),
        pair.map(lambda e: ["(", "match", "(", *e[0], ")", "with", "|", "Some", "->", *e[1], ")"]),
        inner.map(lambda e: ["f", "(", "|", "x", "|", *e, ")"]),
        inner.map(lambda e: ["(", "-", "(", *e, ")", ")"]),
        inner.map(lambda e: ["{", "let", "a", "=", *e, ";", "a", "}"]),
    )


def types() -> st.SearchStrategy[Tokens]:
    return st.recursive(
        st.sampled_from([["u8"], ["String"], ["a", ".", "B"]]),
        lambda inner: st.one_of(
            inner.map(lambda t: ["Option", "<", *t, ">"]),
            inner.map(lambda t: ["[", *t, "]"]),
            st.tuples(inner, inner).map(lambda t: ["Map", "<", *t[0], ",", *t[1], ">"]),
            inner.map(lambda t: ["{", "x", ":", *t, "}"]),
        ),
        max_leaves=5,
    )


def members() -> st.SearchStrategy[Tokens]:
    named = st.tuples(words, types(), expressions())
    return st.one_of(
        named.map(lambda m: [m[0], ":", *m[1]]),
        named.map(lambda m: [m[0], ":", *m[1], "=", *m[2]]),
        named.map(lambda m: ["@", "key", "(", "a", ")", m[0], ":", *m[1], "where", *m[2]]),
        named.map(lambda m: ["compute", m[0], ":", *m[1], "=", *m[2]]),
        named.map(lambda m: ["requires", m[0], ":", *m[2], "else", '"m"', "at", "a", ".", "b"]),
        expressions().map(lambda e: ["when", "(", *e, ")", "{", "a", "=", *e, "}"]),
        words.map(lambda name: ["retired", name]),
    )


def declarations() -> st.SearchStrategy[Tokens]:
    return st.one_of(
        expressions().map(lambda e: ["config", "c", "=", *e]),
        types().map(lambda t: ["type", "alias", "A", "=", *t]),
        st.lists(members(), max_size=4).map(lambda ms: ["schema", "S", "{", *joined(ms, ";"), "}"]),
        st.tuples(types(), expressions()).map(
            lambda f: ["fn", "f", "(", "a", ":", *f[0], ")", "->", *f[0], "{", *f[1], "}"]
        ),
    )


def programs() -> st.SearchStrategy[list[Tokens]]:
    return st.lists(declarations(), max_size=4)


BLANKS = [" ", "  ", "\t", " /* c /* d */ */ "]
BREAKS = [";", ",", "\n", "\r\n", " // c\n", "\n\n  "]


@st.composite
def layouts(draw: st.DrawFn, programs: st.SearchStrategy[list[Tokens]]) -> str:
    """A text that has these tokens. `;` may be any separator; within `(` newlines are blanks."""
    decls = []
    for tokens in draw(programs):
        text = ""
        brackets: list[str] = []
        for token in tokens:
            track(brackets, token)
            free = bool(brackets) and brackets[-1] in "(["
            text += draw(st.sampled_from(BREAKS)) if token == ";" else token
            text += draw(st.sampled_from([*BLANKS, "\n"] if free else BLANKS))
        decls.append(text)
    return "\n".join(decls)


def track(brackets: list[str], token: str) -> None:
    if token in "([{":
        brackets.append(token)
    elif token in ")]}":
        brackets.pop()
