"""A finding: one change of a schema, with what it does."""

from __future__ import annotations

from typing import Literal

import msgspec

from kestrel.changes.policy import Requirement, Verdict

Readers = Literal["accept", "reject", "unknown"]
"""Would a program with the old schema accept the new document?"""

READERS: tuple[Readers, ...] = ("accept", "unknown", "reject")


class Finding(msgspec.Struct, frozen=True):
    """One change. `rule` is a row of the catalogue, `path` a pattern of places in documents.

    `evidence` of the verdict, and `readers_evidence` of the old readers' answer, are `proved`,
    `checked on N values`, or `unknown`: there were no data to ask. `also` are further places at
    which the same record is used. `waived`: no requirement counts it (S06, or an exemption).
    """

    rule: str
    path: str
    message: str
    verdict: Verdict
    readers: Readers
    evidence: str
    readers_evidence: str = "proved"
    also: tuple[str, ...] = ()
    waived: bool = False


def hinders(finding: Finding, requirement: Requirement) -> bool:
    """Does a finding stand in the way of a requirement?"""
    backward, forward = finding.verdict == "breaking", finding.readers != "accept"
    stands = {"backward": backward, "forward": forward, "full": backward or forward}[requirement]
    return stands and not finding.waived
