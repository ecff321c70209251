"""The Merkle tree of a state's events. Event `seq` is entry `seq - 1`.

Hashing 256 events costs a page of reading, so the subtrees over 256 events each (as the tiles of
C2SP tlog-tiles) are kept in the state. They save time, and are never believed: whoever reads a tree
compares its root with a signed one, and `audit verify` uses none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kestrel.runtime.errors import StateError
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tables import TILES
from kestrel.runtime.tlog import merkle
from kestrel.runtime.tlog.merkle import Frontier, leaf_hash, node_hash

TILE_LEVEL = 8
TILE = 1 << TILE_LEVEL
"""Events in one tile."""


class Tree:
    """The tree of the first `size` events; hashes are read when they are asked for.

    Tiles that lie within the first `trusted` events are taken from the state, the others hashed.
    """

    def __init__(self, state: StateFile, size: int, trusted: int = 0) -> None:
        self.state = state
        self.size = size
        self._known = _kept_tiles(state, min(trusted, size) // TILE)
        self.fresh: dict[int, bytes] = {}
        self._leaves: tuple[int, list[list[bytes]]] = (-1, [])
        self._above: dict[tuple[int, int], bytes] = {}

    def root(self, size: int | None = None) -> bytes:
        return merkle.root_of(self.subtree, self.size if size is None else size)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        return merkle.inclusion(self.subtree, index, self.size if size is None else size)

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        return merkle.consistency(self.subtree, old, self.size if size is None else size)

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; see `kestrel.runtime.tlog.merkle`."""
        if level < TILE_LEVEL:
            levels = self._tile(index >> (TILE_LEVEL - level))
            return levels[level][index & ((1 << (TILE_LEVEL - level)) - 1)]
        if level == TILE_LEVEL:
            return self._tile_root(index)
        found = self._above.get((level, index))
        if found is None:
            halves = (self.subtree(level - 1, 2 * index), self.subtree(level - 1, 2 * index + 1))
            found = self._above[level, index] = node_hash(*halves)
        return found

    def _tile_root(self, number: int) -> bytes:
        if number < len(self._known):
            return self._known[number]
        if number not in self.fresh:
            self._hash_tiles()
        return self.fresh[number]

    def _hash_tiles(self) -> None:
        """All tiles that are not known, in one pass: whoever needs one needs the rest."""
        number, end = len(self._known), self.size // TILE
        frontier = Frontier()
        for body in entries(self.state, number * TILE, end * TILE):
            frontier.append(leaf_hash(body))
            if frontier.size == TILE:
                self.fresh[number] = frontier.root()
                number, frontier = number + 1, Frontier()

    def _tile(self, number: int) -> list[list[bytes]]:
        """All levels of one tile, the leaves first; as far as it goes at the end of the tree."""
        if self._leaves[0] != number:
            start = number * TILE
            rows = entries(self.state, start, min(start + TILE, self.size))
            levels = [[leaf_hash(body) for body in rows]]
            while len(levels[-1]) > 1:
                below = levels[-1]
                pairs = zip(below[::2], below[1::2], strict=False)
                levels.append([node_hash(left, right) for left, right in pairs])
            self._leaves = (number, levels)
        return self._leaves[1]


def entries(state: StateFile, start: int, end: int) -> Iterator[bytes]:
    """The bytes of entries `start` to `end`, page by page.

    Raises:
        StateError: KS0722, one is missing, and which.
    """
    sql = "SELECT seq, body FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"
    for first in range(start, end, TILE):
        last = min(first + TILE, end)
        rows = state.all(sql, first, last)
        for due, row in zip(range(first + 1, last + 1), rows, strict=False):
            if row[0] != due:
                raise _missing(due)
            yield row[1]
        if len(rows) < last - first:
            raise _missing(first + len(rows) + 1)


def log_size(state: StateFile) -> int:
    row = state.one("SELECT max(seq) FROM events")
    return int(row[0]) if row and row[0] is not None else 0


def keep_tiles(state: StateFile, tiles: Iterable[tuple[int, bytes]]) -> None:
    """Store what was hashed anew, inside `state.writing()`."""
    state.run(TILES)
    for number, digest in tiles:
        state.run("INSERT OR REPLACE INTO tiles VALUES(?, ?)", number, digest)


def forget_tiles(state: StateFile) -> None:
    """Drop them all, where one was found to be wrong; inside `state.writing()`."""
    if _has_tiles(state):
        state.run("DELETE FROM tiles")


def _kept_tiles(state: StateFile, count: int) -> list[bytes]:
    """The first `count` tiles, as far as they are there without a gap."""
    if not count or not _has_tiles(state):
        return []
    rows = state.all("SELECT number, hash FROM tiles WHERE number < ? ORDER BY number", count)
    return [row[1] for due, row in enumerate(rows) if row[0] == due]


def _has_tiles(state: StateFile) -> bool:
    sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'tiles'"
    return state.one(sql) is not None


def _missing(seq: int) -> StateError:
    return StateError.make("KS0722", seq=seq, event="missing", why="it is not there")
