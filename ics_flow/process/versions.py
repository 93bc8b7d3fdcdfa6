"""Every version of every record of a case, as its history tells of them.

A version is made when a record is finalised, when it is skipped and when answers of it are corrected; none is ever changed or taken away. A rollback
makes none: the version that was authorised waits for a decision again. Not here: what a version says (`queries/records.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from engine import RecordMarked
from ics_flow.domain.history import Entry
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import Taken
from ics_flow.process.correction import (
    CASE_RESTATED,
    is_correction,
    rolled_back_in,
    why_restated,
)
from ics_flow.process.fold import join_scope
from ics_flow.process.inputs import Input, TaskCompleted, decode_input

Status = Literal["finalised", "authorised", "sent back", "corrected", "skipped", "rolled back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """That a task was skipped: by whom, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """That an authorisation was taken back: by whom, when and why, and whose it was."""

    by: str
    at: datetime
    reason: str
    authorised_by: str | None
    authorised_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a record; `position` is the entry that made it, `written` the one whose answers it holds or corrects, `decided` the manager's. What was skipped has no answers."""

    position: int
    written: int
    task: str
    scope: str
    form: str
    title: str
    number: int
    status: Status
    by: str
    at: datetime
    release: str
    authorised_by: str | None = None
    authorised_at: datetime | None = None
    decided: int | None = None
    decided_form: str | None = None
    skipped: Skipped | None = None  # the writing
    decision_skipped: Skipped | None = None
    rolled_back: RolledBack | None = None  # the authorisation before the last decision


def versions(entries: Iterable[Entry]) -> tuple[Version, ...]:
    """Every version of every record of a case, in the order in which they were made."""
    made: tuple[Version, ...] = ()
    for made in versions_after_each(entries):  # noqa: B007 the last is wanted
        pass
    return made


def versions_after_each(entries: Iterable[Entry]) -> Iterator[tuple[Version, ...]]:
    """The same as they stood after each entry."""
    making = _Making()
    for entry in entries:
        if entry.kind == CASE_RESTATED:
            making.correct(entry)
        elif "input" in entry.parts:
            making.take(entry)
        yield tuple(making.versions)


class _Making:
    """The versions as they come to be, entry by entry."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self._titles: dict[str, str] = {}
        self._releases: dict[str, str] = {}  # by the process that began under it

    def take(self, entry: Entry) -> None:
        """Take in what an entry did to records."""
        parts: Any = entry.parts
        given = decode_input(parts["input"])
        for step in map(Taken.decode, parts["steps"]):
            if step.began is not None:
                self._releases[step.process] = step.began
            for effect in step.effects:
                if isinstance(effect, RecordMarked):
                    self._mark(entry, given, join_scope(step.process, effect.scope), effect)

    def correct(self, entry: Entry) -> None:
        """Take in a correction, which makes a version of what it corrects, or a rollback, after which a version waits again."""
        parts: Any = entry.parts
        if parts["view"] is not None:
            self._learn(CaseView.from_json(parts["view"]))
        why = why_restated(parts)
        if rolled_back_in(why) is not None:
            self._roll_back(entry)
        if not is_correction(why):
            return
        written = why["position"]
        last = next((each for each in reversed(self.versions) if each.written == written), None)
        if last is not None:
            corrected = replace(
                last, position=entry.position, status="corrected", by=entry.actor, at=entry.at
            )
            self.versions.append(replace(corrected, number=self._versions_of(last.scope) + 1))

    def _learn(self, view: CaseView) -> None:
        """Remember the procedures and records that began, or are called otherwise, only because the case was thought through again."""
        self._releases |= {process.name: process.release for process in view.processes}
        self._titles |= {record.scope: record.title for record in view.records}
        standing = {record.position: record.scope for record in view.records}
        called = {
            version.scope: standing[version.written]
            for version in self.versions
            if version.written in standing
        }
        self.versions = [
            replace(version, scope=called.get(version.scope, version.scope)) for version in self.versions
        ]

    def _roll_back(self, entry: Entry) -> None:
        """The last version of each record that was authorised by what is taken back."""
        parts: Any = entry.parts
        authorised = parts["correction"]["position"]
        last = {version.scope: index for index, version in enumerate(self.versions)}
        for index in last.values():
            version = self.versions[index]
            if version.decided == authorised:
                self.versions[index] = replace(
                    version,
                    status="rolled back",
                    authorised_by=None,
                    authorised_at=None,
                    decided=None,
                    decided_form=None,
                    decision_skipped=None,
                    rolled_back=RolledBack(
                        by=entry.actor,
                        at=entry.at,
                        reason=str(parts["reason"]),
                        authorised_by=version.authorised_by,
                        authorised_at=version.authorised_at,
                    ),
                )

    def _mark(self, entry: Entry, given: Input, scope: str, mark: RecordMarked) -> None:
        last = next(
            (index for index in reversed(range(len(self.versions))) if self.versions[index].scope == scope),
            None,
        )
        if mark.title:
            self._titles[scope] = mark.title
        if mark.status == "finalised" and isinstance(given, TaskCompleted):
            self.versions.append(self._version(entry, given, scope))
        elif mark.status == "authorised" and last is not None:
            decided = self._decided(last, entry, given)
            self.versions[last] = replace(
                decided, status="authorised", authorised_by=entry.actor, authorised_at=entry.at
            )
        elif (
            mark.status == "draft"
            and last is not None
            and self.versions[last].status in ("finalised", "skipped", "rolled back")
        ):
            self.versions[last] = replace(self._decided(last, entry, given), status="sent back")

    def _decided(self, index: int, entry: Entry, given: Input) -> Version:
        """The version with the entry that decided on it."""
        form = given.form if isinstance(given, TaskCompleted) else None
        return replace(
            self.versions[index],
            decided=entry.position,
            decided_form=form,
            decision_skipped=_skipped(entry, given),
        )

    def _version(self, entry: Entry, given: TaskCompleted, scope: str) -> Version:
        skipped = _skipped(entry, given)
        return Version(
            position=entry.position,
            written=entry.position,
            task=given.task,
            scope=scope,
            form=given.form,
            title=self._titles.get(scope, ""),
            number=self._versions_of(scope) + 1,
            status="skipped" if skipped else "finalised",
            skipped=skipped,
            by=entry.actor,
            at=entry.at,
            release=self._releases[given.task.partition("/")[0]],
        )

    def _versions_of(self, scope: str) -> int:
        return sum(each.scope == scope for each in self.versions)


def _skipped(entry: Entry, given: Input) -> Skipped | None:
    """The skipping that an entry records, if it does."""
    if isinstance(given, TaskCompleted) and given.skipped:
        return Skipped(by=entry.actor, at=entry.at, reason=str(entry.parts.get("reason") or ""))
    return None
