"""From what happened to what people see: the view of a case as a pure fold of recorded effects. No engine step, no table, no clock.

The same fold serves a live command, a page "as it was", ``rebuild`` and a restatement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

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
    london_date,
)
from ics_flow.domain.view import (
    CaseView,
    DeadlineView,
    EpisodeView,
    PlanView,
    ProcessView,
    RecordView,
    ShareView,
    TaskView,
    TimerView,
    UndeliveredView,
)
from ics_flow.process.apply import Taken
from ics_flow.process.inputs import (
    CaseAllocated,
    CaseOpened,
    DoneOutside,
    Input,
    RecordShared,
    ShareTakenBack,
    TaskCompleted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One entry of a case's history, as far as its view depends on it."""

    position: int
    at: datetime
    actor: str
    given: Input
    steps: tuple[Taken, ...]
    corrections: int = 0  # how often the answers of this entry have been corrected since


def new_view(case: str, person: str) -> CaseView:
    """The view of a case before anything has happened."""
    return CaseView(
        case=case,
        person=person,
        team=None,
        allocated_worker=None,
        episodes=(),
        processes=(),
        tasks=(),
        deadlines=(),
        timers=(),
        records=(),
        undelivered=(),
        position=0,
    )


def fold(view: CaseView, happened: Happened) -> CaseView:
    """The view after one more entry."""
    folding = _Folding(view, happened)
    match happened.given:
        case CaseOpened(team=team):
            folding.view = replace(folding.view, team=team)
        case CaseAllocated(team=team, worker=worker):
            folding.view = replace(folding.view, team=team, allocated_worker=worker)
        case DoneOutside() as done:
            folding.note_done(done)
        case TaskCompleted() as completed:
            folding.meet_by_answer(completed)
        case RecordShared() as shared:
            folding.share(shared)
        case ShareTakenBack(share=share):
            folding.take_back(share)
        case _:
            pass
    for taken in happened.steps:
        folding.take(taken)
    return replace(folding.view, position=happened.position)


