"""Checkpoints and proofs of a real state: what they cost, and that they catch what they are for."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kestrel.runtime import audit
from kestrel.runtime.errors import StateError
from kestrel.runtime.restore import restore
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog import heads, proofs, proving, tree
from kestrel.runtime.tlog.attested import Attested
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import LOG, WITNESS, BadNote, PrivateKey
from kestrel.runtime.tlog.proofs import BadProof, Consistency, Inclusion
from kestrel.runtime.tlog.witness import WitnessFile
from kestrel.runtime.verify import verify
from tests.runtime.programs import config, step

KEY = PrivateKey("example.com/log", LOG, bytes(range(32)))
LATER_KEY = PrivateKey("example.com/log", LOG, bytes(32))
WITNESS_KEY = PrivateKey("witness.example/w", WITNESS, bytes(range(32)))


@pytest.fixture
def state(path: Path) -> Iterator[StateFile]:
    """A state of five events."""
    with Runtime.open(path, initial=config(1)) as rt:
        rt.reload(step(1, 2))
        rt.rollback()
    opened = StateFile(path)
    yield opened
    opened.close()


def grow(state: StateFile, count: int) -> None:
    """More events, cheaply: what they say is of no matter here."""
    with state.writing():
        for _ in range(count):
            audit.append(state, "kestrel.note", "noted", {"audit_id": None})


def change(state: StateFile, sql: str) -> None:
    with state.writing():
        state.run(sql)


def known(state: StateFile) -> list[Attested]:
    return [Attested.of(one, "kept") for one in heads.stored(state)]


def believed(data: bytes) -> bool:
    """Is it a proof of inclusion that the key's owner vouches for?"""
    try:
        found = proofs.parse(data)
        found.checkpoint.check_signed([KEY.public])
        assert isinstance(found, Inclusion)
        found.check()
    except (BadNote, BadProof):
        return False
    return True


def stranger(proof: str, public_key: str) -> dict[str, object]:
    """What somebody writes who has our key, the proof, and the specifications; nothing of ours."""
    name, _, encoded = public_key.split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
    head, text, signatures = proof.split("\n\n", 2)
    magic, extra, index_line, *path = head.split("\n")
    assert magic == "c2sp.org/tlog-proof@v1"
    body = base64.b64decode(extra.removeprefix("extra "))
    index = int(index_line.removeprefix("index "))
    origin, size, root = text.split("\n")
    assert origin.startswith(name)
    for line in signatures.splitlines():
        _, signer, data = line.split(" ")
        if signer == name:
            key.verify(base64.b64decode(data)[4:], f"{text}\n".encode())
            break
    else:
        raise AssertionError("nobody signed it")
    node, fn, sn = hashlib.sha256(b"\x00" + body).digest(), index, int(size) - 1
    for sibling in map(base64.b64decode, path):
        if fn % 2 == 1 or fn == sn:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while fn % 2 == 0 and fn > 0:
                fn, sn = fn // 2, sn // 2
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        fn, sn = fn // 2, sn // 2
    assert (sn, base64.b64encode(node).decode()) == (0, root)
    return dict(json.loads(body))


def test_a_stranger_verifies_every_event(state: StateFile) -> None:
    heads.take(state, KEY)
    for event in audit.events(state):
        proof = bytes(proving.inclusion(state, str(event.seq))).decode()
        assert stranger(proof, str(KEY.public)) == event.body_fields
    with pytest.raises(InvalidSignature):
        stranger(proof.replace("\n5\n", "\n6\n"), str(KEY.public))


def test_a_checkpoint_names_the_log_and_is_kept(state: StateFile) -> None:
    made = heads.take(state, KEY)
    assert made.origin == f"example.com/log/{state.meta('log_id')}/1"
    assert made.size == 5
    assert heads.stored(state) == [made]
    assert heads.take(state, KEY) == made
    twice = heads.take(state, LATER_KEY)
    assert len(twice.check_signed([KEY.public, LATER_KEY.public])) == 2


def test_proofs_over_tiles_and_what_lies_beside_them(state: StateFile) -> None:
    """Sizes around whole tiles; each proof is checked against the root before it is given out."""
    taken = [heads.take(state, KEY)]
    for more in (250, 1, 1, 255, 3, 600):
        grow(state, more)
        taken.append(heads.take(state, KEY))
    assert [one.size for one in taken] == [5, 255, 256, 257, 512, 515, 1115]
    rows = state.all("SELECT number FROM tiles ORDER BY number")
    assert [row[0] for row in rows] == [0, 1, 2, 3]
    for old in taken:
        for new in taken[taken.index(old) :]:
            proving.consistency(state, old, "old", new, "new").check(old)
            for seq in {1, old.size // 2, old.size}:
                proving.inclusion(state, str(seq), new).check()


def test_what_was_signed_is_not_read_again(
    state: StateFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(state, 1200)
    heads.take(state, KEY)
    grow(state, 10)
    read = 0

    def counting(state: StateFile, start: int, end: int) -> Iterator[bytes]:
        nonlocal read
        for body in entries(state, start, end):
            read += 1
            yield body

    entries = tree.entries
    monkeypatch.setattr(tree, "entries", counting)
    heads.take(state, KEY)
    proving.inclusion(state, "700")
    assert read < 5 * tree.TILE


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tiles SET hash = zeroblob(32) WHERE number = 1",
        "UPDATE tiles SET hash = x'00' WHERE number = 0",
        "DELETE FROM tiles WHERE number = 1",
        "INSERT INTO tiles VALUES(-1, zeroblob(32))",
        "INSERT INTO tiles VALUES(2, zeroblob(32))",
        "DROP TABLE tiles",
    ],
)
def test_tiles_are_never_believed(state: StateFile, sql: str) -> None:
    grow(state, 600)
    before = heads.take(state, KEY)
    grow(state, 300)
    change(state, sql)
    after = heads.take(state, KEY)
    proving.consistency(state, before, "before", after, "after").check(before)
    assert verify(state, None, known(state)).ok
    proving.inclusion(state, "300").check()


