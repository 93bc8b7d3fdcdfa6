"""The change board's pages: what is asked for and what becomes of it, meetings and minutes, what is before the board, what was put in force by whom.

Everybody who works here may look: no child stands on these pages. Not here: drafts (``drafting``), what two versions differ in (``comparing``),
what becomes of open cases (``moving``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import engine
from ics_flow.board.keeping import board_of, change_of, readable
from ics_flow.board.orders import left_behind
from ics_flow.board.request import FATES
from ics_flow.commands import board_meetings as meetings
from ics_flow.commands import change_requests as requests
from ics_flow.commands import proposals
from ics_flow.commands.command import Command
from ics_flow.commands.errors import NoSuchWorker, ReasonMissing
from ics_flow.commands.open_release_draft import DRAFT
from ics_flow.commands.put_note_away import PutNoteAway
from ics_flow.domain.errors import Refused
from ics_flow.queries import board as queries
from ics_flow.queries.people import Names
from ics_flow.store.unit import Reading
from web import notices, words
from web.desk import desk
from web.errors import PageError
from web.fields import TypedDate, as_typed, command_id, typed_date
from web.visits import signed_in

pages = Blueprint("board", __name__, url_prefix="/board")

Answer = str | Response | tuple[str, int]
ACTIONS = 6
"""How many actions of a meeting the page has room for at once."""
NEW_NOTES = timedelta(days=28)
"""How long a change note stands in the trays of those whom it touches, unless they put it away."""
TONES: Mapping[str, str] = {
    "raised": "grey",
    "on the agenda": "blue",
    "to be drafted": "blue",
    "put off": "yellow",
    "not taken up": "grey",
    "before the board": "purple",
    "approved": "turquoise",
    "refused": "red",
    "held up": "red",
    "in force": "green",
    "taken back": "orange",
    "trial over": "orange",
}
OUT_OF_FORCE = ("taken back", "trial over")
AT: Mapping[type[Refused], str] = {
    requests.NoSuchArea: "area",
    requests.NoSuchFate: "fate",
    requests.NoSuchMeeting: "meeting",
    requests.MeetingIsOver: "meeting",
    proposals.TakesEffectInThePast: "effective_on-day",
    proposals.TrialEndsFirst: "until-day",
    proposals.NotesMissing: "notes",
    meetings.PlaceMissing: "where",
    meetings.MeetingThere: "on-day",
    meetings.MinutesMissing: "words",
    meetings.ActionIncomplete: "what-1",
    meetings.LawIncomplete: "title",
    NoSuchWorker: "worker",
    ReasonMissing: "words",
}
"""Where on its page a refusal is mended."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that has to be filled in, and what is said where it is not."""

    field: str
    said: str


# The board at a glance


@pages.get("")
def show() -> str:
    """What is asked for and how it stands, the next meeting, the law to come, and who represents whom."""
    state = request.args.get("state", "")
    with desk().application.reading() as reading:
        board, names = board_of(reading), Names(reading).all()
        rows = reading.board.all()
        waking, torn = readable(reading, reading.board.waking(desk().today))
        over, torn_too = readable(reading, (row.change_id for row in rows if row.state in OUT_OF_FORCE))
        left = [(each, cases) for each in over if (cases := len(left_behind(reading, each)))]
    return render_template(
        "board/show.html",
        board=board,
        hindered=[each for each in waking if each.hindered],
        unreadable=[row for row in rows if row.change_id in torn | torn_too],
        left=left,
        rows=[row for row in rows if not state or row.state == state],
        state=state,
        states={each: sum(row.state == each for row in rows) for each in TONES},
        tones=TONES,
        names=names,
        areas=desk().release.rights.areas,
        next_meeting=board.next_meeting(desk().today),
        coming=board.law_from(desk().today),
        may=_may(),
    )


