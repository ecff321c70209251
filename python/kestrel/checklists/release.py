"""May this be released? The sources are clean, what changed of their schemas is no break, and the
states that run them are whole and at rest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial

import kestrel
from kestrel import compiler, inputs
from kestrel.changes.policy import Requirement
from kestrel.changes.schema_diff import SchemaDiff
from kestrel.checklists.items import Item, Unmet, look
from kestrel.checklists.rollback import LOG, log_verifies
from kestrel.data.gitfiles import PREFIX, in_git
from kestrel.data.module import Module
from kestrel.data.schema import Schema
from kestrel.runtime import report
from kestrel.runtime.metrics.figures import Reader
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog import heads
from kestrel.runtime.tlog.attested import Attested
from kestrel.runtime.verify import verify

ATTESTED = "its signed checkpoints hold"
AT_REST = "no change is in flight"
CONFIRMED = "no change waits to be confirmed"
CONVERGED = "every live program runs the last generation"
VALID = "what runs is valid"
CLEAN = "lint finds nothing"
CHANGED = "schemas change as is allowed since the last release"
READABLE = "what runs can be read by what is released"


def check(
    states: Sequence[str], sources: Sequence[str], since: str | None, require: Requirement
) -> Iterator[Item]:
    """Look at each source and each state. `since` is `git:REV`, the last release.

    Raises:
        KestrelError: there is no state that can be read.
    """
    for source in sources:
        yield look(source, CLEAN, partial(_clean, source))
        if since is not None:
            yield look(source, CHANGED, partial(_changed, source, since, require))
    for path in states:
        with closing(StateFile(path, "read")) as state:
            yield from _state(path, state)
            for source in sources:
                yield look(path, READABLE, partial(_readable, state, source))


def _state(path: str, state: StateFile) -> Iterator[Item]:
    yield look(path, LOG, lambda: log_verifies(state))
    yield look(path, ATTESTED, lambda: _attested(state))
    yield look(path, AT_REST, lambda: _at_rest(state))
    yield look(path, CONFIRMED, lambda: _confirmed(state))
    yield look(path, CONVERGED, lambda: _converged(state))
    yield look(path, VALID, lambda: _valid(state))


# ---- sources


def _clean(source: str) -> str:
    found = compiler.lint([source])
    if found:
        first = found[0]
        raise Unmet(f"{len(found)} findings, the first: {first.code}: {first.message}")
    return "no finding"


def _changed(source: str, since: str, require: Requirement) -> str:
    """Each schema of the file against the one of the same name, as it was then."""
    place = f"{since}:./{os.path.relpath(source)}"
    if not in_git(place):
        return f"new since {since.removeprefix(PREFIX)}"
    names = list(Module.load(source).schemas)
    gone = sorted(set(_names_then(place)) - set(names))
    if gone:
        raise Unmet(f"{', '.join(gone)} is gone")
    diffs = {name: _diff(place, source, name) for name in names}
    told = ", ".join(f"{name}: {diff.verdict}" for name, diff in diffs.items() if diff is not None)
    for name, diff in diffs.items():
        if diff is not None and not diff.meets(require):
            raise Unmet(f"{told}; {name} is not {require} compatible{_first(diff, require)}")
    return told or "no schema that was there before"


def _diff(place: str, source: str, name: str) -> SchemaDiff | None:
    """None for a schema that is new."""
    if name not in _names_then(place):
        return None
    return kestrel.diff(
        inputs.read_schema(f"{place}#{name}"), inputs.read_schema(f"{source}#{name}")
    )


def _names_then(place: str) -> Iterable[str]:
    with inputs.as_file(place) as path:
        return list(Module.load(path).schemas)


def _first(diff: SchemaDiff, require: Requirement) -> str:
    worst = [f for f in diff if f.verdict == "breaking" or require != "backward"]
    return f" ({worst[0].rule} at {worst[0].path}: {worst[0].message})" if worst else ""


# ---- states


def _attested(state: StateFile) -> str:
    stored = heads.stored(state)
    if not stored:
        return "none was signed"
    where = heads.where_stored(state)
    found = verify(state, None, [Attested.of(one, where) for one in stored])
    if found.problem is not None:
        raise Unmet(f"{found.problem.code}: {found.problem.message}")
    return f"{found.attested}, the last of {stored[-1].size} events"


def _at_rest(state: StateFile) -> str:
    flight = report.status(state).in_flight
    if flight is not None:
        raise Unmet(f"change {flight.audit_id} by {flight.coordinator}, since {flight.opened}")
    return "none"


def _confirmed(state: StateFile) -> str:
    pending = Reader(state).read().pending
    if pending:
        raise Unmet(f"one has waited for {pending:.0f} s")
    return "none"


def _converged(state: StateFile) -> str:
    found = report.status(state)
    behind = [r.program for r in found.replicas if not r.converged]
    restart = [r.program for r in found.replicas if r.restart_pending]
    degraded = [f"{r.program}: {r.degraded}" for r in found.replicas if r.degraded]
    for who, what in ((behind, "behind"), (restart, "to restart"), (degraded, "degraded")):
        if who:
            raise Unmet(f"{what}: {', '.join(who)}")
    return (
        f"{len(found.replicas)} of {len(found.replicas)} run generation {found.generation.number}"
    )


def _valid(state: StateFile) -> str:
    shown = report.show(state)
    schema: Schema = shown.snapshot.schema
    schema.decode(shown.snapshot.to_json())
    return f"generation {shown.generation.number} is a config of {schema.name}"


def _readable(state: StateFile, source: str) -> str:
    """Only where the source has the schema of that name; a state may run another one."""
    running: Schema = report.show(state).snapshot.schema
    bare = running.name.rpartition(".")[2]
    if bare not in Module.load(source).schemas:
        return f"{source} has no {bare}"
    diff = kestrel.diff(running, inputs.read_schema(f"{source}#{bare}"))
    if not diff.meets("backward"):
        raise Unmet(f"{running.name}: {diff.verdict}{_first(diff, 'backward')}")
    return f"{running.name}: {diff.verdict}"
