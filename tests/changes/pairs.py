"""Random schemas, edits of them, and documents for them: what verdicts are held against."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import kestrel

Spec = dict[str, str]
"""By slot, the text of a declaration, or nothing."""

INTS = (
    "u8", "u16", "i16", "i64", "u8 = 1", "u8 = 2", "u16 = 1", "u8 where it > 3",
    "u8 where it >= 4", "u16 where it in 2..=9 || it == 20", "u8 where !(it < 2 || it in [3, 4])",
    "u16 = 3 where it != 4", "u8 where it % 2 == 0", "u16 where it % 2 == 0 && it < 21",
    "u8 = 5 where it + 1 > 2", "u16 where it <= 255",
)  # fmt: skip
OTHERS = ("Option<u8>", "Option<u8> where it > 2", "f64", "f64 where it > 0.5", "f32", "[u8]",
          "Bool", "String", "Size", "Duration")  # fmt: skip
TEXTS = (
    "String", 'String = "x"', 'String = "y"', 'String where it matches r"[a-y]*"',
    'String where it matches r"[a-y]{0,3}"', "String where len(it) <= 3", 'String where it != "z"',
    'String where it in ["x", "y"]', '"x" | "y"', '"x" | "y" | "zz"', "Level", "Level = Level.X",
    'String where len(it) in 1..=2 && it matches r"[xy]+"', "Path", "Option<String>", "Url",
    "Secret<String>",
)  # fmt: skip
LISTS = ("[Item] = []", "[Item] where len(it) < 3", "Map<String, Item>",
         "Map<String, Item> where len(it) <= 1", "[Item]", "Set<u8>", "[u8]", "[String]",
         "Option<Item>", "Item", "Json")  # fmt: skip

POOLS: dict[str, tuple[str, ...]] = {
    "a": (*(f"a: {t}" for t in (*INTS, *INTS, *OTHERS)), '@deprecated("old") a: u8',
          "@renamed_from(z) a: u8", "@reload(restart) a: u8", "@units(binary) a: Size", ""),
    "b": (*(f"b: {t}" for t in INTS), "b: u8 = a", "b: u16 = a", "b: u16 = a + 1",
          "b: u16 = 9 / a", ""),
    "z": ("", "", "", "z: u8", "z: u8 = 1", "retired z"),
    "s": (*(f"s: {t}" for t in TEXTS), '@as("text") s: String', "@not_null s: Option<String>",
          "@ignore_case s: Level", ""),
    "l": (*(f"l: {t}" for t in LISTS), "@key(p) l: [Item]", ""),
    "compute": ("", "", "compute c: u16 = b + 1", "compute c: u8 = b + 1", "compute c: i64 = b * 2",
                "compute c: u16 = b"),
    "when": ("", "", "when b > 3 { b2 = 7 }", "when b > 3 { b2 = 9 }", "when b > 4 { b2 = b }"),
    "b2": ("", "b2: u8 = 1", "b2: u16 = 1 where it < 8", "b2: u8 = 2", "b2: i64 = 1"),
    "r1": ("", "", "requires r1: b < 9", "requires r1: b < 20", "requires r1: b < 10 && b != 4",
           "requires r2: b < 9", "requires r1: b != 4 || b2 > 3", "requires r1: 20 / b > 1",
           "requires r1: b2 < b", "requires r1: b > b2"),
    "r3": ("", "", "requires r3: all(l, |i| i.p > 2)", "requires r3: all(l, |i| i.p > 3)",
           "requires r3: none(l, |i| i.p == 4)", "requires r3: any(l, |x| x.p > 3)",
           "requires r3: len(l) < 2", "requires r3: all(l, |i| i.q == 1)"),
    "head": ("schema R", "schema R", "schema R", "open schema R", "@case(upper) schema R"),
    "p": ("p: u8", "p: u16", "p: u8 = 3", "p: u8 where it > 1", "p: u16 = 4"),
    "q": ("", "q: u8 = 1", "q: u8 = 2", "q: u8 = p", "q: Option<u8>", "q: u16 = 1"),
    "level": ('type Level = | @as("x") X | @as("y") Y',
              'type Level = | @as("x") X | @as("y") Y | Zz',
              'type Level = | @as("y") X | @as("x") Y', 'type Level = | @as("x") X | @as("why") Y',
              '@ignore_case type Level = | @as("x") X | @as("y") Y'),
}  # fmt: skip


def pair(random: Random) -> tuple[Spec, Spec]:
    """A schema that compiles and an edit of it, in one or two slots."""
    while True:
        old = {slot: random.choice(texts) for slot, texts in POOLS.items()}
        if compiled(text_of(old)) is not None:
            break
    new = dict(old)
    for slot in random.sample(sorted(POOLS), random.choice((1, 1, 2))):
        new[slot] = random.choice(POOLS[slot])
    return old, new


def text_of(spec: Spec) -> str:
    own = ("a", "b", "z", "s", "l", "b2", "compute", "when", "r1", "r3")
    members = "\n".join(f"  {spec[slot]}" for slot in own if spec[slot])
    item = f"schema Item {{\n  {spec['p']}\n  {spec['q']}\n}}"
    return f"{spec['level']}\n{item}\n{spec['head']} {{\n{members}\n}}\n"


FOLDER = Path(tempfile.mkdtemp())


@lru_cache(maxsize=2000)
def compiled(text: str) -> kestrel.Schema | None:
    """None where it does not compile."""
    path = FOLDER / "schema.ks"
    path.write_text(text)
    try:
        return kestrel.load(path).schema("R")
    except kestrel.KestrelError:
        return None


NUMBERS = (0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 20, 21, 255, 256, 300, -1, 0.25, 2**60 + 1)
SMALL = (1, 2, 3, 4, 5, 300)
WORDS = (
    "x",
    "y",
    "zz",
    "z",
    "",
    "xx",
    "xyxy",
    "Xx",
    "YY",
    "X",
    "Y",
    "Zz",
    "why",
    "http://h/",
    "1KB",
)


def document(spec: Spec, random: Random) -> dict[str, Any]:
    """A document that a schema may well accept; now and then with what it does not know."""
    upper = spec["head"].startswith("@case")
    made: dict[str, Any] = {}
    for name, value in _values(spec, random).items():
        declared = spec["s" if name == "text" else name]
        known = bool(declared) and not declared.startswith("retired")
        if name in ("s", "text"):
            known = known and ("@as" in declared) == (name == "text")
        optional = "=" in declared.partition("where")[0] or "Option" in declared
        likely = (0.6 if optional else 0.97) if known else 0.04
        if random.random() < likely:
            made[name.upper() if upper and name != "text" else name] = value
    return made


def _values(spec: Spec, random: Random) -> dict[str, Any]:
    odd = random.choice((None, [1], "1MB", True, "5s"))
    return {
        "a": random.choice((*random.choices(NUMBERS, k=6), odd)),
        "b": random.choice(NUMBERS),
        "b2": random.choice(SMALL),
        "z": random.choice(SMALL),
        "s": random.choice((*WORDS, None)),
        "text": random.choice(WORDS),
        "l": _items(random),
    }


def _items(random: Random) -> Any:
    count = random.randrange(3)
    return random.choice(
        (
            [_item(random) for _ in range(count)],
            {random.choice(WORDS): _item(random) for _ in range(count)},
            _item(random),
            [random.choice(SMALL)],
        )
    )


def _item(random: Random) -> dict[str, int]:
    more = {"q": random.choice(SMALL)} if random.random() < 0.4 else {}
    return {"p": random.choice(SMALL), **more}


def common(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Pairs of values in one place of two effective documents."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() & new.keys():
            yield from common(old[name], new[name], f"{path}/{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from common(a, b, f"{path}/{index}")
    else:
        yield path, old, new
