"""What a case shows: its waiting tasks, deadlines, timers, records, processes and episodes, as values that travel as JSON.

`CaseView` is a pure fold (`ics_flow.process.fold`) of the effects that a case's history records; it takes no engine step, reads no table and no clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import partial
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Self, TypeAlias, get_args, get_origin, get_type_hints

from ics_flow.domain.history import Json, instant_text

DeadlineKind: TypeAlias = Literal["statutory", "local", "none"]
RecordStatus: TypeAlias = Literal["draft", "finalised", "authorised"]


class _Value:
    """A frozen dataclass that travels as JSON under the names of its fields: instants and dates as ISO text, tuples as lists.

    Fields that came later (`LATER`) are left out where they are empty, so that what older histories hold stays as it was.
    """

    __slots__ = ()
    LATER: ClassVar[frozenset[str]] = frozenset()

    def to_json(self) -> dict[str, Json]:
        return {
            name: value if type(value) in _PLAIN else _written(value)
            for name, _ in _readers(type(self))
            if (value := getattr(self, name)) or name not in self.LATER
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            **{
                name: json[name] if read is None else read(json[name])
                for name, read in _readers(cls)
                if name in json or name not in cls.LATER
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView(_Value):
    """A period that runs, ran, or was met; `due` is the exclusive instant at which the day `due_on` ends.

    `scope` names what must be left in time. `met_on` is the day on which it was met and `met_recorded` the instant at which that
    was written down, which may be later; `met_by` is the question whose answer gives that day. `ended` is when its scope ended.
    """

    name: str
    process: str
    title: str
    scope: str
    due: datetime
    due_on: date
    kind: DeadlineKind
    basis: str
    met_by: str | None
    set_at: datetime
    fired: bool
    met_on: date | None
    met_recorded: datetime | None
    ended: datetime | None

    @property
    def is_unmet(self) -> bool:
        """It still asks for something: neither met nor over with its scope."""
        return self.met_on is None and self.ended is None

    def covers(self, name: str) -> bool:
        """The element so named is the deadline's scope or stands in it."""
        return name == self.scope or name.startswith(f"{self.scope}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView(_Value):
    """A task that waits for a person; `record` is the scope of the record that it writes or is about, `writes` says which."""

    name: str
    process: str
    title: str
    form: str
    roles: tuple[str, ...]
    opened: datetime
    record: str | None
    writes: bool
    other_than: str | None

    def due(self, view: "CaseView") -> DeadlineView | None:
        """The earliest unmet deadline of the task itself and of every activity that it stands in."""
        asking = (deadline for deadline in view.deadlines if deadline.is_unmet and deadline.covers(self.name))
        return min(asking, key=lambda deadline: deadline.due, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerView(_Value):
    """A timer that waits for its instant."""

    name: str
    process: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView(_Value):
    """A child's answers to a form in their latest version; `scope` names the activity that they are written in.

    `by` finalised that version with the entry at `position`; both are None before the first. `at` is the instant of the status.
    """

    scope: str
    form: str
    title: str
    version: int
    status: RecordStatus
    at: datetime
    by: str | None
    position: int | None
    authorised_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessView(_Value):
    """A pathway that runs or ran for the case, with the release that it is pinned to."""

    name: str
    pathway: str
    release: str
    started: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredView(_Value):
    """A message that no pathway took, under the name of what threw it: what a person must do outside, and whether that is done."""

    name: str
    message: str
    text: str
    process: str
    at: datetime
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeView(_Value):
    """An involvement from contact to closure."""

    number: int
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView(_Value):
    """A plan of a kind from the day on which it began to the day on which it ended; `number` counts those of its kind.

    The category is the latest; `first_category` is that under which the plan began.
    """

    kind: str
    number: int
    began: date
    ended: date | None
    first_category: str | None
    category: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView(_Value):
    """A version of a record (by the position of the entry that made it) shared by a worker of the case with somebody who reads no file.

    `position` is that of the entry that shared it, `until` the last day, if one was named; `taken_back` is when it was, if it was.
    """

    position: int
    record: int
    title: str
    worker: str
    by: str
    at: datetime
    until: date | None
    taken_back: datetime | None

    def stands(self, on: date) -> bool:
        """It is shared on that day."""
        return self.taken_back is None and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView(_Value):
    """A child's case as it stands after the entry at `position` of its history."""

    LATER = frozenset({"plans", "shares"})

    case: str
    person: str
    team: str | None
    allocated_worker: str | None
    episodes: tuple[EpisodeView, ...]
    processes: tuple[ProcessView, ...]
    tasks: tuple[TaskView, ...]
    deadlines: tuple[DeadlineView, ...]
    timers: tuple[TimerView, ...]
    records: tuple[RecordView, ...]
    undelivered: tuple[UndeliveredView, ...]
    position: int
    workers: tuple[
        str, ...
    ] = ()  # who has finalised or authorised a record of the file, in order of their ids
    plans: tuple[PlanView, ...] = ()  # those that were in force before too, in the order in which they began
    shares: tuple[ShareView, ...] = ()

    def runs(self, pathway: str) -> bool:
        """The pathway runs for the child."""
        return any(process.pathway == pathway and process.ended is None for process in self.processes)

    def shares_of(self, record: int, on: date) -> tuple[ShareView, ...]:
        """The shares that stand on that day of the version of a record at that position."""
        return tuple(share for share in self.shares if share.record == record and share.stands(on))

    def waiting_like(self, task: TaskView) -> TaskView | None:
        """The waiting task that asks the same in a procedure of the same pathway as a task of another case, if there is one."""
        return self.waiting(task.process.partition("#")[0], task.form)

    def waiting(self, pathway: str, form: str) -> TaskView | None:
        """The first waiting task with that form in a procedure of that pathway, if there is one."""
        asked = (each for each in self.tasks if each.form == form)
        return next((each for each in asked if each.process.partition("#")[0] == pathway), None)

    @property
    def is_open(self) -> bool:
        """An episode runs."""
        return any(episode.ended is None for episode in self.episodes)


# --- JSON ---------------------------------------------------------------------------------------------------------------------

_Reader: TypeAlias = Callable[[Any], Any]
_PLAIN = frozenset({str, int, bool, NoneType})
"""What is in JSON as it is: most values by far."""


def _written(value: Any) -> Json:
    if isinstance(value, _Value):
        return value.to_json()
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [item if type(item) in _PLAIN else _written(item) for item in value]
    raise TypeError(f"No view holds a {type(value).__name__}.")


_readers_of: dict[type, tuple[tuple[str, _Reader | None], ...]] = {}


def _readers(kind: type[Any]) -> tuple[tuple[str, _Reader | None], ...]:
    """The fields of a value, each with the function that reads it from JSON where it is not there as it is."""
    if kind not in _readers_of:
        hints = get_type_hints(kind)
        _readers_of[kind] = tuple((field.name, _reader(hints[field.name])) for field in fields(kind))
    return _readers_of[kind]


def _reader(hint: Any) -> _Reader | None:
    if get_origin(hint) is UnionType:
        (some,) = (argument for argument in get_args(hint) if argument is not NoneType)
        read = _reader(some)
        return None if read is None else partial(_optional, read)
    if get_origin(hint) is tuple:
        read = _reader(get_args(hint)[0])
        return tuple if read is None else partial(_several, read)
    if hint is datetime or hint is date:
        instant: _Reader = hint.fromisoformat
        return instant
    if isinstance(hint, type) and issubclass(hint, _Value):
        return hint.from_json
    return None


def _optional(read: _Reader, json: Any) -> Any:
    return None if json is None else read(json)


def _several(read: _Reader, json: Any) -> Any:
    return tuple(map(read, json))
