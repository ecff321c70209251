"""Every example of the README, of docs/ and of examples/ runs, and prints what the page says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kestrel import compiler
from kestrel.text.render import render_all
from tests.docs.pages import Block, Command, blocks, commands, fits

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SUFFIXES = {"kestrel": "ks", "kreg": "kreg"}
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *EXAMPLES.glob("*/README.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page(page: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shell.folder)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if block.file is not None:
            path = shell.folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.kind in SUFFIXES:
            lint(block, shell.folder, where)
        elif block.kind == "console":
            for command in commands(block):
                shell.run(command, where)
        elif block.kind == "python":
            exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)


def lint(block: Block, folder: Path, where: str) -> None:
    file = folder / f"example.{SUFFIXES[block.kind]}"
    file.write_text(block.text, "utf-8")
    found = compiler.lint([str(file)])
    assert not found, f"{where}\n{render_all(found)}"


class Shell:
    """Runs commands in one folder, with Kestrel's programs on the path."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.groups: list[int] = []
        source = os.pathsep.join(str(Path(p).resolve()) for p in sys.path if p)
        clean = {k: v for k, v in os.environ.items() if not k.startswith("KESTREL_")}
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self.environment = clean | {"PATH": path, "PYTHONPATH": source, "NO_COLOR": "1"}
        for name, words in PROGRAMS.items():
            (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
            (programs / name).chmod(0o755)

    def run(self, command: Command, where: str) -> None:
        process = subprocess.Popen(
            ["bash", "-c", command.words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.groups.append(process.pid)
        printed, _ = process.communicate(timeout=60)
        shown = f"{where}: $ {command.words}\n{printed}"
        assert process.returncode == command.exits, shown
        assert fits(command.output, printed), shown

    def stop(self) -> None:
        """End what was left running in the background."""
        for group in self.groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                continue


PROGRAMS = {
    "kestrel-run": "-m kestrel.cli.run",
    "kestrel-config": "-m kestrel.cli.config",
    "kestrel-gen": "-m kestrel.cli.gen",
    "python3": "",
}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    folder, programs = tmp_path / "work", tmp_path / "bin"
    folder.mkdir(mode=0o700)
    (folder / "examples").symlink_to(EXAMPLES)
    programs.mkdir()
    made = Shell(folder, programs)
    yield made
    made.stop()
