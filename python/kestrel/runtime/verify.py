"""Does the audit log still say what was written? Every link is recomputed, every column compared
with the bytes that are hashed, and every generation with the event that made it.

What this cannot find, without something kept elsewhere (`expect`, `known`): a tail cut off together
with its generations, and a whole log written anew by someone who may write the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from kestrel.runtime import windows
from kestrel.runtime.audit import PAGE, Event, genesis, timestamp
from kestrel.runtime.canonical import encode
from kestrel.runtime.errors import StateError
from kestrel.runtime.recent import COMMITS
from kestrel.runtime.statefile import Row, StateFile
from kestrel.runtime.tlog.attested import Attested, cut, rewritten
from kestrel.runtime.tlog.merkle import Frontier, leaf_hash, node_hash
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
    does, to be kept elsewhere and given as `expect` later. `attested` counts the checkpoints that
    hold."""

    log_id: str
    seq: int
    hash: str
    problem: Diagnostic | None
    attested: int = 0
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        return self.problem is None


class Misfit(Exception):
    """The event at `seq` (an id, where one can be read) does not fit, and why."""

    def __init__(self, seq: int, event: str, why: str) -> None:
        super().__init__(why)
        self.seq, self.event, self.why = seq, event, why


class Contradicted(Exception):
    """The log is not what was known of it."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.message)
        self.problem = problem


def verify(
    state: StateFile, expect: Expected | None = None, known: Iterable[Attested] = ()
) -> Verification:
    """Read the whole log, one page at a time; the first event that does not fit ends it.

    `known` is what checkpoints say: the log must have their roots at their sizes.
    """
    walk = _Walk(state, expect, known)
    try:
        walk.events()
        walk.check_end()
        walk.generations()
        walk.windows()
    except Contradicted as contradicted:
        return walk.result(contradicted.problem)
    except Misfit as misfit:
        return walk.result(_misfit(state, misfit.seq, misfit.event, misfit.why))
    except StateError as error:
        return walk.result(_misfit(state, walk.seq + 1, "unreadable", str(error)))
    return walk.result(walk.unexpected())


def first_break(state: StateFile, after: int) -> Diagnostic | None:
    """The first event after number `after` that does not follow from the one before it: links
    alone, which costs a tenth of `verify`."""
    seq, link = after, genesis(str(state.meta("log_id")))
    if after:
        row = state.one("SELECT hash FROM events WHERE seq = ?", after)
        link = row[0] if row else b""
    sql = "SELECT seq, body, prev, hash FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
    while rows := state.all(sql, seq, PAGE):
        for number, body, prev, digest in rows:
            found = node_hash(link, leaf_hash(body))
            if (number, prev, digest) != (seq + 1, link, found):
                known = str(_fields(body).get("event_id", "unreadable"))
                return _misfit(state, seq + 1, known, "it does not follow from the event before")
            seq, link = number, found
    return None


def _misfit(state: StateFile, seq: int, event: str, why: str) -> Diagnostic:
    return Diagnostic.make("KS0722", file=str(state.path), seq=seq, event=event, why=why)


class _Walk:
    """The state of one verification: the last event that fits, and the generations it made."""

    def __init__(
        self, state: StateFile, expect: Expected | None, known: Iterable[Attested]
    ) -> None:
        self.state = state
        self.expect = expect
        self.due = sorted(known, key=lambda one: one.size, reverse=True)
        self.attested: list[Attested] = []
        self.tree = Frontier()
        self.log_id = str(state.meta("log_id"))
        self.seq = 0
        self.hash = genesis(self.log_id)
        self.made: dict[int, tuple[Event, dict[str, Any]]] = {}
        self.seen: str | None = None

    def result(self, problem: Diagnostic | None) -> Verification:
        late = windows.overdue(self.state) if problem is None else None
        found = (late,) if late else ()
        return Verification(
            self.log_id, self.seq, self.hash.hex(), problem, len(self.attested), found
        )

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
        leaf = leaf_hash(body) if isinstance(body, bytes) else b""
        demand(node_hash(self.hash, leaf) == digest, "its hash is another")
        demand(fields.get("seq") == seq, "its own number is another")
        demand(fields.get("event") == name, "its name differs from what is hashed")
        demand(fields.get("status") == status, "its status differs from what is hashed")
        demand(_micros(fields.get("ts")) == ts, "its time differs from what is hashed")
        demand(encode(fields) == body, "it is not canonical JSON")
        self._accept(Event(seq, body, prev, digest), fields)
        self._attest(leaf)

    def _attest(self, leaf: bytes) -> None:
        """Hold the tree of the events so far against what is known of it."""
        if not self.due:
            return
        self._compare()  # with a tree of none, before the first
        self.tree.append(leaf)
        self._compare()

    def _compare(self) -> None:
        while self.due and self.due[-1].size == self.tree.size:
            known = self.due.pop()
            if known.root != self.tree.root():
                good = self.attested[-1].size if self.attested else 0
                raise Contradicted(rewritten(known, good))
            self.attested.append(known)

    def check_end(self) -> None:
        """Nothing is known of more events than there are."""
        if self.due:
            raise Contradicted(cut(self.due[-1], self.seq))

    def _accept(self, event: Event, fields: dict[str, Any]) -> None:
        self.seq, self.hash = event.seq, event.hash
        if self.expect and self.expect.seq == event.seq:
            self.seen = event.hash.hex()
        target = fields.get("target")
        if fields["status"] in COMMITS and target:
            # What it changed is left out: a log of a million changes would fill the memory.
            said = {name: value for name, value in fields.items() if name != "change_set"}
            bare = msgspec.structs.replace(event, body=b"")
            self.made[int(target["generation"])] = (bare, said)

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
