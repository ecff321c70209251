"""Checkpoints, proofs and witnesses, as two people on two hosts use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Ran
from tests.cli.conftest import Shop

NAME, WITNESS = "example.com/gateway", "witness.example/w"


class Signing(Shop):
    """A shop with keys: `log.key` and `log.pub`, `w.key` and `w.pub`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.keygen(NAME, "log")
        self.keygen(WITNESS, "w", "--witness")
        self.state = self.init()

    def keygen(self, name: str, stem: str, *more: str) -> None:
        made = self.must("audit", "keygen", name, "-o", f"{stem}.key", *more)
        self.write(f"{stem}.pub", made.out)

    def audit(self, *words: object) -> Ran:
        return self.must("audit", *words)

    def checkpoint(self, path: str, *more: str) -> str:
        self.audit("checkpoint", self.state, "--key", "log.key", "-o", path, *more)
        return path

    def refused(self, code: str, *words: object, exits: int = 1) -> Ran:
        ran = self.run("audit", *words)
        assert (ran.code, code in ran.err) == (exits, True), ran
        return ran


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    return Signing(tmp_path)


def test_a_proof_travels_to_somebody_without_the_state(signing: Signing) -> None:
    signing.must("reload", signing.state, "gateway.ks#two")
    signing.checkpoint("head")
    signing.audit("prove", signing.state, "3", "-o", "event.tlog-proof")
    (signing.folder / signing.state).unlink()
    words = ("verify-proof", "event.tlog-proof", "--public-key", "log.pub")
    said = signing.audit(*words).out
    assert "event 3 is in the log: kestrel.reload applied" in said
    assert f"signed by  {NAME}\n" in said
    result = signing.audit(*words, "--format", "json").json["result"]
    assert (result["status"], result["index"], result["size"]) == ("included", 2, 3)
    assert result["event"]["change_set"][0]["path"] == "/port"
    signing.refused("KS0773", *words, "--public-key", "w.pub")
    signing.refused("KS0773", "verify-proof", "event.tlog-proof", "--public-key", other(signing))


def test_a_proof_of_one_event_is_none_of_another(signing: Signing) -> None:
    signing.must("reload", signing.state, "gateway.ks#two")
    signing.checkpoint("head")
    proof = signing.audit("prove", signing.state, "2").out
    signing.write("edited", proof.replace("index 1\n", "index 2\n"))
    signing.refused("KS0776", "verify-proof", "edited", "--public-key", "log.pub")


def other(signing: Signing) -> str:
    signing.keygen(NAME, "other")
    return "other.pub"


def test_a_witness_on_another_host(signing: Signing) -> None:
    """What the log's host sends, what the witness keeps, and what comes back."""
    signing.checkpoint("first")
    words = ("witness", "seen", "first", "--public-key", "log.pub", "--key", "w.key")
    signing.audit(*words, "-o", "first.cosigned")
    signing.must("reload", signing.state, "gateway.ks#two")
    signing.checkpoint("second")
    signing.audit("prove", signing.state, "--since", "first", "-o", "second.proof")
    words = ("witness", "seen", "second.proof", "--public-key", "log.pub", "--key", "w.key")
    cosigned = signing.audit(*words, "-o", "second.cosigned", "--format", "json").json
    assert cosigned["result"]["size"] == 3
    both = ("--public-key", "log.pub", "--public-key", "w.pub")
    signing.audit("prove", signing.state, "2", "--against", "second.cosigned", "-o", "p")
    said = signing.audit("verify-proof", "p", *both).out
    assert f"signed by  {WITNESS}, as a witness, at 20" in said
    checked = signing.audit("verify", signing.state, "--checkpoint", "second.cosigned", *both)
    assert "checkpoints that hold: 3" in checked.out
    signing.audit("verify", signing.state, "--witness", "seen", "--public-key", "log.pub")
    signing.audit("verify-proof", "second.proof", "--since", "first", "--public-key", "log.pub")
    signing.refused("KS0779", *words)
    signing.refused("KS0779", "witness", "seen", "first", "--public-key", "log.pub")
    signing.refused("KS0773", "witness", "new", "first", "--public-key", other(signing))
    assert (
        signing.run("audit", "verify-proof", "second.proof", "--public-key", "log.pub").code == 64
    )


