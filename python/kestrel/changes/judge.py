"""From rows, proofs and data to findings."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from kestrel.changes.catalogue import Row, Upgrade
from kestrel.changes.events import Event, Fact
from kestrel.changes.evidence import Evidence
from kestrel.changes.findings import Finding, Readers
from kestrel.changes.places import Places
from kestrel.changes.policy import Verdict

FACTS: dict[Upgrade, Fact] = {
    "yes": "yes",
    "no": "no",
    "never": "never",
    "data": "data",
    "docs": "yes",
    "meaning": "yes",
    "yes, meaning": "yes",
    "no, meaning": "no",
    "parts": "yes",
}
"""Are old data accepted? What a row's `upgrade` comes to, where nothing else is proved."""

READ: dict[str, Fact] = {"accept": "yes", "reject": "no", "parts": "yes"}
"""The same of a row's `readers`; any other leaves it to the data."""

WAIVED = frozenset({"S06"})


class Judge:
    """Finds out what rows leave open: by what is proved of the event, else by asking the data."""

    def __init__(self, upgrade: Evidence, readers: Evidence, places: Places) -> None:
        self.upgrade = upgrade
        self.readers = readers
        self.places = places

    def findings(self, events: list[tuple[Row, Event]]) -> list[Finding]:
        found = [self.finding(row, event) for row, event in events]
        if self.upgrade.refusals and all(f.verdict != "breaking" for f in found):
            found = self._witnessed(found)
        return found

    def finding(self, row: Row, event: Event) -> Finding:
        verdict, evidence = self.verdict(row, event)
        readers, readers_evidence = self.old_readers(row, event)
        return Finding(
            rule=row.id,
            path=event.path,
            message=f"{row.change}: {event.detail}" if event.detail else row.change,
            verdict=verdict,
            readers=readers,
            evidence=evidence,
            readers_evidence=readers_evidence,
            also=tuple(self.places.others(event.path)),
            waived=row.id in WAIVED,
        )

    def verdict(self, row: Row, event: Event) -> tuple[Verdict, str]:
        """What nobody could check counts as breaking."""
        accepted = _accepted(row, event)
        fact = "never" if row.upgrade == "never" else event.upgrade or FACTS[row.upgrade]
        if fact == "yes":
            return accepted, "proved"
        if fact == "never":
            return "breaking", "proved"
        if not self.upgrade.documents:
            return "breaking", "proved" if fact == "no" else "unknown"
        refused = self.upgrade.against(event)
        return ("breaking" if refused else accepted), _checked(self.upgrade.count(event))

    def old_readers(self, row: Row, event: Event) -> tuple[Readers, str]:
        if row.upgrade == "never":
            fact = READ.get(row.readers, "data")
            return ("reject" if fact == "no" else "accept"), "proved"
        fact = event.readers or READ.get(row.readers, "data")
        if fact == "yes":
            return "accept", "proved"
        if not self.readers.documents:
            return ("reject", "proved") if fact == "no" else ("unknown", "unknown")
        refused: Readers = "unknown" if row.readers == "meaning" else "reject"
        against = self.readers.against(event)
        return (refused if against else "accept"), _checked(self.readers.count(event))

    def _witnessed(self, found: list[Finding]) -> list[Finding]:
        """A document is refused where no event says so: the events around the place answer for it.

        Verdicts are a promise, and so this is never needed; but one that data contradict is none.
        """
        paths = [refusal.path for refusal in self.upgrade.refusals]
        nearest = max((_shared(f.path, path) for f in found for path in paths), default=0)
        blamed: Callable[[Finding], bool] = lambda f: any(  # noqa: E731
            _shared(f.path, path) == nearest for path in paths
        )
        values = _checked(len(self.upgrade.documents))
        return [replace(f, verdict="breaking", evidence=values) if blamed(f) else f for f in found]


def _accepted(row: Row, event: Event) -> Verdict:
    """The verdict where old data are accepted."""
    if row.upgrade == "docs":
        return "docs"
    if row.upgrade == "parts":
        return "none"
    meaning = "meaning" in row.upgrade if event.meaning is None else event.meaning
    return "behavioural" if meaning else "compatible"


def _checked(count: int) -> str:
    return "checked on 1 value" if count == 1 else f"checked on {count} values"


def _shared(pattern: str, path: str) -> int:
    """How many steps two places have in common, from the root."""
    count = 0
    for a, b in zip(pattern.split("/"), path.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count
