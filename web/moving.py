"""What a change would have done last year, what it does to open cases, and how far the board's orders have come.

Cases stand here by number and team, never by name. Not here: the decision (``board``), what two versions differ in (``comparing``).
"""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any, get_args

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import engine
from ics_flow.board.drafts import draft_of, files_of
from ics_flow.board.findings import read_draft
from ics_flow.board.keeping import change_of
from ics_flow.board.orders import back, carries_out, left_behind, progress_of
from ics_flow.board.plan import Fate, ProcessPlan, plans
from ics_flow.board.what_if import answer_so_far, question_of
from ics_flow.commands.ask_what_if import AskWhatIf
from ics_flow.commands.note_tried import NoteTried
from ics_flow.commands.open_release_draft import DRAFT
from ics_flow.commands.order_cases_back import OrderCasesBack
from ics_flow.commands.proposals import APPROVE
from ics_flow.commands.steer_orders import SteerOrder
from ics_flow.domain.errors import Refused
from ics_flow.domain.release import Release
from ics_flow.queries.naming import pathway_name
from ics_flow.queries.people import Names
from web import notices, words
from web.desk import desk
from web.drafting import require_look
from web.errors import PageError
from web.fields import command_id
from web.visits import signed_in

pages = Blueprint("moving", __name__, url_prefix="/board")

TOGETHER = 25
"""How many open cases a page previews."""


# What a draft would have done


@pages.post("/requests/<change>/drafts/<draft>/what-if")
def ask(change: str, draft: str) -> Response | tuple[str, int]:
    """Have it found out what the draft would have done in the year gone by."""
    command = AskWhatIf(command_id=command_id(), actor=signed_in().id, draft=draft)
    try:
        (question,) = desk().application.handle(command).opened
    except (Refused, engine.Refused) as refused:
        return _tried(change, draft, [PageError(str(refused), "")]), 422
    return redirect(url_for("moving.found", change=change, draft=draft, question=question), 303)


@pages.get("/requests/<change>/drafts/<draft>/what-if")
def tried(change: str, draft: str) -> str:
    """Ask, and what becomes of open cases under the draft."""
    return _tried(change, draft, [])


@pages.get("/requests/<change>/drafts/<draft>/what-if/<question>")
def found(change: str, draft: str, question: str) -> str:
    """What was found so far; where scripts run the page goes on by itself until all cases have been looked at."""
    require_look()
    with desk().application.reading() as reading:
        request_ = change_of(reading, change)
        asked = question_of(reading, question)
        answer, left = answer_so_far(reading, question)
    return render_template(
        "board/found.html",
        found=request_,
        draft=draft,
        question=asked,
        answer=answer,
        other=[each for each in answer.late if not each.is_same],
        same=[each for each in answer.late if each.is_same],
        left=left,
        release=Release.from_body(asked.body),
        named=_named,
        may_keep=desk().release.rights.may_anywhere(signed_in(), DRAFT),
        command_id=command_id(),
    )


@pages.post("/requests/<change>/drafts/<draft>/what-if/<question>")
def keep(change: str, draft: str, question: str) -> Response | tuple[str, int]:
    """Keep what was found in the request's history."""
    require_look()
    with desk().application.reading() as reading:
        is_its = draft_of(reading, draft).request == change
        asked = question_of(reading, question)
        answer, left = answer_so_far(reading, question)
    if left or not is_its:
        abort(409)
    late_before = sum(each.late_before for each in answer.late)
    late_after = sum(each.late_after for each in answer.late)
    said = (
        f"Last year replayed on it: {words.count(answer.cases, 'case')}, {answer.unchanged:,} of them as they were, "
        f"{answer.cases - answer.told:,} that could not be told. Dates not kept: {late_before:,} as it was, {late_after:,} as it would have been."
    )
    desk().application.handle(
        NoteTried(
            command_id=command_id(),
            actor=signed_in().id,
            change=change,
            kind="what-if",
            release=Release.from_body(asked.body).hash,
            passed=True,
            found=said,
        )
    )
    return notices.leave(redirect(url_for("board.change", change=change), 303), "noted")


# Open cases


