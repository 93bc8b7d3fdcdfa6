"""One input applied to a case: the engine steps it takes, and the messages carried between the case's own processes in the same breath.

A message goes to every waiting catcher in the case; if none waits, to the pathway that it starts; if none starts, it is recorded as undelivered and not kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

import engine
from engine import (
    Effect,
    EpisodeMarked,
    Json,
    MessageThrown,
    Moment,
    PlanMarked,
    State,
    Step,
    Value,
    decode_effect,
    decode_value,
    encode_data,
    encode_effect,
    encode_value,
    read_instant,
    write_instant,
)
from ics_flow.domain.errors import Refused
from ics_flow.process.case import CaseState, Process, World
from ics_flow.process.inputs import (
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
)

MOST_STEPS = 500
"""How many steps one input may lead to before the pathways are taken to go round for ever."""


class NoSuchProcess(Refused):
    """That process has ended already, or never began."""


class EpisodeIsOpen(Refused):
    """The child's case is open already: record it there, not as a new contact."""


class FileHasEnded(Refused):
    """This file was closed for good, and nothing begins in it any more. A contact is recorded under the name that the child has now; if you do not know it, ask a service manager."""


class StillRunning(Refused):
    """The case cannot close while other work runs."""


class GoesRoundAndRound(Refused):
    """The pathways wake each other round and round without waiting for anybody, so nothing was done. Tell a process owner."""


class ValueUnusable(Refused):
    """An answer gave the pathway a value that it cannot use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact that a diagram asked for, and what it was told."""

    name: str
    arguments: tuple[Value, ...]
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One engine step as the history keeps it: where, at which instant, what it did, what it was told."""

    process: str
    instant: datetime
    effects: tuple[Effect, ...]
    began: str | None = None  # the release, where the process began with this step
    facts: tuple[Fact, ...] = ()
    undelivered: tuple[str, ...] = ()  # messages of this step that nothing took

    def encode(self) -> Json:
        """The step as JSON, without what it does not have."""
        out: dict[str, Json] = {
            "process": self.process,
            "instant": write_instant(self.instant),
            "effects": [encode_effect(effect) for effect in self.effects],
        }
        if self.began is not None:
            out["began"] = self.began
        if self.facts:
            out["facts"] = [
                [fact.name, [encode_value(each) for each in fact.arguments], encode_value(fact.value)]
                for fact in self.facts
            ]
        if self.undelivered:
            out["undelivered"] = list(self.undelivered)
        return out

    @classmethod
    def decode(cls, data: Any) -> Taken:
        """The step that ``encode`` wrote."""
        return cls(
            process=data["process"],
            instant=read_instant(data["instant"]),
            effects=tuple(map(decode_effect, data["effects"])),
            began=data.get("began"),
            facts=tuple(
                Fact(name=name, arguments=tuple(map(decode_value, arguments)), value=decode_value(value))
                for name, arguments, value in data.get("facts", ())
            ),
            undelivered=tuple(data.get("undelivered", ())),
        )


def encode_steps(steps: Iterable[Taken]) -> Json:
    """The steps of an entry as JSON."""
    return [taken.encode() for taken in steps]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an input came to."""

    state: CaseState
    steps: tuple[Taken, ...]


def apply(state: CaseState, given: Input, world: World, at: datetime) -> Applied:
    """The case after the input at that instant (aware UTC); raises ``Refused`` where the input does not fit."""
    applying = _Applying(state, world)
    try:
        applying.take(given, at)
    except engine.FeelError as error:
        raise ValueUnusable(str(error)) from error
    return Applied(applying.state, tuple(applying.steps))


def next_due(state: CaseState) -> datetime | None:
    """The instant at which the case's first timer may fire, or None where none waits."""
    dues = (timer.due for process in state.processes.values() for timer in engine.timers(process.state)[:1])
    return min(dues, default=None)


