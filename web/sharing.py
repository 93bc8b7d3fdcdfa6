"""Records shared with carers and partner agencies: the pages of a file by which one is shared and taken back, and all that those see with whom it is.

Whoever reads only what is shared is let to the views marked `open_to_those_shared_with`, and to no others (`web/app.py`). Not here: who may share.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ics_flow.commands.share_record import SHARE, LastDayIsOver, ShareRecord
from ics_flow.commands.take_back_share import TakeBackShare
from ics_flow.domain.ids import case_subject
from ics_flow.domain.view import ShareView
from ics_flow.domain.workers import Worker
from ics_flow.process.sharing import may_be_shared, shares
from ics_flow.process.versions import Version, versions
from ics_flow.queries.opened import ChildsFile, NoSuchPart
from ics_flow.queries.people import Names
from ics_flow.queries.shared import SHARED_WITH_THE_READER, open_shared, shared_with_me, to_share_with
from ics_flow.queries.standpoint import page_of
from ics_flow.store.unit import Reading
from web import forms, notices
from web.addresses import page_number
from web.children import STATUS, section
from web.desk import desk
from web.errors import PageError
from web.fields import TypedDate, command_id, typed_date, typed_reason
from web.visits import open_to_those_shared_with, signed_in

pages = Blueprint("sharing", __name__)


@pages.get("/shared")
@open_to_those_shared_with
def mine() -> str:
    """The children and records that are shared with whoever is signed in."""
    with desk().application.reading() as reading:
        found = shared_with_me(reading, desk().standpoint())
        names = Names(reading).all()
    return render_template("shared/mine.html", shared=found, names=names)


@pages.get("/shared/<case>/<int:position>")
@open_to_those_shared_with
def record(case: str, position: int) -> str:
    """One record that is shared with whoever is signed in, and nothing else of the file; that it was opened is noted."""
    with desk().application.reading() as reading:
        found = open_shared(reading, desk().standpoint(), case, position)
        names = Names(reading).all()
    desk().access.note_reading(
        signed_in().id,
        case=case,
        person=found.child.person,
        what=f"shared record: {found.share.title}",
        right=SHARED_WITH_THE_READER,
    )
    return render_template(
        "shared/record.html",
        shared=found,
        version=found.record.version,
        record_html=forms.drawn_record(found.record.sections, 2),
        status=STATUS,
        names=names,
    )


@pages.get("/children/<case>/sharing")
def show(case: str) -> str:
    """What is, and was, shared of the file with whom, newest first."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "what is shared")
        entries = reading.history.read(case_subject(case))
        names = Names(reading).all()
    made = versions(entries)
    by_position = {version.position: version for version in made}
    newest = {version.scope: version for version in made}
    found = ((share, by_position[share.record]) for share in reversed(shares(entries)))
    rows = [(share, version, newest[version.scope]) for share, version in found]
    return section(
        file,
        "sharing",
        "Shared",
        here="sharing.show",
        shown=page_of(rows, page_number()),
        names=names,
        status=STATUS,
        today=desk().today,
        may_share=file.may(SHARE),
    )


@pages.route("/children/<case>/records/<int:position>/share", methods=["GET", "POST"])
def share(case: str, position: int) -> str | AnyResponse | tuple[str, int]:
    """Share a record with somebody, with the reason and up to a last day."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "share a record")
        version = _to_be_shared(reading, file, position)
        already = {share.worker for share in file.view.shares_of(position, desk().today)}
        people = tuple(each for each in to_share_with(reading, file.by) if each.id not in already)
    if not file.may(SHARE):
        abort(403)
    chosen, until = request.form.get("worker", ""), typed_date(request.form, "until")
    reason, wrong = typed_reason("Say what it is shared for")
    if request.method == "POST":
        wrong = [*_wrong(people, chosen, until), *wrong]
    if request.method == "POST" and not wrong:
        try:
            return _shared(case, position, chosen, until.on, reason)
        except LastDayIsOver as refused:
            wrong = [PageError(str(refused), "until-day")]
    drawn = render_template(
        "shared/share.html",
        child=file.child,
        version=version,
        people=people,
        chosen=chosen,
        until=until,
        reason=reason,
        errors=wrong,
        command_id=command_id(),
    )
    return drawn, 422 if wrong else 200


@pages.route("/children/<case>/sharing/<int:position>/take-back", methods=["GET", "POST"])
def take_back(case: str, position: int) -> str | AnyResponse | tuple[str, int]:
    """Take back what was shared, with the reason."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "take back what is shared")
        standing = _standing(file, position)
        names = Names(reading).all()
    if not file.may(SHARE):
        abort(403)
    reason, wrong = typed_reason("Say why it is taken back")
    if request.method == "GET" or wrong:
        drawn = render_template(
            "shared/take_back.html",
            child=file.child,
            share=standing,
            names=names,
            reason=reason,
            errors=wrong,
            command_id=command_id(),
        )
        return drawn, 422 if wrong else 200
    desk().application.handle(
        TakeBackShare(
            command_id=command_id(), actor=signed_in().id, case_id=case, share=position, reason=reason
        )
    )
    return notices.leave(redirect(url_for("sharing.show", case=case), 303), "taken-back")


def _shared(case: str, position: int, worker: str, until: date | None, reason: str) -> AnyResponse:
    desk().application.handle(
        ShareRecord(
            command_id=command_id(),
            actor=signed_in().id,
            case_id=case,
            record=position,
            worker=worker,
            until=until,
            reason=reason,
        )
    )
    return notices.leave(redirect(url_for("sharing.show", case=case), 303), "shared")


def _wrong(people: tuple[Worker, ...], chosen: str, until: TypedDate) -> list[PageError]:
    wrong = []
    if chosen not in {each.id for each in people}:
        wrong.append(PageError("Select with whom it is shared", "worker"))
    if until.fault:
        wrong.append(PageError(until.fault, "until-day"))
    return wrong


def _to_be_shared(reading: Reading, file: ChildsFile, position: int) -> Version:
    made = versions(reading.history.read(case_subject(file.case)))
    version = may_be_shared(made, file.by.archive).get(position)
    if version is None:
        raise NoSuchPart("There is no such record here, or it is not one that can be shared.")
    return version


def _standing(file: ChildsFile, position: int) -> ShareView:
    for share in file.view.shares:
        if share.position == position and share.stands(desk().today):
            return share
    raise NoSuchPart("This is not shared, or is shared no longer.")
