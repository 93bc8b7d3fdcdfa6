"""One conference for brothers and sisters: arranged in every child's history or in none, and from then on each child's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.commands.errors import PermissionDenied
from ics_flow.commands.hold_together import HoldTogether
from ics_flow.commands.relate_persons import RelatePersons
from ics_flow.commands.save_draft import SaveDraft
from ics_flow.commands.siblings import NotDoneTogether
from ics_flow.domain.forms.together import NOT_SAID
from ics_flow.domain.ids import case_subject
from ics_flow.process.correction import answers_at
from ics_flow.queries.people import Names
from ics_flow.queries.telling import tell
from ics_flow.verification import verify
from tests.office import Office

TODAY = date(2026, 3, 20)
ARRANGE = "initial_conference#1/meeting#1/arrange#1"
COMMON: Mapping[str, Any] = {
    "planned_on": "2026-04-08",
    "planned_at": "10.00",
    "place": "The town hall",
    "attendees": [{"who": "Mia Example", "kind": "family", "invited": "letter", "attending": "yes"}],
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


def to_conference(office: Office) -> str:
    """A case whose initial conference is to be arranged by Sam."""
    case = office.contact()
    office.do("tara", case, "contact#1/record#1/write#1", outcome="referral", contacted_on=TODAY)
    office.do("pat", case, "contact#1/record#1/authorise#1", decision="authorise")
    office.do("sam", case, "referral#1/record#1/write#1", outcome="strategy_discussion", received_on=TODAY)
    office.do("pat", case, "referral#1/record#1/authorise#1", decision="authorise")
    office.do("pat", case, "referral#1/allocate#1", allocated_worker="sam")
    office.do("sam", case, "discussion#1/write#1", held_on=TODAY, outcome="section_47")
    office.do("sue", case, "discussion#1/authorise#1", decision="authorise")
    office.do("sam", case, "enquiries#1/write#1", outcome="conference")
    office.do("sue", case, "enquiries#1/authorise#1", decision="authorise")
    return case


def relate(office: Office, one: str, other: str) -> None:
    office.application.handle(
        RelatePersons(
            command_id=office.command_id(),
            actor="sue",
            person_id=office.view(one).person,
            other_id=office.view(other).person,
            kind="half-sibling",
        )
    )


@pytest.fixture
def siblings(office: Office) -> tuple[str, str]:
    """Two cases of half-siblings, for both of whom a conference is to be arranged."""
    one, other = to_conference(office), to_conference(office)
    relate(office, one, other)
    return one, other


def together(office: Office, case: str, *others: str, actor: str = "sam") -> HoldTogether:
    """The command that arranges the case's conference together with those of others."""
    answers = office.answers(case, ARRANGE, child_wants="By a drawing.", **COMMON)
    return HoldTogether(
        command_id=office.command_id(), actor=actor, case_id=case, task=ARRANGE, answers=answers, siblings=others
    )  # fmt: skip


def arranged(office: Office, case: str) -> dict[str, object]:
    """The answers of the last entry of the case."""
    entries = office.history(case)
    return answers_at(entries, entries[-1].position)


def test_the_meeting_is_arranged_in_each_history_under_one_cause(
    office: Office, siblings: tuple[str, str]
) -> None:
    one, other = siblings
    command = together(office, one, other)

    office.application.handle(command)

    for case, with_case in ((one, other), (other, one)):
        last = office.history(case)[-1]
        assert (last.kind, last.cause, last.actor) == ("task-completed", command.command_id, "sam")
        assert last.parts["together"] == [with_case]
        assert ARRANGE not in office.tasks(case)
        answers = arranged(office, case)
        assert (answers["planned_on"], answers["place"]) == ("2026-04-08", "The town hall")
        assert "Mia Example" in str(answers["attendees"])
        assert office.follow(case).faults == []
        with office.database.reading() as reading:
            *_, told = tell(office.history(case), office.application.release, Names(reading))
        assert told.sentence.endswith(", together with a brother or sister")
        assert verify(office.application, case_subject(case)).faults == ()


def test_what_is_said_of_the_child_is_not_said_of_the_other(
    office: Office, siblings: tuple[str, str]
) -> None:
    one, other = siblings

    office.application.handle(together(office, one, other))

    assert arranged(office, one)["child_wants"] == "By a drawing."
    assert "child_wants" not in {key for key, answer in arranged(office, other).items() if answer}
    assert arranged(office, other)["child_wants_not_known_reason"] == NOT_SAID


def test_what_was_drafted_of_the_other_child_is_kept(office: Office, siblings: tuple[str, str]) -> None:
    one, other = siblings
    office.application.handle(
        SaveDraft(
            command_id=office.command_id(),
            actor="sam",
            case_id=other,
            task=ARRANGE,
            answers={"child_wants": "To be there with an aunt.", "place": "Somewhere else"},
            version=0,
        )
    )

    office.application.handle(together(office, one, other))

    answers = arranged(office, other)
    assert (answers["child_wants"], answers["place"]) == ("To be there with an aunt.", "The town hall")
    with office.database.reading() as reading:
        assert reading.drafts.of(other, ARRANGE) == ()


def test_a_repeated_sending_arranges_it_once(office: Office, siblings: tuple[str, str]) -> None:
    one, other = siblings
    command = together(office, one, other)

    first, second = office.application.handle(command), office.application.handle(command)

    assert first == second
    for case in siblings:
        assert [entry.cause for entry in office.history(case)].count(command.command_id) == 1


def test_where_it_waits_for_one_no_more_nothing_is_written_for_any(
    office: Office, siblings: tuple[str, str]
) -> None:
    one, other = siblings
    third = to_conference(office)
    relate(office, one, third)
    office.do("sam", third, ARRANGE)
    before = {case: office.history(case) for case in (one, other, third)}

    with pytest.raises(NotDoneTogether, match="does not wait any more, so nothing was done for any"):
        office.application.handle(together(office, one, other, third))

    assert {case: office.history(case) for case in before} == before
    assert ARRANGE in office.tasks(one)
    assert ARRANGE in office.tasks(other)


def test_a_child_who_is_not_related_is_not_arranged_for(office: Office, siblings: tuple[str, str]) -> None:
    one, _ = siblings
    stranger = to_conference(office)

    for other in (stranger, "nobody"):
        with pytest.raises(NotDoneTogether, match="Only for brothers and sisters"):
            office.application.handle(together(office, one, other))

    assert ARRANGE in office.tasks(one)


def test_whoever_may_not_do_it_for_one_does_it_for_none(office: Office, siblings: tuple[str, str]) -> None:
    one, other = siblings
    with pytest.raises(PermissionDenied):
        office.application.handle(together(office, one, other, actor="aud"))
    office.application.handle(
        AllocateWorker(
            command_id=office.command_id(), actor="sue", case_id=other, worker="wes", reason="They moved."
        )
    )

    with pytest.raises(NotDoneTogether, match="not yours to do"):
        office.application.handle(together(office, one, other))

    assert ARRANGE in office.tasks(one)
    assert ARRANGE in office.tasks(other)


def test_the_outcome_is_each_childs_own(office: Office, siblings: tuple[str, str]) -> None:
    one, other = siblings
    office.application.handle(together(office, one, other))

    office.do("sam", one, "meeting#1/report#1/write#1")
    office.do("pat", one, "meeting#1/report#1/authorise#1", decision="authorise")

    assert "initial_conference#1/meeting#1/outcome#1" in office.tasks(one)
    assert "initial_conference#1/meeting#1/report#1/write#1" in office.tasks(other)
