"""Histories proved: that no byte was altered since it was written, and that every entry, taken again, does what it says it did.

Not here: how a chain is checked (``domain.history``) and an entry taken again (``process.following``), and how faults are shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ics_flow.application import Application
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Fault, GonePart, StoredEntry, check_chain, parts_gone, read_entry
from ics_flow.process.attachments import ATTACHED, attached_by
from ics_flow.process.following import follow
from ics_flow.store import Reading


class NoSuchHistory(Refused):
    """Nothing was ever written there."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"There is no history of {subject}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found in one history: how long it is, what is wrong with it, and which parts are no longer kept."""

    subject: str
    entries: int
    faults: tuple[Fault, ...]
    gone: tuple[GonePart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """How far the proof of all histories has come: the last one looked at, how many were, of how many, and what was found."""

    after: str = ""
    histories: int = 0
    of: int = 0
    entries: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether no history is left to look at."""
        return self.histories >= self.of


def verify_on(application: Application, after: str, enough: Callable[[], bool]) -> SoFar:
    """The histories that come after one proved, in order of subject: one at least, and on until there is ``enough``."""
    with application.reading() as reading:
        subjects = reading.history.subjects()
    before = sum(subject <= after for subject in subjects)
    entries, done = 0, before
    faults: list[Fault] = []
    for subject in subjects[before:]:
        verified = verify(application, subject)
        entries += verified.entries
        faults += verified.faults
        after, done = subject, done + 1
        if enough():
            break
    return SoFar(after=after, histories=done, of=len(subjects), entries=entries, faults=tuple(faults))


def verify(application: Application, subject: str) -> Verified:
    """The history of the subject proved; raises ``NoSuchHistory``. Entries are taken again only where their chain is whole."""
    with application.reading() as reading:
        stored = reading.history.stored(subject)
        faults = check_chain(subject, stored, _known_head(reading, subject))
        if not stored and not faults:
            raise NoSuchHistory(subject)
        if faults:
            return Verified(subject=subject, entries=len(stored), faults=faults)
        replayed = _replay(reading, subject, stored, application)
        altered = tuple(_attachments_altered(reading, subject, stored))
    return Verified(
        subject=subject, entries=len(stored), faults=(*replayed, *altered), gone=parts_gone(stored)
    )


def _attachments_altered(reading: Reading, subject: str, stored: tuple[StoredEntry, ...]) -> Iterator[Fault]:
    """The attached files whose bytes are not those that the history names, or are not there."""
    case = subject.partition(":")[2]
    for entry in map(read_entry, stored):
        if entry.kind != ATTACHED or "file" not in entry.parts:
            continue
        file = attached_by(entry).file
        body = reading.attachments.body(file.id, case)
        if body is None:
            yield Fault(subject, entry.position, "file", "The attached file is missing.")
        elif hashlib.sha256(body).hexdigest() != file.sha256:
            yield Fault(
                subject, entry.position, "file", "The attached file was altered since it was attached."
            )


def _known_head(reading: Reading, subject: str) -> tuple[int, str] | None:
    """The entry that the case's snapshot was made at: with it, a tail that was cut off is seen."""
    kind, _, case = subject.partition(":")
    snapshot = reading.snapshots.of(case) if kind == "case" else None
    return (snapshot.position, snapshot.head) if snapshot else None


def _replay(
    reading: Reading, subject: str, stored: tuple[StoredEntry, ...], application: Application
) -> tuple[Fault, ...]:
    kind, _, case = subject.partition(":")
    if kind != "case":
        return ()
    secret = reading.secrets.of(case)
    if secret is None:
        return (Fault(subject, 0, "secret", f"The secret of {subject} is missing."),)
    return tuple(follow(map(read_entry, stored), application.archive, secret).faults)
