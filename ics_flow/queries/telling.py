"""A case's history in words: one sentence an entry, and what followed from it.

Here: recorded effects put into sentences. Not here: the order and paging of the page, and names of people (`people.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never

from engine import (
    Effect,
    Entered,
    EpisodeMarked,
    Left,
    MessageThrown,
    ProcessEnded,
    RecordMarked,
    TaskOpened,
    TimerFired,
    TimerSet,
    Withdrawn,
    join,
)
from ics_flow.domain.forms import spoken_date
from ics_flow.domain.history import Entry
from ics_flow.domain.release import Release
from ics_flow.process.apply import Taken
from ics_flow.process.fold import join_scope
from ics_flow.process.following import CASE_RESTATED
from ics_flow.process.inputs import (
    CaseAllocated,
    CaseOpened,
    DoneOutside,
    Input,
    PersonKnown,
    ProcessStarted,
    ProcessStopped,
    TaskCompleted,
    TimePassed,
    decode_input,
)
from ics_flow.process.restatement import Restatement
from ics_flow.queries.naming import pathway_name, question_label, task_title
from ics_flow.queries.people import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry in words; `record` is its position where it made a version of a record."""

    position: int
    at: datetime
    by: str
    sentence: str
    reason: str
    followed: tuple[str, ...]
    record: int | None


def tell(entries: Iterable[Entry], release: Release, names: Names) -> tuple[Told, ...]:
    """The whole history of a case in words, the oldest first."""
    telling = _Telling(release, names)
    return tuple(telling.entry(entry) for entry in entries)


