"""The members of a plan, as they stand in its JSON, and the digest over them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from kestrel.changes.digests import Side, plan_digest
from kestrel.changes.policy import Policy, Verdict
from kestrel.ir import canon

FORMAT = 1
"""Version of the plan's JSON; a reader refuses newer ones."""

Change = dict[str, Any]
"""One RFC 6902 operation with more members: `old type reload marks rule key_path` (changes.md)."""


class ChangeShape(msgspec.Struct, frozen=True):
    """What readers of a change rely on, whoever wrote it; what else it has is passed over."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    path: str
    source: str = msgspec.field(default="", name="from")
    key_path: str = ""
    marks: tuple[str, ...] = ()
    reload: Literal["hot", "restart", "never"] = "hot"
    type: str = ""
    rule: str = ""
    secret: bool = False


class Binding(msgspec.Struct, frozen=True):
    """The one state and generation that a plan was made against."""

    log_id: str
    generation: int


class PlanMembers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, eq=False):
    """See changes.md.

    `document` is the target's; `undo` (in JSON `inverse`) makes the base of it again.
    `schemas` holds the IR of both schemas by digest where they differ, else nothing.
    `marks` gives, for each mark (danger, restart, never), the first path that bears it.
    `findings` are those of the schema change, if there is one.
    """

    format: int = FORMAT
    audit_id: str
    digest: str = ""
    schema: str
    base: Side
    target: Side
    verdict: Verdict
    marks: dict[str, str]
    change_set: tuple[Change, ...]
    undo: tuple[Change, ...] = msgspec.field(name="inverse")
    consequences: tuple[Change, ...] = ()
    findings: tuple[dict[str, Any], ...] = ()
    policy: Policy
    state: Binding | None = None
    document: Any
    schemas: dict[str, Any] = {}


def members_digest(members: PlanMembers) -> str:
    """The plan digest: over every member but itself."""
    return plan_digest(canon.encode(msgspec.structs.replace(members, digest="")))


def marks_of(changes: tuple[Change, ...]) -> dict[str, str]:
    """The marks of all changes and what a live change of their fields needs, each with a path."""
    found: dict[str, str] = {}
    for change in changes:
        for mark in (*change.get("marks", ()), change.get("reload", "hot")):
            if mark != "hot":
                found.setdefault(mark, change["path"])
    return found
