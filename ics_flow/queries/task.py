"""A task opened to be done: its form, what was drafted, what is known already, and the record that it judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import split
from engine.feel import Context
from ics_flow.domain.forms import COPIED, Choice, Form, Occasion, Origin, as_answer, is_begun
from ics_flow.domain.ids import case_subject
from ics_flow.domain.view import TaskView
from ics_flow.process.inputs import TaskCompleted, decode_input
from ics_flow.process.versions import versions
from ics_flow.queries.allocating import as_choices, who_may_hold_cases
from ics_flow.queries.due import Due, due_of
from ics_flow.queries.naming import guidance, part_of, pathway_name, task_title
from ics_flow.queries.next_in_line import button_of, passes_on
from ics_flow.queries.opened import ChildsFile, release_of
from ics_flow.queries.people import Names
from ics_flow.queries.people_of_case import people_of_case
from ics_flow.queries.records import ReadRecord, read_record
from ics_flow.store.accounts import live_choices
from ics_flow.store.unit import Reading

AS_TYPED = "_as_typed"
"""Under which key a draft keeps what could not be read as an answer yet, such as half a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What was typed so far, which version of it, by whom and when, and what of it was copied forward from where; version 0 where nothing was."""

    answers: Mapping[str, object]
    typed: Mapping[str, tuple[str, ...]]
    version: int
    by: str
    at: datetime | None
    copied: Mapping[str, Origin] = field(default_factory=dict)
    begun: bool = False  # somebody wrote something, or chose what to begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForm:
    """What a task's form needs to be drawn, read and checked."""

    task: TaskView
    form: Form
    occasion: Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """What the page of a task shows beside the form."""

    title: str
    process_title: str
    guidance: str
    due: Due | None
    drafted: Drafted
    record: ReadRecord | None
    other_parts: tuple[ReadRecord, ...]  # of the record that is judged, where it has parts
    names: Mapping[str, str]  # of all workers
    button: str
    passes_on: bool


def task_form(reading: Reading, file: ChildsFile, name: str) -> TaskForm:
    """The form of a waiting task, under the release that its process follows; raises NoSuchPart."""
    task = file.task(name)
    form = file.by.archive.release(file.state.processes[task.process].release).forms[task.form]
    return TaskForm(task=task, form=form, occasion=occasion(reading, file, form))


def form_of_done(reading: Reading, file: ChildsFile, command: str) -> Form | None:
    """The form of the task that this worker's command completed, if it did: the same page was sent twice."""
    position = reading.pages.position_of(command, file.by.worker.id)
    if position is None:
        return None
    for entry in reading.history.read(case_subject(file.case), after=position - 1)[:1]:
        given = decode_input(entry.parts["input"])
        if isinstance(given, TaskCompleted) and not given.skipped:
            release = release_of(reading, file, given.task.partition("/")[0])
            return file.by.archive.release(release).forms[given.form]
    return None


def occasion(reading: Reading, file: ChildsFile, form: Form) -> Occasion:
    """What a form is judged by, filled in now for this child."""
    return Occasion(
        context=Context(instant=file.by.at, calendar=file.by.calendar, facts=file.state.fact),
        known={"born": file.state.born},
        live=_live(reading, file, form) if form.asks_live else {},
        people=people_of_case(reading, file) if form.suggests else (),
    )


def _live(reading: Reading, file: ChildsFile, form: Form) -> dict[str, tuple[Choice, ...]]:
    """The workers and teams of the day; where a case is given away, each worker with team and caseload."""
    choices = live_choices(reading.accounts.all(), file.by.release.rights)
    if form.allocating:
        choices["workers"] = as_choices(who_may_hold_cases(reading, file.by.release))
    return choices


def task_page(reading: Reading, file: ChildsFile, asked: TaskForm) -> TaskPage:
    """What stands around the form."""
    task = asked.task
    own = file.by.archive.release(file.state.processes[task.process].release)
    return TaskPage(
        title=task_title(own, task.name, task.title),
        process_title=pathway_name(own, task.process),
        guidance=guidance(own, task.name),
        due=due_of(task, file.view, file.by.today, file.by.calendar),
        drafted=drafted(reading, file, asked),
        record=_record(reading, file, task),
        other_parts=() if task.writes else _other_parts(reading, file, task),
        names=Names(reading).all(),
        button=button_of(own.pathways, task.name),
        passes_on=passes_on(own.pathways, task.name),
    )


def drafted(reading: Reading, file: ChildsFile, asked: TaskForm) -> Drafted:
    """The draft of a task; where there is none, the record as it was sent back, or a form that holds what the procedure knows already."""
    kept = reading.drafts.of(file.case, asked.task.name)
    if not kept:
        before = _record(reading, file, asked.task) if asked.task.writes else None
        given = before.answers if before else _brought(file, asked)
        answers = {**asked.form.blank(), **given}
        return Drafted(answers=answers, typed={}, version=0, by="", at=None)
    typed: dict[str, Any] = {}
    for section in kept:
        typed.update(section.answers)
    begun = COPIED in typed or is_begun(asked.form, typed, _brought(file, asked))
    unread = {name: tuple(texts) for name, texts in typed.pop(AS_TYPED, {}).items()}
    copied = {key: Origin.from_json(origin) for key, origin in typed.pop(COPIED, {}).items()}
    last = max(kept, key=lambda section: section.saved_at)
    return Drafted(
        answers={**asked.form.blank(), **typed},
        typed=unread,
        version=last.version,
        by=Names(reading).of(last.by),
        at=last.saved_at,
        copied=copied,
        begun=begun or bool(unread),
    )


def _brought(file: ChildsFile, asked: TaskForm) -> dict[str, object]:
    """The answers that came with the procedure, such as the day of the contact for the day of the referral: nobody types them twice."""
    process, _, task = asked.task.name.partition("/")
    path, _ = split(task)
    scopes = dict(file.state.processes[process].state.scope.walk())
    data = scopes[path].data
    return {key: as_answer(data[key]) for key in asked.form.keys if data.get(key) is not None}


def _record(reading: Reading, file: ChildsFile, task: TaskView) -> ReadRecord | None:
    """The last version of the record that the task writes or judges, if there is one yet."""
    if task.record is None:
        return None
    entries = reading.history.read(case_subject(file.case))
    made = [version for version in versions(entries) if version.scope == task.record]
    return read_record(reading, file, made[-1].position) if made else None


def _other_parts(reading: Reading, file: ChildsFile, task: TaskView) -> tuple[ReadRecord, ...]:
    """The last versions of the other parts of the record that the task judges, in the order in which they were written."""
    own = file.by.archive.release(file.state.processes[task.process].release)
    if task.record is None or part_of(own, task.name) is None:
        return ()
    whole = task.record.rpartition("/")[0]
    entries = reading.history.read(case_subject(file.case))
    last = {
        version.scope: version
        for version in versions(entries)
        if version.scope != task.record and version.scope.rpartition("/")[0] == whole
    }
    return tuple(read_record(reading, file, version.position) for version in last.values())
