"""The board's orders for open cases: foreseen case by case, carried out in batches, stopped and gone on with, undone; none moved twice and none lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine import Calendar
from ics_flow.board.orders import (
    NotToBeGoneOnWith,
    NotToBeStopped,
    NotToBeUndone,
    Progress,
    go_on,
    order_moves,
    order_recount,
    progress_of,
    stop,
    undo,
)
from ics_flow.board.plan import ProcessPlan, plans
from ics_flow.calendar import england
from ics_flow.store.orders import OrderRow
from tests import databases
from tests.replay.council import Council, found, release_files
from tests.replay.moves import another_release, published_ungated
from tests.replay.truth import require_truth

PATHWAY = "initial_assessment"
ASSESSMENT = "initial_assessment#1"
WRITE = "initial_assessment#1/assessment#1/write#1"
DUE = "initial_assessment#1/assessment#1/finalise_due#1"
FLOODED = england(added={date(2026, 3, 24): "Flood", date(2026, 3, 25): "Flood"})


class Changed:
    """A council with three open assessments and a contact, and new procedures in force that give twenty working days."""

    def __init__(self, council: Council, release: str) -> None:
        self.council = council
        self.release = release

    def order(self, choice: str = "move") -> OrderRow:
        with self.council.database.unit(self.council.clock) as unit:
            return order_moves(
                unit, self.release, {PATHWAY: choice}, by="owner", reason="The change of spring"
            )

    def recount(self, before: Calendar, after: Calendar) -> OrderRow | None:
        with self.council.database.unit(self.council.clock) as unit:
            return order_recount(unit, before, after, by="owner", reason="A flood")

    def work(self) -> None:
        while self.council.application.work_for_the_board():
            pass

    def progress(self, order: OrderRow) -> Progress:
        with self.council.database.reading() as reading:
            return progress_of(reading, order.id)

    def due(self) -> dict[str, date]:
        rows = self.council.sql("SELECT case_id, due_on FROM deadline_row WHERE name = ?", DUE)
        return {case: date.fromisoformat(str(due)) for case, due in rows}

    def sentences(self, order: OrderRow) -> dict[str, str | None]:
        with self.council.database.reading() as reading:
            return {each.case_id: each.sentence for each in reading.orders.cases(order.id)}

    def plans(self, choice: str = "move") -> tuple[ProcessPlan, ...]:
        calendar = self.council.application.calendar.hash
        with self.council.database.reading() as reading:
            found = plans(
                reading,
                self.council.application.archive,
                self.release,
                calendar,
                {PATHWAY: choice},
                self.council.clock(),
            )
            return tuple(found)


@pytest.fixture(scope="module")
def template(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The council with three assessments and a contact, two releases published."""
    folder = tmp_path_factory.mktemp("orders")
    url = databases.new(folder, "template", kept=True)
    found(url, release_files(root))
    council = Council(url)
    for _ in range(3):
        council.assess()
    council.contact()
    council.clock.advance(hours=1)
    published_ungated(council, another_release(release_files(root), days=20), england())
    council.close()
    return url


@pytest.fixture
def changed(template: str, tmp_path: Path) -> Iterator[Changed]:
    council = Council.copied(template, tmp_path, seed=1)
    council.numbers = iter(range(1_000, 2_000))  # type: ignore[assignment]
    council.clock.advance(hours=2)
    yield Changed(council, council.application.release.hash)
    council.close()


def test_every_case_that_can_be_moved_is_moved_and_none_loses_a_date(changed: Changed) -> None:
    order = changed.order()

    changed.work()

    progress = changed.progress(order)
    assert (progress.cases, progress.moved, progress.is_over) == (3, 3, True)
    assert progress.order.state == "done"
    assert set(changed.due().values()) == {date(2026, 4, 21)}
    assert len(changed.due()) == 3
    require_truth(changed.council)


def test_what_an_order_would_come_to_is_what_it_comes_to(changed: Changed) -> None:
    foreseen = changed.plans()
    assert {plan.fate for plan in foreseen} == {"moves with other dates"}
    assert {(each.before, each.after) for plan in foreseen for each in plan.dates} == {
        (date(2026, 4, 7), date(2026, 4, 21))
    }
    order = changed.order()

    changed.work()

    with changed.council.database.reading() as reading:
        cases = reading.orders.cases(order.id)
    assert [each.case_id for each in cases] == [plan.case for plan in foreseen]
    assert [each.changed["moved"][0]["after"] for each in cases] == ["2026-04-21"] * 3


def test_those_that_began_before_the_day_stay(changed: Changed) -> None:
    changed.council.clock.advance(days=3)
    later = changed.council.assess(received_on="2026-03-23")
    order = changed.order("2026-03-21")

    assert {plan.why for plan in changed.plans("2026-03-21")} == {
        "It began before the day from which on cases move."
    }
    changed.work()

    progress = changed.progress(order)
    assert (progress.moved, progress.stayed) == (0, 3)
    assert changed.due()[later] == date(2026, 4, 22)
    require_truth(changed.council)


