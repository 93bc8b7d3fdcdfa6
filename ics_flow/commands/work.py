"""A command at work: the unit of work it runs in, the release and calendar in force, and the case files that it opens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import engine
from engine import SEMANTICS
from engine.feel import Context
from ics_flow.commands.command import CLOCK
from ics_flow.commands.errors import CaseNotFound, NoSuchWorker, PermissionDenied, TaskNotWaiting
from ics_flow.domain.forms import Form, Occasion
from ics_flow.domain.history import (
    Canonical,
    Entry,
    Head,
    Json,
    Parts,
    canonical,
    canonical_object,
    fingerprint,
)
from ics_flow.domain.ids import case_subject, new_id
from ics_flow.domain.release import Release
from ics_flow.domain.view import CaseView, TaskView
from ics_flow.domain.workers import Worker
from ics_flow.process.apply import apply, encode_steps, next_due
from ics_flow.process.case import CaseState, World
from ics_flow.process.correction import CASE_RESTATED
from ics_flow.process.fold import Happened, fold, forget, new_view
from ics_flow.process.following import NO_STEPS, Followed, fingerprint_view, follow, views
from ics_flow.process.inputs import Input, TimePassed, encode_input
from ics_flow.process.replay import Given, Replayed, time_passed
from ics_flow.process.restatement import Restatement
from ics_flow.process.second_thought import givens_of
from ics_flow.process.world import Archive
from ics_flow.store import UnitOfWork
from ics_flow.store.accounts import Account, live_choices, worker_of
from ics_flow.store.cases import OpenCase, Snapshot

SNAPSHOT_FORMAT = 1
"""A snapshot of another format counts as missing and is made again from the history."""


@dataclass(slots=True)
class Work:
    """What a handler works with."""

    unit: UnitOfWork
    command_id: str
    actor: str
    release: Release
    calendar_hash: str
    archive: Archive
    clock_leaps: bool = False  # in a training database, where what fell due is written at its own instant
    _accounts: dict[str, Account | None] = field(default_factory=dict)  # as read in this unit of work

    @property
    def world(self) -> World:
        """What a step that begins now needs."""
        return self.archive.world(self.release.hash, self.calendar_hash)

    def worker(self, worker: str | None = None) -> Worker:
        """The worker of that id (the actor, where none is given); raises ``NoSuchWorker`` for one who is not here."""
        account = self._account(worker or self.actor)
        if account is None or not account.active:
            raise NoSuchWorker
        return worker_of(account)

    def manager_of(self, worker: str | None) -> str | None:
        """The manager of the worker, if both are known."""
        account = self._account(worker) if worker else None
        return account.manager_id if account else None

    def case(self, case: str) -> CaseFile:
        """The case, open for writing and kept from others; raises ``CaseNotFound``."""
        opened = self.unit.open_case(case)
        if opened is None:
            raise CaseNotFound
        return CaseFile.open(self, case, opened)

    def new_case(self, person: str) -> CaseFile:
        """A case that has no history yet."""
        case = new_id(self.unit.entropy)
        secret = self.unit.secrets.make(case)
        empty = new_view(case, person)
        return CaseFile(self, case, secret, CaseState(), empty, None, before=empty)

    def occasion(self, file: CaseFile, form: Form) -> Occasion:
        """What the form is judged by, filled in now for that case."""
        return Occasion(
            context=Context(
                instant=file.at, calendar=self.archive.calendar(self.calendar_hash), facts=file.state.fact
            ),
            known={"born": file.state.born},
            live=live_choices(self.unit.accounts.all(), self.release.rights) if form.asks_live else {},
        )

    def _account(self, worker: str) -> Account | None:
        if worker not in self._accounts:
            self._accounts[worker] = self.unit.accounts.of(worker)
        return self._accounts[worker]


class CaseFile:
    """One case within a unit of work: its state and view, followed entry by entry and kept at the end."""

    def __init__(
        self,
        work: Work,
        case: str,
        secret: bytes,
        state: CaseState,
        view: CaseView,
        fingerprint: str | None,
        *,
        before: CaseView | None,
    ) -> None:
        self.work = work
        self.case = case
        self.subject = case_subject(case)
        self.secret = secret
        self.state = state
        self.view = view
        self.fingerprint = fingerprint
        self.before = before
        self.times = 0  # how many entries this command has written here
        self.written: Canonical | None = None  # the state after the last of them

    @classmethod
    def open(cls, work: Work, case: str, opened: OpenCase) -> CaseFile:
        """The case from its snapshot, or from its history where there is none that fits."""
        kept = read_snapshot(opened)
        if kept is not None:
            state, view, mark = kept
            return cls(work, case, opened.secret, state, view, mark, before=view)
        followed = follow(work.unit.history.read(case_subject(case)), work.archive, opened.secret)
        if followed.faults or followed.view is None:
            raise HistoryBroken(followed)
        return cls(
            work, case, opened.secret, followed.state, followed.view, followed.fingerprint, before=None
        )

    @property
    def at(self) -> datetime:
        """The instant of what is written now."""
        return self.work.unit.instant_for(self.subject)

    def task(self, name: str) -> TaskView:
        """The waiting task of that name; raises ``TaskNotWaiting``."""
        found = next((task for task in self.view.tasks if task.name == name), None)
        if found is None:
            raise TaskNotWaiting
        return found

    @property
    def manager(self) -> str | None:
        """The manager of the allocated worker."""
        return self.work.manager_of(self.view.allocated_worker)

    def require_may(self, act: str) -> None:
        """Raise ``PermissionDenied`` unless the actor may do the act beside the diagram (``bpmn/rights.yaml``) in this case."""
        if not self.work.release.rights.may(self.work.worker(), act, self.view, self.manager):
            raise PermissionDenied

    def require_may_read(self) -> None:
        """Raise ``CaseNotFound`` unless the actor may read the file."""
        if self.work.release.rights.may_read(self.work.worker(), self.view, self.manager) is None:
            raise CaseNotFound

    def let_time_pass(self) -> tuple[Head, ...]:
        """Write down what time has brought in the meantime, as an entry of its own; gives what was written.

        Where the clock leaps there is an entry for each instant that it leapt over, as if it had run.
        """
        written = []
        while (due := next_due(self.state)) is not None and due <= self.at:
            at = due if self.work.clock_leaps else None
            written.append(self.take("timers-fired", TimePassed(), actor=CLOCK, at=at))
        return tuple(written)

    def take(
        self,
        kind: str,
        given: Input,
        *,
        actor: str | None = None,
        parts: Mapping[str, Json] | None = None,
        at: datetime | None = None,
    ) -> Head:
        """Apply the input, now or at an instant gone by, and write the entry that says so."""
        at = self.work.unit.instant_for(self.subject, at)
        try:
            applied = apply(self.state, given, self.work.world, at)
        except engine.NotWaiting:
            raise TaskNotWaiting from None
        self.state = applied.state
        steps = canonical(encode_steps(applied.steps))
        actor = actor or self.work.actor
        entry = self.write(
            kind,
            actor,
            steps,
            {"input": encode_input(given), "steps": steps, **(parts or {})},
            at,
        )
        happened = Happened(position=entry.position, at=at, actor=actor, given=given, steps=applied.steps)
        self.view = fold(self.view, happened)
        return entry

    def follow_again(self, entries: Iterable[Entry]) -> tuple[CaseView, Sequence[Given]]:
        """The whole view of the case and all that was given in it, from its history, so that it can be thought through again."""
        followed = follow(entries, self.work.archive, self.secret)
        if followed.faults or followed.view is None:
            raise HistoryBroken(followed)
        self.view, self.before = followed.view, None  # rows of what is over may change too
        return followed.view, followed.givens

    def as_recorded(self) -> tuple[CaseView, tuple[Given, ...]]:
        """The whole view of the case and all that was given in it, as its history records them and time has passed since; nothing is proved."""
        entries = self.work.unit.history.read(self.subject)
        givens = givens_of(entries, self.work.archive)
        *_, self.view = views(entries)
        self.before = self.view
        world = self.work.world
        for passed in self.let_time_pass():
            givens = (*givens, time_passed(givens, passed.position, passed.at, world))
        return self.view, givens

    def restate(
        self, why: Mapping[str, Json], changed: Restatement, outcome: Replayed | None, reason: str
    ) -> Head:
        """Write that the case was thought through again: why, what that changed, and where the case stands now."""
        if outcome is not None:
            self.state = outcome.state
        parts: dict[str, Json] = {
            "correction" if "position" in why else "cause": why,
            "reason": reason,
            "restated": changed.encode(),
            "view": outcome.view.to_json() if outcome is not None else None,
            "trails": outcome.trails.encode() if outcome is not None else None,
        }
        entry = self.write(CASE_RESTATED, self.work.actor, NO_STEPS, parts)
        self.view = replace(outcome.view if outcome else self.view, position=entry.position)
        return entry

    def write(
        self,
        kind: str,
        actor: str,
        steps: Canonical,
        parts: Parts,
        at: datetime | None = None,
    ) -> Head:
        """Append an entry; the first of a command bears the command's id as its cause, further ones a number with it."""
        self.times += 1
        cause = self.work.command_id if self.times == 1 else f"{self.work.command_id}:{self.times}"
        self.written = canonical(self.state.encode())
        covered = fingerprint_view(steps, self.written)
        self.fingerprint = fingerprint(self.secret, self.fingerprint, covered)
        return self.work.unit.history.append(
            self.subject,
            kind=kind,
            actor=actor,
            cause=cause,
            release=self.work.release.hash,
            calendar=self.work.calendar_hash,
            semantics=SEMANTICS,
            at=at,
            parts=parts,
            fingerprint=self.fingerprint,
        )

    def close(self) -> None:
        """Keep the snapshot and the derived rows."""
        head = self.work.unit.history.head(self.subject)
        if head is None or self.written is None:
            return
        keep_case(
            self.work.unit,
            head,
            self.view,
            write_snapshot(self.written, self.view, self.fingerprint),
            self.before,
        )