@pages.get("/highlights")
def highlights() -> str:
    """What was asked for in a month, by area and by what became of it."""
    month = _month(request.args.get("month", ""))
    with desk().application.reading() as reading:
        found = queries.highlights(reading, month)
    before, after = month - timedelta(days=1), month + timedelta(days=32)
    return render_template(
        "board/highlights.html",
        found=found,
        month=month,
        tones=TONES,
        before=before.strftime("%Y-%m"),
        after=after.strftime("%Y-%m") if after.replace(day=1) <= desk().today else None,
    )


@pages.get("/releases")
def releases() -> str:
    """What was in force from when, how it came into force, and who approved it."""
    with desk().application.reading() as reading:
        found = queries.came_into_force(reading)
        names = Names(reading).all()
    return render_template("board/releases.html", releases=found, names=names)


# Requests


@pages.route("/raise", methods=["GET", "POST"])
def ask() -> Answer:
    """Ask for a change."""
    wanted = (
        Missing("title", "Say in a few words what should change"),
        Missing("wish", "Say how it should be"),
        Missing("why", "Say why"),
        Missing("area", "Choose the service area"),
    )
    number = command_id()
    return _form(
        "board/raise.html",
        wanted,
        lambda typed: requests.RaiseChange(
            command_id=number,
            actor=signed_in().id,
            title=typed["title"],
            wish=typed["wish"],
            why=typed["why"],
            area=typed["area"],
            about=typed.get("about", ""),
            law=typed.get("law") == "yes",
            caller=typed.get("caller", ""),
        ),
        lambda: url_for("board.change", change=number),
        "change-raised",
        areas=desk().release.rights.areas,
        about=request.args.get("about", ""),
    )


@pages.get("/requests/<change>")
def change(change: str) -> str:
    """A request whole: what was asked for, what was said, its drafts, what was put to the board, and what there is to do now."""
    return _change(change, {}, [])


@pages.post("/requests/<change>/say")
def say(change: str) -> Answer:
    """Say something of it."""
    return _sent(
        change,
        lambda typed: requests.DiscussChange(
            command_id=command_id(), actor=signed_in().id, change=change, words=typed.get("said", "")
        ),
        {requests.WishMissing: PageError("Write what you want to say", "said")},
    )


@pages.post("/requests/<change>/agenda")
def agenda(change: str) -> Answer:
    """Put it on the agenda of a meeting."""
    return _sent(
        change,
        lambda typed: requests.PutOnAgenda(
            command_id=command_id(), actor=signed_in().id, change=change, meeting=_day(typed.get("meeting"))
        ),
    )


@pages.post("/requests/<change>/fate")
def fate(change: str) -> Answer:
    """Give it its fate."""
    return _sent(
        change,
        lambda typed: requests.SettleChange(
            command_id=command_id(),
            actor=signed_in().id,
            change=change,
            fate=typed.get("fate", ""),
            words=typed.get("fate_words", ""),
        ),
        {requests.WishMissing: PageError("Say why", "fate_words")},
    )


@pages.route("/requests/<change>/propose/<draft>", methods=["GET", "POST"])
def propose(change: str, draft: str) -> Answer:
    """Put a draft to the board: when, for how long, what becomes of open cases, and what to tell people."""
    with desk().application.reading() as reading:
        found = change_of(reading, change)
        try:
            standing = queries.draft_before(reading, desk().application.archive, draft)
        except engine.Refused as refused:
            raise proposals.DraftFails(len(refused.problems)) from None
    effective, until = typed_date(request.form, "effective_on"), typed_date(request.form, "until")
    if request.method == "GET":
        effective = as_typed(desk().today)
    wrong = [
        PageError(each.fault, f"{name}-day")
        for name, each in (("effective_on", effective), ("until", until))
        if each.fault
    ]
    if request.method == "POST" and effective.on is None and not effective.fault:
        wrong.append(PageError("Say from which day", "effective_on-day"))
    choices, faults = _choices(standing.pathways)
    wrong += faults
    if request.method == "POST" and not wrong and effective.on is not None:
        command = proposals.ProposeChange(
            command_id=command_id(),
            actor=signed_in().id,
            change=change,
            draft=draft,
            effective_on=effective.on,
            until=until.on,
            open_cases=choices,
            notes=request.form.get("notes", ""),
        )
        try:
            desk().application.handle(command)
        except Refused as refused:
            wrong = [_told(refused)]
        else:
            back = redirect(url_for("board.change", change=change), 303)
            return notices.leave(back, "change-before-the-board")
    drawn = render_template(
        "board/propose.html",
        found=found,
        draft=draft,
        standing=standing,
        effective_on=effective,
        until=until,
        typed=request.form,
        errors=wrong,
        command_id=command_id(),
    )
    return (drawn, 422) if wrong else drawn