def test_a_case_that_cannot_move_stays_as_it_is_and_says_what_was_done_when(
    changed: Changed, root: Path
) -> None:
    council = changed.council
    case = next(iter(sorted(changed.due())))
    council.complete(case, WRITE, by="sw", outcome="core_assessment", significant_harm="no")
    files = another_release(release_files(root), days=25)
    name = f"bpmn/{PATHWAY}.bpmn"
    files[name] = files[name].replace(b'"assessment"', b'"appraisal"')
    changed.release = published_ungated(council, files, england())
    stored = council.stored(case)
    (foreseen,) = [plan for plan in changed.plans() if plan.case == case]
    order = changed.order()

    changed.work()

    progress = changed.progress(order)
    assert (progress.moved, progress.cannot) == (2, 1)
    sentence = changed.sentences(order)[case] or ""
    assert sentence == foreseen.why
    assert sentence.startswith("“Initial assessment and Initial Plan”, done on 20 March 2026, would not fit.")
    assert council.stored(case) == stored
    require_truth(council)


def test_an_order_is_stopped_and_gone_on_with(changed: Changed) -> None:
    order = changed.order()
    assert changed.council.application.work_for_the_board(most=1) == 1
    with changed.council.database.unit(changed.council.clock) as unit:
        stop(unit, order.id)

    changed.work()
    assert (changed.progress(order).moved, changed.progress(order).left) == (1, 2)
    with changed.council.database.unit(changed.council.clock) as unit:
        go_on(unit, order.id)
    changed.work()

    assert changed.progress(order).moved == 3
    kinds = [changed.council.kinds(case)[-2:].count("case-restated") for case in changed.due()]
    assert kinds == [1, 1, 1]
    require_truth(changed.council)


def test_an_order_is_undone_but_in_cases_in_which_something_has_followed(changed: Changed) -> None:
    order = changed.order()
    changed.work()
    council = changed.council
    worked = next(iter(sorted(changed.due())))
    council.complete(worked, WRITE, by="sw", outcome="no_further_action")

    with council.database.unit(council.clock) as unit:
        undo(unit, order.id)
    changed.work()

    progress = changed.progress(order)
    assert (progress.undone, progress.moved, progress.order.state) == (2, 1, "done")
    assert "Somebody has done something" in (changed.sentences(order)[worked] or "")
    assert {due for case, due in changed.due().items() if case != worked} == {date(2026, 4, 7)}
    require_truth(council)


def test_what_is_under_way_is_neither_undone_nor_gone_on_with(changed: Changed) -> None:
    order = changed.order()
    with changed.council.database.unit(changed.council.clock) as unit:
        with pytest.raises(NotToBeUndone):
            undo(unit, order.id)
        with pytest.raises(NotToBeGoneOnWith):
            go_on(unit, order.id)
        stop(unit, order.id)
        with pytest.raises(NotToBeStopped):
            stop(unit, order.id)


def test_time_that_has_passed_is_written_before_a_case_is_moved(changed: Changed) -> None:
    changed.council.clock.advance(days=25)
    order = changed.order()

    changed.work()

    assert changed.progress(order).moved == 3
    assert changed.council.kinds(next(iter(changed.due())))[-2:] == ["timers-fired", "case-restated"]
    assert changed.council.sql("SELECT fired FROM deadline_row WHERE fired AND name = ?", DUE) == []
    require_truth(changed.council)


def test_a_case_whose_history_was_broken_holds_up_no_other(changed: Changed) -> None:
    council = changed.council
    case = sorted(changed.due())[1]
    databases.without_triggers(council.url)
    council.sql("DELETE FROM payload WHERE subject = ? AND name = 'steps' AND position = 3", f"case:{case}")
    order = changed.order()

    changed.work()

    progress = changed.progress(order)
    assert (progress.moved, progress.cannot, progress.order.state) == (2, 1, "done")
    assert "cannot be followed" in (changed.sentences(order)[case] or "")


def test_a_new_calendar_counts_again_the_cases_whose_dates_it_moves(changed: Changed, root: Path) -> None:
    council = changed.council
    before = council.application.calendar
    published_ungated(council, dict(council.application.release.files), FLOODED)
    order = changed.recount(before, FLOODED)
    assert order is not None

    changed.work()

    progress = changed.progress(order)
    assert (progress.moved, progress.cannot) == (3, 0)
    assert set(changed.due().values()) == {date(2026, 4, 9)}
    require_truth(council)
    assert changed.recount(FLOODED, FLOODED) is None
    again = changed.recount(before, FLOODED)
    assert again is not None
    changed.work()
    assert (changed.progress(again).moved, changed.progress(again).stayed) == (0, progress.cases)
