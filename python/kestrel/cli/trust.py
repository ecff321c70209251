"""`kestrel-run audit keygen|checkpoint|prove|verify-proof|witness`: the log, for those who were not
there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import click

from kestrel.cli import exits
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.values import with_state
from kestrel.cli.writing import write_whole
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog import files, heads, proving
from kestrel.runtime.tlog.attested import Attested
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import LOG, WITNESS, BadNote, PrivateKey, PublicKey, Signed
from kestrel.runtime.tlog.proofs import Inclusion
from kestrel.runtime.tlog.witness import WitnessFile
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.display import harmless

FINDINGS = ("KS0772", "KS0773", "KS0774", "KS0776", "KS0777", "KS0779")
"""What a verification looks for; a command that verifies exits with 1 for these."""

output = click.option("-o", "--output", metavar="FILE", help="Write it there.")


def public_keys(required: bool) -> Callable[[Any], Any]:
    return click.option(
        "--public-key",
        "keys",
        multiple=True,
        required=required,
        metavar="KEY|FILE",
        help="Whose signatures count: the log's key, and witnesses' that must have signed too.",
    )


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
    result: dict[str, Any] = {"origin": head.origin, "size": head.size}
    result |= {"signed_by": told_signed(signed)}
    if isinstance(proof, Inclusion):
        with files.believing(file):
            proof.check()
        event = proof.event
        said = f"event {proof.index + 1} is in the log: {_event(event)}"
        result |= {"status": "included", "index": proof.index, "event": event}
    else:
        if old is None and proof.old:
            why = "a proof of what followed a checkpoint needs it: --since CHECKPOINT"
            raise click.UsageError(why, click.get_current_context())
        if old is not None:
            with files.believing(str(since)):
                old.check_signed([key for key in trusted if key.type == LOG])
        with files.believing(file):
            proof.check(old)
        said = f"the log of {proof.old} events is the beginning of that of {head.size}"
        result |= {"status": "consistent", "old": proof.old}
    text = f"{harmless(said)}\n  log        {harmless(head.origin)}, {head.size} events\n"
    text += "".join(f"  signed by  {harmless(line)}\n" for line in lines_signed(signed))
    return Outcome(result, {"text": lambda _: text})


def _event(fields: dict[str, Any]) -> str:
    words = ("event", "status", "event_id", "ts")
    return " ".join(str(fields[word]) for word in words if fields.get(word))


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


def verified(action: Callable[[], Outcome]) -> Outcome:
    """The outcome of a verification, whose findings are what it is for."""
    try:
        return action()
    except KestrelError as error:
        if error.diagnostics[0].code not in FINDINGS:
            raise
        return Outcome({"status": "broken"}, {}, error.diagnostics, exit=exits.FOUND)


def told_signed(signed: Iterable[Signed]) -> list[dict[str, Any]]:
    return [
        {"name": one.key.name, "key": str(one.key), "time": one.time and _utc(one.time)}
        for one in signed
    ]


def lines_signed(signed: Iterable[Signed]) -> list[str]:
    return [
        f"{one.key.name}, as a witness, at {_utc(one.time)}" if one.time else one.key.name
        for one in signed
    ]


def _utc(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"second {seconds}"


def _written(made: Checkpoint, output: str | None) -> Outcome:
    result = {"status": "signed", "origin": made.origin, "size": made.size, "root": made.root.hex()}
    return _told(result, bytes(made.note), output)


def _told(result: dict[str, Any], data: bytes, output: str | None) -> Outcome:
    if output is not None:
        write_whole(output, data)
        return Outcome({**result, "file": output}, {"text": lambda _: ""})
    return Outcome({**result, "note": data.decode()}, {"text": lambda _: data.decode()})


def held_against(
    state: StateFile, given: tuple[str, ...], witness: str | None, keys: tuple[str, ...]
) -> tuple[list[Attested], list[Signed]]:
    """What `audit verify` holds the log against: its own checkpoints, files, a witness's file;
    and, with keys, who signed the newest of each.

    Raises:
        StateError: KS0772, KS0773, KS0777: one of them cannot be believed.
    """
    trusted = [files.read_public_key(key) for key in keys]
    log_id = str(state.meta("log_id"))
    found = [(one, heads.where_stored(state)) for one in heads.stored(state)]
    for path in given:
        one = files.read_checkpoint(path)
        if one.log_id != log_id:
            raise KestrelError([Diagnostic.make("KS0777", file=path, path=path, log=log_id)])
        found.append((one, path))
    if witness is not None:
        found += [(one, witness) for one in WitnessFile(witness).of_log(log_id)]
    signed: dict[PublicKey, Signed] = {}
    for one, where in found if trusted else ():
        with files.believing(where):
            signed |= {each.key: each for each in _check_source(one, where in given, trusted)}
    return [Attested.of(one, where) for one, where in found], list(signed.values())


def _check_source(one: Checkpoint, given: bool, trusted: list[PublicKey]) -> list[Signed]:
    """A file that was given must have every signature that is asked for; what a state or a witness
    keeps was taken before witnesses cosigned it."""
    keys = trusted if given else [key for key in trusted if key.type == LOG]
    return one.check_signed(keys)
