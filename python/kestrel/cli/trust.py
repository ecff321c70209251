"""`kestrel-run audit keygen|checkpoint|prove|witness`: the log, for those who were not there."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import click

from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.trusting import public_keys, verified
from kestrel.cli.values import with_state
from kestrel.cli.writing import write_whole
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog import files, heads, proving
from kestrel.runtime.tlog.attested import Attested
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import LOG, WITNESS, BadNote, PrivateKey, PublicKey
from kestrel.runtime.tlog.witness import WitnessFile

output = click.option("-o", "--output", metavar="FILE", help="Write it there.")


@command("keygen", "text")
@click.argument("name")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where the private key goes.")
@click.option("--witness", is_flag=True, help="A key for a witness, which cosigns.")
def keygen(name: str, output: str, witness: bool) -> Outcome:
    """Make an Ed25519 key, named like `example.com/gateway`; print its public half."""
    try:
        key = PrivateKey.make(name, WITNESS if witness else LOG)
    except BadNote as error:
        raise click.UsageError(f"`{name}`: {error}", click.get_current_context()) from None
    files.write_private_key(output, key)
    result = {"status": "created", "name": name, "public_key": str(key.public), "file": output}
    return Outcome(result, {"text": lambda _: f"{key.public}\n"})


@command("checkpoint", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option("--key", metavar="FILE", help="Sign what the log is now; else the last one is shown.")
@click.option(
    "--witness",
    metavar="FILE",
    help="Sign only what goes on from the last checkpoint in this file, and add it there.",
)
@output
def checkpoint(
    words: tuple[str, ...], key: str | None, witness: str | None, output: str | None
) -> Outcome:
    """Sign the log's size and root as a checkpoint, and keep it in the state."""
    (path,) = with_state(words)
    if key is None:
        if witness is not None:
            raise click.UsageError("--witness needs --key", click.get_current_context())
        with closing(StateFile(path, "read")) as state:
            return _written(proving.newest(state), output)
    signer = files.read_private_key(key, LOG)
    with closing(StateFile(path)) as state:
        return _written(_take(state, signer, witness), output)


def _take(state: StateFile, key: PrivateKey, witness: str | None) -> Checkpoint:
    if witness is None:
        return heads.take(state, key)
    file = WitnessFile(witness)
    with file.adding():
        log_id = str(state.meta("log_id"))
        # Each was taken in only because it goes on from the one before: the last speaks for all.
        last = file.of_log(log_id)[-1:] if file.seen() else []
        with files.believing(witness):
            for one in last:
                one.note.signed_by([key.public])
        made = heads.take(state, key, [Attested.of(one, witness) for one in last])
        file.append(made)
    return made


@command("prove", "text")
@click.argument("words", nargs=-1, metavar="[STATE] [SEQ|EVENT_ID]")
@click.option("--against", metavar="CHECKPOINT", help="Prove it of this one [the newest].")
@click.option("--since", metavar="CHECKPOINT", help="Prove that nothing before it was changed.")
@output
def prove(
    words: tuple[str, ...], against: str | None, since: str | None, output: str | None
) -> Outcome:
    """Prove, to who has the log's public key, that an event is in the log; or, with --since, that
    the log of an earlier checkpoint is its beginning."""
    head = files.read_checkpoint(against) if against else None
    old = files.read_checkpoint(since) if since else None
    if old is not None:
        (path,) = with_state(words)
        with closing(StateFile(path, "read")) as state:
            proof: Any = proving.consistency(state, old, str(since), head, str(against))
        said = {"old": old.size}
    else:
        path, which = with_state(words, "SEQ|EVENT_ID")
        with closing(StateFile(path, "read")) as state:
            proof = proving.inclusion(state, which, head, str(against))
        said = {"index": proof.index}
    result = {"status": "proved", **said, "size": proof.checkpoint.size}
    return _told(result, bytes(proof), output)


@command("witness", "text")
@click.argument("record", metavar="FILE")
@click.argument("request", metavar="PROOF")
@public_keys(required=True)
@click.option("--key", metavar="FILE", help="Cosign with this witness's key.")
@output
def witness(
    record: str, request: str, keys: tuple[str, ...], key: str | None, output: str | None
) -> Outcome:
    """Take a checkpoint into a witness's FILE, if PROOF (`prove --since`) shows that the log goes
    on from the last one there; print it, cosigned where there is a key."""
    trusted = [files.read_public_key(one) for one in keys]
    signer = files.read_private_key(key, WITNESS) if key else None
    return verified(lambda: _written(_witness(record, request, trusted, signer), output))


def _witness(
    record: str, request: str, trusted: list[PublicKey], key: PrivateKey | None
) -> Checkpoint:
    proof = files.read_request(request)
    head = proof.checkpoint
    with files.believing(request):
        head.check_signed(trusted)
    file = WitnessFile(record)
    with file.adding():
        before = file.seen(head.origin)
        last = before[-1] if before else None
        proving.check_goes_on(proof, request, last, record)
        made = head.cosign(key, int(time.time())) if key else head
        file.append(made)
    return made


def _written(made: Checkpoint, output: str | None) -> Outcome:
    result = {"status": "signed", "origin": made.origin, "size": made.size, "root": made.root.hex()}
    return _told(result, bytes(made.note), output)


def _told(result: dict[str, Any], data: bytes, output: str | None) -> Outcome:
    if output is not None:
        write_whole(output, data)
        return Outcome({**result, "file": output}, {"text": lambda _: ""})
    return Outcome({**result, "note": data.decode()}, {"text": lambda _: data.decode()})
