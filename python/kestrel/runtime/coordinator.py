"""A reload, step by step (runtime.md): verify, build, intent, prepare, commit, converge.

One coordinator at a time: it holds the lock `coordinator.lock`, whose file says who it is. The
commit's transaction checks that the intent is open and that every process alive *then* has
acknowledged; so a late joiner is caught, and one that died is not waited for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from kestrel.changes.members import Binding
from kestrel.changes.plan import plan
from kestrel.changes.policy import RefusedByPolicy
from kestrel.runtime import approvals, documents, generations, intents, windows
from kestrel.runtime.audit import append, new_event_id, this_actor
from kestrel.runtime.build import Built, build
from kestrel.runtime.converge import Convergence, replicas_of
from kestrel.runtime.decide import Replay
from kestrel.runtime.ending import Ending, nack, silent
from kestrel.runtime.errors import OutcomeUnknown, StateError
from kestrel.runtime.gate import decide_now
from kestrel.runtime.generations import Generation
from kestrel.runtime.hooks import Refusal
from kestrel.runtime.intents import Answer, Intent
from kestrel.runtime.live import Counter, Folder
from kestrel.runtime.outcome import resolve
from kestrel.runtime.replica import Replica, program
from kestrel.runtime.request import Request
from kestrel.runtime.result import Result, Stop
from kestrel.runtime.rollback import rollback_request
from kestrel.runtime.seat import Seat
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.transaction import Transaction
from kestrel.runtime.windows import Window
from kestrel.text.diagnostic import Diagnostic


def reload(
    state: StateFile, request: Request, own: Replica | None = None, seat: Seat | None = None
) -> Result:
    """Run the steps; never raises for what a change can meet. `own` is this process's replica;
    `seat` the coordinator's, where the caller holds it."""
    return _Reload(state, _keyed(state, request), own, seat).run()


def _keyed(state: StateFile, request: Request) -> Request:
    """The request with literal secrets in its plan's digests keyed as this state's are."""
    if not request.plan.literals:
        return request
    try:
        own = request.plan.under_key(state.secret_key)
    except StateError:  # the steps meet it too, and say so
        return request
    return msgspec.structs.replace(request, plan=own)


def roll_back(
    state: StateFile,
    change: str | None = None,
    to: int | None = None,
    own: Replica | None = None,
    seat: Seat | None = None,
    **options: Any,
) -> Result:
    """Undo the last change that stands; or `change`, an audit or event id, if that is the latest;
    or all after generation `to`. `options` are those of `Request`.

    Raises:
        StateError: there is no such generation, or nothing to go back to.
    """
    return reload(state, rollback_request(state, change, to, **options), own, seat)


def refresh_secrets(state: StateFile, own: Replica | None = None, **options: Any) -> Result:
    """Have every live program resolve its secrets anew, through the same steps: all of them, or
    none. `options` are those of `Request`."""
    head = generations.head(state)
    base = documents.load(state, head.side)
    nothing = plan(base, base, state=Binding(state.meta("log_id"), head.number))
    return reload(state, Request(plan=nothing, refresh=True, **options), own)


def take_back(
    state: StateFile,
    window: Window,
    why: str,
    own: Replica | None = None,
    seat: Seat | None = None,
    **options: Any,
) -> Result:
    """Go back to where a window's changes began, if it is still open then.

    Raises:
        StateError: that cannot be read any more.
    """
    options |= {"reason": why, "settles": window.id}
    return roll_back(state, None, window.base, own, seat, **options)


