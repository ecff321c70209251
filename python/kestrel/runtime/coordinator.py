"""A reload, step by step (runtime.md): verify, build, intent, prepare, commit, converge.

One coordinator at a time: it holds the lock `coordinator.lock`, whose file says who it is. The
commit's transaction checks that the intent is open and that every process alive *then* has
acknowledged; so a late joiner is caught, and one that died is not waited for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kestrel.changes.plan import Plan
from kestrel.changes.policy import Policy, RefusedByPolicy
from kestrel.runtime import approvals, documents, generations, intents
from kestrel.runtime.audit import append, new_event_id, this_actor
from kestrel.runtime.build import Built, build
from kestrel.runtime.decide import Replay, decide
from kestrel.runtime.errors import OutcomeUnknown, StateError
from kestrel.runtime.generations import Commit, Generation
from kestrel.runtime.hooks import Refusal
from kestrel.runtime.intents import Answer, Intent
from kestrel.runtime.live import Counter, Folder
from kestrel.runtime.outcome import resolve
from kestrel.runtime.replica import Replica, program
from kestrel.runtime.result import Replicas, Result, RollbackInfo, Status, Stop
from kestrel.runtime.seat import Seat
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. Times in seconds: `prepare` bounds the answers of live processes, `busy`
    the wait for another reload, `wait` the wait for convergence (None: do not)."""

    plan: Plan
    allow: frozenset[str] = frozenset()
    policy: Policy | None = None
    again: bool = False
    dry_run: bool = False
    wait: float | None = None
    prepare: float = 10.0
    busy: float = 1.0
    restores: int | None = None
    undoes: str | None = None
    lost: tuple[int, ...] = ()
    reason: str | None = None


def reload(state: StateFile, request: Request, own: Replica | None = None) -> Result:
    """Run the steps; never raises for what a change can meet. `own` is this process's replica."""
    if request.plan.literals:
        plan = request.plan.under_key(state.secret_key)
        request = msgspec.structs.replace(request, plan=plan)
    return _Reload(state, request, own).run()


