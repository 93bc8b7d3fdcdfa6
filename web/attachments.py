"""The files attached to a child's file: the list, attaching one, handing one out, and withdrawing one that came by mistake.

A file is handed out to be saved, never to be shown within a page of ours. Not here: which kinds of file are taken (`ics_flow/domain/attachments.py`).
"""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from ics_flow.commands.attach_file import ATTACH, AttachFile
from ics_flow.commands.withdraw_attachment import WithdrawAttachment
from ics_flow.domain.attachments import KINDS, MOST_BYTES, FileMissing, FileTooLong, KindNotTaken
from ics_flow.domain.ids import case_subject
from ics_flow.process.attachments import Attachment, attachments, may_withdraw
from ics_flow.queries.opened import ChildsFile, NoSuchPart
from ics_flow.queries.people import Names
from ics_flow.queries.standpoint import page_of
from ics_flow.store.unit import Reading
from web import notices
from web.addresses import page_number
from web.children import section
from web.desk import desk
from web.errors import PageError
from web.fields import command_id, typed_reason
from web.visits import signed_in, takes_a_file

pages = Blueprint("attachments", __name__, url_prefix="/children/<case>/attachments")

HANDED_OUT = "default-src 'none'; sandbox"
"""The policy of a file that is handed out: should a browser show it all the same, nothing in it runs."""


@pages.get("")
def show(case: str) -> str:
    """Every file that was attached, newest first."""
    return _listed(case, "", [])


@pages.post("")
@takes_a_file
def attach(case: str) -> AnyResponse | tuple[str, int]:
    """Attach a file, with a line that says what it is."""
    sent = request.files.get("file")
    body = sent.read(MOST_BYTES + 1) if sent else b""
    what, wrong = typed_reason("Say what the file is", "what")
    if not wrong:
        command = AttachFile(
            command_id=command_id(),
            actor=signed_in().id,
            case_id=case,
            name=(sent.filename or "") if sent else "",
            what=what,
            body=body,
        )
        try:
            desk().application.handle(command)
        except (FileMissing, FileTooLong, KindNotTaken) as refused:
            wrong = [PageError(str(refused), "file")]
    if wrong:
        return _listed(case, what, wrong), 422
    return notices.leave(redirect(url_for("attachments.show", case=case), 303), "attached")


@pages.get("/<attachment>")
def hand_out(case: str, attachment: str) -> Response:
    """The file, to be saved."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "attached file")
        found = _standing(reading, file, attachment)
        body = reading.attachments.body(attachment, case)
    if body is None:
        raise NoSuchPart("The file is missing: tell whoever looks after the database.")
    kind = KINDS[found.file.kind]
    response = send_file(
        BytesIO(body), mimetype=kind.media_type, as_attachment=True, download_name=found.file.name
    )
    response.headers["Content-Security-Policy"] = HANDED_OUT
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.route("/<attachment>/withdraw", methods=["GET", "POST"])
def withdraw(case: str, attachment: str) -> str | AnyResponse | tuple[str, int]:
    """Take a file that was attached by mistake out of sight, with the reason."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "withdraw an attached file")
        found = _standing(reading, file, attachment)
    if not _may_withdraw(file, found):
        abort(403)
    reason, wrong = typed_reason("Say why the file does not belong here")
    if request.method == "GET" or wrong:
        drawn = render_template(
            "withdraw.html",
            child=file.child,
            file=found.file,
            command_id=command_id(),
            reason=reason,
            errors=wrong,
        )
        return drawn, 422 if wrong else 200
    desk().application.handle(
        WithdrawAttachment(
            command_id=command_id(),
            actor=signed_in().id,
            case_id=case,
            attachment=attachment,
            reason=reason,
        )
    )
    return notices.leave(redirect(url_for("attachments.show", case=case), 303), "withdrawn")


def _listed(case: str, what: str, wrong: list[PageError]) -> str:
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "attachments")
        found = attachments(reading.history.read(case_subject(case)))
        names = Names(reading).all()
    rows = [(each, KINDS[each.file.kind], _may_withdraw(file, each)) for each in reversed(found)]
    return section(
        file,
        "attachments",
        "Attachments",
        here="attachments.show",
        shown=page_of(rows, page_number()),
        names=names,
        may_attach=file.may(ATTACH),
        most=MOST_BYTES // 1_000_000,
        what=what,
        errors=wrong,
        command_id=command_id(),
    )


def _standing(reading: Reading, file: ChildsFile, attachment: str) -> Attachment:
    for each in attachments(reading.history.read(case_subject(file.case))):
        if each.file.id == attachment and each.withdrawn is None:
            return each
    raise NoSuchPart("There is no such file here, or it was withdrawn.")


def _may_withdraw(file: ChildsFile, found: Attachment) -> bool:
    rights, by = file.by.release.rights, file.by.worker
    return found.withdrawn is None and may_withdraw(found, by, rights, file.view, file.child.worker_manager)
