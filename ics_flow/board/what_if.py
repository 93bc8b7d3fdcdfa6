"""What a draft would have done: the histories of a period replayed as if it had been in force, and what that would have changed, by team and pathway.

Each case is one replay of what was given in it; nothing is kept of the cases. What was done at tasks that the draft no longer has is left out, and told as gone; where something else no longer fits,
the case could not be told, with why. Not here: the rows in which a long question is kept (``store.what_ifs``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from engine import Calendar, Pathways, element_of
from engine.diagram import UserTask
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Entry, Json
from ics_flow.domain.ids import case_subject, new_id
from ics_flow.domain.release import Release
from ics_flow.domain.view import CaseView, DeadlineView
from ics_flow.process.case import World
from ics_flow.process.cause import ProcessMove, naming
from ics_flow.process.fold import new_view
from ics_flow.process.following import views
from ics_flow.process.inputs import TaskCompleted
from ics_flow.process.replay import Conflict, Given, on_release, replay, under
from ics_flow.process.restatement import compare
from ics_flow.process.second_thought import givens_of
from ics_flow.process.world import Archive
from ics_flow.store import Reading, UnitOfWork
from ics_flow.store.what_ifs import Question

UNREADABLE = "The history of the case cannot be followed."
EXAMPLES = 5
"""How many cases are named as examples."""


class NoSuchQuestion(Refused):
    """That was not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: a draft, with its working days (None: those that counted then), from when on it would have been in force, and when that is judged."""

    draft: Release
    archive: Archive
    calendar: Calendar | None
    since: datetime
    at: datetime

    def pathways(self, release: str) -> Pathways:
        """The pathways of a release, or of the draft."""
        return self.draft.pathways if release == self.draft.hash else self.archive.pathways(release)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesMoved:
    """A kind of date that would have moved: in how many cases earlier and later, by how many days at least and at most (negative: earlier)."""

    pathway: str
    title: str
    earlier: int
    later: int
    least: int
    most: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """A kind of task or date that would have come, or gone, and how often."""

    pathway: str
    title: str
    times: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """How many dates were to be kept in a team's cases of a pathway and how many were not, as it was and as it would have been."""

    team: str | None
    pathway: str
    dates_before: int
    late_before: int
    dates_after: int
    late_after: int

    @property
    def is_same(self) -> bool:
        """Whether it would have been as it was."""
        return (self.dates_before, self.late_before) == (self.dates_after, self.late_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Why it could not be told: what was done, why it would not fit, and in how many cases."""

    act: str
    why: str
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What the draft would have done, in so many cases, of which so many could be told."""

    cases: int
    told: int
    unchanged: int
    dates: tuple[DatesMoved, ...]
    come: tuple[Steps, ...]
    gone: tuple[Steps, ...]
    late: tuple[Late, ...]
    untold: tuple[Untold, ...]

    def to_json(self) -> dict[str, Json]:
        """The answer as JSON."""
        return asdict(self)


def what_if(reading: Reading, asked: Asked, cases: Iterable[str]) -> WhatIf:
    """What the draft would have done in those cases, one after another."""
    return added_up(look(reading.history.read(case_subject(case)), asked) for case in cases)


# One case


def look(entries: Sequence[Entry], asked: Asked) -> dict[str, Any]:
    """What the draft would have changed in one case, as JSON; of one whose history cannot be read, that it could not be told."""
    try:
        return _look(entries, asked)
    except (LookupError, TypeError, ValueError, AttributeError):
        return {"case": entries[0].subject.partition(":")[2], "untold": ["", UNREADABLE]}


def _look(entries: Sequence[Entry], asked: Asked) -> dict[str, Any]:
    *_, view = views(entries)
    release, pathways = asked.draft.hash, asked.pathways
    givens = on_release(givens_of(entries, asked.archive), view.processes, release, pathways, asked.since)
    if asked.calendar is not None:
        givens = under(givens, asked.calendar)
    givens, undone = _without_what_is_gone(givens, view, asked)
    calendar = asked.calendar or givens[-1].calendar
    world = World(pathways=pathways, release=release, calendar=calendar)
    found = _Found(view, entries, asked)
    outcome = replay(givens, new_view(view.case, view.person), world, max(asked.at, entries[-1].at))
    if isinstance(outcome, Conflict):
        return found.untold(outcome, givens)
    return found.told(outcome.view, undone)


def _without_what_is_gone(
    givens: Sequence[Given], view: CaseView, asked: Asked
) -> tuple[tuple[Given, ...], tuple[str, ...]]:
    """What was given but at tasks that the draft no longer has; and the names of those."""
    under_draft = {each.name for each in view.processes if each.started >= asked.since}
    gone = {
        given.input.task
        for given in givens
        if isinstance(given.input, TaskCompleted)
        and given.input.task.partition("/")[0] in under_draft
        and not _is_asked(given.input.task, asked.draft.pathways)
    }
    left = tuple(
        given for given in givens if not (isinstance(given.input, TaskCompleted) and given.input.task in gone)
    )
    return left, tuple(sorted(gone))


def _is_asked(task: str, pathways: Pathways) -> bool:
    process, _, name = task.partition("/")
    pathway = process.partition("#")[0]
    return pathway not in pathways or isinstance(element_of(pathways, pathway, name), UserTask)


class _Found:
    """What is found in one case, put together as JSON."""

    def __init__(self, before: CaseView, entries: Sequence[Entry], asked: Asked) -> None:
        self.before = before
        self.entries = entries
        self.asked = asked

    def untold(self, conflict: Conflict, givens: Iterable[Given]) -> dict[str, Any]:
        """Why the case could not be told."""
        given = next((each.input for each in givens if each.position == conflict.position), None)
        act = self._title(given.task) if isinstance(given, TaskCompleted) else ""
        return {
            "case": self.before.case,
            "untold": [act, conflict.sentence.partition(" (")[0]],
        }

    def told(self, after: CaseView, undone: Sequence[str]) -> dict[str, Any]:
        """What would have been otherwise."""
        release = self.asked.draft.hash
        moves = [
            ProcessMove(process=each.name, before=each.release, after=release)
            for each in self.before.processes
            if each.started >= self.asked.since
        ]
        called = naming(moves, self.asked.pathways)
        changed = compare(self.before, after, called)
        titles = _titles(after)
        titles |= {called(name): title for name, title in _titles(self.before).items()} | titles
        return {
            "case": self.before.case,
            "team": self.before.team,
            "dates": [
                [_pathway(each.name), each.title, each.before.isoformat(), each.after.isoformat()]
                for each in changed.moved
            ],
            "come": [[_pathway(name), titles.get(name, name)] for name in changed.appeared],
            "gone": [
                *([_pathway(name), titles.get(name, name)] for name in changed.gone),
                *([_pathway(name), self._title(name)] for name in undone),
            ],
            "late": self._late(after),
        }

    def _late(self, after: CaseView) -> list[list[Any]]:
        """By pathway: how many dates, how many of them late, before and after."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for place, view in ((0, self.before), (2, after)):
            for deadline in view.deadlines:
                if deadline.set_at >= self.asked.since:
                    count = counts[_pathway(deadline.name)]
                    count[place] += 1
                    count[place + 1] += is_late(deadline, self.asked.at)
        return [[pathway, *count] for pathway, count in sorted(counts.items())]

    def _title(self, task: str) -> str:
        """What a task was called when it waited."""
        waiting = (each for view in views(self.entries) for each in view.tasks)
        return next((each.title for each in waiting if each.name == task), task)


def is_late(deadline: DeadlineView, at: datetime) -> bool:
    """Whether a date was not kept, as it is seen at an instant."""
    if deadline.met_on is not None:
        return deadline.met_on > deadline.due_on
    return deadline.fired or (deadline.ended is None and deadline.due <= at)


def _titles(view: CaseView) -> dict[str, str]:
    tasks = {task.name: task.title for task in view.tasks}
    return tasks | {deadline.name: deadline.title for deadline in view.deadlines}


def _pathway(name: str) -> str:
    return name.partition("#")[0]


# All cases


@dataclass(slots=True)
class _Moves:
    days: list[int] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)


def added_up(found: Iterable[Mapping[str, Any]]) -> WhatIf:
    """What was found in all cases together."""
    adding = _Adding()
    for each in found:
        adding.take(each)
    return adding.answer()


class _Adding:
    """An answer on its way."""

    def __init__(self) -> None:
        self.cases = self.told = self.unchanged = 0
        self.dates: dict[tuple[str, str], _Moves] = defaultdict(_Moves)
        self.steps: dict[str, dict[tuple[str, str], list[str]]] = {
            "come": defaultdict(list),
            "gone": defaultdict(list),
        }
        self.late: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self.untold: dict[tuple[str, str], list[str]] = defaultdict(list)

    def take(self, found: Mapping[str, Any]) -> None:
        """Add what was found in one more case."""
        self.cases += 1
        case = found["case"]
        if "untold" in found:
            act, why = found["untold"]
            self.untold[act, why].append(case)
            return
        self.told += 1
        self.unchanged += not (found["dates"] or found["come"] or found["gone"])
        for pathway, title, before, after in found["dates"]:
            moves = self.dates[pathway, title]
            moves.days.append((date.fromisoformat(after) - date.fromisoformat(before)).days)
            moves.cases.append(case)
        for kind, steps in self.steps.items():
            for pathway, title in found[kind]:
                steps[pathway, title].append(case)
        for pathway, *counts in found["late"]:
            self.late[found["team"] or "", pathway].update(dict(enumerate(counts)))

    def answer(self) -> WhatIf:
        """The whole answer, what happens most often first."""
        return WhatIf(
            cases=self.cases,
            told=self.told,
            unchanged=self.unchanged,
            dates=tuple(self._dates()),
            come=tuple(_steps(self.steps["come"])),
            gone=tuple(_steps(self.steps["gone"])),
            late=tuple(
                Late(
                    team=team or None,
                    pathway=pathway,
                    dates_before=counts[0],
                    late_before=counts[1],
                    dates_after=counts[2],
                    late_after=counts[3],
                )
                for (team, pathway), counts in sorted(self.late.items())
            ),
            untold=tuple(
                Untold(act=act, why=why, cases=len(cases), examples=_examples(cases))
                for (act, why), cases in _often(self.untold)
            ),
        )

    def _dates(self) -> Iterator[DatesMoved]:
        often = sorted(self.dates.items(), key=lambda each: (-len(each[1].cases), each[0]))
        for (pathway, title), moves in often:
            yield DatesMoved(
                pathway=pathway,
                title=title,
                earlier=sum(days < 0 for days in moves.days),
                later=sum(days > 0 for days in moves.days),
                least=min(moves.days),
                most=max(moves.days),
                examples=_examples(moves.cases),
            )


def _steps(steps: Mapping[tuple[str, str], list[str]]) -> Iterator[Steps]:
    for (pathway, title), cases in _often(steps):
        yield Steps(pathway=pathway, title=title, times=len(cases), examples=_examples(cases))


def _often(counted: Mapping[tuple[str, str], list[str]]) -> list[tuple[tuple[str, str], list[str]]]:
    return sorted(counted.items(), key=lambda each: (-len(each[1]), each[0]))


def _examples(cases: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cases))[:EXAMPLES]


# A question that takes its time


def ask(
    unit: UnitOfWork, draft: Release, calendar: str, *, since: datetime, until: datetime, by: str
) -> Question:
    """Have the question answered in the background, about the draft as it stands now and every case in which a procedure began in the period."""
    question = Question(
        id=new_id(unit.entropy),
        body=draft.body(),
        calendar=calendar,
        since=since,
        until=until,
        asked_by=by,
        asked_at=unit.at,
        state="running",
    )
    unit.what_ifs.ask(question)
    return question


def asked_in(question: Question, archive: Archive, in_force: str) -> Asked:
    """What is asked, ready to be asked of a case; the draft's working days count where they are not those in force, which cases were counted in."""
    return Asked(
        draft=Release.from_body(question.body),
        archive=archive,
        calendar=archive.calendar(question.calendar) if question.calendar != in_force else None,
        since=question.since,
        at=question.asked_at,
    )


def question_of(reading: Reading, question: str) -> Question:
    """The question of that id; raises ``NoSuchQuestion``."""
    found = reading.what_ifs.of(question)
    if found is None:
        raise NoSuchQuestion
    return found


def answer_so_far(reading: Reading, question: str) -> tuple[WhatIf, int]:
    """What was found so far, and in how many cases it is still to be looked for; raises ``NoSuchQuestion``."""
    question_of(reading, question)
    left = reading.what_ifs.progress(question)["waiting"]
    return added_up(reading.what_ifs.found(question)), left
