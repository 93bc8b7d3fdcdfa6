"""What a step did, as values, in the order in which it happened. Histories keep them; tray, deadlines and map are folded from them.

The kinds are permanent: old histories hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeAlias

from engine.feel import Value
from engine.state import Json, decode_data, encode_data, read_instant, write_instant


@dataclass(frozen=True, slots=True)
class Entered:
    """A token came to the element."""

    name: str


@dataclass(frozen=True, slots=True)
class Left:
    """A token went on from the element."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened:
    """A person is asked for something."""

    name: str
    title: str
    form: str
    roles: tuple[str, ...]
    record: str | None = None  # the scope whose record this task writes or looks at
    writes: bool = False
    other_than: str | None = None  # an element of the scope: not the person who did it last


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was waited for is waited for no longer, undone: a task, a timer, an open activity."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerSet:
    """A clock began to run: due is the instant from which it may fire, due_on the day that it names."""

    name: str
    due: datetime
    due_on: date
    scope: str  # the activity that must end before it is due
    title: str
    deadline: str = "none"  # statutory, local, none
    basis: str | None = None
    met_by: str | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The clock ran out."""

    name: str


@dataclass(frozen=True, slots=True)
class MessageThrown:
    """A message went out to the case, from the element named."""

    message: str
    payload: Mapping[str, Value]
    name: str
    outside: str | None = None  # what a person does where no pathway takes the message


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMarked:
    """The record of a scope took a status: draft, finalised, authorised."""

    scope: str
    status: str
    form: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class EpisodeMarked:
    """The involvement with the child begins or ends here, or ends with the whole file (``ends_file``)."""

    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMarked:
    """A plan of a kind begins here, or goes on under this category; or it ends."""

    mark: str
    kind: str
    on: date
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessEnded:
    """Nothing is waited for any more."""


Effect: TypeAlias = (
    Entered
    | Left
    | TaskOpened
    | Withdrawn
    | TimerSet
    | TimerFired
    | MessageThrown
    | RecordMarked
    | EpisodeMarked
    | PlanMarked
    | ProcessEnded
)

KINDS: Mapping[type, str] = {
    Entered: "entered",
    Left: "left",
    TaskOpened: "task-opened",
    Withdrawn: "withdrawn",
    TimerSet: "timer-set",
    TimerFired: "timer-fired",
    MessageThrown: "message-thrown",
    RecordMarked: "record-marked",
    EpisodeMarked: "episode-marked",
    PlanMarked: "plan-marked",
    ProcessEnded: "process-ended",
}
_BY_KIND = {kind: cls for cls, kind in KINDS.items()}


def encode_effect(effect: Effect) -> Json:
    """The effect as JSON: its kind, and the fields that are not empty."""
    out: dict[str, Json] = {"effect": KINDS[type(effect)]}
    for each in fields(effect):
        value = getattr(effect, each.name)
        if value is None or value is False:
            continue
        out[each.name] = _encode(value)
    return out


def decode_effect(data: Json) -> Effect:
    """The effect that ``encode_effect`` wrote."""
    given = dict(data)
    cls = _BY_KIND[given.pop("effect")]
    effect: Effect = cls(**{name: _decode(name, value) for name, value in given.items()})
    return effect


def _encode(value: Any) -> Json:
    match value:
        case datetime():
            return write_instant(value)
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case Mapping():
            return encode_data(value)
        case _:
            return value


def _decode(name: str, value: Json) -> Any:
    match name:
        case "due":
            return read_instant(value)
        case "due_on" | "on":
            return date.fromisoformat(value)
        case "roles":
            return tuple(value)
        case "payload":
            return decode_data(value)
        case _:
            return value
