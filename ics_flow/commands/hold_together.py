"""One meeting for several brothers and sisters: arranged in the file of each, in one transaction.

What they have in common is in each history, as an entry of its own; what follows, an outcome for each, is each child's own. Not here: which answers those are (the form says it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ics_flow.commands.command import Outcome
from ics_flow.commands.complete_task import CompleteTask, complete, form_of
from ics_flow.commands.errors import AnswersRefused, CaseNotFound, PermissionDenied, TaskNotWaiting
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import answers_of_sibling
from ics_flow.domain.history import Json
from ics_flow.domain.view import TaskView

TOGETHER = "together"
"""The part of an entry that names the cases of the others."""
ONLY_SIBLINGS = "Only the meetings of brothers and sisters are held together"
WAITS_NO_MORE = "For one of the brothers and sisters this does not wait any more"


class NotHeldTogether(Refused):
    """The meeting is not held together, and nothing was done for any of the children."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}, so nothing was arranged for any of the children. Take out the tick to arrange it apart."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTogether(CompleteTask):
    """Complete the task that arranges a child's meeting, and the same task in the cases of brothers and sisters."""

    siblings: tuple[str, ...]


def hold_together(command: HoldTogether, work: Work) -> Outcome:
    """Arrange the meeting in every file or in none; raises as ``complete_task`` does, and ``NotHeldTogether``."""
    others = tuple(sorted(set(command.siblings) - {command.case_id}))
    files = _opened((command.case_id, *others), work)
    own = files[command.case_id]
    task = own.task(command.task)
    outcome = complete(own, command, work, _told(others))
    _require_related(own, others, files, work)
    for case in others:
        rest = tuple(sorted({command.case_id, *others} - {case}))
        _arrange(files[case], task, command, work, _told(rest))
    return outcome


def _opened(cases: tuple[str, ...], work: Work) -> Mapping[str, CaseFile]:
    """The files, each kept from other commands, in order of their ids."""
    own, *_ = cases
    files = {}
    for case in sorted(cases):
        try:
            files[case] = work.case(case)
        except CaseNotFound:
            if case == own:
                raise
            raise NotHeldTogether(ONLY_SIBLINGS) from None
    return files


def _require_related(
    own: CaseFile, others: tuple[str, ...], files: Mapping[str, CaseFile], work: Work
) -> None:
    siblings = work.unit.persons.siblings(own.view.person)
    if any(files[case].view.person not in siblings for case in others):
        raise NotHeldTogether(ONLY_SIBLINGS)


def _arrange(
    file: CaseFile, like: TaskView, command: HoldTogether, work: Work, parts: Mapping[str, Json]
) -> None:
    """Complete the task like that one in a brother's or sister's file."""
    task = file.view.waiting_like(like)
    if task is None:
        raise NotHeldTogether(WAITS_NO_MORE)
    form = form_of(task, file, work)
    drafted = {
        key: answer
        for draft in work.unit.drafts.of(file.case, task.name)
        for key, answer in draft.answers.items()
    }
    arranged = CompleteTask(
        command_id=command.command_id,
        actor=command.actor,
        case_id=file.case,
        task=task.name,
        answers=answers_of_sibling(form, command.answers, drafted),
    )
    try:
        complete(file, arranged, work, parts)
    except PermissionDenied:
        raise NotHeldTogether("For one of the brothers and sisters this is not yours to do") from None
    except TaskNotWaiting:
        raise NotHeldTogether(WAITS_NO_MORE) from None
    except AnswersRefused as refused:
        why = str(refused).rstrip(".")
        raise NotHeldTogether(f"For one of the brothers and sisters: {why}") from None


def _told(others: tuple[str, ...]) -> Mapping[str, Json]:
    return {TOGETHER: list(others)} if others else {}
