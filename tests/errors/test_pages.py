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


def _section(text: str, name: str) -> str:
    parts = re.split(r"^## (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(name, "")


def _blocks(code: str, section: str) -> list[tuple[str, str]]:
    """The code blocks of a page's section, each with its kind, the schema's first."""
    _, text = page(code)
    return [*BLOCK.findall(_section(text, "Schema")), *BLOCK.findall(_section(text, section))]


def examples_in_files() -> list[tuple[str, str]]:
    """Code and section of each example made of files. Those made of commands are run, for the
    code's own case, by test_commands.py."""
    pairs = [(code, section) for code in CODES for section in ("Wrong", "Right")]
    return [
        (code, section)
        for code, section in pairs
        if not any(kind in ("console", "python") for kind, _ in _blocks(code, section))
    ]


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_page_with_a_wrong_and_a_right_example(code: str) -> None:
    _, text = page(code)
    assert text.startswith(f"# {code}: {CODES[code].name}\n")
    assert BLOCK.search(_section(text, "Wrong"))
    assert BLOCK.search(_section(text, "Right"))


@pytest.mark.parametrize(("code", "section"), examples_in_files())
def test_an_example_is_what_it_says(code: str, section: str, tmp_path: Path) -> None:
    codes = [d.code for d in _lint(tmp_path, _blocks(code, section))]
    assert code in codes if section == "Wrong" else not codes


def test_a_code_may_be_shortened() -> None:
    assert page("1")[0] == page("ks1")[0] == page("KS0001")[0] == "KS0001"
    assert page("kr101")[0] == page("KR0101")[0] == "KR0101"
    with pytest.raises(KestrelError, match="KS0908"):
        page("KS00011")


def _lint(folder: Path, blocks: list[tuple[str, str]]) -> list[compiler.Diagnostic]:
    """What is found in the files of an example; the first `.ks` file is the schema of data."""
    schema, found = None, []
    for kind, content in blocks:
        suffix = "ks" if kind == "kestrel" else kind
        file = folder / f"example.{suffix}"
        file.write_text(content, "utf-8")
        data = suffix != "ks"
        found += compiler.lint([str(file)], str(schema) if schema and data else None)
        schema = schema or (file if not data else None)
    return found
