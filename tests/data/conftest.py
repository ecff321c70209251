"""A schema that has a bit of everything, and how its files are read in tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import kestrel

GATEWAY = """
type Level = | Debug | Info | Warn

type alias Name = String where len(it) in 1..=8

schema Tls { cert: Path; versions: Set<String> = [] }

schema Listener {
  port: u16 where it >= 1024
  host: String = "0.0.0.0"
  tls: Option<Tls>
}

schema Gateway {
  listeners: Map<Name, Listener> = {}
  level: Level = Level.Info
  idle: Duration = 30s
  room: Size = 64KiB
  ratio: f64 = 0.5
  big: u64 = 0
  tags: [String] = []
  note: Option<String>
  token: Option<Secret<String>>
  extra: Option<Json>

  requires tls_for_all: level != Level.Warn || all(listeners, |l| l.tls is Some)
      else "a listener without TLS"
}
"""


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> kestrel.Schema:
    path = tmp_path_factory.mktemp("schema") / "gateway.ks"
    path.write_text(GATEWAY)
    return kestrel.load(path).schema("Gateway")


Wrong = Callable[[str, str | bytes], list[tuple[str, int, int]]]


@pytest.fixture
def wrong(gateway: kestrel.Schema, tmp_path: Path) -> Wrong:
    """Code, line and column of each diagnostic about a file with this end of its name and text."""

    def read(suffix: str, text: str | bytes) -> list[tuple[str, int, int]]:
        path = tmp_path / f"config{suffix}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(kestrel.KestrelError) as caught:
            gateway.load(path)
        return [_place(diagnostic) for diagnostic in caught.value.diagnostics]

    return read


def _place(diagnostic: object) -> tuple[str, int, int]:
    span = diagnostic.span  # type: ignore[attr-defined]
    where = (span.first.line, span.first.column) if span else (0, 0)
    return (diagnostic.code, *where)  # type: ignore[attr-defined]
