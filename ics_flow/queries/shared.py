"""What is shared with somebody who reads no file: the records, child by child, and one of them to read.

The only way by which anything of a child's file is read without a right to the file. Not here: what of a file is shared with whom, for those who read it
(`process/sharing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import case_subject
from ics_flow.domain.view import ShareView
from ics_flow.domain.workers import Worker
from ics_flow.queries.opened import NoSuchFile
from ics_flow.queries.people import Names
from ics_flow.queries.records import ReadRecord, record_of
from ics_flow.queries.standpoint import Standpoint
from ics_flow.store.accounts import worker_of
from ics_flow.store.reading import ChildRow, SharedRow
from ics_flow.store.unit import Reading

SHARED_WITH_THE_READER = "shared with the reader"
"""By which right such a record is read, in words for the read log."""


class NoLongerShared(Refused):
    """This record is no longer shared with you: it was taken back, or its last day is over. Whoever shared it can say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedChild:
    """A child, and the records about the child that are shared with whoever looks, the latest first."""

    child: ChildRow
    shares: tuple[ShareView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRecord:
    """A record that is shared with whoever looks: about whom, by whom, until when, and what it says."""

    child: ChildRow
    share: ShareView
    record: ReadRecord


def shared_with_me(reading: Reading, by: Standpoint) -> tuple[SharedChild, ...]:
    """The children and records that are shared today with the worker who looks."""
    standing = [row for row in _shared(reading, by) if row.share.stands(by.today)]
    return tuple(
        SharedChild(child=child, shares=tuple(row.share for row in rows))
        for child, rows in groupby(standing, key=lambda row: row.child)
    )


def open_shared(reading: Reading, by: Standpoint, case: str, record: int) -> SharedRecord:
    """The record that the entry at that position made; raises NoSuchFile where it was never shared with the worker, NoLongerShared where it was."""
    rows = [row for row in _shared(reading, by) if (row.child.case, row.share.record) == (case, record)]
    if not rows:
        raise NoSuchFile
    found = next((row for row in rows if row.share.stands(by.today)), None)
    if found is None:
        raise NoLongerShared
    entries = reading.history.read(case_subject(case))
    read = record_of(entries, by.archive, Names(reading), record)
    return SharedRecord(child=found.child, share=found.share, record=read)


def to_share_with(reading: Reading, by: Standpoint) -> tuple[Worker, ...]:
    """Everybody with whom a record may be shared, by name."""
    workers = (worker_of(account) for account in reading.accounts.all() if account.active)
    return tuple(worker for worker in workers if by.release.rights.reads_what_is_shared(worker))


def _shared(reading: Reading, by: Standpoint) -> Sequence[SharedRow]:
    """All that is, or was, shared with the worker, as long as the worker is one with whom records are shared."""
    shares_only = by.release.rights.reads_what_is_shared(by.worker)
    return reading.pages.shared_with(by.worker.id) if shares_only else ()