@pages.post("/requests/<change>/decide")
def decide(change: str) -> Answer:
    """Approve what is before the board, or not."""
    return _sent(
        change,
        lambda typed: proposals.DecideOnProposal(
            command_id=command_id(),
            actor=signed_in().id,
            change=change,
            approves=typed.get("decision") == "approve",
            words=typed.get("words", ""),
        ),
        {ReasonMissing: PageError("Say why you do not approve", "words")},
        [Missing("decision", "Choose whether you approve")],
    )


@pages.post("/requests/<change>/take-back")
def take_back(change: str) -> Answer:
    """Take a proposal back before it takes effect."""
    return _sent(
        change,
        lambda typed: proposals.WithdrawProposal(
            command_id=command_id(), actor=signed_in().id, change=change, reason=typed.get("reason", "")
        ),
        {ReasonMissing: PageError("Say why", "reason")},
    )


@pages.route("/requests/<change>/withdraw", methods=["GET", "POST"])
def withdraw(change: str) -> Answer:
    """Put to the board that a change in force is taken back."""
    with desk().application.reading() as reading:
        found = change_of(reading, change)
    effective = typed_date(request.form, "effective_on") if request.form else as_typed(desk().today)
    return _form(
        "board/withdraw.html",
        (),
        lambda typed: proposals.ProposeWithdrawal(
            command_id=command_id(),
            actor=signed_in().id,
            change=change,
            effective_on=_given(effective),
            notes=typed.get("notes", ""),
        ),
        lambda: url_for("board.change", change=change),
        "change-before-the-board",
        dates={"effective_on": effective},
        found=found,
    )


@pages.get("/notes/<change>")
def note(change: str) -> str:
    """What changed, for those who work with it."""
    with desk().application.reading() as reading:
        found = change_of(reading, change)
    return render_template("board/note.html", found=found, command_id=command_id())


@pages.post("/notes/<change>")
def put_away(change: str) -> Response:
    """Show this worker the note no more."""
    desk().application.handle(PutNoteAway(command_id=command_id(), actor=signed_in().id, change=change))
    return redirect(url_for("tray.show"), 303)


# Meetings


@pages.route("/meetings/call", methods=["GET", "POST"])
def call() -> Answer:
    """Call a meeting."""
    on = typed_date(request.form, "on")
    return _form(
        "board/call.html",
        (Missing("where", "Say where the board meets"),),
        lambda typed: meetings.CallMeeting(
            command_id=command_id(), actor=signed_in().id, on=_given(on), where=typed["where"]
        ),
        lambda: url_for("board.meeting", on=_given(on).isoformat()),
        "meeting-called",
        dates={"on": on},
    )


@pages.get("/meetings/<on>")
def meeting(on: str) -> str:
    """A meeting: its agenda before, its minutes and actions after."""
    return _meeting(_day(on), {}, [])


@pages.post("/meetings/<on>/attend")
def attend(on: str) -> Answer:
    """Ask to attend."""
    day = _day(on)
    try:
        desk().application.handle(meetings.AskToAttend(command_id=command_id(), actor=signed_in().id, on=day))
    except Refused as refused:
        return _meeting(day, request.form, [_told(refused)]), 409
    return notices.leave(redirect(url_for("board.meeting", on=on), 303), "asked-to-attend")


