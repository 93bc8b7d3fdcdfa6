"""A scenario read from YAML: who, when, and step by step what is done and what is expected.

Here: the shape, checked in full before anything is played. Not here: what the steps come to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import yaml

import engine
from engine import Problem
from engine.calendar import LONDON
from ics_flow.domain.forms import as_answer
from ics_flow.scenarios.expecting import ASPECTS, Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """Whom it is about."""

    given_name: str
    family_name: str
    born: date | None = None
    expected: date | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorker:
    """A worker of the scenario's own."""

    name: str
    roles: tuple[str, ...]
    manager: str | None
    team: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A pathway begun by hand."""

    pathway: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """A task done."""

    task: str
    by: str
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A task gone on without, and why."""

    task: str
    by: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """The authorisation of a record taken back, and why."""

    record: str
    by: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A pathway ended by hand before its end, and why."""

    process: str
    by: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """A child who was expected is born, or a day of birth becomes known; with the name that the child is given, if one is."""

    on: date
    by: str
    given_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """An answer put right."""

    task: str
    question: str
    answer: object
    because: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTo:
    """The clock moved to an instant."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The clock moved on by days, working days alone counted or all."""

    days: int
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Something that must be refused, and why."""

    act: Start | Do | RolledBack
    because: str


Act: TypeAlias = Start | Do | Skip | RolledBack | Ended | Born | Correct
"""What a worker does."""

Step: TypeAlias = Act | MoveTo | Pass | Refuse | Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """An example of how a procedure should run."""

    file: str
    title: str
    clock: datetime
    child: Child
    workers: tuple[OwnWorker, ...]
    steps: tuple[Step, ...]


class Unreadable(Exception):
    """Something in a scenario is not as it should be."""


def read_scenario(file: str, content: bytes) -> Scenario:
    """The scenario in the file's content; raises ``engine.Refused`` with every step that cannot be read."""
    try:
        data: Any = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise engine.Refused([Problem(file, None, f"This is not YAML: {_one_line(error)}")]) from None
    try:
        given = _given(data, "scenario", {"scenario", "clock", "child", "steps"}, {"workers"})
        steps = _list(given["steps"], "steps")
        clock, child = instant(given["clock"]), read_child(given["child"])
        workers = tuple(_worker(name, said) for name, said in (given.get("workers") or {}).items())
    except Unreadable as error:
        raise engine.Refused([Problem(file, None, str(error))]) from None
    problems: list[Problem] = []
    read: list[Step] = []
    for number, step in enumerate(steps, start=1):
        try:
            read.append(_step(step))
        except Unreadable as error:
            problems.append(Problem(file, f"step {number}", str(error)))
    if problems:
        raise engine.Refused(problems)
    return Scenario(
        file=file, title=str(given["scenario"]), clock=clock, child=child, workers=workers, steps=tuple(read)
    )


def read_child(data: Any) -> Child:
    """The child that is described; raises ``Unreadable``."""
    given = _given(data, "child", {"given_name", "family_name"}, {"born", "expected", "address"})
    return Child(
        given_name=str(given["given_name"]),
        family_name=str(given["family_name"]),
        born=_day(given.get("born"), "born"),
        expected=_day(given.get("expected"), "expected"),
        address=given.get("address"),
    )


