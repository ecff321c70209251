"""A program's side of a state: read the config, be asked before it changes, change it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TextIO

from kestrel import _core
from kestrel.changes.plan import Plan
from kestrel.changes.policy import Policy
from kestrel.data.schema import Schema
from kestrel.runtime import confirm, coordinator, forking
from kestrel.runtime.create import init_if_missing
from kestrel.runtime.errors import StateError
from kestrel.runtime.follower import Follower
from kestrel.runtime.health import Health, Probe
from kestrel.runtime.hooks import Function, Hooks, inside
from kestrel.runtime.loops import running_loop
from kestrel.runtime.metrics.exporter import Metrics
from kestrel.runtime.notify import Notifier
from kestrel.runtime.reading import Reading
from kestrel.runtime.reload import ReloadError, ReloadState
from kestrel.runtime.replica import Replica
from kestrel.runtime.request import Request
from kestrel.runtime.result import Result
from kestrel.runtime.sighup import Hangups
from kestrel.runtime.sinks import Sink
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.watch import Seen, Wanted, Watch
from kestrel.runtime.watching import Watching, guarded
from kestrel.text.diagnostic import Diagnostic

Path_ = str | os.PathLike[str]


class Runtime:
    """One open state in one process. Every method may be called from any thread."""

    def __init__(self, state: StateFile, schema: Schema | None) -> None:
        """Use `Runtime.open`."""
        self._state = state
        if state.mode == "write":
            confirm.settle(state)
        self._hooks = Hooks()
        self._hooks.loop.adopt()
        self._replica = Replica(state, schema, self._hooks)
        self._health = Health(self._replica)
        self._cell = self._replica.cell
        self._watches: list[Watching] = []
        self._notifier = self._replica.notifier
        self._hangups: Hangups | None = None
        self._closed = False
        self._sinks: list[Sink] = []
        self._join()
        forking.watch(self)

    @classmethod
    def open(
        cls,
        path: Path_,
        schema: Schema | None = None,
        initial: _core.Snapshot | None = None,
        read_only: bool = False,
    ) -> Runtime:
        """Open the state at `path`, and follow it.

        `schema` is what this program reads: a state that holds another version of it is adapted in
        memory, or refused; never written. None: whatever the state holds. `initial` makes the state
        where there is none. With `read_only` this process watches: it blocks no reload, and its
        hooks are not asked.

        Raises:
            StateError: no state, a bad place, another kind of file, a schema that does not fit; or
                KS0749, a change that was not confirmed in time cannot be taken back just now.
        """
        if initial is not None and not os.path.lexists(path):
            init_if_missing(path, initial)
        state = StateFile(path, "read" if read_only else "write")
        try:
            return cls(state, schema)
        except BaseException:
            state.close()
            raise

    def _join(self) -> None:
        if self._state.mode == "write":
            self._replica.join()
        self._cells: Sequence[int] = self._replica.cells()
        self._seen = self._cells[0]
        self._follower = Follower(self._replica, self._health)

    # ---- reading

    def read(self) -> Reading:
        """The current config. Takes no lock, and never waits for a reload."""
        if self._cells[0] != self._seen:
            self._glance()
        return Reading(self._cell.read())

    def _glance(self) -> None:
        """Another process has committed: follow at once, unless the follower is at it already."""
        if not self._state.lock.acquire(blocking=False):
            return
        try:
            seen = self._cells[0]
            self._replica.swap()
            self._seen = seen
        except StateError:
            pass  # the follower meets it too, and keeps it in `problems`
        finally:
            self._state.lock.release()

    @property
    def state(self) -> ReloadState:
        """What runs in this process."""
        generation, snapshot = self._replica.current
        return ReloadState(generation, snapshot, snapshot.schema.parser)

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """Why this process cannot follow the state just now; the last good config is served."""
        return self._follower.problems

    # ---- changing

    def on_reload(self, pattern: str) -> Callable[[Function], Function]:
        """Have `function(change, new)` called before a change at `pattern` is committed.

        `pattern` is a JSON Pointer in which `*` stands for any segment; the function is called once
        a change at, above or below such a place. It refuses by raising `kestrel.Refuse`; what it
        returns may have `commit()`, `finalize()` and `abort()`.
        """
        return self._hooks.add(pattern)

    def health(
        self, name: str | None = None, *, timeout: float = 5.0, period: float = 10.0
    ) -> Callable[[Function], Function]:
        """Have `function()` asked after each change whether this program is well; `async def` or
        not. It says no by raising, by returning False, or by taking longer than `timeout` seconds.

        From now on a change waits until the probes of every program have passed once. Where one
        fails, the change is taken back everywhere. While a change waits to be confirmed, they are
        asked again every `period` seconds. The way back is never undone by a probe.
        """

        def register(function: Function) -> Function:
            self._hooks.loop.adopt()
            known = name or getattr(function, "__name__", "")
            self._health.add(Probe(str(known), function, timeout, period))
            return function

        return register

    def reload(
        self,
        plan: Plan,
        *,
        allow: Iterable[str] = (),
        again: bool = False,
        dry_run: bool = False,
        wait: float | None = None,
        prepare: float = 10.0,
        confirm_within: float | None = None,
        over: str | None = None,
    ) -> ReloadState:
        """Apply a plan here and in every other live process, durably: all or none.

        With `confirm_within` it is taken back after so many seconds unless it is confirmed. While
        a change waits, no other passes, but for one that names it with `over`.

        Raises:
            ReloadError: it was not applied, or rolled back; `.result.status` and `.rollback_info`
                say why.
            StateError: KS0721, called inside a hook or on an event loop; KS0725, closed.
        """
        self._check_caller("areload")
        request = Request(
            plan=plan,
            allow=frozenset(allow),
            again=again,
            dry_run=dry_run,
            wait=wait,
            prepare=prepare,
            confirm_within=confirm_within,
            over=over,
        )
        return self._outcome(coordinator.reload(self._state, request, self._own))

    def areload(self, plan: Plan, **options: Any) -> Coroutine[Any, Any, ReloadState]:
        """`reload` for asyncio, to be awaited: the event loop runs on meanwhile, and `async def`
        hooks run on it. Who gives up waiting does not give up the reload.

        Raises:
            StateError: KS0721, called inside a hook; KS0750, no event loop runs here; KS0725.
        """
        self._check_usable()
        if running_loop() is None:
            raise StateError.make("KS0750")
        self._hooks.loop.adopt()
        return asyncio.to_thread(self.reload, plan, **options)

    def refresh_secrets(self, *, wait: float | None = None) -> ReloadState:
        """Have every live program resolve its secrets anew: all, or none. Hooks are asked about
        those that lead to something else than before.

        Raises:
            ReloadError: a reference leads to nothing in some program, or a hook refused.
            StateError: KS0721, called inside a hook or on an event loop; KS0725, closed.
        """
        self._check_caller("refresh_secrets in a thread")
        return self._outcome(coordinator.refresh_secrets(self._state, self._own, wait=wait))

    def confirm(self, change: str | None = None) -> ReloadState:
        """Keep the change that waits; `change`, an audit or event id, says which one is meant.

        Raises:
            StateError: KS0742 nothing waits, KS0740 another change, KS0741 too late; KS0721.
        """
        self._check_caller("confirm in a thread")
        result = confirm.confirm(self._state, change)
        if self._replica.joined:
            self._replica.look()
        return self._outcome(result)

    def abort(self, change: str | None = None, *, wait: float | None = None) -> ReloadState:
        """Take back the change that waits now.

        Raises:
            ReloadError: another program refused the way back.
            StateError: KS0742 nothing waits, KS0740 another change; KS0721.
        """
        self._check_caller("abort in a thread")
        return self._outcome(confirm.abort(self._state, change, self._own, wait))

    def rollback(
        self, change: str | None = None, *, to: int | None = None, wait: float | None = None
    ) -> ReloadState:
        """Undo the last change that stands, `change` if it is that one, or all after `to`.

        Raises:
            ReloadError: it was not applied.
            StateError: there is nothing to go back to.
        """
        self._check_caller("rollback in a thread")
        done = coordinator.roll_back(self._state, change, to, self._own, wait=wait)
        return self._outcome(done)

    @property
    def _own(self) -> Replica | None:
        return self._replica if self._replica.joined else None

    def _outcome(self, result: Result) -> ReloadState:
        if result.status not in ("applied", "unchanged", "planned", "pending"):
            raise ReloadError(result)
        now = self.state
        return ReloadState(now.generation, now.snapshot, now.parser, result)

    def _check_caller(self, instead: str) -> None:
        self._check_usable()
        if running_loop() is not None:
            raise StateError.make("KS0721", where="on an event loop", how=f"use {instead}")

    def _check_usable(self) -> None:
        if self._closed:
            raise StateError.make("KS0725")
        if name := inside():
            how = "return, and reload from elsewhere"
            raise StateError.make("KS0721", where=f"inside the hook {name}", how=how)

    # ---- files, signals, service managers

    def watch(
        self,
        path: Path_,
        *,
        schema: Schema | None = None,
        allow: Iterable[str] = (),
        policy: Policy | None = None,
        wait: float | None = None,
        confirm_within: float | None = None,
        tell: Callable[[Seen], object] | None = None,
    ) -> Watching:
        """Reload from a file, now and whenever it changes, until that is closed.

        `path` is a `.ks` file (`FILE#NAME`) or data, read by `schema`, or by the state's. A file is
        read once it has been quiet, and its whole path resolved once a reading. What was rolled
        back is not applied again. `tell` is called with each thing that came of it, in a thread of
        its own; the other options are `reload`'s.

        Raises:
            StateError: KS0729, this runtime only reads; KS0725, closed.
        """
        self._check_usable()
        if self._own is None:
            raise StateError.make("KS0729", path=self._state.path)
        wanted = Wanted(os.fspath(path), schema, policy, frozenset(allow), wait, confirm_within)
        watching = Watching(Watch(self._state, wanted, guarded(tell), lambda: self._own))
        self._watches.append(watching)
        return watching

    def notify_systemd(self) -> Notifier:
        """Tell systemd (`Type=notify-reload`) that this program is ready, now and after each
        change; nothing where it was not started by systemd.

        Raises:
            StateError: KS0753, NOTIFY_SOCKET names no socket.
        """
        notifier = Notifier(os.environ)
        self._notifier = self._replica.notifier = notifier
        notifier.ready(self._status)
        return notifier

    def reload_on_sighup(self) -> None:
        """Have SIGHUP read the watched files again, and look at the state. Without this call the
        signal does what it always does: it ends the program.

        Raises:
            StateError: KS0754, called outside of the main thread.
        """
        self._check_usable()
        self._hangups = self._hangups or Hangups(self._hang_up)

    def _hang_up(self) -> None:
        with self._notifier.reloading(lambda: self._status):
            for watching in self._watches:
                watching.refresh()
            with suppress(StateError):  # the follower meets it too, and keeps it in `problems`
                self._replica.look()

    @property
    def _status(self) -> str:
        return f"serving generation {self._replica.current[0]}"

    # ---- watching

    def metrics(self) -> Metrics:
        """The metrics of this state, to be registered with `prometheus_client`, or as text.

        Raises:
            StateError: the state cannot be read.
        """
        return Metrics(self._state.path)

    def audit_to(self, target: str | os.PathLike[str] | TextIO) -> Sink:
        """Write every event, as one line of JSON, to a file or a stream as well: to a file from
        the first event that it lacks, to a stream from now on. It ends with this runtime.

        Raises:
            StateError: KS0780, the file cannot be written, or holds another log.
        """
        sink = Sink(self._state.path, target)
        self._sinks.append(sink)
        return sink

    # ---- the end, and forks

    def close(self) -> None:
        """Leave: no reload waits for this process any more."""
        if self._closed:
            return
        self._closed = True
        forking.forget(self)
        if self._hangups:
            self._hangups.close()
        for watching in self._watches:
            watching.close()
        self._notifier.stopping()
        self._health.stop()
        self._follower.stop()
        for sink in self._sinks:
            sink.close()
        if self._replica.joined:
            self._replica.leave()
        self._state.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def fork_lock(self) -> threading.RLock:
        return self._state.lock

    def reborn(self) -> None:
        """In a forked child: a connection, a lock, a bell and a replica id of its own.

        Where the state is gone the last good config is served, as in the parent.
        """
        self._replica.abandon()
        self._health.reborn()
        self._watches, self._hangups = [], None  # their threads are the parent's
        try:
            self._state.reopen_in_child()
            self._join()
        except StateError as error:
            self._follower.trouble(error)
        except OSError as error:
            why = error.strerror or str(error)
            self._follower.trouble(StateError.make("KS0708", path=self._state.path, why=why))
