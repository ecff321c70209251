"""The members of a plan, as they stand in its JSON, and the digest over them."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType, to_builtins
from msgspec.structs import replace

from kestrel import _core
from kestrel.changes.digests import Side, plan_digest
from kestrel.changes.policy import Policy, Verdict

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


class Literals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """JSON Pointers of the literal secrets in the documents of a plan's ends, which it does not
    carry: `<secret>` stands there, and the documents' digests are keyed by a state's key."""

    base: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


class PlanMembers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, eq=False):
    """See changes.md.

    `document` is the target's; `undo` (in JSON `inverse`) makes the base of it again.
    `schemas` holds the IR of both schemas by digest where they differ, else nothing.
    `marks` gives, for each mark (danger, restart, never), the first path that bears it.
    `literals` says where literal secrets are hidden, if there are any.
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
    literals: Literals | UnsetType = UNSET


class Written(NamedTuple):
    """The operations of a plan as canonical JSON: what digests and events are taken over."""

    change_set: bytes
    inverse: bytes
    consequences: bytes

    @classmethod
    def of(cls, members: PlanMembers) -> Written:
        parts = (members.change_set, members.undo, members.consequences)
        return cls(*map(_core.canonical_json, parts))


def members_digest(members: PlanMembers, written: Written | None = None) -> str:
    """The plan digest: over every member but itself. `written` are its operations, if at hand."""
    written = written or Written.of(members)
    rest = replace(members, digest="", change_set=(), undo=(), consequences=())
    return plan_digest(_core.canonical_json(to_builtins(rest) | written._asdict()))


def marks_of(changes: tuple[Change, ...]) -> dict[str, str]:
    """The marks of all changes and what a live change of their fields needs, each with a path."""
    found: dict[str, str] = {}
    for change in changes:
        for mark in (*change.get("marks", ()), change.get("reload", "hot")):
            if mark != "hot":
                found.setdefault(mark, change["path"])
    return found
