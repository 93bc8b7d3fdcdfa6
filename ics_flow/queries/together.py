"""For whom something may be done together with a child: brothers and sisters for whom the same waits or may be begun, as far as the worker may do it there."""

from __future__ import annotations

from typing import Any

from engine.diagram import Pathway
from ics_flow.domain.forms import is_done_together
from ics_flow.domain.ids import case_subject
from ics_flow.process.apply import Taken
from ics_flow.process.inputs import TOGETHER
from ics_flow.queries.opened import ChildsFile, open_files
from ics_flow.queries.overview import startable
from ics_flow.queries.task import TaskForm
from ics_flow.store.unit import Reading


def done_together_with(reading: Reading, file: ChildsFile, asked: TaskForm) -> tuple[ChildsFile, ...]:
    """The files of brothers and sisters for whom the same task waits for this worker, by name; of a form that is not answered together none, and nothing is read."""
    if not is_done_together(asked.form):
        return ()
    return tuple(other for other in siblings(reading, file) if _may_do_the_same(other, asked))


def begun_together_with(reading: Reading, file: ChildsFile, pathway: Pathway) -> tuple[ChildsFile, ...]:
    """The files of brothers and sisters in which this worker may begin the pathway too and it does not wait begun, by name; where its first form is not answered together none, and nothing is read."""
    form = file.by.release.first_form(pathway.id)
    if form is None or not is_done_together(form):
        return ()
    return tuple(
        other
        for other in siblings(reading, file)
        if pathway in startable(other) and not other.view.waiting(pathway.id, form.name)
    )


def begun_with(reading: Reading, file: ChildsFile, process: str) -> frozenset[str]:
    """The cases of the brothers and sisters with whom a process of the case was begun by hand."""
    for entry in reading.history.read(case_subject(file.case)):
        if entry.kind == "process-started":
            parts: Any = entry.parts
            if Taken.decode(parts["steps"][0]).process == process:
                return frozenset(parts.get(TOGETHER, ()))
    return frozenset()


def siblings(reading: Reading, file: ChildsFile) -> tuple[ChildsFile, ...]:
    """The files of brothers and sisters that the worker may open, by name."""
    cases = map(reading.projection.case_of, reading.persons.siblings(file.view.person))
    found = open_files(reading, file.by, (case for case in cases if case is not None))
    return tuple(sorted(found, key=lambda other: (other.child.name, other.case)))


def _may_do_the_same(other: ChildsFile, asked: TaskForm) -> bool:
    task = other.view.waiting_like(asked.task)
    return task is not None and other.may_do(task)
