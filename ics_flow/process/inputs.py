"""What moves a case: the inputs that its history records, and nothing else does.

Effects follow from inputs and are never inputs themselves; messages between a case's own processes are effects. The kinds are permanent: old histories hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias, assert_never

from engine import Json, Value, decode_data, encode_data

TOGETHER = "together"
"""The part beside an input that names the cases of the brothers and sisters for whom the same command did the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A file begun for a child, by a team; what the diagrams may know of the child is the day of birth, or that it is still to come."""

    born: date | None
    unborn: bool = False
    team: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKnown:
    """The child's day of birth became known, or was put right; or a child turned out to be expected still, or not to be."""

    born: date | None
    unborn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStarted:
    """A pathway begun by hand."""

    pathway: str
    data: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted:
    """A form done: which, at which task, and those of its answers that enter the process."""

    task: str
    form: str
    data: Mapping[str, Value]
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed:
    """The clock went on; whatever fell due fires, each timer at its own instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStopped:
    """A manager ended a process before its end."""

    process: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAllocated:
    """The case went to a team, or to a worker of it."""

    team: str | None
    worker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneOutside:
    """What a message that nothing took asked for was done outside; the name is that of what threw it."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached:
    """A file was attached, under that id; what it is stands beside."""

    attachment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentWithdrawn:
    """A file that was attached by mistake was taken out of sight."""

    attachment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordShared:
    """A version of a record, by the position of the entry that made it, was shared with somebody who reads no file, until the end of a day or until it is taken back."""

    record: int
    title: str
    worker: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTakenBack:
    """What the entry at that position had shared was taken back."""

    share: int


Input: TypeAlias = (
    CaseOpened
    | PersonKnown
    | ProcessStarted
    | TaskCompleted
    | TimePassed
    | ProcessStopped
    | CaseAllocated
    | DoneOutside
    | FileAttached
    | AttachmentWithdrawn
    | RecordShared
    | ShareTakenBack
)


def encode_input(given: Input) -> Json:  # noqa: C901 one arm an input
    """The input as JSON."""
    match given:
        case CaseOpened():
            return {"input": "case-opened", **_birth(given), "team": given.team}
        case PersonKnown():
            return {"input": "person-known", **_birth(given)}
        case ProcessStarted():
            return {"input": "process-started", "pathway": given.pathway, "data": encode_data(given.data)}
        case TaskCompleted():
            skipped = {"skipped": True} if given.skipped else {}
            data = encode_data(given.data)
            return {
                "input": "task-completed",
                "task": given.task,
                "form": given.form,
                "data": data,
                **skipped,
            }
        case TimePassed():
            return {"input": "time-passed"}
        case ProcessStopped():
            return {"input": "process-stopped", "process": given.process}
        case CaseAllocated():
            return {"input": "case-allocated", "team": given.team, "worker": given.worker}
        case DoneOutside():
            return {"input": "done-outside", "name": given.name}
        case FileAttached():
            return {"input": "file-attached", "attachment": given.attachment}
        case AttachmentWithdrawn():
            return {"input": "attachment-withdrawn", "attachment": given.attachment}
        case RecordShared():
            return {
                "input": "record-shared",
                "record": given.record,
                "title": given.title,
                "worker": given.worker,
                "until": _day(given.until),
            }
        case ShareTakenBack():
            return {"input": "share-taken-back", "share": given.share}
        case _:
            assert_never(given)


def decode_input(data: Any) -> Input:  # noqa: C901 one arm an input
    """The input that ``encode_input`` wrote."""
    match data["input"]:
        case "case-opened":
            return CaseOpened(
                born=_read_day(data["born"]), unborn=data.get("unborn", False), team=data["team"]
            )
        case "person-known":
            return PersonKnown(born=_read_day(data["born"]), unborn=data.get("unborn", False))
        case "process-started":
            return ProcessStarted(pathway=data["pathway"], data=decode_data(data["data"]))
        case "task-completed":
            return TaskCompleted(
                task=data["task"],
                form=data["form"],
                data=decode_data(data["data"]),
                skipped=data.get("skipped", False),
            )
        case "time-passed":
            return TimePassed()
        case "process-stopped":
            return ProcessStopped(process=data["process"])
        case "case-allocated":
            return CaseAllocated(team=data["team"], worker=data["worker"])
        case "done-outside":
            return DoneOutside(name=data["name"])
        case "file-attached":
            return FileAttached(attachment=data["attachment"])
        case "attachment-withdrawn":
            return AttachmentWithdrawn(attachment=data["attachment"])
        case "record-shared":
            return RecordShared(
                record=data["record"],
                title=data["title"],
                worker=data["worker"],
                until=_read_day(data["until"]),
            )
        case "share-taken-back":
            return ShareTakenBack(share=data["share"])
        case other:
            raise ValueError(f"No input is called {other!r}.")


def with_answers(given: TaskCompleted, changes: Mapping[str, Value]) -> TaskCompleted:
    """The same completion with answers corrected (None: taken away)."""
    return replace(given, data={**given.data, **changes})


def _birth(given: CaseOpened | PersonKnown) -> Mapping[str, Json]:
    """What a file knows of the child's birth; that it is still to come is written where it is so."""
    return {"born": _day(given.born), **({"unborn": True} if given.unborn else {})}


def with_names(given: Input, called: Callable[[str], str]) -> Input:
    """The same input with what it was done to as it is called now."""
    match given:
        case TaskCompleted():
            return replace(given, task=called(given.task))
        case DoneOutside():
            return replace(given, name=called(given.name))
        case _:
            return given


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