class _Applying:
    """A case on its way through one input."""

    def __init__(self, state: CaseState, world: World) -> None:
        self.state = state
        self.world = world
        self.steps: list[Taken] = []
        self.asked: list[Fact] = []
        self.messages: deque[tuple[int, MessageThrown]] = deque()

    def take(self, given: Input, at: datetime) -> None:
        """Apply the input."""
        match given:
            case CaseOpened() | PersonKnown():
                self.state = replace(self.state, born=given.born, unborn=given.unborn)
            case ProcessStarted():
                self.start(given.pathway, given.data, at, message=None)
                self.carry(at)
            case TaskCompleted():
                self.complete(given, at)
                self.carry(at)
            case TimePassed():
                self.let_pass(until=at)
            case ProcessStopped():
                process = self.process(given.process)
                self.step(process, engine.end(self.pathways(process), process.state, self.moment(at)), at)
                self.carry(at)
            case CaseAllocated() | DoneOutside() | FileAttached() | AttachmentWithdrawn():
                pass
            case RecordShared() | ShareTakenBack():
                pass
            case _:
                assert_never(given)

    def process(self, name: str) -> Process:
        """The running process of that name."""
        try:
            return self.state.processes[name]
        except KeyError:
            raise NoSuchProcess from None

    def pathways(self, process: Process) -> engine.Pathways:
        """The pathways of the process's own release."""
        return self.world.pathways(process.release)

    def moment(self, at: datetime) -> Moment:
        """What a step at the instant may know, each fact that it asks for noted."""
        self.asked = []
        before = self.state

        def facts(name: str, arguments: tuple[Value, ...]) -> Value:
            value = before.fact(name, arguments)
            self.asked.append(Fact(name=name, arguments=arguments, value=value))
            return value

        return Moment(instant=at, calendar=self.world.calendar, facts=facts)

    def complete(self, given: TaskCompleted, at: datetime) -> None:
        """The task done; its answers become the latest of its form."""
        name, _, task = given.task.partition("/")
        process = self.process(name)
        step = engine.complete(self.pathways(process), process.state, task, given.data, self.moment(at))
        self.state = replace(self.state, answers={**self.state.answers, given.form: encode_data(given.data)})
        self.step(process, step, at)

    def start(self, pathway: str, data: Mapping[str, Value], at: datetime, *, message: str | None) -> None:
        """The pathway begun under the release in force, or the one that the process was moved to."""
        number = self.state.numbers.get(pathway, 0) + 1
        name = f"{pathway}#{number}"
        release = self.world.moved.get(name, self.world.release)
        step = engine.start(self.world.pathways(release), pathway, data, self.moment(at), message=message)
        process = Process(name=name, release=release, state=step.state)
        self.state = replace(self.state, numbers={**self.state.numbers, pathway: number})
        self.step(process, step, at, began=release)

    def let_pass(self, until: datetime) -> None:
        """Every timer that is due fires, in the order of their due instants, each at its own."""
        while True:
            dues = [
                (timer.due, process.name, timer.name)
                for process in self.state.processes.values()
                for timer in engine.timers(process.state)[:1]
                if timer.due <= until
            ]
            if not dues:
                return
            due, name, timer = min(dues)
            process = self.state.processes[name]
            step = engine.fire(self.pathways(process), process.state, timer, self.moment(due))
            self.step(process, step, due)
            self.carry(due)

    def step(self, process: Process, step: Step, at: datetime, *, began: str | None = None) -> None:
        """Keep what a step did, and what it has to say to others."""
        if len(self.steps) == MOST_STEPS:
            raise GoesRoundAndRound
        self.keep(process, step.state)
        self.steps.append(
            Taken(
                process=process.name,
                instant=at,
                effects=step.effects,
                began=began,
                facts=tuple(self.asked),
            )
        )
        self.mark_episode(step.effects)
        self.mark_plans(step.effects)
        place = len(self.steps) - 1
        self.messages.extend((place, each) for each in step.effects if isinstance(each, MessageThrown))

    def keep(self, process: Process, state: State) -> None:
        """Put the process's new state in, or take the ended process away."""
        processes = dict(self.state.processes)
        if state.ended:
            processes.pop(process.name, None)
        else:
            processes[process.name] = replace(process, state=state)
        self.state = replace(self.state, processes=processes)

    def carry(self, at: datetime) -> None:
        """Deliver the messages that wait to be, in the order in which they were thrown."""
        while self.messages:
            place, thrown = self.messages.popleft()
            if not self.deliver(thrown, at):
                taken = self.steps[place]
                self.steps[place] = replace(taken, undelivered=(*taken.undelivered, thrown.message))

    def deliver(self, thrown: MessageThrown, at: datetime) -> bool:
        """Whether anything took the message."""
        took = False
        for name in tuple(self.state.processes):
            process = self.state.processes.get(name)
            if process is None:
                continue
            moment = self.moment(at)
            step = engine.deliver(
                self.pathways(process), process.state, thrown.message, thrown.payload, moment
            )
            if step is not None:
                took = True
                self.step(process, step, at)
        if not took:
            for pathway in self.world.pathways(self.world.release).started_by(thrown.message):
                took = True
                self.start(pathway, thrown.payload, at, message=thrown.message)
        return took

    def mark_plans(self, effects: Iterable[Effect]) -> None:
        """Put plans in force, or out of it, where the diagram says so."""
        for effect in effects:
            if isinstance(effect, PlanMarked):
                others = set(self.state.plans) - {effect.kind}
                plans = others | {effect.kind} if effect.mark == "begins" else others
                self.state = replace(self.state, plans=tuple(sorted(plans)))

    def mark_episode(self, effects: Iterable[Effect]) -> None:
        """Open or close the episode where the diagram says so."""
        for effect in effects:
            match effect:
                case EpisodeMarked("begins"):
                    if self.state.open:
                        raise EpisodeIsOpen
                    if self.state.over:
                        raise FileHasEnded
                    self.state = replace(self.state, open=True)
                case EpisodeMarked("ends" | "ends_file" as mark):
                    if self.state.processes:
                        raise StillRunning(
                            "The case cannot close while other work runs: "
                            + ", ".join(
                                each.partition("#")[0].replace("_", " ") for each in self.state.processes
                            )
                            + ". Finish it or have it ended first."
                        )
                    self.state = replace(self.state, open=False, over=mark == "ends_file")
                case _:
                    pass
