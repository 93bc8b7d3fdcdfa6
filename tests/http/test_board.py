"""The change board's pages without scripts: asked for from the page where it pinched, talked over, met about, and settled; nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.commands.command import CLOCK
from ics_flow.commands.take_effect import NoteHindered
from ics_flow.domain.ids import case_subject, change_subject
from ics_flow.verification import verify
from tests import databases
from tests.http.board_room import BoardRoom
from tests.http.people import Browser, Office

SignIn = Callable[[str], Browser]
WANTED = {
    "title": "Ask for the school sooner",
    "wish": "On the referral.",
    "why": "We ring twice.",
    "area": "Referral and assessment",
}
ON = {"on-day": "7", "on-month": "4", "on-year": "2026"}
MEETING = "/board/meetings/2026-04-07"


def raised(browser: Browser, **given: str) -> str:
    """A request raised at the browser; gives its address."""
    browser.get("/board/raise")
    browser.send({**WANTED, **given}, to="/board/raise")
    found = re.search(r"/board/requests/[a-z0-9]{32}", browser.html)
    assert found, browser.said
    return found[0]


def called(browser: Browser) -> None:
    browser.get("/board/meetings/call")
    browser.send({**ON, "where": "Town hall"}, to="/board/meetings/call")


def test_anybody_asks_for_a_change_from_the_page_where_it_pinched(as_worker: SignIn) -> None:
    sam = as_worker("sam")
    sam.get("/")
    sam.get(sam.link("Does this page get in your way?"))
    assert 'name="about" type="text" value="Your work"' in sam.html

    request = raised(sam)

    assert "Asked for by Sam Sutton" in sam.said
    tess = as_worker("tess")
    tess.get("/board")
    assert tess.link("Ask for the school sooner") == request


def test_a_request_that_lacks_something_comes_back_as_it_was_typed(as_worker: SignIn) -> None:
    sam = as_worker("sam")
    sam.get("/board/raise")

    sam.send({**WANTED, "why": ""}, to="/board/raise")

    assert sam.status == 422
    assert "Say why" in sam.said
    assert sam.fields()["title"] == ["Ask for the school sooner"]


def test_the_helpdesk_asks_for_a_caller_and_nobody_else_can(as_worker: SignIn) -> None:
    robin, sam = as_worker("robin"), as_worker("sam")
    raised(robin, caller="A worker of the West team")
    assert "for A worker of the West team" in robin.said

    sam.get("/board/raise")
    assert "caller" not in sam.fields()
    sam.send({**WANTED, "caller": "Somebody"}, to="/board/raise")
    assert sam.status == 422


def test_it_is_talked_over_put_on_an_agenda_and_settled(as_worker: SignIn) -> None:
    sam, bea = as_worker("sam"), as_worker("bea")
    request = raised(sam)
    sam.send({"said": "Every week."}, to=f"{request}/say")
    assert "Every week." in sam.said
    called(bea)
    bea.get(request)
    bea.send({"meeting": "2026-04-07"}, to=f"{request}/agenda")
    assert "On the agenda" in bea.said
    bea.send({"fate": "to be drafted", "fate_words": ""}, to=f"{request}/fate")
    assert (bea.status, "Say why" in bea.said) == (422, True)
    bea.send({"fate": "to be drafted", "fate_words": "We agree."}, to=f"{request}/fate")
    assert "To be drafted. We agree." in bea.said

    bea.get(MEETING)
    assert bea.link("Ask for the school sooner") == request


def test_who_does_not_keep_the_board_settles_nothing(as_worker: SignIn) -> None:
    sam = as_worker("sam")
    request = raised(sam)
    assert "For those who keep the board" not in sam.said

    sam.send({"fate": "to be drafted", "fate_words": "Mine."}, to=f"{request}/fate")

    assert sam.status == 422
    assert "You may not do this" in sam.said


def test_a_meeting_is_asked_to_minuted_and_read_by_everybody(as_worker: SignIn) -> None:
    bea, sam = as_worker("bea"), as_worker("sam")
    called(bea)
    sam.get(MEETING)
    sam.send({}, to=f"{MEETING}/attend")
    assert "Sam Sutton asked to attend" in sam.said
    bea.get(MEETING)
    action = {
        "what-1": "Draw it",
        "who-1": "Boris",
        "by-1-day": "20",
        "by-1-month": "13",
        "by-1-year": "2026",
    }
    bea.send({"words": "We talked.", **action}, to=f"{MEETING}/minutes")
    assert bea.status == 422
    assert bea.fields()["words"] == ["We talked."]
    bea.send({"words": "We talked.", **action, "by-1-month": "4"}, to=f"{MEETING}/minutes")

    sam.get(MEETING)
    assert "We talked." in sam.said
    assert "20 April 2026" in sam.said
    sam.get("/board")
    assert sam.link("Tuesday 7 April 2026") == MEETING


def test_the_law_to_come_stands_on_every_agenda(as_worker: SignIn) -> None:
    bea = as_worker("bea")
    called(bea)
    bea.get("/board/law")
    starts = {"starts-day": "1", "starts-month": "4", "starts-year": "2027"}
    bea.send({"title": "A new census", "source": "Circular 1", **starts}, to="/board/law")
    bea.get(MEETING)

    assert "A new census, from Thursday 1 April 2027" in bea.said


def test_each_area_has_its_representative(as_worker: SignIn) -> None:
    bea = as_worker("bea")
    bea.get("/board/representatives")
    bea.send({"area": "Child protection", "worker": "pat"}, to="/board/representatives")

    bea.get("/board")
    assert "Child protection Pat Malik" in bea.said


@pytest.mark.parametrize("address", ["/board/meetings/call", "/board/law", "/board/representatives"])
def test_a_form_of_the_board_is_sent_in_vain_by_who_does_not_keep_it(as_worker: SignIn, address: str) -> None:
    sam = as_worker("sam")
    sam.get(address)
    starts = {"starts-day": "1", "starts-month": "4", "starts-year": "2027"}
    sent = {
        **ON,
        **starts,
        "where": "Here",
        "title": "T",
        "source": "S",
        "area": "Child protection",
        "worker": "pat",
    }
    sam.send(sent, to=address)

    assert sam.status == 422
    assert "You may not do this" in sam.said


def test_highlights_of_a_month_count_what_was_asked_for(as_worker: SignIn) -> None:
    sam = as_worker("sam")
    raised(sam)
    sam.get("/board/highlights")
    assert "1 request asked for in this month" in sam.said
    sam.get("/board/highlights?month=2026-02")
    assert "0 requests" in sam.said


def test_what_was_in_force_when_says_who_put_it_there(as_worker: SignIn) -> None:
    sam = as_worker("sam")
    sam.get("/board/releases")

    assert "First In force" in sam.said
    assert "not by the board" in sam.said


def test_what_is_not_there_is_not_found(as_worker: SignIn) -> None:
    sam = as_worker("sam")
    for address in (
        "/board/requests/none",
        "/board/meetings/2026-01-01",
        "/board/meetings/soon",
        "/board/notes/none",
    ):
        sam.get(address)
        assert sam.status == 404, address


# From a request to what is in force

ASSESSMENT = "bpmn/initial_assessment.bpmn"
NINE_DAYS = ("working_days_after(received_on, 10)", "working_days_after(received_on, 9)")


@pytest.fixture
def room(application: Application, as_worker: SignIn) -> BoardRoom:
    """The board at work, with a request for which a draft is begun."""
    room = BoardRoom(application, as_worker)
    room.ask("Nine days for initial assessments")
    return room


def test_a_change_goes_from_a_request_to_what_is_in_force_through_the_pages(
    room: BoardRoom, office: Office, clock: ManualClock
) -> None:
    case = office.assessment()
    room.draw(ASSESSMENT, NINE_DAYS)
    room.try_it()
    room.propose("2026-03-23", **{"open-initial_assessment": "move"})
    assert "waits for the board" in room.owner.said
    bea = room.members[0]
    bea.get(room.request)
    bea.get(bea.link("What it changes"))
    assert "10 working days" in bea.said
    assert "9 working days" in bea.said
    bea.get(room.request)
    bea.get(bea.link("What becomes of open cases"))
    assert "Moves with other dates" in bea.said
    assert case in bea.said
    room.approve()
    assert "Approved" in room.members[1].said
    room.take_effect()
    assert "3 April" not in due_of(office, case)
    clock.advance(days=3)

    room.take_effect()

    assert "2 April 2026" in due_of(office, case)
    sam = office.at("sam")
    sam.get("/")
    assert "Procedures have changed" in sam.said
    sam.get(sam.link("Nine days for initial assessments"))
    assert "Read what changed." in sam.said
    sam.send({}, to=f"/board/notes/{room.request.rpartition('/')[2]}")
    assert "Procedures have changed" not in sam.said
    sam.get("/board/releases")
    assert "Drawn by Boris Board, approved by Bea Benson and Mia Marsh" in sam.said
    assert verify(office.application, case_subject(case)).faults == ()


def test_whoever_drew_it_is_offered_no_decision_and_refused_one(room: BoardRoom) -> None:
    room.draw(ASSESSMENT, NINE_DAYS)
    room.try_it()
    room.propose("2026-03-20")
    owner = room.owner
    assert "What do you decide?" not in owner.said

    owner.send({"decision": "approve", "words": ""}, to=f"{room.request}/decide")

    assert owner.status == 422


def test_a_draft_that_is_not_tried_or_fails_is_not_put_to_the_board(room: BoardRoom) -> None:
    room.draw(ASSESSMENT, NINE_DAYS)
    room.propose("2026-03-20")
    assert room.owner.status == 422
    assert "Play the scenarios of the draft as it is now first" in room.owner.said
    room.draw(ASSESSMENT, ("working_days_after(received_on, 9)", "working_days_after(received_on, 30)"))
    room.try_it()
    room.propose("2026-03-20")
    assert "The draft does not pass the gate" in room.owner.said


def test_a_year_is_replayed_on_a_draft_and_what_was_found_kept(
    room: BoardRoom, office: Office, clock: ManualClock
) -> None:
    office.assessment()
    clock.advance(days=1)
    room.draw(ASSESSMENT, NINE_DAYS)
    owner = room.owner
    address = f"{room.request}{room.draft.removeprefix('/board')}/what-if"
    owner.get(address)
    owner.send({}, to=address)
    assert "0 cases of 1 looked at" in owner.said
    with office.application.reading() as reading:
        question = reading.what_ifs.next()
    assert question is not None
    room.take_effect()
    owner.get(f"{address}/{question.id}")
    assert "1 case of 1 looked at" in owner.said
    assert "5 days earlier" in owner.said
    assert "in which as many dates would have been kept" in owner.said
    owner.send({}, to=f"{address}/{question.id}")

    assert "Last year replayed on it: 1 case" in owner.said


def test_an_order_is_looked_at_stopped_and_gone_on_with(room: BoardRoom, office: Office) -> None:
    office.assessment()
    room.draw(ASSESSMENT, NINE_DAYS)
    room.try_it()
    room.propose("2026-03-20", **{"open-initial_assessment": "move"})
    room.approve()
    office.application.let_changes_take_effect()
    bea = room.members[0]
    bea.get(f"{room.request}/proposals/1/open-cases")
    order = bea.link("The order of")
    bea.get(order)
    assert "0 cases of 1" in bea.said
    assert bea.link("Nine days for initial assessments") == room.request
    other = raised(room.owner)
    bea.get(order.replace(room.request, other))
    assert bea.status == 404
    bea.get(order)
    bea.send({"act": "stop"}, to=order)
    room.take_effect()
    bea.get(order)
    assert "0 cases of 1" in bea.said
    bea.send({"act": "go on"}, to=order)
    room.take_effect()
    bea.get(order)
    assert "1 case of 1" in bea.said
    boris = room.owner
    boris.get(room.request)
    boris.send({"act": "undo"}, to=order)
    assert boris.status == 409


def due_of(office: Office, case: str) -> str:
    sam = office.at("sam")
    sam.get(f"/children/{case}")
    return sam.said


def test_what_keeps_a_change_from_taking_effect_stands_on_the_boards_pages(
    room: BoardRoom, application: Application, clock: ManualClock
) -> None:
    room.draw(ASSESSMENT, NINE_DAYS)
    room.try_it()
    room.propose("2026-03-23")
    room.approve()
    bea, change = room.members[0], room.request.rpartition("/")[2]
    clock.advance(days=3)
    bea.get("/board")
    assert "could not take effect" not in bea.said

    application.handle(NoteHindered(command_id="note", actor=CLOCK, change=change, why="A file is missing."))

    for address in ("/board", room.request):
        bea.get(address)
        assert "This change could not take effect: A file is missing." in bea.said
    application.let_changes_take_effect()
    bea.get("/board")
    assert "could not take effect" not in bea.said


def test_a_change_whose_history_cannot_be_read_is_named_and_the_others_stand_there(
    room: BoardRoom, application: Application, clock: ManualClock
) -> None:
    room.draw(ASSESSMENT, NINE_DAYS)
    room.try_it()
    room.propose("2026-03-23")
    room.approve()
    torn = room.request.rpartition("/")[2]
    room.ask("Eight days for initial assessments")
    room.draw(ASSESSMENT, ("working_days_after(received_on, 10)", "working_days_after(received_on, 8)"))
    room.try_it()
    room.propose("2026-03-23")
    room.approve()
    clock.advance(days=3)
    whole = room.request.rpartition("/")[2]
    application.handle(NoteHindered(command_id="note", actor=CLOCK, change=whole, why="A file is missing."))
    bea = room.members[0]
    bea.get("/board")
    assert "cannot be read" not in bea.said

    alter_a_byte(application, torn)

    bea.get("/board")
    assert bea.status == 200
    assert "The history of “Nine days for initial assessments” cannot be read" in bea.said
    assert "The history of “Eight" not in bea.said
    assert "This change could not take effect: A file is missing." in bea.said
    assert bea.link("Ask for a change") == "/board/raise"


def alter_a_byte(application: Application, change: str) -> None:
    """Have one byte of what a change put to the board be another, as nobody but the database's owner can."""
    url = application.database.name
    databases.without_triggers(url)
    of_it = "FROM payload WHERE subject = ? AND name = 'put'"
    ((body,),) = databases.sql(url, f"SELECT body {of_it}", change_subject(change))
    altered = bytes(body).replace(b'"needed":', b'"heeded":')
    assert altered != bytes(body)
    databases.sql(
        url, "UPDATE payload SET body = ? WHERE subject = ? AND name = 'put'", altered, change_subject(change)
    )


