"""`kestrel-config approve`: somebody else's word that a plan may pass."""

from __future__ import annotations

from contextlib import closing

import click
import msgspec

from kestrel import inputs
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.values import Seconds, with_state
from kestrel.runtime import approvals
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.display import harmless


@command("approve", "text", audit=True)
@click.argument("words", nargs=-1, metavar="[STATE] PLAN")
@click.option("--note", metavar="TEXT", help="Why, for the audit log.")
@click.option("--expires", type=Seconds(), default="24h", help="It holds so long [default: 24h].")
def approve(words: tuple[str, ...], note: str | None, expires: float, audit: bool) -> Outcome:
    """Let a plan pass once that needs to be allowed: bound to PLAN as it is, and to STATE."""
    path, source = with_state(words, "PLAN")
    plan = inputs.read_plan(source)
    if plan is None:
        raise KestrelError([Diagnostic.make("KS0925", argument=source)])
    with closing(StateFile(path)) as state:
        given = approvals.approve(state, plan, note, expires)
    said = (
        f"approved by {harmless(given.actor)}, until {given.expires}\n"
        f"  audit_id  {plan.audit_id}\n  plan      {plan.digest}\n"
        f"  lets pass {', '.join(plan.needs) or 'nothing that needed it'}\n"
    )
    result = {"status": "approved", **msgspec.to_builtins(given)}
    return Outcome(result, {"text": lambda _: said}, audit_id=plan.audit_id)
