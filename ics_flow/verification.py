"""Histories proved: that no byte was altered since it was written, and that every entry, taken again, does what it says it did.

Not here: how a chain is checked (``domain.history``) and an entry taken again (``process.following``), and how faults are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.application import Application
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Fault, GonePart, StoredEntry, check_chain, parts_gone, read_entry
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
    return Verified(subject=subject, entries=len(stored), faults=replayed, gone=parts_gone(stored))


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
