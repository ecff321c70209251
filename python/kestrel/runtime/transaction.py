"""Step 5: all that one commit writes, inside one `state.writing()`."""

from __future__ import annotations

from typing import Any

from kestrel.runtime import approvals, checks, documents, generations, intents, windows
from kestrel.runtime.audit import append, new_event_id, timestamp
from kestrel.runtime.build import Built
from kestrel.runtime.checks import SLACK, close_confirmed
from kestrel.runtime.ending import Ending
from kestrel.runtime.generations import Commit, Generation
from kestrel.runtime.live import Folder
from kestrel.runtime.replica import Replica
from kestrel.runtime.request import Request
from kestrel.runtime.result import Stop
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.windows import Window
from kestrel.text.diagnostic import Diagnostic


class Transaction:
    """What a request writes into the state. `own` is this process's replica. Afterwards `waits`
    says whether the new generation waits to be confirmed."""

    def __init__(
        self,
        state: StateFile,
        request: Request,
        ending: Ending,
        folder: Folder,
        own: Replica | None,
    ) -> None:
        self.state = state
        self.request = request
        self.plan = request.plan
        self.ending = ending
        self.folder = folder
        self.own = own
        self.waits = False

    def commit(self, base: Generation, built: Built, approved: bool) -> Generation:
        """The new generation; the same as before, where only secrets are resolved anew.

        Raises:
            Stop: what the change rests on ended since it was checked.
        """
        if self.request.refresh:
            return self._refresh(base)
        self._bury_dead()
        documents.store(self.state, built.target, built.base)
        plan, request = self.plan, self.request
        confirm = self._confirm_until(base.number + 1)
        self.waits = confirm is not None
        new = Commit(
            event="kestrel.reload" if request.restores is None else "kestrel.rollback",
            event_id=self.ending.event_id,
            audit_id=plan.audit_id,
            base=base,
            target=plan.target,
            change_set=built.change_set,
            inverse=built.inverse,
            restores=request.restores,
            undoes=request.undoes,
            status="applied" if request.settles is None else "rolled_back",
            reason=request.reason,
            confirm=confirm,
            latency_ms=self.ending.latency,
        )
        if approved and not approvals.spend(self.state, plan, self.ending.event_id):
            raise Stop("rejected", Diagnostic.make("KS0748"))
        generations.note_undone(self.state, request.lost, self.ending.event_id, request.reason)
        generation = generations.commit(self.state, new)
        if self.own:  # it swaps before anything else happens in this process
            self.own.record_prepared(generation.number)
        return generation

    def _refresh(self, base: Generation) -> Generation:
        fields = {
            "audit_id": self.plan.audit_id,
            "event_id": self.ending.event_id,
            "base": base.place,
            "target": None,
            "latency_ms": self.ending.latency,
        }
        append(self.state, "kestrel.secrets", "refreshed", fields)
        return base

    def _confirm_until(self, number: int) -> dict[str, Any] | None:
        """Open, widen or end the window that the new generation is in; what its event says."""
        request, state = self.request, self.state
        if request.settles is not None:
            self._undo(request.settles)
            return None
        window = windows.current(state)
        if window is not None:
            if generations.get(state, window.base).side == self.plan.target:
                close_confirmed(state, window, "a change back", new_event_id())
                return None
            window = windows.widen(state, window, number, request.confirm_within)
        elif request.confirm_within is not None:
            window = self._arm("person", number, request.confirm_within)
        elif request.restores is None:
            bound = checks.probing(state, self.folder, self.own.id if self.own else None)
            window = self._arm("probes", number, bound + SLACK) if bound else None
        return _told(window) if window else None

    def _undo(self, window: str) -> None:
        by, why = self.ending.event_id, self.request.reason
        if not windows.close(self.state, window, "undone", by, why):
            how = "what it was to take back was confirmed meanwhile"
            raise Stop("rejected", Diagnostic.make("KS0728", why=how))

    def _arm(self, kind: windows.Kind, number: int, seconds: float) -> Window:
        audit_id = self.plan.audit_id
        return windows.arm(self.state, self.ending.event_id, kind, audit_id, number, seconds)

    def _bury_dead(self) -> None:
        """Remove what dead processes left."""
        answers = intents.answers(self.state, self.ending.event_id)
        known = {answer.replica for answer in answers}
        own = {self.own.id} if self.own else set()
        dead = [one for one in known - own if not self.folder.is_live(one)]
        for one in dead:
            self.state.run("DELETE FROM replicas WHERE id = ?", one)
        for one in (*dead, *self.folder.strays(known)):
            self.folder.forget(one)


def _told(window: Window) -> dict[str, Any]:
    """Of a window, in the event of a change that waits in it."""
    until = timestamp(window.deadline)
    return {"window": window.id, "by": window.kind, "until": until, "seconds": window.seconds}
