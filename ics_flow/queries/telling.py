"""A case's history in words: one sentence an entry, and what followed from it.

Here: recorded effects put into sentences. Not here: the order and paging of the page, and names of people (`people.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never

from engine import (
    Effect,
    Entered,
    EpisodeMarked,
    Left,
    MessageThrown,
    PlanMarked,
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
from ics_flow.domain.listing import listing
from ics_flow.domain.release import Release
from ics_flow.process.apply import Taken
from ics_flow.process.attachments import attached_by
from ics_flow.process.cause import is_recount, moves_in, undoes
from ics_flow.process.correction import (
    CASE_RESTATED,
    answers_at,
    is_correction,
    rolled_back_in,
    why_restated,
)
from ics_flow.process.fold import join_scope
from ics_flow.process.inputs import (
    TOGETHER,
    AttachmentWithdrawn,
    CaseAllocated,
    CaseOpened,
    DoneOutside,
    FileAttached,
    Input,
    PersonKnown,
    ProcessStarted,
    ProcessStopped,
    RecordShared,
    ShareTakenBack,
    TaskCompleted,
    TimePassed,
    decode_input,
)
from ics_flow.process.restatement import Restatement
from ics_flow.queries.naming import pathway_name, task_title
from ics_flow.queries.people import Names
from ics_flow.queries.put_right import PutRight, fitting, put_right
from ics_flow.queries.records import live_names

MOST_NAMED = 3
"""How many answers the sentence of a correction names."""
EPISODE_TOLD = {
    "begins": "The case is open",
    "ends": "The case is closed",
    "ends_file": "The case is closed, and the file with it for good",
}
"""What a mark of an involvement says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry in words; `record` is its position where it made a version of a record."""

    position: int
    at: datetime
    by: str
    sentence: str
    reason: str
    put_right: tuple[PutRight, ...]
    followed: tuple[str, ...]
    record: int | None


def tell(entries: Iterable[Entry], release: Release, names: Names, *, tasks: bool = True) -> tuple[Told, ...]:
    """The whole history of a case in words, the oldest first; with or without the tasks that each entry opened."""
    telling = _Telling(release, names, tells_tasks=tasks)
    return tuple(telling.entry(entry) for entry in entries)


class _Telling:
    """What must be remembered from entry to entry, to call things by their names."""

    def __init__(self, release: Release, names: Names, *, tells_tasks: bool = True) -> None:
        self.release = release
        self.tells_tasks = tells_tasks
        self.names = names
        self.titles: dict[str, str] = {}  # of tasks and timers by name, of records by scope
        self.deadlines: dict[str, date] = {}
        self.tasks: set[str] = set()
        self.shared: dict[int, RecordShared] = {}  # by the entry that shared it
        self.open = False  # whether an involvement is
        self.told: list[Entry] = []
        self.live = live_names(names)

    def entry(self, entry: Entry) -> Told:
        """One entry told."""
        parts: Any = entry.parts
        right: tuple[PutRight, ...] = ()
        if entry.kind == CASE_RESTATED:
            is_right = is_correction(why_restated(parts))
            right = self._put_right(entry) if is_right else ()
            sentence = corrected(right) if is_right else self._thought_again(why_restated(parts))
            followed = tuple(dict.fromkeys(self._moved(parts)))  # of two rounds of one task, one line
            record: int | None = entry.position if is_right else None
        else:
            given, steps = decode_input(parts["input"]), tuple(map(Taken.decode, parts["steps"]))
            finalised = self._learn(steps)
            if isinstance(given, FileAttached):
                file = attached_by(entry).file
                self.titles[given.attachment] = f"{file.what} ({file.name})"
            if isinstance(given, RecordShared):
                self.shared[entry.position] = given
            sentence = self._sentence(given, steps) + _together(parts.get(TOGETHER, ()))
            followed = tuple(line for step in steps for line in self._followed(step, given))
            record = entry.position if finalised and isinstance(given, TaskCompleted) else None
        self.told.append(entry)
        return Told(
            position=entry.position,
            at=entry.at,
            by=self.names.of(entry.actor),
            sentence=sentence,
            reason=str(parts.get("reason") or parts.get("note") or ""),
            put_right=right,
            followed=followed,
            record=record,
        )

    def _learn(self, steps: Iterable[Taken]) -> bool:
        """Remember what is called how; whether a record was finalised."""
        finalised = False
        for step in steps:
            for effect in step.effects:
                if isinstance(effect, TaskOpened | TimerSet):
                    self._learn_name(join(step.process, effect.name), effect)
                elif isinstance(effect, EpisodeMarked):
                    self.open = effect.mark == "begins"
                elif isinstance(effect, MessageThrown):
                    self.titles[join(step.process, effect.name)] = outside_words(effect)
                elif isinstance(effect, RecordMarked):
                    finalised = finalised or effect.status == "finalised"
                    if effect.title:
                        self.titles[join_scope(step.process, effect.scope)] = effect.title
        return finalised

    def _learn_name(self, name: str, effect: TaskOpened | TimerSet) -> None:
        self.titles[name] = effect.title
        if isinstance(effect, TaskOpened):
            self.tasks.add(name)
        elif effect.deadline != "none":
            self.deadlines[name] = effect.due_on

    def _sentence(self, given: Input, steps: tuple[Taken, ...]) -> str:  # noqa: C901 one arm an input
        match given:
            case CaseOpened():
                return "The file was opened"
            case PersonKnown(unborn=True):
                return "It was recorded that the child is not yet born"
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
            case FileAttached():
                return f"Attached: {self.titles[given.attachment]}"
            case AttachmentWithdrawn():
                return f"Withdrawn, attached by mistake: {self.titles.get(given.attachment, 'a file')}"
            case RecordShared(title=title, worker=worker, until=until):
                last = f", until {spoken_date(until)}" if until else ""
                return f"{title} was shared with {self.names.of(worker)}{last}"
            case ShareTakenBack(share=share):
                return self._taken_back(self.shared.get(share))
            case TaskCompleted():
                return self._completed(given, steps)
            case _:
                assert_never(given)

    def _taken_back(self, shared: RecordShared | None) -> str:
        what = shared.title if shared else "A record"
        return f"{what} is no longer shared with {self.names.of(shared.worker) if shared else 'somebody'}"

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
        scopes = {
            mark.status: scope
            for mark in marks
            if given.task.startswith(f"{(scope := join_scope(own, mark.scope))}/")
        }
        if "authorised" in scopes:
            return f"{title} was authorised"
        if "finalised" in scopes:
            return f"{self.titles.get(scopes['finalised'], title)} was finalised"
        if "draft" in scopes:
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
            if isinstance(given, ProcessStopped) and isinstance(effect, Withdrawn):
                yield from self._withdrawn(join(step.process, effect.name))

    def _line(self, step: Taken, effect: Effect) -> str | None:
        match effect:
            case TaskOpened(name=name, title=title) if self.tells_tasks:
                return f"To do: {task_title(self.release, join(step.process, name), title)}"
            case TimerSet(deadline=kind, title=title, due_on=due_on) if kind != "none":
                return f"Due {spoken_date(due_on)}: {title}"
            case MessageThrown() if effect.name in step.undelivered:
                return f"To be done outside: {outside_words(effect)}"
            case EpisodeMarked(mark=mark):
                return EPISODE_TOLD[mark]
            case PlanMarked(mark=mark, kind=kind, on=on):
                what = f"The {kind.replace('_', ' ')} plan"
                return (
                    f"{what} is in force from {spoken_date(on)}"
                    if mark == "begins"
                    else f"{what} ended on {spoken_date(on)}"
                )
            case (
                Entered()
                | TaskOpened()
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

    def _withdrawn(self, name: str) -> Iterator[str]:
        """What nobody waits for any more because its procedure was ended; gateways and plain timers are passed over."""
        if name in self.tasks or name in self.deadlines:
            yield self._gone(name)

    def _gone(self, name: str) -> str:
        return f"No longer {'to be kept' if name in self.deadlines else 'to do'}: {self._called(name)}"

    def _thought_again(self, why: Any) -> str:
        """Why the case was thought through again, where no answer was wrong."""
        back = rolled_back_in(why)
        if back is not None:
            return f"{self.titles.get(back, 'A record')} was rolled back to the authorisation stage"
        if is_recount(why):
            return "Counted again in the working days that count now"
        moves = moves_in(why)
        names = listing(dict.fromkeys(pathway_name(self.release, move.process) for move in moves))
        were, again = "were" if len(moves) > 1 else "was", "back " if undoes(why) is not None else ""
        return f"{names} {were} moved {again}to the procedures of “{self.names.release(moves[0].after)}”"

    def _put_right(self, entry: Entry) -> tuple[PutRight, ...]:
        """The answers that a correction put right."""
        parts: Any = entry.parts
        form, written = self.release.forms.get(parts["correction"]["form"]), parts["correction"]["position"]
        if form is None:
            return ()
        before, after = answers_at(self.told, written), answers_at((*self.told, entry), written)
        return tuple(put_right(form, before, after, self.live))

    def _moved(self, parts: Any) -> Iterator[str]:
        """What thinking the case through again changed, a line each."""
        changed = Restatement.decode(parts["restated"])
        if changed.conflict is not None:
            yield f"Nothing else was moved. {fitting(changed.conflict, self._called_tasks())}"
            return
        self._learn_view(parts["view"])
        for moved in changed.moved:
            yield f"{moved.title}: due {spoken_date(moved.after)} instead of {spoken_date(moved.before)}"
        for name in changed.unfired:
            yield f"{self._called(name)}: no longer overdue"
        for name in changed.fired:
            yield f"{self._called(name)}: now overdue"
        for name in changed.appeared:
            yield self._appeared(name)
        for name in changed.gone:
            yield self._gone(name)
        if (now := _is_open(parts["view"])) is not self.open:
            self.open = now
            yield "The case is open" if now else "The case is closed"

    def _appeared(self, name: str) -> str:
        if name in self.deadlines:
            return f"Due {spoken_date(self.deadlines[name])}: {self._called(name)}"
        return f"To do: {self._called(name)}"

    def _learn_view(self, view: Any) -> None:
        """Remember what tasks and dates are called that came with a correction."""
        self.tasks |= {task["name"] for task in view["tasks"]}
        for each in (*view["tasks"], *view["deadlines"]):
            self.titles.setdefault(each["name"], each["title"])
        for deadline in view["deadlines"]:
            self.deadlines[deadline["name"]] = date.fromisoformat(deadline["due_on"])

    def _called(self, name: str) -> str:
        title = self.titles.get(name, "")
        return title if name in self.deadlines else task_title(self.release, name, title)

    def _called_tasks(self) -> dict[str, str]:
        return {name: self._called(name) for name in self.titles}


def corrected(right: tuple[PutRight, ...]) -> str:
    """The sentence of a correction: what it put right, where there are many the first of them."""
    labels = [each.label for each in right]
    if len(labels) > MOST_NAMED:
        labels = [*labels[: MOST_NAMED - 1], f"{len(labels) - MOST_NAMED + 1} more answers"]
    return f"Corrected: {listing(labels)}" if labels else "Corrected"


def _together(others: Sequence[str]) -> str:
    """That it was done for others too; who they are is for whoever may open their files."""
    if not others:
        return ""
    return f", together with {'a brother or sister' if len(others) == 1 else 'brothers and sisters'}"


def _is_open(view: Any) -> bool:
    return any(episode["ended"] is None for episode in view["episodes"])


def outside_words(thrown: MessageThrown) -> str:
    """What a person must do where no pathway takes the message."""
    return thrown.outside or thrown.message.replace("_", " ").capitalize()
