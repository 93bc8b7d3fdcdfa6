"""A task: its form to fill in, to save as a draft, to finish or to skip.

Not here: what a form asks and whether answers are right (`ics_flow/domain/forms`), and what happens then (the commands).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.errors import AnswersRefused, LeavesUndone, PermissionDenied, TaskNotWaiting
from ics_flow.commands.hold_together import HoldTogether
from ics_flow.commands.save_draft import SaveDraft
from ics_flow.commands.skip_task import SkipTask
from ics_flow.domain.errors import DraftChanged, Refused, SameIdOtherBody
from ics_flow.domain.forms import COPIED, FieldError, Origin, Parsed, lay_out, said_of_all
from ics_flow.domain.listing import either, listing
from ics_flow.domain.workers import Worker
from ics_flow.process.apply import StillRunning
from ics_flow.queries.closing import Running, in_the_way
from ics_flow.queries.collated import OfOccasion, of_siblings
from ics_flow.queries.copying import Earlier, Offer, copied, offer
from ics_flow.queries.opened import ChildsFile, form_of_waiting, open_file
from ics_flow.queries.records import ReadRecord
from ics_flow.queries.task import AS_TYPED, TaskForm, TaskPage, form_of_done, task_form, task_page
from ics_flow.queries.together import begun_with, done_together_with
from web import errors, forms, notices, teaching, words
from web.desk import SAME_OCCASION, desk
from web.errors import PageError
from web.fields import NOT_YET_SAID, command_id, typed_reason
from web.foresight import foreseen
from web.visits import signed_in
from web.ways_on import file_after

pages = Blueprint("tasks", __name__, url_prefix="/children/<case>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A task opened for the worker who is signed in."""

    file: ChildsFile
    asked: TaskForm
    page: TaskPage
    offer: Offer | None  # of earlier records to copy from, where nothing was written yet
    together: tuple[ChildsFile, ...]  # of brothers and sisters for whom the same may be done at once
    read_with: tuple[OfOccasion, ...]  # the same record of brothers and sisters, where one is judged
    begun_with: frozenset[str]  # the cases of those with whom the procedure was begun


@pages.get("/tasks/<name:task>")
def show(case: str, task: str) -> str:
    """The task with whatever was drafted."""
    opened = _open(case, task)
    drafted = opened.page.drafted
    return _drawn(opened, Parsed(drafted.answers, drafted.typed, ()), (), drafted.version)


@pages.post("/tasks/<name:task>")
def send(case: str, task: str) -> Response | tuple[str, int]:
    """Finish the task, save it for later, begin it with earlier records or blank, or add and remove rows."""
    action, do = forms.requested_row_action(), request.form.get("do")
    if action is None and do not in ("save", "copy", "blank"):
        return _finish(case, task)
    opened = _open(case, task)
    parsed = forms.parsed_request(opened.asked.form)
    if action is not None:
        return _drawn(
            opened,
            forms.with_rows(opened.asked.form, parsed, action, opened.asked.occasion),
            (),
            _seen_version(),
        ), 200
    origins: Mapping[str, Origin] | None = None if do == "save" else {}
    if do == "copy":
        ticked = _ticked(opened)
        if not ticked:
            asks = PageError("Select what to copy forward, or press “Start blank”", "copy-forward")
            return _drawn(opened, parsed, (asks,), _seen_version()), 422
        parsed, origins = _with_copied(opened, parsed, ticked)
    try:
        desk().application.handle(_draft(signed_in(), case, task, parsed, origins))
    except DraftChanged as refused:
        return _drawn(opened, parsed, (_said(refused),), opened.page.drafted.version), 409
    if do == "save":
        return notices.leave(redirect(url_for("children.overview", case=case), 303), "saved")
    return notices.leave(redirect(url_for("tasks.show", case=case, task=task), 303), f"begun-{do}")


