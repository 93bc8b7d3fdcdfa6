"""The ways in which a case is given to a worker: what of the diagrams does it, which task waits for it, who is to choose from.

Not here: the act itself (`ics_flow/commands/allocate_worker.py`), and the answers of a form that give the case away.
"""

from __future__ import annotations

from engine.diagram import Pathway, UserTask
from ics_flow.domain.forms import Choice
from ics_flow.domain.release import Release
from ics_flow.domain.view import TaskView
from ics_flow.queries.opened import ChildsFile
from ics_flow.store.reading import WorkerRow
from ics_flow.store.unit import Reading


def only_allocates(pathway: Pathway, release: Release) -> bool:
    """Whether the procedure is there to give the case to a worker, and for nothing else."""
    forms = [node.form for node in pathway.graph.walk() if isinstance(node, UserTask)]
    return bool(forms) and all(isinstance(form, str) and release.forms[form].allocating for form in forms)


def waiting_allocation(file: ChildsFile) -> TaskView | None:
    """The waiting task by which the reader gives the case to a worker, where there is one: a procedure goes on with it."""
    for task in file.view.tasks:
        form = file.by.archive.release(file.state.processes[task.process].release).forms[task.form]
        if form.allocating and file.may_do(task):
            return task
    return None


def who_may_hold_cases(reading: Reading, release: Release) -> tuple[WorkerRow, ...]:
    """The workers to whom a case may be given, with their team and how many they hold, by name."""
    holders = frozenset(release.rights.may_do_beside.get("hold_cases", ()))
    return tuple(each for each in reading.pages.workers() if holders.intersection(each.roles))


def as_choices(workers: tuple[WorkerRow, ...]) -> tuple[Choice, ...]:
    """The workers to choose from on a form."""
    return tuple(Choice(each.id, f"{each.name} ({load(each)})") for each in workers)


def load(worker: WorkerRow) -> str:
    """The worker's team and caseload, as in `Duty team, 12 open cases`."""
    cases = "1 open case" if worker.children == 1 else f"{worker.children:,} open cases"
    return f"{worker.team}, {cases}" if worker.team else cases
