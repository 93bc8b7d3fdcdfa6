"""Putting one answer of a record right: which, what it should be and why, after seeing what that would move."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ics_flow.commands.correct_answer import CorrectAnswer
from ics_flow.commands.errors import AnswersRefused
from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import Form, Parsed, Sheet, describe, lay_out
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.people import Names
from ics_flow.queries.records import ReadRecord, live_names, read_record
from ics_flow.queries.task import occasion
from ics_flow.queries.telling import changes
from web import forms, notices
from web.desk import desk
from web.errors import PageError
from web.tasks import command_id, typed_reason
from web.visits import signed_in

pages = Blueprint("corrections", __name__, url_prefix="/children/<case>/records/<int:position>/correct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A record opened to have an answer put right."""

    file: ChildsFile
    record: ReadRecord
    form: Form
    answer_words: str
    html: Markup


@pages.get("")
def choose(case: str, position: int) -> str:
    """The questions of the record, to choose the one whose answer is wrong."""
    file, record = _record(case, position)
    form = file.by.archive.release(record.version.release).forms[record.version.form]
    questions = [
        (question.key, question.label) for _, question in form.questions if question.key in record.answers
    ]
    return render_template("correct_which.html", child=file.child, record=record, questions=questions)


@pages.route("/<question>", methods=["GET", "POST"])
def correct(case: str, position: int, question: str) -> str | Response | tuple[str, int]:
    """The right answer and why; first shown is what would move."""
    opened = _open(case, position, question)
    reason, wrong = typed_reason("Say why the recorded answer is wrong")
    if request.method == "GET":
        return _drawn(opened, question, reason, [], None)
    parsed = forms.parsed_request(opened.form)
    wrong = [PageError(error.text, error.anchor) for error in parsed.errors] + wrong
    if wrong:
        return _drawn(opened, question, reason, wrong, None), 422
    command = CorrectAnswer(
        command_id=command_id(),
        actor=signed_in().id,
        case_id=case,
        task=opened.record.version.task,
        question=question,
        answer=parsed.answers.get(question),
        reason=reason,
    )
    try:
        if request.form.get("do") == "correct":
            desk().application.handle(command)
            return notices.leave(redirect(url_for("children.history", case=case), 303), "corrected")
        preview = _preview(opened.file, command)
    except AnswersRefused as refused:
        wrong = [PageError(error.text, error.anchor) for error in refused.errors]
        return _drawn(opened, question, reason, wrong, None), 422
    except Refused as refused:
        return _drawn(opened, question, reason, [PageError(str(refused), question)], None), 409
    return _drawn(opened, question, reason, [], preview)


def _preview(file: ChildsFile, command: CorrectAnswer) -> list[str]:
    """What the correction would move, a line each."""
    titles = {task.name: task.title for task in file.view.tasks}
    titles |= {deadline.name: deadline.title for deadline in file.view.deadlines}
    return list(changes(desk().release, desk().application.consider(command), titles))


def _record(case: str, position: int) -> tuple[ChildsFile, ReadRecord]:
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "correct an answer")
        record = read_record(reading, file, position)
    if not file.may("correct"):
        abort(403)
    return file, record


def _open(case: str, position: int, question: str) -> Opened:
    file, record = _record(case, position)
    form = file.by.archive.release(record.version.release).forms[record.version.form]
    if question not in record.answers:
        abort(404)
    with desk().application.reading() as reading:
        asked = occasion(reading, file, form)
        live = live_names(Names(reading))
    parsed = forms.parsed_request(form) if request.method == "POST" else Parsed(record.answers, {}, ())
    sheet = only(
        lay_out(
            form, {**record.answers, question: parsed.answers.get(question)}, asked, parsed.raw, parsed.errors
        ),
        question,
    )
    said = describe(form, {question: record.answers[question]}, live)
    return Opened(
        file=file,
        record=record,
        form=form,
        answer_words=said[0].answers[0].words if said else "",
        html=forms.drawn(sheet),
    )


def only(sheet: Sheet, question: str) -> Sheet:
    """The sheet with that question alone, always shown."""
    sections = [
        replace(section, title="", hint="", hide_when="", items=(replace(box, hide_when=""),))
        for section in sheet.sections
        for box in section.items
        if getattr(box, "name", None) == question
    ]
    return replace(sheet, sections=tuple(sections))


def _drawn(
    opened: Opened, question: str, reason: str, wrong: list[PageError], preview: list[str] | None
) -> str:
    label = next((each.label for _, each in opened.form.questions if each.key == question), question)
    return render_template(
        "correct.html",
        child=opened.file.child,
        record=opened.record,
        question=label,
        answer=opened.answer_words,
        form_html=opened.html,
        reason=reason,
        errors=wrong,
        preview=preview,
        command_id=command_id(),
    )