@pages.post("/drafts/<name:task>")
def keep(case: str, task: str) -> tuple[dict[str, object], int]:
    """Keep the draft while a person types; the answer is for the page's script."""
    try:
        with desk().application.reading() as reading:
            asked = task_form(reading, open_file(reading, desk().standpoint(), case), task)
        kept = desk().application.handle(_draft(signed_in(), case, task, forms.parsed_request(asked.form)))
    except Refused as refused:
        status = errors.status_of(refused)
        return {"message": f"Not saved. {refused} What you typed is still on this page."}, status
    at = words.clock_time(desk().application.clock())
    return {"message": f"Saved at {at}", "draft_version": kept.position}, 200


@pages.route("/skip/<name:task>", methods=["GET", "POST"])
def skip(case: str, task: str) -> str | Response | tuple[str, int]:
    """Go on without a task's answers, with a reason."""
    opened = _open(case, task, to_do=False)
    if not opened.file.may("skip"):
        abort(403)
    reason, wrong = typed_reason("Say why it is right to skip this")
    command = SkipTask(
        command_id=command_id(), actor=signed_in().id, case_id=case, task=task, reason=reason or NOT_YET_SAID
    )
    if request.method == "GET" or wrong:
        _, told = foreseen(command, case)
        drawn = render_template(
            "skip.html",
            child=opened.file.child,
            task=opened.page,
            follows=told.followed,
            command_id=command_id(),
            reason=reason,
            errors=wrong,
        )
        return drawn, 422 if wrong else 200
    outcome = desk().application.handle(command)
    return notices.leave(redirect(file_after(case, outcome), 303), "skipped")


def not_signed_in() -> tuple[dict[str, object], int]:
    """What the page's script is told when nobody is signed in any more."""
    return {
        "message": "Not saved: you have been signed out. What you typed is still on this page. "
        "Press one of the buttons to sign in again; nothing will be lost."
    }, 403


def keep_for(worker: Worker) -> None:
    """Keep what was sent with a task's page as a draft, for a worker whose session had run out by then."""
    if request.endpoint not in ("tasks.send", "tasks.keep"):
        return
    case, task = str((request.view_args or {})["case"]), str((request.view_args or {})["task"])
    by = desk().standpoint(worker)
    try:
        with desk().application.reading() as reading:
            asked = task_form(reading, open_file(reading, by, case), task)
        desk().application.handle(_draft(worker, case, task, forms.parsed_request(asked.form)))
    except Refused:
        return  # the page that asks to sign in carries it all the same


def _finish(case: str, task: str) -> Response | tuple[str, int]:
    """Finish the task; whatever is refused, the page comes back with everything that was typed."""
    with desk().application.reading() as reading:
        form = form_of_waiting(reading, desk().application.archive, case, task)
        if form is None:
            file = open_file(reading, desk().standpoint(), case)
            form = form_of_done(reading, file, command_id()) or task_form(reading, file, task).form
    parsed = forms.parsed_request(form)
    return _redrawn(case, task, parsed.errors) if parsed.errors else _complete(case, task, parsed)


def _complete(case: str, task: str, parsed: Parsed) -> Response | tuple[str, int]:
    try:
        outcome = desk().application.handle(_completing(case, task, parsed))
    except AnswersRefused as refused:
        return _redrawn(case, task, refused.errors)
    except PermissionDenied:
        _open(case, task)  # says no more than that worker may know of
        raise
    except (TaskNotWaiting, SameIdOtherBody):
        raise
    except DraftChanged as refused:
        opened = _open(case, task)
        return _drawn(opened, parsed, (PageError(str(refused), ""),), opened.page.drafted.version), 409
    except LeavesUndone as refused:
        asks = PageError("Say whether the case may close with this still to be done outside", "leave-undone")
        return _drawn(_open(case, task), parsed, (asks,), _seen_version(), refused.undone), 409
    except StillRunning:
        asks = PageError("The case cannot close yet: see what still runs for this child", "still-running")
        return _redrawn(case, task, (asks,), 409)
    except Refused as refused:
        return _redrawn(case, task, (PageError(str(refused), ""),), 409)
    return notices.leave(redirect(file_after(case, outcome), 303), "finalised")


