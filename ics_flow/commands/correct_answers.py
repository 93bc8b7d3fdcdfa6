"""Answers put right after the event: the case is thought through again with the right ones, and what that moves is written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
from ics_flow.commands.work import Work
from ics_flow.domain.forms import FieldError, Form, Occasion
from ics_flow.domain.history import Entry
from ics_flow.domain.view import CaseView
from ics_flow.process.correction import answers_at
from ics_flow.process.inputs import TaskCompleted, decode_input
from ics_flow.process.replay import Given, Replayed
from ics_flow.process.second_thought import changed, restate


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAnswers(Command):
    """Put answers of one completed task right (JSON, by the questions' keys; those not named stay), with the reason."""

    case_id: str
    task: str
    answers: Mapping[str, object] = field(default_factory=dict)
    reason: str


def correct_answers(command: CorrectAnswers, work: Work) -> Outcome:
    """Restate the case with the right answers; where later acts would no longer fit, keep the correction on the record and say so.

    The form is checked whole, as when it was completed: an answer may make another question apply, or none.
    """
    reason = reason_given(command.reason)
    file = work.case(command.case_id)
    file.require_may("correct")
    file.let_time_pass()
    entries = work.unit.history.read(file.subject)
    view, givens = file.follow_again(entries)
    entry, form = _completed(entries, givens, view, command.task, work)
    if not command.answers.keys() <= set(form.keys):
        raise NotAnAnswer
    correction: dict[str, Any] = {
        "position": entry.position,
        "task": command.task,
        "form": form.name,
        "changes": _changes(
            form, answers_at(entries, entry.position), command.answers, work.occasion(file, form)
        ),
    }
    _require_standing(view, command.task, entry)
    replayed, _ = restate(givens, view, correction, file.at, work.world)
    outcome = replayed if isinstance(replayed, Replayed) else None
    written = file.restate(correction, changed(view, replayed, correction, work.world), outcome, reason)
    file.close()
    return Outcome(case_id=command.case_id, position=written.position)


def _changes(
    form: Form, before: Mapping[str, object], given: Mapping[str, object], occasion: Occasion
) -> list[dict[str, Any]]:
    """What differs between the answers that stand and those that are right, each with what it gives to the process."""
    typed = {**before, **given}
    was, now = form.applicable(before, occasion), form.applicable(typed, occasion)
    differing = [key for key in form.keys if was.get(key) != now.get(key) or (key in was) is not (key in now)]
    if errors := tuple(_faults(form, before, typed, differing, occasion)):
        raise AnswersRefused(errors)
    if not differing:
        raise NothingCorrected
    if form.allocating.intersection(differing):
        raise AllocationStands
    data = form.process_data(now)
    changes: list[dict[str, Any]] = []
    for key in differing:
        change: dict[str, Any] = {"question": key}
        if key in before:
            change["before"] = before[key]
        if key in now:
            change["answer"] = now[key]
        if key in data:
            change["value"] = encode_value(data[key])
        changes.append(change)
    return changes


def _faults(
    form: Form,
    before: Mapping[str, object],
    typed: Mapping[str, object],
    differing: list[str],
    occasion: Occasion,
) -> Iterator[FieldError]:
    """What is wrong with the form; an answer that is left as it was accepted then is not held against whoever corrects another."""
    accepted = form.check(before, occasion)
    for error in form.check(typed, occasion):
        if error not in accepted or error.name.partition("[")[0] in differing:
            yield error


def _require_standing(view: CaseView, task: str, entry: Entry) -> None:
    """Raise ``NotTheStandingVersion`` where the entry wrote a version of a record that does not stand."""
    given = decode_input(entry.parts["input"])
    form = given.form if isinstance(given, TaskCompleted) else None
    for record in view.records:
        written_there = (record.scope, record.form) == (task.rpartition("/")[0], form)
        if written_there and (record.position != entry.position or record.status == "draft"):
            raise NotTheStandingVersion


def _completed(
    entries: Iterable[Entry], givens: Iterable[Given], view: CaseView, task: str, work: Work
) -> tuple[Entry, Form]:
    """The entry by which the task was completed (one that was not rolled back), and its form under the release of its process."""
    standing = {
        given.position: given.input
        for given in givens
        if isinstance(given.input, TaskCompleted) and given.input.task == task and not given.input.skipped
    }
    for entry in entries:
        if entry.position in standing:
            process = next(each for each in view.processes if each.name == task.partition("/")[0])
            return entry, work.archive.release(process.release).forms[standing[entry.position].form]
    raise NotAnAnswer
