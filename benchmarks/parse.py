"""Source text to syntax tree, beside Lark with the same grammar and a lexer of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lark import Lark, Token

from benchmarks.measure import Result, seconds
from kestrel.syntax.parse import parse as parse_source
from kestrel.text.source import Source

ROOT = Path(__file__).parents[1]
LINES = 2_000

NEWLINE = r"""
_NL.5: /(?>(?:[ \t\r\n]|\/\/[^\n]*)*?\n(?:[ \t\r\n]|\/\/[^\n]*)*)(?![)\]}.|?+*\/%=<>]|&&|!=|->|(?:else|then|with|where|effect|is|in|matches|as)\b(?!\s*[:=.]))/
%ignore /[ \t\r\n]+/
%ignore /\/\/[^\n]*/
"""  # noqa: E501
"""The newline rule as a pattern, near enough for the text that is parsed here."""


def parse() -> Iterator[Result]:
    text = work(LINES)
    source = Source("work.ks", text.encode())
    assert parse_source(source)[1] == []
    lark = lark_with_own_lexer()
    ours = seconds(lambda: parse_source(source))
    theirs = seconds(lambda: lark.parse(text, start="file"))
    lines = text.count("\n")
    yield Result(f"parse .ks, {lines:,} lines, to a typed tree", ours, "Lark", theirs, 50)


def work(lines: int) -> str:
    """Declarations of many kinds, over and over."""
    return (PART * (lines // PART.count("\n") + 1)).lstrip()


PART = r"""
type Level = | Debug | Info | Warn | Loud(u8, String) | Peer { host: String, port: u16 }
type alias Name = String where len(it) in 1..=64 && it matches r"[a-z][a-z0-9-]*"
type UserId = new u64

schema Listener extends edge.common.Base {
  host: String = "0.0.0.0"
  port: u16 = 8_443 where it >= 1024 && it != 8080
  @reload(restart) tls: Option<Tls>
  @danger("drops sessions") idle: Duration = outer.request_timeout where it in 100ms..=5min
  limits: Map<Name, Option<[u64]>> where len(it) >= 1
  buffer: Size = 64KiB
  token: Secret<String> = env:TOKEN
  compute connections: u32 = workers * 1024 + limits.sum(|each| each.value)
  requires tls_in_prod: env != Env.Prod || all(listeners, |l| l.tls is Some)
      else "listener {it.key} needs TLS"
  when env == Env.Prod || (workers > 4 && host == "::") { level = Level.Warn; tls.min = 13 }
}

config base: Gateway = {
  listeners: { edge: { port: 8443, host: "::" }, inner: { port: 9000 + 1 } }
  session_store: "redis://s"
  tags: ["a", "b", "c", "d"]
}
config wide = base with { env: Env.Prod, listeners.edge.tls: Some({ cert: "/etc/tls/edge.pem" }) }

fn grade(level: Level, count: u32, names: [String]) -> Result<i32, Error> effect {io} {
  let (a, b) = (count * 2 - 1, level)
  if a > 3 then return Err("no")
  let long = names |> filter(|n| n != "x") |> map(|n| n.trim())
  match b with
    | Debug | Info -> Ok(1)
    | Loud(n, _) -> if n > 3 then Ok(n as i32) else compute(n, by: 3)?
    | other -> Ok(-1)
}
"""


class Brackets:
    """Drops newlines within `(` and `[`, where Lark's lexer cannot know better."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        open_brackets: list[str] = []
        for token in stream:
            if token.type == "_NL" and open_brackets[-1:] in (["("], ["["]):
                continue
            if token in OPENING:
                open_brackets.append(token)
            elif token in CLOSING:
                open_brackets.pop()
            yield token


OPENING = ("(", "[", "{")
CLOSING = (")", "]", "}")


def lark_with_own_lexer() -> Lark:
    grammar = (ROOT / "grammar" / "kestrel.lark").read_text(encoding="utf-8")
    grammar = re.sub(r"^_NL:.*$", "", grammar, flags=re.M)
    return Lark(
        grammar + NEWLINE,
        parser="lalr",
        postlex=Brackets(),
        start=["file", "expr"],
        propagate_positions=True,
        maybe_placeholders=True,
    )
