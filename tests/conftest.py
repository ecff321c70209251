"""Shared by all tests: golden files, rewritten only when asked (`pytest --update-golden`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("kestrel", deadline=None)  # no test has a clock
settings.load_profile("kestrel")

Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files by what is found"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, text)` holds `text` against the file, or writes the file when asked to."""
    update = bool(request.config.getoption("--update-golden"))

    def check(path: Path, text: str) -> None:
        if update:
            path.write_text(text, "utf-8", newline="")
            return
        assert path.exists(), f"{path} is missing: run pytest with --update-golden, and read it"
        assert text == path.read_bytes().decode()

    return check
