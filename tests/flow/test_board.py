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
from ics_flow.board.keeping import board_of, change_of, write_change
from ics_flow.board.orders import back, left_behind, progress_of
from ics_flow.board.plan import plans
from ics_flow.board.request import CHANGE_PROPOSED, ChangeRequest, Put
from ics_flow.calendar import england
from ics_flow.commands import board_meetings as meetings
from ics_flow.commands import change_requests as requests
from ics_flow.commands import proposals
from ics_flow.commands.change_draft import SaveDraftFile
from ics_flow.commands.command import CLOCK, Command
from ics_flow.commands.errors import PermissionDenied, ReasonMissing
from ics_flow.commands.note_tried import NoteTried
from ics_flow.commands.open_release_draft import OpenReleaseDraft
from ics_flow.commands.order_cases_back import NoneLeftBehind, OrderCasesBack
from ics_flow.commands.take_effect import NoteHindered
from ics_flow.domain.ids import case_subject, change_subject
from ics_flow.domain.release import Release, hash_of
from ics_flow.rebuild import rebuild
from ics_flow.store.accounts import Account
from ics_flow.store.releases import Published
from ics_flow.verification import verify
from tests import databases
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
    send(office, SaveDraftFile, by, draft=draft, name=ASSESSMENT, body=with_days(body, days))
    return draft


def with_days(assessment: bytes, days: int) -> bytes:
    """The pathway with a clock of so many working days."""
    return re.sub(rb"(working_days_after\(received_on, )\d+", rb"\g<1>%d" % days, assessment)


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


def before_the_board(office: Office, *, days: int = 9, **given: Any) -> str:
    """A change that waits for the board's decision."""
    change = raised(office)
    draft = drafted(office, change, days)
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
    assert found(office, change).state == "trial over"


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_trial_that_ends_before_the_board_has_taken_it_back_is_over(
    office: Office, withdrawn: bool
) -> None:
    change = approved(office, until=date(2026, 3, 21))
    office.application.let_changes_take_effect()
    on = date(2026, 3, 23)
    send(office, proposals.ProposeWithdrawal, "cy", change=change, effective_on=on, notes="Back.")
    office.clock.advance(days=2)
    office.application.let_changes_take_effect()
    assert found(office, change).state == "before the board"

    if withdrawn:
        send(office, proposals.WithdrawProposal, "cy", change=change, reason="No need.")
    else:
        for member in ("mo", "bea"):
            decide(office, change, member, approves=False, words="No need.")

    assert found(office, change).state == "trial over"


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
    send(office, NoteHindered, CLOCK, change=trial, why="Something is missing.")

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 8
    assert found(office, trial).in_force is not None
    assert found(office, trial).hindered is None
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
    case = office.to_assessment()
    send(office, proposals.ProposeWithdrawal, "cy", change=change, effective_on=TODAY, notes="Back to ten.")
    with pytest.raises(proposals.AuthorMayNotApprove):
        decide(office, change, "cy")
    decide(office, change, "mo")
    decide(office, change, "bea")

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 10
    assert found(office, change).state == "taken back"
    assert left(office, change) == (case,)
    approved(office, days=8)
    office.application.let_changes_take_effect()
    assert left(office, change) == ()


def test_a_refused_withdrawal_leaves_the_change_in_force(office: Office) -> None:
    change = approved(office)
    office.application.let_changes_take_effect()
    send(office, proposals.ProposeWithdrawal, "cy", change=change, effective_on=TODAY, notes="Back.")
    for member in ("mo", "bea"):
        decide(office, change, member, approves=False, words="It helps.")

    assert found(office, change).state == "in force"


# Open cases once a change is out of force


def release_of(office: Office, case: str) -> int:
    """How many working days the assessment of a case has by the procedures that it follows."""
    (release,) = {
        each.release for each in office.view(case).processes if each.pathway == "initial_assessment"
    }
    return days_of(office.application.archive.release(release))


def left(office: Office, change: str) -> tuple[str, ...]:
    """The cases that still follow a change that is out of force."""
    with office.application.reading() as reading:
        return left_behind(reading, change_of(reading, change))


def carried_out(office: Office) -> None:
    while office.application.work_for_the_board():
        pass


def test_the_open_cases_of_a_trial_are_moved_back_once_it_is_over(office: Office) -> None:
    older = office.to_assessment()
    approved(office, days=8)  # for good; the assessment that runs stays as it began
    carried_out(office)
    office.clock.advance(days=1)
    moved = office.to_assessment()
    days = {"effective_on": date(2026, 3, 21), "until": date(2026, 3, 27)}
    trial = approved(office, open_cases={"initial_assessment": "2026-03-20"}, **days)
    carried_out(office)
    begun = office.to_assessment()
    with pytest.raises(NoneLeftBehind):
        send(office, OrderCasesBack, "mo", change=trial)
    office.clock.advance(days=8)
    carried_out(office)
    with pytest.raises(PermissionDenied):
        send(office, OrderCasesBack, "olive", change=trial)
    assert left(office, trial) == tuple(sorted((moved, begun)))
    with office.application.reading() as reading:
        foreseen = plans(
            reading,
            office.application.archive,
            office.application.release.hash,
            office.application.calendar.hash,
            back(found(office, trial).proposals[-1].put),
            office.application.now(),
            (older, begun),
        )
        assert [(each.fate, each.why) for each in foreseen if each.pathway == "initial_assessment"] == [
            ("stays", "It does not follow the change."),
            ("moves with other dates", ""),
        ]

    send(office, OrderCasesBack, "mo", change=trial)
    carried_out(office)

    assert [release_of(office, each) for each in (older, moved, begun)] == [10, 8, 8]
    (order,) = found(office, trial).ordered_back
    with office.application.reading() as reading:
        progress = progress_of(reading, order)
    assert left(office, trial) == ()
    assert (progress.cases, progress.moved, progress.order.ordered_by) == (2, 2, "mo")
    for each in (older, moved, begun):
        assert verify(office.application, case_subject(each)).faults == ()
    with pytest.raises(NoneLeftBehind):
        send(office, OrderCasesBack, "mo", change=trial)


def test_a_second_trial_of_the_same_change_leaves_its_own_cases_behind(office: Office) -> None:
    change = approved(office, until=date(2026, 3, 21))
    carried_out(office)
    first = office.to_assessment()
    office.clock.advance(days=2)
    carried_out(office)
    assert left(office, change) == (first,)
    draft = drafted(office, change, 8)
    played(office, change, draft)
    put(office, change, draft, effective_on=date(2026, 3, 22), until=date(2026, 3, 23))
    for member in ("mo", "bea"):
        decide(office, change, member)
    carried_out(office)
    assert left(office, change) == ()
    second = office.to_assessment()
    office.clock.advance(days=2)

    carried_out(office)

    assert left(office, change) == (second,)


# What keeps a change from taking effect


def let_through(office: Office, *, days: int, **given: Any) -> str:
    """A change approved as an earlier version of the program may have let it through: past the gate, or without all that it needs."""
    change = raised(office)
    with office.database.unit(office.clock) as unit:
        base = unit.in_force()
        assert base is not None
        files = office.application.archive.release(base.release).files
        release = Release.read({**files, ASSESSMENT: with_days(files[ASSESSMENT], days)})
        kept = Published(hash=release.hash, name="Let through", published_at=unit.at, law_date=release.law_of)
        unit.releases.keep(kept, release.body())
        wanted = {"calendar": base.calendar, "effective_on": TODAY, **given}
        put = Put(
            kind="change",
            authors=("olive",),
            release=release.hash,
            scenarios=None,
            base_release=base.release,
            base_calendar=base.calendar,
            until=None,
            open_cases={},
            notes="Other days.",
            touches=("SW",),
            needed=2,
            **wanted,
        )
        unit.board.propose(change, 1, put.authors, unit.at)
        proposed = {"put": put.encode()}
        write_change(unit, change, CHANGE_PROPOSED, proposed, actor="olive", cause=f"{change}-put")
    for member in ("mo", "bea"):
        decide(office, change, member)
    return change


def kinds(office: Office, change: str) -> list[str]:
    with office.application.reading() as reading:
        return [entry.kind for entry in reading.history.read(change_subject(change))]


def test_a_change_that_cannot_take_effect_holds_up_no_other(office: Office) -> None:
    bad = let_through(office, days=30)
    good = approved(office, effective_on=date(2026, 3, 23))  # comes after the other
    office.clock.advance(days=3)

    assert office.application.let_changes_take_effect() == 1

    assert (found(office, bad).state, found(office, good).state) == ("approved", "in force")
    hindered = found(office, bad).hindered
    assert hindered is not None
    assert hindered.why.startswith("bpmn/initial_assessment.bpmn")
    office.clock.advance(minutes=1)
    assert office.application.let_changes_take_effect() == 1
    assert found(office, bad).state == "held up"  # tried again, over what is no longer in force
    assert found(office, bad).hindered is None


