"""Records shared with people who read no file: written in the child's history, found by whom they are shared with, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.errors import CaseNotFound, NoSuchWorker, PermissionDenied, ReasonMissing
from ics_flow.commands.roll_back import RollBack
from ics_flow.commands.share_record import (
    LastDayIsOver,
    NotSharedWith,
    NotToBeShared,
    SharedAlready,
    ShareRecord,
)
from ics_flow.commands.skip_task import SkipTask
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.commands.take_back_share import NotShared, TakeBackShare
from ics_flow.domain.ids import case_subject
from ics_flow.domain.rights import Rights
from ics_flow.process.sharing import Share, asks_for_authorisation, shares
from ics_flow.process.versions import Version, versions
from ics_flow.queries.opened import NoSuchFile, open_file
from ics_flow.queries.people import Names
from ics_flow.queries.shared import NoLongerShared, open_shared, shared_with_me, to_share_with
from ics_flow.queries.standpoint import Standpoint
from ics_flow.queries.telling import tell
from ics_flow.rebuild import rebuild
from ics_flow.store.accounts import Account, worker_of
from ics_flow.verification import verify
from tests import databases
from tests.office import Office

GUESTS = (
    Account(worker_id="cara", username="cara", password_hash=None, name="Cara Carer", roles=("carer",), team=None, manager_id=None),
    Account(worker_id="phil", username="phil", password_hash=None, name="Phil Partner", roles=("partner",), team=None, manager_id=None),
    Account(worker_id="gone", username="gone", password_hash=None, name="Gone Carer", roles=("carer",), team=None, manager_id=None, active=False),
    Account(worker_id="cas", username="cas", password_hash=None, name="Cas Both", roles=("carer", "SW"), team="Duty", manager_id="pat"),
)  # fmt: skip
ROWS = 'SELECT case_id, position, worker_id, record, title, "by", at, until, taken_back FROM share_row ORDER BY case_id, position'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        with office.database.unit(office.clock) as unit:
            for account in GUESTS:
                unit.accounts.add(account)
        yield office


@pytest.fixture
def case(office: Office) -> str:
    return office.to_assessment()


def record(office: Office, case: str, title: str = "Contact") -> Version:
    """The newest version of the record called so."""
    made = versions(office.history(case))
    return next(version for version in reversed(made) if version.title.startswith(title))


def share(office: Office, case: str, worker: str = "cara", actor: str = "sam", **other: object) -> int:
    """Share the contact record, or another; gives the position of the entry that says so."""
    given = {"reason": "To care for Ava well", **other}
    if "record" not in given:
        given["record"] = record(office, case).position
    command = ShareRecord(
        command_id=office.command_id(),
        actor=actor,
        case_id=case,
        worker=worker,
        **given,  # type: ignore[arg-type]
    )
    position = office.application.handle(command).position
    assert position is not None
    return position


def take_back(office: Office, case: str, shared: int, actor: str = "sam", reason: str = "Moved") -> None:
    office.application.handle(
        TakeBackShare(command_id=office.command_id(), actor=actor, case_id=case, share=shared, reason=reason)
    )


def put_right(office: Office, case: str, referral: str) -> None:
    """Correct the day of the referral, on which a deadline hangs."""
    office.application.handle(
        CorrectAnswers(
            command_id=office.command_id(),
            actor="pat",
            case_id=case,
            task=referral,
            answers={"received_on": "2026-03-19"},
            reason="It came a day earlier",
        )
    )


def shared(office: Office, case: str) -> tuple[Share, ...]:
    return shares(office.history(case))


def seen_by(office: Office, worker: str) -> Standpoint:
    with office.database.reading() as reading:
        account = reading.accounts.of(worker)
    assert account is not None
    return Standpoint(
        worker=worker_of(account),
        at=office.application.now(),
        release=office.application.release,
        calendar=office.application.calendar,
        archive=office.application.archive,
    )


def found_by(office: Office, worker: str) -> list[tuple[str, list[str]]]:
    """The children and titles that the worker finds."""
    with office.database.reading() as reading:
        found = shared_with_me(reading, seen_by(office, worker))
    return [(each.child.name, [share.title for share in each.shares]) for each in found]


def open_it(office: Office, worker: str, case: str, position: int) -> str:
    """What the worker reads of the record."""
    with office.database.reading() as reading:
        return open_shared(reading, seen_by(office, worker), case, position).record.version.title


def test_what_is_shared_stands_in_the_history_and_is_found_by_whom_it_is_shared_with(
    office: Office, case: str
) -> None:
    at = record(office, case).position

    position = share(office, case, until=date(2026, 4, 20))

    (found,) = shared(office, case)
    assert (found.position, found.record, found.worker, found.by) == (position, at, "cara", "sam")
    assert (found.until, found.reason, found.taken_back) == (
        date(2026, 4, 20),
        "To care for Ava well",
        None,
    )
    assert office.kinds(case)[-1] == "record-shared"
    assert found_by(office, "cara") == [("Ava Example", [record(office, case).title])]
    assert open_it(office, "cara", case, at) == record(office, case).title
    assert found_by(office, "phil") == []
    with pytest.raises(NoSuchFile):
        open_it(office, "phil", case, at)


def test_nothing_else_of_the_file_is_opened_by_it(office: Office, case: str) -> None:
    share(office, case)

    with office.database.reading() as reading, pytest.raises(NoSuchFile):
        open_file(reading, seen_by(office, "cara"), case)
    with pytest.raises(NoSuchFile):
        open_it(office, "cara", case, record(office, case, "Referral").position)
    with pytest.raises(PermissionDenied):
        share(office, case, actor="cara", worker="phil")


def test_what_is_taken_back_is_found_no_more_and_stays_on_the_record(office: Office, case: str) -> None:
    at = record(office, case).position
    position = share(office, case)

    with pytest.raises(ReasonMissing):
        take_back(office, case, position, reason=" ")
    with pytest.raises(PermissionDenied):
        take_back(office, case, position, actor="aud")
    take_back(office, case, position, actor="pat")

    (found,) = shared(office, case)
    assert found.taken_back is not None
    assert (found.taken_back.by, found.taken_back.reason) == ("pat", "Moved")
    assert office.kinds(case)[-1] == "share-taken-back"
    assert found_by(office, "cara") == []
    with pytest.raises(NoLongerShared):
        open_it(office, "cara", case, at)
    with pytest.raises(NotShared):
        take_back(office, case, position)

    share(office, case)

    assert open_it(office, "cara", case, at)


def test_the_last_day_is_the_last_on_which_it_is_read(office: Office, case: str) -> None:
    at = record(office, case).position
    position = share(office, case, until=date(2026, 3, 23))

    office.clock.set_to(office.clock().replace(day=23, hour=23, minute=59))
    assert open_it(office, "cara", case, at)
    office.clock.set_to(office.clock().replace(day=24, hour=0, minute=0))

    assert found_by(office, "cara") == []
    with pytest.raises(NoLongerShared):
        open_it(office, "cara", case, at)
    with pytest.raises(NotShared):
        take_back(office, case, position)
    share(office, case, until=date(2026, 3, 24))
    assert open_it(office, "cara", case, at)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"actor": "tara"}, PermissionDenied),
        ({"actor": "aud"}, PermissionDenied),
        ({"actor": "wes"}, PermissionDenied),
        ({"case": "no such case"}, CaseNotFound),
        ({"worker": "ro"}, NotSharedWith),
        ({"worker": "cas"}, NotSharedWith),
        ({"worker": "gone"}, NoSuchWorker),
        ({"worker": "nobody"}, NoSuchWorker),
        ({"record": 1}, NotToBeShared),
        ({"record": 9_999}, NotToBeShared),
        ({"until": date(2026, 3, 19)}, LastDayIsOver),
        ({"reason": "  "}, ReasonMissing),
    ],
)
def test_what_may_not_be_shared_is_refused_and_leaves_nothing(
    office: Office, case: str, given: dict[str, object], refused: type[Exception]
) -> None:
    before = office.kinds(case)
    at = {"record": record(office, case).position, **given}
    of = str(at.pop("case", case))

    with pytest.raises(refused):
        share(office, of, **at)  # type: ignore[arg-type]

    assert office.kinds(case) == before
    assert databases.sql(office.url, ROWS) == []


def test_one_record_is_shared_with_one_person_once_at_a_time(office: Office, case: str) -> None:
    share(office, case)

    with pytest.raises(SharedAlready):
        share(office, case)
    share(office, case, "phil")

    assert found_by(office, "phil") == found_by(office, "cara")


def test_only_the_version_that_stands_is_shared_and_stays_the_one_that_is_read(
    office: Office, case: str
) -> None:
    first = record(office, case, "Referral")
    share(office, case, record=first.position)

    put_right(office, case, first.task)

    second = record(office, case, "Referral")
    assert (second.number, second.position > first.position) == (first.number + 1, True)
    assert open_it(office, "cara", case, first.position)
    with pytest.raises(NoSuchFile):
        open_it(office, "cara", case, second.position)
    with pytest.raises(NotToBeShared):
        share(office, case, "phil", record=first.position)
    share(office, case, "phil", record=second.position)
    assert verify(office.application, case_subject(case)).faults == ()


def test_a_record_that_was_rolled_back_is_not_shared_until_it_is_authorised_again(
    office: Office, case: str
) -> None:
    office.do("sam", case, "initial_assessment#1/assessment#1/write#1", outcome="no_further_action")
    office.do("pat", case, "initial_assessment#1/assessment#1/authorise#1", decision="authorise")
    assessment = record(office, case, "Initial")
    earlier = share(office, case, record=assessment.position)
    with office.database.unit(office.clock) as unit:
        unit.accounts.add(
            Account(worker_id="help", username="help", password_hash=None, name="Help", roles=("helpdesk",), team=None, manager_id=None)
        )  # fmt: skip

    office.application.handle(
        RollBack(
            command_id=office.command_id(),
            actor="help",
            case_id=case,
            record=assessment.scope,
            reason="By mistake",
        )
    )

    assert [each.position for each in office.view(case).shares] == [earlier]
    assert open_it(office, "cara", case, assessment.position)
    with pytest.raises(NotToBeShared):
        share(office, case, "phil", record=assessment.position)
    assert verify(office.application, case_subject(case)).faults == ()


def test_what_waits_for_authorisation_is_not_shared_and_what_needs_none_is(office: Office, case: str) -> None:
    office.do("sam", case, "initial_assessment#1/assessment#1/write#1", outcome="no_further_action")
    with pytest.raises(NotToBeShared):
        share(office, case, record=record(office, case, "Initial").position)
    office.do("pat", case, "initial_assessment#1/assessment#1/authorise#1", decision="authorise")
    share(office, case, record=record(office, case, "Initial").position)

    started = StartPathway(
        command_id=office.command_id(), actor="sam", case_id=case, pathway="background_information"
    )
    office.application.handle(started)
    office.do("sam", case, "background_information#1/begin_record#1", checked="checked")
    background = record(office, case, "Background")

    assert background.authorised_by is None
    assert share(office, case, record=background.position)


@pytest.mark.parametrize(
    ("task", "asked"),
    [
        ("core_assessment#1/assess_5_10#1/write#1", True),
        ("child_protection_plan#1/revision#1/plan#1/part_one#1", True),
        ("child_protection_plan#1/revision#1/plan#1/part_two#1", True),
        ("initial_conference#1/meeting#1/report#1/write#2", True),
        ("initial_conference#1/meeting#1/arrange#1", False),
        ("placement#1/placing#1/carers_given#1/write#1", False),
        ("background_information#1/complete_record#1", False),
    ],
)
def test_whether_a_record_is_to_be_authorised_is_read_from_the_diagram_that_it_is_drawn_in(
    office: Office, task: str, asked: bool
) -> None:
    assert asks_for_authorisation(office.application.release.pathways, task) == asked


def test_a_record_that_nobody_wrote_is_not_shared(office: Office, case: str) -> None:
    office.application.handle(
        SkipTask(
            command_id=office.command_id(),
            actor="pat",
            case_id=case,
            task="initial_assessment#1/assessment#1/write#1",
            reason="Done on paper",
        )
    )
    office.do("sue", case, "initial_assessment#1/assessment#1/authorise#1", decision="authorise")

    skipped = record(office, case, "Initial")
    assert (skipped.status, skipped.skipped is None) == ("authorised", False)
    with pytest.raises(NotToBeShared):
        share(office, case, record=skipped.position)


def test_what_is_shared_outlives_the_closing_of_the_case_and_can_be_taken_back_after_it(
    office: Office, case: str
) -> None:
    at, position = record(office, case).position, share(office, case)
    office.do("sam", case, "initial_assessment#1/assessment#1/write#1", outcome="no_further_action")
    office.do("pat", case, "initial_assessment#1/assessment#1/authorise#1", decision="authorise")
    office.do("sam", case, "closure#1/record#1/write#1", outcome="close")
    office.do("pat", case, "closure#1/record#1/authorise#1", decision="authorise")
    assert not office.view(case).is_open

    assert open_it(office, "cara", case, at)
    take_back(office, case, position)
    with pytest.raises(NoLongerShared):
        open_it(office, "cara", case, at)


def test_a_case_that_is_thought_through_again_keeps_its_shares(office: Office, case: str) -> None:
    share(office, case, until=date(2026, 4, 20))
    take_back(office, case, share(office, case, "phil"))
    rows = databases.sql(office.url, ROWS)
    standing = office.view(case).shares

    put_right(office, case, record(office, case, "Referral").task)

    assert office.kinds(case)[-1] == "case-restated"
    assert databases.sql(office.url, ROWS) == rows
    assert office.view(case).shares == standing
    assert verify(office.application, case_subject(case)).faults == ()
    assert rebuild(office.application, lambda _done, _of: None) == ()
    assert databases.sql(office.url, ROWS) == rows
    assert found_by(office, "cara") != []


def test_the_history_verifies_and_rebuild_makes_the_same_rows(office: Office, case: str) -> None:
    share(office, case, until=date(2026, 4, 20))
    position = share(office, case, "phil")
    take_back(office, case, position)
    rows = databases.sql(office.url, ROWS)
    assert len(rows) == 2
    view = office.view(case)

    assert verify(office.application, case_subject(case)).faults == ()
    followed = office.follow(case)
    assert followed.faults == []
    assert rebuild(office.application, lambda _done, _of: None) == ()

    assert databases.sql(office.url, ROWS) == rows
    assert office.view(case) == view
    assert [(each.worker, each.taken_back is None) for each in view.shares] == [("cara", True)]


def test_a_row_that_was_altered_is_put_right_by_rebuild(office: Office, case: str) -> None:
    share(office, case)
    rows = databases.sql(office.url, ROWS)
    databases.sql(office.url, "UPDATE share_row SET worker_id = 'phil'")
    assert found_by(office, "phil") != []  # the negative control: rows are what is asked

    rebuild(office.application, lambda _done, _of: None)

    assert databases.sql(office.url, ROWS) == rows
    assert found_by(office, "phil") == []


def test_what_happened_is_told_in_words(office: Office, case: str) -> None:
    position = share(office, case, until=date(2026, 4, 20))
    take_back(office, case, position)

    with office.database.reading() as reading:
        told = tell(office.history(case), office.application.release, Names(reading))

    title = record(office, case).title
    assert [(each.sentence, each.reason) for each in told[-2:]] == [
        (f"{title} was shared with Cara Carer, until 20 April 2026", "To care for Ava well"),
        (f"{title} is no longer shared with Cara Carer", "Moved"),
    ]


def test_who_can_be_shared_with_is_whoever_reads_only_what_is_shared(office: Office) -> None:
    with office.database.reading() as reading:
        people = to_share_with(reading, seen_by(office, "sam"))

    assert [each.id for each in people] == ["cara", "phil"]


def test_who_may_share_is_said_in_the_rights(root: Path) -> None:
    rights = Rights.read("bpmn/rights.yaml", (root / "bpmn/rights.yaml").read_bytes())

    assert rights.may_do_beside["share"] == ("SW", "SWRO", "PM", "SM")
    assert {role for role in rights.reach if rights.reach[role] == "shared"} == {"carer", "partner"}
