"""How a reload ended."""

from __future__ import annotations

from typing import Literal

import msgspec

from kestrel.changes.members import Change
from kestrel.text.codes import CODES
from kestrel.text.diagnostic import Diagnostic

Status = Literal[
    "applied",
    "unchanged",
    "planned",
    "rejected",
    "stale",
    "busy",
    "rolled_back",
    "pending",
    "unknown",
]


class Replicas(msgspec.Struct, frozen=True):
    """The processes that live and are bound by the commit, and how many of them run it already."""

    committed: int = 0
    converged: int = 0
    restart_pending: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()


class RollbackInfo(msgspec.Struct, frozen=True):
    """What to go back to: its generation, the changes that lead there, and why."""

    generation: int
    inverse: tuple[Change, ...] = ()
    reason: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """`generation` is the one that runs now; `event_id` names this application of the change.

    `lost` are the generations whose changes a rollback takes back, newest first. `confirm_until`
    is set while the change waits to be confirmed.
    """

    status: Status
    audit_id: str
    event_id: str | None = None
    generation: int | None = None
    replayed: bool = False
    latency_ms: float = 0.0
    replicas: Replicas = Replicas()
    rollback_info: RollbackInfo | None = None
    confirm_until: str | None = None
    lost: tuple[int, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def reason(self) -> str | None:
        """The name of the first error, as `kestrel-run explain` knows it: `stale`, `superseded`."""
        return next((CODES[d.code].name for d in self.diagnostics if d.severity == "error"), None)


class Stop(Exception):
    """The reload ends here, having changed nothing."""

    def __init__(self, status: Status, *diagnostics: Diagnostic) -> None:
        super().__init__(status)
        self.status = status
        self.diagnostics = diagnostics
