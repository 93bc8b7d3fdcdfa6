"""A Merkle tree over leaves: its root, the proof that a leaf stands in it, and the check of such a proof.

The tree of RFC 9162 (section 2.1): a leaf's hash is SHA-256(0x00 || leaf), a node's SHA-256(0x01 || left || right), and a list is
split at the largest power of two below its length. What a leaf says belongs in ``checkpoint``.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    """The hash that a leaf has in the tree."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node over two others."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The hash at the top of the tree over the leaves; SHA-256 of nothing where there are none."""
    if not leaves:
        return sha256(b"").digest()
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def paths_of(leaves: Sequence[bytes], indices: Sequence[int]) -> list[tuple[bytes, ...]]:
    """For the leaf at each index, the hashes beside its way up to the root; raises IndexError where there is no such leaf."""
    for index in indices:
        if not 0 <= index < len(leaves):
            raise IndexError(f"There is no leaf {index} among {len(leaves)}.")
    level, places = [leaf_hash(leaf) for leaf in leaves], list(indices)
    paths: list[list[bytes]] = [[] for _ in indices]
    while len(level) > 1:
        for path, place in zip(paths, places, strict=True):
            if place ^ 1 < len(level):
                path.append(level[place ^ 1])
        level, places = _above(level), [place // 2 for place in places]
    return [tuple(path) for path in paths]


def stands_in(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at that index of a tree of that size to the root."""
    if not 0 <= index < size:
        return False
    found, last, beside = leaf_hash(leaf), size - 1, list(path)
    while last:
        if index % 2 or index < last:
            if not beside:
                return False
            other = beside.pop(0)
            found = node_hash(other, found) if index % 2 else node_hash(found, other)
        index, last = index // 2, last // 2
    return not beside and found == root


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The next level; a node without a neighbour goes up as it is, which is the split at the largest power of two."""
    pairs = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs
