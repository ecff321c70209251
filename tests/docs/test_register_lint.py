"""The table of docs/register-lint.md is that of the codes."""

from __future__ import annotations

import re
from pathlib import Path

from kestrel.check.registers.lint import QUIET, QUIETER
from kestrel.text.codes import CODES
from tests.conftest import Golden

PAGE = Path(__file__).parents[2] / "docs" / "register-lint.md"
TABLE = re.compile(r"(?<=<!-- codes: begin -->\n).*?(?=<!-- codes: end -->)", re.DOTALL)
SECTIONS = ("KR01", "KR03", "KR04")


def test_the_page_has_the_codes(golden: Golden) -> None:
    golden(PAGE, TABLE.sub(lambda _: table(), PAGE.read_text("utf-8")))


def table() -> str:
    rows = [
        f"| {code} | {row.name} | {row.severity}{' ·' if code in QUIET | QUIETER else ''} |\n"
        for code, row in CODES.items()
        if code.startswith(SECTIONS)
    ]
    return "| code | what | severity |\n| --- | --- | --- |\n" + "".join(rows)