def test_a_log_that_was_put_back_is_found_by_the_witness_alone(signing: Signing) -> None:
    state = signing.folder / signing.state
    signing.checkpoint("first", "--witness", "seen")
    before = state.read_bytes()
    signing.must("reload", signing.state, "gateway.ks#two")
    signing.checkpoint("second", "--witness", "seen")
    state.write_bytes(before)
    assert signing.audit("verify", signing.state).code == 0
    ran = signing.refused("KS0774", "verify", signing.state, "--witness", "seen")
    assert "the log ends at 1: 2 to 3 are gone" in ran.err
    signing.refused("KS0774", "verify", signing.state, "--checkpoint", "second")
    signing.must("reload", signing.state, "gateway.ks#three")
    ran = signing.refused("KS0774", "verify", signing.state, "--witness", "seen")
    assert "the first event that does not fit is one of 2 to 3" in ran.err
    words = ("checkpoint", signing.state, "--key", "log.key", "--witness", "seen")
    signing.refused("KS0774", *words, exits=5)


def test_another_log_does_not_stand_in(signing: Signing) -> None:
    """A state made anew in the same place has another log id."""
    signing.checkpoint("first", "--witness", "seen")
    signing.must("init", "other.state", "--config", "gateway.ks#two")
    for words in (("--witness", "seen"), ("--checkpoint", "first")):
        signing.refused("KS0777", "verify", "other.state", *words)
    words = ("checkpoint", "other.state", "--key", "log.key", "--witness", "seen")
    signing.refused("KS0777", *words, exits=5)
    signing.refused("KS0777", "prove", "other.state", "1", "--against", "first", exits=5)


def test_the_last_checkpoint_is_shown_without_a_key(signing: Signing) -> None:
    assert signing.run("audit", "checkpoint", signing.state).code == 5
    signing.checkpoint("head")
    shown = signing.audit("checkpoint", signing.state).out
    assert shown == (signing.folder / "head").read_text()
    assert signing.run("audit", "checkpoint", signing.state, "--witness", "w").code == 64


def test_the_wrong_key_for_the_work(signing: Signing) -> None:
    signing.checkpoint("head")
    signing.refused("KS0770", "checkpoint", signing.state, "--key", "w.key", exits=2)
    words = ("witness", "seen", "head", "--public-key", "log.pub", "--key", "log.key")
    signing.refused("KS0770", *words, exits=2)
    signing.refused("KS0770", "keygen", NAME, "-o", "log.key", exits=2)
    assert signing.run("audit", "keygen", "two words", "-o", "x.key").code == 64


def test_no_private_key_leaves_its_file(signing: Signing) -> None:
    secret = (signing.folder / "log.key").read_text().strip().rsplit("+", 1)[1]
    signing.checkpoint("head", "--witness", "seen")
    said = [
        signing.audit("export", signing.state),
        signing.audit("checkpoint", signing.state, "--key", "log.key", "--format", "json"),
        signing.audit("prove", signing.state, "1"),
        signing.run("audit", "verify", signing.state, "--public-key", "log.key"),
        signing.run("audit", "verify", signing.state, "--checkpoint", "log.key"),
        signing.run("audit", "prove", signing.state, "1", "--against", "log.key"),
        signing.run("audit", "witness", "log.key", "head", "--public-key", "log.pub"),
    ]
    assert not any(secret in ran.out + ran.err for ran in said)
    files = [path for path in signing.folder.rglob("*") if path.is_file()]
    holders = [path.name for path in files if secret.encode() in path.read_bytes()]
    assert holders == ["log.key"]


def test_hostile_files(signing: Signing) -> None:
    """Not what they should be: refused with a code, never with a traceback."""
    signing.checkpoint("head")
    for content in (b"", b"\n\n", b"\xff" * 100, b"old 1\n\n", b"c2sp.org/tlog-proof@v1\n\n\n"):
        (signing.folder / "bad").write_bytes(content)
        for words in (
            ("verify-proof", "bad", "--public-key", "log.pub"),
            ("verify", signing.state, "--checkpoint", "bad"),
            ("prove", signing.state, "1", "--against", "bad"),
            ("prove", signing.state, "--since", "bad"),
            ("witness", "seen", "bad", "--public-key", "log.pub"),
            ("verify", signing.state, "--public-key", "bad"),
            ("checkpoint", signing.state, "--key", "bad"),
        ):
            ran = signing.run("audit", *words)
            assert ran.code in (1, 2), (words, ran)
            assert "error[KS07" in ran.err


def test_an_event_with_control_characters_is_shown_harmlessly(signing: Signing) -> None:
    signing.run("reload", signing.state, "gateway.ks#two", KESTREL_ACTOR="\x1b[2J")
    signing.checkpoint("head")
    signing.audit("prove", signing.state, "3", "-o", "p")
    for form in ("text", "json"):
        ran = signing.audit("verify-proof", "p", "--public-key", "log.pub", "--format", form)
        assert "\x1b" not in ran.out
    assert json.loads(ran.out)["result"]["event"]["actor"]["claimed"] == "\x1b[2J"
