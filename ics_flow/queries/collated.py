"""The records of one occasion, such as a discussion about several brothers and sisters: one for each child, read together.

Which question tells that records are of one occasion the form says (`collates`): the day on which it was. Not here: what one record says (`records.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ics_flow.domain.forms import Described, DescribedSection
from ics_flow.domain.ids import case_subject
from ics_flow.process.versions import Version, versions
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.people import Names
from ics_flow.queries.records import ReadRecord, record_of
from ics_flow.queries.together import siblings
from ics_flow.store.unit import Reading

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOccasion:
    """A record of the occasion, and the file that it stands in."""

    file: ChildsFile
    record: ReadRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Collated:
    """A question and what each record says to it, in the order of the records; None where it was not asked."""

    label: str
    answers: tuple[str | None, ...]

    @property
    def is_common(self) -> bool:
        """Whether every record says the same."""
        return len(set(self.answers)) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CollatedSection:
    """A section of the form, question by question."""

    title: str
    questions: tuple[Collated, ...]


def of_siblings(reading: Reading, file: ChildsFile, record: ReadRecord) -> tuple[OfOccasion, ...]:
    """The standing records of the same occasion in the files of brothers and sisters that the worker may open, by name; nothing is read where the form does not collate."""
    form, day = record.version.form, _day(file, record)
    if day is None or not _stands(record.version):
        return ()
    names = Names(reading)
    return tuple(
        each for other in siblings(reading, file) for each in _of_day(reading, names, other, form, day)
    )


def collate(records: Sequence[ReadRecord]) -> tuple[CollatedSection, ...]:
    """What the records say, section by section and question by question."""
    sections = [{section.id: section for section in record.sections} for record in records]
    return tuple(_section([each.get(identity) for each in sections]) for identity in _in_one_order(sections))


def _of_day(
    reading: Reading, names: Names, other: ChildsFile, form: str, day: object
) -> Iterator[OfOccasion]:
    entries = reading.history.read(case_subject(other.case))
    for version in {each.scope: each for each in versions(entries)}.values():
        if version.form == form and _stands(version):
            record = record_of(entries, other.by.archive, names, version.position)
            if _day(other, record) == day:
                yield OfOccasion(file=other, record=record)


def _day(file: ChildsFile, record: ReadRecord) -> object:
    """The answer that tells of which occasion a record is; None where there is none."""
    version = record.version
    key = file.by.archive.release(version.release).forms[version.form].collated_by
    return record.answers.get(key) if key else None


def _stands(version: Version) -> bool:
    return version.status != "sent back" and version.skipped is None


def _section(sections: Sequence[DescribedSection | None]) -> CollatedSection:
    asked = [dict(_numbered(section.answers if section else ())) for section in sections]
    return CollatedSection(
        title=next(section.title for section in sections if section),
        questions=tuple(
            Collated(label=label, answers=tuple(each.get((label, number)) for each in asked))
            for label, number in _in_one_order(asked)
        ),
    )


def _numbered(answers: Iterable[Described]) -> Iterator[tuple[tuple[str, int], str]]:
    """The answers by their questions, and where a question is asked twice by which of them it is."""
    seen: list[str] = []
    for each in answers:
        yield (each.label, seen.count(each.label)), each.words
        seen.append(each.label)


def _in_one_order(lists: Iterable[Collection[_T]]) -> list[_T]:
    """All that stands in the lists, once each: what only a later one has stands beside what it stands beside there."""
    order: list[_T] = []
    for each in lists:
        place = next((order.index(item) for item in each if item in order), len(order))
        for item in each:
            if item in order:
                place = order.index(item) + 1
            else:
                order.insert(place, item)
                place += 1
    return order
