"""Does the audit log still say what was written? Every link is recomputed, every column compared
with the bytes that are hashed, and every generation with the event that made it.

What this cannot find, without something kept elsewhere (`expect`): a tail cut off together with its
generations, and a whole log written anew by someone who may write the file.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from kestrel.runtime import windows
from kestrel.runtime.audit import PAGE, Event, genesis, link, timestamp
from kestrel.runtime.canonical import encode
from kestrel.runtime.errors import StateError
from kestrel.runtime.recent import COMMITS
from kestrel.runtime.statefile import Row, StateFile
from kestrel.text.diagnostic import Diagnostic


class Expected(msgspec.Struct, frozen=True):
    """An event seen earlier, and its hash: `SEQ:HASH`."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Expected:
        """Raises ValueError if it is not a number, a colon and 64 hexadecimal digits."""
        found = re.fullmatch(r"([1-9][0-9]*):([0-9a-fA-F]{64})", text.strip())
        if found is None:
            raise ValueError(f"{text!r} is not SEQ:HASH")
        return cls(int(found[1]), found[2].lower())


class Verification(msgspec.Struct, frozen=True):
    """`problem` is None where everything fits; `seq` and `hash` are those of the last event that
    does, to be kept elsewhere and given as `expect` later."""

    log_id: str
    seq: int
    hash: str
    problem: Diagnostic | None
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        return self.problem is None


class Misfit(Exception):
    """The event at `seq` (an id, where one can be read) does not fit, and why."""

    def __init__(self, seq: int, event: str, why: str) -> None:
        super().__init__(why)
        self.seq, self.event, self.why = seq, event, why


def verify(state: StateFile, expect: Expected | None = None) -> Verification:
    """Read the whole log, one page at a time; the first event that does not fit ends it."""
    walk = _Walk(state, expect)
    try:
        walk.events()
        walk.generations()
        walk.windows()
    except Misfit as misfit:
        return walk.result(_misfit(state, misfit.seq, misfit.event, misfit.why))
    except StateError as error:
        return walk.result(_misfit(state, walk.seq + 1, "unreadable", str(error)))
    return walk.result(walk.unexpected())


def _misfit(state: StateFile, seq: int, event: str, why: str) -> Diagnostic:
    return Diagnostic.make("KS0722", file=str(state.path), seq=seq, event=event, why=why)


class _Walk:
    """The state of one verification: the last event that fits, and the generations it made."""

    def __init__(self, state: StateFile, expect: Expected | None) -> None:
        self.state = state
        self.expect = expect
        self.log_id = str(state.meta("log_id"))
        self.seq = 0
        self.hash = genesis(self.log_id)
        self.made: dict[int, tuple[Event, dict[str, Any]]] = {}
        self.seen: str | None = None

    def result(self, problem: Diagnostic | None) -> Verification:
        late = windows.overdue(self.state) if problem is None else None
        found = (late,) if late else ()
        return Verification(self.log_id, self.seq, self.hash.hex(), problem, found)

    def events(self) -> None:
        while rows := self._page():
            for row in rows:
                self._event(row)

    def _page(self) -> list[Row]:
        """The next rows; one at a time where some of them cannot be read."""
        try:
            return self._rows(PAGE)
        except StateError:
            return self._rows(1)

    def _rows(self, count: int) -> list[Row]:
        columns = "seq, event, status, ts, body, prev, hash"
        if self.seq == 0:  # also finds what lies before event 1
            return self.state.all(f"SELECT {columns} FROM events ORDER BY seq LIMIT ?", count)
        sql = f"SELECT {columns} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
        return self.state.all(sql, self.seq, count)

    def _event(self, row: Row) -> None:
        seq, name, status, ts, body, prev, digest = row
        fields = _fields(body)
        known = str(fields.get("event_id", "unreadable"))

        def demand(holds: bool, why: str) -> None:
            if not holds:
                raise Misfit(self.seq + 1, known, why)

        demand(seq == self.seq + 1, f"its number is {seq}, where {self.seq + 1} is due")
        demand(prev == self.hash, "it does not follow from the event before")
        demand(isinstance(body, bytes) and link(self.hash, body) == digest, "its hash is another")
        demand(fields.get("seq") == seq, "its own number is another")
        demand(fields.get("event") == name, "its name differs from what is hashed")
        demand(fields.get("status") == status, "its status differs from what is hashed")
        demand(_micros(fields.get("ts")) == ts, "its time differs from what is hashed")
        demand(encode(fields) == body, "it is not canonical JSON")
        self._accept(Event(seq, body, prev, digest), fields)

    def _accept(self, event: Event, fields: dict[str, Any]) -> None:
        self.seq, self.hash = event.seq, event.hash
        if self.expect and self.expect.seq == event.seq:
            self.seen = event.hash.hex()
        target = fields.get("target")
        if fields["status"] in COMMITS and target:
            self.made[int(target["generation"])] = (event, fields)

    def generations(self) -> None:
        """The table of generations says what the events say, and no more."""
        rows = self.state.all(
            "SELECT number, parent, restores, schema, document, audit_id, event_id, seq, ts, status"
            " FROM generations ORDER BY number"
        )
        for row in rows:
            self._generation(row)
        missing = set(self.made) - {row[0] for row in rows}
        if missing:
            event, fields = self.made[min(missing)]
            raise Misfit(event.seq, fields["event_id"], f"generation {min(missing)} is missing")

    def _generation(self, row: Row) -> None:
        number = row[0]
        if number not in self.made:
            raise Misfit(self.seq + 1, "missing", f"no event made generation {number}")
        event, fields = self.made[number]
        base, target = fields["base"] or {}, fields["target"]
        said = (
            *(number, base.get("generation"), fields.get("restores")),
            *(target["schema"], target["document"], fields["audit_id"], fields["event_id"]),
            *(event.seq, fields["ts"], fields["status"]),
        )
        if said != row:
            why = f"generation {number} differs from the event that made it"
            raise Misfit(event.seq, fields["event_id"], why)

    def windows(self) -> None:
        """What waits to be confirmed waits as long as the event of its last change says."""
        window = windows.current(self.state)
        if window is None:
            return
        event, fields = self.made.get(window.last, (None, {}))
        said = fields.get("confirm") or {}
        held = (window.id, window.kind, timestamp(window.deadline))
        if event is None or held != tuple(said.get(name) for name in ("window", "by", "until")):
            known = fields.get("event_id", "missing")
            why = f"it does not say until when generation {window.last} waits to be confirmed"
            raise Misfit(event.seq if event else self.seq + 1, str(known), why)

    def unexpected(self) -> Diagnostic | None:
        if self.expect is None or self.seen == self.expect.hash:
            return None
        found = f"its hash is {self.seen}" if self.seen else f"the log ends at {self.seq}"
        return Diagnostic.make(
            "KS0723",
            file=str(self.state.path),
            seq=self.expect.seq,
            expected=self.expect.hash,
            found=found,
        )


def _fields(body: object) -> dict[str, Any]:
    """The event's members; none where its bytes are no JSON object any more."""
    try:
        fields = msgspec.json.decode(body) if isinstance(body, bytes) else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _micros(ts: object) -> int | None:
    try:
        return round(msgspec.convert(ts, datetime).timestamp() * 1_000_000)
    except (msgspec.ValidationError, OverflowError):
        return None
