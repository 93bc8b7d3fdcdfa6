"""A task completed without answers, by judgement and with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import reason_given
from ics_flow.commands.work import Work
from ics_flow.process.inputs import TaskCompleted


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipTask(Command):
    """Complete a waiting task without answers; the reason stands in the history."""

    case_id: str
    task: str
    reason: str


def skip_task(command: SkipTask, work: Work) -> Outcome:
    """Go on without the answers."""
    file = work.case(command.case_id)
    file.require_may("skip")
    reason = reason_given(command.reason)
    file.let_time_pass()
    task = file.task(command.task)
    entry = file.take(
        "task-skipped",
        TaskCompleted(task=task.name, form=task.form, data={}, skipped=True),
        parts={"reason": reason},
    )
    work.unit.drafts.discard(file.case, task.name)
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
