"""With whose meeting a child's may be held together: brothers and sisters for whom the same waits, as far as the worker may do it there."""

from __future__ import annotations

from collections.abc import Iterator

from ics_flow.domain.forms import is_held_together
from ics_flow.queries.opened import ChildsFile, NoSuchFile, open_file
from ics_flow.queries.task import TaskForm
from ics_flow.store.unit import Reading


def held_together_with(reading: Reading, file: ChildsFile, asked: TaskForm) -> tuple[ChildsFile, ...]:
    """The files of brothers and sisters for whom the same task waits for this worker, by name; of a form that is not answered together none, and nothing is read."""
    if not is_held_together(asked.form):
        return ()
    found = (other for other in _siblings(reading, file) if _may_do_the_same(other, asked))
    return tuple(sorted(found, key=lambda other: (other.child.name, other.case)))


def _siblings(reading: Reading, file: ChildsFile) -> Iterator[ChildsFile]:
    for person in reading.persons.siblings(file.view.person):
        case = reading.projection.case_of(person)
        if case is not None:
            try:
                yield open_file(reading, file.by, case)
            except NoSuchFile:
                continue


def _may_do_the_same(other: ChildsFile, asked: TaskForm) -> bool:
    task = other.view.waiting_like(asked.task)
    return task is not None and other.may_do(task)