def test_the_open_cases_of_a_trial_that_is_over_are_moved_back_through_the_pages(
    room: BoardRoom, office: Office, clock: ManualClock
) -> None:
    room.draw(ASSESSMENT, NINE_DAYS)
    room.try_it()
    trial = {"until-day": "23", "until-month": "3", "until-year": "2026"}
    room.propose("2026-03-20", **trial)
    room.approve()
    room.take_effect()
    case = office.assessment()
    assert "2 April 2026" in due_of(office, case)
    clock.advance(days=4)
    room.take_effect()
    boris, bea, sam = room.owner, room.members[0], office.at("sam")
    boris.get(room.request)
    boris.get(boris.link("Look what becomes of them"))
    assert "A member of the board can have them moved back." in boris.said
    sam.get(f"{room.request}/open-cases-back")
    assert sam.status == 403
    bea.get("/board")
    assert "1 open case still follows it" in bea.said
    assert "Trial over" in bea.said
    assert "Taken back" not in bea.said

    bea.get(bea.link("Look what becomes of them"))
    assert "2 April 2026 becomes" in bea.said
    bea.send({}, to=f"{room.request}/open-cases-back")
    room.take_effect()

    assert "2 April 2026" not in due_of(office, case)
    bea.get("/board")
    assert "still follow" not in bea.said
    bea.get(room.request)
    bea.get(bea.link("Open cases that were moved back"))
    assert "Moved 1" in bea.said
    assert bea.link("Nine days for initial assessments") == room.request
    bea.send({}, to=f"{room.request}/open-cases-back")
    assert bea.status == 409
    assert "No open case follows this change any more" in bea.said
