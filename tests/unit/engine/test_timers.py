"""When a timer is due, what it sees, and what withdraws it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

import engine
from engine import BadValue, NotDue, NotWaiting, TimerFired, TimerSet, Withdrawn
from tests.unit.engine.drawing import box, call, drawn, parallel, path, script, start, stop, task, timer
from tests.unit.engine.playing import FRIDAY, Playing

SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def waiting_for(due: str, **data: engine.Value) -> Playing:
    """A pathway that waits for the date, then for a task."""
    files = drawn(
        "p", start(), timer("wait", due), task("after"), stop(), path("begin", "wait", "after", "done")
    )
    return Playing(files, data)


def on_edge(due: str, *, interrupting: bool = True, **data: engine.Value) -> Playing:
    """A task with a timer on its edge, which leads to another task."""
    files = drawn(
        "p", start(), task("write"), stop(), path("begin", "write", "done"),
        timer("due", due, on="write", interrupting=interrupting), task("chase"), stop("late"),
        path("due", "chase", "late"),
    )  # fmt: skip
    return Playing(files, data)


# When it is due


@pytest.mark.parametrize(
    ("on", "over"),
    [
        ("2026-03-20", "2026-03-21T00:00"),
        ("2026-03-28", "2026-03-29T00:00"),  # the night before the clocks go forward
        ("2026-03-29", "2026-03-29T23:00"),  # the day of 23 hours
        ("2026-07-01", "2026-07-01T23:00"),
        ("2026-10-24", "2026-10-24T23:00"),  # the night before the clocks go back
        ("2026-10-25", "2026-10-26T00:00"),  # the day of 25 hours
    ],
)
def test_a_date_means_the_end_of_that_day_in_london(on: str, over: str) -> None:
    playing = waiting_for("=d", d=day(on))

    assert playing.dues == {"wait#1": utc(over)}


@pytest.mark.parametrize("on", ["2026-03-29", "2026-10-25", "2026-06-15"])
def test_the_whole_of_the_day_is_in_time(on: str) -> None:
    playing = waiting_for("=d", d=day(on))
    due = playing.dues["wait#1"]

    assert engine.london_date(due - SECOND) == day(on)
    assert engine.london_date(due) == day(on) + timedelta(days=1)


def test_a_timer_fires_at_its_due_to_the_instant() -> None:
    playing = waiting_for('=date and time("2026-03-20T12:00:00Z")')

    with pytest.raises(NotDue):
        playing.fire("wait#1", utc("2026-03-20T11:59:59.999999"))
    playing.fire("wait#1", utc("2026-03-20T12:00"))

    assert playing.tasks == ("after#1",)


def test_a_date_that_is_over_lets_the_pathway_go_on_at_once() -> None:
    playing = waiting_for("=d", d=FRIDAY.date() - timedelta(days=1))

    assert playing.tasks == ("after#1",)
    assert playing.told(TimerFired) == [TimerFired("wait#1")]


def test_an_instant_that_is_now_lets_the_pathway_go_on_at_once() -> None:
    assert waiting_for("=now()").tasks == ("after#1",)


def test_today_is_not_over_yet() -> None:
    assert waiting_for("=today()").tasks == ()


@pytest.mark.parametrize(
    ("agreed", "due"),
    [("2026-11-30", "2027-02-28"), ("2027-11-30", "2028-02-29"), ("2026-12-31", "2027-03-31")],
)
def test_months_end_at_the_months_end(agreed: str, due: str) -> None:
    playing = waiting_for('=d + duration("P3M")', d=day(agreed))

    (told,) = playing.told(TimerSet)
    assert told.due_on == day(due)


def test_an_instant_names_the_day_that_it_is_in_london() -> None:
    playing = waiting_for('=date and time("2026-06-30T23:30:00Z")')

    (told,) = playing.told(TimerSet)
    assert (told.due, told.due_on) == (utc("2026-06-30T23:30"), day("2026-07-01"))


def test_working_days_come_from_the_calendar_of_the_step() -> None:
    playing = waiting_for("=working_days_after(d, 10)", d=day("2026-03-27"))

    (told,) = playing.told(TimerSet)
    assert told.due_on == day("2026-04-14")  # Good Friday and Easter Monday left out


def test_a_date_that_is_not_known_sets_no_timer() -> None:
    playing = on_edge("=received_on")

    assert playing.dues == {}
    assert playing.told(TimerSet) == []
    with pytest.raises(NotDue):
        playing.fire("due#1")


@pytest.mark.parametrize("value", [5, "2026-03-20", True])
def test_what_is_no_date_sets_no_timer_but_is_refused(value: engine.Value) -> None:
    with pytest.raises(BadValue, match="gives no date"):
        waiting_for("=d", d=value)


def test_a_date_at_the_end_of_time_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadValue, match="too far away"):
        waiting_for("=d", d=date.max)


def test_a_date_at_the_beginning_of_time_is_over() -> None:
    assert waiting_for("=d", d=date.min).tasks == ("after#1",)


def test_a_date_beyond_the_calendar_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadValue, match="covers 2000 to 2040 only"):
        waiting_for("=working_days_after(d, 10)", d=day("2300-01-01"))


# What it sees


def test_a_due_stays_as_it_was_set() -> None:
    files = drawn(
        "p", start(), parallel("fork"), task("write"), task("amend"), parallel("meet"), stop(),
        timer("due", "=received_on", on="write", interrupting=False), stop("late"), path("due", "late"),
        path("begin", "fork", "write", "meet", "done"), path("fork", "amend", "meet"),
    )  # fmt: skip
    playing = Playing(files, {"received_on": day("2026-04-01")})
    before = playing.dues

    playing.complete("amend#1", received_on=day("2026-05-01"))

    assert playing.dues == before


def test_a_timer_sees_the_data_that_stand_when_its_activity_begins() -> None:
    files = drawn(
        "p", start(), task("first"), script("count", "due_on", '=received_on + duration("P7D")'), task("write"),
        timer("due", "=due_on", on="write"), stop(), stop("late"), path("due", "late"),
        path("begin", "first", "count", "write", "done"),
    )  # fmt: skip
    playing = Playing(files)

    playing.complete("first#1", received_on=day("2026-04-01"))

    (told,) = playing.told(TimerSet)
    assert told.due_on == day("2026-04-08")


def test_a_timers_branch_sees_the_data_of_the_moment_it_fires() -> None:
    files = drawn(
        "p", start(), parallel("fork"), task("write"), task("amend"), parallel("meet"), stop(),
        timer("due", '=date("2026-04-01")', on="write"), script("copy", "seen", "=status"), stop("late"),
        path("due", "copy", "late"), path("begin", "fork", "write", "meet", "done"), path("fork", "amend", "meet"),
    )  # fmt: skip
    playing = Playing(files, {"status": "old"})
    playing.complete("amend#1", status="new")

    playing.fire("due#1")

    assert playing.data["seen"] == "new"


def test_a_timers_step_runs_on_the_day_that_fell_due() -> None:
    files = drawn(
        "p", start(), timer("wait", '=date("2026-06-30")'), script("one", "day", "=today()"),
        script("two", "instant", "=now()"), stop(), task("after"), path("begin", "wait", "one", "two", "after", "done"),
    )  # fmt: skip
    playing = Playing(files)

    playing.fire("wait#1")

    assert playing.data == {"day": day("2026-06-30"), "instant": utc("2026-06-30T23:00")}


# In which order


def test_overdue_timers_fire_in_the_order_of_their_dues_each_at_its_own() -> None:
    timers = {"last": "2026-05-03", "first": "2026-05-01", "middle": "2026-05-02"}
    content = [start(), parallel("fork"), parallel("meet"), task("after"), stop(), path("begin", "fork")]
    for name, due in timers.items():
        content += [timer(name, f'=date("{due}")'), script(f"at_{name}", f"at_{name}", "=now()")]
        content += [path("fork", name, f"at_{name}", "meet")]
    playing = Playing(drawn("p", *content, path("meet", "after", "done")))

    fired = playing.let_pass(until=utc("2027-01-01"))

    assert fired == ["first#1", "middle#1", "last#1"]
    assert playing.data == {f"at_{name}": utc(f"{due}T23:00") for name, due in timers.items()}


def test_a_timer_that_a_late_timer_sets_is_counted_from_the_dues_instant() -> None:
    files = drawn(
        "p", start(), timer("one", '=date("2026-05-01")'), timer("two", '=today() + duration("P2D")'), task("after"),
        stop(), path("begin", "one", "two", "after", "done"),
    )  # fmt: skip
    playing = Playing(files)

    fired = playing.let_pass(until=utc("2027-01-01"))

    assert fired == ["one#1", "two#1"]
    assert playing.told(TimerFired) == [TimerFired("two#1")]


def test_timers_due_together_fire_in_the_order_of_their_names() -> None:
    content = [start(), parallel("fork"), parallel("meet"), task("after"), stop(), path("begin", "fork")]
    for name in ("b", "a"):
        content += [timer(name, '=date("2026-05-01")'), path("fork", name, "meet")]
    playing = Playing(drawn("p", *content, path("meet", "after", "done")))

    assert playing.let_pass(until=utc("2027-01-01")) == ["a#1", "b#1"]


# What withdraws it


def test_an_activitys_timer_is_withdrawn_with_it() -> None:
    playing = on_edge('=date("2026-04-01")')

    playing.complete("write#1")

    assert playing.state.ended
    assert playing.told(Withdrawn) == [Withdrawn("due#1")]


def test_an_interrupting_timer_ends_its_activity() -> None:
    playing = on_edge('=date("2026-04-01")')

    playing.fire("due#1")

    assert playing.tasks == ("chase#1",)
    assert playing.told(Withdrawn) == [Withdrawn("write#1")]


def test_a_timer_that_does_not_interrupt_fires_once_and_leaves_the_task() -> None:
    playing = on_edge('=date("2026-04-01")', interrupting=False)

    playing.fire("due#1")

    assert playing.tasks == ("write#1", "chase#1")
    assert playing.dues == {}
    with pytest.raises(NotWaiting):
        playing.fire("due#1")


def test_nested_timers_are_withdrawn_with_their_activity() -> None:
    inner = box(
        "stage", start("i_1"), timer("wait", '=date("2026-06-01")'), stop("i_2"), path("i_1", "wait", "i_2")
    )
    procedure = drawn(
        "procedure", start(), task("write"), timer("inner_due", '=date("2026-06-02")', on="write"), stop(),
        stop("late"), path("begin", "write", "done"), path("inner_due", "late"),
    )  # fmt: skip
    outer = drawn(
        "p", start(), box("whole", start("w_1"), parallel("fork"), call("record", "procedure"), inner, parallel("meet"),
                          stop("w_2"), path("w_1", "fork", "record", "meet", "w_2"), path("fork", "stage", "meet")),
        timer("due", '=date("2026-04-01")', on="whole"), stop(), task("chase"), stop("late"),
        path("begin", "whole", "done"), path("due", "chase", "late"),
    )  # fmt: skip
    playing = Playing(outer | procedure)
    assert set(playing.dues) == {"due#1", "whole#1/record#1/inner_due#1", "whole#1/stage#1/wait#1"}

    playing.fire("due#1")

    assert playing.dues == {}
    assert playing.tasks == ("chase#1",)
    assert {each.name for each in playing.told(Withdrawn)} == {
        "whole#1",
        "whole#1/record#1",
        "whole#1/record#1/write#1",
        "whole#1/record#1/inner_due#1",
        "whole#1/stage#1",
        "whole#1/stage#1/wait#1",
    }
