"""Putting a record right: its form with what it says now, why it is wrong, and what would follow, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.errors import AnswersRefused
from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import FieldError, Form, Occasion, Parsed, lay_out
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.records import ReadRecord, read_record
from ics_flow.queries.task import occasion
from ics_flow.queries.telling import Told
from web import forms, notices
from web.desk import desk
from web.errors import PageError
from web.fields import NOT_YET_SAID, command_id, typed_reason
from web.foresight import foreseen
from web.visits import signed_in

pages = Blueprint("corrections", __name__, url_prefix="/children/<case>/records/<int:position>/correct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A record opened to be put right; its form is drawn as of the day on which the record was written."""

    file: ChildsFile
    record: ReadRecord
    form: Form
    occasion: Occasion


@pages.get("")
def show(case: str, position: int) -> str:
    """The record's form with what it says now."""
    opened = _open(case, position)
    return _drawn(opened, Parsed(opened.record.answers, {}, ()), "", ())


@pages.post("")
def correct(case: str, position: int) -> Response | str | tuple[str, int]:
    """Show what would follow, put it right, or go back to the form."""
    opened = _open(case, position)
    parsed = forms.parsed_request(opened.form)
    # No question of a form has a key that begins like this; "reason" is a question of several.
    reason, wrong = typed_reason("Say why the record is wrong", "_why")
    action = forms.requested_row_action()
    if action is not None:
        return _drawn(opened, forms.with_rows(opened.form, parsed, action, opened.occasion), reason, ())
    if request.form.get("do") == "change":
        return _drawn(opened, parsed, reason, ())
    if parsed.errors:
        return _drawn(opened, parsed, reason, (*_faults(opened, parsed), *wrong)), 422
    command = CorrectAnswers(
        command_id=command_id(),
        actor=signed_in().id,
        case_id=case,
        task=opened.record.version.task,
        answers=_differing(opened, parsed),
        reason=reason or NOT_YET_SAID,
    )
    try:
        if request.form.get("do") == "correct" and not wrong:
            return _corrected(case, command)
        entry, told = foreseen(command, case)
    except AnswersRefused as refused:
        return _drawn(opened, parsed, reason, (*refused.errors, *wrong)), 422
    except Refused as refused:
        return _drawn(opened, parsed, reason, (PageError(str(refused), ""), *wrong)), 409
    if wrong:
        return _drawn(opened, parsed, reason, tuple(wrong)), 422
    return _preview(opened, parsed, reason, told, alone=moved_nothing(entry))


def moved_nothing(entry: Entry) -> bool:
    """Whether a correction stands on the record alone, because later acts do not fit it."""
    restated = entry.parts["restated"]
    return isinstance(restated, dict) and restated["conflict"] is not None


def _corrected(case: str, command: CorrectAnswers) -> Response:
    outcome = desk().application.handle(command)
    with desk().application.reading() as reading:
        (entry,) = reading.history.read(case_subject(case), after=(outcome.position or 1) - 1)[:1]
    code = "corrected-alone" if moved_nothing(entry) else "corrected"
    return notices.leave(redirect(url_for("children.history", case=case), 303), code)


def _open(case: str, position: int) -> Opened:
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "put a record right")
        record = read_record(reading, file, position)
        form = file.by.archive.release(record.version.release).forms[record.version.form]
        now = occasion(reading, file, form)
    if not file.may("correct"):
        abort(403)
    then = replace(now, context=replace(now.context, instant=record.version.at))
    return Opened(file=file, record=record, form=form, occasion=then)


def _faults(opened: Opened, parsed: Parsed) -> Iterator[FieldError]:
    """What cannot be read of what was typed, and what else is wrong that was not accepted so when the record was written."""
    accepted = opened.form.check(opened.record.answers, opened.occasion)
    for error in opened.form.check(parsed.answers, opened.occasion, parsed.errors):
        if error not in accepted:
            yield error


def _differing(opened: Opened, parsed: Parsed) -> dict[str, object]:
    """What was typed that is not what the page was drawn with."""
    drawn = {**opened.form.blank(), **opened.record.answers}
    before = opened.form.parse(MultiDict(opened.form.fields(drawn))).answers
    return {key: answer for key, answer in parsed.answers.items() if answer != before.get(key)}


def _preview(opened: Opened, parsed: Parsed, reason: str, told: Told, *, alone: bool) -> str:
    """What would be put right and what would follow, to be confirmed."""
    return render_template(
        "correct_check.html",
        child=opened.file.child,
        record=opened.record,
        told=told,
        alone=alone,
        reason=reason,
        fields=opened.form.fields(parsed.answers),
        command_id=command_id(),
    )


def _drawn(opened: Opened, parsed: Parsed, reason: str, wrong: tuple[FieldError | PageError, ...]) -> str:
    in_fields = tuple(error for error in wrong if isinstance(error, FieldError))
    sheet = lay_out(opened.form, parsed.answers, opened.occasion, parsed.raw, in_fields)
    return render_template(
        "correct.html",
        child=opened.file.child,
        record=opened.record,
        form_html=forms.drawn(sheet),
        contents=[section for section in sheet.sections if section.title],
        reason=reason,
        errors=[
            PageError(error.text, error.anchor if isinstance(error, FieldError) else error.at)
            for error in wrong
        ],
        command_id=command_id(),
    )
