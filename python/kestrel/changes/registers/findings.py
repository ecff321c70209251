"""What was found: each change once, with all the instances that have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from kestrel.changes.registers.rules import BUMPS, RULES, VERDICTS, Bump, Verdict

LATENT = "code that goes by the old description was wrong before: look for it"


class Change(NamedTuple):
    """A rule that fits at a path; `old` and `new` are what a person would write."""

    rule: str
    path: str
    old: str | None = None
    new: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """`path` is in the first of the instances. `latent`: what the verdict would be, if the hardware
    were not the same."""

    rule: str
    path: str
    names: Verdict
    layout: Verdict
    behaviour: Verdict
    old: str | None
    new: str | None
    instances: tuple[str, ...]
    latent: bool = False

    @property
    def overall(self) -> Verdict:
        return worst((self.names, self.layout, self.behaviour))

    @property
    def do(self) -> str:
        return LATENT if self.latent else RULES[self.rule].do

    def to_dict(self) -> dict[str, Any]:
        rule = RULES[self.rule]
        return {
            "rule": self.rule,
            "change": rule.change,
            "path": self.path,
            "names": self.names,
            "layout": self.layout,
            "behaviour": self.behaviour,
            "overall": self.overall,
            "old": self.old,
            "new": self.new,
            "why": rule.why,
            "do": self.do,
            "instances": list(self.instances),
        }


class Kept(NamedTuple):
    """A register or field that is in both maps, by its paths from their names on."""

    old: str
    new: str


class Comparison(msgspec.Struct, frozen=True):
    findings: tuple[Finding, ...]
    kept: tuple[Kept, ...]

    @property
    def overall(self) -> Verdict:
        return worst(each.overall for each in self.findings)

    @property
    def semver(self) -> Bump:
        return BUMPS[self.overall] if self.findings else "none"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=VERDICTS.index, default="none")


def finding(change: Change, instances: Sequence[str], same_hardware: bool) -> Finding:
    """`instances` have the change at its path; of no path it is about them."""
    row = RULES[change.rule]
    paths = tuple(f"{each}.{change.path}" if change.path else each for each in instances)
    latent = worst((row.layout, row.behaviour)) in ("behavioural", "breaking")
    return Finding(
        rule=change.rule,
        path=paths[0],
        names=row.names,
        layout="none" if same_hardware else row.layout,
        behaviour="none" if same_hardware else row.behaviour,
        old=change.old,
        new=change.new,
        instances=paths,
        latent=same_hardware and latent,
    )
