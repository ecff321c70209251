"""`kestrel-run audit verify-proof`: a proof, checked by somebody who has the public key alone."""

from __future__ import annotations

from typing import Any

import click

from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.trusting import lines_signed, public_keys, told_signed, verified
from kestrel.runtime.tlog import files
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import LOG, PublicKey
from kestrel.runtime.tlog.proofs import Consistency, Inclusion
from kestrel.text.display import harmless


@command("verify-proof", "text")
@click.argument("file")
@public_keys(required=True)
@click.option("--since", metavar="CHECKPOINT", help="The earlier checkpoint, as you kept it.")
def verify_proof(file: str, keys: tuple[str, ...], since: str | None) -> Outcome:
    """Check a proof, without the log; exit with 1 where it proves nothing."""
    trusted = [files.read_public_key(key) for key in keys]
    old = files.read_checkpoint(since) if since else None
    return verified(lambda: _check(file, trusted, old, since))


def _check(
    file: str, trusted: list[PublicKey], old: Checkpoint | None, since: str | None
) -> Outcome:
    proof = files.read_proof(file)
    head = proof.checkpoint
    with files.believing(file):
        signed = head.check_signed(trusted)
    if isinstance(proof, Inclusion):
        said, result = _included(file, proof)
    else:
        if old is not None:
            with files.believing(str(since)):
                old.check_signed([key for key in trusted if key.type == LOG])
        said, result = _consistent(file, proof, old)
    result |= {"origin": head.origin, "size": head.size, "signed_by": told_signed(signed)}
    text = f"{harmless(said)}\n  log        {harmless(head.origin)}, {head.size} events\n"
    text += "".join(f"  signed by  {harmless(line)}\n" for line in lines_signed(signed))
    return Outcome(result, {"text": lambda _: text})


def _included(file: str, proof: Inclusion) -> tuple[str, dict[str, Any]]:
    with files.believing(file):
        proof.check()
    event = proof.event
    said = f"event {proof.index + 1} is in the log: {_event(event)}"
    return said, {"status": "included", "index": proof.index, "event": event}


def _consistent(
    file: str, proof: Consistency, old: Checkpoint | None
) -> tuple[str, dict[str, Any]]:
    if old is None and proof.old:
        why = "a proof of what followed a checkpoint needs it: --since CHECKPOINT"
        raise click.UsageError(why, click.get_current_context())
    with files.believing(file):
        proof.check(old)
    said = f"the log of {proof.old} events is the beginning of that of {proof.checkpoint.size}"
    return said, {"status": "consistent", "old": proof.old}


def _event(fields: dict[str, Any]) -> str:
    words = ("event", "status", "event_id", "ts")
    return " ".join(str(fields[word]) for word in words if fields.get(word))