class _Telling:
    """What must be remembered from entry to entry, to call things by their names."""

    def __init__(self, release: Release, names: Names) -> None:
        self.release = release
        self.names = names
        self.titles: dict[str, str] = {}  # of tasks and timers by name, of records by scope
        self.deadlines: dict[str, date] = {}

    def entry(self, entry: Entry) -> Told:
        """One entry told."""
        parts: Any = entry.parts
        if entry.kind == CASE_RESTATED:
            sentence, followed = self._restated(parts), tuple(self._changes(parts))
            record: int | None = entry.position
        else:
            given, steps = decode_input(parts["input"]), tuple(map(Taken.decode, parts["steps"]))
            finalised = self._learn(steps)
            sentence = self._sentence(given, steps)
            followed = tuple(line for step in steps for line in self._followed(step, given))
            record = entry.position if finalised and isinstance(given, TaskCompleted) else None
        return Told(
            position=entry.position,
            at=entry.at,
            by=self.names.of(entry.actor),
            sentence=sentence,
            reason=str(parts.get("reason") or parts.get("note") or ""),
            followed=followed,
            record=record,
        )

    def _learn(self, steps: Iterable[Taken]) -> bool:
        """Remember what is called how; whether a record was finalised."""
        finalised = False
        for step in steps:
            for effect in step.effects:
                if isinstance(effect, TaskOpened | TimerSet):
                    self.titles[join(step.process, effect.name)] = effect.title
                    if isinstance(effect, TimerSet) and effect.deadline != "none":
                        self.deadlines[join(step.process, effect.name)] = effect.due_on
                elif isinstance(effect, MessageThrown):
                    self.titles[join(step.process, effect.name)] = effect.outside or effect.message.replace(
                        "_", " "
                    )
                elif isinstance(effect, MessageThrown):
                    self.titles[join(step.process, effect.name)] = outside_words(effect)
                elif isinstance(effect, RecordMarked):
                    finalised = finalised or effect.status == "finalised"
                    if effect.title:
                        self.titles[join_scope(step.process, effect.scope)] = effect.title
        return finalised

    def _sentence(self, given: Input, steps: tuple[Taken, ...]) -> str:
        match given:
            case CaseOpened():
                return "The file was opened"
            case PersonKnown():
                return "The date of birth was recorded"
            case ProcessStarted(pathway=pathway):
                return f"{pathway_name(self.release, pathway)} was started"
            case ProcessStopped(process=process):
                return f"{pathway_name(self.release, process)} was ended before its end"
            case TimePassed():
                return self._time_ran_out(steps)
            case CaseAllocated(team=team, worker=worker):
                return self._allocated(team, worker)
            case DoneOutside(name=name):
                return f"Done outside: {self.titles.get(name, 'what was asked for')}"
            case TaskCompleted():
                return self._completed(given, steps)
            case _:
                assert_never(given)

    def _completed(self, given: TaskCompleted, steps: tuple[Taken, ...]) -> str:
        title = self.titles.get(given.task, "")
        if given.skipped:
            return f"Skipped: {task_title(self.release, given.task, title)}"
        own = given.task.partition("/")[0]
        marks = [
            effect
            for step in steps
            if step.process == own
            for effect in step.effects
            if isinstance(effect, RecordMarked)
        ]
        statuses = {mark.status for mark in marks if given.task.startswith(f"{join_scope(own, mark.scope)}/")}
        if "authorised" in statuses:
            return f"{title} was authorised"
        if "finalised" in statuses:
            return f"{title} was finalised"
        if "draft" in statuses:
            return f"{title} was sent back to its writer"
        return f"Done: {task_title(self.release, given.task, title)}"

    def _time_ran_out(self, steps: tuple[Taken, ...]) -> str:
        fired = [
            self._ran_out(join(step.process, effect.name))
            for step in steps
            for effect in step.effects
            if isinstance(effect, TimerFired)
        ]
        return "; ".join(fired) or "Time passed"

    def _ran_out(self, timer: str) -> str:
        title, due_on = self.titles.get(timer, "A timer"), self.deadlines.get(timer)
        return (
            f"{title} became overdue after {spoken_date(due_on)}" if due_on else f"The time came for: {title}"
        )

    def _allocated(self, team: str | None, worker: str | None) -> str:
        to = [self.names.of(worker)] if worker else []
        if team:
            to.append(team)
        return f"The case was given to {', '.join(to)}" if to else "The case was given back"

    def _followed(self, step: Taken, given: Input) -> Iterator[str]:
        if step.began is not None and not isinstance(given, ProcessStarted):
            yield f"{pathway_name(self.release, step.process)} began"
        for effect in step.effects:
            line = self._line(step, effect)
            if line:
                yield line

    def _line(self, step: Taken, effect: Effect) -> str | None:
        match effect:
            case TaskOpened(name=name, title=title):
                return f"To do: {task_title(self.release, join(step.process, name), title)}"
            case TimerSet(deadline=kind, title=title, due_on=due_on) if kind != "none":
                return f"Due {spoken_date(due_on)}: {title}"
            case MessageThrown() if effect.name in step.undelivered:
                return f"To be done outside: {outside_words(effect)}"
            case EpisodeMarked(mark=mark):
                return "The case is open" if mark == "begins" else "The case is closed"
            case (
                Entered()
                | Left()
                | Withdrawn()
                | TimerSet()
                | TimerFired()
                | MessageThrown()
                | RecordMarked()
                | ProcessEnded()
            ):
                return None
            case _:
                assert_never(effect)

    def _restated(self, parts: Any) -> str:
        correction = parts["correction"]
        return f"Corrected: {question_label(self.release, correction['form'], correction['question'])}"

    def _changes(self, parts: Any) -> Iterator[str]:
        correction = parts["correction"]
        yield f"from {_said(correction['before'])} to {_said(correction['answer'])}"
        yield from changes(self.release, Restatement.decode(parts["restated"]), self.titles)


def changes(release: Release, changed: Restatement, titles: dict[str, str]) -> Iterator[str]:
    """What thinking a case through again changed, a line each; `titles` are those of tasks and timers by name."""

    def called(name: str) -> str:
        return task_title(release, name, titles.get(name, ""))

    if changed.conflict is not None:
        yield f"Nothing was moved, because what was done later would no longer fit. {changed.conflict}"
    for moved in changed.moved:
        yield f"{moved.title}: due {spoken_date(moved.after)} instead of {spoken_date(moved.before)}"
    for name in changed.unfired:
        yield f"{called(name)}: no longer overdue"
    for name in changed.fired:
        yield f"{called(name)}: now overdue"
    for name in changed.appeared:
        yield f"New: {called(name)}"
    for name in changed.gone:
        yield f"No longer there: {called(name)}"


def outside_words(thrown: MessageThrown) -> str:
    """What a person must do where no pathway takes the message."""
    return thrown.outside or thrown.message.replace("_", " ").capitalize()


def _said(answer: object) -> str:
    match answer:
        case None | "":
            return "no answer"
        case bool():
            return "yes" if answer else "no"
        case list():
            return ", ".join(map(str, answer)) or "none"
        case str():
            try:
                return spoken_date(date.fromisoformat(answer))
            except ValueError:
                return f"“{answer}”"
        case _:
            return str(answer)