class _Reload:
    """One reload. The steps are methods, in their order."""

    def __init__(self, state: StateFile, request: Request, own: Replica | None) -> None:
        self.state = state
        self.request = request
        self.plan = request.plan
        self.own = own
        self.folder = Folder(state.path)
        self.event_id = new_event_id()
        self.started = time.perf_counter()
        self.approved = False
        self.alone = False

    def run(self) -> Result:
        try:
            if self.request.dry_run:
                return self._try_dry()
            with self._seated():
                return self._steps()
        except Replay as replay:
            return self._replayed(replay.generation)
        except Stop as stop:
            return self._stopped(stop)
        except OutcomeUnknown as error:
            return self._unknown(error)
        except StateError as error:
            return self._stopped(Stop("rejected", *error.diagnostics))

    def _steps(self) -> Result:
        base, built = self._verify()
        if not self.plan:
            return self._result("unchanged", base.number)
        intent = self._intent(base, built)
        self._prepare_own(intent, built)
        generation = self._enter(base, built, intent) or self._gather(base, built, intent)
        return self._converge(generation)

    # ---- step 1 and 2: verify, build

    def _verify(self) -> tuple[Generation, Built]:
        self._abort_dead()
        base = decide(self.state, self.plan, self.request.again)
        built = build(self.state, self.plan, base)
        self._check_policy()
        return base, built

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
        if not allow.issuperset(plan.needs) and approvals.is_approved(self.state, plan):
            self.approved = True
            allow |= set(policy.needs(plan.verdict, plan.marks))
        try:
            policy.check(plan.verdict, plan.marks, allow)
        except RefusedByPolicy as refused:
            raise Stop("rejected", *refused.diagnostics) from None

    def _anyone_lives(self) -> bool:
        return self.own is not None or any(self._lives(a) for a in self._answers())

    def _try_dry(self) -> Result:
        with self.state.reading():
            base = decide(self.state, self.plan, self.request.again)
            build(self.state, self.plan, base)
        self._check_policy()
        return self._result("planned" if self.plan else "unchanged", base.number)

    # ---- step 3: intent

    def _intent(self, base: Generation, built: Built) -> Intent:
        plan = self.plan
        return Intent(
            *(self.event_id, plan.audit_id, base.number),
            *(plan.target.schema, plan.target.document),
            *(bytes(built.change_set), bytes(built.consequences)),
            *(int("restart" in plan.marks), self.request.prepare),
        )

    def _prepare_own(self, intent: Intent, built: Built) -> None:
        if self.own is None:
            return
        try:
            self.own.prepare_for(intent, built.target)
        except Refusal as refusal:
            raise Stop("rejected", _nack(program(), str(refusal))) from None

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
            decide(self.state, self.plan, self.request.again)
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
                raise Stop("rejected", *(_nack(a.program, a.reason) for a in refused))
            waiting = [a for a in answers if a.accepts is None and self._lives(a)]
            if not waiting and (generation := self._try_commit(base, built)):
                return generation
            if time.monotonic() >= until:
                raise Stop("rejected", *(_silent(a.program, intent.bound) for a in waiting))
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
        self._bury_dead()
        documents.store(self.state, built.target, built.base)
        plan, request = self.plan, self.request
        new = Commit(
            event="kestrel.reload" if request.restores is None else "kestrel.rollback",
            event_id=self.event_id,
            audit_id=plan.audit_id,
            base=base,
            target=plan.target,
            change_set=built.change_set,
            inverse=built.inverse,
            restores=request.restores,
            undoes=request.undoes,
            latency_ms=self._latency(),
        )
        if self.approved:
            approvals.spend(self.state, plan, self.event_id)
        generations.note_undone(self.state, request.lost, self.event_id, request.reason)
        generation = generations.commit(self.state, new)
        if self.own:  # it swaps before anything else happens in this process
            self.own.record(generation.number)
        return generation

    def _bury_dead(self) -> None:
        """Remove what dead processes left."""
        answers = intents.answers(self.state, self.event_id)
        known = {answer.replica for answer in answers}
        own = {self.own.id} if self.own else set()
        dead = [one for one in known - own if not self.folder.is_live(one)]
        for one in dead:
            self.state.run("DELETE FROM replicas WHERE id = ?", one)
        for one in (*dead, *self.folder.strays(known)):
            self.folder.forget(one)

    # ---- step 6: converge

    def _converge(self, generation: Generation) -> Result:
        self._publish(generation.number)
        if self.own:
            self.own.reported = generation.number
            self.own.swap()
            self.own.finish()
        until = time.monotonic() + (self.request.wait or 0)
        while True:
            replicas = self._replicas(generation.number)
            if replicas.converged >= replicas.committed or time.monotonic() >= until:
                return self._result("applied", generation.number, replicas)
            self.seat.wait(until)

    def _replicas(self, number: int) -> Replicas:
        """Of those that live now."""
        sql = "SELECT id, program, generation, restart_pending, degraded FROM replicas"
        rows = [r for r in self.state.all(sql) if self._is_own(r[0]) or self.folder.is_live(r[0])]
        return Replicas(
            len(rows),
            sum(row[2] >= number for row in rows),
            tuple(row[1] for row in rows if row[3]),
            tuple(f"{row[1]}: {row[4]}" for row in rows if row[4]),
        )

    def _is_own(self, replica: str) -> bool:
        return self.own is not None and self.own.id == replica

    # ---- the coordinator's seat

    @contextmanager
    def _seated(self) -> Iterator[None]:
        self.state.check_in_place()
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

    def _latency(self) -> float:
        return round((time.perf_counter() - self.started) * 1e3, 3)

    def _result(self, status: Status, generation: int, replicas: Replicas | None = None) -> Result:
        made = status == "applied"
        return Result(
            status=status,
            audit_id=self.plan.audit_id,
            event_id=self.event_id if made else None,
            generation=generation,
            latency_ms=self._latency(),
            replicas=replicas or Replicas(),
            rollback_info=self._info(generation - 1) if made else None,
            lost=self.request.lost,
            diagnostics=tuple(_warnings(replicas)) if replicas else (),
        )

    def _info(self, generation: int, reason: str = "") -> RollbackInfo:
        return RollbackInfo(generation, self.plan.undo, reason)

    def _replayed(self, generation: Generation) -> Result:
        return Result(
            status="applied",
            audit_id=generation.audit_id,
            event_id=generation.event_id,
            generation=generation.number,
            replayed=True,
            latency_ms=self._latency(),
            replicas=self._replicas(generation.number),
        )

    def _stopped(self, stop: Stop) -> Result:
        """Nothing was changed; say so everywhere, and in the log."""
        if self.own:
            self.own.drop(self.event_id)
        found = stop.diagnostics
        try:
            if not self.request.dry_run:
                self._log_refusal(stop)
        except StateError as error:
            found = (*found, *(d for d in error.diagnostics if d not in found))
        return self._refused(stop.status, found)

    def _refused(self, status: Status, found: tuple[Diagnostic, ...]) -> Result:
        try:
            number = generations.head(self.state).number
        except StateError:
            number = None
        return Result(
            status=status,
            audit_id=self.plan.audit_id,
            event_id=self.event_id,
            generation=number,
            latency_ms=self._latency(),
            rollback_info=None if number is None else RollbackInfo(number, (), _reason(found)),
            diagnostics=found,
        )

    def _log_refusal(self, stop: Stop) -> None:
        reason = _reason(stop.diagnostics)
        nack = any(d.code in ("KS0713", "KS0714") for d in stop.diagnostics)
        fields = {
            "audit_id": self.plan.audit_id,
            "event_id": self.event_id,
            "base": generations.place(None, self.plan.base),
            "target": generations.place(None, self.plan.target),
            "change_set": self.plan.change_set,
            "codes": [d.code for d in stop.diagnostics],
            "reason": reason,
            "latency_ms": self._latency(),
        }
        with self.state.writing():
            intents.close(self.state, self.event_id, "aborted", reason)
            event = "kestrel.reload.nack" if nack else "kestrel.reload.rejected"
            append(self.state, event, stop.status, fields)
        self._ring()

    def _unknown(self, error: OutcomeUnknown) -> Result:
        """The disk failed at commit: ask it again, and if it does not answer say just that."""
        found = error.diagnostics
        try:
            self._resolve()
            generation = generations.by_event(self.state, self.event_id)
            if generation is None:
                why = "the disk failed at commit, and nothing was changed"
                known = Diagnostic.make("KS0708", path=self.state.path, why=why)
                return self._refused("rejected", (known,))
            with self._seated():
                return self._converge(generation)
        except StateError as still:
            return self._refused("unknown", (*found, *still.diagnostics))

    def _resolve(self) -> None:
        if self.own is None:
            resolve(self.state, self.event_id, self.plan.audit_id)
        else:
            self.own.unresolved = (self.event_id, self.plan.audit_id)
            self.own.resolve()


def _reason(found: tuple[Diagnostic, ...]) -> str:
    return "; ".join(diagnostic.message for diagnostic in found)


def _nack(replica: str, why: str) -> Diagnostic:
    return Diagnostic.make("KS0713", replica=replica, why=why)


def _silent(replica: str, seconds: float) -> Diagnostic:
    return Diagnostic.make("KS0714", replica=replica, seconds=f"{seconds:g}")


def _warnings(replicas: Replicas) -> Iterator[Diagnostic]:
    for replica in replicas.degraded:
        who, _, why = replica.partition(": ")
        yield Diagnostic.make("KS0726", replica=who, why=why)
    for replica in replicas.restart_pending:
        yield Diagnostic.make("KS0730", replica=replica)
