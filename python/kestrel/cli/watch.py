"""`kestrel-run watch`: reload from a file whenever it changes, until told to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

import click
import msgspec

from kestrel import inputs
from kestrel.changes.policy import Policy
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.screen import pen_for
from kestrel.cli.values import Seconds, positive, with_state
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.watch import Seen, Wanted, Watch
from kestrel.text.as_json import diagnostic_to_dict
from kestrel.text.display import harmless
from kestrel.text.render import Pen, render_all

STOP = {signal.SIGINT, signal.SIGTERM}
LOOK = 0.2
"""Seconds between looks at whether the file is still followed."""
SAID = {
    "unchanged": "what the file says runs already",
    "invalid": "not applied: it cannot be read",
    "undone": "not applied: it was rolled back before",
    "written": "not read yet",
    "busy": "not applied yet",
    "pending": "applied, until it is confirmed",
    "rolled_back": "applied, and rolled back",
}


@command("watch", "text", "jsonl")
@click.argument("words", nargs=-1, metavar="[STATE] FILE")
@click.option("--schema", metavar="FILE#NAME", help="The schema of a data file [the state's].")
@click.option("--allow", multiple=True, metavar="WHAT", help="Allow: breaking, danger, restart.")
@click.option("--confirm-within", type=Seconds(), callback=positive, metavar="DURATION")
@click.option("--sighup", is_flag=True, help="Read the file again on SIGHUP as well.")
def watch(
    words: tuple[str, ...],
    schema: str | None,
    allow: tuple[str, ...],
    confirm_within: float | None,
    sighup: bool,
) -> Outcome:
    """Apply FILE to STATE now and whenever it changes. SIGINT and SIGTERM end it in good order.

    Files that are saved, moved into place or swapped as a Kubernetes volume are read once they are
    whole. What was rolled back is not applied again, unless it was changed.
    """
    path, file = with_state(words, "FILE")
    wanted = Wanted(
        file,
        inputs.read_schema(schema) if schema else None,
        Policy.find(Path.cwd()),
        frozenset(allow),
        2.0,
        confirm_within,
    )
    state = StateFile(path)

    def lines(pen: Pen, text: bool) -> Iterator[str]:
        with closing(state):
            for seen in _follow(state, wanted, sighup):
                yield _told(seen, pen) if text else _line(seen)

    forms = {"text": lambda pen: lines(pen, True), "jsonl": lambda pen: lines(pen, False)}
    return Outcome({"status": "watched"}, forms, stream=True)


def _follow(state: StateFile, wanted: Wanted, sighup: bool) -> Iterator[Seen]:
    """What comes of the file, until a signal says to stop; a reload that goes on then is ended in
    good order. News and signals come through one queue, which handlers may write to."""
    news: SimpleQueue[Seen | int] = SimpleQueue()
    follower = Watch(state, wanted, news.put)
    thread = threading.Thread(target=follower.run, name="kestrel-watch")
    with _signals(news, STOP | ({signal.SIGHUP} if sighup else set())):
        thread.start()
        try:
            while thread.is_alive():
                yield from _news(news, follower)
        except _Stopped:
            pass
        finally:
            follower.stop()
            thread.join()
    yield from _left(news)


class _Stopped(Exception):
    """A signal says to stop."""


def _news(news: SimpleQueue[Seen | int], follower: Watch) -> Iterator[Seen]:
    try:
        came = news.get(timeout=LOOK)
    except Empty:
        return
    if isinstance(came, Seen):
        yield came
    elif came in STOP:
        raise _Stopped
    else:
        threading.Thread(target=follower.refresh, daemon=True).start()


def _left(news: SimpleQueue[Seen | int]) -> Iterator[Seen]:
    """What was still said while it ended."""
    while not news.empty():
        came = news.get()
        if isinstance(came, Seen):
            yield came


@contextmanager
def _signals(news: SimpleQueue[Seen | int], wanted: set[signal.Signals]) -> Iterator[None]:
    def note(number: int, frame: FrameType | None) -> None:
        news.put(number)

    before = {one: signal.signal(one, note) for one in wanted}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _told(seen: Seen, pen: Pen) -> str:
    problems = seen.diagnostics
    if problems:
        sys.stderr.write(render_all(problems, pen_for(sys.stderr)))
        sys.stderr.flush()
    said = SAID.get(seen.how, seen.how)
    if seen.result is not None and seen.result.generation is not None:
        said += f": generation {seen.result.generation} runs, change {seen.result.audit_id}"
    return f"{pen('error' if problems else 'bold', harmless(said))}\n"


def _line(seen: Seen) -> str:
    fields = {
        "how": seen.how,
        "digest": seen.digest,
        "generation": seen.result.generation if seen.result else None,
        "audit_id": seen.result.audit_id if seen.result else None,
        "diagnostics": [diagnostic_to_dict(d) for d in seen.diagnostics],
    }
    return msgspec.json.encode(fields).decode() + "\n"
