"""What the demo shows: headings, commands with what they print, and what was observed."""

from __future__ import annotations

import sys
from typing import Protocol


class Stage(Protocol):
    """Where the demo is shown."""

    def heading(self, number: int, text: str) -> None: ...
    def command(self, words: str) -> None: ...
    def output(self, text: str) -> None: ...
    def observed(self, text: str) -> None: ...
    def unexpected(self, text: str) -> None: ...


class Plain:
    """For pipes and files: text alone."""

    def heading(self, number: int, text: str) -> None:
        self._say(f"\n{number}. {text}")

    def command(self, words: str) -> None:
        self._say(f"   $ {words}")

    def output(self, text: str) -> None:
        for line in text.rstrip().splitlines():
            self._say(f"   | {line}")

    def observed(self, text: str) -> None:
        self._say(f"   -> {text}")

    def unexpected(self, text: str) -> None:
        self._say(f"   !! {text}")

    def _say(self, line: str) -> None:
        encoding = sys.stdout.encoding or "utf-8"
        print(line.encode(encoding, "backslashreplace").decode(encoding).rstrip(), flush=True)


class Rich:
    """For a terminal."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(highlight=False)

    def heading(self, number: int, text: str) -> None:
        from rich.rule import Rule
        from rich.text import Text

        title = Text.assemble((f" {number} ", "bold reverse cyan"), (f" {text} ", "bold"))
        self.console.print()
        self.console.print(Rule(title, align="left", style="cyan"))

    def command(self, words: str) -> None:
        self._say("$ ", "bold cyan", words, "bold")

    def output(self, text: str) -> None:
        for line in text.rstrip().splitlines():
            self._say("│ ", "dim", line, "")

    def observed(self, text: str) -> None:
        self._say("✔ ", "bold green", text, "green")

    def unexpected(self, text: str) -> None:
        self._say("✘ ", "bold red", text, "bold red")

    def _say(self, sign: str, sign_style: str, text: str, style: str) -> None:
        from rich.text import Text

        line = Text.assemble("  ", (sign, sign_style))
        line.append_text(Text.from_ansi(text, style=style))
        self.console.print(line, soft_wrap=True)


def stage_for_output() -> Stage:
    """Rich on a terminal, plain anywhere else."""
    return Rich() if sys.stdout.isatty() else Plain()
