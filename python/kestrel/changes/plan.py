"""A plan: what exactly will be done, bound to its base and target, and whether it is safe."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kestrel import _core
from kestrel._core import ChangeSet, Snapshot
from kestrel.changes.compare import Input, apply_diff, common, snapshots, under
from kestrel.changes.consequences import consequences
from kestrel.changes.digests import Side, audit_id, change_digest
from kestrel.changes.errors import InvalidChange
from kestrel.changes.findings import Finding
from kestrel.changes.members import (
    FORMAT,
    Binding,
    Change,
    ChangeShape,
    Literals,
    PlanMembers,
    Written,
    marks_of,
    members_digest,
)
from kestrel.changes.policy import Policy, Verdict, worst
from kestrel.changes.schema_diff import schema_findings
from kestrel.data.plain import json_schema, untyped
from kestrel.data.schema import Schema
from kestrel.data.secrets import REDACTED, literal_places
from kestrel.text.diagnostic import KestrelError
from kestrel.text.read import read_source

MEMBERS = PlanMembers.__struct_fields__


class Plan(PlanMembers, frozen=True, kw_only=True, eq=False, dict=True):
    """Equal digests mean equal plans.

    `ends` and `changes` are live, in the process that made the plan; None in one that was read.
    """

    ends: tuple[Snapshot, Snapshot] | None = None
    changes: ChangeSet | None = None

    @classmethod
    def from_json(cls, data: bytes | str, file: str | None = None) -> Plan:
        """Read a plan that `to_json` wrote, and check that it is what its digests say.

        Raises:
            InvalidChange: KS0610 no plan, KS0611 of a newer format, KS0612 changed since.
        """
        members = _parse(data.encode() if isinstance(data, str) else data, file)
        _verify(members, file)
        return cls(**{name: getattr(members, name) for name in MEMBERS})

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a plan's file. Raises as `from_json` does, and UnreadableFile."""
        return cls.from_json(read_source(path).data, str(path))

    def to_json(self) -> bytes:
        """The whole plan, for files and other processes; literal secrets are not in it.

        Raises:
            InvalidChange: KS0613, an end holds a literal secret, and its digest says nothing
                elsewhere, as neither end is a state's.
        """
        if self.ends is not None and not _core.is_keyed(self.ends[0]):
            for pointer in (*self.hidden.base, *self.hidden.target):
                raise InvalidChange.make("KS0613", path=pointer)
        return msgspec.json.format(msgspec.json.encode(self.members()), indent=2) + b"\n"

    @property
    def change_digest(self) -> str:
        """What changes: the digest that `audit_id` is made of."""
        return change_digest(self.base, self.target)

    @cached_property
    def written(self) -> Written:
        """The plan's operations as canonical JSON, made once."""
        return Written.of(self)

    @property
    def hidden(self) -> Literals:
        """The places of literal secrets, which the plan does not carry."""
        return self.literals or Literals()

    def under_key(self, key: bytes) -> Plan:
        """The same plan with its ends' literal secrets keyed by `key`, the key of a state.

        A plan that was read is keyed by the state that it was made against, and stays as it is.
        """
        if self.ends is None or not self.literals:
            return self
        old, new = (_core.keyed(end, key) for end in self.ends)
        if (side_of(old), side_of(new)) == (self.base, self.target):
            return self
        return plan(old, new, state=self.state, policy=self.policy)

    @property
    def changes_schema(self) -> bool:
        return self.base.schema != self.target.schema

    @property
    def needs(self) -> tuple[str, ...]:
        """What has to be allowed (`--allow`) or approved before it is applied."""
        return self.policy.needs(self.verdict, self.marks)

    @property
    def inverse(self) -> Plan:
        """The plan that undoes this one: a change like any other, bound to no state.

        Raises:
            InvalidChange: KS0612, in a plan that was read and whose parts contradict each other.
        """
        if self.ends is not None:
            return plan(self.ends[1], self.ends[0], policy=self.policy)
        if self.changes_schema:
            return plan(self._decoded(self.target), self._decoded(self.base), policy=self.policy)
        return self._turned()

    def target_from(self, base: Snapshot) -> Snapshot:
        """What `base` becomes, after checking that it is this plan's base, and that the plan
        does to it exactly what it says.

        Raises:
            InvalidChange: KS0614 another base, KS0612 the plan says something else, KS0734 it was
                read, and brings in a literal secret.
            InvalidConfig: the target breaks its schema.
        """
        _check_base(self, base)
        if self.ends is not None:
            return self.ends[1] if self.changes_schema else under(self.ends[1], base.schema)
        self._check_carried()
        target = self._changed(base)
        again = plan(base, target, state=self.state, policy=self.policy)
        if self.hidden.target and again.target != self.target:  # compared as they are shown
            raise InvalidChange.make("KS0734", path=self.hidden.target[0])
        for what in ("target", "change_set", "undo", "verdict", "marks", "schema", "literals"):
            if getattr(again, what) != getattr(self, what):
                raise _tampered(what)
        return target

    def _check_carried(self) -> None:
        """Raises InvalidChange (KS0734) if a change brings in a literal secret."""
        given = [change["path"] for change in self.change_set if change["op"] in ("add", "replace")]
        for place in self.hidden.target:
            if any(place == path or place.startswith(f"{path}/") for path in given):
                raise InvalidChange.make("KS0734", path=place)

    def _changed(self, base: Snapshot) -> Snapshot:
        """What the plan makes of `base`. Literal secrets that stay are the base's own."""
        if not self.changes_schema:
            return apply_diff(base, self)
        if not self.hidden.target:
            return _core.keyed_as(self._decoded(self.target), base)
        bare = ({k: v for k, v in change.items() if k != "old"} for change in self.change_set)
        whole = apply_diff(json_schema().decode(base.to_json()), bare)
        return _core.keyed_as(self._schema(self.target).decode(whole.to_json()), base)

    def members(self) -> PlanMembers:
        """The plan without what lives in this process alone."""
        return PlanMembers(**{name: getattr(self, name) for name in MEMBERS})

    def _decoded(self, side: Side) -> Snapshot:
        """One end of a plan that was read and carries both schemas."""
        document = self.document if side == self.target else _base_document(self)
        return self._schema(side).decode(msgspec.json.encode(document))

    def _schema(self, side: Side) -> Schema:
        if side.schema not in self.schemas:
            raise _tampered("schemas")
        schema = Schema.from_ir(msgspec.json.encode(self.schemas[side.schema]))
        if schema.digest != side.schema:
            raise _tampered("schemas")
        return schema

    def _turned(self) -> Plan:
        return _sealed(
            self,
            audit_id=audit_id(change_digest(self.target, self.base)),
            base=self.target,
            target=self.base,
            marks=marks_of(self.undo),
            change_set=self.undo,
            undo=self.change_set,
            consequences=tuple(_turned_back(self.consequences)),
            document=_base_document(self),
            literals=_literals(self.hidden.target, self.hidden.base),
            state=None,
        )

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


