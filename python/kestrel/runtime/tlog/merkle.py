"""Merkle trees over a log (RFC 9162, section 2.1), with SHA-256.

    leaf = SHA-256(0x00 || entry)        node = SHA-256(0x01 || left || right)

A complete subtree is named by (level, index): it covers the 2**level leaves from index << level on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

Subtree = Callable[[int, int], bytes]
"""Hash of the complete subtree (level, index)."""


class BadProof(Exception):
    """A proof that does not lead where it should, and why."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """What of a growing tree is needed to append to it and to know its root: the roots of its
    complete subtrees, largest first, one for each bit of `size` that is set."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, subtree: bytes, level: int = 0) -> None:
        """Add a complete subtree, by default a leaf; `size` must be a multiple of 2**level."""
        size, grown = self.size >> level, subtree
        while size & 1:
            grown = node_hash(self._roots.pop(), grown)
            size >>= 1
        self._roots.append(grown)
        self.size += 1 << level

    def root(self) -> bytes:
        if not self._roots:
            return EMPTY
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def root_of(subtree: Subtree, size: int) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _range(subtree, 0, size) if size else EMPTY


def inclusion(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of section 2.1.3.1: from the leaf's sibling to the root's child."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(subtree, middle, end))
            end = middle
        else:
            path.append(_range(subtree, start, middle))
            start = middle
    return path[::-1]


def consistency(subtree: Subtree, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[size]) of section 2.1.4.1, for 0 <= old <= size; empty for 0 and `size`."""
    if old in (0, size):
        return []
    path: list[bytes] = []
    start, end = 0, size
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(subtree, middle, end))
            end = middle
        else:
            path.append(_range(subtree, start, middle))
            start = middle
    if start:
        path.append(_range(subtree, start, end))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (section 2.1.3.2).

    Raises:
        BadProof: the path is too short or too long for this index and size.
    """
    if not 0 <= index < size:
        raise BadProof(f"there is no entry {index} in a tree of {size}")
    position, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise BadProof("it has too many hashes")
        if position & 1 or position == last:
            root = node_hash(sibling, root)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise BadProof("it has too few hashes")
    return root


def check_consistency(
    old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> None:
    """Is the tree of `old` leaves a beginning of the tree of `size` leaves (section 2.1.4.2)?

    Raises:
        BadProof: the proof does not show it.
    """
    if old > size:
        raise BadProof(f"a tree of {size} cannot follow one of {old}")
    if old in (0, size):
        _check_trivial(old, old_root, size, root, path)
        return
    # An old tree that is one complete subtree is not repeated in the path.
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        raise BadProof("it has too few hashes")
    found_old, found = _two_roots(old, size, hashes)
    if found_old != old_root:
        raise BadProof(f"it does not begin with the tree of {old}")
    if found != root:
        raise BadProof(f"it does not lead to the tree of {size}")


def _check_trivial(
    old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> None:
    if path:
        raise BadProof("it has too many hashes")
    if old == 0 and old_root != EMPTY:
        raise BadProof("an empty tree has another root")
    if old == size and old_root != root:
        raise BadProof(f"two trees of {size} have different roots")


def _two_roots(old: int, size: int, hashes: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of both trees that the path leads to."""
    position, last = old - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise BadProof("it has too many hashes")
        if position & 1 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise BadProof("it has too few hashes")
    return first, second


def _range(subtree: Subtree, start: int, end: int) -> bytes:
    """The hash over leaves `start` to `end`, where `start` is as a tree's halves have it."""
    width = end - start
    if not width & (width - 1) and start % width == 0:
        return subtree(width.bit_length() - 1, start // width)
    middle = start + _split(width)
    return node_hash(_range(subtree, start, middle), _range(subtree, middle, end))


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1
