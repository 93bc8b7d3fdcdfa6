"""An answer put right after the event: the case is thought through again with the right one, and what that moves is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import encode_value
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import (
    AllocationStands,
    AnswersRefused,
    NotAnAnswer,
    NothingCorrected,
    NotTheStandingVersion,
    reason_given,
)
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.forms import Form
from ics_flow.domain.history import Entry, Json
from ics_flow.domain.view import CaseView
from ics_flow.process.following import CASE_RESTATED, changed, restate
from ics_flow.process.inputs import TaskCompleted, decode_input
from ics_flow.process.replay import Conflict, Replayed
from ics_flow.process.restatement import Restatement


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAnswer(Command):
    """Put one answer of a completed task right (``answer`` as JSON; None takes it away), with the reason."""

    case_id: str
    task: str
    question: str
    answer: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction would come to, before anything is written."""

    file: CaseFile
    correction: Json
    restatement: Restatement
    outcome: Replayed | Conflict


def correct_answer(command: CorrectAnswer, work: Work) -> Outcome:
    """Restate the case with the right answer; where later acts would no longer fit, keep the correction on the record and say so."""
    reason = reason_given(command.reason)
    corrected = consider(command, work)
    outcome = corrected.outcome if isinstance(corrected.outcome, Replayed) else None
    entry = corrected.file.restate(corrected.correction, corrected.restatement, outcome, reason)
    corrected.file.close()
    return Outcome(case_id=command.case_id, position=entry.position)


def consider(command: CorrectAnswer, work: Work) -> Corrected:
    """What the correction would move; nothing is written but what time has brought in the meantime."""
    file = work.case(command.case_id)
    file.require_may("correct")
    file.let_time_pass()
    entries = work.unit.history.read(file.subject)
    entry, form = _completed(entries, command.task, work)
    before = answers_at(entries, entry.position)
    after = {**before, command.question: command.answer}
    if command.question not in form.keys:
        raise NotAnAnswer
    if command.question in form.allocating:
        raise AllocationStands
    if before.get(command.question) == command.answer:
        raise NothingCorrected
    if errors := form.check(after, work.occasion(file, form)):
        raise AnswersRefused(errors)
    correction = _correction(command, entry, form, before, after)
    view, givens = file.follow_again(entries)
    _require_standing(view, command.task, entry)
    outcome, _ = restate(givens, view, correction, file.at, work.world)
    return Corrected(file, correction, changed(view, outcome), outcome)


def answers_at(entries: tuple[Entry, ...], position: int) -> dict[str, object]:
    """The answers that the entry at that position holds, with every correction since."""
    answers: dict[str, object] = {}
    for entry in entries:
        parts: Any = entry.parts
        if entry.position == position:
            for name, part in parts.items():
                if name.startswith("answers:"):
                    answers.update(part)
        elif entry.kind == CASE_RESTATED and parts["correction"]["position"] == position:
            answers[parts["correction"]["question"]] = parts["correction"]["answer"]
    return answers


def _require_standing(view: CaseView, task: str, entry: Entry) -> None:
    """Raise ``NotTheStandingVersion`` where the entry wrote a version of a record that does not stand."""
    given = decode_input(entry.parts["input"])
    form = given.form if isinstance(given, TaskCompleted) else None
    for record in view.records:
        written_there = (record.scope, record.form) == (task.rpartition("/")[0], form)
        if written_there and (record.position != entry.position or record.status == "draft"):
            raise NotTheStandingVersion


def _completed(entries: tuple[Entry, ...], task: str, work: Work) -> tuple[Entry, Form]:
    for entry in entries:
        if entry.kind == "task-completed":
            given = decode_input(entry.parts["input"])
            if isinstance(given, TaskCompleted) and given.task == task:
                return entry, work.archive.release(_release_of(entries, task)).forms[given.form]
    raise NotAnAnswer


def _release_of(entries: tuple[Entry, ...], task: str) -> str:
    """The release that the task's process began with."""
    process = task.partition("/")[0]
    for entry in entries:
        steps: Any = entry.parts.get("steps", ())
        for step in steps:
            if step["process"] == process and "began" in step:
                return str(step["began"])
    raise NotAnAnswer


def _correction(
    command: CorrectAnswer, entry: Entry, form: Form, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Json:
    data = form.process_data(after)
    value = {"value": encode_value(data[command.question])} if command.question in data else {}
    return {
        "position": entry.position,
        "task": command.task,
        "form": form.name,
        "question": command.question,
        "before": before.get(command.question),
        "answer": command.answer,
        **value,
    }
