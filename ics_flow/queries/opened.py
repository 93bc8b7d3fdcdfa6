"""A child's file opened for reading: the child, the case as it stands, and by what right it is read.

Every query about one child begins here, so that nothing of a file is read without a right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import Form
from ics_flow.domain.ids import case_subject
from ics_flow.domain.view import CaseView, TaskView
from ics_flow.process.case import CaseState
from ics_flow.process.following import follow
from ics_flow.process.world import Archive
from ics_flow.queries.standpoint import Standpoint
from ics_flow.store.reading import ChildRow
from ics_flow.store.unit import Reading


class NoSuchFile(Refused):
    """There is no such child’s file, or it is not one that you may open."""


class NoSuchPart(Refused):
    """This is not, or no longer, part of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildsFile:
    """A child's file as one worker may read it."""

    child: ChildRow
    view: CaseView
    state: CaseState
    right: str
    by: Standpoint

    @property
    def case(self) -> str:
        """The case's id."""
        return self.view.case

    def may_do(self, task: TaskView) -> bool:
        """Whether the worker may do a waiting task."""
        return self.by.release.rights.may_do(self.by.worker, self.view, task, self.child.worker_manager)

    def may(self, act: str) -> bool:
        """Whether the worker may do an act beside the diagrams here."""
        return self.by.release.rights.may(self.by.worker, act, self.view, self.child.worker_manager)

    def task(self, name: str) -> TaskView:
        """The waiting task of that name; raises NoSuchPart."""
        found = next((task for task in self.view.tasks if task.name == name), None)
        if found is None:
            raise NoSuchPart("This task has been done or withdrawn since the page was opened.")
        return found


def open_file(reading: Reading, by: Standpoint, case: str) -> ChildsFile:
    """The file of a case; raises NoSuchFile alike for one that does not exist and one that the worker may not know of."""
    child = reading.pages.child(case)
    if child is None:
        raise NoSuchFile
    state, view = _as_it_stands(reading, by.archive, case)
    right = by.release.rights.may_read(by.worker, view, child.worker_manager)
    if right is None:
        raise NoSuchFile
    return ChildsFile(child=child, view=view, state=state, right=right, by=by)


def open_files(reading: Reading, by: Standpoint, cases: Iterable[str]) -> Iterator[ChildsFile]:
    """The files of those of the cases that the worker may know of, in that order."""
    for case in cases:
        try:
            yield open_file(reading, by, case)
        except NoSuchFile:
            continue


def form_of_waiting(reading: Reading, archive: Archive, case: str, task: str) -> Form | None:
    """The form of a waiting task and nothing else of the file: enough to read what was sent for it."""
    state, view = _as_it_stands(reading, archive, case)
    for waiting in view.tasks:
        if waiting.name == task:
            return archive.release(state.processes[waiting.process].release).forms[waiting.form]
    return None


def _as_it_stands(reading: Reading, archive: Archive, case: str) -> tuple[CaseState, CaseView]:
    """The case from its snapshot, or followed through its history where snapshots were thrown away."""
    snapshot = reading.snapshots.of(case)
    if snapshot is not None:
        data = json.loads(snapshot.body)
        return CaseState.decode(data["state"]), CaseView.from_json(data["view"])
    # No secret is needed to read: whether the history is true is asked by verification, not here.
    followed = follow(reading.history.read(case_subject(case)), archive, secret=b"")
    if followed.view is None:
        raise NoSuchFile
    return followed.state, followed.view


def release_of(reading: Reading, file: ChildsFile, process: str) -> str:
    """The hash of the release that a process of the case follows; raises NoSuchPart."""
    for each in reading.pages.processes(file.case):
        if each.name == process:
            return each.release
    raise NoSuchPart("There is no such procedure in this file.")
