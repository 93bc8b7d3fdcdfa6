"""An authorisation taken back: the record waits for the manager again, who can reject it; what rests on it already is named and stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.errors import BuiltOn, NothingToRollBack, PermissionDenied, ReasonMissing
from ics_flow.commands.note_done_outside import NoteDoneOutside
from ics_flow.commands.roll_back import RollBack
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.process.correction import changes_in, rolled_back_in
from ics_flow.process.versions import versions
from tests.office import Office

CONTACT = "contact#1/record#1"
REFERRAL = "referral#1/record#1"
ASSESSMENT = "initial_assessment#1/assessment#1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


@pytest.fixture
def asking_afterwards(tmp_path: Path) -> Iterator[Office]:
    """The council with one more pathway: a record, and then what no pathway takes."""
    with closing(Office(tmp_path, extra=Path(__file__).parent)) as office:
        yield office


def roll_back(office: Office, case: str, record: str, by: str = "sue", reason: str = "Too early.") -> None:
    office.application.handle(
        RollBack(command_id=office.command_id(), actor=by, case_id=case, record=record, reason=reason)
    )


def referred(office: Office) -> str:
    """A case whose contact was authorised as a referral, on which nothing has been done since."""
    case = office.contact()
    office.do("tara", case, f"{CONTACT}/write#1", outcome="referral", contacted_on="2026-03-20")
    office.do("pat", case, f"{CONTACT}/authorise#1", decision="authorise")
    assert office.tasks(case) == [f"{REFERRAL}/write#1"]
    return case


def test_the_record_waits_for_the_managers_decision_again_and_what_had_opened_is_withdrawn(
    office: Office,
) -> None:
    case = referred(office)
    entries = office.history(case)

    roll_back(office, case, CONTACT)

    assert office.tasks(case) == [f"{CONTACT}/authorise#1"]
    assert not office.view(case).runs("referral")
    assert office.history(case)[:-1] == entries
    (*_, entry) = office.history(case)
    parts: Any = entry.parts
    assert entry.kind == "case-restated"
    assert rolled_back_in(parts["correction"]) == CONTACT
    assert changes_in(parts["correction"]) == ()
    assert parts["reason"] == "Too early."
    assert office.follow(case).faults == []


def test_the_manager_can_then_reject_it_and_the_amended_record_goes_its_way(office: Office) -> None:
    case = referred(office)
    roll_back(office, case, CONTACT)

    office.do("pat", case, f"{CONTACT}/authorise#1", decision="reject", reasons="It was another child.")
    office.do("tara", case, f"{CONTACT}/write#2", outcome="no_further_action", contacted_on="2026-03-20")
    office.do("pat", case, f"{CONTACT}/authorise#2", decision="authorise")

    assert office.tasks(case) == []
    made = versions(office.history(case))
    assert [(each.number, each.status) for each in made] == [(1, "sent back"), (2, "authorised")]
    assert made[0].rolled_back is not None
    assert (made[0].rolled_back.by, made[0].rolled_back.reason) == ("sue", "Too early.")
    assert (made[0].authorised_by, made[0].rolled_back.authorised_by) == (None, "pat")
    assert office.follow(case).faults == []


def test_a_record_that_is_authorised_again_may_be_rolled_back_again(office: Office) -> None:
    case = referred(office)
    for _ in range(2):
        roll_back(office, case, CONTACT)
        (version,) = versions(office.history(case))
        assert (version.number, version.status, version.decided) == (1, "rolled back", None)
        office.do("pat", case, f"{CONTACT}/authorise#1", decision="authorise")

    (version,) = versions(office.history(case))
    assert (version.number, version.status) == (1, "authorised")
    assert office.tasks(case) == [f"{REFERRAL}/write#1"]
    assert office.follow(case).faults == []


def test_a_closed_case_is_open_again_where_its_closure_is_rolled_back(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, f"{CONTACT}/write#1", outcome="no_further_action", contacted_on="2026-03-20")
    office.do("pat", case, f"{CONTACT}/authorise#1", decision="authorise")
    assert not office.view(case).is_open

    roll_back(office, case, CONTACT)

    assert office.view(case).is_open


def test_the_clock_of_the_decision_runs_on_from_where_it_began(office: Office) -> None:
    case = referred(office)
    office.clock.advance(days=60)

    roll_back(office, case, CONTACT)

    assert office.kinds(case)[-2:] == ["timers-fired", "case-restated"]
    assert office.tasks(case) == [f"{CONTACT}/authorise#1"]
    assert office.follow(case).faults == []


def test_what_rests_on_the_authorisation_is_named_and_nothing_is_changed(office: Office) -> None:
    case = referred(office)
    office.do("tara", case, f"{REFERRAL}/write#1", outcome="no_further_action", received_on="2026-03-20")
    before, view = office.history(case), office.view(case)

    with pytest.raises(
        BuiltOn, match="“Referral and Information Record” was done on 20 March 2026, and that rests on"
    ):
        roll_back(office, case, CONTACT)

    assert (office.history(case), office.view(case)) == (before, view)


def test_a_procedure_that_was_ended_since_rests_on_it_too(office: Office) -> None:
    case = referred(office)
    office.application.handle(
        EndPathway(
            command_id=office.command_id(), actor="pat", case_id=case, process="referral#1", reason="A slip."
        )
    )

    with pytest.raises(BuiltOn, match="“Referral” was ended on 20 March 2026"):
        roll_back(office, case, CONTACT)


def assessed(office: Office, **answers: object) -> str:
    """A case whose initial assessment was authorised with these answers."""
    case = office.to_assessment()
    office.do("sam", case, f"{ASSESSMENT}/write#1", **answers)
    office.do("pat", case, f"{ASSESSMENT}/authorise#1", decision="authorise")
    return case


def test_an_act_on_what_came_to_bear_the_name_of_something_else_rests_on_it(office: Office) -> None:
    case = assessed(office, outcome="core_assessment", significant_harm="discussion_needed")
    office.clock.advance(hours=1)
    office.application.handle(
        StartPathway(command_id=office.command_id(), actor="sam", case_id=case, pathway="strategy_discussion")
    )
    assert {"strategy_discussion#1", "strategy_discussion#2"} <= {
        each.name for each in office.view(case).processes
    }
    command = EndPathway(
        command_id=office.command_id(),
        actor="pat",
        case_id=case,
        process="strategy_discussion#1",
        reason="Not needed.",
    )
    office.application.handle(command)

    with pytest.raises(BuiltOn, match="“Strategy discussion” was ended"):
        roll_back(office, case, ASSESSMENT)


def test_what_was_done_outside_rests_on_what_asked_for_it(asking_afterwards: Office) -> None:
    office, record = asking_afterwards, "asked_afterwards#1/record#1"
    case = office.to_assessment()
    office.application.handle(
        StartPathway(command_id=office.command_id(), actor="sam", case_id=case, pathway="asked_afterwards")
    )
    office.do("sam", case, f"{record}/write#1")
    office.do("pat", case, f"{record}/authorise#1", decision="authorise")
    (asked,) = office.view(case).undelivered
    roll_back(office, case, record)
    assert office.view(case).undelivered == ()
    office.do("pat", case, f"{record}/authorise#1", decision="authorise")
    office.application.handle(
        NoteDoneOutside(
            command_id=office.command_id(), actor="sam", case_id=case, name=asked.name, note="Placed today."
        )
    )

    with pytest.raises(BuiltOn, match="what was to be done outside was done on 20 March 2026"):
        roll_back(office, case, record)


def test_what_is_done_elsewhere_in_the_case_stands(office: Office) -> None:
    case = assessed(office, outcome="core_assessment", significant_harm="no")
    office.application.handle(
        StartPathway(
            command_id=office.command_id(), actor="sam", case_id=case, pathway="background_information"
        )
    )
    (background,) = [task for task in office.tasks(case) if task.startswith("background_information")]

    roll_back(office, case, ASSESSMENT)

    assert set(office.tasks(case)) == {f"{ASSESSMENT}/authorise#1", background}
    assert office.follow(case).faults == []


def test_an_answer_of_the_decision_that_was_rolled_back_is_not_put_right_but_that_of_the_new_one(
    office: Office,
) -> None:
    case = referred(office)
    roll_back(office, case, CONTACT)
    correction = CorrectAnswers(
        command_id=office.command_id(),
        actor="pat",
        case_id=case,
        task=f"{CONTACT}/write#1",
        answers={"contacted_on": "2026-03-19"},
        reason="Mistyped",
    )

    office.application.handle(correction)
    office.do("pat", case, f"{CONTACT}/authorise#1", decision="authorise")

    made = versions(office.history(case))
    assert [(each.number, each.status) for each in made] == [(1, "rolled back"), (2, "authorised")]
    assert office.follow(case).faults == []


def test_only_who_has_the_right_may_and_only_with_a_reason(office: Office) -> None:
    case = referred(office)

    for worker in ("tara", "sam", "pat"):
        with pytest.raises(PermissionDenied):
            roll_back(office, case, CONTACT, by=worker)
    with pytest.raises(ReasonMissing):
        roll_back(office, case, CONTACT, reason=" ")


def test_a_record_that_is_not_authorised_is_not_rolled_back(office: Office) -> None:
    case = referred(office)

    with pytest.raises(NothingToRollBack):
        roll_back(office, case, REFERRAL)
    roll_back(office, case, CONTACT)
    with pytest.raises(NothingToRollBack):
        roll_back(office, case, CONTACT)
    with pytest.raises(NothingToRollBack):
        roll_back(office, case, "contact#9/record#1")