def test_every_byte_of_a_proof(state: StateFile) -> None:
    heads.take(state, KEY)
    data = bytes(proving.inclusion(state, "3"))
    assert believed(data)
    for at in range(len(data)):
        for wrong in (b"", bytes([data[at] ^ 0x01]), bytes([data[at] ^ 0x20])):
            assert not believed(data[:at] + wrong + data[at + 1 :]), at


def test_every_byte_of_a_consistency_proof(state: StateFile) -> None:
    old = heads.take(state, KEY)
    grow(state, 3)
    heads.take(state, KEY)
    data = bytes(proving.consistency(state, old, "old", None, ""))

    def holds(data: bytes) -> bool:
        try:
            found = proofs.parse(data)
            found.checkpoint.check_signed([KEY.public])
            assert isinstance(found, Consistency)
            found.check(old)
        except (BadNote, BadProof):
            return False
        return True

    assert holds(data)
    for at in range(len(data)):
        for wrong in (b"", bytes([data[at] ^ 0x01]), bytes([data[at] ^ 0x20])):
            assert not holds(data[:at] + wrong + data[at + 1 :]), at


def rewrite(state: StateFile, seq: int) -> None:
    """What an attacker does who may write the file: another event, and every link after it made
    anew, so that the chain by itself is whole again."""
    rows = state.all("SELECT seq, body FROM events WHERE seq >= ? ORDER BY seq", seq)
    before = audit.at(state, seq - 1)
    link = before.hash if before else audit.genesis(state.meta("log_id"))
    with state.writing():
        for number, body in rows:
            changed = body.replace(b'"uid":', b'"uid":1') if number == seq else body
            digest = audit.link(link, changed)
            sql = "UPDATE events SET body = ?, prev = ?, hash = ? WHERE seq = ?"
            state.run(sql, changed, link, digest, number)
            link = digest


def test_a_rewritten_history_is_named(state: StateFile) -> None:
    grow(state, 2)
    first = heads.take(state, KEY)
    grow(state, 5)
    heads.take(state, KEY)
    kept = known(state)
    rewrite(state, 9)
    assert verify(state).ok
    found = verify(state, None, kept)
    assert found.problem is not None
    assert found.problem.code == "KS0774"
    assert "the first event that does not fit is one of 8 to 12" in found.problem.message
    assert (found.seq, found.attested) == (12, 1)
    for action in (
        lambda: heads.take(state, KEY),
        lambda: proving.inclusion(state, "9"),
        lambda: proving.consistency(state, first, "first", None, ""),
    ):
        with pytest.raises(StateError, match="KS0774"):
            action()


def test_a_cut_tail_is_named(state: StateFile) -> None:
    grow(state, 5)
    heads.take(state, KEY)
    kept = known(state)
    change(state, "DELETE FROM events WHERE seq > 7")
    assert verify(state).ok
    found = verify(state, None, kept)
    assert found.problem is not None
    assert "the log ends at 7: 8 to 10 are gone" in found.problem.message
    with pytest.raises(StateError, match="8 to 10 are gone"):
        heads.take(state, KEY)


def test_a_broken_log_is_not_signed(state: StateFile) -> None:
    heads.take(state, KEY)
    grow(state, 4)
    change(state, "UPDATE events SET body = CAST(body || ' ' AS BLOB) WHERE seq = 8")
    with pytest.raises(StateError, match="KS0722: event 8"):
        heads.take(state, KEY)
    change(state, "DELETE FROM events WHERE seq = 7")
    with pytest.raises(StateError, match="KS0722: event 7"):
        heads.take(state, KEY)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE checkpoints SET note = x'00'",
        "UPDATE checkpoints SET root = zeroblob(32)",
        "UPDATE checkpoints SET size = 4",
    ],
)
def test_a_damaged_checkpoint_of_the_state(state: StateFile, sql: str) -> None:
    heads.take(state, KEY)
    change(state, sql)
    with pytest.raises(StateError, match="KS0772"):
        heads.take(state, KEY)


