"""The moves of which a generated life of a case is made. A move that does not fit is refused, and a refusal leaves no trace.

What must be true after each is ``truth``'s.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, TypeAlias, assert_never

from hypothesis import strategies as st

from engine import Calendar, london_date
from ics_flow.calendar import england
from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.commands.change_person import ChangePerson
from ics_flow.commands.command import Command
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.count_again import CountAgain
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.move_processes import MoveProcesses, UndoMove
from ics_flow.commands.note_done_outside import NoteDoneOutside
from ics_flow.commands.roll_back import RollBack
from ics_flow.commands.skip_task import SkipTask
from ics_flow.domain.errors import CauseAlreadyRecorded, Refused
from ics_flow.domain.forms import Form
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    ManyQuestion,
    Question,
    TextQuestion,
    YesNoQuestion,
)
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.release import RELEASE_PUBLISHED, Release
from ics_flow.domain.view import CaseView, TaskView
from ics_flow.process.following import views
from ics_flow.process.inputs import TaskCompleted, decode_input
from ics_flow.store.releases import InForce, Published
from tests.replay.council import Council

DOERS = {"TA": "ta", "SW": "sw", "PM": "pm", "SM": "sm", "allocated_manager": "pm"}
PATHWAYS = ("closure", "review_loop", "meeting_typed_late", "chaser")
ONWARD: dict[str, dict[str, object]] = {
    "contact": {"outcome": "referral"},
    "referral": {"outcome": "initial_assessment"},
    "initial_assessment": {"outcome": "no_further_action"},
    "authorisation": {"decision": "authorise"},
    "review": {"goes_on": "yes"},
}


@dataclass(frozen=True)
class HoursPass:
    hours: int
    ticked: bool


@dataclass(frozen=True)
class ClockSetBack:
    hours: int


@dataclass(frozen=True)
class Contact:
    pass


@dataclass(frozen=True)
class Start:
    pathway: str


@dataclass(frozen=True)
class Complete:
    which: int
    seed: int
    onward: bool


@dataclass(frozen=True)
class Reject:
    pass


@dataclass(frozen=True)
class Correct:
    which: int
    seed: int


@dataclass(frozen=True)
class RollsBack:
    which: int


@dataclass(frozen=True)
class Skip:
    which: int


@dataclass(frozen=True)
class Allocate:
    worker: str


@dataclass(frozen=True)
class EndProcess:
    which: int


@dataclass(frozen=True)
class DoneOutside:
    which: int


@dataclass(frozen=True)
class BornCorrected:
    years: int


@dataclass(frozen=True)
class Publish:
    days: int
    flooded: bool
    renamed: bool


@dataclass(frozen=True)
class MoveOn:
    which: int
    release: int


@dataclass(frozen=True)
class MoveBack:
    pass


@dataclass(frozen=True)
class Recount:
    pass


@dataclass(frozen=True)
class Restart:
    pass


Move: TypeAlias = (
    HoursPass
    | ClockSetBack
    | Contact
    | Start
    | Complete
    | Reject
    | Correct
    | RollsBack
    | Skip
    | Allocate
    | EndProcess
    | DoneOutside
    | BornCorrected
    | Publish
    | MoveOn
    | MoveBack
    | Recount
    | Restart
)

_which = st.integers(0, 5)
_seed = st.integers(0, 999)
_KINDS: dict[str, tuple[int, st.SearchStrategy[Move]]] = {
    "complete": (10, st.builds(Complete, _which, _seed, st.booleans())),
    "correct": (6, st.builds(Correct, st.integers(0, 30), _seed)),
    "days pass": (3, st.builds(HoursPass, st.integers(1, 24 * 30), st.booleans())),
    "months pass": (1, st.builds(HoursPass, st.integers(24 * 30, 24 * 400), st.booleans())),
    "reject": (2, st.just(Reject())),
    "restart": (2, st.just(Restart())),
    "clock set back": (1, st.builds(ClockSetBack, st.integers(1, 48))),
    "start": (1, st.builds(Start, st.sampled_from(PATHWAYS))),
    "contact": (1, st.just(Contact())),
    "roll back": (3, st.builds(RollsBack, _which)),
    "skip": (1, st.builds(Skip, _which)),
    "allocate": (1, st.builds(Allocate, st.sampled_from(["sw", "sw2"]))),
    "end process": (1, st.builds(EndProcess, _which)),
    "done outside": (1, st.builds(DoneOutside, _which)),
    "publish": (2, st.builds(Publish, st.sampled_from([5, 20, 25]), st.booleans(), st.booleans())),
    "move on": (3, st.builds(MoveOn, _which, _which)),
    "move back": (2, st.just(MoveBack())),
    "recount": (2, st.just(Recount())),
    "born corrected": (1, st.builds(BornCorrected, st.integers(0, 20))),
}
_OFTEN = [kind for kind, (weight, _) in _KINDS.items() for _ in range(weight)]

moves: st.SearchStrategy[list[Move]] = st.lists(
    st.sampled_from(_OFTEN).flatmap(lambda kind: _KINDS[kind][1]), min_size=8, max_size=20
)


def make(council: Council, case: str, move: Move) -> bool:
    """Make the move; False where it was refused or there was nothing to make it with."""
    match move:
        case HoursPass(hours, ticked):
            council.clock.advance(hours=hours)
            if ticked:
                council.application.tick()
            return True
        case ClockSetBack(hours):
            council.clock.set_to(council.clock() - timedelta(hours=hours))
            return True
        case Restart():
            council.restart()
            return True
        case Publish(days, flooded, renamed):
            return _publish(council, days, flooded=flooded, renamed=renamed)
        case _:
            try:
                return _ask(council, case, move)
            except Refused:
                return False


def _publish(council: Council, days: int, *, flooded: bool, renamed: bool) -> bool:
    """Put other procedures in force: so many working days for the initial assessment, days on which the offices are flooded, an element with another id."""
    files = another_release(council.application.release.files, days)
    if renamed and b'"appraisal"' not in files["bpmn/initial_assessment.bpmn"]:
        files |= appraised(files)
    closed = {date(2026, 3, day): "Flood" for day in (24, 25)} if flooded else {}
    try:
        council.application.publish(files, england(added=closed), name=f"{days} days", actor="setup")
    except CauseAlreadyRecorded:
        return False
    return True


def another_release(files: Mapping[str, bytes], days: int) -> dict[str, bytes]:
    """The files with so many working days for the initial assessment, under a law that sets no limit."""
    name = "bpmn/initial_assessment.bpmn"
    changed = re.sub(rb"(working_days_after\(received_on, )\d+", rb"\g<1>%d" % days, files[name])
    return {**files, name: changed, "bpmn/statute.yaml": b"law_of: 2010-09-01\n"}


def appraised(files: dict[str, bytes]) -> dict[str, bytes]:
    """The initial assessment with another id for what is assessed in it, and its former one under ``was``."""
    name = "bpmn/initial_assessment.bpmn"
    renamed = files[name].replace(b'"assessment"', b'"appraisal"')
    opening = b'<bpmn:callActivity id="appraisal"'
    assert opening in renamed
    before, _, after = renamed.partition(opening)
    head, mark, rest = after.partition(b"<zeebe:properties>")
    if not mark or b"</bpmn:callActivity>" in head:
        head, mark, rest = after.partition(b"<bpmn:extensionElements>")
        properties = b'<zeebe:properties><zeebe:property name="was" value="assessment" /></zeebe:properties>'
    else:
        properties = b'<zeebe:property name="was" value="assessment" />'
    return {name: before + opening + head + mark + properties + rest}


def _ask(council: Council, case: str, move: Move) -> bool:
    if isinstance(move, Contact):
        council.contact(person=council.standing(case)[1].person)
        return True
    if isinstance(move, Start):
        council.start(case, move.pathway)
        return True
    command = command_of(council, case, move)
    if command is None:
        return False
    council.handle(command)
    return True


def command_of(council: Council, case: str, move: Move) -> Command | None:  # noqa: C901 one arm a move
    """The command that the move asks for, or None where there is nothing to ask it of."""
    view = council.standing(case)[1]
    head: dict[str, Any] = {"command_id": council.id(), "actor": "pm", "case_id": case}
    match move:
        case Complete(which, seed, onward):
            task = _picked(view.tasks, which)
            return task and completion(council, view, task, seed, ONWARD.get(task.form, {}) if onward else {})
        case Reject():
            deciding = next((task for task in view.tasks if task.form == "authorisation"), None)
            return completion(council, view, deciding, 0, {"decision": "reject"}) if deciding else None
        case Correct(which, seed):
            return correction(council, case, which, seed)
        case RollsBack(which):
            return rollback(council, case, which)
        case Skip(which):
            task = _picked(view.tasks, which)
            return task and SkipTask(**head, task=task.name, reason="Not needed")
        case Allocate(worker):
            return AllocateWorker(**head, worker=worker, reason="On leave")
        case EndProcess(which):
            process = _picked(view.processes, which)
            return process and EndPathway(**head, process=process.name, reason="Begun by mistake")
        case DoneOutside(which):
            message = _picked(view.undelivered, which)
            return message and NoteDoneOutside(**head, name=message.name, note="Done")
        case BornCorrected(years):
            return ChangePerson(
                command_id=council.id(),
                actor="pm",
                person_id=view.person,
                given_name="Ava",
                family_name="Example",
                born=date(2025 - years, 2, 28),
            )
        case MoveOn(which, release):
            process = _picked(view.processes, which)
            return process and MoveProcesses(
                **{**head, "actor": "clock"},
                processes=(process.name,),
                release=published(council)[release % len(published(council))],
                reason="The board's order",
            )
        case MoveBack():
            return UndoMove(**{**head, "actor": "clock"}, reason="Ordered by mistake")
        case Recount():
            return CountAgain(**{**head, "actor": "clock"})
        case HoursPass() | ClockSetBack() | Contact() | Start() | Publish() | Restart():
            return None
        case _:
            assert_never(move)


def completion(
    council: Council, view: CaseView, task: TaskView, seed: int, given: dict[str, object]
) -> Command:
    """The completion of the task by somebody who may, its dates some days ago and the rest made up."""
    chance = random.Random(seed)
    form = council.application.release.forms[task.form]
    dates = {
        question.key: (today(council) - timedelta(days=chance.randrange(30))).isoformat()
        for _, question in form.questions
        if isinstance(question, DateQuestion) and question.required and question.hide is None
    }
    return council.completion(view.case, task.name, by=doer(view, task), seed=str(seed), **{**dates, **given})


def doer(view: CaseView, task: TaskView) -> str:
    """A worker who may do the task."""
    role = task.roles[0]
    return (view.allocated_worker or "sw") if role == "allocated_worker" else DOERS[role]


def correction(council: Council, case: str, which: int, seed: int) -> Command | None:
    """Another answer to some question of some task that was completed."""
    chance = random.Random(seed)
    entry = _picked([each for each in council.entries(case) if each.kind == "task-completed"], which)
    if entry is None:
        return None
    given = _completed(entry)
    form = council.application.release.forms[given.form]
    questions = [question for _, question in form.questions if question.key in _answered(entry, form)]
    question = chance.choice(questions)
    return CorrectAnswers(
        command_id=council.id(),
        actor="pm",
        case_id=case,
        task=given.task,
        answers={question.key: _another(council, question, chance)},
        reason="Mistyped",
    )


def rollback(council: Council, case: str, which: int) -> Command | None:
    """The authorisation of some record taken back."""
    *_, whole = views(council.entries(case))
    record = _picked([each for each in whole.records if each.status == "authorised"], which)
    return record and RollBack(
        command_id=council.id(), actor="sm", case_id=case, record=record.scope, reason="Too early"
    )


def published(council: Council) -> list[str]:
    """The releases that there are."""
    with council.database.reading() as reading:
        return sorted(release.hash for release in reading.releases.all())


def today(council: Council) -> date:
    """The day that it is."""
    return london_date(council.clock())


def _another(council: Council, question: Question, chance: random.Random) -> object:
    match question:
        case DateQuestion():
            return (today(council) - timedelta(days=chance.randrange(60))).isoformat()
        case ChoiceQuestion(choices=choices) if hasattr(choices, "codes"):
            return chance.choice(choices.codes).choice.code
        case ManyQuestion(choices=choices) if hasattr(choices, "codes"):
            return sorted(code.choice.code for code in choices.codes[: chance.randrange(3)])
        case YesNoQuestion():
            return chance.random() < 0.5
        case TextQuestion():
            return f"What was meant, in version {chance.randrange(100)}."
        case _:
            return None


def _completed(entry: Entry) -> TaskCompleted:
    given = decode_input(entry.parts["input"])
    assert isinstance(given, TaskCompleted)
    return given


def _answered(entry: Entry, form: Form) -> set[str]:
    parts: Any = entry.parts
    return {key for name, part in parts.items() if name.startswith("answers:") for key in part}


def _picked(things: Any, which: int) -> Any:
    return things[which % len(things)] if things else None


def words(move: Move) -> str:
    """The move in a word, for statistics."""
    return type(move).__name__ if fields(move) else str(move)


def published_ungated(council: Council, files: Mapping[str, bytes], calendar: Calendar) -> str:
    """Put procedures in force that differ in one thing from those that passed the gate; gives their hash."""
    release = Release.read(files)
    with council.database.unit(council.clock) as unit:
        unit.calendars.keep(calendar.hash, calendar.canonical_bytes)
        published = Published(
            hash=release.hash, name="changed", published_at=unit.at, law_date=release.law_of
        )
        unit.releases.keep(published, release.body())
        entry = unit.history.append(
            COUNCIL,
            kind=RELEASE_PUBLISHED,
            actor="setup",
            cause=council.id(),
            release=release.hash,
            calendar=calendar.hash,
            parts={"release": {"name": "changed", "law_of": release.law_of.isoformat()}},
        )
        unit.put_in_force(entry.position, InForce(release=release.hash, calendar=calendar.hash))
    return release.hash
