"""The files attached to a case, as its history tells of them: what each is, its hash, who attached it, and whether it was withdrawn.

Not here: the bytes (`ics_flow/store/attachments.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from ics_flow.domain.history import Entry, Json
from ics_flow.domain.rights import Rights
from ics_flow.domain.view import CaseView
from ics_flow.domain.workers import Worker
from ics_flow.process.inputs import AttachmentWithdrawn, FileAttached, decode_input

ATTACHED = "attached"
WITHDRAWN = "attachment-withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file as the entry says that attached it; `kind` is one of `domain.attachments.KINDS`."""

    id: str
    name: str
    what: str
    kind: str
    size: int
    sha256: str

    def to_json(self) -> dict[str, Json]:
        """The file as a part of an entry."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The file that ``to_json`` wrote."""
        return cls(**data)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnFile:
    """That a file was withdrawn: by whom, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An attached file: by whom, when, with which entry, and its withdrawal."""

    file: AttachedFile
    by: str
    at: datetime
    position: int
    withdrawn: WithdrawnFile | None = None


def attachments(entries: Iterable[Entry]) -> tuple[Attachment, ...]:
    """Every file that was attached to the case, those withdrawn too, in the order in which they came."""
    found: dict[str, Attachment] = {}
    for entry in entries:
        if entry.kind not in (ATTACHED, WITHDRAWN):
            continue
        match decode_input(entry.parts["input"]):
            case FileAttached(attachment=attachment):
                found[attachment] = attached_by(entry)
            case AttachmentWithdrawn(attachment=attachment):
                withdrawn = WithdrawnFile(by=entry.actor, at=entry.at, reason=str(entry.parts["reason"]))
                found[attachment] = replace(found[attachment], withdrawn=withdrawn)
            case _:
                pass
    return tuple(found.values())


def attached_by(entry: Entry) -> Attachment:
    """The file that an entry attached."""
    data: Any = entry.parts["file"]
    return Attachment(file=AttachedFile.from_json(data), by=entry.actor, at=entry.at, position=entry.position)


def may_withdraw(
    attachment: Attachment, worker: Worker, rights: Rights, case: CaseView, manager: str | None
) -> bool:
    """Whether the worker may take the file out of sight: whoever attached it, and whoever may put records right."""
    return attachment.by == worker.id or rights.may(worker, "correct", case, manager)
