"""The requirement's function: `reload(parser, state, diff)`, pure. It reads and writes no file;
`Runtime.reload` and the command line do the same durably, and for several processes."""

from __future__ import annotations

from typing import Any

import msgspec

from kestrel import _core
from kestrel.changes.plan import Plan
from kestrel.data.schema import Parser
from kestrel.runtime.adapt import adapt
from kestrel.runtime.documents import side
from kestrel.runtime.result import Result, RollbackInfo, Status
from kestrel.text.diagnostic import Diagnostic, KestrelError


class ReloadState(msgspec.Struct, frozen=True):
    """What runs: a numbered generation, its snapshot, and the parser that reads the next one.

    `result` says how it came about, where it came about by a reload.
    """

    generation: int
    snapshot: _core.Snapshot
    parser: Parser[_core.Snapshot]
    result: Result | None = None


class ReloadError(KestrelError):
    """The change was not applied, and what ran before still runs; `rollback_info` names it.

    `result.status` is "unknown" where the disk failed at commit: then it may turn out applied.
    """

    def __init__(self, result: Result) -> None:
        super().__init__(result.diagnostics)
        self.result = result

    @property
    def rollback_info(self) -> RollbackInfo | None:
        return self.result.rollback_info


def reload(
    parser: Parser[Any], state: ReloadState, diff: Plan, *, allow: frozenset[str] = frozenset()
) -> ReloadState:
    """Apply a plan to a state: verify it, build the new parser and snapshot, return both.

    `parser` is the compiled decoder of the plan's base schema, or of its target schema.

    Raises:
        ReloadError: the plan has another base, does not do what it says, is not allowed, or the
            target is invalid; `.rollback_info` holds the generation that stays, and why.
    """
    if side(state.snapshot) != diff.base:
        why = f"generation {state.generation} is another document"
        raise _refused(state, diff, "stale", Diagnostic.make("KS0710", why=why))
    _check_parser(parser, state, diff)
    try:
        diff.policy.check(diff.verdict, diff.marks, allow)
        target = diff.target_from(state.snapshot)
        if parser.schema.digest == diff.target.schema:
            target = adapt(target, parser.schema)
    except KestrelError as error:
        raise _refused(state, diff, "rejected", *error.diagnostics) from None
    result = _done(state, diff)
    return ReloadState(result.generation or 0, target, target.schema.parser, result)


def _check_parser(parser: Parser[Any], state: ReloadState, diff: Plan) -> None:
    if parser.schema.digest not in (diff.base.schema, diff.target.schema):
        why = "it is neither what the plan begins from nor what it leads to"
        problem = Diagnostic.make("KS0717", reads=parser.schema.name, why=why)
        raise _refused(state, diff, "rejected", problem)


def _done(state: ReloadState, diff: Plan) -> Result:
    back = RollbackInfo(state.generation, diff.undo)
    status: Status = "applied" if diff else "unchanged"
    number = state.generation + bool(diff)
    return Result(status=status, audit_id=diff.audit_id, generation=number, rollback_info=back)


def _refused(
    state: ReloadState, diff: Plan, status: Status, *diagnostics: Diagnostic
) -> ReloadError:
    reason = "; ".join(diagnostic.message for diagnostic in diagnostics)
    return ReloadError(
        Result(
            status=status,
            audit_id=diff.audit_id,
            generation=state.generation,
            rollback_info=RollbackInfo(state.generation, (), reason),
            diagnostics=diagnostics,
        )
    )
