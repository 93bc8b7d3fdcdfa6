"""Why a deadline falls on its day: the event, the date, the rule, where the rule comes from, and the days that do not count.

As data, the same for the screen, for print and for an auditor. The rule is read from the diagram that the process follows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine import Value, london_date
from engine.diagram import Call, TimerEvent
from engine.feel import Expression
from ics_flow.domain.forms import spoken_date
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import Release
from ics_flow.domain.view import DeadlineView
from ics_flow.process.correction import CASE_RESTATED
from ics_flow.process.following import views
from ics_flow.process.restatement import Moved, Restatement
from ics_flow.queries.due import Due, seen
from ics_flow.queries.naming import label_of
from ics_flow.queries.opened import ChildsFile, NoSuchPart, release_of
from ics_flow.queries.people import Names
from ics_flow.queries.standpoint import Standpoint
from ics_flow.store.unit import Reading

_WORKING_DAYS = re.compile(r"working_days_after\(\s*(\w+|today\(\))\s*,\s*(\d+)\s*\)")
_PERIOD = re.compile(
    r"date\(\s*(\w+)\s*\)\s*\+\s*duration\(\s*\"P(\d+)([DWMY])\"\s*\)|(\w+)\s*\+\s*duration\(\s*\"P(\d+)([DWMY])\"\s*\)"
)
_EARLIER = re.compile(
    r"if\s+(?P<fixed>\w+)\s*!=\s*null\s+and\s+(?P=fixed)\s*<\s*(?P<rule>.+?)\s+then\s+(?P=fixed)\s+else\s+(?P=rule)"
)
_EITHER = re.compile(
    r"if\s+(?P<named>\w+)\s*(?P<sign>!?=)\s*null\s+then\s+(?P<then>.+?)\s+else\s+(?P<otherwise>.+)"
)
TODAY = "the day on which this began"
TODAY_ITSELF = "The day on which the clock began"
_IN_WORDS = dict(enumerate(["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"], start=2))
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A date that a deadline is counted from, by the name of its question."""

    label: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOn:
    """A change of the date, with when and why it came about."""

    moved: Moved
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The derivation of a deadline."""

    deadline: DeadlineView
    due: Due
    counted_from: tuple[Counted, ...]
    sentence: str  # the whole derivation, with its dates; empty for a rule of no usual shape
    rule: str
    source: str
    met_by: str | None
    left_out: tuple[tuple[date, str], ...]
    moved: tuple[MovedOn, ...]


def explain(reading: Reading, file: ChildsFile, name: str) -> Why:
    """Why the deadline of that name falls on its day; raises NoSuchPart."""
    entries = reading.history.read(case_subject(file.case))
    deadline = _deadline(file, entries, name)
    release = file.by.archive.release(release_of(reading, file, deadline.process))
    return derived(deadline, release, _known(file, deadline), file.by, _moved(reading, entries, name))


def derived(
    deadline: DeadlineView,
    release: Release,
    known: Mapping[str, Value],
    by: Standpoint,
    moved: tuple[MovedOn, ...],
) -> Why:
    """The derivation of a deadline of a process under that release, from what the process knew and what corrections moved."""
    rule = _rule(release, deadline.name)
    counted = _counted(release, known, rule)
    labels = {each: _date_called(release, each) for each in rule.names} if rule else {}
    counts_days = len(counted) == 1 and rule is not None and "working_days_after" in rule.source
    return Why(
        deadline=deadline,
        due=seen(deadline, by.today, by.calendar),
        counted_from=counted,
        sentence=plainly(rule.source, labels, known, deadline) if rule else "",
        rule=in_words(rule.source, labels) if rule else "",
        source=rule.source if rule else "",
        met_by=label_of(release, deadline.met_by) if deadline.met_by else None,
        left_out=tuple(by.calendar.days_left_out(counted[0].on, deadline.due_on)) if counts_days else (),
        moved=moved,
    )


def in_words(source: str, labels: Mapping[str, str]) -> str:
    """A rule in words where it has one of the usual shapes, else as it is written."""
    source = source.strip()
    if found := _WORKING_DAYS.fullmatch(source):
        return f"{_number(found[2], 'working day')} after: {labels.get(found[1], TODAY)}"
    if found := _PERIOD.fullmatch(source):
        name, number, unit = (found[1] or found[4], found[2] or found[5], found[3] or found[6])
        return f"{_number(number, _UNITS[unit])} after: {labels.get(name, name)}"
    if found := _EARLIER.fullmatch(source):
        return (
            f"{in_words(found['rule'], labels)}; or earlier, on the day given for: {labels[found['fixed']]}"
        )
    if found := _EITHER.fullmatch(source):
        named, given, missing = found["named"], found["then"], found["otherwise"]
        if found["sign"] == "=":
            given, missing = missing, given
        first = f"The day given for: {labels[named]}" if given == named else in_words(given, labels)
        return f"{first}; where none is given, {in_words(missing, labels)}"
    return TODAY_ITSELF if source == "today()" else labels.get(source, source)


def plainly(
    source: str, labels: Mapping[str, str], known: Mapping[str, Value], deadline: DeadlineView
) -> str:
    """How the day came about, as one would say it: `Ten working days after Friday 20 March 2026 (…)`."""
    source = source.strip()
    if found := _WORKING_DAYS.fullmatch(source):
        return _counted_out(found[2], "working day", found[1], labels, known, deadline)
    if found := _PERIOD.fullmatch(source):
        name, number, unit = (found[1] or found[4], found[2] or found[5], found[3] or found[6])
        return _counted_out(number, _UNITS[unit], name, labels, known, deadline)
    if found := _EARLIER.fullmatch(source):
        fixed = found["fixed"]
        return plainly(
            fixed if known.get(fixed) == deadline.due_on else found["rule"], labels, known, deadline
        )
    if found := _EITHER.fullmatch(source):
        is_null = known.get(found["named"]) is None
        branch = "then" if is_null == (found["sign"] == "=") else "otherwise"
        return plainly(found[branch], labels, known, deadline) if known else ""
    if source in labels:
        return f"The day that was fixed, {_on(deadline.due_on)} ({_lowered(labels[source])})."
    return f"{TODAY_ITSELF}, {_on(deadline.due_on)}." if source == "today()" else ""


def _counted_out(
    number: str,
    unit: str,
    name: str,
    labels: Mapping[str, str],
    known: Mapping[str, Value],
    deadline: DeadlineView,
) -> str:
    """So much time after a day, by its date and by what the day is."""
    counted = london_date(deadline.set_at) if name == "today()" else known.get(name)
    said = _number(_IN_WORDS.get(int(number), number), unit) if number != "1" else f"One {unit}"
    called = _lowered(labels.get(name, TODAY))
    after = (
        f"{_on(counted)} ({called})" if isinstance(counted, date) else f"the {called.removeprefix('the ')}"
    )
    return f"{said} after {after}: {_on(deadline.due_on)}."


def _on(on: date) -> str:
    return f"{on:%A} {spoken_date(on)}"


def _lowered(label: str) -> str:
    return label[:1].lower() + label[1:]


def _date_called(release: Release, name: str) -> str:
    """The question that a date of the process comes from, or else that it was handed over to be counted from."""
    asked = any(name in form.keys for form in release.forms.values())
    return label_of(release, name) if asked else "the day that is counted from"


def _number(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"


def _deadline(file: ChildsFile, entries: tuple[Entry, ...], name: str) -> DeadlineView:
    """The deadline as it stands; one that is over is found by folding the history."""
    for view in (file.view, *reversed(tuple(views(entries)))):
        for deadline in view.deadlines:
            if deadline.name == name:
                return deadline
    raise NoSuchPart("There is no such date in this file, or a correction took it away.")


def _rule(release: Release, name: str) -> Expression | None:
    """The expression that gives the day: the timer's own, or what the calling pathway puts under the name that it reads."""
    process, *path = name.split("/")
    pathway = release.pathways[process.partition("#")[0]]
    inputs: Mapping[str, str | Expression] = {}
    for segment in path:
        node = pathway.element(segment.partition("#")[0])
        if isinstance(node, Call):
            inputs, pathway = dict(node.inputs), release.pathways[node.pathway]
        elif isinstance(node, TimerEvent):
            given = inputs.get(node.due.source.strip())
            return given if isinstance(given, Expression) else node.due
    return None


def _known(file: ChildsFile, deadline: DeadlineView) -> Mapping[str, Value]:
    """What the process of the deadline knows, while it runs."""
    process = file.state.processes.get(deadline.process)
    known: dict[str, Value] = {}
    for _, scope in process.state.scope.walk() if process else ():
        known = {**scope.data, **known}
    return known


def _counted(release: Release, known: Mapping[str, Value], rule: Expression | None) -> tuple[Counted, ...]:
    """The dates that the rule reads."""
    dates = {name: known.get(name) for name in sorted(rule.names)} if rule else {}
    return tuple(
        Counted(label=label_of(release, name), on=on) for name, on in dates.items() if type(on) is date
    )


def _moved(reading: Reading, entries: tuple[Entry, ...], name: str) -> tuple[MovedOn, ...]:
    names = Names(reading)
    return tuple(
        MovedOn(
            moved=moved, at=entry.at, by=names.of(entry.actor), reason=str(entry.parts.get("reason") or "")
        )
        for entry in entries
        if entry.kind == CASE_RESTATED
        for moved in Restatement.decode(entry.parts["restated"]).moved
        if moved.name == name
    )
