"""`explain`: each code has a page, and the page's examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kestrel import compiler
from kestrel.text.codes import CODES
from kestrel.text.diagnostic import KestrelError
from kestrel.text.pages import page

BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_page_with_a_wrong_and_a_right_example(code: str) -> None:
    _, text = page(code)
    assert text.startswith(f"# {code}: {CODES[code].name}\n")
    assert BLOCK.search(_section(text, "Wrong"))
    assert BLOCK.search(_section(text, "Right"))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("section", ["Wrong", "Right"])
def test_an_example_is_what_it_says(code: str, section: str, tmp_path: Path) -> None:
    _, text = page(code)
    found = _lint(tmp_path, text, section)
    if found is None:
        pytest.skip("commands: tests/errors/test_commands.py runs this code's own case")
    codes = [d.code for d in found]
    assert code in codes if section == "Wrong" else not codes


def test_a_code_may_be_shortened() -> None:
    assert page("1")[0] == page("ks1")[0] == page("KS0001")[0] == "KS0001"
    with pytest.raises(KestrelError, match="KS0908"):
        page("KS00011")


def _section(text: str, name: str) -> str:
    parts = re.split(r"^## (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(name, "")


def _lint(folder: Path, text: str, section: str) -> list[compiler.Diagnostic] | None:
    """What is found in the examples of a section; None if they are not files."""
    blocks = [*BLOCK.findall(_section(text, "Schema")), *BLOCK.findall(_section(text, section))]
    if any(kind in ("console", "python") for kind, _ in blocks):
        return None
    schema, found = None, []
    for kind, content in blocks:
        suffix = "ks" if kind == "kestrel" else kind
        file = folder / f"example.{suffix}"
        file.write_text(content, "utf-8")
        data = suffix != "ks"
        found += compiler.lint([str(file)], str(schema) if data else None)
        schema = schema or (file if not data else None)
    return found
