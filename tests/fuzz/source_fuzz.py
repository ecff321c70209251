"""Any bytes are a `.ks` file: diagnostics, or a module whose schemas and configs can be had."""

from __future__ import annotations

import tempfile
from pathlib import Path

import kestrel
from kestrel import compiler

file = Path(tempfile.mkdtemp()) / "fuzz.ks"


def read(data: bytes) -> None:
    file.write_bytes(data)
    found = compiler.lint([str(file)])
    assert all(d.code and d.message for d in found)
    if any(d.severity == "error" for d in found):
        return
    module = kestrel.load(file)
    for name in module.schemas:
        assert module.schema(name).digest
    for name in module.configs:
        assert module.config(name).to_json()
