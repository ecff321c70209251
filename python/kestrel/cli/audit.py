"""`kestrel-run audit`: verify, export and follow a state's audit log; `trust.py` has the rest."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import click

from kestrel.cli import exits
from kestrel.cli.columns import aligned
from kestrel.cli.group import LazyGroup, Row
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.trusting import held_against, lines_signed, public_keys, told_signed, verified
from kestrel.cli.values import with_state
from kestrel.runtime import audit as log
from kestrel.runtime.audit import Event
from kestrel.runtime.sinks import Sink
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog.attested import Attested
from kestrel.runtime.tlog.notes import Signed
from kestrel.runtime.verify import Expected
from kestrel.runtime.verify import verify as verify_log
from kestrel.text.display import harmless
from kestrel.text.render import Pen

LOOK = 0.25
"""Seconds between looks for new events."""


class ExpectedEvent(click.ParamType[Any]):
    """`SEQ:HASH`, as `audit verify` prints it."""

    name = "SEQ:HASH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Expected:
        try:
            return Expected.parse(value)
        except ValueError:
            self.fail(f"`{value}` is no SEQ:HASH, as `audit verify` prints it", param, ctx)


@command("verify", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option("--expect", type=ExpectedEvent(), help="An event that was noted down before.")
@click.option(
    "--checkpoint", "given", multiple=True, metavar="FILE", help="A checkpoint kept elsewhere."
)
@click.option("--witness", metavar="FILE", help="All checkpoints in a witness's file.")
@public_keys(required=False)
def verify(
    words: tuple[str, ...],
    expect: Expected | None,
    given: tuple[str, ...],
    witness: str | None,
    keys: tuple[str, ...],
) -> Outcome:
    """Recompute every link of the log, and hold it against checkpoints: the state's own, and those
    given. Exit with 1 where an event does not fit, naming it."""
    (path,) = with_state(words)
    with closing(StateFile(path, "read")) as state:
        return verified(lambda: _verify(state, expect, *held_against(state, given, witness, keys)))


def _verify(
    state: StateFile, expect: Expected | None, known: list[Attested], signed: list[Signed]
) -> Outcome:
    found = verify_log(state, expect, known)
    result = {
        "status": "ok" if found.ok else "broken",
        "log_id": found.log_id,
        "seq": found.seq,
        "hash": found.hash,
        "checkpoints": found.attested,
        "signed_by": told_signed(signed),
    }
    said = f"{found.seq} events, each fits the one before\n"
    if known:
        said += f"  checkpoints that hold: {found.attested}\n"
    said += "".join(f"  signed by {harmless(line)}\n" for line in lines_signed(signed))
    said += f"  to keep elsewhere: {found.seq}:{found.hash}\n"
    if found.problem is None:
        return Outcome(result, {"text": lambda _: said}, found.warnings)
    return Outcome(result, {}, (found.problem,), exit=exits.FOUND)


@command("export", "jsonl")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option("--from", "start", type=int, default=1, metavar="SEQ", help="Begin with this event.")
@click.option("--to", "target", metavar="FILE", help="Add to this file what it lacks, instead.")
def export(words: tuple[str, ...], start: int, target: str | None) -> Outcome:
    """Print the events, one JSON object a line; or keep a file of them up to date."""
    (path,) = with_state(words)
    if target is not None:
        with closing(Sink(path, target)) as sink:
            seq = sink.written
        said = f"{target} has all {seq} events" if seq else f"another process writes {target}"
        result = {"status": "exported" if seq else "busy", "file": target, "seq": seq}
        return Outcome(result, {"jsonl": lambda _: f"{said}\n"}, exit=0 if seq else exits.REFUSED)
    state = StateFile(path, "read")

    def lines(_: Pen) -> Iterator[str]:
        with closing(state):
            for event in log.events(state, start):
                yield f"{event.line}\n"

    return Outcome({"status": "exported"}, {"jsonl": lines})


@command("tail", "text", "jsonl")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option("-n", "count", type=int, default=10, help="So many events [default: 10].")
@click.option("-f", "--follow", is_flag=True, help="Go on with new events as they come.")
def tail(words: tuple[str, ...], count: int, follow: bool) -> Outcome:
    """Print the last events."""
    (path,) = with_state(words)
    state = StateFile(path, "read")

    def shown(pen: Pen, text: bool) -> Iterator[str]:
        with closing(state):
            for events in _pages(state, count, follow):
                yield _table(events, pen) if text else "".join(f"{e.line}\n" for e in events)

    forms = {"text": lambda pen: shown(pen, True), "jsonl": lambda pen: shown(pen, False)}
    return Outcome({"status": "exported"}, forms, stream=follow)


def _pages(state: StateFile, count: int, follow: bool) -> Iterator[list[Event]]:
    events = log.tail(state, count)
    yield events
    seen = events[-1].seq if events else 0
    version = None
    while follow:
        now = state.data_version()
        if now != version and (events := list(log.events(state, seen + 1))):
            yield events
            seen = events[-1].seq
        version = now
        time.sleep(LOOK)


def _table(events: list[Event], pen: Pen) -> str:
    if not events:
        return ""
    fields = [event.body_fields for event in events]
    rows = [
        [str(f.get(name) or "") for name in ("seq", "ts", "event", "status", "audit_id")]
        for f in fields
    ]
    return aligned([""] * 5, rows, pen)


COMMANDS = {
    "verify": Row("kestrel.cli.audit:verify", "Recompute every link of the log."),
    "export": Row("kestrel.cli.audit:export", "Print the events, one JSON object a line."),
    "tail": Row("kestrel.cli.audit:tail", "Print the last events, and follow new ones."),
    "keygen": Row("kestrel.cli.trust:keygen", "Make a key to sign checkpoints with."),
    "checkpoint": Row("kestrel.cli.trust:checkpoint", "Sign what the log is now."),
    "prove": Row("kestrel.cli.trust:prove", "Prove that an event is in the log."),
    "verify-proof": Row("kestrel.cli.proofs:verify_proof", "Check a proof, without the log."),
    "witness": Row("kestrel.cli.trust:witness", "Take a checkpoint in, for another host's log."),
}

audit = LazyGroup("audit", COMMANDS, {}, "Verify, sign, prove, export and follow a log.")
