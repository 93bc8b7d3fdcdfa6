"""What was done in one case, measured: the steps taken, the dates to be kept, and where practice left the diagram.

Values alone. How they are folded from a history belongs in ``ics_flow.queries.practice``, how they are kept in ``ics_flow.store.measured``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

Ending: TypeAlias = Literal["done", "skipped", "withdrawn", "fired", "ended by hand", "taken back"]
"""How a step came to its end; taken back: a correction or a rollback led the case elsewhere."""

DepartureKind: TypeAlias = Literal[
    "skipped",
    "begun by hand",
    "ended by hand",
    "done outside",
    "corrected",
    "rolled back",
    "put off",
    "brought forward",
]
DEPARTURE_KINDS: tuple[DepartureKind, ...] = get_args(DepartureKind)

PROCEDURE = ""
"""The element of a step that is a whole procedure."""


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """Where something stands in the diagrams: the pathway whose diagram it is drawn on, and the element."""

    pathway: str
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One time that a step was come to, and how it ended (None: not yet); a whole procedure is a step too.

    ``drawn`` is where it stands, outermost first: the activities that call shared procedures, then the step itself. ``days`` are working
    days, ``hours`` whole hours by the clock; ``team`` is the one that had the case when the step was come to.
    """

    name: str
    drawn: tuple[Drawn, ...]
    team: str | None
    opened_on: date
    ended_on: date | None = None
    ending: Ending | None = None
    days: int | None = None
    hours: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateToKeep:
    """A date that was to be kept, as it stands after every correction; ``drawn`` ends with the activity that it is about."""

    name: str
    drawn: tuple[Drawn, ...]
    title: str
    kind: str
    team: str | None
    due_on: date
    met_on: date | None
    ended_on: date | None
    restated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One act beside the diagram, and the entry of the history that tells of it."""

    kind: DepartureKind
    position: int
    name: str
    drawn: tuple[Drawn, ...]
    team: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMeasured:
    """All of that for one case, up to the entry at ``position`` of its history."""

    case: str
    position: int
    steps: tuple[StepTaken, ...]
    dates: tuple[DateToKeep, ...]
    departures: tuple[Departure, ...]
