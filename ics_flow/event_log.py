"""Histories as an event log of IEEE 1849 (XES), for the tools of process mining: what was asked of whom when, and when it was done.

A case and a worker appear under pseudonyms whose key is thrown away with the file written, so that two files cannot be laid side by side. No
answer, no reason and no name of a person is in it; what is in it may still single a child out, as the documents say. Written as it goes,
case by case. Not here: what a case is measured by (``queries.practice``).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from engine import Left, TaskOpened, TimerFired, TimerSet, Withdrawn, join, london_date
from ics_flow.application import Application
from ics_flow.domain.history import Entry, instant_text
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import Release
from ics_flow.process.apply import Taken
from ics_flow.process.correction import CASE_RESTATED, rolled_back_in, why_restated
from ics_flow.process.following import happened_of
from ics_flow.process.inputs import DoneOutside, ProcessStopped, TaskCompleted
from ics_flow.queries.naming import pathway_name, task_title

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = (
    ("Concept", "concept"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
    ("Time", "time"),
)
CASES = case_subject("")
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a case: what, when, in which transition, by whom or for which roles."""

    name: str
    at: datetime
    transition: str
    instance: str  # the name in the case, which pairs what was begun with what was done
    actor: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events are written: those of a pathway (None: of all), from one day to another (None: without end), both included."""

    pathway: str | None = None
    first: date | None = None
    last: date | None = None

    def takes(self, event: Event) -> bool:
        """Whether the event is one of them."""
        on = london_date(event.at)
        return (
            (self.pathway is None or event.instance.partition("#")[0] == self.pathway)
            and (self.first is None or on >= self.first)
            and (self.last is None or on <= self.last)
        )


@dataclass(frozen=True, slots=True)
class Written:
    """How many traces and events a log holds."""

    traces: int
    events: int


def write_event_log(
    path: Path, application: Application, wanted: Wanted, advance: Callable[[int, int], None]
) -> Written:
    """Write the log, a trace a case, to a file that is not there yet; raises OSError, leaving no half of one.

    ``advance`` is told how many cases are done, of how many.
    """
    key = application.entropy(_KEY_BYTES)
    with application.reading() as reading:
        cases = [each for each in reading.history.subjects() if each.startswith(CASES)]
    cases.sort(key=lambda subject: _pseudonym(key, subject))  # an order that says nothing
    with path.open("xb") as file:
        try:
            with etree.xmlfile(file, encoding="utf-8") as log:
                log.write_declaration()
                return _write(log, application, cases, wanted, key, advance)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise


def events_of(entries: Iterable[Entry], release: Release) -> Iterator[Event]:
    """What a history tells, in its order: tasks begun, done, skipped and withdrawn, clocks that ran out, and acts beside the diagram."""
    telling = _Telling(release)
    for entry in entries:
        yield from telling.entry(entry)


class _Telling:
    """What must be remembered from entry to entry: the tasks that wait, and what clocks are called."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.waiting: dict[str, str] = {}  # what the tasks that wait are called, by name
        self.clocks: dict[str, str] = {}

    def entry(self, entry: Entry) -> Iterator[Event]:
        """The events of one entry."""
        if entry.kind == CASE_RESTATED:
            yield from self._restated(entry)
            return
        happened, skipped = happened_of(entry), None
        match happened.given:
            case TaskCompleted(task=task, skipped=True):
                skipped = task
            case ProcessStopped(process=process):
                yield self._act(f"{pathway_name(self.release, process)} ended by hand", process, entry)
            case DoneOutside(name=name):
                yield self._act("Done outside", name, entry)
            case _:
                pass
        for taken in happened.steps:
            yield from self._step(taken, entry.actor, skipped)

    def _step(self, taken: Taken, actor: str, skipped: str | None) -> Iterator[Event]:
        if taken.began is not None:
            yield Event(
                name=f"{pathway_name(self.release, taken.process)} begun",
                at=taken.instant,
                transition="complete",
                instance=taken.process,
                actor=actor,
            )
        for effect in taken.effects:
            match effect:
                case TaskOpened(name=name, title=title, roles=roles):
                    yield self._begun(join(taken.process, name), title, roles, taken.instant)
                case TimerSet(name=name, title=title):
                    self.clocks[join(taken.process, name)] = title
                case TimerFired(name=name):
                    clock = join(taken.process, name)
                    called = f"Time ran out: {self.clocks.get(clock) or 'a clock'}"
                    yield Event(
                        name=called, at=taken.instant, transition="complete", instance=clock, actor="clock"
                    )
                case Left(name=name) | Withdrawn(name=name) if join(taken.process, name) in self.waiting:
                    task = join(taken.process, name)
                    how = "manualskip" if task == skipped else "complete"
                    yield self._over(
                        task, "withdraw" if isinstance(effect, Withdrawn) else how, taken.instant, actor
                    )
                case _:
                    pass

    def _restated(self, entry: Entry) -> Iterator[Event]:
        """What was put right, the tasks that were waited for no longer, and those that waited then."""
        parts: Any = entry.parts
        why = why_restated(parts)
        if "task" in why:  # else the case was moved to another release, or counted again
            said = "Answers put right" if rolled_back_in(why) is None else "Authorisation taken back"
            yield self._act(said, why["task"], entry)
        if parts["view"] is None:
            return
        now = {task["name"]: task for task in parts["view"]["tasks"]}
        for task in sorted(self.waiting.keys() - now.keys()):
            yield self._over(task, "withdraw", entry.at, entry.actor)
        for name in sorted(now.keys() - self.waiting.keys()):
            yield self._begun(name, now[name]["title"], tuple(now[name]["roles"]), entry.at)

    def _begun(self, task: str, title: str, roles: tuple[str, ...], at: datetime) -> Event:
        self.waiting[task] = task_title(self.release, task, title)
        return Event(name=self.waiting[task], at=at, transition="start", instance=task, roles=roles)

    def _over(self, task: str, transition: str, at: datetime, actor: str) -> Event:
        return Event(name=self.waiting.pop(task), at=at, transition=transition, instance=task, actor=actor)

    def _act(self, said: str, instance: str, entry: Entry) -> Event:
        return Event(name=said, at=entry.at, transition="complete", instance=instance, actor=entry.actor)