def _completing(case: str, task: str, parsed: Parsed) -> CompleteTask:
    """The task done for this child, or together with the brothers and sisters who were ticked."""
    command = CompleteTask(
        command_id=command_id(),
        actor=signed_in().id,
        case_id=case,
        task=task,
        answers=parsed.answers,
        draft_version=_seen_version(),
        leave_undone=request.form.get("_leave_undone") == "yes",
    )
    siblings = tuple(sorted(set(request.form.getlist("_together"))))
    if not siblings:
        return command
    said = {each.name: getattr(command, each.name) for each in fields(command)}
    return HoldTogether(**said, siblings=siblings)


def _redrawn(
    case: str, task: str, wrong: tuple[FieldError | PageError, ...], status: int = 422
) -> tuple[str, int]:
    """The form with everything that was typed, what could not be read, and what else is wrong."""
    opened = _open(case, task)
    asked, parsed = opened.asked, forms.parsed_request(opened.asked.form)
    if parsed.errors:
        wrong = asked.form.check(parsed.answers, asked.occasion, parsed.errors)
    return _drawn(opened, parsed, wrong, _seen_version()), status


def _open(case: str, task: str, *, to_do: bool = True) -> Opened:
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "task")
        asked = task_form(reading, file, task)
        if to_do and not file.may_do(asked.task):
            raise _refusal(file, asked)
        page = task_page(reading, file, asked)
        begun = page.drafted.begun or page.record is not None
        copies = to_do and asked.task.writes and (not begun or _copies())
        offered = offer(reading, file, asked) if copies else None
        together = done_together_with(reading, file, asked) if to_do else ()
        judged = None if asked.task.writes else page.record
        read_with = of_siblings(reading, file, judged) if judged else ()
        with_whom = begun_with(reading, file, asked.task.process) if together else frozenset()
    for sibling in offered.siblings if offered else ():
        desk().note_reading(sibling, "records to copy from")
    for each in read_with:
        desk().note_reading(each.file, SAME_OCCASION)
    for sibling in together:
        desk().note_reading(sibling, "a task to do together")
    return Opened(
        file=file,
        asked=asked,
        page=page,
        offer=offered,
        together=together,
        read_with=read_with,
        begun_with=with_whom,
    )


def _copies() -> bool:
    """Whether a button was pressed that copies forward: a draft may have been saved since the records were offered."""
    return request.method == "POST" and request.form.get("do") == "copy"


def _ticked(opened: Opened) -> tuple[Earlier, ...]:
    """The earlier records that were ticked."""
    chosen = request.form.getlist("_copy")
    return tuple(each for each in opened.offer.records if each.id in chosen) if opened.offer else ()


def _with_copied(
    opened: Opened, parsed: Parsed, ticked: tuple[Earlier, ...]
) -> tuple[Parsed, Mapping[str, Origin]]:
    """What was typed, with what the earlier records give to the rest, and where that comes from."""
    half_typed = {re.split(r"[\[.]", name)[0]: texts for name, texts in parsed.raw.items()}
    given = copied(opened.file, opened.asked, ticked, {**parsed.answers, **half_typed})
    return Parsed({**parsed.answers, **given.answers}, parsed.raw, ()), given.origins


def _refusal(file: ChildsFile, asked: TaskForm) -> PermissionDenied:
    """Why a task may not be done by whoever opened it."""
    rights, task = file.by.release.rights, asked.task
    if task.other_than and rights.writer_of(file.view, task) == file.by.worker.id:
        return PermissionDenied("You wrote this record, so somebody else has to decide on it.")
    who = either([teaching.role_label(role).lower() for role in task.roles])
    return PermissionDenied(f"This is for: {who}.")