class _Folding:
    """A view on its way through one entry."""

    def __init__(self, view: CaseView, happened: Happened) -> None:
        self.view = view
        self.happened = happened

    def take(self, taken: Taken) -> None:
        """Fold one engine step."""
        if taken.began is not None:
            process = ProcessView(
                name=taken.process,
                pathway=taken.process.partition("#")[0],
                release=taken.began,
                started=taken.instant,
                ended=None,
            )
            self.view = replace(self.view, processes=(*self.view.processes, process))
        for effect in taken.effects:
            self.effect(taken, effect)

    def effect(self, taken: Taken, effect: Effect) -> None:  # noqa: C901 one arm an effect
        """Fold one effect."""
        view, process = self.view, taken.process
        match effect:
            case Entered():
                pass
            case Left(name) | Withdrawn(name):
                self.close(join(process, name), taken.instant, done=isinstance(effect, Left))
            case TaskOpened():
                task = TaskView(
                    name=join(process, effect.name),
                    process=process,
                    title=effect.title,
                    form=effect.form,
                    roles=effect.roles,
                    opened=taken.instant,
                    record=None if effect.record is None else join_scope(process, effect.record),
                    writes=effect.writes,
                    other_than=effect.other_than,
                )
                self.view = replace(view, tasks=(*view.tasks, task))
            case TimerSet():
                self.set_timer(taken, effect)
            case TimerFired(name):
                self.fire(join(process, name))
            case MessageThrown():
                if effect.message in taken.undelivered:
                    self.undelivered(taken, effect)
            case RecordMarked():
                self.mark_record(join_scope(process, effect.scope), effect)
            case EpisodeMarked(mark):
                self.mark_episode(mark, taken.instant)
            case PlanMarked():
                self.mark_plan(effect)
            case ProcessEnded():
                ended = (
                    replace(each, ended=taken.instant) if each.name == process else each
                    for each in view.processes
                )
                self.view = replace(view, processes=tuple(ended))
            case _:
                assert_never(effect)

    def close(self, name: str, at: datetime, *, done: bool) -> None:
        """Take away the task or timer of that name, and end the deadlines of its scope."""
        view = self.view
        tasks = tuple(task for task in view.tasks if task.name != name)
        timers = tuple(timer for timer in view.timers if timer.name != name)
        deadlines = tuple(
            self.end_deadline(each, at, done=done) if each.scope == name and each.ended is None else each
            for each in view.deadlines
        )
        if (tasks, timers, deadlines) != (view.tasks, view.timers, view.deadlines):  # most elements have none
            self.view = replace(view, tasks=tasks, timers=timers, deadlines=deadlines)

    def end_deadline(self, deadline: DeadlineView, at: datetime, *, done: bool) -> DeadlineView:
        """The deadline ended with its scope: met by that, where it was done and no question's date says otherwise."""
        if done and deadline.met_on is None:
            deadline = replace(deadline, met_on=london_date(at), met_recorded=self.happened.at)
        return replace(deadline, ended=at)

    def set_timer(self, taken: Taken, effect: TimerSet) -> None:
        """A clock began to run; one with a kind of deadline is shown as such."""
        name = join(taken.process, effect.name)
        timer = TimerView(name=name, process=taken.process, due=effect.due)
        self.view = replace(self.view, timers=(*self.view.timers, timer))
        if effect.deadline == "none":
            return
        deadline = DeadlineView(
            name=name,
            process=taken.process,
            title=effect.title,
            scope=join(taken.process, effect.scope),
            due=effect.due,
            due_on=effect.due_on,
            kind="statutory" if effect.deadline == "statutory" else "local",
            basis=effect.basis or "",
            met_by=effect.met_by,
            set_at=taken.instant,
            fired=False,
            met_on=None,
            met_recorded=None,
            ended=None,
        )
        self.view = replace(self.view, deadlines=(*self.view.deadlines, deadline))

    def fire(self, name: str) -> None:
        """The clock ran out: the timer waits no longer; the deadline stays, overdue, until its scope ends."""
        self.view = replace(
            self.view,
            timers=tuple(timer for timer in self.view.timers if timer.name != name),
            deadlines=tuple(
                replace(each, fired=True) if each.name == name else each for each in self.view.deadlines
            ),
        )

    def meet_by_answer(self, completed: TaskCompleted) -> None:
        """Stop the clocks that a date among the answers stops (``met_by``)."""
        deadlines = (
            replace(each, met_on=day, met_recorded=self.happened.at)
            if each.ended is None and each.covers(completed.task) and (day := _day(completed, each.met_by))
            else each
            for each in self.view.deadlines
        )
        self.view = replace(self.view, deadlines=tuple(deadlines))

    def note_done(self, done: DoneOutside) -> None:
        """What was to be done outside was done."""
        noted = (
            replace(each, done=True) if each.name == done.name else each for each in self.view.undelivered
        )
        self.view = replace(self.view, undelivered=tuple(noted))

    def share(self, shared: RecordShared) -> None:
        """A record is shared from here on."""
        happened = self.happened
        share = ShareView(
            position=happened.position,
            record=shared.record,
            title=shared.title,
            worker=shared.worker,
            by=happened.actor,
            at=happened.at,
            until=shared.until,
            taken_back=None,
        )
        self.view = replace(self.view, shares=(*self.view.shares, share))

    def take_back(self, share: int) -> None:
        """What the entry at that position had shared is shared no longer."""
        shares = (
            replace(each, taken_back=self.happened.at) if each.position == share else each
            for each in self.view.shares
        )
        self.view = replace(self.view, shares=tuple(shares))

    def undelivered(self, taken: Taken, thrown: MessageThrown) -> None:
        """A message that nothing took is to be done outside."""
        outside = UndeliveredView(
            name=join(taken.process, thrown.name),
            message=thrown.message,
            text=thrown.outside or "",
            process=taken.process,
            at=taken.instant,
            done=False,
        )
        self.view = replace(self.view, undelivered=(*self.view.undelivered, outside))

    def mark_record(self, scope: str, mark: RecordMarked) -> None:
        """The record of a scope took a status: every finalising is a version, every correction of one is another."""
        records = {record.scope: record for record in self.view.records}
        before = records.get(scope)
        happened = self.happened
        match mark.status:
            case "draft" if before is None:
                records[scope] = RecordView(
                    scope=scope,
                    form=mark.form or "",
                    title=mark.title or "",
                    version=0,
                    status="draft",
                    by=None,
                    at=happened.at,
                    position=None,
                    authorised_by=None,
                )
            case "draft" if before is not None:
                records[scope] = replace(before, status="draft", at=happened.at)
            case "finalised" if before is not None:
                records[scope] = replace(
                    before,
                    status="finalised",
                    version=before.version + 1 + happened.corrections,
                    by=happened.actor,
                    at=happened.at,
                    position=happened.position,
                )
            case "authorised" if before is not None:
                records[scope] = replace(
                    before, status="authorised", authorised_by=happened.actor, at=happened.at
                )
            case other:
                raise ValueError(f"The record of {scope} cannot be {other}.")
        workers = self.view.workers
        if mark.status != "draft":
            workers = tuple(sorted({*workers, happened.actor}))
        self.view = replace(self.view, records=tuple(records.values()), workers=workers)

    def mark_episode(self, mark: str, at: datetime) -> None:
        """The involvement began or ended."""
        episodes = self.view.episodes
        if mark == "begins":
            episodes = (*episodes, EpisodeView(number=len(episodes) + 1, began=at, ended=None))
        else:
            episodes = tuple(replace(each, ended=at) if each.ended is None else each for each in episodes)
        self.view = replace(self.view, episodes=episodes)

    def mark_plan(self, mark: PlanMarked) -> None:
        """A plan began or ended; one that begins again while it is in force goes on, under the category of now."""
        plans = self.view.plans
        of_kind = [plan for plan in plans if plan.kind == mark.kind]
        in_force = [plan for plan in of_kind if plan.ended is None]
        if mark.mark == "ends":
            plans = tuple(replace(plan, ended=mark.on) if plan in in_force else plan for plan in plans)
        elif in_force:
            plans = tuple(
                replace(plan, category=mark.category or plan.category) if plan in in_force else plan
                for plan in plans
            )
        else:
            plan = PlanView(
                kind=mark.kind,
                number=len(of_kind) + 1,
                began=mark.on,
                ended=None,
                first_category=mark.category,
                category=mark.category,
            )
            plans = (*plans, plan)
        self.view = replace(self.view, plans=plans)


def join_scope(process: str, scope: str) -> str:
    """The scope's name in the case; the process itself where the scope is its own."""
    return join(process, scope) if scope else process


def forget(view: CaseView) -> CaseView:
    """The view without what is over: deadlines and processes that have ended, records that were authorised, shares that were taken back. Their rows and the history keep them."""
    return replace(
        view,
        deadlines=tuple(deadline for deadline in view.deadlines if deadline.ended is None),
        processes=tuple(process for process in view.processes if process.ended is None),
        records=tuple(record for record in view.records if record.status != "authorised"),
        undelivered=tuple(message for message in view.undelivered if not message.done),
        shares=tuple(share for share in view.shares if share.taken_back is None),
    )


def _day(completed: TaskCompleted, question: str | None) -> date | None:
    value = completed.data.get(question) if question else None
    return value if type(value) is date else None