def plan(
    base: Input,
    target: Input,
    *,
    schema: Schema | None = None,
    state: Binding | None = None,
    policy: Policy | None = None,
) -> Plan:
    """The plan that takes `base` to `target`: snapshots, files or values, as `compare` takes them.

    `state` binds it to the one generation of the one state that `base` was read from. Literal
    secrets enter the digests keyed as those of the end that is a state's.

    Raises:
        InvalidConfig: a side is malformed, or its schema does not accept it.
    """
    old, new = _alike(*snapshots(base, target, schema))
    changes = _core.compare(*common(old, new))
    change_set, findings = tuple(changes), schema_findings(old, new)
    sides = side_of(old), side_of(new)
    return _sealed(
        Plan(
            audit_id=audit_id(change_digest(*sides)),
            schema=new.schema.name,
            base=sides[0],
            target=sides[1],
            verdict=_verdict(change_set, findings),
            marks=marks_of(change_set),
            change_set=change_set,
            undo=tuple(changes.inverse()),
            consequences=consequences(old, new, change_set),
            findings=tuple(msgspec.to_builtins(finding) for finding in findings),
            policy=policy or Policy(),
            state=state,
            document=msgspec.json.decode(new.redacted_json()),
            schemas=_schemas(old.schema, new.schema),
            literals=_literals(tuple(literal_places(old)), tuple(literal_places(new))),
            ends=(old, new),
            changes=changes,
        )
    )