def _write(
    log: Any,
    application: Application,
    cases: list[str],
    wanted: Wanted,
    key: bytes,
    advance: Callable[[int, int], None],
) -> Written:
    traces = events = 0
    release = application.release
    with log.element("log", {"xes.version": "1849-2016", "xes.features": ""}, nsmap={None: NAMESPACE}):
        _write_head(log)
        for done, subject in enumerate(cases, start=1):
            with application.reading() as reading:
                entries = reading.history.read(subject)
            found = [event for event in events_of(entries, release) if wanted.takes(event)]
            if found:
                traces, events = traces + 1, events + len(found)
                with log.element("trace"):
                    _write_one(log, "string", "concept:name", f"case-{_pseudonym(key, subject)}")
                    for event in found:
                        _write_event(log, event, key)
            advance(done, len(cases))
    return Written(traces, events)


def _write_head(log: Any) -> None:
    for name, prefix in EXTENSIONS:
        log.write(etree.Element("extension", name=name, prefix=prefix, uri=f"{NAMESPACE}{prefix}.xesext"))
    with log.element("global", scope="trace"):
        _write_one(log, "string", "concept:name", "unknown")
    with log.element("global", scope="event"):
        _write_one(log, "string", "concept:name", "unknown")
        _write_one(log, "string", "lifecycle:transition", "complete")
        _write_one(log, "date", "time:timestamp", "1970-01-01T00:00:00Z")
    log.write(etree.Element("classifier", name="Activity", keys="concept:name"))
    _write_one(log, "string", "lifecycle:model", "standard")


def _write_event(log: Any, event: Event, key: bytes) -> None:
    with log.element("event"):
        _write_one(log, "string", "concept:name", event.name)
        _write_one(log, "string", "concept:instance", event.instance)
        _write_one(log, "string", "lifecycle:transition", event.transition)
        _write_one(log, "date", "time:timestamp", instant_text(event.at))
        if event.actor is not None:
            who = event.actor if event.actor == "clock" else f"worker-{_pseudonym(key, event.actor)}"
            _write_one(log, "string", "org:resource", who)
        if event.roles:
            _write_one(log, "string", "org:role", ", ".join(event.roles))


def _write_one(log: Any, kind: str, key: str, value: str) -> None:
    log.write(etree.Element(kind, key=key, value=value))


def _pseudonym(key: bytes, name: str) -> str:
    return hmac.digest(key, name.encode(), "sha256").hex()[:16]