def test_it_is_tried_again_more_and_more_rarely_until_it_can(office: Office) -> None:
    years = england(2000, 2041)
    change = let_through(office, days=9, calendar=years.hash)  # a calendar that was never kept
    office.application.let_changes_take_effect()
    office.clock.advance(minutes=1)
    office.application.let_changes_take_effect()
    with office.database.unit(office.clock) as unit:
        unit.calendars.keep(years.hash, years.canonical_bytes)  # somebody mends it
    office.clock.advance(minutes=1)
    assert office.application.let_changes_take_effect() == 0
    office.clock.advance(minutes=1)

    assert office.application.let_changes_take_effect() == 1

    assert found(office, change).state == "in force"
    assert found(office, change).hindered is None


def test_what_keeps_a_change_is_noted_once_in_its_history_and_in_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    change = let_through(office, days=30)
    for _ in range(200):  # three hours and twenty minutes
        office.application.let_changes_take_effect()
        office.clock.advance(minutes=1)

    assert kinds(office, change).count("change-hindered") == 1
    assert [each.getMessage() for each in caplog.records] == ["a change cannot take effect"]
    office.restart()
    office.application.let_changes_take_effect()
    assert kinds(office, change).count("change-hindered") == 1
    assert verify(office.application, change_subject(change)).faults == ()


def test_a_change_that_cannot_take_effect_is_taken_back_and_put_to_the_board_anew(office: Office) -> None:
    change = let_through(office, days=30)
    office.application.let_changes_take_effect()
    send(office, proposals.WithdrawProposal, "olive", change=change, reason="Too long.")
    assert found(office, change).hindered is None
    assert office.application.let_changes_take_effect() == 0
    draft = drafted(office, change)
    played(office, change, draft)
    put(office, change, draft)
    for member in ("mo", "bea"):
        decide(office, change, member)

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 9


def test_nothing_is_noted_of_a_change_of_which_nothing_is_to_become(office: Office) -> None:
    change = let_through(office, days=30)
    send(office, proposals.WithdrawProposal, "olive", change=change, reason="Too long.")
    later = approved(office, effective_on=date(2026, 3, 23))

    for each in (change, later):  # as if it had been tried just before
        send(office, NoteHindered, CLOCK, change=each, why="The gate finds something.")

    assert "change-hindered" not in kinds(office, change) + kinds(office, later)


def altered(office: Office, statement: str, *values: object) -> None:
    """Have something done in the database that no command does, with nothing of what it was kept in memory."""
    databases.without_triggers(office.url)
    databases.sql(office.url, statement, *values)
    office.restart()


def test_a_trial_that_cannot_end_says_so_and_ends_once_it_can(office: Office) -> None:
    base = office.application.release
    change = approved(office, until=date(2026, 3, 27))
    office.application.let_changes_take_effect()
    altered(office, "UPDATE release SET body = ? WHERE hash = ?", b"torn", base.hash)
    office.clock.advance(days=8)
    office.application.let_changes_take_effect()
    assert days_of(office.application.release) == 9
    hindered = found(office, change).hindered
    assert hindered is not None
    assert hindered.why.startswith("Something went wrong that nobody foresaw.")
    databases.sql(office.url, "UPDATE release SET body = ? WHERE hash = ?", base.body(), base.hash)
    office.clock.advance(minutes=1)

    assert office.application.let_changes_take_effect() == 1

    assert days_of(office.application.release) == 10
    assert found(office, change).hindered is None


def test_what_keeps_a_trial_from_ending_is_past_once_the_board_takes_it_back(office: Office) -> None:
    change = approved(office, until=date(2026, 3, 27))
    office.application.let_changes_take_effect()
    office.clock.advance(days=8)
    send(office, NoteHindered, CLOCK, change=change, why="Something is missing.")
    on = date(2026, 3, 30)
    send(office, proposals.ProposeWithdrawal, "cy", change=change, effective_on=on, notes="Back.")
    decide(office, change, "mo")
    assert found(office, change).hindered is not None

    decide(office, change, "bea")

    assert found(office, change).hindered is None


def test_a_change_whose_history_is_broken_holds_up_no_other(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = approved(office), approved(office, effective_on=date(2026, 3, 23))
    altered(office, "DELETE FROM payload WHERE subject = ? AND name = 'put'", change_subject(bad))
    office.clock.advance(days=3)

    assert office.application.let_changes_take_effect() == 1

    assert found(office, good).state == "in force"
    office.clock.advance(hours=2)
    office.application.let_changes_take_effect()
    assert [each.getMessage() for each in caplog.records] == [
        "a change cannot take effect",
        "what keeps a change from taking effect cannot be noted",
    ]


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
