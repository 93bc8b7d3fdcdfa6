"""A pathway begun by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import CaseIsClosed, NoSuchPathway, PermissionDenied, RunsAlready
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.history import Json
from ics_flow.process.apply import FileHasEnded
from ics_flow.process.inputs import ProcessStarted


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPathway(Command):
    """Begin a pathway for the case; its start event says which roles may."""

    case_id: str
    pathway: str


def start_pathway(command: StartPathway, work: Work) -> Outcome:
    """Begin the pathway under the release in force, after whatever time has brought in the meantime."""
    file = work.case(command.case_id)
    file.require_may_read()
    file.let_time_pass()
    return begin(file, command.pathway, work)


def begin(file: CaseFile, pathway: str, work: Work, parts: Mapping[str, Json] | None = None) -> Outcome:
    """Begin the pathway if the actor holds one of the roles that may; ``parts`` are kept in the entry."""
    if pathway not in work.release.pathways:
        raise NoSuchPathway
    start = work.release.pathways[pathway].start(None)
    if start is None or not start.started_by:
        raise NoSuchPathway
    begins_episode = start.properties.get("episode") == "begins"
    if file.state.over:
        raise FileHasEnded
    if not file.view.is_open and not begins_episode:
        raise CaseIsClosed
    if file.view.runs(pathway) and not (start.while_running or begins_episode):
        raise RunsAlready(work.release.pathways[pathway].name)
    if not work.release.rights.holds(work.worker(), start.started_by, file.view, file.manager):
        raise PermissionDenied
    waiting = {task.name for task in file.view.tasks}
    entry = file.take("process-started", ProcessStarted(pathway=pathway, data={}), parts=parts)
    file.close()
    return Outcome(
        case_id=file.case,
        opened=tuple(task.name for task in file.view.tasks if task.name not in waiting),
        position=entry.position,
    )
