"""Any bytes are a plan: refused, or read. Plans whose digests fit their content are made too, as
someone would who edits a plan and seals it anew: an even first byte takes the rest as a text, an
odd one as edits of a right plan.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

import kestrel
from kestrel.changes.digests import audit_id, change_digest
from kestrel.changes.members import PlanMembers, members_digest
from kestrel.cli.plan_text import plan_to_markdown, plan_to_table
from kestrel.text.render import Pen
from tests.fuzz import corpus

Spot = tuple[Any, Any]
"""A container and the index or key of something in it."""

VALUES: list[Any] = [
    None, True, 0, -1, 2**64, 0.5, "", "x", "/", "/items/~2", "/rows/0", [], {}, [[]], {"": ""},
    "\ud800", "replace", "move", {"kind": "record"}, "0" * 64,
]  # fmt: skip

plans = list(corpus.plans())
bases = [corpus.every().decode(document) for document in corpus.DOCUMENTS]


def spots(value: Any) -> list[Spot]:
    """Everything inside of a value, from the outside in."""
    owners, found = [value], []
    for owner in owners:
        for key in owner if type(owner) is dict else range(len(owner)):
            found.append((owner, key))
            if type(owner[key]) in (dict, list):
                owners.append(owner[key])
    return found


def edited(data: bytes) -> bytes:
    """A right plan with edits: each takes three bytes, for the place, what is done, with what."""
    plan = json.loads(plans[data[0] % len(plans)])
    for at in range(1, len(data) - 2, 3):
        found = spots(plan)
        if not found:
            break
        edit(*found[(data[at] << 8 | data[at + 1]) % len(found)], data[at + 2], found)
    return json.dumps(plan).encode("utf-8", "surrogatepass")


def edit(owner: Any, key: Any, what: int, found: list[Spot]) -> None:
    """Take something away, or put in its place what stands elsewhere, or what may stand nowhere."""
    other, index = found[what * 7 % len(found)]
    if what % 4 == 0:
        del owner[key]
    elif what % 4 == 1 and isinstance(owner, list):
        owner.insert(key, copy(owner[what % len(owner)]))
    else:
        owner[key] = copy(other[index] if what % 4 == 2 else VALUES[(what >> 2) % len(VALUES)])


def copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


def sealed(data: bytes) -> bytes:
    """A plan with the digests that its content has; as it is where it is no plan."""
    try:
        members = msgspec.json.decode(data, type=PlanMembers)
        made = audit_id(change_digest(members.base, members.target))
        members = msgspec.structs.replace(members, audit_id=made)
        members = msgspec.structs.replace(members, digest=members_digest(members))
        return msgspec.json.encode(members)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return data


def read(data: bytes) -> None:
    if len(data) < 2:
        return
    try:
        text = edited(data[1:]) if data[0] % 2 else data[1:]
    except RecursionError:  # so deep that `json` cannot write it
        return
    plan = kestrel.Plan.from_json(sealed(text))
    for base in bases:
        if base.digest == plan.base.document:
            plan.target_from(base)
    assert plan_to_table(plan, Pen(False))
    assert plan_to_markdown(plan)
    assert len(plan.inverse.to_json()) > 0
