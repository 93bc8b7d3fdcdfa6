"""How procedures were kept to, counted once more in the plainest way: task by task and date by date from what each history shows after every entry.

Not here: the fold that it is held against (``ics_flow.queries.practice``), of which nothing is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from engine import element_of, london_date
from engine.diagram import TimerEvent
from ics_flow.domain.history import Entry
from ics_flow.domain.view import CaseView
from ics_flow.process.following import views
from ics_flow.process.world import Archive


@dataclass
class Recounted:
    """What was counted: tasks by where they are drawn, dates by title and standing, acts by kind."""

    entered: Counter[tuple[str, str]] = field(default_factory=Counter)
    endings: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    days: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    dates: Counter[tuple[str, str]] = field(default_factory=Counter)
    restated: int = 0
    acts: Counter[str] = field(default_factory=Counter)


def recount(histories: Sequence[Sequence[Entry]], archive: Archive, today: date) -> Recounted:
    """Everything counted in these histories."""
    counted = Recounted()
    for entries in histories:
        seen = tuple(views(entries))
        _tasks(entries, seen, archive, counted)
        for deadline in seen[-1].deadlines:
            late = deadline.met_on is not None and deadline.met_on > deadline.due_on
            if deadline.met_on is not None:
                standing = "met late" if late else "met"
            elif deadline.ended is not None:
                standing = "over"
            else:
                standing = "overdue" if deadline.due_on < today else "running"
            counted.dates[deadline.title, standing] += 1
        counted.restated += _moves_of(entries, {deadline.name for deadline in seen[-1].deadlines})
        counted.acts.update(_acts(entries, seen[-1], archive))
    return counted


@dataclass
class _Task:
    """A name under which a task waited: where it is drawn, since when, and how it ended last."""

    drawn: tuple[str, str]
    opened: datetime
    ended: tuple[datetime, str, str] | None = None  # when, how, by which calendar


def _tasks(entries: Sequence[Entry], seen: Sequence[CaseView], archive: Archive, counted: Recounted) -> None:
    """Every task that ever waited under a name: as it ended last, or that it waits still."""
    tasks: dict[str, _Task] = {}
    for entry, view in zip(entries, seen, strict=True):
        releases = {process.name: process.release for process in view.processes}
        _take(entry, archive, releases, tasks)
        if entry.kind == "case-restated" and entry.parts["view"] is not None:
            _stand_at(entry, view, archive, releases, tasks)
    for task in tasks.values():
        counted.entered[task.drawn] += 1
        if task.ended is None:
            counted.open[task.drawn] += 1
            continue
        at, how, calendar = task.ended
        counted.endings[*task.drawn, how] += 1
        if how == "done":
            days = _working_days(archive, calendar, task.opened, at)
            counted.days.setdefault(task.drawn, []).append(days)


def _take(entry: Entry, archive: Archive, releases: dict[str, str], tasks: dict[str, _Task]) -> None:
    """What an entry's own steps did with tasks."""
    parts: Any = entry.parts
    skipped = parts["input"]["task"] if entry.kind == "task-skipped" else None
    for step in parts.get("steps", ()):
        at = datetime.fromisoformat(step["instant"])
        for effect in step["effects"]:
            name = f"{step['process']}/{effect.get('name', '')}"
            if effect["effect"] == "task-opened":
                tasks[name] = _Task(_drawn(archive, releases[step["process"]], name), at)
            elif effect["effect"] in ("left", "withdrawn") and name in tasks and tasks[name].ended is None:
                done = "skipped" if name == skipped else "done"
                how = done if effect["effect"] == "left" else "withdrawn"
                tasks[name].ended = (at, how, entry.calendar or "")


def _stand_at(
    entry: Entry, view: CaseView, archive: Archive, releases: dict[str, str], tasks: dict[str, _Task]
) -> None:
    """What waits where a correction led waits, and nothing else does."""
    waiting = {task.name: task for task in view.tasks}
    for name, task in tasks.items():
        if task.ended is None and name not in waiting:
            task.ended = (entry.at, "taken back", entry.calendar or "")
    for name, found in waiting.items():
        if name not in tasks:
            tasks[name] = _Task(_drawn(archive, releases[found.process], name), found.opened)
        tasks[name].ended = None


def _working_days(archive: Archive, calendar: str, first: datetime, last: datetime) -> int:
    day, end, days = london_date(first), london_date(last), 0
    while day < end:
        day += timedelta(days=1)
        days += archive.calendar(calendar).is_working_day(day)
    return days


def _drawn(archive: Archive, release: str, name: str) -> tuple[str, str]:
    """The pathway that the element so named is drawn on, and the element."""
    process, _, path = name.partition("/")
    pathways = archive.pathways(release)
    node = element_of(pathways, process.partition("#")[0], path)
    assert node is not None
    (pathway,) = {
        each.id for each in pathways.by_id.values() if any(found is node for found in each.graph.walk())
    }
    assert not isinstance(node, TimerEvent)
    return pathway, node.id


def _moves_of(entries: Sequence[Entry], standing: set[str]) -> int:
    restated: list[Any] = [entry.parts["restated"] for entry in entries if entry.kind == "case-restated"]
    return sum(moved["name"] in standing for each in restated for moved in each["moved"])


def _acts(entries: Sequence[Entry], last: CaseView, archive: Archive) -> Iterator[str]:
    for entry in entries:
        parts: Any = entry.parts
        match entry.kind:
            case "task-skipped":
                yield "skipped"
            case "process-stopped":
                yield "ended by hand"
            case "done-outside":
                yield "done outside"
            case "case-restated" if "correction" in parts:
                yield "rolled back" if "rolled_back" in parts["correction"] else "corrected"
                for moved in parts["restated"]["moved"]:
                    yield "put off" if moved["after"] > moved["before"] else "brought forward"
            case "process-started":
                pathway = archive.pathways(entry.release or "")[parts["input"]["pathway"]]
                if any(start.message for start in pathway.graph.starts()):
                    yield "begun by hand"
            case _:
                pass
