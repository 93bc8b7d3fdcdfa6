"""One task for several brothers and sisters: a meeting arranged in the file of each, in one transaction.

What they have in common is in each history, as an entry of its own; what follows, an outcome for each, is each child's own. Not here: which answers those are (the form says it).
"""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Outcome
from ics_flow.commands.complete_task import CompleteTask, complete, form_of
from ics_flow.commands.siblings import (
    OF_ONE,
    NotDoneTogether,
    all_or_none,
    opened,
    require_siblings,
    with_others,
)
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.forms import answers_of_sibling
from ics_flow.domain.view import TaskView

WAITS_NO_MORE = f"{OF_ONE} this does not wait any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTogether(CompleteTask):
    """Complete a child's task, and the same task in the cases of brothers and sisters."""

    siblings: tuple[str, ...]


def hold_together(command: HoldTogether, work: Work) -> Outcome:
    """Complete the task in every file or in none; raises as ``complete_task`` does, and ``NotDoneTogether``."""
    files = opened(command.case_id, command.siblings, work)
    own = files[command.case_id]
    task = own.task(command.task)
    outcome = complete(own, command, work, with_others(own.case, files))
    require_siblings(own, files, work)
    for case, file in files.items():
        if case != own.case:
            with all_or_none():
                complete(file, _same(file, task, command, work), work, with_others(case, files))
    return outcome


def _same(file: CaseFile, like: TaskView, command: HoldTogether, work: Work) -> CompleteTask:
    """The command that completes the task like that one in a brother's or sister's file."""
    task = file.view.waiting_like(like)
    if task is None:
        raise NotDoneTogether(WAITS_NO_MORE)
    drafted = {
        key: answer
        for draft in work.unit.drafts.of(file.case, task.name)
        for key, answer in draft.answers.items()
    }
    return CompleteTask(
        command_id=command.command_id,
        actor=command.actor,
        case_id=file.case,
        task=task.name,
        answers=answers_of_sibling(form_of(task, file, work), command.answers, drafted),
    )
