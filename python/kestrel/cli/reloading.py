"""What `reload` and `diff --apply` share: a plan goes to a state, and what came of it is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from kestrel.changes.plan import Plan
from kestrel.changes.policy import Policy
from kestrel.cli import exits
from kestrel.cli.outcome import Outcome
from kestrel.cli.plan_text import plan_to_dict, plan_to_table
from kestrel.runtime import coordinator
from kestrel.runtime.request import Request
from kestrel.runtime.result import Result
from kestrel.runtime.statefile import StateFile
from kestrel.text.render import Pen

SAID = {
    "applied": "applied",
    "unchanged": "nothing to change",
    "planned": "would be applied; nothing was changed",
    "pending": "applied, until it is confirmed",
    "rejected": "refused; nothing was changed",
    "stale": "refused as stale; nothing was changed",
    "busy": "not tried: another reload is going on",
    "rolled_back": "failed, and rolled back",
    "unknown": "outcome unknown",
}


class Wishes(msgspec.Struct, frozen=True):
    """How a reload is wanted; seconds, and what is allowed."""

    allow: frozenset[str] = frozenset()
    again: bool = False
    dry_run: bool = False
    wait: float | None = None
    confirm_within: float | None = None
    over: str | None = None

    def options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


def apply_plan(path: str, plan: Plan, wishes: Wishes, *, preview: bool = False) -> Outcome:
    """Run the steps of a reload; with `preview` the text shows what changes as well."""

    def run(state: StateFile) -> Result:
        policy = Policy.find(Path.cwd())
        return coordinator.reload(state, Request(plan=plan, policy=policy, **wishes.options()))

    return told(on_state(path, run), plan if preview else None)


def go_back(path: str, change: str | None, to: int | None, wishes: Wishes) -> Outcome:
    """Undo the last change, or `change`, or all after generation `to`."""

    def run(state: StateFile) -> Result:
        return coordinator.roll_back(state, change, to, **wishes.options())

    return told(on_state(path, run), None)


def on_state(path: str, action: Callable[[StateFile], Result]) -> Result:
    """What an action on the state at `path` comes to."""
    with closing(StateFile(path)) as state:
        return action(state)


def told(result: Result, plan: Plan | None = None, said: str = "") -> Outcome:
    """The outcome of a command that changed a state; `said` where that went well, instead of the
    status's own words."""
    fields = msgspec.to_builtins(msgspec.structs.replace(result, diagnostics=()))
    del fields["diagnostics"]
    fields["reason"] = result.reason
    if plan is not None:
        fields["plan"] = plan_to_dict(plan)

    def text(pen: Pen) -> str:
        return _text(
            result, plan, said if said and result.status == "applied" else SAID[result.status], pen
        )

    return Outcome(
        fields,
        {"text": text, "table": text},
        result.diagnostics,
        audit_id=result.audit_id,
        exit=exits.OF_STATUS[result.status],
    )


def _text(result: Result, plan: Plan | None, said: str, pen: Pen) -> str:
    shown = plan_to_table(plan, pen) if plan is not None else ""
    role = "error" if exits.OF_STATUS[result.status] else "bold"
    said += " before, and still holds" if result.replayed else ""
    if result.generation is not None:
        said += f": generation {result.generation} runs"
    lines = [pen(role, said), f"  audit_id  {result.audit_id}"]
    if result.lost:
        lines.append(f"  undone    {', '.join(f'generation {n}' for n in result.lost)}")
    if result.confirm_until:
        lines.append(f"  confirm   until {result.confirm_until[:19]}Z: kestrel-run confirm")
    if result.status in ("applied", "pending"):
        lines.append(f"  programs  {_programs(result)}")
    return shown + "".join(f"{line}\n" for line in lines)


def _programs(result: Result) -> str:
    replicas = result.replicas
    if not replicas.committed:
        return "none has this state open"
    return f"{replicas.converged} of {replicas.committed} run it, {result.latency_ms:.1f} ms"
