"""`kestrel-run status`, `history` and `show`: what a state holds; nothing is changed."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import click
import msgspec

from kestrel import inputs
from kestrel.changes.plan import Plan
from kestrel.cli.columns import aligned
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.plan_text import plan_to_dict, plan_to_markdown, plan_to_table
from kestrel.cli.values import with_state
from kestrel.data.schema import Schema
from kestrel.runtime import report, windows
from kestrel.runtime.approvals import Approval
from kestrel.runtime.report import HistoryEntry, ReplicaStatus, Shown, StateStatus, Waiting
from kestrel.runtime.statefile import StateFile
from kestrel.text.display import harmless
from kestrel.text.render import Pen


@command("status", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
def status(words: tuple[str, ...]) -> Outcome:
    """Show what runs, since when, by whom, and which programs run it."""
    (path,) = with_state(words)
    with closing(StateFile(path, "read")) as state:
        found = report.status(state)
        late = windows.overdue(state)
    result = {"status": "found", **msgspec.to_builtins(found)}
    audit_id = found.generation.audit_id
    forms = {"text": lambda pen: _status(found, pen)}
    return Outcome(result, forms, (late,) if late else (), audit_id=audit_id)


@command("history", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option("-n", "count", type=int, default=20, help="So many generations [default: 20].")
def history(words: tuple[str, ...], count: int) -> Outcome:
    """List the generations, newest first; those that were undone are marked."""
    (path,) = with_state(words)
    with closing(StateFile(path, "read")) as state:
        found = report.history(state, count)
    result = {"status": "found", "generations": msgspec.to_builtins(found)}
    return Outcome(result, {"text": lambda pen: _history(found, pen)})


@command("show", "text", "markdown")
@click.argument("words", nargs=-1, metavar="[STATE[@GENERATION]|PLAN]")
def show(words: tuple[str, ...]) -> Outcome:
    """Show a state's config, as written and as programs see it; or what is in a plan."""
    (what,) = with_state(words)
    plan = inputs.read_plan(what)
    if plan is not None:
        return _of_plan(plan)
    found = inputs.read_state(what)
    schema: Schema = found.snapshot.schema
    result = {
        "status": "found",
        "generation": found.generation.number,
        "config": found.config,
        "effective": found.effective,
        "schema": {"name": schema.name, "digest": schema.digest},
        "digest": found.generation.document,
        "approvals": msgspec.to_builtins(found.approvals),
        "waiting": msgspec.to_builtins(found.waiting),
    }
    forms = {"text": lambda pen: _shown(found, schema, pen)}
    return Outcome(result, forms, audit_id=found.generation.audit_id)


def _of_plan(plan: Plan) -> Outcome:
    forms = {
        "text": lambda pen: plan_to_table(plan, pen),
        "markdown": lambda _: plan_to_markdown(plan),
    }
    return Outcome({"status": "plan", **plan_to_dict(plan)}, forms, audit_id=plan.audit_id)


def _status(found: StateStatus, pen: Pen) -> str:
    head = found.generation
    rows = [
        ["generation", str(head.number)],
        ["since", f"{head.ts}, by {found.actor}"],
        ["audit_id", head.audit_id],
        ["document", head.document],
        ["log", f"{found.seq} events, the last {found.hash[:16]}…"],
    ]
    if found.in_flight is not None:
        state = "being prepared" if found.in_flight.alive else "left behind"
        rows.append(["in flight", f"{found.in_flight.audit_id}, {state}"])
    rows += _waiting(found.waiting)
    rows += [row for one in found.approvals for row in _approval(one)]
    rows.append(["programs", _counted(found.replicas)])
    table = [_replica(replica) for replica in found.replicas]
    return aligned(("", ""), rows, pen) + (aligned([""] * 3, table, pen, "  ") if table else "")


def _waiting(waiting: Waiting | None) -> list[list[str]]:
    """What waits to be confirmed, and how long yet."""
    if waiting is None:
        return []
    who = "kestrel-run confirm" if waiting.by == "person" else "health probes"
    left = waiting.overdue or f"{waiting.remaining:.0f} s left for {who}"
    return [["waits", f"generation {waiting.last}, to be confirmed: {left}"]]


def _approval(one: Approval) -> list[list[str]]:
    """The plan's change, and below it who lets it pass, how long, and why."""
    until = f" until {one.expires[:19]}Z" if one.expires and one.standing == "open" else ""
    said = f"by {one.actor}{until}{STANDS[one.standing]}" + (f": {one.note}" if one.note else "")
    return [["approval", str(one.audit_id)], ["", said]]


STANDS = {
    "open": "",
    "spent": " (spent)",
    "expired": " (expired)",
    "ahead": " (from later than this machine's clock says)",
}


def _counted(replicas: tuple[ReplicaStatus, ...]) -> str:
    return f"{sum(r.converged for r in replicas)} of {len(replicas)} run it"


def _replica(replica: ReplicaStatus) -> list[str]:
    remarks = ["restart pending"] if replica.restart_pending else []
    remarks += [f"degraded: {replica.degraded}"] if replica.degraded else []
    return [replica.program, f"generation {replica.generation}", ", ".join(remarks)]


def _history(found: list[HistoryEntry], pen: Pen) -> str:
    head = ("", "when", "event", "changes", "by", "audit_id")
    return aligned(head, [_entry(entry) for entry in found], pen)


def _entry(entry: HistoryEntry) -> list[str]:
    made = entry.generation
    event = entry.event.removeprefix("kestrel.")
    if made.restores is not None:
        event += f" to {made.restores}"
    undone = "" if entry.stands or made.restores is not None else " (undone)"
    when = made.ts[:19].replace("T", " ")
    return [str(made.number), when, event + undone, str(entry.changes), entry.actor, made.audit_id]


def _shown(found: Shown, schema: Schema, pen: Pen) -> str:
    head = f"generation {found.generation.number} of {schema.name}, as written"
    derived = _derived(found.config, found.effective)
    text = f"{pen('bold', head)}\n{_json(found.config)}\n"
    text += f"{pen('bold', 'and what follows')}\n{_json(derived)}\n" if derived else ""
    rows = _waiting(found.waiting)
    rows += [row for one in found.approvals for row in _approval(one)]
    return text + (aligned(("", ""), rows, pen) if rows else "")


def _derived(written: Any, effective: Any) -> Any:
    """The members of the effective value that nobody wrote."""
    if not isinstance(written, dict) or not isinstance(effective, dict):
        return None
    inner = {
        name: _derived(written[name], effective[name]) for name in effective if name in written
    }
    outer = {name: value for name, value in effective.items() if name not in written}
    return {name: value for name, value in (inner | outer).items() if value is not None} or None


def _json(value: Any) -> str:
    lines = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return "\n".join(harmless(line) for line in lines)
