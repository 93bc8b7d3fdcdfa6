"""Time passes first, each timer at its own instant, and the day that fell due is the day that counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine import end_of, london_date, read_instant
from engine.calendar import LONDON
from ics_flow.domain.view import CaseView, DeadlineView
from ics_flow.process.following import views
from tests import databases
from tests.replay.council import Council
from tests.replay.truth import require_truth

CALL = "meeting_typed_late#1/call_meeting#1"
HOLD = "meeting_typed_late#1/hold_meeting#1"
MEETING_DUE = "meeting_typed_late#1/meeting_due#1"
WRITE = "initial_assessment#1/assessment#1/write#1"
MICROSECOND = timedelta(microseconds=1)


def deadlines(council: Council, case: str) -> dict[str, DeadlineView]:
    *_, last = views(council.entries(case))
    assert isinstance(last, CaseView)
    return {each.name: each for each in last.deadlines}


def instants(council: Council, case: str) -> list[datetime]:
    """The instants of the steps of the last entry that the clock wrote."""
    parts: Any = next(
        entry.parts for entry in reversed(council.entries(case)) if entry.kind == "timers-fired"
    )
    return [read_instant(step["instant"]) for step in parts["steps"]]


def meeting(council: Council, called_on: date) -> str:
    """A case in which a meeting was called on that day."""
    council.clock.set_to(datetime(called_on.year, called_on.month, called_on.day, 10, tzinfo=LONDON))
    case = council.contact()
    council.start(case, "meeting_typed_late")
    council.complete(case, CALL, by="sw", called_on=called_on.isoformat())
    return case


def test_a_late_post_records_the_timer_first(council: Council) -> None:
    case = council.assess(received_on="2026-03-20")
    before = len(council.kinds(case))
    council.clock.advance(days=30)

    council.complete(case, WRITE, by="sw")

    assert council.kinds(case)[before:] == ["timers-fired", "task-completed"]
    fired, completed = council.entries(case)[before:]
    assert (fired.actor, completed.actor) == ("clock", "sw")
    assert fired.at == completed.at
    assert instants(council, case) == [end_of(date(2026, 4, 7))]
    require_truth(council)


def test_a_post_in_time_records_no_timer(council: Council) -> None:
    case = council.assess(received_on="2026-03-20")
    before = len(council.kinds(case))
    council.clock.set_to(end_of(date(2026, 4, 7)) - MICROSECOND)

    council.complete(case, WRITE, by="sw")

    assert council.kinds(case)[before:] == ["task-completed"]
    assert council.application.tick() == 0
    require_truth(council)


@pytest.mark.parametrize(
    ("due_on", "last_second"),
    [
        (date(2026, 3, 26), "2026-03-26T23:59:59+00:00"),  # before the clocks go forward on 29 March
        (date(2026, 4, 7), "2026-04-07T22:59:59+00:00"),
        (date(2026, 10, 23), "2026-10-23T22:59:59+00:00"),
        (date(2026, 10, 26), "2026-10-26T23:59:59+00:00"),  # the day after the clocks have gone back
    ],
)
def test_the_last_second_of_the_due_day_is_in_time_and_the_next_is_late(
    council: Council, due_on: date, last_second: str
) -> None:
    case = meeting(council, council.application.calendar.working_days_after(due_on, -15))
    assert deadlines(council, case)[MEETING_DUE].due_on == due_on
    assert deadlines(council, case)[MEETING_DUE].due == datetime.fromisoformat(last_second) + timedelta(
        seconds=1
    )

    council.clock.set_to(datetime.fromisoformat(last_second))
    assert council.application.tick() == 0
    assert not deadlines(council, case)[MEETING_DUE].fired

    council.clock.advance(minutes=1 / 60)
    assert council.application.tick() == 1
    assert deadlines(council, case)[MEETING_DUE].fired
    assert instants(council, case) == [council.clock()]
    require_truth(council)


def test_a_day_on_which_the_clocks_change_ends_at_midnight_in_london(council: Council) -> None:
    """Reviews are counted in months, so they may fall due on the Sundays of the change."""
    for agreed_on, due, hours in (
        ("2025-09-29", "2026-03-29", 23),
        ("2026-04-25", "2026-10-25", 25),
    ):
        council.clock.set_to(datetime.fromisoformat(f"{agreed_on}T11:00:00+00:00") + timedelta(days=1))
        case = council.contact()
        council.start(case, "review_loop")
        council.complete(case, "review_loop#1/agree_plan#1", by="sw", plan_agreed_on=agreed_on)
        found = deadlines(council, case)["review_loop#1/review_due#1"]
        assert found.due_on.isoformat() == due
        assert found.due - end_of(found.due_on - timedelta(days=1)) == timedelta(hours=hours)
    require_truth(council)


@pytest.mark.parametrize(
    ("agreed_on", "due_on"),
    [("2025-08-31", "2026-02-28"), ("2027-08-31", "2028-02-29"), ("2025-12-31", "2026-06-30")],
)
def test_six_months_from_a_month_end_is_the_last_day_of_a_shorter_month(
    council: Council, agreed_on: str, due_on: str
) -> None:
    council.clock.set_to(datetime.fromisoformat(f"{agreed_on}T12:00:00+00:00"))
    case = council.contact()
    council.start(case, "review_loop")

    council.complete(case, "review_loop#1/agree_plan#1", by="sw", plan_agreed_on=agreed_on)

    assert deadlines(council, case)["review_loop#1/review_due#1"].due_on.isoformat() == due_on


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        ("2026-03-20", "2026-04-07"),  # over Good Friday and Easter Monday
        ("2026-12-18", "2027-01-06"),  # over Christmas, Boxing Day kept on the Monday, and New Year
        ("2026-05-01", "2026-05-18"),  # over the early May bank holiday
        ("2026-03-21", "2026-04-07"),  # received on a Saturday
    ],
)
def test_bank_holidays_and_weekends_do_not_count(council: Council, received_on: str, due_on: str) -> None:
    council.clock.set_to(datetime.fromisoformat(f"{received_on}T12:00:00+00:00"))

    case = council.assess(received_on=received_on)

    found = deadlines(council, case)["initial_assessment#1/assessment#1/finalise_due#1"]
    assert found.due_on.isoformat() == due_on


def test_timers_overdue_for_a_month_fire_in_order_of_their_due_each_at_its_own_instant(
    council: Council,
) -> None:
    council.clock.set_to(datetime(2026, 3, 20, 10, tzinfo=UTC))
    case = council.assess(received_on="2026-03-20")
    council.start(case, "review_loop")
    council.start(case, "meeting_typed_late")
    council.complete(case, "review_loop#1/agree_plan#1", by="sw", plan_agreed_on="2025-10-01")
    council.complete(case, CALL, by="sw", called_on="2026-03-20")
    before = len(council.kinds(case))
    council.clock.advance(days=60)

    assert council.application.tick() == 1

    assert council.kinds(case)[before:] == ["timers-fired"]
    dues = [end_of(day) for day in (date(2026, 4, 1), date(2026, 4, 7), date(2026, 4, 14))]
    assert instants(council, case) == dues
    assert council.entries(case)[-1].at == council.clock()
    require_truth(council)


def test_today_in_the_step_of_a_late_timer_is_the_day_that_fell_due(council: Council) -> None:
    """The step's own instant is midnight, when London has the next day already."""
    case = council.contact()
    council.start(case, "chaser")
    council.clock.advance(days=40)

    council.application.tick()

    (step,) = (step for step in _steps(council, case) if step["process"] == "chaser#1")
    opened = next(effect for effect in step["effects"] if effect["effect"] == "message-thrown")
    assert opened["payload"]["fell_due_on"] == {"date": "2026-03-25"}
    assert read_instant(step["instant"]) == end_of(date(2026, 3, 25))
    assert london_date(read_instant(step["instant"])) == date(2026, 3, 26)
    require_truth(council)


