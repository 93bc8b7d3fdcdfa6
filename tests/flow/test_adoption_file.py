"""An adopted child's file ends with its closing, where the diagram says so; another is opened, and which came after which stands in a history of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.errors import CaseNotFound, NameMissing, NoSuchWorker, PermissionDenied
from ics_flow.commands.open_file_after_adoption import (
    FileGoesOn,
    OpenedAfterwardsAlready,
    OpenFileAfterAdoption,
)
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.relate_persons import RelatePersons
from ics_flow.commands.roll_back import RollBack
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.ids import case_subject, person_subject
from ics_flow.process.apply import FileHasEnded
from ics_flow.queries.people import Names
from ics_flow.queries.telling import tell
from ics_flow.rebuild import rebuild
from ics_flow.store.persons import Person
from ics_flow.store.tables import DERIVED
from ics_flow.verification import verify
from tests import databases
from tests.office import Office

ASSESSMENT = "initial_assessment#1/assessment#1"
CLOSURE = "closure#1/record#1"
ADOPTED, NOT_IN_NEED = "RC1", "RC7"
LINKS = "SELECT before_case, after_case FROM adoption_row ORDER BY before_case"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


def closed(office: Office, reason: str = ADOPTED) -> str:
    """A case that was closed for that reason."""
    case = office.to_assessment()
    office.do("sam", case, f"{ASSESSMENT}/write#1", outcome="no_further_action", significant_harm="no")
    office.do("pat", case, f"{ASSESSMENT}/authorise#1", decision="authorise")
    office.do("sam", case, f"{CLOSURE}/write#1", outcome="close", closure_reason=reason)
    office.do("pat", case, f"{CLOSURE}/authorise#1", decision="authorise")
    assert not office.view(case).is_open
    return case


def contact_again(office: Office, case: str) -> None:
    office.application.handle(
        RecordContact(command_id=office.command_id(), actor="tara", person_id=office.view(case).person)
    )


def opening(office: Office, case: str, actor: str = "sue", given: str = "Zelda") -> OpenFileAfterAdoption:
    return OpenFileAfterAdoption(
        command_id=office.command_id(),
        actor=actor,
        case_id=case,
        given_name=given,
        family_name="Quillfeather",
    )


def opened_after(office: Office, case: str) -> str:
    """The file that is opened after the one that has ended."""
    after = office.application.handle(opening(office, case)).case_id
    assert after is not None
    return after


def correct_reason(office: Office, case: str, reason: str) -> None:
    office.application.handle(
        CorrectAnswers(
            command_id=office.command_id(),
            actor="pat",
            case_id=case,
            task=f"{CLOSURE}/write#1",
            answers={"closure_reason": reason},
            reason="It was written wrongly",
        )
    )


def person_of(office: Office, case: str) -> Person:
    with office.database.reading() as reading:
        found = reading.persons.of(office.view(case).person)
    assert found is not None
    return found


def subjects(office: Office, kind: str) -> list[str]:
    with office.database.reading() as reading:
        return [each for each in reading.history.subjects() if each.startswith(kind)]


def links(office: Office) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in databases.sql(office.url, LINKS)]


def written(office: Office, subject: str) -> str:
    """Every byte of a history, headers and parts, as text."""
    with office.database.reading() as reading:
        return repr(reading.history.stored(subject))


def derived(office: Office) -> dict[str, list[Any]]:
    return {
        table.name: sorted(databases.sql(office.url, f"SELECT * FROM {table.name}"), key=repr)  # noqa: S608
        for table in DERIVED
    }


def test_nothing_begins_in_a_file_that_ended_with_an_adoption(office: Office) -> None:
    case = closed(office)
    before = office.kinds(case)

    with pytest.raises(FileHasEnded):
        contact_again(office, case)
    for pathway in ("contact", "closure", "strategy_discussion"):
        start = StartPathway(command_id=office.command_id(), actor="sue", case_id=case, pathway=pathway)
        with pytest.raises(FileHasEnded):
            office.application.handle(start)

    assert office.kinds(case) == before
    assert office.state(case).over
    assert office.follow(case).faults == []


def test_a_case_closed_for_another_reason_is_opened_again_by_a_contact(office: Office) -> None:
    case = closed(office, NOT_IN_NEED)

    contact_again(office, case)

    assert office.view(case).is_open
    assert "over" not in office.state(case).encode(), (
        "what histories of earlier days are proved by is as it was"
    )


def test_the_history_says_that_the_file_ended(office: Office) -> None:
    case = closed(office)
    with office.database.reading() as reading:
        told = tell(office.history(case), office.application.release, Names(reading))

    assert "The case is closed, and the file with it for good" in repr(told[-1])


def test_the_file_does_not_end_while_other_work_runs(office: Office) -> None:
    case = office.to_assessment()
    closure = StartPathway(command_id=office.command_id(), actor="sam", case_id=case, pathway="closure")
    office.application.handle(closure)
    office.do("sam", case, f"{CLOSURE}/write#1", outcome="close", closure_reason=ADOPTED)

    with pytest.raises(Exception, match="cannot close while other work runs"):
        office.do("pat", case, f"{CLOSURE}/authorise#1", decision="authorise")

    assert office.view(case).is_open
    assert f"{ASSESSMENT}/write#1" in office.tasks(case)


def test_the_child_has_another_file_with_the_day_of_birth_and_nothing_else_of_the_first(
    office: Office,
) -> None:
    case = closed(office)
    aunt = office.contact(born=date(1990, 1, 1))
    related = RelatePersons(
        command_id=office.command_id(),
        actor="sue",
        person_id=office.view(case).person,
        other_id=office.view(aunt).person,
        kind="relative",
    )
    office.application.handle(related)

    after = opened_after(office, case)

    was, now = person_of(office, case), person_of(office, after)
    assert (now.given_name, now.family_name) == ("Zelda", "Quillfeather")
    assert now.born == was.born == date(2019, 5, 1)
    assert (now.address, now.expected) == (None, None)
    assert now.family_id not in (None, was.family_id)
    with office.database.reading() as reading:
        assert reading.persons.relatives(now.person_id) == ()
        assert reading.persons.siblings(now.person_id) == ()
        assert now.person_id not in reading.persons.siblings(was.person_id)
    assert office.kinds(after) == ["case-opened"]
    assert office.state(after).born == now.born


def test_the_new_file_is_one_like_any_other(office: Office) -> None:
    after = opened_after(office, closed(office))

    contact_again(office, after)

    assert office.tasks(after) == ["contact#1/record#1/write#1"]
    assert office.follow(after).faults == []


def test_neither_history_says_anything_of_the_other_file(office: Office) -> None:
    case = closed(office)
    entries = office.history(case)
    after = opened_after(office, case)
    was, now = office.view(case).person, office.view(after).person
    (link,) = subjects(office, "adoption:")

    assert office.history(case) == entries
    for subject in (case_subject(case), person_subject(was)):
        for needle in (after, now, link, "Zelda", "Quillfeather"):
            assert needle not in written(office, subject), subject
    for subject in (case_subject(after), person_subject(now)):
        for needle in (case, was, link, "Ava", "Example"):
            assert needle not in written(office, subject), subject
    assert case not in link
    assert after not in link
    assert case in written(office, link)
    assert after in written(office, link), "the search finds what is there"
    assert links(office) == [(case, after)]


@pytest.mark.parametrize("actor", ["tara", "sam", "pat", "aud", "wes"])
def test_only_those_who_may_know_open_it(office: Office, actor: str) -> None:
    case = closed(office)

    with pytest.raises(PermissionDenied):
        office.application.handle(opening(office, case, actor))

    assert links(office) == []
    assert subjects(office, "adoption:") == []
    assert len(subjects(office, "case:")) == 1


def test_no_file_is_opened_where_there_is_none_or_nobody_asks(office: Office) -> None:
    with pytest.raises(CaseNotFound):
        office.application.handle(opening(office, "aaaaaaaaaaaaaaaa"))
    with pytest.raises(NoSuchWorker):
        office.application.handle(opening(office, closed(office), actor="nobody"))


@pytest.mark.parametrize("reason", [NOT_IN_NEED, None])
def test_no_other_file_is_opened_while_the_first_goes_on(office: Office, reason: str | None) -> None:
    case = closed(office, reason) if reason else office.to_assessment()

    with pytest.raises(FileGoesOn):
        office.application.handle(opening(office, case))

    assert links(office) == []


def test_one_file_comes_after_another_and_no_second(office: Office) -> None:
    case = closed(office)
    command = opening(office, case)
    after = office.application.handle(command).case_id

    assert office.application.handle(command).case_id == after, "the same command again is the same file"
    with pytest.raises(OpenedAfterwardsAlready):
        office.application.handle(opening(office, case))

    assert links(office) == [(case, after)]
    assert len(subjects(office, "case:")) == 2


def test_what_is_refused_leaves_nothing_behind(office: Office) -> None:
    case = closed(office)
    nameless = OpenFileAfterAdoption(
        command_id=office.command_id(), actor="sue", case_id=case, given_name=" ", family_name=""
    )

    with pytest.raises(NameMissing):
        office.application.handle(nameless)

    assert len(subjects(office, "")) == len(
        {*subjects(office, "case:"), *subjects(office, "person:"), "council"}
    )
    assert links(office) == []


def test_the_history_of_the_adoption_is_proved_and_an_altered_one_is_found(office: Office) -> None:
    opened_after(office, closed(office))
    (link,) = subjects(office, "adoption:")
    assert verify(office.application, link).faults == ()

    databases.without_triggers(office.url)
    databases.sql(
        office.url,
        f"UPDATE payload SET body = (SELECT body FROM payload WHERE name = 'names' LIMIT 1) WHERE subject = '{link}'",  # noqa: S608
    )

    assert verify(office.application, link).faults


def test_the_rows_are_made_again_from_the_histories(office: Office) -> None:
    case = closed(office)
    after = opened_after(office, case)
    before = derived(office)
    databases.sql(office.url, "DELETE FROM adoption_row")
    assert links(office) == []

    assert rebuild(office.application, lambda _done, _of: None) == ()

    assert links(office) == [(case, after)]
    assert derived(office) == before
    with pytest.raises(FileHasEnded):
        contact_again(office, case)


def test_a_child_adopted_again_has_a_third_file(office: Office) -> None:
    first = closed(office)
    second = opened_after(office, first)
    office.application.handle(
        AllocateWorker(
            command_id=office.command_id(),
            actor="sue",
            case_id=second,
            worker="sam",
            reason="To be found by a team",
        )
    )
    contact_again(office, second)
    office.do(
        "tara", second, "contact#1/record#1/write#1", outcome="referral", contacted_on=date(2026, 3, 20)
    )
    office.do("pat", second, "contact#1/record#1/authorise#1", decision="authorise")
    office.application.handle(
        EndPathway(
            command_id=office.command_id(),
            actor="pat",
            case_id=second,
            process="referral#1",
            reason="No need",
        )
    )
    office.application.handle(
        StartPathway(command_id=office.command_id(), actor="sam", case_id=second, pathway="closure")
    )
    office.do("sam", second, f"{CLOSURE}/write#1", outcome="close", closure_reason=ADOPTED)
    office.do("pat", second, f"{CLOSURE}/authorise#1", decision="authorise")

    third = office.application.handle(opening(office, second, given="Yara")).case_id

    with office.database.reading() as reading:
        assert {(each.before_case, each.after_case) for each in reading.adoptions.of_case(second)} == {
            (first, second),
            (second, third),
        }
        assert len(reading.adoptions.of_case(first)) == 1


def test_a_closing_put_right_lets_the_file_go_on(office: Office) -> None:
    case = closed(office)

    correct_reason(office, case, NOT_IN_NEED)

    assert not office.state(case).over
    contact_again(office, case)
    assert office.view(case).is_open
    assert office.follow(case).faults == []


def test_a_closing_put_right_to_an_adoption_ends_the_file(office: Office) -> None:
    case = closed(office, NOT_IN_NEED)

    correct_reason(office, case, ADOPTED)

    assert office.state(case).over
    with pytest.raises(FileHasEnded):
        contact_again(office, case)


def test_a_file_that_went_on_does_not_end_in_its_past(office: Office) -> None:
    case = closed(office, NOT_IN_NEED)
    contact_again(office, case)

    correct_reason(office, case, ADOPTED)

    assert office.view(case).is_open, (
        "what was begun since is never dropped silently: the correction is on record as a conflict"
    )
    assert not office.state(case).over
    assert office.follow(case).faults == []


def test_a_closing_rolled_back_lets_the_file_go_on(office: Office) -> None:
    case = closed(office)

    office.application.handle(
        RollBack(
            command_id=office.command_id(),
            actor="sue",
            case_id=case,
            record=CLOSURE,
            reason="Not yet adopted",
        )
    )

    assert office.view(case).is_open
    assert not office.state(case).over