def _alike(old: Snapshot, new: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Both with one key: the base's, or else the target's."""
    if _core.is_keyed(old):
        return old, _core.keyed_as(new, old)
    return _core.keyed_as(old, new), new


def _literals(base: tuple[str, ...], target: tuple[str, ...]) -> Literals | UnsetType:
    return Literals(base, target) if base or target else UNSET


def side_of(snapshot: Snapshot) -> Side:
    """The digests of a snapshot's schema and document."""
    return Side(snapshot.schema.digest, snapshot.digest)


def _sealed(unsealed: Plan, **changed: Any) -> Plan:
    """The plan with members changed, and the digest over all of them."""
    made = msgspec.structs.replace(unsealed, **changed)
    sealed = msgspec.structs.replace(made, digest=members_digest(made.members(), made.written))
    sealed.__dict__["written"] = made.written
    return sealed


def _verdict(change_set: tuple[Change, ...], findings: tuple[Finding, ...]) -> Verdict:
    values: Verdict = "compatible" if change_set else "none"
    return worst([values, *(finding.verdict for finding in findings)])


def _schemas(old: Schema, new: Schema) -> dict[str, Any]:
    if old == new:
        return {}
    return {schema.digest: msgspec.json.decode(schema.ir) for schema in (old, new)}


def _turned_back(changes: tuple[Change, ...]) -> Iterator[Change]:
    """The operations that undo operations, as far as people read them."""
    turned = {"add": "remove", "remove": "add"}
    for change in reversed(changes):
        back = {k: v for k, v in change.items() if k not in ("value", "old", "from")}
        back |= {"op": turned.get(change["op"], change["op"])}
        back |= {"old": change["value"]} if "value" in change else {}
        back |= {"value": change["old"]} if "old" in change else {}
        back |= {"path": change["from"], "from": change["path"]} if "from" in change else {}
        yield back


class _Header(msgspec.Struct):
    format: int = 0


def _parse(data: bytes, file: str | None) -> PlanMembers:
    try:
        header = msgspec.json.decode(data, type=_Header)
        if header.format > FORMAT:
            raise InvalidChange.make("KS0611", file=file, found=header.format, known=FORMAT)
        members = msgspec.json.decode(data, type=PlanMembers)
        for changes in (members.change_set, members.undo, members.consequences):
            msgspec.convert(changes, tuple[ChangeShape, ...])
        msgspec.convert(members.findings, tuple[Finding, ...])
        return members
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InvalidChange.make("KS0610", file=file, why=str(error)) from None


def _verify(members: PlanMembers, file: str | None) -> None:
    """Hold a plan against its own digests; and its changes against its documents."""
    if members_digest(members) != members.digest:
        raise _tampered("content", file)
    if members.audit_id != audit_id(change_digest(members.base, members.target)):
        raise _tampered("audit_id", file)
    try:
        target = untyped(members.document)
        hidden = members.literals or Literals()
        if not _stands_for(target, members.target.document, hidden.target):
            raise _tampered("document", file)
        base = apply_diff(target, members.undo)
        if not _stands_for(base, members.base.document, hidden.base):
            raise _tampered("inverse", file)
        if apply_diff(base, members.change_set) != target:
            raise _tampered("change_set", file)
    except InvalidChange:
        raise
    except KestrelError as error:
        raise InvalidChange.make("KS0610", file=file, why=str(error)) from None


def _stands_for(document: Snapshot, digest: str, hidden: tuple[str, ...]) -> bool:
    """Is it the document with this digest? Of one with hidden secrets only the state can say so,
    and does before the plan is applied; the secrets have to be hidden where it says."""
    if not hidden:
        return document.digest == digest
    json = document.to_json()
    return all(json[slice(*_core.locate(json, at))] == _SHOWN for at in hidden)


_SHOWN = b'"' + REDACTED.encode() + b'"'


def _base_document(members: PlanMembers) -> Any:
    base = apply_diff(untyped(members.document), members.undo)
    return msgspec.json.decode(base.to_json())


def _check_base(plan: Plan, base: Snapshot) -> None:
    found = side_of(base)
    if found != plan.base:
        expected, other = plan.base.document, found.document
        if expected == other:
            expected, other = plan.base.schema, found.schema
        raise InvalidChange.make("KS0614", expected=expected[:12], found=other[:12])


def _tampered(what: str, file: str | None = None) -> InvalidChange:
    return InvalidChange.make("KS0612", file=file, what=what)
