"""A plan: changes bound to the digests of their base and target, with their verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from kestrel._core import ChangeSet
from kestrel.changes.digests import Side, audit_id, change_digest, plan_digest
from kestrel.changes.policy import Policy, Verdict
from kestrel.ir import canon

FORMAT = 1
"""Version of the plan's JSON; a reader refuses newer ones."""

Change = dict[str, Any]
"""One RFC 6902 operation with more members: `old type reload marks rule key_path` (changes.md)."""


class Binding(msgspec.Struct, frozen=True):
    """The one state and generation that a plan was made against."""

    log_id: str
    generation: int


class PlanMembers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The members of a plan, as they stand in its JSON.

    `document` is the target's; `undo` (in JSON `inverse`) makes the base of it again.
    `schemas` holds the IR of both schemas by digest where they differ, else nothing.
    `marks` gives, for each mark (danger, restart, never), the first path that bears it.
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


class Plan(PlanMembers, frozen=True, kw_only=True):
    """What exactly will be done, and whether it is safe. Equal digests mean equal plans.

    `changes` are the live changes between two snapshots, where the plan was made in this process.
    """

    changes: ChangeSet | None = None

    @property
    def change_digest(self) -> str:
        """What changes: the digest that `audit_id` is made of."""
        return change_digest(self.base, self.target)

    @property
    def needs(self) -> tuple[str, ...]:
        """What has to be allowed (`--allow`) or approved before it is applied."""
        return self.policy.needs(self.verdict, self.marks)

    @property
    def changes_schema(self) -> bool:
        return self.base.schema != self.target.schema

    def members(self) -> PlanMembers:
        """The plan without what lives in this process alone."""
        return PlanMembers(**{name: getattr(self, name) for name in PlanMembers.__struct_fields__})

    def sealed(self) -> Plan:
        """The same plan with the digest over all its members."""
        return msgspec.structs.replace(self, digest=members_digest(self.members()))

    def __len__(self) -> int:
        return len(self.change_set)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.change_set)

    def __bool__(self) -> bool:
        return bool(self.change_set) or self.changes_schema

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Plan({self.audit_id}, {self.verdict}, {len(self)} changes)"


def members_digest(members: PlanMembers) -> str:
    """The plan digest: over every member but itself."""
    return plan_digest(canon.encode(msgspec.structs.replace(members, digest="")))


def bound_marks(changes: tuple[Change, ...]) -> Mapping[str, str]:
    """The marks of all changes and what a live change of their fields needs, each with a path."""
    found: dict[str, str] = {}
    for change in changes:
        for mark in (*change.get("marks", ()), change.get("reload", "hot")):
            if mark != "hot":
                found.setdefault(mark, change["path"])
    return found


def identity(base: Side, target: Side) -> str:
    """The audit id of going from `base` to `target`."""
    return audit_id(change_digest(base, target))
