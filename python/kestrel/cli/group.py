"""A command group that imports a command's module only when that command runs."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import NamedTuple

import click

from kestrel.text.diagnostic import Diagnostic, KestrelError


class Row(NamedTuple):
    """One command: `module:attribute` that holds it, and its line in the help."""

    target: str
    summary: str


class LazyGroup(click.Group):
    """Commands from a table; `aliases` are other names, not listed."""

    def __init__(self, name: str, rows: Mapping[str, Row], aliases: Mapping[str, str], doc: str):
        settings = {"help_option_names": ["-h", "--help"]}
        super().__init__(name, help=doc, context_settings=settings)
        self.rows = rows
        self.aliases = aliases

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = self.rows.get(self.aliases.get(cmd_name, cmd_name))
        if row is None:
            return None
        module, attribute = row.target.split(":")
        made = getattr(importlib.import_module(module), attribute)
        assert isinstance(made, click.Command)
        return made

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            raise KestrelError([unknown_command(ctx.command_path, name, self.rows)])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.summary) for name, row in self.rows.items()])


def unknown_command(program: str, name: str, rows: Mapping[str, Row]) -> Diagnostic:
    """With the nearest command as a hint."""
    import difflib

    near = difflib.get_close_matches(name, rows, n=1)
    hint = f"did you mean `{program} {near[0]}`?" if near else f"`{program} --help` lists them"
    return Diagnostic.make("KS0902", helps=[hint], name=name)
