"""What is known of a log from elsewhere, and what a log that says otherwise is told."""

from __future__ import annotations

import msgspec

from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.text.diagnostic import Diagnostic


class Attested(msgspec.Struct, frozen=True):
    """What somebody signed or noted down about a log: so many events have this root."""

    size: int
    root: bytes
    where: str

    @classmethod
    def of(cls, checkpoint: Checkpoint, where: str) -> Attested:
        return cls(checkpoint.size, checkpoint.root, where)


def rewritten(known: Attested, good: int) -> Diagnostic:
    """`good` events are as they were when an earlier checkpoint was signed."""
    first = (
        f"event {known.size}" if good + 1 == known.size else f"one of {good + 1} to {known.size}"
    )
    why = f"the first event that does not fit is {first}"
    return Diagnostic.make("KS0774", file=known.where, size=known.size, why=why)


def cut(known: Attested, end: int) -> Diagnostic:
    gone = f"{end + 1} to {known.size} are" if end + 1 < known.size else f"{known.size} is"
    why = f"the log ends at {end}: {gone} gone"
    return Diagnostic.make("KS0774", file=known.where, size=known.size, why=why)
