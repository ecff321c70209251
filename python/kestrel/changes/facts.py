"""What is proved of each event: does the one side accept all that the other wrote?

What cannot be proved is left to the data. Of conditions alone containment has decided already; here
are members, and all that is worked out: defaults, `when`, `compute` and rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kestrel.changes.events import (
    DefaultPair,
    DerivedPair,
    Event,
    Fact,
    FieldAdded,
    FieldPair,
    FieldRemoved,
    LimitPair,
    OptionPair,
    RulePair,
    SecretPair,
    TypePair,
    UnitsPair,
)
from kestrel.changes.fields import is_required, reads
from kestrel.changes.prove.build import Builder
from kestrel.changes.prove.formula import Formula, atoms
from kestrel.changes.prove.quantifiers import lemmas
from kestrel.changes.prove.search import follows
from kestrel.changes.reads import Changed
from kestrel.changes.safety import is_safe
from kestrel.changes.sides import Side
from kestrel.ir.decls import Compute, Record, Rule, When
from kestrel.ir.exprs import AnyExpr
from kestrel.ir.types import Named

SHORTEST = 4
"""Rules beyond so many, that have nothing to do with the goal, are not assumed."""


def settle(events: Iterable[Event], old: Side, new: Side) -> list[Event]:
    """The events, each with what is proved of it."""
    return _Settling(old, new, list(events)).run()


class _Settling:
    def __init__(self, old: Side, new: Side, events: list[Event]) -> None:
        self.old = old
        self.new = new
        self.events = events
        self.changed = Changed(old, new, (n for e in events for n in _changes(e)))

    def run(self) -> list[Event]:
        while self.changed.add(n for event in self.events for n in self.follows_from(event)):
            pass
        return [self.settled(event) for event in self.events]

    def follows_from(self, event: Event) -> Iterator[str]:
        """Names of what is worked out from something that changed."""
        if isinstance(event, DefaultPair) and self.reads_default(event):
            yield event.now.name
        if isinstance(event, DerivedPair) and self.reads_derived(event):
            yield from _derived_names(event)

    def reads_default(self, event: DefaultPair) -> str:
        return self.changed.read_by(self.new, event.now.default, copies=True)

    def reads_derived(self, event: DerivedPair) -> str:
        return self.changed.read_by(self.new, *event.new, copies=True)

    def settled(self, event: Event) -> Event:
        match event:
            case FieldAdded():
                return self.added(event)
            case FieldRemoved():
                return self.removed(event)
            case DefaultPair():
                return self.default(event)
            case DerivedPair():
                return self.derived(event)
            case RulePair():
                return self.rule(event)
        return event

    # ---- members

    def added(self, event: FieldAdded) -> Event:
        field, owner = event.field, event.owner
        safe = field.default is None or is_safe(self.new, owner, field.type, field.default, True)
        if field.flatten or (event.record.open and not is_required(field)) or not safe:
            upgrade: Fact = "data"
        else:
            upgrade = "no" if is_required(field) else "yes"
        return replace(event, upgrade=upgrade, readers=self.unknown_to(event.record, event))

    def unknown_to(self, record: Record, event: FieldAdded) -> Fact:
        """Do old readers accept a member that they do not know?"""
        name = _last(event.path)
        if event.field.flatten or (record.open and reads(record, name)):
            return "data"
        if record.open:
            return "yes"
        return "no" if is_required(event.field) else "data"

    def removed(self, event: FieldRemoved) -> Event:
        field, record = event.field, event.record
        if field.flatten or (record.open and reads(record, _last(event.path))):
            upgrade: Fact = "data"
        elif record.open:
            upgrade = "yes"
        else:
            upgrade = "no" if is_required(field) else "data"
        default = field.default
        safe = default is None or is_safe(self.old, event.owner, field.type, default, True)
        readers: Fact = "no" if is_required(field) else "yes"
        if field.flatten or record.open or not safe:
            readers = "data"
        return replace(event, upgrade=upgrade, readers=readers)

    # ---- what is worked out

    def default(self, event: DefaultPair) -> Event:
        """The change of a default and of being required: S16, S17, S30, S31, S32."""
        was, now = event.was.default, event.now.default
        needs = "data" if event.is_required and not event.was_required else "yes"
        safe = now is None or is_safe(self.new, event.owners[1], event.now.type, now, True)
        back = was is None or is_safe(self.old, event.owners[0], event.was.type, was, True)
        read = self.reads_default(event) if event.old == event.new else ""
        unread = event.was_required and not event.is_required
        return replace(
            event,
            upgrade="yes" if needs == "yes" and safe else "data",
            readers="data" if unread or not back else "yes",
            meaning=not event.was_required and not event.is_required and event.old != event.new
            and not _is_absence(event),
            reads=read if not (safe and back) else "",
        )  # fmt: skip

    def derived(self, event: DerivedPair) -> Event:
        read = self.reads_derived(event) if event.same else ""
        safe = all(self.is_safe(self.new, event.owners[1], item) for item in event.new)
        back = all(self.is_safe(self.old, event.owners[0], item) for item in event.old)
        clash = event.member != "when" and not event.old and event.owners[0].open
        return replace(
            event,
            upgrade="yes" if safe and not clash else "data",
            readers="yes" if back else "data",
            meaning=not event.same and (bool(event.old) or event.member == "when"),
            reads=read if not (safe and back) else "",
        )

    def is_safe(self, side: Side, owner: Record, item: Compute | When) -> bool:
        if isinstance(item, Compute):
            return is_safe(side, owner, item.type, item.value, False)
        return is_safe(side, owner, None, item.cond, False) and all(
            len(set_.path) == 1
            and (field := side.member(owner, set_.path[0])) is not None
            and is_safe(side, owner, field.type, set_.value, False)
            for set_ in item.sets
        )

    # ---- rules

    def rule(self, event: RulePair) -> Event:
        read = ""
        if event.same and event.new is not None:
            read = self.changed.read_by(self.new, event.new.cond)
            if not read:
                return event
        old, new = event.owners
        return replace(
            event,
            reads=read,
            upgrade=self.implied((self.old, old, b"<"), (self.new, new, b">"), event.new),
            readers=self.implied((self.new, new, b">"), (self.old, old, b"<"), event.old),
        )

    def implied(
        self, given: tuple[Side, Record, bytes], sought: tuple[Side, Record, bytes],
        goal: Rule | None,
    ) -> Fact:  # fmt: skip
        """Does a rule hold wherever all rules of the other side do?"""
        if goal is None:
            return "yes"
        known, asked = self.builder(*given), self.builder(*sought)
        sought_for = asked.formula(goal.cond)
        rules = [known.formula(rule.cond) for rule in given[1].rules]
        related = _related(rules, sought_for)
        extra = list(lemmas(known, asked)) if related else []
        facts = [*known.facts.values(), *asked.facts.values()]
        world = {**asked.world, **known.world}
        proved = follows([*related, *extra, *_related(facts, sought_for)], sought_for, world)
        return "yes" if proved else "data"

    def builder(self, side: Side, record: Record, tag: bytes) -> Builder:
        def mark(expr: AnyExpr) -> bytes:
            return tag if self.changed.read_by(side, expr) else b""

        return Builder(side, {"self": Named(record.name)}, mark)


def _related(rules: list[Formula], goal: Formula) -> list[Formula]:
    """Those that say something of what the goal is about; all, if they are few."""
    if len(rules) <= SHORTEST:
        return rules
    about = {atom.subject for atom in atoms(goal)}
    return [rule for rule in rules if about & {atom.subject for atom in atoms(rule)}]


def _changes(event: Event) -> Iterator[str]:
    """Names of the fields whose effective value may be another one after this."""
    match event:
        case DefaultPair(old=old, new=new, was_required=a, is_required=b) if (old, a) != (new, b):
            yield from (event.was.name, event.now.name)
        case FieldPair(old=old, new=new, how=how) if how != "same":
            yield from (old.name, new.name)
        case DerivedPair(same=False):
            yield from _derived_names(event)
        case TypePair(change="wider" | "narrower"):
            pass
        case LimitPair() | RulePair():
            pass
        case FieldAdded() | FieldRemoved() | TypePair() | OptionPair() | SecretPair() | UnitsPair():
            if event.name:
                yield event.name


def _derived_names(event: DerivedPair) -> Iterator[str]:
    for item in (*event.old, *event.new):
        if isinstance(item, Compute):
            yield item.name
        else:
            yield from (name for set_ in item.sets for name in set_.path)


def _is_absence(event: DefaultPair) -> bool:
    """No default on either side: absence stays absence."""
    return event.old is None and event.new is None


def _last(path: str) -> str:
    return path.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
