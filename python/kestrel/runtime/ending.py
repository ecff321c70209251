"""How a reload ends: what is told to whoever asked, and what the log says of a refusal."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec

from kestrel.runtime import generations, intents, windows
from kestrel.runtime.audit import append, timestamp
from kestrel.runtime.errors import StateError
from kestrel.runtime.generations import Generation
from kestrel.runtime.request import Request
from kestrel.runtime.result import Replicas, Result, RollbackInfo, Status, Stop
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window
from kestrel.text.diagnostic import Diagnostic

NACKS = ("KS0713", "KS0714")


class Ending:
    """The results that one application of a change can have."""

    def __init__(self, state: StateFile, request: Request, event_id: str) -> None:
        self.state = state
        self.request = request
        self.plan = request.plan
        self.event_id = event_id
        self.started = time.perf_counter()

    @property
    def latency(self) -> float:
        """Milliseconds since it began."""
        return round((time.perf_counter() - self.started) * 1e3, 3)

    def result(
        self,
        status: Status,
        generation: int,
        replicas: Replicas | None = None,
        window: Window | None = None,
    ) -> Result:
        made = status in ("applied", "pending")
        back = RollbackInfo(generation - 1, self.plan.undo) if made else None
        return Result(
            status=status,
            audit_id=self.plan.audit_id,
            event_id=self.event_id if made else None,
            generation=generation,
            latency_ms=self.latency,
            replicas=replicas or Replicas(),
            rollback_info=back,
            confirm_until=timestamp(window.deadline) if window else None,
            lost=self.request.lost,
            diagnostics=tuple(_warnings(replicas)) if replicas else (),
        )

    def unobserved(self, generation: int, waits: bool, error: StateError) -> Result:
        """It was committed, and what became of it since cannot be read."""
        done = self.result("pending" if waits else "applied", generation)
        own = Diagnostic.make("KS0755", number=generation, why=reason(error.diagnostics))
        return msgspec.structs.replace(done, diagnostics=(own,))

    def replayed(self, generation: Generation, replicas: Replicas) -> Result:
        """It is what runs already; while it waits to be confirmed, it still does."""
        window = windows.current(self.state)
        return Result(
            status="pending" if window else "applied",
            audit_id=generation.audit_id,
            event_id=generation.event_id,
            generation=generation.number,
            replayed=True,
            latency_ms=self.latency,
            replicas=replicas,
            confirm_until=timestamp(window.deadline) if window else None,
        )

    def taken_back(self, undone: Result, why: str, status: Status) -> Result:
        """It was committed, and `undone` is what came of taking it back."""
        own = Diagnostic.make("KS0738" if status == "rolled_back" else "KS0749", why=why)
        return Result(
            status=status,
            audit_id=self.plan.audit_id,
            event_id=self.event_id,
            generation=undone.generation,
            latency_ms=self.latency,
            replicas=undone.replicas,
            rollback_info=RollbackInfo(undone.generation or 0, (), why),
            diagnostics=(own, *undone.diagnostics),
        )

    def refused(self, status: Status, found: tuple[Diagnostic, ...]) -> Result:
        try:
            number = generations.head(self.state).number
        except StateError:
            number = None
        return Result(
            status=status,
            audit_id=self.plan.audit_id,
            event_id=self.event_id,
            generation=number,
            latency_ms=self.latency,
            rollback_info=None if number is None else RollbackInfo(number, (), reason(found)),
            diagnostics=found,
        )

    def log_refusal(self, stop: Stop) -> None:
        """Nothing was changed; say so in the log.

        Raises:
            StateError: the log cannot be written.
        """
        why = reason(stop.diagnostics)
        nack = any(d.code in NACKS for d in stop.diagnostics)
        fields = {
            "audit_id": self.plan.audit_id,
            "event_id": self.event_id,
            "base": generations.place(None, self.plan.base),
            "target": generations.place(None, self.plan.target),
            "change_set": self.plan.change_set,
            "codes": [d.code for d in stop.diagnostics],
            "reason": why,
            "latency_ms": self.latency,
        }
        with self.state.writing():
            intents.close(self.state, self.event_id, "aborted", why)
            event = "kestrel.reload.nack" if nack else "kestrel.reload.rejected"
            append(self.state, event, stop.status, fields)


def reason(found: tuple[Diagnostic, ...]) -> str:
    return "; ".join(diagnostic.message for diagnostic in found)


def nack(replica: str, why: str) -> Diagnostic:
    return Diagnostic.make("KS0713", replica=replica, why=why)


def silent(replica: str, seconds: float) -> Diagnostic:
    return Diagnostic.make("KS0714", replica=replica, seconds=f"{seconds:g}")


def _warnings(replicas: Replicas) -> Iterator[Diagnostic]:
    for replica in replicas.degraded:
        who, _, why = replica.partition(": ")
        yield Diagnostic.make("KS0726", replica=who, why=why)
    for replica in replicas.restart_pending:
        yield Diagnostic.make("KS0730", replica=replica)