def _drawn(
    opened: Opened,
    parsed: Parsed,
    wrong: tuple[FieldError | PageError, ...],
    version: int,
    undone: tuple[str, ...] = (),
) -> str:
    asked, page = opened.asked, opened.page
    g.about = f"{page.title} ({page.process_title})"
    in_fields = tuple(error for error in wrong if isinstance(error, FieldError))
    notes = {key: origin.note(parsed.answers) for key, origin in page.drafted.copied.items()}
    sheet = lay_out(asked.form, parsed.answers, asked.occasion, parsed.raw, in_fields, notes)
    return render_template(
        "task.html",
        child=opened.file.child,
        earlier=opened.offer.records if opened.offer else (),
        ticked=request.form.getlist("_copy"),
        together=[other.child for other in opened.together],
        common=listing([f"“{label}”" for label in said_of_all(asked.form)]),
        ticked_together=request.form.getlist("_together") if request.method == "POST" else opened.begun_with,
        name=asked.task.name,
        writes=asked.task.writes,
        task=page,
        form_html=forms.drawn(sheet),
        contents=[section for section in sheet.sections if section.title],
        judged=() if asked.task.writes else tuple(_judged(page)),
        read_with=listing([each.file.child.name for each in opened.read_with]),
        names=page.names,
        button=page.button or ("Finish and pass on" if page.passes_on else "Finish"),
        decision_html=_decision(opened),
        errors=[
            PageError(error.text, error.anchor if isinstance(error, FieldError) else error.at)
            for error in wrong
        ],
        command_id=command_id(),
        undone=undone,
        in_the_way=_in_the_way(opened),
        may_end=opened.file.may("end_pathway"),
        draft_version=version,
        draft_words=_draft_words(page),
    )


def _in_the_way(opened: Opened) -> tuple[Running, ...]:
    """What still runs, where the task is of a procedure that closes the case."""
    file, process = opened.file, opened.asked.task.process
    release = file.by.archive.release(file.state.processes[process].release)
    return in_the_way(file, release.pathways[process.partition("#")[0]], process)


def _judged(page: TaskPage) -> Iterator[tuple[ReadRecord, Markup]]:
    """The record that is decided on, or all its parts, to read."""
    for record in (*page.other_parts, *([page.record] if page.record else [])):
        yield record, forms.drawn_record(record.sections, 3)


def _decision(opened: Opened) -> Markup:
    """What the manager said, where the record came back to its writer."""
    record = opened.page.record
    back = record is not None and opened.asked.task.writes and record.version.status == "sent back"
    return forms.drawn_record(record.decision, 3) if record is not None and back else Markup()


def _draft_words(page: TaskPage) -> str:
    if page.drafted.at is None:
        return ""
    return f"Draft saved {words.moment(page.drafted.at)} by {page.drafted.by}"


def _draft(
    worker: Worker, case: str, task: str, parsed: Parsed, origins: Mapping[str, Origin] | None = None
) -> SaveDraft:
    """The draft of what was sent, with what could not be read (half a date) as it was typed, and where what was copied just now comes from (none: begun blank)."""
    chosen = {} if origins is None else {COPIED: {key: each.to_json() for key, each in origins.items()}}
    return SaveDraft(
        command_id=uuid.uuid4().hex,
        actor=worker.id,
        case_id=case,
        task=task,
        answers={
            **parsed.answers,
            **chosen,
            AS_TYPED: {name: list(texts) for name, texts in parsed.raw.items()},
        },
        version=_seen_version(),
    )


def _seen_version() -> int:
    """The version of the draft that the page was drawn with."""
    sent = request.form.get("draft_version", "0")
    return int(sent) if sent.isdecimal() and len(sent) < 9 else 0


def _said(refused: Refused) -> PageError:
    return PageError(f"{refused} What you typed stands below and is not saved yet.", "")
