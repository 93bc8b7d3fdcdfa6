"""Which file an adopted child had before, or has now, for those who may know it; to everybody else there is nothing here to see.

Not here: the readings themselves, of which those of this page are told only to those who may know, or the log would give away what the files do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ics_flow.domain.rights import Rights
from ics_flow.domain.workers import Worker
from ics_flow.queries.opened import ChildsFile, open_file
from ics_flow.store.reads import LookedRow
from ics_flow.store.unit import Reading

BEFORE_AND_AFTER = "before and after an adoption"
"""What the read log says of a look at which files belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """The file that the child had before the adoption, the one opened after it, and whether one may be opened now."""

    before: ChildsFile | None
    after: ChildsFile | None
    may_open: bool


def adopted(reading: Reading, file: ChildsFile) -> Adopted | None:
    """What there is to know of an adoption; None where there is nothing, or the worker may not know."""
    links = _links(reading, file)
    if links is None:
        return None
    before, after = links
    return Adopted(
        before=open_file(reading, file.by, before) if before else None,
        after=open_file(reading, file.by, after) if after else None,
        may_open=file.state.over and after is None,
    )


def has_adoption(reading: Reading, file: ChildsFile) -> bool:
    """Whether there is anything for the worker to know of an adoption; neither file is opened."""
    return _links(reading, file) is not None


def told_to(worker: Worker, rights: Rights, rows: Iterable[LookedRow]) -> tuple[LookedRow, ...]:
    """The readings without those of this page, where the worker may not know which files belong together."""
    knows = rights.may_know_adopted(worker)
    return tuple(row for row in rows if knows or row.what != BEFORE_AND_AFTER)


def _links(reading: Reading, file: ChildsFile) -> tuple[str | None, str | None] | None:
    if not file.by.release.rights.may_know_adopted(file.by.worker):
        return None
    found = reading.adoptions.of_case(file.case)
    before = next((each.before_case for each in found if each.after_case == file.case), None)
    after = next((each.after_case for each in found if each.before_case == file.case), None)
    return (before, after) if found or file.state.over else None
