"""What the board's pages show beside the requests themselves: highlights of a month, what was put in force by whom, a draft before it is proposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import london_date
from ics_flow.board.drafts import draft_of, files_of
from ics_flow.board.findings import read_draft
from ics_flow.board.keeping import change_of
from ics_flow.board.reach import reached_pathways, reached_roles
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.release import RELEASE_PUBLISHED
from ics_flow.process.world import Archive
from ics_flow.store import Reading
from ics_flow.store.board import ChangeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlights:
    """What was asked for in a month: how often by area and state, and the requests themselves."""

    rows: tuple[ChangeRow, ...]
    areas: Mapping[str, int]
    states: Mapping[str, int]
    law: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIntoForce:
    """A release and calendar put in force: when, by which change, and who approved that."""

    release: str
    calendar: str
    name: str
    at: datetime
    by: str
    law_of: str
    change: str | None
    authors: tuple[str, ...]
    approved_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A procedure that a change reaches, and how many of it run."""

    pathway: str
    name: str
    running: int
    stays_known: bool  # whether there still is such a procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBefore:
    """A draft as it would be proposed: its title, the procedures that it reaches, and whose work it touches; none where it cannot be read."""

    title: str
    pathways: tuple[Reached, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """That procedures changed, for a tray."""

    change: str
    title: str
    since: str


def highlights(reading: Reading, month: date) -> Highlights:
    """What was asked for in the month that begins with that day (in London)."""
    rows = tuple(row for row in reading.board.all() if london_date(row.raised_at).replace(day=1) == month)
    return Highlights(
        rows=rows,
        areas=dict(sorted(Counter(row.area for row in rows).items())),
        states=dict(sorted(Counter(row.state for row in rows).items())),
        law=sum(row.law for row in rows),
    )


def came_into_force(reading: Reading) -> tuple[CameIntoForce, ...]:
    """Everything that was ever put in force, the last first."""
    found = []
    for entry in reading.history.read(COUNCIL):
        if entry.kind != RELEASE_PUBLISHED:
            continue
        said: Any = entry.parts["release"]
        change = said.get("change")
        request = change_of(reading, change) if change else None
        proposal = next(
            (
                each
                for each in (request.proposals if request else ())
                if each.put.release == entry.release and each.put.calendar == entry.calendar
            ),
            None,
        )
        found.append(
            CameIntoForce(
                release=entry.release or "",
                calendar=entry.calendar or "",
                name=said["name"],
                at=entry.at,
                by=entry.actor,
                law_of=said["law_of"],
                change=change,
                authors=proposal.put.authors if proposal else (),
                approved_by=tuple(
                    each.member for each in (proposal.decisions if proposal else ()) if each.approves
                ),
            )
        )
    return tuple(reversed(found))


def draft_before(reading: Reading, archive: Archive, draft: str) -> DraftBefore:
    """The draft as it would be proposed; raises ``engine.Refused`` where its files cannot be read."""
    found = draft_of(reading, draft)
    before, (after, _) = archive.release(found.base.release), read_draft(files_of(reading, found))
    running = reading.projection.running_by_pathway()
    return DraftBefore(
        title=found.title,
        pathways=tuple(
            Reached(
                pathway=each,
                name=(before if each in before.pathways.by_id else after).pathways[each].name,
                running=running.get(each, 0),
                stays_known=each in after.pathways.by_id,
            )
            for each in reached_pathways(before, after)
        ),
        roles=tuple(after.rights.roles.get(each, each) for each in reached_roles(before, after)),
    )
