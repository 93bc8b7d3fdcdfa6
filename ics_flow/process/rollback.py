"""What an authorisation has led people to do: why it cannot be taken back as if it had never been given.

A replay without it finds most of that by itself: a task that would not have waited, a procedure that would not have run. Here is what
the replay would let pass, because something else came to bear the same name, or because the act was one outside.
"""

from __future__ import annotations

from collections.abc import Iterable

from ics_flow.domain.view import CaseView
from ics_flow.process.apply import NoSuchProcess
from ics_flow.process.inputs import DoneOutside, Input, ProcessStopped, TaskCompleted
from ics_flow.process.replay import Conflict, Given


def built_on(givens: Iterable[Given], position: int, before: CaseView, after: CaseView) -> Conflict | None:
    """The first act since the entry at that position that would lose what it was done about; ``after`` is the case without that entry."""
    began_before = {process.name: process.started for process in before.processes}
    began_after = {process.name: process.started for process in after.processes}
    lost = {name for name, began in began_before.items() if began_after.get(name) != began}
    lost |= {each.name for each in before.undelivered} - {each.name for each in after.undelivered}
    for given in givens:
        if given.position > position and _about(given.input) in lost:
            return Conflict(given.position, given.at, NoSuchProcess.__doc__ or "")
    return None


def _about(given: Input) -> str | None:
    """The process that an act moved, or what it noted as done outside."""
    match given:
        case TaskCompleted(task=task):
            return task.partition("/")[0]
        case ProcessStopped(process=name) | DoneOutside(name=name):
            return name
        case _:
            return None