class HistoryBroken(Exception):
    """The case's history does not come out as it says; nothing more is written to it until that is looked into."""

    def __init__(self, followed: Followed) -> None:
        self.faults = followed.faults
        super().__init__(" ".join(fault.sentence for fault in followed.faults) or (type(self).__doc__ or ""))


def keep_case(
    unit: UnitOfWork, head: Head, after: CaseView, snapshot: bytes, before: CaseView | None = None
) -> None:
    """Keep all that is derived from a case's history up to its head: the snapshot, and the rows that differ from ``before`` (None: all)."""
    unit.snapshots.keep(after.case, Snapshot(head.position, head.hash, snapshot, SNAPSHOT_FORMAT))
    unit.projection.write(before, after)


def write_snapshot(state: Canonical, view: CaseView, mark: str | None) -> bytes:
    """A case as the bytes of a snapshot: the same whether the case was followed from its beginning or carried on from a snapshot."""
    return canonical_object(
        {"state": state, "view": canonical(forget(view).to_json()), "fingerprint": canonical(mark)}
    )


def read_snapshot(opened: OpenCase) -> tuple[CaseState, CaseView, str | None] | None:
    """The case from its snapshot, or None where there is none of this format at the head of the history."""
    snapshot, head = opened.snapshot, opened.head
    if snapshot is None or head is None or snapshot.format != SNAPSHOT_FORMAT or snapshot.head != head.hash:
        return None
    data = json.loads(snapshot.body)
    return CaseState.decode(data["state"]), CaseView.from_json(data["view"]), data["fingerprint"]