def instant(value: object) -> datetime:
    """The instant (UTC) of a day and time in London as people write it: 2026-03-20 10:00; raises ``Unreadable``."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise Unreadable(f"{value!r} is no day and time such as 2026-03-20 10:00.") from None
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)


def answers_of(data: Any) -> dict[str, object]:
    """Answers as people write them; raises ``Unreadable``."""
    return {str(key): as_answer(value) for key, value in _mapping(data or {}, "answers").items()}


def _start(data: Any) -> Start:
    given = _given(data, "start", {"start", "by"})
    return Start(pathway=str(given["start"]), by=str(given["by"]))


def _do(data: Any) -> Do:
    given = _given(data, "do", {"do", "by"}, {"answers"})
    return Do(task=str(given["do"]), by=str(given["by"]), answers=answers_of(given.get("answers")))


def _skip(data: Any) -> Skip:
    given = _given(data, "skip", {"skip", "by", "because"})
    return Skip(task=str(given["skip"]), by=str(given["by"]), because=str(given["because"]))


def _rolled_back(data: Any) -> RolledBack:
    given = _given(data, "roll_back", {"roll_back", "by", "because"})
    return RolledBack(record=str(given["roll_back"]), by=str(given["by"]), because=str(given["because"]))


def _ended(data: Any) -> Ended:
    given = _given(data, "end", {"end", "by", "because"})
    return Ended(process=str(given["end"]), by=str(given["by"]), because=str(given["because"]))


def _born(data: Any) -> Born:
    given = _given(data, "born", {"born", "by"}, {"given_name"})
    on = _day(given["born"], "born")
    if on is None:
        raise Unreadable("born: write the day of birth.")
    return Born(on=on, by=str(given["by"]), given_name=given.get("given_name"))


def _correct(data: Any) -> Correct:
    by = str(_given(data, "correct", {"correct", "by"})["by"])
    given = _given(data["correct"], "correct", {"task", "question", "to", "because"})
    return Correct(
        task=str(given["task"]),
        question=str(given["question"]),
        answer=as_answer(given["to"]),
        because=str(given["because"]),
        by=by,
    )


def _move(data: Any) -> MoveTo:
    return MoveTo(at=instant(_given(data, "to", {"to"})["to"]))


def _pass(data: Any) -> Pass:
    given = _mapping(_given(data, "pass", {"pass"})["pass"], "pass")
    match dict(given):
        case {"working_days": int(days), **rest} if not rest and days > 0:
            return Pass(days=days, working=True)
        case {"days": int(days), **rest} if not rest and days > 0:
            return Pass(days=days, working=False)
        case _:
            raise Unreadable("Write how long: {working_days: 3} or {days: 3}.")


def _refuse(data: Any) -> Refuse:
    given = dict(_mapping(_given(data, "refuse", {"refuse"})["refuse"], "refuse"))
    if "because" not in given:
        raise Unreadable("Say because of what it is refused.")
    if "roll_back" in given:
        return Refuse(act=_rolled_back(given), because=str(given["because"]))
    because = str(given.pop("because"))
    return Refuse(act=_start(given) if "start" in given else _do(given), because=because)


def _expect(data: Any) -> Expected:
    given = dict(_mapping(_given(data, "expect", {"expect"})["expect"], "expect"))
    alone = tuple(map(str, _list(given.pop("nothing_else", []), "nothing_else")))
    wanted: dict[str, tuple[Mapping[str, str], ...]] = {}
    for name, items in given.items():
        aspect = ASPECTS.get(name)
        if aspect is None:
            raise Unreadable(f"Nobody can expect {name!r}; one can expect {', '.join(ASPECTS)}.")
        wanted[name] = tuple(_item(item, name, aspect.keys) for item in _list(items, name))
    if unasked := sorted(set(alone) - wanted.keys()):
        raise Unreadable(f"nothing_else names {', '.join(unasked)}, of which nothing is expected here.")
    return Expected(wanted, alone)


def _item(data: Any, name: str, keys: tuple[str, ...]) -> Mapping[str, str]:
    """One thing expected: its fields as text."""
    if len(keys) == 1 and not isinstance(data, Mapping):
        return {keys[0]: str(data)}
    given = _given(data, name, {keys[0]}, set(keys[1:]))
    return {key: _text(value) for key, value in given.items()}


_READERS: Mapping[str, Callable[[Any], Step]] = {
    "start": _start,
    "do": _do,
    "skip": _skip,
    "roll_back": _rolled_back,
    "end": _ended,
    "born": _born,
    "correct": _correct,
    "to": _move,
    "pass": _pass,
    "refuse": _refuse,
    "expect": _expect,
}


def _step(data: Any) -> Step:
    given = _mapping(data, "step")
    kinds = [kind for kind in _READERS if kind in given]
    if len(kinds) != 1:
        raise Unreadable(
            f"A step is one of {', '.join(_READERS)}; this one says {', '.join(map(str, given))}."
        )
    return _READERS[kinds[0]](given)


def _worker(name: str, data: Any) -> OwnWorker:
    given = _given(data, f"worker {name}", {"roles"}, {"manager", "team"})
    return OwnWorker(
        name=str(name),
        roles=tuple(map(str, _list(given["roles"], "roles"))),
        manager=given.get("manager"),
        team=given.get("team"),
    )


def _given(data: Any, what: str, needed: Collection[str], also: Collection[str] = ()) -> Mapping[str, Any]:
    """The mapping, which has all that is needed and nothing that is not known."""
    given = _mapping(data, what)
    if missing := [key for key in sorted(needed) if key not in given]:
        raise Unreadable(f"{what}: {', '.join(missing)} is missing.")
    if unknown := [str(key) for key in given if key not in {*needed, *also}]:
        raise Unreadable(f"{what}: nobody knows what {', '.join(unknown)} means here.")
    return given


def _mapping(data: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise Unreadable(f"{what}: write names and values, not {data!r}.")
    return data


def _list(data: Any, what: str) -> list[Any]:
    if not isinstance(data, list):
        raise Unreadable(f"{what}: write a list, not {data!r}.")
    return data


def _day(value: object, what: str) -> date | None:
    if value is None or type(value) is date:
        return value
    raise Unreadable(f"{what}: {value!r} is no date such as 2019-05-01.")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
