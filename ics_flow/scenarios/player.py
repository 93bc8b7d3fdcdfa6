"""The parts of workers played in one child's case, by the commands that the pages send.

What is asked for comes from a scenario or a demonstration; what it comes to is the application's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TypeAlias

from engine import Entered
from engine.feel import Context
from ics_flow.application import Application
from ics_flow.commands.change_person import ChangePerson
from ics_flow.commands.command import CLOCK, Outcome
from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.let_time_pass import LetTimePass
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.roll_back import RollBack
from ics_flow.commands.skip_task import SkipTask
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import Choice, Form, Occasion, UnknownQuestion, example_answers
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.domain.rights import Rights
from ics_flow.domain.view import CaseView, TaskView
from ics_flow.process.case import CaseState
from ics_flow.process.correction import CASE_RESTATED
from ics_flow.process.following import happened_of, views
from ics_flow.process.inputs import TaskCompleted, decode_input
from ics_flow.scenarios.names import meant, plain
from ics_flow.scenarios.reading import Child
from ics_flow.store.accounts import live_choices

Words: TypeAlias = Callable[[Form, Mapping[str, object]], Mapping[str, object]]
"""The answers to a form, from those that are given and what somebody wrote for it."""


class CannotBePlayed(Exception):
    """The step asks for something that is not there, so nothing was done; the message says what is there."""


class Player:
    """Plays one child's case: ``seed`` decides the answers that nobody gave, ``command_id`` gives each command its id, ``words``
    adds to the answers to a form what was written for it.
    """

    def __init__(
        self,
        application: Application,
        child: Child,
        *,
        seed: str,
        command_id: Callable[[], str],
        family: str | None = None,
        words: Words | None = None,
    ) -> None:
        self._application = application
        self._child = child
        self._seed = seed
        self._command_id = command_id
        self._family = family
        self._words = words
        self.case: str | None = None

    def start(self, pathway: str, by: str) -> Outcome:
        """Begin a pathway; the one that opens an episode begins with a contact, which opens the child's file."""
        release = self._application.release
        start = release.pathways[pathway].start(None) if pathway in release.pathways else None
        if start is not None and start.properties.get("episode") == "begins":
            return self._contact(by)
        return self._application.handle(
            StartPathway(command_id=self._command_id(), actor=by, case_id=self._opened(), pathway=pathway)
        )

    def do(self, task: str, by: str, answers: Mapping[str, object]) -> Outcome:
        """Do the waiting task of that name, with examples for the answers that are not given."""
        waiting = self.waiting(task)
        return self._application.handle(
            CompleteTask(
                command_id=self._command_id(),
                actor=by,
                case_id=self._opened(),
                task=waiting.name,
                answers=self._answered(waiting, answers),
                leave_undone=True,  # a scenario shows what the diagrams do, not what people are asked beside them
            )
        )

    def correct(self, task: str, question: str, answer: object, because: str, by: str) -> Outcome:
        """Put an answer of a task that was done right."""
        done = [
            given.task
            for entry in self._entries()
            if entry.kind == "task-completed"
            and isinstance(given := decode_input(entry.parts["input"]), TaskCompleted)
        ]
        name = next((each for each in reversed(done) if meant(task, each)), None)
        if name is None:
            raise CannotBePlayed(f"No task {task} was done. These were: {_listed(done)}.")
        return self._application.handle(
            CorrectAnswers(
                command_id=self._command_id(),
                actor=by,
                case_id=self._opened(),
                task=name,
                answers={question: answer},
                reason=because,
            )
        )

    def roll_back(self, record: str, because: str, by: str) -> Outcome:
        """Take the authorisation of a record of that name back."""
        records = [each.scope for each in self.view().records]
        name = next((each for each in reversed(records) if meant(record, each)), None)
        if name is None:
            raise CannotBePlayed(f"There is no record {record}. There are: {_listed(records)}.")
        return self._application.handle(
            RollBack(
                command_id=self._command_id(),
                actor=by,
                case_id=self._opened(),
                record=name,
                reason=because,
            )
        )

    def skip(self, task: str, because: str, by: str) -> Outcome:
        """Go on without the waiting task of that name."""
        return self._application.handle(
            SkipTask(
                command_id=self._command_id(),
                actor=by,
                case_id=self._opened(),
                task=self.waiting(task).name,
                reason=because,
            )
        )

    def end(self, process: str, because: str, by: str) -> Outcome:
        """End the running pathway of that name before its end."""
        running = [each.name for each in self._standing()[1].processes]
        name = next((each for each in running if meant(process, each)), None)
        if name is None:
            raise CannotBePlayed(f"No {process} runs. These do: {_listed(running)}.")
        return self._application.handle(
            EndPathway(
                command_id=self._command_id(),
                actor=by,
                case_id=self._opened(),
                process=name,
                reason=because,
            )
        )

    def born(self, on: date, by: str, given_name: str | None = None) -> Outcome:
        """Write down when the child was born, and the name that the child was given, if one was."""
        child = self._child
        return self._application.handle(
            ChangePerson(
                command_id=self._command_id(),
                actor=by,
                person_id=self.person(),
                given_name=given_name or child.given_name,
                family_name=child.family_name,
                born=on,
                address=child.address,
            )
        )

    def let_time_pass(self) -> None:
        """Let whatever fell due fire, if there is a file yet."""
        if self.case is not None:
            self._application.handle(
                LetTimePass(command_id=self._command_id(), actor=CLOCK, case_id=self.case)
            )

    def next_due(self) -> datetime | None:
        """The instant at which the first timer of the case falls due, if any waits."""
        return min((timer.due for timer in self._standing()[1].timers), default=None) if self.case else None

    def waiting(self, asked: str) -> TaskView:
        """The waiting task of that name; raises ``CannotBePlayed`` where there is none, or more than one."""
        tasks = self._standing()[1].tasks
        found = [task for task in tasks if meant(asked, task.name)]
        match found:
            case [task]:
                return task
            case []:
                raise CannotBePlayed(
                    f"No task {asked} waits. These do: {_listed(task.name for task in tasks)}."
                )
            case _:
                raise CannotBePlayed(
                    f"Several tasks are meant by {asked}: {_listed(task.name for task in found)}."
                )

    def view(self) -> CaseView:
        """The whole view of the case, what is over included."""
        *_, last = views(self._entries())
        return last

    def entered(self) -> Iterator[tuple[str, str]]:
        """The elements that tokens came to as it was recorded, each as process and name; what a correction changed is not told."""
        for entry in self._entries() if self.case else ():
            for taken in happened_of(entry).steps if entry.kind != CASE_RESTATED else ():
                yield from ((taken.process, each.name) for each in taken.effects if isinstance(each, Entered))

    def person(self) -> str:
        """The child's id."""
        return self.view().person

    def _contact(self, by: str) -> Outcome:
        child = self._child
        known = {"person_id": self.person()} if self.case else {}
        outcome = self._application.handle(
            RecordContact(
                command_id=self._command_id(),
                actor=by,
                given_name=child.given_name,
                family_name=child.family_name,
                born=child.born,
                expected=child.expected,
                address=child.address,
                family_id=self._family,
                **known,
            )
        )
        self.case = outcome.case_id
        return outcome

    def _opened(self) -> str:
        if self.case is None:
            raise Refused("The child has no file yet: begin with a contact.")
        return self.case

    def _entries(self) -> tuple[Entry, ...]:
        with self._application.reading() as reading:
            return reading.history.read(case_subject(self._opened()))

    def _standing(self) -> tuple[CaseState, CaseView]:
        """The case as it stands; what is over is left out of the view."""
        with self._application.reading() as reading:
            snapshot = reading.snapshots.of(self._opened())
        if snapshot is None:
            raise CannotBePlayed("The case has no snapshot.")
        data = json.loads(snapshot.body)
        return CaseState.decode(data["state"]), CaseView.from_json(data["view"])

    def _answered(self, task: TaskView, answers: Mapping[str, object]) -> dict[str, object]:
        application = self._application
        state, _ = self._standing()
        release, calendar = application.in_force()
        form = application.archive.release(state.processes[task.process].release).forms[task.form]
        occasion = Occasion(
            context=Context(instant=application.now(), calendar=calendar, facts=state.fact),
            known={"born": state.born},
            live=self._live(release.rights) if form.asks_live else {},
        )
        given = self._words(form, answers) if self._words else answers
        try:
            return example_answers(form, f"{self._seed}/{task.name}", occasion, given)
        except UnknownQuestion as error:
            raise CannotBePlayed(str(error)) from None

    def _live(self, rights: Rights) -> Mapping[str, tuple[Choice, ...]]:
        with self._application.reading() as reading:
            return live_choices(reading.accounts.all(), rights)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(plain, names)) or "none"
