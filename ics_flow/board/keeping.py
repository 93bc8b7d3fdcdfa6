"""The board's histories read and written: an entry in a change request's or the board's own, and the row that lists show.

Not here: who may write what (the commands), and what the entries mean (``request``, ``meetings``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from ics_flow.board.meetings import Board, fold_board
from ics_flow.board.request import CHANGE_TRIED, ChangeRequest, fold_change
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Head, Json
from ics_flow.domain.ids import BOARD, change_subject
from ics_flow.store import Reading, UnitOfWork
from ics_flow.store.board import ChangeRow


class NoSuchChange(Refused):
    """There is no such change request."""


def change_of(reading: Reading, change: str) -> ChangeRequest:
    """The change request of that id; raises ``NoSuchChange``."""
    found = fold_change(change, reading.history.read(change_subject(change)))
    if found is None:
        raise NoSuchChange
    return found


def readable(reading: Reading, changes: Iterable[str]) -> tuple[tuple[ChangeRequest, ...], frozenset[str]]:
    """The change requests of those ids, and the ids of those whose histories cannot be read."""
    found, unreadable = [], []
    for change in changes:
        try:
            found.append(change_of(reading, change))
        except (
            NoSuchChange,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ):  # whatever torn JSON leads to
            unreadable.append(change)
    return tuple(found), frozenset(unreadable)


def board_of(reading: Reading) -> Board:
    """The board as it stands."""
    return fold_board(reading.history.read(BOARD))


def write_change(
    unit: UnitOfWork, change: str, kind: str, parts: Mapping[str, Json], *, actor: str, cause: str
) -> Head:
    """Append to the request's history, and keep its row."""
    in_force = unit.in_force()
    entry = unit.history.append(
        change_subject(change),
        kind=kind,
        actor=actor,
        cause=cause,
        release=in_force.release if in_force else None,
        calendar=in_force.calendar if in_force else None,
        parts=parts,
    )
    keep_row(unit, change_of(unit, change))
    return entry


def write_tried(
    unit: UnitOfWork,
    change: str,
    kind: Literal["scenarios", "what-if"],
    *,
    release: str,
    scenarios: str | None = None,
    passed: bool,
    found: str,
    actor: str,
    cause: str,
) -> Head:
    """Append that a draft was tried, on exactly what (by hash), and what came of it."""
    tried: dict[str, Json] = {
        "kind": kind,
        "release": release,
        "scenarios": scenarios,
        "passed": passed,
        "found": found,
    }
    return write_change(unit, change, CHANGE_TRIED, {"tried": tried}, actor=actor, cause=cause)


def write_board(unit: UnitOfWork, kind: str, parts: Mapping[str, Json], *, actor: str, cause: str) -> Head:
    """Append to the board's own history."""
    return unit.history.append(BOARD, kind=kind, actor=actor, cause=cause, parts=parts)


def keep_row(unit: UnitOfWork, change: ChangeRequest) -> None:
    """Keep the request as lists show it."""
    standing = change.in_force
    unit.board.keep(
        ChangeRow(
            change_id=change.id,
            title=change.title,
            area=change.area,
            state=change.state,
            law=change.law,
            raised_by=change.raised_by,
            raised_at=change.raised_at,
            meeting_on=change.meeting,
            wakes_on=change.wakes_on,
            in_force_since=standing.since if standing else None,
            touches=standing.put.touches if standing else (),
        )
    )