def test_a_forged_checkpoint_of_the_state_is_found_by_its_root(state: StateFile) -> None:
    forged = Checkpoint.sign(LATER_KEY, heads.log_name(state), 5, bytes(32))
    with state.writing():
        row = (5, bytes(32), bytes(forged.note))
        state.run("INSERT INTO checkpoints VALUES(?, ?, ?)", *row)
    with pytest.raises(StateError, match="KS0774"):
        heads.take(state, KEY)


def test_events_are_found_by_id(state: StateFile) -> None:
    heads.take(state, KEY)
    event = audit.at(state, 3)
    assert event is not None
    assert proving.inclusion(state, event.body_fields["event_id"]).index == 2
    for wrong in ("6", "0", "99999999999999999999", "nothing", "%"):
        with pytest.raises(StateError, match="KS0732"):
            proving.inclusion(state, wrong)


def test_what_no_checkpoint_covers(state: StateFile) -> None:
    with pytest.raises(StateError, match="KS0775"):
        proving.inclusion(state, "1")
    old = heads.take(state, KEY)
    grow(state, 1)
    with pytest.raises(StateError, match="KS0775"):
        proving.inclusion(state, "6")
    new = heads.take(state, KEY)
    with pytest.raises(StateError, match="KS0775"):
        proving.consistency(state, new, "new", old, "old")


def test_a_proof_of_something_else_than_the_event_of_that_number(state: StateFile) -> None:
    """Whoever holds the key may sign any tree; its entries still say where they belong."""
    bodies = [event.body for event in audit.events(state)][::-1]
    leaves = [tree.leaf_hash(body) for body in bodies]
    root = tree.node_hash(tree.node_hash(*leaves[:2]), tree.node_hash(*leaves[2:4]))
    head = Checkpoint.sign(KEY, heads.log_name(state), 4, root)
    path = (leaves[1], tree.node_hash(*leaves[2:4]))
    with pytest.raises(BadProof, match="is not the event that has number 1"):
        Inclusion(0, bodies[0], path, head).check()


def test_a_witness_file_is_added_to_and_never_forgets(state: StateFile, folder: Path) -> None:
    file = WitnessFile(str(folder / "witness"))
    taken = []
    for _ in range(3):
        grow(state, 1)
        taken.append(heads.take(state, KEY))
        with file.adding():
            file.append(taken[-1])
            file.append(taken[-1])
    assert file.seen() == taken == file.of_log(str(state.meta("log_id")))
    with pytest.raises(StateError, match="KS0777"):
        file.of_log("another")


@pytest.mark.parametrize("cut", [1, 20, 120])
def test_a_witness_file_that_is_not_whole(state: StateFile, folder: Path, cut: int) -> None:
    file = WitnessFile(str(folder / "witness"))
    with file.adding():
        file.append(heads.take(state, KEY))
    data = Path(file.path).read_bytes()
    for wrong in (data[:-cut], data + data, data + b"\n\n" + data, data + b"x"):
        Path(file.path).write_bytes(wrong)
        with pytest.raises(StateError, match="KS0772"):
            file.seen()


def test_a_witness_file_that_cannot_be_written(folder: Path) -> None:
    for path in (folder, folder / "none" / "witness"):
        with pytest.raises(StateError, match="KS0778"), WitnessFile(str(path)).adding():
            pass


def test_a_restored_state_is_another_log_to_a_witness(state: StateFile, folder: Path) -> None:
    """A backup put in place: what was signed after it was made contradicts it."""
    copy = folder / "copy.state"
    backup(state, copy)
    grow(state, 3)
    after = heads.take(state, KEY)
    restore(copy)
    restored = StateFile(copy)
    assert heads.log_name(restored).endswith("/2")
    made = heads.take(restored, KEY)
    assert made.origin != after.origin
    assert made.log_id == after.log_id
    found = verify(restored, None, [Attested.of(after, "witness")])
    assert found.problem is not None
    assert found.problem.code == "KS0774"
    restored.close()


def backup(state: StateFile, copy: Path) -> None:
    target = apsw.Connection(str(copy))
    with target.backup("main", state.connection, "main") as running:
        running.step()
    target.close()


def test_a_checkpoint_holds_no_lock_while_it_hashes(
    state: StateFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(state, 600)
    other = StateFile(state.path)
    entries = tree.entries

    def writing(state: StateFile, start: int, end: int) -> Iterator[bytes]:
        grow(other, 1)
        return entries(state, start, end)

    monkeypatch.setattr(tree, "entries", writing)
    made = heads.take(state, KEY)
    other.close()
    assert made.size == 605
    assert verify(state, None, known(state)).ok


def test_cosigned_checkpoints_name_their_time(state: StateFile) -> None:
    head = heads.take(state, KEY).cosign(WITNESS_KEY, int(time.time()))
    assert len(head.check_signed([KEY.public, WITNESS_KEY.public])) == 2
    with pytest.raises(BadNote, match="no cosignature"):
        heads.take(state, KEY).check_signed([KEY.public, WITNESS_KEY.public])
