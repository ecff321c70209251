"""Codes that commands cause, and the test that no code is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kestrel.text.codes import CODES
from tests.conftest import Golden
from tests.errors.cases import FOLDER, code_of, wrong_files
from tests.errors.commands import CASES
from tests.errors.lab import Lab


@pytest.mark.parametrize("code", CASES)
def test_command(code: str, tmp_path: Path, golden: Golden) -> None:
    ran = CASES[code](Lab(tmp_path))
    said = ran.err or ran.out
    assert f"[{code}]" in said
    assert ran.code not in (0, 1, 70)
    golden(FOLDER / f"{code}.txt", said)


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_test(code: str) -> None:
    """A wrong file, a command, or a test in Python that names the code."""
    assert code in {code_of(name) for name in wrong_files()} | CASES.keys() | _named_in_tests()


def _named_in_tests() -> set[str]:
    tests = FOLDER.parent.rglob("test_*.py")
    return {code for test in tests for code in re.findall(r"K[SR]\d{4}", test.read_text("utf-8"))}
