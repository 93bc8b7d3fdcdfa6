"""A checkpoint: what all the histories had come to at an instant, bound into one root, linked to the checkpoint before, and signed.

A chain alone does not show that its tail was rewritten whole, or that a history is missing or invented; a checkpoint that is kept
where the database's keepers cannot reach it does. The bytes are those of `ics_flow/bundle/history-format.md`. Not here: when one is made
and where it is sent (``custody``), and how a key is kept (``keys``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Self

from ics_flow.domain.history import ORIGIN, canonical, instant_text
from ics_flow.domain.merkle import paths_of, root_of

FORMAT = 1
SIGNED_AS = b"ics-flow checkpoint 1\n"
"""What stands before a statement's bytes when it is signed, so that the signature can be taken for nothing else."""


@dataclass(frozen=True, slots=True, order=True)
class HeadAt:
    """The last entry that a history had: a leaf of the tree."""

    subject: str
    position: int
    hash: str

    def leaf(self) -> bytes:
        """The bytes of the leaf."""
        return canonical({"subject": self.subject, "position": self.position, "hash": self.hash})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is signed: the root over every head, in order of subject, and the checkpoint before.

    ``previous`` is the hash of the statement before (64 zeros for the first), ``key`` the fingerprint of the key that signs, ``next_key``
    that of the key which signs from the next one on: the old key hands over to the new.
    """

    number: int
    previous: str
    at: datetime
    heads: int
    root: str
    key: str
    next_key: str

    def body(self) -> bytes:
        """The statement's canonical bytes."""
        return canonical(
            {
                "format": FORMAT,
                "number": self.number,
                "previous": self.previous,
                "at": instant_text(self.at),
                "heads": self.heads,
                "root": self.root,
                "key": self.key,
                "next_key": self.next_key,
            }
        )

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The statement that ``body`` wrote; raises ValueError for bytes that are none."""
        data = json.loads(body)
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise ValueError("These bytes hold no statement of format 1.")
        try:
            return cls(**{**data, "at": datetime.fromisoformat(data["at"])})
        except (KeyError, TypeError) as error:
            raise ValueError("These bytes hold no statement of format 1.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed statement: its canonical bytes, the signature over them, and the public key (32 bytes) that proves it."""

    body: bytes
    signature: bytes
    public_key: bytes

    @property
    def statement(self) -> Statement:
        """What was signed."""
        return Statement.read(self.body)

    def hash(self) -> str:
        """What the next statement names this one by."""
        return sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The proof that a head stood in the tree of a checkpoint."""

    head: HeadAt
    index: int
    size: int
    path: tuple[bytes, ...]


def state(
    before: Checkpoint | None, at: datetime, heads: Iterable[HeadAt], *, key: str, next_key: str
) -> Statement:
    """The statement over these heads that follows the checkpoint before."""
    leaves = [head.leaf() for head in sorted(heads)]
    return Statement(
        number=before.statement.number + 1 if before else 1,
        previous=before.hash() if before else ORIGIN,
        at=at,
        heads=len(leaves),
        root=root_of(leaves).hex(),
        key=key,
        next_key=next_key,
    )


def memberships(heads: Sequence[HeadAt], subjects: Iterable[str]) -> Mapping[str, Membership]:
    """The proof of each subject that has a head among these."""
    ordered = sorted(heads)
    places = {head.subject: place for place, head in enumerate(ordered)}
    proved = [places[subject] for subject in subjects if subject in places]
    paths = paths_of([head.leaf() for head in ordered], proved)
    return {
        ordered[place].subject: Membership(head=ordered[place], index=place, size=len(ordered), path=path)
        for place, path in zip(proved, paths, strict=True)
    }


def key_fingerprint(public_key: bytes) -> str:
    """The SHA-256 of a public key, in hexadecimal: what is told by another way than the checkpoints go."""
    return sha256(public_key).hexdigest()
