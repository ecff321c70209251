"""Proofs out of a state: made against a signed checkpoint, and checked before they leave."""

from __future__ import annotations

from kestrel.runtime import audit
from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog import heads
from kestrel.runtime.tlog.attested import Attested
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.files import believing
from kestrel.runtime.tlog.proofs import Consistency, Inclusion
from kestrel.runtime.tlog.tree import Tree, log_size


def newest(state: StateFile) -> Checkpoint:
    """Raises StateError (KS0775) where there is none yet."""
    found = heads.newest(state)
    if found is None:
        raise StateError.make("KS0775", seq=1, path=state.path)
    return found


def inclusion(
    state: StateFile, which: str, head: Checkpoint | None = None, where: str = ""
) -> Inclusion:
    """That event `which` (its number, or its id) is in the log of `head`, by default the newest
    checkpoint.

    Raises:
        StateError: KS0732 no such event, KS0775 not covered, KS0774 the log is another.
    """
    event = _find(state, which)
    head, where = _head(state, head, where)
    if event.seq > head.size:
        raise StateError.make("KS0775", seq=event.seq, path=state.path)
    tree = _tree(state, [Attested.of(head, where)])
    path = tuple(tree.inclusion(event.seq - 1, head.size))
    proof = Inclusion(event.seq - 1, event.body, path, head)
    with believing(str(state.path)):
        proof.check()
    return proof


def consistency(
    state: StateFile, old: Checkpoint, old_where: str, head: Checkpoint | None, where: str
) -> Consistency:
    """That the log of `old` is the beginning of the log of `head`, by default the newest.

    Raises:
        StateError: KS0774, it is not; KS0777, `old` is of another log.
    """
    head, where = _head(state, head, where)
    if old.origin != head.origin:
        raise StateError.make("KS0777", file=old_where, path=old_where, log=heads.log_name(state))
    if old.size > head.size:
        raise StateError.make("KS0775", seq=old.size, path=state.path)
    tree = _tree(state, [Attested.of(old, old_where), Attested.of(head, where)])
    proof = Consistency(old.size, tuple(tree.consistency(old.size, head.size)), head)
    with believing(str(state.path)):
        proof.check(old)
    return proof


def check_goes_on(proof: Consistency, request: str, last: Checkpoint | None, record: str) -> None:
    """Does a witness that saw `last` (None: nothing) see the log go on from there?

    Raises:
        StateError: KS0779 the proof begins elsewhere, KS0776 it shows nothing of the kind.
    """
    known = last.size if last else 0
    if proof.old != known:
        raise StateError.make("KS0779", file=record, path=record, known=known, given=proof.old)
    with believing(request):
        proof.check(last)


def _tree(state: StateFile, known: list[Attested]) -> Tree:
    kept = heads.newest(state)
    return heads.checked_tree(state, log_size(state), known, kept.size if kept else 0)


def _head(state: StateFile, head: Checkpoint | None, where: str) -> tuple[Checkpoint, str]:
    if head is None:
        return newest(state), heads.where_stored(state)
    if head.log_id != state.meta("log_id"):
        log = heads.log_name(state)
        raise StateError.make("KS0777", file=where, path=where, log=log)
    return head, where


def _find(state: StateFile, which: str) -> audit.Event:
    number = which.isascii() and which.isdigit() and len(which) < 19
    found = audit.at(state, int(which)) if number else audit.find(state, which)
    if found is None:
        raise StateError.make("KS0732", id=which)
    return found
