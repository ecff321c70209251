"""Random schemas, as Kestrel text, and documents of them, as data."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

from hypothesis import strategies as st

from kestrel.data.values import Duration

DECLS = """\
type Level = | Low | @as("high-up") High
type Peer = | Off | One(Duration) | Two(String, u16) | Many { weight: u8, urls: Option<[Url]> }
@tag(kind) type Tagged = | File { path: Path } | @as("none") Nothing
@untagged type Loose = | Port(u16) | Ports([u16]) | Named { name: String }
type Id = new u64 where it > 0
type alias Word = String where len(it) in 1..=8 && it matches r"[a-z][a-z0-9-]*"
/// Something within.
schema Inner { size: Size = 4KiB; @as("in-name") name: Option<Word>; more: Option<Json> }
"""


class Typed(NamedTuple):
    """A type, and documents of it."""

    text: str
    values: st.SearchStrategy[Any]
    key: bool = False


WORDS = ["no", "null", "~", "012", "0x1F", "1e3", "12:30:45", "2001-01-01", "<<", "=", "true", "-"]
WORDS += ["", " ", "a b", "a: b", "# c", "a\nb\n", "a\n\n  b\n", " a\n", "\n", "a\t", '"""', "{x}"]
WORDS += ["\\", "'", '"', "a.b", "é", "\u2028", "\x85", "\x07", "\ufeff", "\r\n", "0o17", ".5"]
WORDS += ["1_0", "a\nb \n", "x\n{y}\n\\z\n", "env:X", "?", "- a", "a\n# b\n", "%", "@", "a\n\tb\n"]

texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=12))
floats = st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)
numbers = st.one_of(st.integers(-(2**63), 2**64 - 1), floats)
words = st.from_regex("[a-z][a-z0-9-]{0,7}", fullmatch=True)
plain_json = st.one_of(st.booleans(), numbers, texts)
json_values = st.recursive(
    plain_json,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
durations = st.integers(-(2**63), 2**63 - 1).map(lambda n: str(Duration(n)))
sizes = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from(["64KiB", "10MB", "0B", "7"]))
urls = st.sampled_from(["http://a/", "redis://x:1/0"])
u16s = st.integers(0, 65535)
references = st.one_of(
    words.map(lambda w: "env:" + w.replace("-", "_").upper()), texts.map("file:{}".format)
)
peers = st.one_of(
    st.just("Off"),
    durations.map(lambda d: {"One": d}),
    st.tuples(texts, u16s).map(lambda pair: {"Two": list(pair)}),
    st.fixed_dictionaries({"weight": st.integers(0, 255)}, optional={"urls": st.lists(urls)}).map(
        lambda fields: {"Many": fields}
    ),
)
inners = st.fixed_dictionaries({}, optional={"size": sizes, "in-name": words, "more": json_values})
paths = texts.filter(lambda text: "\0" not in text)

LEAVES = [
    Typed("Bool", st.booleans()),
    Typed("i8", st.integers(-128, 127), key=True),
    Typed("u64", st.integers(0, 2**64 - 1), key=True),
    Typed("u16 where it >= 1024", st.integers(1024, 65535)),
    Typed("f64", st.one_of(floats, st.integers(-100, 100))),
    Typed("String", texts, key=True),
    Typed("Word", words, key=True),
    Typed('"a" | "b c"', st.sampled_from(["a", "b c"])),
    Typed("Path", paths),
    Typed("Url", urls),
    Typed("Duration", durations),
    Typed("Size", sizes),
    Typed("Json", json_values),
    Typed("Level", st.sampled_from(["Low", "high-up"]), key=True),
    Typed("Peer", peers),
    Typed(
        "Tagged",
        st.one_of(
            paths.map(lambda path: {"kind": "File", "path": path}), st.just({"kind": "none"})
        ),
    ),
    Typed(
        "Loose",
        st.one_of(u16s, st.lists(u16s, max_size=3), texts.map(lambda text: {"name": text})),
    ),
    Typed("Id", st.integers(1, 2**64 - 1)),
    Typed("Secret<String>", references),
    Typed("Inner", inners),
]
BYTES = Typed("Bytes", st.binary(max_size=5).map(lambda b: base64.b64encode(b).decode()))
"""Documents may have them; a `.ks` config cannot."""


def compound(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    bare = inner.filter(lambda t: " " not in t.text)
    keys = st.sampled_from([leaf for leaf in LEAVES if leaf.key and leaf.text != "Level"])
    return st.one_of(
        bare.map(lambda t: Typed(f"[{t.text}]", st.lists(t.values, max_size=3))),
        st.tuples(keys, bare).map(
            lambda pair: Typed(
                f"Map<{pair[0].text}, {pair[1].text}>",
                st.dictionaries(pair[0].values.map(str), pair[1].values, max_size=3),
            )
        ),
        st.tuples(*[bare.filter(lambda t: not t.text.startswith("Secret"))] * 2).map(
            lambda pair: Typed(
                f"({pair[0].text}, {pair[1].text})",
                st.tuples(pair[0].values, pair[1].values).map(list),
            )
        ),
    )


def types(leaves: list[Typed] = LEAVES) -> st.SearchStrategy[Typed]:
    return st.recursive(st.sampled_from(leaves), compound, max_leaves=3)


NAMES = ["port", "level", "with", "a1", "match", "env", "caf\u00e9"]


@st.composite
def schemas(draw: st.DrawFn, leaves: list[Typed] = LEAVES) -> tuple[str, st.SearchStrategy[Any]]:
    """The text of a schema `Root`, and documents that it accepts."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    lines, needed, optional = [], {}, {}
    for name in names:
        typed = draw(types(leaves))
        if " " not in typed.text and draw(st.booleans()):
            lines.append(f"  {name}: Option<{typed.text}>")
            optional[name] = typed.values
        else:
            lines.append(f"  {name}: {typed.text}")
            needed[name] = typed.values
    text = DECLS + "schema Root {\n" + "\n".join(lines) + "\n}\n"
    return text, st.fixed_dictionaries(needed, optional=optional)


def dumped(document: Any) -> bytes:
    return json.dumps(document).encode()
