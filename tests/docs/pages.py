"""Reading a page of the documentation: its examples, in order.

    <!-- file: gateway.ks -->     the next block is that file's content
    <!-- not run: why -->         the next block is left out
    ```kestrel                    without a file name: linted by itself
    ```console                    `$ command`, what it prints, `# exits with 5` where that is not 0
    ```python                     run; the blocks of a page share their variables

In what a command prints, `…` stands for anything in its line, and alone on a line for any lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:<!-- (?P<mark>[^>]*?) -->\n+)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    kind: str
    text: str
    line: int
    file: str | None = None


@dataclass(frozen=True)
class Command:
    words: str
    output: str
    exits: int


def blocks(page: Path) -> list[Block]:
    """The blocks of a page that are tried, as they come."""
    text = page.read_text("utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        mark = match["mark"] or ""
        if not mark.startswith("not run:"):
            file = mark.removeprefix("file: ") if mark.startswith("file: ") else None
            line = text.count("\n", 0, match.start("kind")) + 1
            found.append(Block(match["kind"], match["text"], line, file))
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a console block, each with what it is said to print."""
    found = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        words, _, output = re.sub(r"\\\n>? *", "", part).partition("\n")
        exits = re.search(r"^# exits with (\d+)\n?", output, re.MULTILINE)
        shown = output if exits is None else output.replace(exits.group(), "")
        found.append(Command(words, shown, int(exits[1]) if exits else 0))
    return found


def fits(said: str, printed: str) -> bool:
    """Does what was printed fit what the page says?"""
    pattern = "".join(_line_pattern(line) for line in said.rstrip().splitlines())
    shown = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())
    return re.fullmatch(pattern, shown) is not None


def _line_pattern(line: str) -> str:
    if line.strip() == "…":
        return r"(?:.*\n)*"
    return ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"\n"
