"""What an order for open cases would come to, found by replay before it is given: for every running process, whether it stays, moves, or cannot move and why.

Nothing is kept. Not here: carrying it out (``commands.carry_out_orders``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from ics_flow.board.orders import STAY, UNDER, Choice, chosen, is_to_move
from ics_flow.domain.history import Entry, Json
from ics_flow.domain.ids import case_subject
from ics_flow.domain.view import CaseView, ProcessView
from ics_flow.process.following import views
from ics_flow.process.moving import Planned, plan, told
from ics_flow.process.replay import Conflict
from ics_flow.process.restatement import Moved
from ics_flow.process.second_thought import givens_of
from ics_flow.process.world import Archive
from ics_flow.store import Reading

Fate: TypeAlias = Literal["stays", "moves", "moves with other dates", "cannot move"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPlan:
    """What would become of one running process; `dates` are those that would move, `come` and `gone` tasks and dates by name, `why` a sentence where it stays or cannot move."""

    case: str
    process: str
    pathway: str
    team: str | None
    fate: Fate
    dates: tuple[Moved, ...] = ()
    come: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    why: str = ""

    def to_json(self) -> dict[str, Json]:
        """The plan as JSON."""
        return {
            "case": self.case,
            "process": self.process,
            "pathway": self.pathway,
            "team": self.team,
            "fate": self.fate,
            "dates": [
                {
                    "title": each.title,
                    "before": each.before.isoformat(),
                    "after": each.after.isoformat(),
                }
                for each in self.dates
            ],
            "come": list(self.come),
            "gone": list(self.gone),
            "why": self.why,
        }


def plan_case(
    entries: Sequence[Entry],
    archive: Archive,
    release: str,
    calendar: str,
    choices: Mapping[str, Choice],
    at: datetime,
) -> tuple[ProcessPlan, ...]:
    """What would become of every process that runs in a case, from its history, if the order were carried out at that instant under that calendar."""
    *_, view = views(entries)
    moves = chosen(view, release, choices)
    givens = givens_of(entries, archive)
    world = archive.world(release, calendar)
    planned = plan(givens, view, moves, max(at, entries[-1].at), world)
    plans = _Plans(view, planned, lambda conflict: told(conflict, givens, entries, archive.pathways))
    return tuple(
        plans.of(process, choices.get(process.pathway, STAY), release)
        for process in view.processes
        if process.ended is None
    )


class _Plans:
    """The plans of one case, from what was planned for it as a whole."""

    def __init__(self, view: CaseView, planned: Planned, told: Callable[[Conflict], str]) -> None:
        self.view = view
        self.planned = planned
        self.refused = {move.process: told(conflict) for move, conflict in planned.refused}
        self.moving = {move.process for move in planned.moves}

    def of(self, process: ProcessView, choice: Choice, release: str) -> ProcessPlan:
        """What would become of one process; what the moves change in processes that stay is told with those."""
        name = process.name
        dates = tuple(each for each in self.planned.changed.moved if _within(each.name, name))
        come = tuple(each for each in self.planned.changed.appeared if _within(each, name))
        gone = tuple(each for each in self.planned.changed.gone if _within(each, name))
        fate: Fate = "moves with other dates" if dates else "moves"
        if name in self.refused:
            fate = "cannot move"
        elif name not in self.moving:
            fate = "stays"
        return ProcessPlan(
            case=self.view.case,
            process=name,
            pathway=process.pathway,
            team=self.view.team,
            fate=fate,
            dates=dates,
            come=come,
            gone=gone,
            why=self.refused.get(name)
            or (_why_it_stays(process, choice, release) if fate == "stays" else ""),
        )


def plans(
    reading: Reading,
    archive: Archive,
    release: str,
    calendar: str,
    choices: Mapping[str, Choice],
    at: datetime,
    cases: Iterable[str] | None = None,
) -> Iterator[ProcessPlan]:
    """The plans of every open case (of those given, where some are) in which a chosen pathway runs, one case after another."""
    moving = sorted(pathway for pathway, choice in choices.items() if choice != STAY)
    for case in reading.orders.running(moving, release) if cases is None else cases:
        entries = reading.history.read(case_subject(case))
        yield from plan_case(entries, archive, release, calendar, choices, at)


def _within(name: str, process: str) -> bool:
    return name == process or name.startswith(f"{process}/")


def _why_it_stays(process: ProcessView, choice: Choice, release: str) -> str:
    if process.release == release:
        return "It follows these procedures already."
    if choice == STAY or is_to_move(choice, process):
        return "Open cases of this procedure stay."
    if choice.startswith(UNDER):
        return "It does not follow the change."
    return "It began before the day from which on cases move."
