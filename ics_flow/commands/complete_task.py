"""A task done: its form's answers checked, written down, and carried into the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import AnswersRefused, LeavesUndone, PermissionDenied, WriterMayNotAuthorise
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.errors import DraftChanged
from ics_flow.domain.forms import Form
from ics_flow.domain.forms.questions import Allocation
from ics_flow.domain.history import Json
from ics_flow.domain.view import TaskView
from ics_flow.process.inputs import CaseAllocated, TaskCompleted


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask(Command):
    """Complete a waiting task with the answers to its form (JSON, by the questions' keys)."""

    case_id: str
    task: str
    answers: Mapping[str, object] = field(default_factory=dict)
    draft_version: int | None = (
        None  # the draft that the page was drawn with (0: none); None where there was no page
    )
    leave_undone: bool = False  # the case may close though something is still to be done outside


def complete_task(command: CompleteTask, work: Work) -> Outcome:
    """Write a worker's answers, after whatever time has brought in the meantime; raises ``AnswersRefused``, ``DraftChanged``, ``LeavesUndone``."""
    return complete(work.case(command.case_id), command, work)


def complete(
    file: CaseFile, command: CompleteTask, work: Work, parts: Mapping[str, Json] | None = None
) -> Outcome:
    """Complete the task in the file that was opened; ``parts`` are kept in the entry beside the answers."""
    require_may_do(file, file.task(command.task), work)
    file.let_time_pass()
    task = file.task(command.task)
    form = form_of(task, file, work)
    occasion = work.occasion(file, form)
    answers = form.applicable(command.answers, occasion)
    if errors := form.check(answers, occasion):
        raise AnswersRefused(errors)

    waiting, was_open = {each.name for each in file.view.tasks}, file.view.is_open
    entry = file.take(
        "task-completed",
        TaskCompleted(task=task.name, form=form.name, data=form.process_data(answers)),
        parts={
            **{f"answers:{section}": part for section, part in _parts(form, answers).items()},
            **(parts or {}),
        },
    )
    if was_open and not command.leave_undone:
        require_nothing_left(file)
    if allocation := form.allocates(answers):
        file.take("case-allocated", _allocated(allocation, file, work))
    discard_drafts(command, work)
    file.close()
    return Outcome(
        case_id=file.case,
        opened=tuple(each.name for each in file.view.tasks if each.name not in waiting),
        position=entry.position,
    )


def _allocated(allocation: Mapping[Allocation, str], file: CaseFile, work: Work) -> CaseAllocated:
    """The worker whom the answers name, and the team that they name or else the worker's."""
    worker = allocation.get("allocated_worker", file.view.allocated_worker)
    own_team = work.worker(worker).team if worker else None
    return CaseAllocated(team=allocation.get("team") or own_team or file.view.team, worker=worker)


def require_may_do(file: CaseFile, task: TaskView, work: Work) -> None:
    """Raise ``PermissionDenied`` unless the actor may do the task."""
    rights, worker = work.release.rights, work.worker()
    if rights.may_do(worker, file.view, task, file.manager):
        return
    if task.other_than and rights.writer_of(file.view, task) == worker.id:
        raise WriterMayNotAuthorise
    raise PermissionDenied


def require_nothing_left(file: CaseFile) -> None:
    """Raise ``LeavesUndone`` where the case has closed and something is still to be done outside."""
    undone = tuple(each.text or each.message for each in file.view.undelivered if not each.done)
    if undone and not file.view.is_open:
        raise LeavesUndone(undone)


def discard_drafts(command: CompleteTask, work: Work) -> None:
    """Throw the task's drafts away; raises ``DraftChanged`` where somebody else has drafted since the page was drawn, unseen."""
    for version, by in work.unit.drafts.discard(command.case_id, command.task):
        if command.draft_version not in (None, version) and by != work.actor:
            raise DraftChanged(
                "Somebody else has saved a draft of this since you opened it. Open it in another tab to see it; "
                "to finish with what stands here all the same, press the button once more."
            )


def form_of(task: TaskView, file: CaseFile, work: Work) -> Form:
    """The form of the task, under the release that its process follows."""
    process = file.state.processes[task.process]
    return work.archive.release(process.release).forms[task.form]


def _parts(form: Form, answers: Mapping[str, object]) -> dict[str, Json]:
    return {section: part for section, part in form.by_section(answers).items() if part}  # type: ignore[misc]
