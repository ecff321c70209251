"""The audit log: what happened to a state, in order, each event tied to the one before.

An event's bytes are canonical JSON without `prev` and `hash`. Over them stand the leaf hash of RFC
9162 (section 2.1.1), so that trees can be built over the log, and the link to the event before:

    leaf = SHA-256(0x00 || bytes)        hash = SHA-256(0x01 || prev || leaf)

Event `seq` is entry `seq - 1` of the tree (`kestrel.runtime.tlog`).

The first event's `prev` is taken from the log's id, so that no log can stand for another.
"""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec
import uuid_utils

from kestrel.runtime.canonical import encode, harmless
from kestrel.runtime.recent import FINISHED, recent
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog.merkle import leaf_hash, node_hash

PAGE = 256
"""Events read at a time: no read transaction is held while someone prints them."""


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who did it, as the operating system says; `claimed` is KESTREL_ACTOR, taken on trust."""

    user: str
    uid: int
    pid: int
    claimed: str | None = None

    @property
    def name(self) -> str:
        return f"{self.claimed} (claimed; {self.user})" if self.claimed else self.user


class Event(msgspec.Struct, frozen=True):
    """One recorded event."""

    seq: int
    body: bytes
    prev: bytes
    hash: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The event as written, with its place in the chain."""
        return self.body_fields | {"prev": self.prev.hex(), "hash": self.hash.hex()}

    @property
    def body_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = msgspec.json.decode(self.body)
        return fields

    @property
    def line(self) -> str:
        """One line of an export. Reading it, without `prev` and `hash`, and writing it canonically
        gives back the bytes that are hashed."""
        return harmless(encode(self.fields))


def genesis(log_id: str) -> bytes:
    """The `prev` of event 1."""
    return sha256(b"kestrel.audit.v1\n" + log_id.encode()).digest()


def link(prev: bytes, body: bytes) -> bytes:
    """The hash of an event whose bytes are `body`."""
    return node_hash(prev, leaf_hash(body))


def new_event_id() -> str:
    """A UUIDv7 (RFC 9562): unique, and roughly in order of time."""
    return str(uuid_utils.uuid7())


def this_actor() -> Actor:
    uid = os.getuid()
    return Actor(_user(uid), uid, os.getpid(), os.environ.get("KESTREL_ACTOR") or None)


@lru_cache(maxsize=4)
def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # usual in a container
        return f"uid {uid}"


def timestamp(now: datetime) -> str:
    return now.isoformat(timespec="microseconds").replace("+00:00", "Z")


def append(
    state: StateFile,
    event: str,
    status: str,
    fields: Mapping[str, object],
    now: datetime | None = None,
) -> Event:
    """Record an event, inside `state.writing()`. `fields` are the members that the caller knows;
    order, time, host, actor and what is derived from earlier events are added."""
    now = now or datetime.now(UTC)
    micros = round(now.timestamp() * 1e6)
    log = recent(state)
    seq, prev = log.seq + 1, log.hash or genesis(state.meta("log_id"))
    known: dict[str, object] = {
        "event": event,
        "event_id": new_event_id(),
        "actor": msgspec.to_builtins(this_actor()),
        "undoes": None,
    }
    ended = status in FINISHED and event != "kestrel.init"
    rates = log.rates(micros, status) if ended else {}
    fixed = {"seq": seq, "ts": timestamp(now), "host": socket.gethostname(), "status": status}
    body = encode(known | dict(fields) | rates | fixed)
    recorded = Event(seq, body, prev, link(prev, body))
    values = (seq, event, status, micros, body, prev, recorded.hash)
    state.run("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?)", *values)
    log.note(seq, recorded.hash, status, micros)
    return recorded


def events(state: StateFile, start: int = 1) -> Iterator[Event]:
    """Events from `seq` on, page by page."""
    while rows := state.all(
        "SELECT seq, body, prev, hash FROM events WHERE seq >= ? ORDER BY seq LIMIT ?", start, PAGE
    ):
        for row in rows:
            yield Event(*row)
        start = rows[-1][0] + 1


def tail(state: StateFile, count: int) -> list[Event]:
    """The last `count` events, oldest first."""
    rows = state.all(
        "SELECT seq, body, prev, hash FROM events ORDER BY seq DESC LIMIT ?", max(count, 0)
    )
    return [Event(*row) for row in reversed(rows)]


def find(state: StateFile, event_id: str) -> Event | None:
    """The event with this id, if there is one; a scan, for people who ask."""
    sql = "SELECT seq, body, prev, hash FROM events WHERE instr(body, CAST(? AS BLOB)) ORDER BY seq"
    found = (Event(*row) for row in state.all(sql, event_id))
    return next((e for e in found if e.body_fields.get("event_id") == event_id), None)


def at(state: StateFile, seq: int) -> Event | None:
    """Event number `seq`, if there is one."""
    row = state.one("SELECT seq, body, prev, hash FROM events WHERE seq = ?", seq)
    return Event(*row) if row else None
