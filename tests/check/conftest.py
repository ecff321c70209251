"""Where the native parser is not built, Lark parses: the trees are the same."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _parser(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        from kestrel._core import parse_kestrel  # noqa: F401
    except ImportError:
        monkeypatch.setenv("KESTREL_PARSER", "lark")
