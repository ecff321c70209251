"""Each row of the catalogue: a pair of schemas that it is about, and one that it nearly is about.

docs/catalogue.md shows the first pair of each row.
"""

from __future__ import annotations

from typing import NamedTuple

ITEM = "schema I { n: u8; m: u8 }"


class Case(NamedTuple):
    """Members of the schema `R`, or whole texts where they say `schema`; `;` ends a member.

    `near` is a new schema of which the row does not say anything. Without data the finding is
    `verdict`, on the evidence `evidence`, and old readers `readers`. `good` are old data that the
    new schema accepts, `bad` what it refuses, or would read otherwise.
    """

    rule: str
    old: str
    new: str
    near: str
    verdict: str
    evidence: str = "proved"
    readers: str = "accept"
    good: object = {}
    bad: object = None
    more: str = ""


CASES = (
    Case("S01", "a: u8 = 1", "a: u8 = 1; b: Option<u8>", "a: u8 = 1; b: u8 = 2",
         "compatible", readers="unknown"),
    Case("S02", "a: u8 = 1", "a: u8 = 1; b: u8", "a: u8 = 1; b: u8 = 2",
         "breaking", readers="reject", good=None, bad={}),
    Case("S03", "a: u8 = 1", "a: u8 = 1; b: u8 = 2", "a: u8 = 1; b: u8",
         "compatible", readers="unknown"),
    Case("S04", "a: u8 = 1; b: Option<u8>", "a: u8 = 1", "a: u8 = 1; b: u8 = 2",
         "breaking", "unknown", bad={"b": 1}),
    Case("S05", "a: u8 = 1; b: u8", "a: u8 = 1", "a: u8 = 1; b: u16",
         "breaking", readers="reject", good=None, bad={"b": 1}),
    Case("S06", 'a: u8 = 1; @deprecated("no use", since: "2026-01-31") b: Option<u8>', "a: u8 = 1",
         'a: u8 = 1; @deprecated("no use", since: "2026-01-31") b: Option<u16>',
         "breaking", "unknown", bad={"b": 1}),
    Case("S07", "timeout: u8", "timeouts: u8", "@renamed_from(timeout) timeouts: u8",
         "breaking", readers="reject", good=None, bad={"timeout": 1}),
    Case("S07", "@renamed_from(wait) timeout: u8", "timeout: u8",
         "@renamed_from(wait) timeout: u16", "breaking", "unknown", good={"timeout": 1}),
    Case("S08", "timeout: u8", "@renamed_from(timeout) wait: u8", "timeout: u16",
         "compatible", readers="reject", good={"timeout": 1}),
    Case("S08", "timeout: u8", "@renamed_from(wait) timeout: u8", '@reload(restart) timeout: u8',
         "compatible", readers="unknown", good={"timeout": 1}),
    Case("S09", "a: u8 = 1; retired b", "a: u8 = 1; b: u8 = 1", "a: u8 = 1; c: u8 = 1",
         "breaking", readers="reject", good=None),
    Case("S10", "a: u8", "a: u16", "a: u8 where it < 9",
         "compatible", readers="unknown", good={"a": 1}),
    Case("S11", "a: u16", "a: u8", "a: u16 where it < 256",
         "breaking", "unknown", good={"a": 1}, bad={"a": 256}),
    Case("S12", "a: u64", "a: f64", "a: i64",
         "breaking", "unknown", "unknown", {"a": 1}, {"a": 2**53 + 1}),
    Case("S14", "a: u16", "a: Bool", "a: u32",
         "breaking", readers="reject", good=None, bad={"a": 1}),
    Case("S15", "a: u16", "a: [u16]", "a: Option<u16>",
         "breaking", readers="reject", good=None, bad={"a": 1}),
    Case("S16", "a: Option<u8>", "a: u8", "a: u8 = 1",
         "breaking", "unknown", good={"a": 1}, bad={}),
    Case("S17", "a: u8", "a: Option<u8>", "a: u8 = 1",
         "compatible", readers="unknown", good={"a": 1}),
    Case("S20", "a: E", "a: E", "a: E where it != E.Z", "compatible", readers="unknown",
         good={"a": "X"}, more="type E = | X | Z → type E = | X | Z | Y"),
    Case("S21", "a: E", "a: E", "a: E where it != E.Y", "breaking", "unknown",
         good={"a": "X"}, bad={"a": "Y"}, more="type E = | X | Y → type E = | X"),
    Case("S23", "a: String", 'a: "x" | "y"', 'a: String where it in ["x", "y"]',
         "breaking", "unknown", good={"a": "x"}, bad={"a": "z"}),
    Case("S24", "a: u8 where it >= 5", "a: u8 where it >= 3", "a: u8 where it > 4",
         "compatible", readers="unknown", good={"a": 5}),
    Case("S25", "a: u8 where it >= 5", "a: u8 where it >= 6", "a: u8 where !(it < 5)",
         "breaking", "unknown", good={"a": 6}, bad={"a": 5}),
    Case("S27", 'a: String where it matches r"x*"', 'a: String where it matches r"x+"',
         'a: String where it matches r"x*x*"', "breaking", "unknown",
         good={"a": "x"}, bad={"a": ""}),
    Case("S28", 'a: String where it matches r"x+"', 'a: String where it matches r"x*"',
         'a: String where it matches r"xx*"', "compatible", readers="unknown", good={"a": "x"}),
    Case("S30", "a: Option<u8>", "a: u8 = 1", "a: Option<u16>", "behavioural"),
    Case("S31", "a: u8 = 1", "a: u8 = 2", "a: u16 = 1", "behavioural"),
    Case("S32", "a: u8 = 1", "a: u8", "a: u8 = 2",
         "breaking", "unknown", good={"a": 1}, bad={}),
    Case("S34", "a: Option<Size>", "@units(binary) a: Option<Size>",
         "a: Option<Size> where it > 1B",
         "breaking", readers="unknown", bad={"a": "1MiB"}),
    Case("S35", "a: u8", "a: u8; requires small: a < 5", "a: u8 where it < 5",
         "breaking", "unknown", good={"a": 1}, bad={"a": 5}),
    Case("S36", "a: u8; requires small: a < 5", "a: u8; requires small: a < 9",
         "a: u8; requires small: a < 3", "compatible", readers="unknown", good={"a": 1}),
    Case("S37", "a: u8; compute b: u16 = a + 1", "a: u8; compute b: u16 = a + 2",
         "a: u8; compute b: u16 = a + 1", "behavioural", good={"a": 1}),
    Case("S37", "a: u8; b: u8 = 1", "a: u8; b: u8 = 1; when a == 1 { b = a }",
         "a: u8; b: u8 = a", "behavioural", good={"a": 1}),
    Case("S40", "schema B { a: u8 } schema R extends B { }", "schema R { a: u8 }",
         "schema B { a: u8 } schema R extends B { }", "none", good={"a": 1}),
    Case("S42", "a: [I]", "@key(n) a: [I]", "a: [I] where len(it) < 9", "breaking", "unknown",
         good={"a": []}, bad={"a": [{"n": 1, "m": 1}, {"n": 1, "m": 2}]}, more=ITEM),
    Case("S43", "schema R { a: u8 }", "open schema R { a: u8 }", "schema R { a: u16 }",
         "compatible", readers="unknown", good={"a": 1}),
    Case("S44", "open schema R { a: u8 }", "schema R { a: u8 }", "open schema R { a: u16 }",
         "breaking", "unknown", good={"a": 1}, bad={"a": 1, "b": 2}),
    Case("S45", "@key(n) a: [I]", "@key(m) a: [I]", "@key(n) a: [I] = []",
         "breaking", readers="reject", good=None, more=ITEM),
    Case("S46", "a: u8; b: u8", "b: u8; a: u8", "a: u8; b: u16", "docs", good={"a": 1, "b": 2}),
    Case("S46", "a: u8", '@deprecated("no use") a: u8', "a: u16", "docs", good={"a": 1}),
    Case("S47", "schema R { a: u8 }", "schema S { a: u8 }", "schema R { a: u16 }",
         "breaking", readers="reject", good=None),
    Case("S50", "a: u8", "@reload(restart) a: u8", '@deprecated("no use") a: u8', "behavioural",
         good={"a": 1}),
    Case("S51", "a: String", "a: Secret<String>", "a: String where len(it) < 9",
         "breaking", readers="reject", good=None),
)  # fmt: skip


def source(members: str, more: str = "", new: bool = False) -> str:
    """The text of a `.ks` file with the schema."""
    first, _, second = more.partition(" → ")
    head = f"{(second or first) if new else first}\n"
    if "schema" in members:
        return head + members.replace(" schema R extends", "\nschema R extends") + "\n"
    return f"{head}schema R {{\n" + "".join(f"  {m.strip()}\n" for m in members.split(";")) + "}\n"