class _Reload:
    """One reload. The steps are methods, in their order."""

    def __init__(
        self, state: StateFile, request: Request, own: Replica | None, seat: Seat | None
    ) -> None:
        self.state = state
        self.request = request
        self.plan = request.plan
        self.own = own
        self.own_id = own.id if own else None
        self.folder = Folder(state.path)
        self.event_id = new_event_id()
        self.ending = Ending(state, request, self.event_id)
        self.given = seat
        self.approved = False
        self.alone = False
        self.waits = True
        self.window: Window | None = None

    def run(self) -> Result:
        try:
            if self.request.dry_run:
                return self._try_dry()
            with self._seated():
                return self._steps()
        except Replay as replay:
            generation = replay.generation
            replicas = replicas_of(self.state, self.folder, generation.number, self.own_id)
            return self.ending.replayed(generation, replicas)
        except Stop as stop:
            return self._stopped(stop)
        except OutcomeUnknown as error:
            return self._unknown(error)
        except StateError as error:
            return self._stopped(Stop("rejected", *error.diagnostics))

    def _steps(self) -> Result:
        self.window = self._take_back_overdue()
        base, built = self._verify()
        if not self.plan and not self.request.refresh:
            return self.ending.result("unchanged", base.number)
        intent = self._intent(base, built)
        self._prepare_own(intent, built)
        generation = self._enter(base, built, intent) or self._gather(base, built, intent)
        return self._converge(generation)

    # ---- step 1 and 2: verify, build

    def _verify(self) -> tuple[Generation, Built]:
        self._abort_dead()
        base = decide_now(self.state, self.request, self.window)
        built = build(self.state, self.plan, base)
        self._check_policy()
        return base, built

    def _take_back_overdue(self) -> Window | None:
        """The window that is open. What was not confirmed in time goes first; the plan may well be
        made for that."""
        window = windows.current(self.state)
        if window is None or self.request.settles:
            return window
        why = window.overdue(self.state.clock.now())
        if not why:
            return window
        self._abort_dead()
        done = take_back(self.state, window, why, self.own, self.seat)
        left = windows.current(self.state)
        if done.status != "applied" and left is not None:
            raise Stop("rejected", Diagnostic.make("KS0749", why=why), *done.diagnostics)
        return left

    def _abort_dead(self) -> None:
        """We are the coordinator, so an open intent is a dead one's."""
        if intent := intents.current(self.state):
            with self.state.writing():
                intents.abort_orphan(self.state, intent)

    def _check_policy(self) -> None:
        plan, request = self.plan, self.request
        if request.restores is not None:
            return  # a rollback inherits the allowances of the change that it undoes
        policy = request.policy or plan.policy
        allow = request.allow if self._anyone_lives() else request.allow | {"restart"}
        needs = policy.needs(plan.verdict, plan.marks)
        if not allow.issuperset(needs) and approvals.is_approved(self.state, plan):
            self.approved = True
            allow |= set(needs)
        try:
            policy.check(plan.verdict, plan.marks, allow)
        except RefusedByPolicy as refused:
            raise Stop("rejected", *refused.diagnostics) from None

    def _anyone_lives(self) -> bool:
        return self.own is not None or any(self._lives(a) for a in self._answers())

    def _try_dry(self) -> Result:
        with self.state.reading():
            base = decide_now(self.state, self.request, windows.current(self.state))
            build(self.state, self.plan, base)
        self._check_policy()
        return self.ending.result("planned" if self.plan else "unchanged", base.number)

    # ---- step 3: intent

    def _intent(self, base: Generation, built: Built) -> Intent:
        plan = self.plan
        return Intent(
            *(self.event_id, plan.audit_id, base.number),
            *(plan.target.schema, plan.target.document),
            *(bytes(built.change_set), bytes(built.consequences)),
            restart=int("restart" in plan.marks),
            bound=self.request.prepare,
            settles=self.request.settles,
            refresh=int(self.request.refresh),
        )

    def _prepare_own(self, intent: Intent, built: Built) -> None:
        if self.own is None:
            return
        try:
            self.own.prepare_for(intent, built.target)
        except Refusal as refusal:
            raise Stop("rejected", nack(program(), str(refusal))) from None

    def _enter(self, base: Generation, built: Built, intent: Intent) -> Generation | None:
        """Commit at once where nobody else is alive; else record the intent for the others."""
        with self.state.writing(self.event_id):
            self._same_head(base)
            self._log_intent(base, built)
            self.alone = not any(map(self._lives, self._answers()))
            if self.alone:
                return self._commit(base, built)
            documents.store(self.state, built.target, built.base)
            intents.open_(self.state, intent, f"{this_actor().name} {program()}")
            if self.own:
                intents.acknowledge(self.state, self.own.id, intent.id)
        self._ring()
        return None

    def _same_head(self, base: Generation) -> None:
        """What is decided follows from the head, and from what lies before it and never changes."""
        if generations.head(self.state) != base:
            decide_now(self.state, self.request, windows.current(self.state))
            raise Stop("stale", Diagnostic.make("KS0710", why="it changed meanwhile"))

    def _log_intent(self, base: Generation, built: Built) -> None:
        target = generations.place(base.number + 1, self.plan.target)
        fields: dict[str, object] = {
            "audit_id": self.plan.audit_id,
            "application": self.event_id,
            "base": base.place,
            "target": target,
            "change_set": built.change_set,
        }
        append(self.state, "parser.reload", "intended", fields)

    # ---- step 4: prepare

    def _gather(self, base: Generation, built: Built, intent: Intent) -> Generation:
        """Wait until all who live have acknowledged, then commit."""
        until = time.monotonic() + intent.bound
        while True:
            self._check_open()
            answers = self._answers()
            refused = [a for a in answers if a.accepts is False and self._lives(a)]
            if refused:
                raise Stop("rejected", *(nack(a.program, a.reason) for a in refused))
            waiting = [a for a in answers if a.accepts is None and self._lives(a)]
            if not waiting and (generation := self._try_commit(base, built)):
                return generation
            if time.monotonic() >= until:
                raise Stop("rejected", *(silent(a.program, intent.bound) for a in waiting))
            if waiting:
                self.seat.wait(until)

    def _answers(self) -> list[Answer]:
        """Of the other processes."""
        answers = intents.answers(self.state, self.event_id)
        return [a for a in answers if self.own is None or a.replica != self.own.id]

    def _lives(self, answer: Answer) -> bool:
        return self.folder.is_live(answer.replica)

    # ---- step 5: commit

    def _try_commit(self, base: Generation, built: Built) -> Generation | None:
        """None if someone joined, or took back a yes, since we looked."""
        with self.state.writing(self.event_id):
            self._check_open()
            if any(not a.accepts and self._lives(a) for a in self._answers()):
                return None
            intents.close(self.state, self.event_id, "committed")
            return self._commit(base, built)

    def _check_open(self) -> None:
        row = self.state.one("SELECT state, reason FROM intents WHERE id = ?", self.event_id)
        if row is None or row[0] != "open":
            why = str(row[1]) if row else "its intent is gone"
            raise Stop("rejected", Diagnostic.make("KS0728", why=why))

    def _commit(self, base: Generation, built: Built) -> Generation:
        writer = Transaction(self.state, self.request, self.ending, self.folder, self.own)
        generation = writer.commit(base, built, self.approved)
        self.waits = writer.waits
        return generation

    # ---- step 6: converge

    def _converge(self, generation: Generation) -> Result:
        """It is committed, and whatever the disk does now, that is the answer."""
        try:
            return self._follow_up(generation)
        except StateError as error:
            return self.ending.unobserved(generation.number, self.waits, error)

    def _follow_up(self, generation: Generation) -> Result:
        if self.own:
            self.own.serve(generation)
        self._publish(generation.number)
        if self.own:
            self.own.reported = generation.number
            self.own.swap()
            self.own.finish()
            if self.request.refresh:
                self.own.end_refresh(self.event_id)
        waits = Convergence(self.state, self.folder, self.ending, self.own_id, self._take_back)
        return waits.wait(generation, self.seat, self.waits)

    def _take_back(self, window: Window, why: str) -> Result:
        return take_back(self.state, window, why, self.own, self.seat, wait=self.request.wait)

    # ---- the coordinator's seat

    @contextmanager
    def _seated(self) -> Iterator[None]:
        self.state.check_in_place()
        if self.given:
            self.seat = self.given
            yield
            return
        note = f"{this_actor().name}, {program()}, change {self.plan.audit_id}"
        self.seat = Seat.take(self.folder, note, self.request.busy)
        try:
            yield
        finally:
            self.seat.leave()

    def _publish(self, generation: int) -> None:
        if self.own:
            self.own.counter.publish(generation)
        else:
            counter = Counter(self.folder)
            counter.publish(generation)
            counter.close()
        self._ring()

    def _ring(self) -> None:
        if self.alone:  # whoever joined since has read the new head
            return
        self.folder.ring_all(but=self.own.id if self.own else "")

    # ---- how it ends

    def _stopped(self, stop: Stop) -> Result:
        """Nothing was changed; say so everywhere, and in the log."""
        if self.own:
            self.own.drop(self.event_id)
        found = stop.diagnostics
        try:
            if not self.request.dry_run and not self._is_done_elsewhere(stop):
                self.ending.log_refusal(stop)
                self._ring()
        except StateError as error:
            found = (*found, *(d for d in error.diagnostics if d not in found))
        return self.ending.refused(stop.status, found)

    def _is_done_elsewhere(self, stop: Stop) -> bool:
        """Several programs may run one timer; that only one of them can is no failure."""
        return stop.status == "busy" and self.request.settles is not None

    def _unknown(self, error: OutcomeUnknown) -> Result:
        """The disk failed at commit: ask it again, and if it does not answer say just that."""
        found = error.diagnostics
        try:
            self._resolve()
            generation = generations.by_event(self.state, self.event_id)
            if generation is None:
                why = "the disk failed at commit, and nothing was changed"
                known = Diagnostic.make("KS0708", path=self.state.path, why=why)
                return self.ending.refused("rejected", (known,))
            with self._seated():
                return self._converge(generation)
        except StateError as still:
            return self.ending.refused("unknown", (*found, *still.diagnostics))

    def _resolve(self) -> None:
        if self.own is None:
            resolve(self.state, self.event_id, self.plan.audit_id)
        else:
            self.own.unresolved = (self.event_id, self.plan.audit_id)
            self.own.resolve()