def test_a_meeting_typed_late_but_held_in_time_was_in_time(council: Council) -> None:
    case = meeting(council, date(2026, 3, 20))
    council.clock.advance(days=60)

    council.complete(case, HOLD, by="sw", held_on="2026-04-14")

    found = deadlines(council, case)[MEETING_DUE]
    assert (found.due_on, found.met_on, found.fired) == (date(2026, 4, 14), date(2026, 4, 14), True)
    assert found.met_recorded == council.clock()
    require_truth(council)


def test_a_clock_set_back_does_not_turn_the_history_round(council: Council) -> None:
    case = council.assess(received_on="2026-03-20")
    council.clock.advance(days=30)
    council.application.tick()
    latest = council.entries(case)[-1].at
    council.clock.set_to(datetime(2026, 3, 1, tzinfo=UTC))

    council.start(case, "meeting_typed_late")

    assert council.entries(case)[-1].at == latest
    assert council.kinds(case)[-2:] == ["timers-fired", "process-started"]
    require_truth(council)


def test_one_case_whose_timers_cannot_fire_does_not_hold_up_the_others(council: Council) -> None:
    council.contact()
    broken, whole = council.assess(), council.assess()
    databases.without_triggers(council.url)
    council.sql("UPDATE history SET header = ? WHERE subject = ?", b"x", f"case:{min(broken, whole)}")
    council.clock.advance(days=30)

    council.application.tick()

    assert council.kinds(max(broken, whole))[-1] == "timers-fired"


def _steps(council: Council, case: str) -> list[Any]:
    parts: Any = council.entries(case)[-1].parts
    return list(parts["steps"])
