"""docs/catalogue.md is made of the catalogue (`pytest --update-golden` writes it anew)."""

from __future__ import annotations

from pathlib import Path

from kestrel.changes.catalogue import CATALOGUE, NOT_COMPARED, Row
from kestrel.text import markdown
from tests.changes.cases import CASES, Case
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"

HEAD = """\
# The catalogue of schema changes

`kestrel-run diff OLD NEW` names each change of a schema by a row of this table.

*Upgrade*: does the new schema accept all old data? *Old readers*: would a program with the old
schema accept the new document?

| upgrade | means | verdict |
| --- | --- | --- |
| `yes` | all old data are accepted | compatible |
| `no` | whatever has such a value is refused; data given may have none | breaking |
| `never` | whatever the data, it counts as breaking | breaking |
| `data` | it depends on the data, and the configs at hand are asked | breaking without any |
| `meaning` | an unchanged document now means another thing | behavioural |
| `docs` | only what people read changed | docs |
| `parts` | the findings about its parts say it | none |

A row says what is mostly so. Where more is proved of the change at hand, the finding says that
instead: a rule that is added, and follows from the types and rules that there were, is compatible,
and `proved`. Each finding says of both answers on what they rest: `proved`, `checked on N values`,
or `unknown`.

| id | change | upgrade | old readers |
| --- | --- | --- | --- |
"""

EXAMPLES = """
## An example of each

The first of those that the tests hold each row to; `;` ends a member.

| id | from | to |
| --- | --- | --- |
"""


def _line(row: Row) -> str:
    later = f" (not compared: {NOT_COMPARED[row.id]})" if row.on is None else ""
    return f"| {row.id} | {row.change}{later} | {row.upgrade} | {row.readers} |\n"


def _examples() -> str:
    first = {case.rule: case for case in reversed(CASES)}
    return "".join(_example(first[rule]) for rule in sorted(first))


def _example(case: Case) -> str:
    was, _, now = case.more.partition(" → ")
    sides = (case.old, was), (case.new, now)
    shown = (markdown.code(f"{more}; {text}" if now and more else text) for text, more in sides)
    return f"| {case.rule} | {' | '.join(shown)} |\n"


def test_the_page_is_the_catalogue(golden: Golden) -> None:
    rows = "".join(_line(row) for row in CATALOGUE)
    golden(PAGE, HEAD + rows + EXAMPLES + _examples())
