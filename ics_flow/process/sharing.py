"""What was shared of a case with people who read no file, as its history tells of it: what, with whom, why, and why it was taken back.

Not here: who may share (`bpmn/rights.yaml`), and the rows by which whoever it is shared with finds it (`CaseView.shares`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine import Pathways, element_of
from engine.diagram import Call, Element, End, Graph, SubProcess, names_in
from ics_flow.domain.history import Entry
from ics_flow.process.inputs import RecordShared, ShareTakenBack, decode_input
from ics_flow.process.versions import Version
from ics_flow.process.world import Archive

RECORD_SHARED = "record-shared"
SHARE_TAKEN_BACK = "share-taken-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """That something shared was taken back: by whom, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A version of a record (the entry that made it) shared with a worker by the entry at `position`, for a reason, up to a last day."""

    position: int
    record: int
    title: str
    worker: str
    until: date | None
    by: str
    at: datetime
    reason: str
    taken_back: TakenBack | None = None

    def stands(self, on: date) -> bool:
        """It is shared on that day."""
        return self.taken_back is None and (self.until is None or on <= self.until)


def shares(entries: Iterable[Entry]) -> tuple[Share, ...]:
    """All that was ever shared of the case, in the order in which it was."""
    found: dict[int, Share] = {}
    for entry in entries:
        if entry.kind not in (RECORD_SHARED, SHARE_TAKEN_BACK):
            continue
        reason = str(entry.parts["reason"])
        match decode_input(entry.parts["input"]):
            case RecordShared() as shared:
                found[entry.position] = Share(
                    position=entry.position,
                    record=shared.record,
                    title=shared.title,
                    worker=shared.worker,
                    until=shared.until,
                    by=entry.actor,
                    at=entry.at,
                    reason=reason,
                )
            case ShareTakenBack(share=share):
                back = TakenBack(by=entry.actor, at=entry.at, reason=reason)
                found[share] = replace(found[share], taken_back=back)
            case _:
                pass
    return tuple(found.values())


def may_be_shared(made: Iterable[Version], archive: Archive) -> dict[int, Version]:
    """The versions that may be shared, by their positions: of each record the newest, where it was written and stands.

    It stands when it was authorised, or when it is kept without that because the diagram asks nobody to authorise it.
    """
    newest = {version.scope: version for version in made}
    return {version.position: version for version in newest.values() if _stands(version, archive)}


def _stands(version: Version, archive: Archive) -> bool:
    if version.skipped:
        return False
    if version.authorised_by is not None:
        return True
    kept = version.status in ("finalised", "corrected")
    return kept and not asks_for_authorisation(archive.release(version.release).pathways, version.task)


def asks_for_authorisation(pathways: Pathways, task: str) -> bool:
    """Whether the diagram in which the task is drawn has an end at which the record that it writes is authorised."""
    graph = _drawn_in(pathways, task)
    written = _parts(graph.nodes[task.rpartition("/")[2].partition("#")[0]])
    return any(
        isinstance(node, End) and node.properties.get("record") == "authorised" and written & _parts(node)
        for node in graph.nodes.values()
    )


def _parts(node: Element) -> set[str]:
    """The parts of the record that the element is about; where it names none, the record has none."""
    return set(names_in(str(node.properties.get("part", "")))) or {""}


def _drawn_in(pathways: Pathways, task: str) -> Graph:
    """The graph in which a task of a case is drawn."""
    process, *path, _ = task.split("/")
    pathway = process.partition("#")[0]
    match element_of(pathways, pathway, "/".join(path)) if path else None:
        case Call(pathway=called):
            return pathways[called].graph
        case SubProcess(graph=graph):
            return graph
        case _:
            return pathways[pathway].graph
