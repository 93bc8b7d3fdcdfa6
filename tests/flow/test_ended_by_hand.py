"""A plan whose pathway a manager ends by hand: it is not in force any more, its reviews end with it, and the history proves both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.start_pathway import StartPathway
from tests.office import Office

ASSESSMENT = "initial_assessment#1/assessment#1"
PLAN = "childs_plan#1/plan#1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


def in_force(office: Office) -> str:
    """A case with a child in need plan in force, whose first review is being prepared."""
    case = office.to_assessment()
    office.do("sam", case, f"{ASSESSMENT}/write#1", outcome="child_in_need_plan", significant_harm="no")
    office.do("pat", case, f"{ASSESSMENT}/authorise#1", decision="authorise")
    office.do("sam", case, f"{PLAN}/write#1")
    office.do("pat", case, f"{PLAN}/authorise#1", decision="authorise")
    return case


def test_a_plan_ended_by_hand_is_not_in_force_and_its_history_proves_it(office: Office) -> None:
    case = in_force(office)
    assert office.state(case).plans == ("child_in_need",)

    office.application.handle(
        EndPathway(
            command_id=office.command_id(),
            actor="pat",
            case_id=case,
            process="childs_plan#1",
            reason="The family has moved away.",
        )
    )

    (plan,) = office.view(case).plans
    assert (plan.kind, plan.ended) == ("child_in_need", date(2026, 3, 20))
    assert office.state(case).plans == ()
    assert office.tasks(case) == []
    followed = office.follow(case)
    assert not followed.faults
    assert followed.view is not None
    assert followed.view.plans == office.view(case).plans


def test_another_plan_may_be_begun_afterwards(office: Office) -> None:
    case = in_force(office)
    office.application.handle(
        EndPathway(
            command_id=office.command_id(),
            actor="pat",
            case_id=case,
            process="childs_plan#1",
            reason="It was begun on the wrong day.",
        )
    )

    office.application.handle(
        StartPathway(command_id=office.command_id(), actor="sam", case_id=case, pathway="childs_plan")
    )

    assert office.tasks(case) == ["childs_plan#2/plan#1/write#1"]
