"""Signed tree heads of a state: taken, kept in its table `checkpoints`, held against its log."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tlog.attested import Attested, cut, rewritten
from kestrel.runtime.tlog.checkpoint import Checkpoint
from kestrel.runtime.tlog.notes import BadNote, PrivateKey
from kestrel.runtime.tlog.tree import Tree, forget_tiles, keep_tiles, log_size
from kestrel.runtime.verify import first_break
from kestrel.text.diagnostic import Diagnostic


def log_name(state: StateFile) -> str:
    """What the origin of this state's checkpoints ends with."""
    return f"{state.meta('log_id')}/{state.meta('epoch')}"


def stored(state: StateFile) -> list[Checkpoint]:
    """The checkpoints that the state keeps, smallest first.

    Raises:
        StateError: KS0772, one of them is none any more.
    """
    rows = state.all("SELECT size, root, note FROM checkpoints ORDER BY size")
    return [_stored(state, *row) for row in rows]


def newest(state: StateFile) -> Checkpoint | None:
    row = state.one("SELECT size, root, note FROM checkpoints ORDER BY size DESC LIMIT 1")
    return _stored(state, *row) if row else None


def where_stored(state: StateFile) -> str:
    return f"{state.path}, table checkpoints"


def take(state: StateFile, key: PrivateKey, others: Sequence[Attested] = ()) -> Checkpoint:
    """Sign what the log is now, if it goes on from the last checkpoint and from `others`.

    The events are hashed before the state is locked, so that no reload waits for it.

    Raises:
        StateError: KS0774 the log is not what was signed before, KS0722 an event does not fit.
    """
    size, last = log_size(state), newest(state)
    known = [Attested.of(last, where_stored(state))] if last else []
    tree = checked_tree(state, size, [*known, *others], last.size if last else 0)
    if problem := first_break(state, last.size if last else 0):
        raise StateError([problem])
    made = Checkpoint.sign(key, log_name(state), size, tree.root())
    if last and last.note.text == made.note.text:
        note = last.note.with_signature(made.note.signatures[0])
        made = msgspec.structs.replace(made, note=note)
    with state.writing():
        keep_tiles(state, tree.fresh.items())
        sql = "INSERT OR REPLACE INTO checkpoints VALUES(?, ?, ?)"
        state.run(sql, size, made.root, bytes(made.note))
    return made


def checked_tree(state: StateFile, size: int, known: Sequence[Attested], trusted: int = 0) -> Tree:
    """The tree of the first `size` events, which has the roots that are known of it.

    Tiles within the first `trusted` events are used if they lead to those roots; if they do not
    the events are hashed again, which costs a whole reading.

    Raises:
        StateError: KS0774, the first of `known` that the log contradicts.
    """
    tree = Tree(state, size, trusted)
    problem = contradiction(tree, known)
    if problem and trusted:
        tree = Tree(state, size)
        problem = contradiction(tree, known)
        if problem is None and state.mode == "write":
            with state.writing():
                forget_tiles(state)
    if problem:
        raise StateError([problem])
    return tree


def contradiction(tree: Tree, known: Sequence[Attested]) -> Diagnostic | None:
    """The smallest of `known` that the log contradicts, as a diagnostic."""
    good = 0
    for one in sorted(known, key=lambda one: one.size):
        if one.size > tree.size:
            return cut(one, tree.size)
        if tree.root(one.size) != one.root:
            return rewritten(one, good)
        good = one.size
    return None


def _stored(state: StateFile, size: int, root: bytes, note: bytes) -> Checkpoint:
    where = where_stored(state)
    try:
        found = Checkpoint.parse(note)
    except BadNote as error:
        raise StateError.make("KS0772", file=where, path=where, why=error) from None
    if (found.size, found.root) != (size, root):
        why = f"the row of {size} events holds a note of {found.size}, or of another root"
        raise StateError.make("KS0772", file=where, path=where, why=why)
    return found
