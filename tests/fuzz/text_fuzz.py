"""Any bytes are a YAML and a TOML file: refused, or the same document again from its JSON."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import kestrel
from kestrel.data.document import Document
from kestrel.data.toml import read_toml
from kestrel.data.yaml import read_yaml
from kestrel.text.read import check_utf8
from kestrel.text.source import Source
from tests.fuzz import corpus

schema = corpus.every()


def read(data: bytes) -> None:
    formats: list[tuple[str, Callable[[Source], Document]]] = [
        ("x.yaml", read_yaml),
        ("x.toml", read_toml),
    ]
    for name, reader in formats:
        source = Source(name, data)
        with suppress(kestrel.KestrelError):
            check_utf8(source)
            config = schema.decode_document(reader(source))
            assert schema.decode(config.to_json()) == config
