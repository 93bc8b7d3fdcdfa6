"""One strategy discussion for brothers and sisters: begun and asked for in every child's history or in none, and a record of its own for each child."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.commands.begin_together import BeginTogether
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.errors import CaseNotFound, PermissionDenied
from ics_flow.commands.hold_together import HoldTogether
from ics_flow.commands.record_relative import RecordRelative
from ics_flow.commands.relate_persons import RelatePersons
from ics_flow.commands.siblings import NotDoneTogether
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.ids import case_subject
from ics_flow.process.correction import answers_at
from ics_flow.process.versions import Version, versions
from ics_flow.queries.people import Names
from ics_flow.queries.telling import tell
from ics_flow.verification import verify
from tests.office import Office

TODAY = date(2026, 3, 20)
REPORT = "strategy_discussion#1/report#1"
WRITE = "strategy_discussion#1/discussion#1/write#1"
AUTHORISE = "strategy_discussion#1/discussion#1/authorise#1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


def allocated(office: Office) -> str:
    """An open case of Sam's."""
    case = office.contact()
    office.do("tara", case, "contact#1/record#1/write#1", outcome="referral", contacted_on=TODAY)
    office.do("pat", case, "contact#1/record#1/authorise#1", decision="authorise")
    office.do("sam", case, "referral#1/record#1/write#1", outcome="initial_assessment", strategy_discussion="no", received_on=TODAY)  # fmt: skip
    office.do("pat", case, "referral#1/record#1/authorise#1", decision="authorise")
    office.do("pat", case, "referral#1/allocate#1", allocated_worker="sam")
    return case


def relate(office: Office, one: str, other: str, kind: str = "sibling") -> None:
    office.application.handle(
        RelatePersons(
            command_id=office.command_id(),
            actor="sue",
            person_id=office.view(one).person,
            other_id=office.view(other).person,
            kind=kind,
        )
    )


@pytest.fixture
def three(office: Office) -> tuple[str, str, str]:
    """Three open cases of Sam's, of brothers and sisters."""
    one, two, three = (allocated(office) for _ in range(3))
    relate(office, one, two)
    relate(office, one, three)
    relate(office, two, three)
    return one, two, three


def beginning(
    office: Office, case: str, *others: str, actor: str = "sam", pathway: str = "strategy_discussion"
) -> BeginTogether:
    return BeginTogether(
        command_id=office.command_id(), actor=actor, case_id=case, pathway=pathway, siblings=others
    )


def asking(office: Office, case: str, *others: str) -> HoldTogether:
    """The command that says once for all what was reported."""
    answers = office.answers(case, REPORT, reported_on=TODAY, concern="Bruises on both.", other_children="A cousin.")  # fmt: skip
    return HoldTogether(
        command_id=office.command_id(), actor="sam", case_id=case, task=REPORT, answers=answers, siblings=others
    )  # fmt: skip


def begun(office: Office, three: tuple[str, str, str]) -> None:
    """A discussion asked for once for the three."""
    office.application.handle(beginning(office, *three))
    office.application.handle(asking(office, *three))


def record_of(office: Office, case: str) -> Version:
    """The last version of the record of the discussion."""
    made = versions(office.history(case))
    return [version for version in made if version.form == "strategy_discussion"][-1]


def refused(office: Office, command: BeginTogether, why: str, *cases: str) -> None:
    """Nothing is written in any of the cases, and the sentence says why."""
    before = {case: office.history(case) for case in cases}
    with pytest.raises(NotDoneTogether, match=f"{why}, so nothing was done for any of the children"):
        office.application.handle(command)
    assert {case: office.history(case) for case in cases} == before


def test_it_begins_in_each_history_under_one_cause_which_names_the_others(
    office: Office, three: tuple[str, str, str]
) -> None:
    command = beginning(office, *three)

    outcome = office.application.handle(command)

    assert (outcome.case_id, outcome.opened) == (three[0], (REPORT,))
    for case in three:
        last = office.history(case)[-1]
        assert (last.kind, last.cause, last.actor) == ("process-started", command.command_id, "sam")
        assert last.parts["together"] == sorted(set(three) - {case})
        assert REPORT in office.tasks(case)
        with office.database.reading() as reading:
            *_, told = tell(office.history(case), office.application.release, Names(reading))
        assert told.sentence.endswith(", together with brothers and sisters")
        assert office.follow(case).faults == []
        assert verify(office.application, case_subject(case)).faults == ()


