"""`kestrel-run state`: the upkeep of a state's file."""

from __future__ import annotations

from contextlib import closing

import click
import msgspec

from kestrel.cli.group import LazyGroup, Row
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.values import with_state
from kestrel.runtime import backup as backups
from kestrel.runtime import collect, restore, upgrade
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tables import FORMAT


@command("backup", "text")
@click.argument("words", nargs=-1, metavar="[STATE] FILE")
def backup(words: tuple[str, ...]) -> Outcome:
    """Copy a state at one moment, while programs use it, to FILE, where nothing is yet."""
    path, target = with_state(words, "FILE")
    made = backups.back_up(path, target)
    said = (
        f"{made.path}: {made.seq} events, verified\n  to keep elsewhere: {made.seq}:{made.hash}\n"
    )
    return Outcome({"status": "backed_up", **msgspec.to_builtins(made)}, {"text": lambda _: said})


@command("restore", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option("--from", "source", metavar="FILE", help="A backup, to be copied to STATE first.")
def restore_(words: tuple[str, ...], source: str | None) -> Outcome:
    """Make a copy, or a backup that was put in place, a state of its own with a new epoch."""
    (path,) = with_state(words)
    epoch = restore.restore(path, source)
    said = f"{path} may be changed again: epoch {epoch}\n"
    return Outcome({"status": "restored", "epoch": epoch}, {"text": lambda _: said})


@command("gc", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    required=True,
    metavar="N",
    help="Keep the configs of the last N generations.",
)
def gc(words: tuple[str, ...], keep: int) -> Outcome:
    """Let go of old configs. Every event of the audit log stays."""
    (path,) = with_state(words)
    with closing(StateFile(path)) as state:
        done = collect.collect(state, keep)
    said = (
        f"kept from generation {done.kept_from} on; configs let go: {done.documents}\n"
        f"  {done.before:,} bytes before, {done.after:,} after\n"
    )
    return Outcome({"status": "collected", **msgspec.to_builtins(done)}, {"text": lambda _: said})


@command("upgrade", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
def upgrade_(words: tuple[str, ...]) -> Outcome:
    """Bring a state of an older format to the one that this version writes."""
    (path,) = with_state(words)
    found = upgrade.upgrade(path)
    done = found < FORMAT
    how = f"{path}: format {found} became {FORMAT}" if done else f"{path} has format {FORMAT}"
    result = {"status": "upgraded" if done else "unchanged", "from": found, "to": FORMAT}
    return Outcome(result, {"text": lambda _: f"{how}\n"})


COMMANDS = {
    "backup": Row("kestrel.cli.state:backup", "Copy a state while programs use it."),
    "restore": Row("kestrel.cli.state:restore_", "Make a copy a state of its own."),
    "gc": Row("kestrel.cli.state:gc", "Let go of old configs; the audit log stays."),
    "upgrade": Row("kestrel.cli.state:upgrade_", "Bring an older state to this format."),
}

state = LazyGroup("state", COMMANDS, {}, "Back up, restore and tidy a state's file.")
