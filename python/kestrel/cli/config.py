"""`kestrel-config`: the life cycle of configs; it shares its commands with `kestrel-run`."""

from __future__ import annotations

import json
from typing import NoReturn

import click

import kestrel
from kestrel import inputs
from kestrel.cli.entry import run
from kestrel.cli.group import LazyGroup, Row
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.reloading import Wishes, go_back
from kestrel.cli.values import Seconds, with_state
from kestrel.cli.writing import write_whole
from kestrel.data.export import refuse_literals


@command("render", "text")
@click.argument("config", metavar="FILE#NAME")
@click.option("--schema", metavar="FILE#NAME", help="The schema of a data file.")
@click.option("--effective", is_flag=True, help="With defaults, `when` and `compute` filled in.")
@click.option("-o", "--output", metavar="FILE", help="Write it there.")
def render(config: str, schema: str | None, effective: bool, output: str | None) -> Outcome:
    """Write a config out as JSON: what is written, or what programs see."""
    read = inputs.read_schema(schema) if schema else None
    snapshot = inputs.read_end(config, read).config
    refuse_literals(snapshot, effective)
    value = json.loads(snapshot.effective_json() if effective else snapshot.to_json())
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    result = {"status": "rendered", "digest": snapshot.digest, "config": value}
    if output is not None:
        write_whole(output, text.encode())
        return Outcome(result, {"text": lambda _: ""})
    return Outcome(result, {"text": lambda _: text})


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
    "render": Row("kestrel.cli.config:render", "Write a config out as JSON."),
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
