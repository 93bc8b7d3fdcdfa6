"""An authorisation taken back: the record waits for the manager's decision again, who can reject it.

Only where nothing that was done since rests on it. The authorised version stays as it is and stays readable; what is amended is a version beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine import RecordMarked, london_date
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import BuiltOn, NothingToRollBack, reason_given
from ics_flow.commands.work import Work
from ics_flow.domain.forms import spoken_date
from ics_flow.domain.history import Entry, Json
from ics_flow.domain.release import Release
from ics_flow.domain.view import CaseView
from ics_flow.process.fold import join_scope
from ics_flow.process.following import happened_of, views
from ics_flow.process.inputs import DoneOutside, ProcessStopped, TaskCompleted
from ics_flow.process.replay import Conflict, Given
from ics_flow.process.second_thought import changed, restate


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBack(Command):
    """Take the authorisation of a record back (the record by its scope, such as ``referral#1/record#1``), with the reason."""

    case_id: str
    record: str
    reason: str


def roll_back(command: RollBack, work: Work) -> Outcome:
    """Restate the case without the authorisation; raises ``NothingToRollBack``, or ``BuiltOn`` with what has been done since."""
    reason = reason_given(command.reason)
    file = work.case(command.case_id)
    file.require_may("roll_back")
    file.let_time_pass()
    entries = work.unit.history.read(file.subject)
    view, givens = file.follow_again(entries)
    position, authorised = _authorisation(entries, givens, view, command.record)
    correction: dict[str, Json] = {
        "position": position,
        "task": authorised.task,
        "form": authorised.form,
        "changes": [],
        "rolled_back": command.record,
    }
    outcome, _ = restate(givens, view, correction, file.at, work.world)
    if isinstance(outcome, Conflict):
        raise BuiltOn(_done(entries, givens, outcome, work.release))
    written = file.restate(correction, changed(view, outcome, correction, work.world), outcome, reason)
    file.close()
    waiting = {task.name for task in view.tasks}
    opened = tuple(task.name for task in outcome.view.tasks if task.name not in waiting)
    return Outcome(case_id=file.case, opened=opened, position=written.position)


def _authorisation(
    entries: Iterable[Entry], givens: Iterable[Given], view: CaseView, record: str
) -> tuple[int, TaskCompleted]:
    """The act that authorised the record, and where it stands in the history."""
    if not any(each.scope == record and each.status == "authorised" for each in view.records):
        raise NothingToRollBack
    standing = {given.position: given.input for given in givens}
    for entry in reversed(tuple(entries)):
        given = standing.get(entry.position)
        if isinstance(given, TaskCompleted) and record in _authorised_by(entry):
            return entry.position, given
    raise NothingToRollBack


def _authorised_by(entry: Entry) -> frozenset[str]:
    """The records, by scope, that the entry authorised."""
    return frozenset(
        join_scope(step.process, effect.scope)
        for step in happened_of(entry).steps
        for effect in step.effects
        if isinstance(effect, RecordMarked) and effect.status == "authorised"
    )


def _done(entries: Iterable[Entry], givens: Iterable[Given], conflict: Conflict, release: Release) -> str:
    """What was done since that rests on the authorisation, by name and day."""
    on = spoken_date(london_date(conflict.at))
    given = next(each.input for each in givens if each.position == conflict.position)
    seen = tuple(views(entries))
    match given:
        case TaskCompleted(task=name):
            title = next((task.title for view in seen for task in view.tasks if task.name == name), name)
            return f"“{title}” was done on {on}"
        case ProcessStopped(process=name):
            pathway = next(view.pathway for view in seen[-1].processes if view.name == name)
            return f"“{release.pathways[pathway].name}” was ended on {on}"
        case DoneOutside():
            return f"what was to be done outside was done on {on}"
        case _:
            return f"the case went on on {on}"
