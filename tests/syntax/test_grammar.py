"""The grammar, its nodes and its tables say the same; pages of the language are right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kestrel.syntax import builder, faults, lark_parse, regmap
from kestrel.syntax.outcome import GrammarName
from kestrel.syntax.regmap_builder import MapBuilder
from kestrel.text.source import Source
from tests.syntax.reading import DATA, ROOT, code_blocks, read

GRAMMAR = ROOT / "grammar" / "kestrel.lark"
TEMPLATE = ROOT / "codegen" / "tables" / "tables.hpp.j2"
TOOL = ROOT / "cpp" / "tools" / "make_tables.py"


def rule_names(grammar: GrammarName = "kestrel") -> set[str]:
    """Rules and aliases that can make a node."""
    made = set()
    for rule in lark_parse.load(grammar).rules:
        name = rule.alias or rule.origin.name
        passes = rule.options.expand1 and not rule.alias and len(kept(rule)) == 1
        if not name.startswith("_") and not passes:
            made.add(str(name))
    return made


def kept(rule: object) -> list[object]:
    return [each for each in rule.expansion if not getattr(each, "filter_out", False)]  # type: ignore[attr-defined]


def makers() -> set[str]:
    return set(builder.Builder(Source("empty.ks", b""), (), lambda begin, end: None).makers)


def test_every_rule_has_a_maker() -> None:
    assert rule_names() - makers() == set()


def test_every_class_has_a_rule() -> None:
    classes = {builder.snake(node.__name__) for node in builder.NODES}
    made_otherwise = {"bool", "interpolation"}
    assert classes - rule_names() == made_otherwise


def test_register_maps_have_a_maker_for_each_rule_and_a_rule_for_each_class() -> None:
    makers = MapBuilder(Source("empty.kreg", b""), (), lambda begin, end: None).makers
    assert rule_names("regmap") - set(makers) == set()
    classes = {builder.snake(node.__name__) for node in builder.nodes(regmap)}
    shared = {"attrs", "int", "name", "node", "text"}
    assert classes - rule_names("regmap") - shared == {"map_file"}


def test_words_of_messages_are_the_words_of_the_grammar() -> None:
    keywords = set(lark_parse.terminals().keywords)
    assert keywords - {"true", "false"} == set(faults.WORD)
    words = set(lark_parse.terminals("regmap").keywords)
    assert words - {"_"} == faults.MAP_HARD | faults.MAP_SOFT


def test_tables_depend_on_the_grammar_alone(tmp_path: Path) -> None:
    texts = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.hpp"
        command = [sys.executable, str(TOOL), str(GRAMMAR), str(TEMPLATE), str(out)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        texts.append(out.read_text(encoding="utf-8"))
    assert texts[0] == texts[1]


def test_a_conflict_fails_with_larks_message(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.lark"
    text = GRAMMAR.read_text(encoding="utf-8")
    wrong.write_text(text.replace("?sum: product\n", "?sum: product\n    | sum sum\n"))
    command = [sys.executable, str(TOOL), str(wrong), str(TEMPLATE), str(tmp_path / "x.hpp")]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode != 0
    assert "onflict" in found.stderr
    assert "Traceback" not in found.stderr


def test_the_default_path_is_light() -> None:
    """No Lark, and little else: what it loads beyond msgspec and the standard library is ours."""
    code = (
        "import sys; from kestrel.syntax.parse import parse, parse_expr; parse_expr('1 + 2');"
        "print(*sorted(m for m in sys.modules if '.' not in m))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "KESTREL_PARSER"}
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout.split()
    assert not {"lark", "interegular", "jinja2", "rich", "yaml", "regex"} & set(loaded)


PAGES = [
    *(ROOT / "docs").glob("*.md"),
    ROOT / "README.md",
    DATA.parent / "design" / "language.md",
    DATA.parent / "design" / "boundaries.md",
]


def is_right(code: str) -> bool:
    """Pages also show messages, and what is wrong: text in single quotes."""
    return not code.startswith("error[") and " '" not in code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_code_on_pages_parses(page: Path) -> None:
    if not page.exists():
        pytest.skip("the design pages are not beside this checkout")
    for code in filter(is_right, code_blocks(page)):
        text = code.replace("\u2026", "etc")
        text = f"fn page() {{\n{text}}}" if text.startswith("unsafe") else text
        assert [d.message for d in read(text)[1]] == [], code
