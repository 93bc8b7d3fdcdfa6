"""Who has a plan, since when and in which category: folded from what the diagrams marked, and kept after it has ended."""

from __future__ import annotations

from datetime import UTC, date, datetime

from engine import PlanMarked
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import Taken
from ics_flow.process.fold import Happened, fold, forget, new_view
from ics_flow.process.inputs import TimePassed

AT = datetime(2026, 3, 20, 10, tzinfo=UTC)


def marked(view: CaseView, mark: str, on: date, category: str | None = None) -> CaseView:
    effect = PlanMarked(mark=mark, kind="child_protection", on=on, category=category)
    taken = Taken(process="initial_conference#1", instant=AT, effects=(effect,))
    return fold(
        view, Happened(position=view.position + 1, at=AT, actor="clock", given=TimePassed(), steps=(taken,))
    )


def test_a_plan_that_begins_again_while_it_is_in_force_goes_on_under_the_category_of_now() -> None:
    view = marked(new_view("c", "p"), "begins", date(2026, 3, 20), "NEG")

    view = marked(view, "begins", date(2026, 6, 20), "EMO")

    (plan,) = view.plans
    assert (plan.began, plan.first_category, plan.category, plan.ended) == (
        date(2026, 3, 20),
        "NEG",
        "EMO",
        None,
    )


def test_a_review_that_names_no_category_leaves_it_as_it_was() -> None:
    view = marked(new_view("c", "p"), "begins", date(2026, 3, 20), "NEG")

    (plan,) = marked(view, "begins", date(2026, 6, 20)).plans

    assert plan.category == "NEG"


def test_a_plan_that_ended_is_kept_and_the_next_is_another() -> None:
    view = marked(new_view("c", "p"), "begins", date(2026, 3, 20), "NEG")
    view = marked(view, "ends", date(2026, 9, 20))

    view = forget(marked(view, "begins", date(2027, 3, 1), "PHY"))

    assert [(plan.number, plan.began, plan.ended) for plan in view.plans] == [
        (1, date(2026, 3, 20), date(2026, 9, 20)),
        (2, date(2027, 3, 1), None),
    ]


def test_plans_travel_as_json() -> None:
    view = marked(new_view("c", "p"), "begins", date(2026, 3, 20), "NEG")

    assert CaseView.from_json(view.to_json()) == view


def test_a_view_without_plans_is_written_as_it_was_before_there_were_any() -> None:
    assert "plans" not in new_view("c", "p").to_json()
    assert CaseView.from_json(new_view("c", "p").to_json()) == new_view("c", "p")
