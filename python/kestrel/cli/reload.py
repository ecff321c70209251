"""`kestrel-run reload`: apply a plan, or a file, or go back."""

from __future__ import annotations

import click

from kestrel import inputs
from kestrel.cli.comparing import make_plan
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.reloading import Wishes, apply_plan, go_back, on_state, told
from kestrel.cli.values import Seconds, is_id, positive, with_state
from kestrel.runtime.coordinator import refresh_secrets as refresh_secrets_of
from kestrel.text.diagnostic import Diagnostic, KestrelError


@command("reload", "text", audit=True)
@click.argument("words", nargs=-1, metavar="[STATE] [PLAN|FILE]")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing, ask no program.")
@click.option(
    "--wait", type=Seconds(), default="2s", help="Wait so long until every program runs it [2s]."
)
@click.option("--allow", multiple=True, metavar="WHAT", help="Allow: breaking, danger, restart.")
@click.option("--again", is_flag=True, help="Apply a change that was undone before.")
@click.option(
    "--rollback",
    is_flag=False,
    flag_value="",
    metavar="[ID]",
    help="Undo the last change, which may be named by its audit or event id.",
)
@click.option(
    "--confirm-within",
    type=Seconds(),
    callback=positive,
    metavar="DURATION",
    help="Take it back after so long, unless it is confirmed.",
)
@click.option("--over", metavar="ID", help="Build on the change ID, which waits to be confirmed.")
@click.option("--refresh-secrets", is_flag=True, help="Have programs resolve secrets anew.")
@click.option("--to", type=int, metavar="GENERATION", help="Undo all after this generation.")
def reload(
    words: tuple[str, ...],
    dry_run: bool,
    wait: float,
    allow: tuple[str, ...],
    again: bool,
    rollback: str | None,
    confirm_within: float | None,
    over: str | None,
    refresh_secrets: bool,
    to: int | None,
    audit: bool,
) -> Outcome:
    """Apply a plan to a state and to every program that has it open: all of it, or nothing.

    A FILE (FILE.ks#NAME, git:REV:path, or data of the state's schema) is planned first.
    """
    wishes = Wishes(frozenset(allow), again, dry_run, wait, confirm_within, over)
    if rollback and not is_id(rollback):  # `--rollback STATE`: the option took no ID
        words, rollback = (*words, rollback), ""
    if refresh_secrets:
        return _refresh(words, rollback, to, wait)
    if rollback is None and to is None:
        return _forward(words, wishes)
    if rollback is not None and to is not None:
        raise KestrelError([Diagnostic.make("KS0907", one="--rollback", other="--to")])
    (state,) = with_state(words)
    return go_back(state, rollback or None, to, wishes)


def _refresh(words: tuple[str, ...], rollback: str | None, to: int | None, wait: float) -> Outcome:
    if rollback is not None or to is not None:
        other = "--rollback" if to is None else "--to"
        raise KestrelError([Diagnostic.make("KS0907", one="--refresh-secrets", other=other)])
    (path,) = with_state(words)
    said = "every program resolved its secrets anew"
    return told(on_state(path, lambda state: refresh_secrets_of(state, wait=wait)), said=said)


def _forward(words: tuple[str, ...], wishes: Wishes) -> Outcome:
    state, source = with_state(words, "PLAN")
    plan = inputs.read_plan(source)
    if plan is not None:
        return apply_plan(state, plan, wishes)
    return apply_plan(state, make_plan(state, source), wishes, preview=True)
