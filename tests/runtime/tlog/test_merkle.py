"""Trees and proofs of RFC 9162, against a second implementation that follows its formulas."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kestrel.runtime.tlog import merkle
from kestrel.runtime.tlog.merkle import BadProof, Frontier, leaf_hash

CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The leaves and roots that the tests of Certificate Transparency use (RFC 6962 logs)."""

LARGEST = 70
ENTRIES = [b"%d" % number for number in range(LARGEST)]


def mth(entries: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word by word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = half(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = half(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = half(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def half(count: int) -> int:
    k = 1
    while 2 * k < count:
        k *= 2
    return k


def subtree(level: int, index: int) -> bytes:
    return mth(ENTRIES[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(len(CT_LEAVES) + 1))
def test_known_answers(size: int) -> None:
    frontier = Frontier()
    for leaf in CT_LEAVES[:size]:
        frontier.append(leaf_hash(leaf))
    known = CT_ROOTS[size - 1] if size else sha256(b"").hexdigest()
    assert frontier.root().hex() == known == mth(CT_LEAVES[:size]).hex()


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_roots_are_those_of_the_formula(size: int) -> None:
    frontier = Frontier()
    for entry in ENTRIES[:size]:
        frontier.append(leaf_hash(entry))
    assert merkle.root_of(subtree, size) == frontier.root() == mth(ENTRIES[:size])


def test_whole_subtrees_can_be_appended() -> None:
    frontier = Frontier()
    for level, index in ((5, 0), (5, 1), (2, 16), (0, 68)):
        frontier.append(subtree(level, index), level)
    assert (frontier.size, frontier.root()) == (69, mth(ENTRIES[:69]))


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_inclusion_proof(size: int) -> None:
    root = mth(ENTRIES[:size])
    for index in range(size):
        proof = merkle.inclusion(subtree, index, size)
        assert proof == path(index, ENTRIES[:size])
        found = merkle.root_from_inclusion(leaf_hash(ENTRIES[index]), index, size, proof)
        assert found == root


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_every_consistency_proof(size: int) -> None:
    root = mth(ENTRIES[:size])
    for old in range(size + 1):
        proof = merkle.consistency(subtree, old, size)
        if old:
            assert proof == subproof(old, ENTRIES[:size], True)
        merkle.check_consistency(old, mth(ENTRIES[:old]), size, root, proof)


SIZES = st.integers(1, LARGEST)


@given(SIZES, st.data())
def test_an_inclusion_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(subtree, index, size)
    leaf, root = leaf_hash(ENTRIES[index]), mth(ENTRIES[:size])
    for other in range(size):
        if other != index:
            assert reached(leaf, other, size, proof) != root
    for wrong in (*shorter(proof), [*proof, root], [root, *proof]):
        assert reached(leaf, index, size, wrong) != root
    for at in range(len(proof)):
        changed = [*proof[:at], flipped(proof[at], data), *proof[at + 1 :]]
        assert reached(leaf, index, size, changed) != root


@given(SIZES, st.data())
def test_a_consistency_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    proof = merkle.consistency(subtree, old, size)
    roots = mth(ENTRIES[:old]), mth(ENTRIES[:size])
    assert follows(old, roots[0], size, roots[1], proof)
    assert not follows(old, flipped(roots[0], data), size, roots[1], proof)
    assert not follows(old, roots[0], size, flipped(roots[1], data), proof)
    for wrong in (*shorter(proof), [*proof, roots[1]], [roots[1], *proof]):
        assert not follows(old, roots[0], size, roots[1], wrong)
    for at in range(len(proof)):
        changed = [*proof[:at], flipped(proof[at], data), *proof[at + 1 :]]
        assert not follows(old, roots[0], size, roots[1], changed)
    for other in range(1, size):
        if other != old:
            assert not follows(other, mth(ENTRIES[:other]), size, roots[1], proof) or proof == (
                merkle.consistency(subtree, other, size)
            )


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (7, 3)])
def test_an_entry_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(BadProof, match="no entry"):
        merkle.root_from_inclusion(b"", index, size, [])


def test_a_log_cannot_shrink_and_an_empty_one_has_one_root() -> None:
    with pytest.raises(BadProof, match="cannot follow"):
        merkle.check_consistency(3, b"", 2, b"", [])
    with pytest.raises(BadProof, match="empty tree"):
        merkle.check_consistency(0, b"", 2, b"", [])


def reached(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    try:
        return merkle.root_from_inclusion(leaf, index, size, proof)
    except BadProof:
        return None


def follows(old: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> bool:
    try:
        merkle.check_consistency(old, old_root, size, root, proof)
    except BadProof:
        return False
    return True


def shorter(proof: list[bytes]) -> list[list[bytes]]:
    return [proof[:at] + proof[at + 1 :] for at in range(len(proof))]


def flipped(digest: bytes, data: st.DataObject) -> bytes:
    at, bit = data.draw(st.integers(0, 31)), data.draw(st.integers(0, 7))
    return digest[:at] + bytes([digest[at] ^ (1 << bit)]) + digest[at + 1 :]
