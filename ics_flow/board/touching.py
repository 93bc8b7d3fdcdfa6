"""Where two drafts touch each other: both change the same element, question or row.

Each draft is held against its own base, so what only one of them changes is no overlap. Not here: putting them together, which people do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ics_flow.board.compare import Change, compare
from ics_flow.board.drafts import base_files, files_of
from ics_flow.store import Reading
from ics_flow.store.release_drafts import ReleaseDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A place that another draft changes as well, with what each of them does there."""

    other: ReleaseDraft
    file: str
    element: str | None
    here: str
    there: str


def changes_of(reading: Reading, draft: ReleaseDraft) -> tuple[Change, ...]:
    """What the draft changes in its base."""
    return compare(base_files(reading, draft.base), files_of(reading, draft))


def touches(reading: Reading, draft: ReleaseDraft) -> tuple[Touch, ...]:
    """Every place that an open draft beside this one changes as well."""
    mine = changes_of(reading, draft)
    others = (each for each in reading.release_drafts.all() if each.id != draft.id and each.state == "open")
    return tuple(
        Touch(
            other=other,
            file=here.file,
            element=here.element or there.element,
            here=here.words,
            there=there.words,
        )
        for other in (others if mine else ())
        for here, there in _pairs(mine, changes_of(reading, other))
    )


def _pairs(mine: Iterable[Change], theirs: Iterable[Change]) -> Iterator[tuple[Change, Change]]:
    """Changes of the same place, each of mine with the first of theirs there."""
    there = [each for each in theirs if each.what != "drawing"]
    for here in mine:
        found = next((each for each in there if here.what != "drawing" and _meet(here, each)), None)
        if found is not None:
            yield here, found


def _meet(one: Change, other: Change) -> bool:
    return one.place == other.place or (one.file == other.file and "file" in (one.what, other.what))
