"""Notes and keys, against an example that Go's own package gives, and against tampering."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kestrel.runtime.errors import StateError
from kestrel.runtime.tlog import files
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import (
    LOG,
    MOST_SIGNATURES,
    WITNESS,
    BadNote,
    Note,
    PrivateKey,
    PublicKey,
    Signature,
)

GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngo\
tpRZb6KE6RyyBwJnAM=
""".encode()
"""Of the documentation of golang.org/x/mod/sumdb/note."""

LOG_KEY = PrivateKey("example.com/log", LOG, bytes(range(32)))
OTHER_KEY = PrivateKey("example.com/log", LOG, bytes(32))
WITNESS_KEY = PrivateKey("witness.example/w", WITNESS, bytes(range(32)))
NOW = 1_700_000_000


def test_the_example_of_go() -> None:
    note, public = Note.parse(GO_NOTE), PublicKey.parse(GO_PUBLIC)
    private = PrivateKey.parse(GO_PRIVATE)
    assert [one.key for one in note.signed_by([public])] == [public]
    assert (str(private.public), private.text) == (GO_PUBLIC, GO_PRIVATE)
    assert private.sign(note.text) == note.signatures[0]
    assert bytes(note) == GO_NOTE


def test_a_cosignature_signs_the_time_and_the_whole_text() -> None:
    head = Checkpoint.sign(LOG_KEY, "id/1", 3, bytes(32)).cosign(WITNESS_KEY, NOW)
    log, witness = head.check_signed([LOG_KEY.public, WITNESS_KEY.public])
    assert (log.time, witness.time) == (None, NOW)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    data = head.note.signatures[1].data
    assert data[:8] == NOW.to_bytes(8, "big")
    said = b"cosignature/v1\ntime 1700000000\n" + head.note.text
    Ed25519PrivateKey.from_private_bytes(WITNESS_KEY.seed).public_key().verify(data[8:], said)


def test_a_key_of_one_kind_does_not_do_for_the_other() -> None:
    """The same Ed25519 key under another type has another id."""
    as_witness = PublicKey(LOG_KEY.name, WITNESS, LOG_KEY.public.data)
    head = Checkpoint.sign(LOG_KEY, "id/1", 3, bytes(32))
    assert as_witness.id != LOG_KEY.public.id
    with pytest.raises(BadNote, match="no cosignature"):
        head.check_signed([LOG_KEY.public, as_witness])
    with pytest.raises(BadNote, match="no key of a log"):
        head.check_signed([WITNESS_KEY.public])


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    strange = Signature("somebody", b"abcd", b"anything")
    head = Checkpoint.sign(LOG_KEY, "id/1", 3, bytes(32))
    note = head.note.with_signature(strange)
    assert len(note.signed_by([LOG_KEY.public])) == 1
    assert note.signed_by([OTHER_KEY.public]) == []


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    head = Checkpoint.sign(LOG_KEY, "id/1", 3, bytes(32))
    good = head.note.signatures[0]
    bad = Signature(good.name, good.key_id, bytes(64))
    with pytest.raises(BadNote, match="is not for this text"):
        head.note.with_signature(bad).signed_by([LOG_KEY.public])


def test_the_origin_must_be_named_after_the_key() -> None:
    head = Checkpoint.sign(LOG_KEY, "id/1", 3, bytes(32))
    text = head.note.text.replace(b"example.com/log/", b"example.com/logs/")
    forged = Checkpoint.parse(bytes(Note(text, (LOG_KEY.sign(text),))))
    with pytest.raises(BadNote, match="is not named after the key"):
        forged.check_signed([LOG_KEY.public])


def test_every_byte_of_a_checkpoint() -> None:
    """Each byte, changed in three ways or left out: never the same note, and never signed."""
    head = Checkpoint.sign(LOG_KEY, "id/1", 12, bytes(range(32))).cosign(WITNESS_KEY, NOW)
    data, keys = bytes(head.note), [LOG_KEY.public, WITNESS_KEY.public]
    assert head.check_signed(keys)
    for at in range(len(data)):
        for wrong in (b"", *(bytes([data[at] ^ mask]) for mask in (0x01, 0x20, 0xFF))):
            assert not believed(data[:at] + wrong + data[at + 1 :], keys), at