@pages.post("/meetings/<on>/minutes")
def minutes(on: str) -> Answer:
    """Publish the minutes."""
    day, wrong, actions = _day(on), list[PageError](), []
    for number in range(1, ACTIONS + 1):
        what, who = (request.form.get(f"{part}-{number}", "").strip() for part in ("what", "who"))
        by = typed_date(request.form, f"by-{number}")
        if by.fault:
            wrong.append(PageError(by.fault, f"by-{number}-day"))
        if what or who or by.on:
            actions.append((what, who, by.on))
    if wrong:
        return _meeting(day, request.form, wrong), 422
    command = meetings.PublishMinutes(
        command_id=command_id(),
        actor=signed_in().id,
        on=day,
        words=request.form.get("words", ""),
        actions=tuple(actions),
    )
    try:
        desk().application.handle(command)
    except Refused as refused:
        return _meeting(day, request.form, [_told(refused)]), 422
    return notices.leave(redirect(url_for("board.meeting", on=on), 303), "minutes-published")


@pages.route("/law", methods=["GET", "POST"])
def law() -> Answer:
    """Note a change of the law that is to come."""
    starts = typed_date(request.form, "starts")
    return _form(
        "board/law.html",
        (Missing("title", "Say what the law changes"), Missing("source", "Say where that is written")),
        lambda typed: meetings.NoteComingLaw(
            command_id=command_id(),
            actor=signed_in().id,
            title=typed["title"],
            starts=_given(starts),
            source=typed["source"],
        ),
        lambda: url_for("board.show"),
        "law-noted",
        dates={"starts": starts},
    )


@pages.route("/representatives", methods=["GET", "POST"])
def representatives() -> Answer:
    """Name who represents a service area."""
    with desk().application.reading() as reading:
        workers = [(each.id, each.name) for each in reading.pages.workers()]
    return _form(
        "board/representatives.html",
        (Missing("area", "Choose the service area"), Missing("worker", "Choose the worker")),
        lambda typed: meetings.NameRepresentative(
            command_id=command_id(), actor=signed_in().id, area=typed["area"], worker=typed["worker"]
        ),
        lambda: url_for("board.show"),
        "representative-named",
        areas=desk().release.rights.areas,
        workers=workers,
    )


# Within


def _change(change: str, typed: Mapping[str, str], wrong: list[PageError]) -> str:
    with desk().application.reading() as reading:
        found = change_of(reading, change)
        board, names = board_of(reading), Names(reading).all()
        drafts = reading.release_drafts.of_request(change)
        left = len(left_behind(reading, found))
    ahead = sorted(
        each.on for each in board.meetings.values() if each.on >= desk().today and each.minutes is None
    )
    return render_template(
        "board/change.html",
        found=found,
        tone=TONES[found.state],
        drafts=drafts,
        left=left,
        names=names,
        meetings=ahead,
        fates=FATES,
        may=_may(),
        me=signed_in().id,
        touched=lambda put: [desk().release.rights.roles.get(each, each) for each in put.touches],
        typed=typed,
        errors=wrong,
        command_id=command_id(),
    )


def _meeting(on: date, typed: Mapping[str, str], wrong: list[PageError]) -> str:
    with desk().application.reading() as reading:
        board, names = board_of(reading), Names(reading).all()
        rows = reading.board.for_meeting(on)
    found = board.meetings.get(on)
    if found is None:
        raise requests.NoSuchMeeting
    return render_template(
        "board/meeting.html",
        meeting=found,
        rows=rows,
        tones=TONES,
        coming=board.law_from(on),
        representatives=board.representatives,
        names=names,
        may=_may(),
        me=signed_in().id,
        typed=typed,
        by=[typed_date(typed, f"by-{number}") for number in range(1, ACTIONS + 1)],
        errors=wrong,
        command_id=command_id(),
    )


