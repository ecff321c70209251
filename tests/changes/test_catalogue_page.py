"""docs/catalogue.md is made of the catalogue (`pytest --update-golden` writes it anew)."""

from __future__ import annotations

from pathlib import Path

from kestrel.changes.catalogue import CATALOGUE, Row
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"

HEAD = """\
# The catalogue of schema changes

`kestrel-run diff OLD NEW` names each change of a schema by a row of this table.

*Upgrade*: does the new schema accept all old data? `data`: it depends on the data, so the configs
that are given (or in the state) are asked, and the finding says `checked on N values`; where there
are none it says `unknown`, and counts as breaking. `meaning`: an unchanged document now means
another thing. `parts`: the findings about its parts say it.

*Old readers*: would a program with the old schema accept the new document?

What follows for the verdict: `no` is breaking, `meaning` is behavioural, `yes` is compatible,
`docs` is docs.

| id | change | upgrade | old readers |
| --- | --- | --- | --- |
"""


def _line(row: Row) -> str:
    later = "" if row.on else " (not compared yet)"
    return f"| {row.id} | {row.change}{later} | {row.upgrade} | {row.readers} |\n"


def test_the_page_is_the_catalogue(golden: Golden) -> None:
    golden(PAGE, HEAD + "".join(_line(row) for row in CATALOGUE))
