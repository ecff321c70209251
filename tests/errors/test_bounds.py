"""Codes that only large or odd input causes."""

from __future__ import annotations

from pathlib import Path

import pytest

import kestrel
from kestrel import compiler
from kestrel.text.diagnostic import KestrelError

SOURCE = "schema S { items: [u8] }\n"


def codes(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "a.ks"
    file.write_text(text)
    return [d.code for d in compiler.lint([str(file)])]


@pytest.fixture
def schema(tmp_path: Path) -> kestrel.Schema:
    file = tmp_path / "s.ks"
    file.write_text(SOURCE)
    return kestrel.load(file).schema("S")


def test_reading_gives_up_after_many_syntax_errors(tmp_path: Path) -> None:
    """KS0017."""
    found = codes(tmp_path, "schema S { ] }\n" * 500)
    assert found[-1] == "KS0017"
    assert len(found) == 101


def test_a_check_gives_up_after_many_errors(tmp_path: Path) -> None:
    """KS0017, of errors that are none of syntax: those before it have their places."""
    found = codes(tmp_path, "schema S {\n" + "".join(f"f{i}: Nat\n" for i in range(2000)) + "}\n")
    assert found == ["KS0101"] * 1000 + ["KS0017"]


def test_a_chain_of_modules_has_an_end(tmp_path: Path) -> None:
    """KS0180: as a diagnostic, long before the stack ends."""
    for i in range(2000):
        (tmp_path / f"m{i}.ks").write_text(f"module m{i}\nuse m{i + 1}\n")
    (tmp_path / "m2000.ks").write_text("module m2000\n")
    (found,) = compiler.lint([str(tmp_path / "m0.ks")])
    assert (found.code, found.span and Path(found.span.source.name).stem) == ("KS0180", "m99")
    (tmp_path / "m99.ks").write_text("module m99\n")
    assert not compiler.lint([str(tmp_path / "m0.ks")])


def test_further_errors_in_data_are_counted(schema: kestrel.Schema) -> None:
    """KS0418."""
    with pytest.raises(kestrel.InvalidConfig) as failed:
        schema.decode({"items": ["x"] * 1000})
    *errors, last = failed.value.diagnostics
    assert last.code == "KS0418"
    assert last.message.startswith(str(1000 - len(errors)))


def test_what_is_no_data_is_said_to_be_none(schema: kestrel.Schema) -> None:
    """KS0425."""
    with pytest.raises(kestrel.InvalidConfig, match="KS0425"):
        schema.decode({"items": object()})


def test_an_ir_of_another_version_is_refused() -> None:
    """KS0109."""
    with pytest.raises(KestrelError, match="KS0109"):
        kestrel.Schema.from_ir(b'{"format": 99}')