@given(st.binary(max_size=200))
def test_anything_else_is_refused_politely(data: bytes) -> None:
    for parse in (Note.parse, Checkpoint.parse):
        with pytest.raises(BadNote):
            parse(data)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\n3\n", "three lines"),
        ("a\n3\nAAAA\n", "no SHA-256"),
        ("a\n03\nAAAA\n", "no size"),
        ("a\n-1\nAAAA\n", "no size"),
        (f"a\n{1 << 63}\nAAAA\n", "no size"),
        ("a\n3\n!!\n", "not base64"),
        ("a\n\n3\nAAAA\n", "three lines"),
        ("a\x1b\n3\nAAAA\n", "control character"),
    ],
)
def test_what_is_no_checkpoint(text: str, why: str) -> None:
    note = Note(text.encode(), (LOG_KEY.sign(text.encode()),))
    with pytest.raises(BadNote, match=why):
        Checkpoint.parse(bytes(note))


def test_a_note_has_a_bounded_number_of_signatures() -> None:
    line = Signature("a", b"abcd", b"x")
    Note.parse(bytes(Note(b"text\n", (line,) * MOST_SIGNATURES)))
    with pytest.raises(BadNote, match="more than"):
        Note.parse(bytes(Note(b"text\n", (line,) * (MOST_SIGNATURES + 1))))


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "a\u00a0b", "a\x7f"])
def test_names_that_a_key_cannot_have(name: str) -> None:
    with pytest.raises(BadNote):
        PrivateKey.make(name, LOG)


@pytest.mark.parametrize("at", range(len(GO_PUBLIC)))
def test_every_character_of_a_public_key(at: int) -> None:
    wrong = GO_PUBLIC[:at] + chr(ord(GO_PUBLIC[at]) ^ 1) + GO_PUBLIC[at + 1 :]
    with pytest.raises(BadNote):
        PublicKey.parse(wrong)


def test_a_private_key_is_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    files.write_private_key(str(path), LOG_KEY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert files.read_private_key(str(path), LOG) == LOG_KEY
    for mode in (0o640, 0o604, 0o620, 0o602, 0o610):
        path.chmod(mode)
        with pytest.raises(StateError, match=r"KS0770.*others may read or write"):
            files.read_private_key(str(path), LOG)


def test_an_existing_key_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    files.write_private_key(str(path), LOG_KEY)
    with pytest.raises(StateError, match=r"KS0770.*exists"):
        files.write_private_key(str(path), OTHER_KEY)
    assert files.read_private_key(str(path), LOG) == LOG_KEY


def test_what_is_wrong_with_a_key_never_shows_it(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    secret = LOG_KEY.text.rsplit("+", 1)[1]
    for text in (LOG_KEY.text[:-1], LOG_KEY.text + "x", secret, LOG_KEY.text.replace("+A", "+B")):
        path.write_text(text)
        path.chmod(0o600)
        with pytest.raises(StateError, match="KS0770") as caught:
            files.read_private_key(str(path), LOG)
        assert secret[4:30] not in str(caught.value)
    assert secret not in repr(LOG_KEY)


def test_a_key_of_the_other_kind(tmp_path: Path) -> None:
    files.write_private_key(str(tmp_path / "log.key"), LOG_KEY)
    with pytest.raises(StateError, match="it is a log's key, and a witness's is needed"):
        files.read_private_key(str(tmp_path / "log.key"), WITNESS)


def test_a_public_key_is_given_as_text_or_file(tmp_path: Path) -> None:
    path = tmp_path / "log.pub"
    path.write_text(f"{LOG_KEY.public}\n")
    assert files.read_public_key(str(path)) == files.read_public_key(str(LOG_KEY.public))
    with pytest.raises(StateError, match="KS0771"):
        files.read_public_key("a+b")
    with pytest.raises(StateError, match="KS0771"):
        files.read_public_key("a+" + "b" * 5000)


def test_a_private_key_on_the_command_line_is_not_shown() -> None:
    with pytest.raises(StateError, match="KS0771") as caught:
        files.read_public_key(LOG_KEY.text)
    assert LOG_KEY.text[30:] not in str(caught.value)


def test_a_private_key_in_place_of_a_public_one_is_not_shown(tmp_path: Path) -> None:
    files.write_private_key(str(tmp_path / "log.key"), LOG_KEY)
    with pytest.raises(StateError, match="KS0771") as caught:
        files.read_public_key(str(tmp_path / "log.key"))
    assert LOG_KEY.text not in str(caught.value)


def believed(data: bytes, keys: list[PublicKey]) -> bool:
    try:
        Checkpoint.parse(data).check_signed(keys)
    except BadNote:
        return False
    return True


def test_umask_does_not_open_a_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files.write_private_key(str(tmp_path / "k"), LOG_KEY)
    finally:
        os.umask(before)
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
