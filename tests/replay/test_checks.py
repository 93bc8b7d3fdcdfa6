"""The checks of ``truth`` see what they are there to see."""

from __future__ import annotations

import json

import pytest

from tests import databases
from tests.replay.council import Council
from tests.replay.truth import require_true_case, require_true_rows, require_truth

WRITE = "initial_assessment#1/assessment#1/write#1"


@pytest.fixture
def case(council: Council) -> str:
    case = council.assess()
    require_truth(council)
    return case


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM timer_row",
        "UPDATE task_row SET due_on = NULL",
        "UPDATE deadline_row SET fired = NOT fired",
        "DELETE FROM process_row WHERE ended IS NOT NULL",
        "UPDATE case_row SET open = NOT open",
    ],
)
def test_a_derived_row_that_does_not_follow_is_seen(council: Council, case: str, damage: str) -> None:
    council.sql(damage)

    with pytest.raises(AssertionError):
        require_true_rows(council)


def test_a_snapshot_that_does_not_follow_is_seen(council: Council, case: str) -> None:
    ((body,),) = council.sql("SELECT body FROM snapshot")
    snapshot = json.loads(body)
    snapshot["state"]["answers"] = {}
    council.sql("UPDATE snapshot SET body = ?", json.dumps(snapshot).encode())

    with pytest.raises(AssertionError):
        require_true_case(council, case)


def test_a_changed_byte_in_the_tables_is_seen(council: Council, case: str) -> None:
    databases.without_triggers(council.url)
    body = databases.replaced("body", "referral", "referrel")
    council.sql(f"UPDATE payload SET body = {body} WHERE position = 3")  # noqa: S608

    with pytest.raises(AssertionError, match="altered"):
        require_true_case(council, case)


def test_a_restart_loses_nothing(council: Council, case: str) -> None:
    before = council.standing(case)

    council.restart()

    assert council.standing(case) == before
    council.complete(case, WRITE, by="sw", outcome="core_assessment")
    require_truth(council)
