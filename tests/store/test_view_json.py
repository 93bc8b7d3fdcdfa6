"""The view of a case as JSON and back, and the deadline that a task takes."""

import json
from dataclasses import replace
from datetime import date

import pytest

from ics_flow.domain.history import canonical
from ics_flow.domain.view import CaseView, DeadlineView
from tests.store.views import NOON, deadline, first_view, share, task


def test_a_view_comes_back_from_json_as_it_was() -> None:
    view = first_view()
    met = replace(view.deadlines[0], met_on=date(2026, 3, 24), met_recorded=NOON, ended=NOON)
    taken_back = replace(share("phil", 7), until=None, taken_back=NOON)
    view = replace(view, deadlines=(met, deadline("referral#1", 1)), shares=(share("cara"), taken_back))

    assert CaseView.from_json(json.loads(canonical(view.to_json()))) == view


def test_a_view_kept_before_there_were_shares_is_read_and_written_as_it_was() -> None:
    kept = first_view().to_json()

    assert "shares" not in kept
    assert CaseView.from_json(kept) == first_view()


def test_a_view_that_lacks_a_field_is_not_read() -> None:
    with pytest.raises(KeyError):
        CaseView.from_json({**first_view().to_json(), "deadlines": [{}]})


@pytest.mark.parametrize(
    ("deadlines", "taken"),
    [
        ((), None),
        ((deadline("a#1/b#1", 5),), 5),
        ((deadline("a#1/b#1/write#1", 7), deadline("a#1", 3)), 3),
        ((deadline("a#1/b#1/write#1", 2), deadline("a#1", 3)), 2),
        ((deadline("a#10", 1), deadline("a#1/b#1/write#1/x#1", 1)), None),
        ((deadline("a#1/b#1/write#11", 1), deadline("a#1/b", 1)), None),
        ((replace(deadline("a#1", 1), met_on=date(2026, 3, 20)), deadline("a#1", 4)), 4),
        ((replace(deadline("a#1", 1), ended=NOON), deadline("a#1", 4)), 4),
        ((replace(deadline("a#1", 1), fired=True), deadline("a#1", 4)), 1),
    ],
)
def test_a_task_takes_the_earliest_unmet_deadline_of_what_it_stands_in(
    deadlines: tuple[DeadlineView, ...], taken: int | None
) -> None:
    waiting = task("a#1/b#1/write#1")

    found = waiting.due(replace(first_view(), tasks=(waiting,), deadlines=deadlines))

    assert (found and (found.due - NOON).days) == taken
