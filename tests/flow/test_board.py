"""The change board: anybody asks for a change, the board decides, never whoever drew it, and what was approved takes effect on its day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from ics_flow.board.drafts import draft_of, files_of
from ics_flow.board.findings import parts_of
from ics_flow.board.keeping import board_of, change_of
from ics_flow.board.request import ChangeRequest
from ics_flow.commands import board_meetings as meetings
from ics_flow.commands import change_requests as requests
from ics_flow.commands import proposals
from ics_flow.commands.change_draft import SaveDraftFile
from ics_flow.commands.command import Command
from ics_flow.commands.errors import PermissionDenied, ReasonMissing
from ics_flow.commands.note_tried import NoteTried
from ics_flow.commands.open_release_draft import OpenReleaseDraft
from ics_flow.domain.ids import change_subject
from ics_flow.domain.release import Release, hash_of
from ics_flow.rebuild import rebuild
from ics_flow.store.accounts import Account
from ics_flow.verification import verify
from tests.office import Office

AREA = "Referral and assessment"
ASSESSMENT = "bpmn/initial_assessment.bpmn"
MEETING = date(2026, 4, 7)
TODAY = date(2026, 3, 20)
BOARD = {
    "olive": "process_owner",
    "mo": "board_member",
    "bea": "board_member",
    "cy": "board_member",
    "hal": "helpdesk",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        with office.database.unit(office.clock) as unit:
            for name, role in BOARD.items():
                unit.accounts.add(
                    Account(
                        worker_id=name,
                        username=name,
                        password_hash=None,
                        name=f"{name.title()} Board",
                        roles=(role,),
                        team=None,
                        manager_id=None,
                    )
                )
        yield office


def send(office: Office, command: type[Command], by: str, /, **given: object) -> str:
    """Handle a command; gives its id."""
    number = office.command_id()
    office.application.handle(command(command_id=number, actor=by, **given))
    return number


def raised(office: Office, by: str = "sam", **given: Any) -> str:
    wanted = {
        "title": "A shorter clock for initial assessments",
        "wish": "Nine working days.",
        "why": "Families wait.",
        "area": AREA,
    }
    return send(office, requests.RaiseChange, by, **{**wanted, **given})


def drafted(office: Office, change: str, days: int = 9, by: str = "olive") -> str:
    draft = send(office, OpenReleaseDraft, by, request=change, title=f"{days} days")
    with office.application.reading() as reading:
        body = files_of(reading, draft_of(reading, draft))[ASSESSMENT]
    body = re.sub(rb"(working_days_after\(received_on, )\d+", rb"\g<1>%d" % days, body)
    send(office, SaveDraftFile, by, draft=draft, name=ASSESSMENT, body=body)
    return draft


def played(office: Office, change: str, draft: str, *, passed: bool = True) -> None:
    with office.application.reading() as reading:
        release, scenarios = parts_of(files_of(reading, draft_of(reading, draft)))
    send(
        office,
        NoteTried,
        "olive",
        change=change,
        kind="scenarios",
        release=hash_of(release),
        scenarios=hash_of(scenarios),
        passed=passed,
        found="All as expected.",
    )


def put(office: Office, change: str, draft: str, by: str = "olive", **given: Any) -> None:
    wanted = {"effective_on": TODAY, "notes": "Initial assessments now have nine working days."}
    send(office, proposals.ProposeChange, by, change=change, draft=draft, **{**wanted, **given})


def before_the_board(office: Office, **given: Any) -> str:
    """A change that waits for the board's decision."""
    change = raised(office)
    draft = drafted(office, change)
    played(office, change, draft)
    put(office, change, draft, **given)
    return change


def approved(office: Office, **given: Any) -> str:
    change = before_the_board(office, **given)
    for member in ("mo", "bea"):
        decide(office, change, member)
    return change


def decide(office: Office, change: str, by: str, *, approves: bool = True, words: str = "") -> None:
    send(office, proposals.DecideOnProposal, by, change=change, approves=approves, words=words)


def found(office: Office, change: str) -> ChangeRequest:
    with office.application.reading() as reading:
        return change_of(reading, change)


