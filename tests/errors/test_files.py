"""Each wrong file, and the text that it is answered with."""

from __future__ import annotations

import pytest

from kestrel import compiler
from kestrel.text.render import render_all
from tests.conftest import Golden
from tests.errors.cases import FOLDER, code_of, schema_of, wrong_files


@pytest.mark.parametrize("name", wrong_files())
def test_wrong_file(name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    found = compiler.lint([name], schema_of(name))
    golden(FOLDER / f"{name}.txt", render_all(found))
    assert code_of(name) in [diagnostic.code for diagnostic in found]