def _sent(
    change: str,
    command: Callable[[Mapping[str, str]], Command],
    said: Mapping[type[Refused], PageError] | None = None,
    missing: list[Missing] | None = None,
) -> Answer:
    """Do what one of the small forms of a request asks; where it is refused, the page comes back as it was typed."""
    absent = [PageError(each.said, each.field) for each in missing or () if not request.form.get(each.field)]
    if absent:
        return _change(change, request.form, absent), 422
    try:
        desk().application.handle(command(request.form))
    except Refused as refused:
        error = (said or {}).get(type(refused)) or _told(refused)
        return _change(change, request.form, [error]), 422
    return notices.leave(redirect(url_for("board.change", change=change), 303), "noted")


def _form(
    template: str,
    wanted: tuple[Missing, ...],
    command: Callable[[Mapping[str, str]], Command],
    then: Callable[[], str],
    notice: str,
    dates: Mapping[str, TypedDate] | None = None,
    **around: Any,
) -> Answer:
    """One of the board's own forms: drawn, looked at, and what it asks done."""
    wrong: list[PageError] = []
    if request.method == "POST":
        for name, each in (dates or {}).items():
            if each.on is None:
                wrong.append(PageError(each.fault or "Enter the day", f"{name}-day"))
        wrong += [
            PageError(each.said, each.field)
            for each in wanted
            if not request.form.get(each.field, "").strip()
        ]
        if not wrong:
            try:
                desk().application.handle(command(request.form))
            except Refused as refused:
                wrong = [_told(refused)]
            else:
                return notices.leave(redirect(then(), 303), notice)
    drawn = render_template(
        template,
        typed=request.form,
        dates=dates or {},
        errors=wrong,
        may=_may(),
        command_id=command_id(),
        **around,
    )
    return (drawn, 422) if wrong else drawn


def _choices(pathways: tuple[queries.Reached, ...]) -> tuple[dict[str, str], list[PageError]]:
    """What was chosen for the open cases of each procedure."""
    choices: dict[str, str] = {}
    wrong: list[PageError] = []
    for each in pathways:
        chosen = request.form.get(f"open-{each.pathway}", "stay")
        since = typed_date(request.form, f"since-{each.pathway}")
        if chosen != "since":
            choices[each.pathway] = chosen
        elif since.on is None:
            wrong.append(
                PageError(
                    since.fault or f"Say from which day on cases of “{each.name}” move",
                    f"since-{each.pathway}-day",
                )
            )
        else:
            choices[each.pathway] = since.on.isoformat()
    return choices, wrong


def _may() -> Mapping[str, bool]:
    """What whoever is signed in may do here."""
    rights, worker = desk().release.rights, signed_in()
    acts = (requests.KEEP_BOARD, requests.TAKE_CALLS, proposals.APPROVE, DRAFT)
    return {act: rights.may_anywhere(worker, act) for act in acts}


def _told(refused: Refused) -> PageError:
    return PageError(str(refused), AT.get(type(refused), ""))


def _given(typed: TypedDate) -> date:
    """The day that was typed, once it is known that one was."""
    if typed.on is None:
        raise requests.NoSuchMeeting
    return typed.on


def _day(text: str | None) -> date:
    """A day in an address or a choice."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise requests.NoSuchMeeting from None


def _month(text: str) -> date:
    """The first day of the month, as 2026-03; this month where it is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return desk().today.replace(day=1)


def change_notes(reading: Reading) -> tuple[queries.Note, ...]:
    """The notes of changes that touch whoever is signed in, not put away yet: for the tray."""
    worker = signed_in()
    rows = reading.board.notes(worker.id, worker.roles, desk().now - NEW_NOTES)
    return tuple(
        queries.Note(change=row.change_id, title=row.title, since=words.short_day(row.in_force_since.date()))
        for row in rows
        if row.in_force_since is not None
    )