def test_what_was_reported_is_said_once_and_what_is_one_childs_is_not_said_of_another(
    office: Office, three: tuple[str, str, str]
) -> None:
    begun(office, three)

    said = [answers_at(entries, entries[-1].position) for entries in map(office.history, three)]
    assert {answers["concern"] for answers in said} == {"Bruises on both."}
    assert [answers["other_children"] for answers in said] == ["A cousin.", None, None]
    for case in three:
        assert WRITE in office.tasks(case)
        due = [
            each for each in office.view(case).deadlines if each.is_unmet and "discussion_due" in each.name
        ]
        assert [each.due_on for each in due] == [date(2026, 3, 25)]


def test_each_child_has_a_record_that_is_authorised_and_put_right_apart(
    office: Office, three: tuple[str, str, str]
) -> None:
    one, two, third = three
    begun(office, three)
    for case, reason in zip(three, ("First", "Second", "Third"), strict=True):
        office.do("sam", case, WRITE, held_on=TODAY, outcome="goes_on", reason=reason)

    office.do("sue", one, AUTHORISE, decision="authorise")
    office.do("sue", two, AUTHORISE, decision="reject", reasons="Say more.")
    office.application.handle(
        CorrectAnswers(
            command_id=office.command_id(),
            actor="pat",
            case_id=one,
            task=record_of(office, one).task,
            answers={"reason": "First, put right"},
            reason="A slip",
        )
    )

    assert [record_of(office, case).status for case in three] == ["corrected", "sent back", "finalised"]
    said = [answers_at(office.history(case), record_of(office, case).written)["reason"] for case in three]
    assert said == ["First, put right", "Second", "Third"]
    assert AUTHORISE in office.tasks(third)


def test_a_repeated_sending_begins_it_once(office: Office, three: tuple[str, str, str]) -> None:
    command = beginning(office, *three)

    first, second = office.application.handle(command), office.application.handle(command)

    assert first == second
    for case in three:
        assert [entry.cause for entry in office.history(case)].count(command.command_id) == 1


def test_where_the_same_waits_for_one_already_it_begins_for_none(
    office: Office, three: tuple[str, str, str]
) -> None:
    one, two, third = three
    office.application.handle(
        StartPathway(command_id=office.command_id(), actor="sam", case_id=third, pathway="strategy_discussion")
    )  # fmt: skip

    refused(office, beginning(office, *three), "the same waits already", *three)
    office.application.handle(beginning(office, one, two))


def test_whoever_may_not_begin_it_for_one_begins_it_for_none(
    office: Office, three: tuple[str, str, str]
) -> None:
    *_, third = three
    for actor in ("aud", "tara"):
        with pytest.raises((PermissionDenied, CaseNotFound)):
            office.application.handle(beginning(office, *three, actor=actor))
    office.application.handle(
        AllocateWorker(command_id=office.command_id(), actor="sue", case_id=third, worker="wes", reason="Moved.")
    )  # fmt: skip

    refused(office, beginning(office, *three[::-1], actor="wes"), "this is not yours to do", *three)


def test_a_child_whose_case_is_not_open_is_not_begun_for(office: Office, three: tuple[str, str, str]) -> None:
    one, two, _ = three
    closed = office.contact()
    office.do("tara", closed, "contact#1/record#1/write#1", outcome="no_further_action", contacted_on=TODAY)
    office.do("pat", closed, "contact#1/record#1/authorise#1", decision="authorise")
    assert not office.view(closed).is_open
    relate(office, one, closed)

    refused(office, beginning(office, one, two, closed, actor="sue"), "For one of the brothers and sisters: .*", one, two, closed)  # fmt: skip


def test_only_for_brothers_and_sisters_is_it_begun(office: Office, three: tuple[str, str, str]) -> None:
    one, *_ = three
    stranger, mother = allocated(office), allocated(office)
    relate(office, one, mother, kind="parent")

    for other in (stranger, mother, "nobody"):
        refused(
            office,
            beginning(office, one, other),
            "Only for brothers and sisters can this be done together",
            one,
        )


def test_a_mother_of_the_family_is_no_sister(office: Office, three: tuple[str, str, str]) -> None:
    one, *_ = three
    child = office.view(one).person
    outcome = office.application.handle(
        RecordRelative(
            command_id=office.command_id(), actor="sue", person_id=child, kind="parent", given_name="Mia", family_name="Example"
        )
    )  # fmt: skip
    assert outcome is not None

    with office.database.reading() as reading:
        (mother,) = (each.other_id for each in reading.persons.relatives(child) if each.kind == "parent")
        family = {each.person_id for each in reading.persons.family(str(reading.persons.of(child).family_id))}  # type: ignore[union-attr]
        assert mother in family
        assert mother not in reading.persons.siblings(child)


def test_a_pathway_whose_first_form_is_each_childs_own_is_begun_apart(
    office: Office, three: tuple[str, str, str]
) -> None:
    refused(
        office, beginning(office, *three, pathway="closure"), "This is begun for one child at a time", *three
    )
