"""The statutory table held against the clocks that are drawn: a diagram may not allow longer than the law of its day.

The table only checks. Not here: what a clock does when it has run out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from engine import Pathways, Value, london_date
from engine.diagram import Call, TimerEvent
from engine.feel import Context, Expression, compile_expression
from ics_flow.domain.release import STATUTE, Release, read_statute
from ics_flow.gate.finding import Finding, error
from ics_flow.gate.values import Possible, value_of

DAYS_LOOKED_AT = 4 * 365 + 1
"""From the law's date on: four years, so that a leap day is among them."""

_LIMITS: Mapping[str, tuple[str, str]] = {
    "working_days": ("working_days_after(day, {})", "working days"),
    "days": ('day + duration("P{}D")', "days"),
    "months": ('day + duration("P{}M")', "months"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the table."""

    name: str
    pathway: str
    timer: str
    from_event: str
    unit: str
    at_most: int
    first: date | None
    last: date | None

    def holds_on(self, day: date) -> bool:
        """Whether this was the rule on that day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def latest(self, context: Context) -> Callable[[date], Value]:
        """The last day that the rule allows, for the day of the event."""
        limit = compile_expression(_LIMITS[self.unit][0].format(self.at_most))
        return lambda day: value_of(limit, {"day": day}, context)

    @property
    def period(self) -> str:
        """How long, in words."""
        return f"{self.at_most} {_LIMITS[self.unit][1]}"


class BadRule(Exception):
    """A rule that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A drawn clock: where its day is written, and the timer that it runs on."""

    file: str
    element: str
    due: Expression
    timer: TimerEvent
    texts: Mapping[str, str]

    @property
    def deadline(self) -> str:
        """As what kind of deadline people see it."""
        text = self.timer.properties.get("deadline", "none")
        return text if isinstance(text, str) else self.texts.get(text.source.strip(), "none")


def statute_findings(release: Release, possible: Possible, context: Context) -> Iterator[Finding]:
    """Where the diagrams do not keep the rules that were in force on the day of the release's law."""
    data = read_statute(release.files[STATUTE])
    for place, given in enumerate(data.get("rules") or (), start=1):
        try:
            rule = read_rule(given)
        except BadRule as bad:
            name = given.get("rule") if isinstance(given, dict) else None
            yield error(STATUTE, str(name or f"rule {place}"), str(bad), "Write it as the other rules are.")
            continue
        if rule.holds_on(release.law_of):
            yield from _against(rule, release, possible, context)


def read_rule(given: Any) -> Rule:
    """A rule of the table; raises ``BadRule``."""
    if not isinstance(given, dict):
        raise BadRule("A rule has names and values.")
    missing = [key for key in ("rule", "pathway", "timer", "from_event", "at_most") if not given.get(key)]
    if missing:
        raise BadRule(f"The rule does not say {', '.join(missing)}.")
    limit = given["at_most"]
    unit, most = next(iter(limit.items())) if isinstance(limit, dict) and len(limit) == 1 else ("", 0)
    if unit not in _LIMITS or type(most) is not int or most < 1:
        raise BadRule("The rule's at_most is one of working_days, days or months, with a number.")
    law = given.get("law") or {}
    days = law.get("from"), law.get("to")
    if any(day is not None and type(day) is not date for day in days):
        raise BadRule("The rule's law has a first day (from) and a last day (to), as 2010-03-17.")
    return Rule(
        name=str(given["rule"]),
        pathway=str(given["pathway"]),
        timer=str(given["timer"]),
        from_event=str(given["from_event"]),
        unit=unit,
        at_most=most,
        first=days[0],
        last=days[1],
    )


def _against(rule: Rule, release: Release, possible: Possible, context: Context) -> Iterator[Finding]:
    """What is wrong with the clock that the rule names."""
    clock = _clock(rule, release.pathways)
    if clock is None:
        yield error(
            STATUTE,
            rule.name,
            f"No clock is drawn at {rule.pathway}, {rule.timer}.",
            "Draw it, or name the element (or the call and its input) where it is drawn.",
        )
        return
    if clock.deadline != "statutory":
        yield error(
            clock.file,
            clock.element,
            f"The law sets this deadline ({rule.name}), and people do not see that it is statutory.",
            "Say deadline = statutory.",
        )
    if rule.from_event not in clock.due.names:
        yield error(
            clock.file,
            clock.element,
            f"={clock.due.source} does not count from {rule.from_event!r}, as the law does ({rule.name}).",
            f"Count from {rule.from_event}.",
        )
        return
    yield from _longer(rule, clock, possible, context)


def _longer(rule: Rule, clock: Clock, possible: Possible, context: Context) -> Iterator[Finding]:
    """The first day of an event for which the clock allows longer than the rule, or gives no day."""
    others = clock.due.names - {rule.from_event}
    every = possible.combinations(rule.pathway, others) or [{}]
    combinations = tuple(tuple(each.items()) for each in every)
    found = _first_longer(_Question(rule, clock.due.source, combinations, context, clock.due))
    if found is not None:
        yield _too_long(rule, clock, *found)


@dataclass(frozen=True, slots=True)
class _Question:
    """A rule held against a clock, the same for clocks that are written alike."""

    rule: Rule
    source: str
    combinations: tuple[tuple[tuple[str, Value], ...], ...]
    context: Context
    due: Expression = field(compare=False)


@lru_cache(maxsize=256)
def _first_longer(question: _Question) -> tuple[date, date | None, Value] | None:
    """The first day of an event for which it is longer, the day drawn and the last day allowed; a year's days are counted once."""
    latest = question.rule.latest(question.context)
    for day in _days(question.context.day):
        at = replace(question.context, today=day)
        limit = latest(day)
        for values in question.combinations:
            drawn = _day_of(value_of(question.due, {**dict(values), question.rule.from_event: day}, at))
            if drawn is None or (isinstance(limit, date) and drawn > limit):
                return day, drawn, limit
    return None


def _too_long(rule: Rule, clock: Clock, day: date, drawn: date | None, limit: Value) -> Finding:
    allowed = "gives no day" if drawn is None else f"gives until {drawn.isoformat()}"
    return error(
        clock.file,
        clock.element,
        f"={clock.due.source} {allowed} where {rule.from_event} is {day.isoformat()}; the law ({rule.name}, at most "
        f"{rule.period}) ends on {limit}.",
        "Shorten the period, or change the day whose law the release follows (law_of).",
    )


def _clock(rule: Rule, pathways: Pathways) -> Clock | None:
    """The clock that the rule names: a timer of the pathway, or the timer that the input of a call sets."""
    if rule.pathway not in pathways:
        return None
    pathway = pathways[rule.pathway]
    element, _, given = rule.timer.partition("/")
    match pathway.element(element):
        case TimerEvent() as timer if not given:
            return Clock(pathway.file, timer.id, timer.due, timer, {})
        case Call() as call if given:
            due, found = dict(call.inputs).get(given), _set_by(call, given, {}, pathways)
            if found is None or not isinstance(due, Expression):
                return None
            return Clock(pathway.file, call.id, due, *found)
        case _:
            return None


def _set_by(
    call: Call, given: str, around: Mapping[str, str], pathways: Pathways
) -> tuple[TimerEvent, Mapping[str, str]] | None:
    """The timer that an input of the call sets, maybe by a call within that hands it on, with the texts that the timer has there."""
    texts = dict(_texts(call, around))
    procedure = pathways[call.pathway].graph
    for node in procedure.walk():
        if isinstance(node, TimerEvent) and given in node.due.names:
            return node, texts
    for node in procedure.walk():
        for name, text in node.inputs if isinstance(node, Call) else ():
            if isinstance(node, Call) and isinstance(text, Expression) and text.source.strip() == given:
                found = _set_by(node, name, texts, pathways)
                if found is not None:
                    return found
    return None


def _texts(call: Call, around: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The texts that a call gives: those written out, and those handed on from the call around it."""
    for name, text in call.inputs:
        if isinstance(text, str):
            yield name, text
        elif (source := text.source.strip()) in around:
            yield name, around[source]


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range(DAYS_LOOKED_AT))


def _day_of(value: Value) -> date | None:
    if isinstance(value, datetime):
        return london_date(value)
    return value if isinstance(value, date) else None