@pages.get("/requests/<change>/proposals/<int:proposal>/open-cases")
def foreseen(change: str, proposal: int) -> str:
    """What would become of each open case if the proposal took effect now, and the order for them once it has."""
    require_look()
    with desk().application.reading() as reading:
        request_ = change_of(reading, change)
        if not 1 <= proposal <= len(request_.proposals):
            abort(404)
        put = request_.proposals[proposal - 1].put
        orders = tuple(each for each in reading.orders.all() if carries_out(each, put))
        progress = tuple(progress_of(reading, each.id) for each in orders)
        moving = sorted(pathway for pathway, choice in put.open_cases.items() if choice != "stay")
        cases = reading.orders.running(moving, put.release) if moving else ()
        shown, page = _slice(cases)
        planned = tuple(
            plans(
                reading,
                desk().application.archive,
                put.release,
                put.calendar,
                put.open_cases,
                desk().now,
                shown,
            )
        )
    return render_template(
        "board/foreseen.html",
        on=date.fromisoformat,
        found=request_,
        put=put,
        release=desk().application.archive.release(put.release),
        named=_named,
        cases=len(cases),
        planned=_touched(planned, moving),
        fates=get_args(Fate),
        page=page,
        last=max(1, -(-len(cases) // TOGETHER)),
        progress=progress,
    )


@pages.get("/requests/<change>/open-cases-back")
def behind(change: str) -> str:
    """What would become of the open cases that still follow a change that is out of force, if they were moved back now."""
    return _behind(change, [])


@pages.post("/requests/<change>/open-cases-back")
def order_back(change: str) -> Response | tuple[str, int]:
    """Have them moved back."""
    command = OrderCasesBack(command_id=command_id(), actor=signed_in().id, change=change)
    try:
        (given,) = desk().application.handle(command).opened
    except Refused as refused:
        return _behind(change, [PageError(str(refused), "")]), 409
    return redirect(url_for("moving.order", change=change, order=given), 303)


@pages.get("/requests/<change>/orders/<order>")
def order(change: str, order: str) -> str:
    """How far an order that came from a change has come, and what became of each case."""
    return _order(change, order, [])


@pages.post("/requests/<change>/orders/<order>")
def steer(change: str, order: str) -> Response | tuple[str, int]:
    """Stop it, go on with it, undo it."""
    act: Any = request.form.get("act", "")
    if act not in ("stop", "go on", "undo"):
        abort(400)
    try:
        desk().application.handle(
            SteerOrder(command_id=command_id(), actor=signed_in().id, order=order, act=act)
        )
    except Refused as refused:
        return _order(change, order, [PageError(str(refused), "")]), 409
    return redirect(url_for("moving.order", change=change, order=order), 303)


# Within


def _tried(change: str, draft: str, wrong: list[PageError]) -> str:
    require_look()
    with desk().application.reading() as reading:
        request_ = change_of(reading, change)
        title = draft_of(reading, draft).title
        readable = _readable(files_of(reading, draft_of(reading, draft)))
    return render_template(
        "board/tried.html",
        found=request_,
        draft=draft,
        title=title,
        readable=readable,
        may_ask=desk().release.rights.may_anywhere(signed_in(), DRAFT),
        errors=wrong,
        command_id=command_id(),
    )


def _readable(files: Any) -> bool:
    try:
        read_draft(files)
    except engine.Refused:
        return False
    return True


def _order(change: str, order: str, wrong: list[PageError]) -> str:
    require_look()
    after = request.args.get("after", "")
    with desk().application.reading() as reading:
        request_ = change_of(reading, change)
        progress = progress_of(reading, order)
        came_from = (carries_out(progress.order, each.put) for each in request_.proposals)
        if order not in request_.ordered_back and not any(came_from):
            abort(404)
        rows = reading.orders.cases(order, after=after, most=TOGETHER)
        names = Names(reading).all()
    return render_template(
        "board/order.html",
        found=request_,
        on=date.fromisoformat,
        progress=progress,
        rows=rows,
        names=names,
        more=rows[-1].case_id if len(rows) == TOGETHER else None,
        may_steer=desk().release.rights.may_anywhere(signed_in(), APPROVE),
        errors=wrong,
        command_id=command_id(),
    )


def _behind(change: str, wrong: list[PageError]) -> str:
    require_look()
    release, calendar = desk().in_force
    with desk().application.reading() as reading:
        request_ = change_of(reading, change)
        cases = left_behind(reading, request_)
        shown, page = _slice(cases)
        choices = back(request_.out_of_force) if request_.out_of_force else {}
        planned = tuple(
            plans(
                reading,
                desk().application.archive,
                release.hash,
                calendar.hash,
                choices,
                desk().now,
                shown,
            )
        )
    return render_template(
        "board/back.html",
        found=request_,
        release=release,
        named=_named,
        cases=len(cases),
        planned=_touched(planned, sorted(choices)),
        page=page,
        last=max(1, -(-len(cases) // TOGETHER)),
        may_order=desk().release.rights.may_anywhere(signed_in(), APPROVE),
        errors=wrong,
        command_id=command_id(),
    )


def _touched(planned: tuple[ProcessPlan, ...], moving: list[str]) -> tuple[ProcessPlan, ...]:
    """The plans of the procedures that the board moves, and of others whose dates or tasks that would change."""
    return tuple(each for each in planned if each.pathway in moving or each.dates or each.come or each.gone)


def _slice(cases: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isdecimal() and 0 < int(asked) < 100_000 else 1
    return tuple(islice(cases, (page - 1) * TOGETHER, page * TOGETHER)), page


def _named(release: Release, pathway: str) -> str:
    return pathway_name(release, pathway)
