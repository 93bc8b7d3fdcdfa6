"""Plans that begin and end where the diagram says so, and records that are parts of one."""

from __future__ import annotations

from datetime import date

import pytest

import engine
from engine import Entered, Left, MessageThrown, PlanMarked, ProcessEnded, RecordMarked, TaskOpened, Withdrawn
from tests.unit.engine.drawing import box, drawn, path, start, stop, task
from tests.unit.engine.playing import FRIDAY, Playing

IN_TWO_PARTS = drawn(
    "p", start(), task("one", record="write", part="one"), task("two", record="write", part="two"),
    task("judge", other_than="two", part="two"), stop(record="authorised", part="one, two"),
    path("begin", "one", "two", "judge", "done"),
)  # fmt: skip


def lasting(ends_on: str = "=null") -> dict[str, bytes]:
    """A plan that begins with the pathway and ends with it."""
    return drawn(
        "p", start(plan="begins", plan_on="=held_on", plan_category="=category", plan_kind="child_protection"), task("write"),
        stop(plan="ends", plan_kind="child_protection", plan_on=ends_on), path("begin", "write", "done"),
    )  # fmt: skip


def test_a_plan_begins_on_its_day_under_its_category() -> None:
    playing = Playing(lasting(), {"held_on": date(2026, 3, 18), "category": "NEG"})

    assert playing.told(PlanMarked) == [
        PlanMarked(mark="begins", kind="child_protection", on=date(2026, 3, 18), category="NEG")
    ]


def test_a_plan_whose_day_nobody_knows_begins_on_the_day_of_the_step() -> None:
    playing = Playing(lasting(), {"held_on": None, "category": None})

    assert playing.told(PlanMarked) == [
        PlanMarked(mark="begins", kind="child_protection", on=FRIDAY.date(), category=None)
    ]


def test_a_plan_ends_on_the_day_that_the_diagram_names() -> None:
    playing = Playing(lasting("=ended_on"), {"held_on": None, "category": None})

    playing.complete("write#1", ended_on=date(2026, 3, 19))

    assert playing.told(PlanMarked) == [
        PlanMarked(mark="ends", kind="child_protection", on=date(2026, 3, 19))
    ]


def test_a_day_that_is_no_date_refuses_the_step() -> None:
    with pytest.raises(engine.BadValue, match="plan_on gives no date"):
        Playing(lasting(), {"held_on": "Wednesday", "category": None})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (drawn("p", start(plan="begins"), stop(), path("begin", "done")), "Say which kind of plan"),
        (drawn("p", start(plan="ends", plan_kind="child_protection"), stop(), path("begin", "done")), "plan = ends means nothing here"),
        (drawn("p", start(), task("write", part="one"), stop(), path("begin", "write", "done")), "there is no record here"),
    ],
)  # fmt: skip
def test_a_mark_that_means_nothing_is_refused(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(engine.Refused, match=said):
        engine.read_pathways(files)


def test_each_part_is_a_record_of_its_own() -> None:
    playing = Playing(IN_TWO_PARTS)
    first = playing.told(RecordMarked)
    playing.complete("one#1")

    assert [(each.scope, each.status) for each in (*first, *playing.told(RecordMarked))] == [
        ("one", "draft"),
        ("one", "finalised"),
        ("two", "draft"),
    ]


def test_the_parts_are_judged_by_one_task_and_authorised_together() -> None:
    playing = Playing(IN_TWO_PARTS)
    playing.complete("one#1")
    playing.complete("two#1")
    (judged,) = playing.told(TaskOpened)
    playing.complete("judge#1")

    assert (judged.record, judged.writes) == ("two", False)
    assert [(each.scope, each.status) for each in playing.told(RecordMarked)] == [
        ("one", "authorised"),
        ("two", "authorised"),
    ]


def test_a_record_may_be_called_otherwise_than_the_task_that_writes_it() -> None:
    files = drawn(
        "p", start(), task("write", record="write", title="Write the report", record_title="Report"), stop(),
        path("begin", "write", "done"),
    )  # fmt: skip
    playing = Playing(files)

    assert [each.title for each in playing.told(TaskOpened)] == ["Write the report"]
    assert [each.title for each in playing.told(RecordMarked)] == ["Report"]


ENDING_BY_HAND = drawn(
    "p", start(plan="begins", plan_kind="child_protection"), task("write"), stop(),
    stop(
        "given_up", message="m", payload={"ended_on": "=today()"}, endedByHand="yes", plan="ends",
        plan_kind="child_protection",
    ),
    path("begin", "write", "done"), messages=("m",),
)  # fmt: skip


def test_a_pathway_ended_by_hand_ends_where_the_diagram_says_so() -> None:
    playing = Playing(ENDING_BY_HAND)

    playing.end()

    assert playing.effects == (
        Withdrawn("write#1"),
        Entered("given_up#1"),
        MessageThrown(message="m", payload={"ended_on": FRIDAY.date()}, name="given_up#1"),
        PlanMarked(mark="ends", kind="child_protection", on=FRIDAY.date()),
        Left("given_up#1"),
        ProcessEnded(),
    )
    assert playing.state.ended


def test_a_pathway_that_is_not_ended_by_hand_never_comes_to_that_end() -> None:
    playing = Playing(ENDING_BY_HAND)

    playing.complete("write#1")

    assert playing.told(Entered) == [Entered("done#1")]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (drawn("p", start(endedByHand="yes"), stop(), path("begin", "done")), "belongs on an end event"),
        (drawn("p", start(), stop(endedByHand="no"), path("begin", "done")), "belongs on an end event"),
        (drawn("p", start(), stop(endedByHand="yes"), path("begin", "done")), "No arrow leads to an end by hand"),
        (
            drawn("p", start(), stop(), stop("a", endedByHand="yes"), stop("b", endedByHand="yes"), path("begin", "done")),
            "one end by hand",
        ),
        (
            drawn(
                "p", start(), box("inside", start("in"), stop("out"), stop("a", endedByHand="yes"), path("in", "out")),
                stop(), path("begin", "inside", "done"),
            ),
            "stands in no box",
        ),
    ],
)  # fmt: skip
def test_an_end_by_hand_that_means_nothing_is_refused(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(engine.Refused, match=said):
        engine.read_pathways(files)
