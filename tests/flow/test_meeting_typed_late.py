"""A meeting held in time but typed after its date: the deadline is met on the day it was held, and what fired stays fired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import engine
from ics_flow.calendar import england
from ics_flow.domain.view import CaseView, DeadlineView
from ics_flow.process.apply import apply
from ics_flow.process.case import CaseState, World
from ics_flow.process.fold import Happened, fold, new_view
from ics_flow.process.inputs import Input, ProcessStarted, TaskCompleted, TimePassed

CALLED = datetime(2026, 3, 20, 10, tzinfo=UTC)
DUE = date(2026, 4, 14)  # fifteen working days on, Good Friday and Easter Monday left out
TASK = "meeting_typed_late#1/hold_meeting#1"


@dataclass
class Case:
    """A case with this one pathway, and the view that is folded from it."""

    world: World
    view: CaseView
    state: CaseState

    def take(self, given: Input, at: datetime) -> None:
        applied = apply(self.state, given, self.world, at)
        self.state = applied.state
        happened = Happened(
            position=self.view.position + 1, at=at, actor="worker", given=given, steps=applied.steps
        )
        self.view = fold(self.view, happened)

    def held(self, on: date, typed: datetime) -> None:
        """The meeting typed, after whatever time has brought."""
        self.take(TimePassed(), typed)
        self.take(TaskCompleted(task=TASK, form="meeting", data={"held_on": on}), typed)

    @property
    def deadline(self) -> DeadlineView:
        (deadline,) = self.view.deadlines
        return deadline


@pytest.fixture
def case(root: Path) -> Case:
    """The meeting called on 20 March 2026."""
    file = root / "tests/authored/pathways/meeting_typed_late.bpmn"
    pathways = engine.read_pathways({"bpmn/meeting_typed_late.bpmn": file.read_bytes()})
    world = World(pathways=lambda _: pathways, release="r", calendar=england())
    case = Case(world, new_view("case", "person"), CaseState())
    case.take(ProcessStarted(pathway="meeting_typed_late", data={}), CALLED)
    called = TaskCompleted(
        task="meeting_typed_late#1/call_meeting#1", form="call_meeting", data={"called_on": CALLED.date()}
    )
    case.take(called, CALLED)
    return case


def test_the_meeting_is_due_fifteen_working_days_on(case: Case) -> None:
    assert (case.deadline.due_on, case.deadline.fired, case.deadline.met_on) == (DUE, False, None)


def test_held_and_typed_in_time_the_deadline_is_met(case: Case) -> None:
    case.held(DUE, typed=CALLED + timedelta(days=25))

    assert (case.deadline.met_on, case.deadline.fired) == (DUE, False)


def test_typed_late_but_held_in_time_is_in_time_and_does_not_unfire_the_timer(case: Case) -> None:
    typed = CALLED + timedelta(days=40)

    case.held(DUE, typed)

    assert case.deadline.met_on == DUE <= case.deadline.due_on
    assert case.deadline.met_recorded == typed
    assert case.deadline.fired
    assert case.state.processes == {}


def test_held_late_is_late_however_it_is_typed(case: Case) -> None:
    case.held(DUE + timedelta(days=1), typed=CALLED + timedelta(days=40))

    assert case.deadline.met_on is not None
    assert case.deadline.met_on > case.deadline.due_on
    assert case.deadline.fired


def test_the_timer_fires_at_its_own_instant_before_what_was_typed(case: Case) -> None:
    typed = CALLED + timedelta(days=40)

    applied = apply(case.state, TimePassed(), case.world, typed)

    (step,) = applied.steps
    assert step.instant == engine.end_of(DUE)
    assert engine.TimerFired("meeting_due#1") in step.effects
