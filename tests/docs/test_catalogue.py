"""The table of docs/changes.md is the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

from kestrel.changes.catalogue import CATALOGUE
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "changes.md"
TABLE = re.compile(r"(?<=<!-- catalogue: begin -->\n).*?(?=<!-- catalogue: end -->)", re.DOTALL)


def test_the_page_has_the_catalogue(golden: Golden) -> None:
    golden(PAGE, TABLE.sub(lambda _: table(), PAGE.read_text("utf-8")))


def table() -> str:
    rows = [f"| {r.id} | {r.change} | {r.upgrade} | {r.readers} |\n" for r in CATALOGUE]
    head = "| id | change | upgrade | old readers |\n| --- | --- | --- | --- |\n"
    return head + "".join(rows)