def days_of(release: Release) -> int:
    clock = re.search(rb"working_days_after\(received_on, (\d+)", release.files[ASSESSMENT])
    assert clock is not None
    return int(clock[1])


# Requests and meetings


def test_anybody_asks_for_a_change_and_everybody_sees_what_becomes_of_it(office: Office) -> None:
    change = raised(office, by="ro")
    send(office, requests.DiscussChange, "tara", change=change, words="We see this every week.")
    send(office, meetings.CallMeeting, "hal", on=MEETING, where="Town hall")
    send(office, requests.PutOnAgenda, "mo", change=change, meeting=MEETING)
    assert found(office, change).state == "on the agenda"
    send(office, requests.SettleChange, "mo", change=change, fate="to be drafted", words="Agreed.")

    request = found(office, change)

    assert (request.state, request.raised_by) == ("to be drafted", "ro")
    assert [each.words for each in request.said] == ["We see this every week.", "To be drafted. Agreed."]
    with office.application.reading() as reading:
        assert [row.title for row in reading.board.for_meeting(MEETING)] == [request.title]


def test_only_the_helpdesk_asks_for_a_caller(office: Office) -> None:
    assert found(office, raised(office, by="hal", caller="A worker of the West team")).caller
    with pytest.raises(PermissionDenied):
        raised(office, by="sam", caller="Somebody")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"why": " "}, requests.WishMissing),
        ({"area": "Moon"}, requests.NoSuchArea),
        ({"wish": "x" * 20_001}, requests.TooLong),
    ],
)
def test_a_request_says_what_why_and_for_whom(
    office: Office, given: Mapping[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        raised(office, **given)


def test_a_meeting_is_called_asked_to_and_minuted_once(office: Office) -> None:
    send(office, meetings.CallMeeting, "mo", on=MEETING, where="Town hall")
    send(
        office,
        meetings.NoteComingLaw,
        "mo",
        title="A new census",
        starts=date(2027, 4, 1),
        source="Circular 1",
    )
    send(office, meetings.NameRepresentative, "mo", area=AREA, worker="pat")
    send(office, meetings.AskToAttend, "sam", on=MEETING)
    minutes = {"on": MEETING, "words": "Talked.", "actions": (("Draw it", "Olive", date(2026, 4, 20)),)}
    send(office, meetings.PublishMinutes, "hal", **minutes)

    with office.application.reading() as reading:
        board = board_of(reading)

    meeting = board.meetings[MEETING]
    assert (meeting.guests, meeting.minutes, meeting.actions[0].who) == (("sam",), "Talked.", "Olive")
    assert board.representatives == {AREA: "pat"}
    assert [law.title for law in board.law_from(TODAY)] == ["A new census"]
    with pytest.raises(meetings.MinutesThere):
        send(office, meetings.PublishMinutes, "hal", **minutes)
    with pytest.raises(requests.MeetingIsOver):
        send(office, requests.PutOnAgenda, "mo", change=raised(office), meeting=MEETING)


def test_who_does_not_keep_the_board_calls_no_meeting(office: Office) -> None:
    with pytest.raises(PermissionDenied):
        send(office, meetings.CallMeeting, "sam", on=MEETING, where="Town hall")


# Put to the board, and decided


def test_a_draft_goes_to_the_board_only_with_its_scenarios_played_as_it_is(office: Office) -> None:
    change = raised(office)
    draft = drafted(office, change)
    played(office, change, draft, passed=False)
    with pytest.raises(proposals.ScenariosNotPlayed):
        put(office, change, draft)
    played(office, change, draft)
    drafted_again = drafted(office, change, days=8)
    with pytest.raises(proposals.ScenariosNotPlayed):
        put(office, change, drafted_again)

    put(office, change, draft)

    assert found(office, change).state == "before the board"


def test_a_draft_that_the_gate_refuses_is_not_put_to_the_board(office: Office) -> None:
    change = raised(office)
    draft = drafted(office, change, days=30)  # the law allows ten
    played(office, change, draft)
    with pytest.raises(proposals.DraftFails, match="one thing is wrong"):
        put(office, change, draft)


def test_a_draft_of_another_request_and_a_day_gone_by_are_refused(office: Office) -> None:
    change, other = raised(office), raised(office)
    draft = drafted(office, change)
    played(office, change, draft)
    with pytest.raises(proposals.DraftOfAnotherRequest):
        put(office, other, draft)
    with pytest.raises(proposals.TakesEffectInThePast):
        put(office, change, draft, effective_on=date(2026, 3, 19))
    with pytest.raises(proposals.TrialEndsFirst):
        put(office, change, draft, until=TODAY)
    with pytest.raises(proposals.ChoiceUnknown):
        put(office, change, draft, open_cases={"referral": "move"})
    with pytest.raises(proposals.NotesMissing):
        put(office, change, draft, notes=" ")


def test_whoever_drew_it_never_approves_it(office: Office) -> None:
    with office.database.unit(office.clock) as unit:
        account = unit.accounts.of("mo")
        assert account is not None
        unit.accounts.add(
            Account(worker_id="both", username="both", password_hash=None, name="Both", roles=("process_owner", "board_member"), team=None, manager_id=None)
        )  # fmt: skip
    change = raised(office)
    draft = drafted(office, change, by="both")
    played(office, change, draft)
    put(office, change, draft)

    with pytest.raises(proposals.AuthorMayNotApprove):
        decide(office, change, "both")


def test_who_saved_a_file_that_somebody_else_saved_since_drew_it_too(office: Office) -> None:
    with office.database.unit(office.clock) as unit:
        unit.accounts.add(
            Account(worker_id="both", username="both", password_hash=None, name="Both", roles=("process_owner", "board_member"), team=None, manager_id=None)
        )  # fmt: skip
    change = raised(office)
    draft = drafted(office, change)
    with office.application.reading() as reading:
        body = files_of(reading, draft_of(reading, draft))[ASSESSMENT]
    for version, by in ((1, "both"), (2, "olive")):
        given = {"draft": draft, "name": ASSESSMENT, "version": version}
        send(office, SaveDraftFile, by, body=body + b"\n" * version, **given)
    played(office, change, draft)
    put(office, change, draft)

    with pytest.raises(proposals.AuthorMayNotApprove):
        decide(office, change, "both")


def test_the_database_itself_refuses_an_authors_approval(office: Office) -> None:
    change = before_the_board(office)
    with pytest.raises(DatabaseError, match="Nobody approves what they drew"), office.database.unit(office.clock) as unit:  # fmt: skip
        unit.board.decide(change, 1, "olive", approves=True, at=unit.at)
    with office.database.unit(office.clock) as unit:
        unit.board.decide(change, 1, "mo", approves=True, at=unit.at)


def test_enough_members_approve_and_none_twice(office: Office) -> None:
    change = before_the_board(office)
    decide(office, change, "mo")
    assert found(office, change).state == "before the board"
    with pytest.raises(proposals.DecidedAlready):
        decide(office, change, "mo")
    with pytest.raises(PermissionDenied):
        decide(office, change, "hal")
    decide(office, change, "bea")
    assert found(office, change).state == "approved"
    with pytest.raises(proposals.NothingBeforeTheBoard):
        decide(office, change, "cy")


def test_enough_members_refuse_with_a_reason_and_another_draft_may_come(office: Office) -> None:
    change = before_the_board(office)
    with pytest.raises(ReasonMissing):
        decide(office, change, "mo", approves=False)
    for member in ("mo", "cy"):
        decide(office, change, member, approves=False, words="Too short.")
    assert found(office, change).state == "refused"
    draft = drafted(office, change, days=8)
    played(office, change, draft)
    put(office, change, draft)
    assert found(office, change).state == "before the board"


def test_a_proposal_is_taken_back_by_who_drew_it_and_by_nobody_else(office: Office) -> None:
    change = before_the_board(office)
    with pytest.raises(PermissionDenied):
        send(office, proposals.WithdrawProposal, "sam", change=change, reason="No.")
    send(office, proposals.WithdrawProposal, "olive", change=change, reason="A slip.")
    assert found(office, change).state == "raised"
    with pytest.raises(proposals.NothingBeforeTheBoard):
        decide(office, change, "mo")


# Taking effect


def test_an_approved_change_takes_effect_on_its_day_and_not_before(office: Office) -> None:
    change = approved(office, effective_on=date(2026, 3, 23))
    assert office.application.let_changes_take_effect() == 0
    assert days_of(office.application.release) == 10
    office.clock.advance(days=3)

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 9
    assert found(office, change).state == "in force"
    assert office.application.let_changes_take_effect() == 0
    case = office.to_assessment()
    assert office.view(case).deadlines


def test_a_trial_ends_after_its_last_day_and_the_release_before_is_in_force_again(office: Office) -> None:
    change = approved(office, until=date(2026, 3, 27))
    office.application.let_changes_take_effect()
    office.clock.advance(days=7)
    assert office.application.let_changes_take_effect() == 0
    assert days_of(office.application.release) == 9
    office.clock.advance(days=1)

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 10
    assert found(office, change).state == "taken back"


def test_a_trial_that_another_release_was_built_on_does_not_end_by_itself(office: Office) -> None:
    trial = approved(office, until=date(2026, 3, 27))
    office.application.let_changes_take_effect()
    other = raised(office)
    draft = drafted(office, other, days=8)
    played(office, other, draft)
    put(office, other, draft)
    decide(office, other, "mo")
    decide(office, other, "bea")
    office.application.let_changes_take_effect()
    office.clock.advance(days=9)

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 8
    assert found(office, trial).in_force is not None
    assert office.application.let_changes_take_effect() == 0


def test_a_change_over_something_no_longer_in_force_is_held_up(office: Office) -> None:
    late = approved(office, effective_on=date(2026, 3, 24))
    early = approved(office)
    office.application.let_changes_take_effect()
    office.clock.advance(days=4)

    assert office.application.let_changes_take_effect() == 1

    assert (found(office, early).state, found(office, late).state) == ("in force", "held up")


def test_a_change_is_taken_back_by_the_board_as_it_was_approved(office: Office) -> None:
    change = approved(office)
    office.application.let_changes_take_effect()
    with pytest.raises(PermissionDenied):
        send(office, proposals.ProposeWithdrawal, "sam", change=change, effective_on=TODAY, notes="Back.")
    send(office, proposals.ProposeWithdrawal, "cy", change=change, effective_on=TODAY, notes="Back to ten.")
    with pytest.raises(proposals.AuthorMayNotApprove):
        decide(office, change, "cy")
    decide(office, change, "mo")
    decide(office, change, "bea")

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 10
    assert found(office, change).state == "taken back"


def test_a_refused_withdrawal_leaves_the_change_in_force(office: Office) -> None:
    change = approved(office)
    office.application.let_changes_take_effect()
    send(office, proposals.ProposeWithdrawal, "cy", change=change, effective_on=TODAY, notes="Back.")
    for member in ("mo", "bea"):
        decide(office, change, member, approves=False, words="It helps.")

    assert found(office, change).state == "in force"


def test_who_a_change_touches_reads_its_note_until_it_is_put_away(office: Office) -> None:
    change = approved(office)
    office.application.let_changes_take_effect()
    since = office.clock()
    with office.database.unit(office.clock) as unit:
        assert [row.change_id for row in unit.board.notes("sam", {"SW"}, since)] == [change]
        assert unit.board.notes("ind", {"IRO"}, since) == ()
        unit.board.put_away("sam", change)
        assert unit.board.notes("sam", {"SW"}, since) == ()
        assert [row.change_id for row in unit.board.notes("wes", {"SW"}, since)] == [change]


# All of it is history


def test_all_of_it_stands_in_chained_histories_and_its_rows_are_made_again_from_them(office: Office) -> None:
    change = approved(office)
    office.application.let_changes_take_effect()
    with office.application.reading() as reading:
        before = reading.board.all()
        kinds = [entry.kind for entry in reading.history.read(change_subject(change))]
    assert kinds == [
        "change-requested",
        "change-drafted",
        "change-tried",
        "change-proposed",
        "change-decided",
        "change-decided",
        "change-in-force",
    ]
    assert verify(office.application, change_subject(change)).faults == ()

    assert rebuild(office.application, lambda _done, _of: None) == ()

    with office.application.reading() as reading:
        assert reading.board.all() == before
    assert days_of(office.application.release) == 9
