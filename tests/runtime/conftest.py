"""Shared by the runtime's tests: private folders, small configs, and programs as processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kestrel.runtime.create import init
from kestrel.runtime.runtime import Runtime
from tests.runtime.programs import Programs, config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory that a state may be kept in."""
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def path(folder: Path) -> Path:
    """Where a state will be."""
    return folder / "runtime.state"


@pytest.fixture
def made(path: Path) -> Path:
    """A new state whose config is `config(1)`, and that nobody has open."""
    init(path, config(1))
    return path


@pytest.fixture
def rt(path: Path) -> Iterator[Runtime]:
    """A runtime over a new state whose config is `config(1)`."""
    with Runtime.open(path, initial=config(1)) as runtime:
        yield runtime


@pytest.fixture
def programs(path: Path) -> Iterator[Programs]:
    """Starts programs that have the state open; none outlives the test."""
    started = Programs(path)
    yield started
    started.kill_all()
