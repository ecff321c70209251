"""What a project requires of changes of its schemas (`--require`, `[require]`), and exemptions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

import msgspec

from kestrel.changes.findings import Finding, hinders
from kestrel.changes.policy import PROJECT_FILE, Requirement, malformed, project_file
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.read import read_source

REQUIREMENTS: tuple[Requirement, ...] = get_args(Requirement)

EVERYWHERE = "default"
"""The key of `[require]` for every place that has none of its own."""


class Exemption(msgspec.Struct, frozen=True):
    """One finding that no requirement counts, until a day (the last on which it holds).

    `schema` is the name of the one schema that it is about; empty: of any.
    """

    rule: str
    path: str
    reason: str
    until: date
    schema: str = ""

    def covers(self, finding: Finding) -> bool:
        return finding.rule == self.rule and self.path in (finding.path, *finding.also)


class Judged(msgspec.Struct, frozen=True):
    """What requirements say of findings. `diagnostics` that are errors stand in the way.

    `findings` are all, those that an exemption covers waived; `exempt` says why, by their index.
    """

    findings: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...]
    exempt: dict[int, Exemption]

    @property
    def refused(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


class Requirements(msgspec.Struct, frozen=True):
    """`places` maps patterns of places, and `default`, to what is required there and below."""

    places: dict[str, Requirement] = {}
    exemptions: tuple[Exemption, ...] = ()
    file: str | None = None

    @classmethod
    def find(cls, folder: str | Path) -> Requirements:
        """Those of the project that a folder is in: of the nearest `kestrel.toml` upward.

        Raises:
            MalformedPolicy: KS0620, it says something that there is not.
            UnreadableFile: it cannot be read.
        """
        path = project_file(folder)
        return cls() if path is None else cls.read(path)

    @classmethod
    def read(cls, path: str | Path) -> Requirements:
        """The tables `[require]` and `[[exempt]]` of a `kestrel.toml`. Raises as `find` does."""
        file = _shown(path)
        try:
            data = tomllib.loads(read_source(path).data.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise malformed(str(error), file) from None
        places, exempt = data.get("require", {}), data.get("exempt", [])
        if not isinstance(places, dict):
            raise malformed("`require` is a table", file)
        if not isinstance(exempt, list):
            raise malformed("`[[exempt]]` is a list of tables", file)
        for place, wanted in places.items():
            _check(place, wanted, file)
        return cls(places, tuple(_exemption(table, file) for table in exempt), file)

    def with_flags(self, flags: Mapping[str, Requirement]) -> Requirements:
        """Those of the command line win, place by place."""
        return msgspec.structs.replace(self, places={**self.places, **flags})

    def of(self, finding: Finding) -> Requirement | None:
        """What is required where a finding is: what the most exact of all places says."""
        found = [place for place in self.places if self._concerns(place, finding)]
        return self.places[max(found, key=_exactness)] if found else None

    def judge(self, findings: Sequence[Finding], schema: str, today: date) -> Judged:
        """Which findings stand in the way; `today` decides which exemptions have expired."""
        own = [e for e in self.exemptions if e.schema in ("", schema)]
        valid = [exemption for exemption in own if exemption.until >= today]
        exempt = {
            index: exemption
            for index, finding in enumerate(findings)
            for exemption in valid
            if exemption.covers(finding)
        }
        judged = tuple(
            msgspec.structs.replace(finding, waived=finding.waived or index in exempt)
            for index, finding in enumerate(findings)
        )
        found = [*self._expired(own, today), *self._hindering(judged)]
        if findings:
            used = set(exempt.values())
            found += [self._unused(e) for e in valid if e not in used]
        return Judged(judged, tuple(found), exempt)

    def _expired(self, exemptions: Iterable[Exemption], today: date) -> Iterable[Diagnostic]:
        for e in exemptions:
            if e.until < today:
                yield Diagnostic.make(
                    "KS0623", file=self.file,
                    rule=e.rule, path=e.path, until=e.until, reason=e.reason,
                )  # fmt: skip

    def _unused(self, exemption: Exemption) -> Diagnostic:
        rule, path = exemption.rule, exemption.path
        return Diagnostic.make("KS0624", file=self.file, rule=rule, path=path)

    def _hindering(self, findings: Iterable[Finding]) -> Iterable[Diagnostic]:
        """One diagnostic for each kind of requirement that is not met: what is in its way."""
        standing: dict[Requirement, list[str]] = {}
        for finding in findings:
            wanted = self.of(finding)
            if wanted is not None and hinders(finding, wanted):
                place = finding.path or "the whole document"
                standing.setdefault(wanted, []).append(
                    f"{finding.rule} at {place}: {finding.message}"
                )
        for wanted in REQUIREMENTS:
            if wanted in standing:
                yield Diagnostic.make("KS0911", notes=standing[wanted], require=wanted)

    def _concerns(self, place: str, finding: Finding) -> bool:
        if place == EVERYWHERE:
            return True
        return any(_meets(place, path) for path in (finding.path, *finding.also))


def parse_flag(text: str) -> tuple[str, Requirement] | None:
    """`full`, or `/path=full`, of the command line; None if it is neither."""
    place, found, wanted = text.rpartition("=")
    key = place if found else EVERYWHERE
    if wanted not in REQUIREMENTS or not (key == EVERYWHERE or key.startswith("/")):
        return None
    return key, wanted


def _meets(place: str, path: str) -> bool:
    """Is a finding at, below or (short of the whole document) above a place?"""
    if not path:
        return False
    pairs = zip(place.split("/"), path.split("/"), strict=False)
    return all(a == b or "*" in (a, b) for a, b in pairs)


def _exactness(place: str) -> tuple[int, int]:
    steps = place.split("/")
    return (0, 0) if place == EVERYWHERE else (len(steps), -steps.count("*"))


def _check(place: str, wanted: object, file: str) -> None:
    if place != EVERYWHERE and not place.startswith("/"):
        raise malformed(f"`{place}` of `[require]` is neither `{EVERYWHERE}` nor a path", file)
    if wanted not in REQUIREMENTS:
        raise malformed(f"`{place}` is one of {', '.join(REQUIREMENTS)}, not `{wanted}`", file)


def _exemption(table: Any, file: str) -> Exemption:
    try:
        return msgspec.convert(table, _Written, strict=True).made()
    except (msgspec.ValidationError, ValueError) as error:
        raise malformed(f"an exemption: {error}", file) from None


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[exempt]]`, as it is written."""

    rule: str
    path: str
    reason: str
    until: date
    schema: str = ""

    def made(self) -> Exemption:
        if not self.reason.strip():
            raise ValueError("`reason` says why, and is not empty")
        return Exemption(self.rule, self.path, self.reason, self.until, self.schema)


def _shown(path: str | Path) -> str:
    """As people know the file: by its name."""
    return PROJECT_FILE if Path(path).name == PROJECT_FILE else str(path)
