"""Tales played side by side under one clock: every step at its instant, every timer as it falls due, in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from engine import london_date
from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.commands.note_done_outside import NoteDoneOutside
from ics_flow.commands.open_file_after_adoption import OpenFileAfterAdoption
from ics_flow.commands.relate_persons import RelatePersons
from ics_flow.commands.save_draft import SaveDraft
from ics_flow.commands.share_record import ShareRecord
from ics_flow.demonstration.tales import Step, Tale
from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import Form
from ics_flow.scenarios import Player
from ics_flow.scenarios.names import plain
from ics_flow.scenarios.player import CannotBePlayed

_A_MOMENT = timedelta(seconds=1)  # by which the ticker finds a timer that has fallen due

Advance = Callable[[int, int], None]


@dataclass(slots=True)
class _Part:
    """A tale on its way."""

    tale: Tale
    player: Player
    due: datetime | None = None


@dataclass(slots=True)
class Performance:
    """Plays tales through the application, whose clock it moves."""

    application: Application
    clock: ManualClock
    seed: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _parts: list[_Part] = field(default_factory=list)
    _families: dict[str, tuple[str, list[str]]] = field(
        default_factory=dict
    )  # the family's id, and its people
    _due: list[tuple[datetime, int]] = field(default_factory=list)

    def play(self, tales: Sequence[Tale], end: datetime, advance: Advance) -> None:
        """Play all of them up to the end; ``advance`` is told how many steps are done, of how many."""
        steps = sorted(
            (
                (step.at, number, order, step)
                for number, tale in enumerate(tales)
                for order, step in enumerate(tale.steps)
            ),
            key=lambda each: each[:3],
        )
        self._parts = [_Part(tale, self._player(tale)) for tale in tales]
        for done, (at, number, _, step) in enumerate(steps, start=1):
            self._let_time_pass(at)
            self._take(self._parts[number], step)
            self._watch(number)
            advance(done, len(steps))
        self._let_time_pass(end)

    def _player(self, tale: Tale, family: str | None = None) -> Player:
        return Player(
            self.application,
            tale.child,
            seed=self.seed,
            command_id=self._command_id,
            family=family,
            words=self._words(tale),
        )

    def _words(self, tale: Tale) -> Callable[[Form, Mapping[str, object]], Mapping[str, object]] | None:
        wording = tale.wording
        return None if wording is None else lambda form, given: wording.answers(form, given, self._today())

    def _today(self) -> date:
        return london_date(self.clock())

    def _let_time_pass(self, to: datetime) -> None:
        """Move the clock on, stopping a moment after each instant at which a timer of any case falls due."""
        while self._due and self._due[0][0] <= to:
            due, number = heapq.heappop(self._due)
            if self._parts[number].due == due:
                self.clock.set_to(due + _A_MOMENT)
                self._parts[number].player.let_time_pass()
                self._watch(number)
        self.clock.set_to(to)

    def _watch(self, number: int) -> None:
        """Take down the next instant at which a timer of the case falls due."""
        part = self._parts[number]
        part.due = part.player.next_due()
        if part.due is not None:
            heapq.heappush(self._due, (part.due, number))

    def _take(self, part: _Part, step: Step) -> None:
        """Let the worker do what the step says."""
        if part.tale.wording is not None:
            part.tale.wording.facts = {**part.tale.wording.facts, **step.facts}
        said = {
            key: value if key in ("answers", "to") else self._filled(part, value)
            for key, value in step.said.items()
        }
        act = next(act for kind, act in self._acts().items() if kind in said)
        try:
            act(part, step.by, said)
        except (Refused, CannotBePlayed) as error:
            child = part.tale.child
            error.add_note(
                f"{child.given_name} {child.family_name}, {step.at:%Y-%m-%d}, by {step.by}: {step.said}"
            )
            raise

    def _acts(self) -> Mapping[str, Callable[[_Part, str, Mapping[str, Any]], None]]:
        """What a step may be, by the word that says so."""
        return {
            "start": self._start,
            "do": self._do,
            "draft": self._draft,
            "correct": self._correct,
            "skip": self._skip,
            "outside": self._outside,
            "end": self._end,
            "born": self._born,
            "share": self._share,
            "adopted": self._adopted,
        }

    def _filled(self, part: _Part, value: Any) -> Any:
        return part.tale.wording.filled(value, self._today()) if part.tale.wording else value

    def _start(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        tale, is_new = part.tale, part.player.case is None
        if is_new and tale.family in self._families:
            part.player = self._player(tale, self._families[tale.family][0])
        part.player.start(said["start"], by)
        if is_new and tale.family is not None:
            self._relate(tale, part.player.person(), by)

    def _relate(self, tale: Tale, person: str, by: str) -> None:
        """Relate the child to the children of the same family who came before."""
        with self.application.reading() as reading:
            found = reading.persons.of(person)
        family = found.family_id if found else None
        _, others = self._families.setdefault(tale.family or "", (family or "", []))
        for other in others:
            self.application.handle(
                RelatePersons(
                    command_id=self._command_id(), actor=by, person_id=person, other_id=other, kind=tale.kind
                )
            )
        others.append(person)

    def _do(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        part.player.do(self._task(part, said["do"]), by, said.get("answers", {}))

    def _draft(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        task = part.player.waiting(self._task(part, said["draft"]))
        self.application.handle(
            SaveDraft(
                command_id=self._command_id(),
                actor=by,
                case_id=_case(part),
                task=task.name,
                answers=self._filled(part, said["answers"]),
            )
        )

    def _correct(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        to = self._filled(part, said["to"])
        part.player.correct(said["correct"], said["question"], to, said["because"], by)

    def _skip(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        part.player.skip(self._task(part, said["skip"]), said["because"], by)

    def _outside(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        """Note that what a message asked for was done."""
        asked = [
            each.name
            for each in part.player.view().undelivered
            if each.message == said["outside"] and not each.done
        ]
        if not asked:
            raise CannotBePlayed(f"Nothing is to be done outside for {said['outside']}.")
        self.application.handle(
            NoteDoneOutside(
                command_id=self._command_id(), actor=by, case_id=_case(part), name=asked[0], note=said["note"]
            )
        )

    def _end(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        part.player.end(said["end"], said["because"], by)

    def _born(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        """Write down that a child who was expected was born."""
        part.player.born(self._today() - timedelta(days=1), by, said["born"])

    def _share(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        """Share the latest of the records so named; a ``*`` leaves a part of the name open."""
        finalised = [
            each.position
            for each in part.player.view().records
            if each.position is not None and fnmatchcase(plain(each.scope), said["share"])
        ]
        if not finalised:
            raise CannotBePlayed(f"There is no record {said['share']} to share.")
        self.application.handle(
            ShareRecord(
                command_id=self._command_id(),
                actor=by,
                case_id=_case(part),
                record=finalised[-1],
                worker=said["with"],
                reason=said["because"],
            )
        )

    def _adopted(self, part: _Part, by: str, said: Mapping[str, Any]) -> None:
        """Open another file for a child whose file has ended, under another family name."""
        self.application.handle(
            OpenFileAfterAdoption(
                command_id=self._command_id(),
                actor=by,
                case_id=_case(part),
                given_name=part.tale.child.given_name,
                family_name=said["adopted"],
            )
        )

    def _task(self, part: _Part, asked: str) -> str:
        """The name of the waiting task that is meant, where a ``*`` leaves a part of it open."""
        if "*" not in asked:
            return asked
        names = (plain(task.name) for task in part.player.view().tasks)
        return next((name for name in names if fnmatchcase(name, asked)), asked)

    def _command_id(self) -> str:
        return f"demonstration-{next(self._numbers)}"


def _case(part: _Part) -> str:
    assert part.player.case is not None  # noqa: S101 a tale begins with a contact
    return part.player.case
