"""What signatures a user trusts, and how a verification that finds something ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import click

from kestrel.cli import exits
from kestrel.cli.outcome import Outcome
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog import files, heads
from kestrel.runtime.tlog.attested import Attested
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import LOG, PublicKey, Signed
from kestrel.runtime.tlog.witness import WitnessFile
from kestrel.text.diagnostic import Diagnostic, KestrelError

FINDINGS = ("KS0772", "KS0773", "KS0774", "KS0776", "KS0777", "KS0779")
"""What a verification looks for; a command that verifies exits with 1 for these."""


def public_keys(required: bool) -> Callable[[Any], Any]:
    return click.option(
        "--public-key",
        "keys",
        multiple=True,
        required=required,
        metavar="KEY|FILE",
        help="Whose signatures count: the log's key, and witnesses' that must have signed too.",
    )


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
