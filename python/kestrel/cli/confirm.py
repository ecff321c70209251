"""`kestrel-run confirm` and `abort`: the end of a change that waits."""

from __future__ import annotations

import click

from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.reloading import on_state, told
from kestrel.cli.values import Seconds, is_id, with_state
from kestrel.runtime import confirm as windows


@command("confirm", "text", audit=True)
@click.argument("words", nargs=-1, metavar="[STATE] [ID]")
def confirm(words: tuple[str, ...], audit: bool) -> Outcome:
    """Keep the change that waits to be confirmed; ID, its audit or event id, guards the choice."""
    state, change = _state_and_change(words)
    return told(on_state(state, lambda opened: windows.confirm(opened, change)), said="confirmed")


@command("abort", "text", audit=True)
@click.argument("words", nargs=-1, metavar="[STATE] [ID]")
@click.option(
    "--wait", type=Seconds(), default="2s", help="Wait so long until every program runs it [2s]."
)
def abort(words: tuple[str, ...], wait: float, audit: bool) -> Outcome:
    """Take back the change that waits to be confirmed, without waiting for its time to be over."""
    state, change = _state_and_change(words)
    return told(on_state(state, lambda opened: windows.abort(opened, change, wait=wait)))


def _state_and_change(words: tuple[str, ...]) -> tuple[str, str | None]:
    change = words[-1] if words and is_id(words[-1]) else None
    (state,) = with_state(words[:-1] if change else words)
    return state, change
