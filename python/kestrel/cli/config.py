"""`kestrel-config`: the life cycle of configs; it shares its commands with `kestrel-run`."""

from __future__ import annotations

from typing import NoReturn

import click

import kestrel
from kestrel.cli.entry import run
from kestrel.cli.group import LazyGroup, Row
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.reloading import Wishes, go_back
from kestrel.cli.values import Seconds, with_state


@command("rollback", "text", audit=True)
@click.argument("words", nargs=-1, metavar="[STATE] [ID]")
@click.option("--to", type=int, metavar="GENERATION", help="Undo all after this generation.")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@click.option(
    "--wait", type=Seconds(), default="2s", help="Wait so long until every program runs it [2s]."
)
def rollback(
    words: tuple[str, ...], to: int | None, dry_run: bool, wait: float, audit: bool
) -> Outcome:
    """Undo the last change, as `kestrel-run reload --rollback` does."""
    change = words[1] if len(words) == 2 else None
    (state,) = with_state(words[:1] if change else words)
    return go_back(state, change, to, Wishes(dry_run=dry_run, wait=wait))


COMMANDS = {
    "validate": Row("kestrel.cli.lint:lint", "Check files: syntax, types, configs, examples."),
    "diff": Row("kestrel.cli.diff:diff", "Show what would change, and whether it is safe."),
    "render": Row("kestrel.cli.render:render", "Write out a config, or what a template makes."),
    "approve": Row("kestrel.cli.approve:approve", "Let a plan pass that needs to be allowed."),
    "export": Row("kestrel.cli.convert:export_", "Write a config out as YAML, TOML or JSON."),
    "import": Row("kestrel.cli.convert:import_", "Make a `.ks` config of a data file."),
    "fmt": Row("kestrel.cli.fmt:fmt", "Format `.ks` files."),
    "rollback": Row("kestrel.cli.config:rollback", "Undo the last change of running programs."),
}

GROUP = click.version_option(kestrel.__version__, prog_name="kestrel-config")(
    LazyGroup("kestrel-config", COMMANDS, {}, "Check, compare, render and roll back configs.")
)


def main() -> NoReturn:
    run(GROUP)


if __name__ == "__main__":
    main()
