"""The audit log: what an event says, and that no byte of it can be changed unseen."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import apsw
import pytest

from kestrel.runtime import audit, recent
from kestrel.runtime.canonical import encode
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import Expected, Verification, verify
from tests.runtime.programs import config, step


@pytest.fixture
def log(path: Path) -> Path:
    """A closed state with a short history, all of it in one file."""
    with Runtime.open(path, initial=config(1)) as rt:
        rt.reload(step(1, 2))
        rt.rollback()
    change(path, "SELECT 1")  # and what lies in the log beside it is written into it
    return path


def found(path: Path, expect: str | None = None) -> Verification:
    state = StateFile(path, "read")
    try:
        return verify(state, Expected.parse(expect) if expect else None)
    finally:
        state.close()


def test_canonical_json_is_rfc_8785() -> None:
    value = {
        "b": [1.0, 1e21, 0.000001, -0.0, 2**70],
        "a": "\x1b\u00e9",
        "\U0001f600": 1,
        "\ufb33": 2,
    }
    assert encode(value) == (
        '{"a":"\\u001b\u00e9","b":[1,1e+21,0.000001,0,1180591620717411303424],'
        '"\U0001f600":1,"\ufb33":2}'.encode()
    )


def test_an_event_says_what_the_design_says(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESTREL_ACTOR", "alice")
    plan = step(1, 2)
    result = rt.reload(plan).result
    assert result is not None
    intent, event = (e.fields for e in audit.tail(rt._state, 2))
    assert (intent["event"], event["event"]) == ("parser.reload", "kestrel.reload")
    assert intent["application"] == event["event_id"] == result.event_id
    assert event["audit_id"] == plan.audit_id
    assert event["actor"]["claimed"] == "alice"
    assert event["change_set"] == list(plan.change_set) == intent["change_set"]
    assert event["base"]["generation"] == 1
    assert event["target"] == {"generation": 2, "schema": plan.target.schema} | {
        "document": plan.target.document
    }
    assert (event["status"], event["undoes"], event["error_rate"]) == ("applied", None, 0)
    assert event["latency_ms"] > 0
    assert event["prev"] == intent["hash"]


def test_the_chain_is_what_its_docs_say(log: Path) -> None:
    state = StateFile(log, "read")
    link = sha256(b"kestrel.audit.v1\n" + state.meta("log_id").encode()).digest()
    for number, event in enumerate(audit.events(state), 1):
        leaf = sha256(b"\x00" + event.body).digest()
        link = sha256(b"\x01" + link + leaf).digest()
        assert (event.seq, event.hash) == (number, link)


def test_an_exported_line_gives_back_what_was_hashed(log: Path) -> None:
    for event in audit.events(StateFile(log, "read")):
        fields = json.loads(event.line)
        prev, digest = bytes.fromhex(fields.pop("prev")), bytes.fromhex(fields.pop("hash"))
        assert audit.link(prev, encode(fields)) == digest


def test_rates_count_how_reloads_ended(rt: Runtime) -> None:
    rt.reload(step(1, 2))
    for _ in range(3):
        with pytest.raises(ReloadError):
            rt.reload(step(7, 8))
    (event,) = audit.tail(rt._state, 1)
    assert event.fields["error_rate"] == 0.75
    assert event.fields["throughput_per_min"] == 0.8


def test_rates_count_what_others_did_and_not_what_failed(path: Path, rt: Runtime) -> None:
    rt.reload(step(1, 2))
    with suppress(ZeroDivisionError), rt._state.writing():
        audit.append(rt._state, "kestrel.reload", "rejected", {})
        raise ZeroDivisionError
    with Runtime.open(path) as other, pytest.raises(ReloadError):
        other.reload(step(7, 8))
    rt.reload(step(2, 3))
    (event,) = audit.tail(rt._state, 1)
    assert event.fields["error_rate"] == round(1 / 3, 4)
    assert event.fields["throughput_per_min"] == 0.6
    assert verify(rt._state).ok


def test_rates_after_more_than_one_catches_up_on(
    path: Path, rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "FAR", 3)
    with Runtime.open(path) as other:
        for _ in range(3):
            with pytest.raises(ReloadError):
                other.reload(step(7, 8))
    rt.reload(step(1, 2))
    (event,) = audit.tail(rt._state, 1)
    assert event.fields["error_rate"] == 0.75
    assert verify(rt._state).ok


def test_control_characters_are_encoded(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESTREL_ACTOR", "a\x1b[31m\x9b\u202e\udc80b")
    rt.reload(step(1, 2))
    (event,) = audit.tail(rt._state, 1)
    assert event.line.isascii()
    assert "\\u001b[31m\\u009b\\u202e\\\\udc80" in event.line
    assert verify(rt._state).ok


def test_events_are_read_by_pages(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(1, 5):
        rt.reload(step(number, number + 1))
    assert [e.seq for e in audit.events(rt._state)] == list(range(1, 10))
    assert [e.seq for e in audit.events(rt._state, 6)] == [6, 7, 8, 9]
    assert [e.seq for e in audit.tail(rt._state, 2)] == [8, 9]


def test_a_whole_log_is_well(log: Path) -> None:
    result = found(log)
    assert result.ok
    assert result.seq == 5
    assert found(log, f"{result.seq}:{result.hash}").ok


def test_a_cut_tail_is_found_by_what_was_expected(log: Path) -> None:
    result = found(log)
    change(log, "DELETE FROM events WHERE seq > 3; DELETE FROM rollback_info WHERE generation = 3")
    assert "no event made generation 3" in said(found(log))
    change(log, "DELETE FROM generations WHERE number = 3")
    assert found(log).ok
    assert "the log ends at 3" in said(found(log, f"{result.seq}:{result.hash}"))


def test_an_expected_hash_that_differs(log: Path) -> None:
    assert "and its hash is" in said(found(log, f"2:{'0' * 64}"))


@pytest.mark.parametrize("text", ["", "3", "3:", "x:" + "0" * 64, "3:" + "0" * 63, "3:zz"])
def test_what_is_no_expectation(text: str) -> None:
    with pytest.raises(ValueError, match="is not SEQ:HASH"):
        Expected.parse(text)


@pytest.mark.parametrize(
    ("sql", "seq"),
    [
        ("UPDATE events SET status = 'failed' WHERE seq = 2", 2),
        ("UPDATE events SET ts = ts + 1 WHERE seq = 3", 3),
        ("DELETE FROM events WHERE seq = 2", 2),
        ("UPDATE events SET seq = 9 WHERE seq = 5", 5),
        ("INSERT INTO events SELECT 0, event, status, ts, body, prev, hash FROM events LIMIT 1", 1),
        ("UPDATE meta SET value = 'another' WHERE key = 'log_id'", 1),
        ("UPDATE generations SET document = 'x' WHERE number = 2", 3),
        ("UPDATE generations SET audit_id = 'x' WHERE number = 3", 5),
        ("UPDATE generations SET ts = 'x' WHERE number = 1", 1),
        ("DELETE FROM rollback_info; DELETE FROM generations WHERE number = 2", 3),
    ],
)
def test_what_is_changed_by_sql_is_found_and_named(log: Path, sql: str, seq: int) -> None:
    change(log, sql)
    assert said(found(log)).startswith(f"event {seq} ")


def test_every_byte_of_every_event(log: Path) -> None:
    """Each byte of the rows as they lie in the file, record headers included, flipped in turn."""
    rows = list(cells(log))
    assert [seq for seq, _, _ in rows] == [1, 2, 3, 4, 5]
    missed = [at for seq, start, end in rows for at in range(start, end) if not named(log, at, seq)]
    assert missed == []


def named(log: Path, at: int, seq: int) -> bool:
    """With this byte flipped, is event `seq` what verify names?"""
    flip(log, at)
    try:
        result = found(log)
        return not result.ok and said(result).startswith(f"event {seq} ")
    finally:
        flip(log, at)


def flip(log: Path, at: int) -> None:
    with log.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (0x01 if at % 2 else 0xFF)]))


def cells(log: Path) -> Iterator[tuple[int, int, int]]:
    """Number, first and last byte of each event's record (SQLite file format, section 2.1)."""
    data = log.read_bytes()
    state = StateFile(log, "read")
    for row in state.all("SELECT seq, event, status, ts, body, prev, hash FROM events"):
        seq, event, status, ts, body, prev, digest = row
        payload = event.encode() + status.encode() + ts.to_bytes(8, "big") + body + prev + digest
        header = 1 + 1 + 1 + 1 + 1 + varint(12 + 2 * len(body)) + 1 + 1
        size = header + len(payload)
        before = header + varint(seq) + varint(size)
        (start,) = (
            m.start() - before
            for m in re.finditer(re.escape(payload), data)
            if in_use(data, m.start() - before)
        )
        yield seq, start, start + before + len(payload)
    state.close()


def in_use(data: bytes, cell: int) -> bool:
    """Does the page's array of cells name this one? Splitting a page leaves copies behind."""
    page = cell - cell % 4096
    count = int.from_bytes(data[page + 3 : page + 5], "big")
    array = data[page + 8 : page + 8 + 2 * count]
    return (cell - page).to_bytes(2, "big") in (array[i : i + 2] for i in range(0, 2 * count, 2))


def varint(value: int) -> int:
    """How many bytes SQLite takes for it."""
    return 1 if value < 1 << 7 else 2 if value < 1 << 14 else 3


def change(log: Path, sql: str) -> None:
    connection = apsw.Connection(str(log))
    connection.execute("PRAGMA foreign_keys = off")
    connection.execute(sql)
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    connection.close()


def said(result: Verification) -> str:
    assert result.problem is not None
    assert result.problem.code in ("KS0722", "KS0723")
    return result.problem.message


def test_a_flipped_byte_in_a_copy(log: Path, folder: Path) -> None:
    copy = folder / "copy.state"
    shutil.copy(log, copy)
    (*_, (seq, start, end)) = cells(log)
    flip(copy, (start + end) // 2)
    assert said(found(copy)).startswith(f"event {seq} ")
    assert found(log).ok
