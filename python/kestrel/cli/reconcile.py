"""`kestrel-run reconcile`: does everybody run what the state says?"""

from __future__ import annotations

from contextlib import closing

import click
import msgspec

from kestrel.cli import exits
from kestrel.cli.columns import aligned
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.values import with_state
from kestrel.runtime.reconcile import Finding, Reconciliation
from kestrel.runtime.reconcile import reconcile as reconcile_state
from kestrel.runtime.statefile import StateFile
from kestrel.text.render import Pen

SHOWN = 12
"""Digits of a digest in the table."""


@command("reconcile", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
def reconcile(words: tuple[str, ...]) -> Outcome:
    """Compare the stored config, the last event and every program; exit with 1 if one differs."""
    (path,) = with_state(words)
    with closing(StateFile(path, "read")) as state:
        found = reconcile_state(state)
    result = {
        "status": "ok" if found.ok else "different",
        "findings": msgspec.to_builtins(found.findings),
    }
    code = exits.DONE if found.ok else exits.FOUND
    return Outcome(result, {"text": lambda pen: _table(found, pen)}, exit=code)


def _table(found: Reconciliation, pen: Pen) -> str:
    head = ("", "generation", "schema", "document", "")
    return aligned(head, [_row(finding) for finding in found.findings], pen)


def _row(finding: Finding) -> list[str]:
    digests = [(digest or "")[:SHOWN] for digest in (finding.schema, finding.document)]
    number = "" if finding.generation is None else str(finding.generation)
    return [finding.place, number, *digests, finding.differs or "agrees"]
