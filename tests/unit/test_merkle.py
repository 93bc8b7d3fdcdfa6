"""The tree of heads: its roots are the standard's, and no proof of one leaf is a proof of another."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ics_flow.domain.merkle import leaf_hash, node_hash, paths_of, root_of, stands_in

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def by_the_book(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, read literally."""
    if len(leaves) < 2:
        return leaf_hash(leaves[0]) if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_root_is_that_of_the_standard(leaves: list[bytes]) -> None:
    assert root_of(leaves) == by_the_book(leaves)


@given(LEAVES, st.data())
def test_every_leaf_is_proved_to_stand_where_it_stands(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))

    (path,) = paths_of(leaves, [index])

    assert stands_in(leaves[index], index, len(leaves), path, root_of(leaves))


@given(LEAVES, st.data())
def test_no_proof_serves_for_another_leaf_place_or_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    (path,), root, size = paths_of(leaves, [index]), root_of(leaves), len(leaves)

    assert not stands_in(leaves[index] + b"x", index, size, path, root)
    assert not stands_in(leaves[index], index, size, (*path, root), root)
    assert not stands_in(leaves[index], index, size, path, sha256(root).digest())
    assert not stands_in(leaves[index], size, size, path, root)
    if path:
        assert not stands_in(leaves[index], index, size, path[:-1], root)
        other = index ^ 1
        if other < size and leaves[other] != leaves[index]:
            assert not stands_in(leaves[index], other, size, path, root)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert root_of([left + right]) != root_of([b"a", b"b"])


def test_there_is_no_path_from_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        paths_of([b"a"], [1])
