"""One live process: it serves a snapshot, answers to intents, and follows what is committed.

A replica lives as long as its lock. It swaps to a generation that it prepared; the commit's
condition sees to it that there is no other. All its SQL and all its fields are guarded by the state
file's lock; hooks run outside of it, one moment at a time.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence

from kestrel import _core
from kestrel.changes.digests import Side
from kestrel.data.schema import Schema
from kestrel.runtime import generations, intents, registry, windows
from kestrel.runtime.adapt import adapt, read_as
from kestrel.runtime.audit import append
from kestrel.runtime.errors import StateError
from kestrel.runtime.generations import Generation
from kestrel.runtime.hooks import Hooks, Refusal
from kestrel.runtime.intents import Intent, Look
from kestrel.runtime.live import Bell, Counter, Folder, Lock
from kestrel.runtime.notify import Notifier
from kestrel.runtime.outcome import resolve
from kestrel.runtime.pending import Pending, Unconfirmed
from kestrel.runtime.registry import Condition, Current
from kestrel.runtime.secrets import Found, Secrets
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window
from kestrel.text.diagnostic import KestrelError

UNPREPARED = "it had not prepared for it"
"""The reason in the event of a swap that the protocol rules out."""


class Replica:
    """This process, as the others see it."""

    def __init__(self, state: StateFile, schema: Schema | None, hooks: Hooks) -> None:
        """Read the head; `join` makes it known to others.

        Raises:
            StateError: the head cannot be read as `schema`.
        """
        self.state = state
        self.schema = schema
        self.hooks = hooks
        self.folder = Folder(state.path)
        self.moments = threading.RLock()
        self.pending: Pending | None = None
        self.swapped: list[Pending] = []
        self.window: Window | None = None
        self.unconfirmed = Unconfirmed()
        self.declined = ""
        self.unresolved: tuple[str, str] | None = None
        self.joined = False
        self.reported = 0
        self.unprepared = 0
        self.restart = 0
        self.probes = 0.0
        self.failed: str | None = None
        self.notifier = Notifier({})
        self.watchers: list[Callable[[], None]] = []
        self.troubles: list[tuple[str, str, str]] = []
        self.secrets = Secrets()
        self.current: Current = self._read_head()
        self.secrets.begin(self.current[1])
        self.cell = _core.Cell(self.current[1], self.current[0])

    def _read_head(self) -> Current:
        with self.state.reading():
            head = generations.head(self.state)
            return head.number, read_as(self.state, head.side, self.schema)

    def _read(self, wanted: Side) -> _core.Snapshot:
        return read_as(self.state, wanted, self.schema, near=self.current[1])

    # ---- joining and leaving

    def join(self) -> None:
        """Take a new id, its lock and its bell, and stand in the table of replicas.

        From its row on, no commit passes without this process.
        """
        self.folder.make()
        while not self._join():
            pass
        self.joined = True

    def _join(self) -> bool:
        self.id = uuid.uuid4().hex[:12]
        lock = Lock.take(self.folder.lock(self.id))
        if lock is None:
            return False
        self.lock = lock
        self.bell = Bell(self.folder.bell(self.id))
        self.counter = Counter(self.folder)
        with self.state.writing():
            self._follow(self._read_head())
            self._register()
            # A commit removes the files of the dead; between making and locking ours we looked so.
            in_place = lock.in_place()
        if not in_place:
            self.leave()
        return in_place

    def _register(self) -> None:
        reads = self.schema.digest if self.schema else None
        registry.register(self.state, self.id, program(), reads, self.current, self.probes)
        self.reported = self.current[0]

    def leave(self) -> None:
        """No commit waits for this process any more."""
        self.joined = False
        try:
            with self.state.writing():
                registry.remove(self.state, self.id)
        except StateError:
            pass  # a dead lock says the same
        self.lock.release()
        self.bell.close()
        self.folder.forget(self.id)

    def abandon(self) -> None:
        """In a forked child: lock, bell and promises are the parent's."""
        self.moments = threading.RLock()
        self.pending, self.swapped, self.declined = None, [], ""
        self.unconfirmed = Unconfirmed()
        if self.joined:
            self.lock.release()
            self.bell.abandon()
        self.joined = False

    def stay_joined(self) -> None:
        """Join again if our lock file was removed: to the others we would be dead."""
        if self.joined and not self.lock.in_place():
            self.leave()
            self.join()

    def cells(self) -> Sequence[int]:
        """The counter that changes with each commit; one that never does, where there is none."""
        if self.joined:
            return self.counter.cells
        try:
            self.counter = Counter(self.folder, writable=False)
        except (StateError, ValueError):
            return (0,)
        return self.counter.cells

    # ---- following the head

    def look(self) -> None:
        """Do all that the state asks of us now."""
        with self.state.lock:
            intent = self._follow_head().intent
        self.finish()
        self._end_wait()
        if self.joined:
            self._attend(intent)

    def serve(self, generation: Generation) -> None:
        """Publish what this process has prepared and committed: it needs no disk for that."""
        with self.state.lock:
            self._swap_to(generation)

    def swap(self) -> None:
        """Publish the head if it is newer. Cheap for what was prepared; hooks come in `finish`."""
        with self.state.lock:
            self._follow_head()

    def _follow_head(self) -> Look:
        look = intents.look(self.state)
        self.window = look.window
        self._swap_to(look.head)
        return look

    def _swap_to(self, head: Generation) -> None:
        if head.number <= self.current[0] or self.unresolved:
            return
        pending = self.pending
        if pending and pending.intent.id == head.event_id:
            self.pending = None
            self.swapped.append(pending)
            self._follow((head.number, pending.snapshot))
        else:
            self._follow((head.number, self._read(head.side)))
            if self.joined:
                self.unprepared += 1
                self.troubles.append((head.audit_id, head.event_id, UNPREPARED))

    def _follow(self, current: Current) -> None:
        if current[0] > self.current[0]:
            self.cell.publish(current[1], current[0])
            self.current = current

    def finish(self) -> None:
        """Tell the hooks that it is done, and the others that we run it."""
        with self.moments:
            if self.swapped:
                with self.notifier.reloading(lambda: f"serving generation {self.current[0]}"):
                    while self.swapped:
                        self._complete(self.swapped.pop(0))
            while self.troubles:
                self._record(*self.troubles[0])
                self.troubles.pop(0)
            if self.joined and self.reported < self.current[0]:
                self._report()
        for watcher in self.watchers:
            watcher()

    def _complete(self, pending: Pending) -> None:
        self.secrets.keep(pending.secrets)
        failed = pending.hooks.commit()
        if pending.intent.settles:
            self.unconfirmed = Unconfirmed()
        if self._waits(pending.number) and not pending.intent.refresh:
            self.unconfirmed.add(pending)
        else:
            failed = failed or pending.hooks.finalize()
        said = (self.failed, self.restart)
        self.failed, self.restart = failed, self.restart | pending.intent.restart
        if (self.failed, self.restart) != said:
            self.reported = 0
        if failed:
            self.troubles.append((pending.intent.audit_id, pending.intent.id, failed))

    def _waits(self, number: int) -> bool:
        """Does this generation wait to be confirmed?"""
        window = self.window
        return window is not None and window.base < number <= window.last

    def _end_wait(self) -> None:
        """What waited is confirmed, or was taken back without us: tell the hooks."""
        with self.moments:
            waited = self.unconfirmed
            if waited.first is None or self._waits(waited.first):
                return
            self.unconfirmed = Unconfirmed()
            for trouble in waited.end(windows.covering(self.state, waited.first)):
                self.failed, self.reported = trouble[2], 0
                self.troubles.append(trouble)
        self.finish()

    def _record(self, audit_id: str, event_id: str, reason: str) -> None:
        """We run a generation, and not as it was meant: that is never silent."""
        about: dict[str, object] = {"audit_id": audit_id, "application": event_id}
        fields = about | {"replica": program(), "reason": reason}
        with self.state.writing():
            append(self.state, "kestrel.reload.degraded", "degraded", fields)

    def _report(self) -> None:
        with self.state.writing():
            self.record(*self.current)
        self.reported = self.current[0]
        self.folder.ring_coordinator()

    def record(self, number: int, snapshot: _core.Snapshot) -> None:
        """Say what we run, inside `state.writing()`."""
        condition = Condition(self.unprepared, self.failed, self.restart)
        registry.record(self.state, self.id, (number, snapshot), condition)

    def record_prepared(self, number: int) -> None:
        """The same for what was prepared last, in the transaction that commits it."""
        self.record(number, self.pending.snapshot if self.pending else self.current[1])

    def resolve(self) -> None:
        """Find out whether our own commit happened, where the disk failed at it; and open the state
        again, where it failed at anything.

        Raises:
            StateError: it cannot be told yet.
        """
        with self.state.lock:
            if self.unresolved is None:
                if self.state.broken:
                    self.state.reopen()
                return
            event_id, audit_id = self.unresolved
            committed = resolve(self.state, event_id, audit_id)
            self.unresolved = None
        if not committed:
            self.drop(event_id)

    # ---- answering intents

    def prepare_for(self, intent: Intent, target: _core.Snapshot) -> None:
        """`prepare`, with a snapshot that the coordinator in this process has built."""
        try:
            snapshot = adapt(target, self.schema)
        except KestrelError as error:
            raise Refusal(str(error)) from None
        self.prepare(intent, snapshot)

    def prepare(self, intent: Intent, snapshot: _core.Snapshot) -> None:
        """Ask the hooks; from here on this process could swap.

        Raises:
            Refusal: it does not take the change.
        """
        with self.moments:
            secrets = self._resolve(intent, snapshot)
            changes = self.secrets.rotated(secrets, snapshot) if intent.refresh else intent.changes
            waiting = self.unconfirmed.parts if intent.settles else ()
            hooks = self.hooks.prepare(changes, snapshot, waiting)
        with self.state.lock:
            self.pending = Pending(intent, snapshot, hooks, secrets)

    def _resolve(self, intent: Intent, snapshot: _core.Snapshot) -> Found:
        """What the secrets lead to. The way back from what nobody confirmed is not refused."""
        try:
            return self.secrets.resolve(snapshot)
        except Refusal:
            if intent.settles:
                return {}
            raise

    def drop(self, intent: str) -> None:
        """The intent came to nothing."""
        with self.state.lock:
            pending, wanted = self.pending, self.pending and self.pending.intent.id == intent
            if wanted:
                self.pending = None
        if pending and wanted:
            with self.moments:
                pending.hooks.abort()

    def _attend(self, intent: Intent | None) -> None:
        """Do what the open intent, or the end of one, asks of us."""
        pending = self.pending
        if pending and (intent is None or intent.id != pending.intent.id):
            self._settle(pending)
        if intent is None:
            return
        if self.pending is None and intent.id != self.declined:
            self._answer(intent)
        elif intents.abort_dead(self.state, self.folder, intent):
            self.drop(intent.id)
        elif self.pending and time.monotonic() > self.pending.until:
            self._decline(intent, "it waited too long for the commit")

    def _settle(self, pending: Pending) -> None:
        row = self.state.one("SELECT state FROM intents WHERE id = ?", pending.intent.id)
        if row and row[0] == "aborted":
            self.drop(pending.intent.id)
        elif row and row[0] == "committed" and pending.intent.refresh:
            self.end_refresh(pending.intent.id)

    def end_refresh(self, intent: str) -> None:
        """A refresh was committed: its secrets are in use, and the hooks hear of it."""
        with self.state.lock:
            pending = self.pending
            if pending is None or pending.intent.id != intent:
                return
            self.pending = None
        with self.moments:
            self._complete(pending)
        self.finish()
        with self.state.writing():
            intents.note_refreshed(self.state, self.id)
        self.folder.ring_coordinator()

    def _answer(self, intent: Intent) -> None:
        try:
            snapshot = self._build(intent)
            self.prepare(intent, snapshot)
        except Refusal as refusal:
            self._decline(intent, str(refusal))
            return
        with self.state.writing():
            known = intents.acknowledge(self.state, self.id, intent.id)
        if not known:
            self.drop(intent.id)
        self.folder.ring_coordinator()

    def _build(self, intent: Intent) -> _core.Snapshot:
        try:
            return self._read(intent.target)
        except KestrelError as error:
            raise Refusal(str(error)) from None

    def _decline(self, intent: Intent, reason: str) -> None:
        self.declined = intent.id
        with self.state.writing():
            intents.refuse(self.state, self.id, intent.id, reason)
        self.drop(intent.id)
        self.folder.ring_coordinator()


def program() -> str:
    """How people recognise this process."""
    name = os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] else "python"
    return f"{name} (pid {os.getpid()})"
