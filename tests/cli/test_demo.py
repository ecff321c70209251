"""`kestrel-run demo` plays to its end, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.commands import kestrel_run


def test_the_demo(tmp_path: Path) -> None:
    ran = kestrel_run("demo", TMPDIR=str(tmp_path))
    assert ran.code == 0, ran.out + ran.err
    assert "!!" not in ran.out
    assert "\x1b" not in ran.out
    assert "9. Change one byte of a copy" in ran.out
    assert os.listdir(tmp_path) == []
