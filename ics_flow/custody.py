"""Checkpoints made, sent where the database's keepers cannot reach them, and held against the histories as they now stand.

Not here: the tree and the statement (``domain.checkpoint``), the key (``keys``), one history's own chain (``verification``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, Self

from ics_flow.clock import Clock
from ics_flow.domain.checkpoint import SIGNED_AS, Checkpoint, HeadAt, Statement, key_fingerprint, state
from ics_flow.domain.errors import AppendConflict, Refused
from ics_flow.domain.history import ORIGIN, Fault
from ics_flow.domain.merkle import root_of
from ics_flow.keys import SigningKey, is_signed
from ics_flow.logs import logger
from ics_flow.store import Database, Reading

_LOG = logger(__name__)

A_DAY = timedelta(days=1)
"""How old the last checkpoint may grow."""

LONGEST_UNIT = timedelta(minutes=1)
"""How long a command may take to commit after it has read the clock: an entry so much older than a checkpoint that lacks it is false."""


class WrongKey(Refused):
    """The last checkpoint names another key as the next one's. Sign with that key, or have it hand over to yours first."""


class KeptUnreadable(Refused):
    """A file among the checkpoints that were kept is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A checkpoint as it is sent: with the heads that changed since the one before, so that a row of them rebuilds every head."""

    checkpoint: Checkpoint
    changed: tuple[HeadAt, ...]

    def to_json(self) -> dict[str, Any]:
        """The checkpoint as it is written to a file."""
        return {
            "statement": self.checkpoint.body.decode(),
            "signature": self.checkpoint.signature.hex(),
            "public_key": self.checkpoint.public_key.hex(),
            "changed": [[head.subject, head.position, head.hash] for head in self.changed],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The checkpoint that ``to_json`` wrote; raises ValueError for anything else."""
        try:
            checkpoint = Checkpoint(
                body=data["statement"].encode(),
                signature=bytes.fromhex(data["signature"]),
                public_key=bytes.fromhex(data["public_key"]),
            )
            changed = tuple(HeadAt(subject, position, head) for subject, position, head in data["changed"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is no checkpoint.") from error
        return cls(checkpoint=checkpoint, changed=changed)


class Keeper(Protocol):
    """Where checkpoints are sent: a folder on another machine, a mailbox, or whatever else a council writes against this."""

    def keeps(self) -> frozenset[int]:
        """The numbers of the checkpoints that have arrived there."""
        ...

    def send(self, number: int, kept: Kept) -> None:
        """Send the checkpoint of that number; raises OSError where that cannot be done now."""
        ...


class FolderKeeper:
    """A folder, one file a checkpoint: to be mounted from a machine that the database's keepers cannot write to but by adding."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def file_name(number: int) -> str:
        """The name of the file of that checkpoint."""
        return f"checkpoint-{number:08}.json"

    def keeps(self) -> frozenset[int]:
        """The numbers of the files."""
        return frozenset(number for number, _ in self._files())

    def send(self, number: int, kept: Kept) -> None:
        """Write the file, whole or not at all, and never over another."""
        path = self._folder / self.file_name(number)
        half = path.with_suffix(".part")
        half.write_text(json.dumps(kept.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.link(half, path)
        half.unlink()

    def read(self) -> tuple[Kept, ...]:
        """Every checkpoint of the folder, in order of number; raises KeptUnreadable with the file's name."""
        return tuple(_read(path) for _, path in sorted(self._files()))

    def _files(self) -> Iterator[tuple[int, Path]]:
        for path in self._folder.glob("checkpoint-*.json"):
            if (number := path.stem.removeprefix("checkpoint-")).isdecimal():
                yield int(number), path


def _read(path: Path) -> Kept:
    try:
        return Kept.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise KeptUnreadable(f"{path} holds no checkpoint that can be read.") from error


def make_checkpoint(
    database: Database, clock: Clock, key: SigningKey, *, next_key: str | None = None
) -> Statement:
    """Bind every history as it stands into a signed checkpoint; raises WrongKey where another key was named to sign it.

    ``next_key`` is the fingerprint of the key to hand over to. The clock is the wall's: a training clock proves nothing.
    """
    at = (
        clock()
    )  # before the heads are read: what is written meanwhile is no older than the checkpoint that lacks it
    with database.reading() as reading:
        before = reading.checkpoints.last()
        known = reading.checkpoints.heads_of(before.statement.number) if before else {}
        heads = reading.checkpoints.heads_now()
    if before and before.statement.next_key != key.fingerprint:
        raise WrongKey
    with database.unit(clock) as unit:
        statement = state(
            before, at, heads.values(), key=key.fingerprint, next_key=next_key or key.fingerprint
        )
        body = statement.body()
        made = Checkpoint(body=body, signature=key.sign(SIGNED_AS + body), public_key=key.public)
        changed = tuple(head for subject, head in sorted(heads.items()) if known.get(subject) != head)
        unit.checkpoints.add(made, changed)
    return statement


def keep_checkpoints(
    database: Database, clock: Clock, key: SigningKey, keepers: Mapping[str, Keeper]
) -> None:
    """Make a checkpoint where the last one is a day old, and send each keeper whatever has not arrived there; for a ticker to call now and then.

    A keeper that cannot be reached is logged, and keeps nothing from the others.
    """
    with database.reading() as reading:
        last = reading.checkpoints.last()
    if last is None or clock() - last.statement.at >= A_DAY:
        with suppress(AppendConflict):  # another process has just made it
            make_checkpoint(database, clock, key)
    for name, keeper in keepers.items():
        try:
            send_checkpoints(database, keeper)
        except OSError as error:
            _LOG.error("checkpoints not sent", extra={"keeper": name, "error": type(error).__name__})


def send_checkpoints(database: Database, keeper: Keeper) -> int:
    """Send every checkpoint that has not arrived yet, oldest first; gives how many."""
    arrived = keeper.keeps()
    with database.reading() as reading:
        waiting = kept_in_database(reading, arrived)
    for kept in waiting:
        keeper.send(kept.checkpoint.statement.number, kept)
    return len(waiting)


def kept_in_database(reading: Reading, but: Collection[int] = ()) -> tuple[Kept, ...]:
    """The checkpoints as the database itself keeps them, without those numbers: they show nothing that its keepers could not have made to fit."""
    return tuple(
        Kept(checkpoint=each, changed=reading.checkpoints.changed_at(each.statement.number))
        for each in reading.checkpoints.all()
        if each.statement.number not in but
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What came of holding the histories against the checkpoints: the last one, and everything that does not fit it."""

    last: Statement | None
    faults: tuple[Fault, ...]


def hold_against(reading: Reading, kept: Sequence[Kept], key: str | None = None) -> Held:
    """Hold every history against the checkpoints; ``key`` is the fingerprint of the first one's key, known from elsewhere."""
    faults = list(_faults_of_the_row(kept, key))
    heads = {head.subject: head for each in kept for head in each.changed}
    last = kept[-1].checkpoint.statement if kept else None
    faults += _faults_of_the_root(heads, last)
    faults += _faults_of_the_histories(reading, heads, last)
    return Held(last=last, faults=tuple(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOne:
    """What came of holding one history against the checkpoints that the database keeps: the last one, the entry that it vouches for, and what does not fit."""

    last: Statement | None
    up_to: HeadAt | None
    faults: tuple[Fault, ...]


def hold_one_against(reading: Reading, subject: str) -> HeldOne:
    """Hold one history against the checkpoints as the database itself keeps them, whose root binds the heads of every history."""
    kept = [Kept(checkpoint=each, changed=()) for each in reading.checkpoints.all()]
    faults = list(_faults_of_the_row(kept, None))
    last = kept[-1].checkpoint.statement if kept else None
    heads = reading.checkpoints.heads_of(last.number) if last else {}
    faults += _faults_of_the_root(heads, last)
    head = reading.history.head(subject)
    now = HeadAt(subject, head.position, head.hash) if head else None
    faults += _faults_of_a_history(reading, subject, heads.get(subject), now, last)
    return HeldOne(last=last, up_to=heads.get(subject), faults=tuple(faults))


def _about(subject: str, position: int, field: str | None, sentence: str) -> Fault:
    noun = "Checkpoint" if subject == "checkpoint" else f"{subject}: entry"
    return Fault(subject, position, field, f"{noun} {position} {sentence}")


def _faults_of_the_row(kept: Iterable[Kept], key: str | None) -> Iterator[Fault]:
    """What is wrong with the row of checkpoints by itself."""
    previous, signer = ORIGIN, key
    for number, each in enumerate(kept, 1):
        checkpoint, statement = each.checkpoint, each.checkpoint.statement
        if statement.number != number:
            yield _about("checkpoint", number, None, "is missing.")
            return
        if statement.previous != previous:
            yield _about("checkpoint", number, "previous", "does not follow from the one before.")
        signed_by = key_fingerprint(checkpoint.public_key)
        if statement.key != signed_by or (signer or signed_by) != signed_by:
            yield _about(
                "checkpoint", number, "key", "was signed with another key than the one that was due."
            )
        if not is_signed(checkpoint.public_key, SIGNED_AS + checkpoint.body, checkpoint.signature):
            yield _about("checkpoint", number, "signature", "has been altered: its signature is not good.")
        previous, signer = checkpoint.hash(), statement.next_key


def _faults_of_the_root(heads: Mapping[str, HeadAt], last: Statement | None) -> Iterator[Fault]:
    """Whether the heads are those that the last checkpoint was signed over."""
    if last and root_of([head.leaf() for head in sorted(heads.values())]).hex() != last.root:
        yield _about("checkpoint", last.number, "root", "has heads that do not give its root.")


def _faults_of_the_histories(
    reading: Reading, heads: Mapping[str, HeadAt], last: Statement | None
) -> Iterator[Fault]:
    """Where a history is not what the checkpoint was made over."""
    now = reading.checkpoints.heads_now()
    for subject in (*sorted(heads), *sorted(now.keys() - heads.keys())):
        yield from _faults_of_a_history(reading, subject, heads.get(subject), now.get(subject), last)


def _faults_of_a_history(
    reading: Reading, subject: str, head: HeadAt | None, now: HeadAt | None, last: Statement | None
) -> Iterator[Fault]:
    """Where one history, whose head is now that, is not what the checkpoint was made over."""
    if head is None:
        yield from _back_dated(reading, subject, 0, last)
    elif now == head:
        return
    elif now is None:
        yield Fault(subject, head.position, None, f"The history of {subject} is gone.")
    elif now.position < head.position:
        yield _about(subject, head.position, None, "is missing: the history was cut.")
    elif reading.history.hash_at(subject, head.position) != head.hash:
        yield _about(subject, head.position, "hash", "is not the one that the checkpoint was signed over.")
    else:
        yield from _back_dated(reading, subject, head.position, last)


def _back_dated(reading: Reading, subject: str, position: int, last: Statement | None) -> Iterator[Fault]:
    """An entry that claims to be older than a checkpoint that does not know it: put in afterwards."""
    if last is None:
        return
    for entry in reading.history.read(subject, after=position)[:1]:
        if entry.at < last.at - LONGEST_UNIT:
            yield _about(
                subject,
                entry.position,
                "at",
                "claims to be older than the checkpoint, which does not know it.",
            )
