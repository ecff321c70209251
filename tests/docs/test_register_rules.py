"""The table of docs/register-changes.md is that of the rules."""

from __future__ import annotations

import re
from pathlib import Path

from kestrel.changes.registers.rules import TABLE
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "register-changes.md"
RULES = re.compile(r"(?<=<!-- rules: begin -->\n).*?(?=<!-- rules: end -->)", re.DOTALL)


def test_the_page_has_the_rules(golden: Golden) -> None:
    golden(PAGE, RULES.sub(lambda _: table(), PAGE.read_text("utf-8")))


def table() -> str:
    rows = [f"| {r.id} | {r.change} | {r.names} | {r.layout} | {r.behaviour} |\n" for r in TABLE]
    head = "| rule | change | names | layout | behaviour |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(rows)
