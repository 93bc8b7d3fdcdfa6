"""A child's records: what a version of one says, in words.

Not here: which versions there are (`process/versions.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ics_flow.domain.forms import Choice, DescribedSection, describe
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.process.correction import answers_at
from ics_flow.process.versions import Version, versions
from ics_flow.process.world import Archive
from ics_flow.queries.opened import ChildsFile, NoSuchPart
from ics_flow.queries.people import Names
from ics_flow.store.unit import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """A version with its answers in words, and what the manager said of it; `answers` are the same as data, by question."""

    version: Version
    latest: int
    sections: tuple[DescribedSection, ...]
    decision: tuple[DescribedSection, ...]
    answers: dict[str, object]


def read_record(reading: Reading, file: ChildsFile, position: int) -> ReadRecord:
    """The version that the entry at that position made; raises NoSuchPart."""
    entries = reading.history.read(case_subject(file.case))
    return record_of(entries, file.by.archive, Names(reading), position)


def record_of(entries: Sequence[Entry], archive: Archive, names: Names, position: int) -> ReadRecord:
    """The version that the entry at that position made, as those entries leave it; raises NoSuchPart."""
    all_versions = versions(entries)
    version = next((each for each in all_versions if each.position == position), None)
    if version is None:
        raise NoSuchPart("There is no such record in this file.")
    answers = answers_at(entries, version.written, until=version.position)
    forms, live = archive.release(version.release).forms, live_names(names)
    decision: tuple[DescribedSection, ...] = ()
    if version.decided is not None and version.decided_form is not None:
        decision = describe(forms[version.decided_form], answers_at(entries, version.decided), live)
    latest = max((each for each in all_versions if each.scope == version.scope), key=lambda each: each.number)
    return ReadRecord(
        version=version,
        latest=latest.position,
        sections=describe(forms[version.form], answers, live),
        decision=decision,
        answers=answers,
    )


def live_names(names: Names) -> dict[str, tuple[Choice, ...]]:
    """Every worker there ever was, to put a name to the id in an answer."""
    workers = tuple(Choice(worker, name) for worker, name in names.all().items())
    return {"workers": workers, "teams": ()}
