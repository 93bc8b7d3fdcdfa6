"""What a new record may be copied from: earlier records of the child, and those of brothers and sisters whose files the worker may read.

Not here: what of their answers is taken over (`ics_flow/domain/forms/copying.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import Pathways, london_date
from engine.diagram import Call, End, Graph, MessageCatch, MessageThrow, ScriptTask, SubProcess, TimerEvent
from engine.feel import Expression
from ics_flow.domain.forms import Copied, Source, copy_forward, spoken_date
from ics_flow.domain.ids import case_subject
from ics_flow.process.correction import answers_at
from ics_flow.process.versions import Version, versions
from ics_flow.queries.opened import ChildsFile, open_files
from ics_flow.queries.task import TaskForm
from ics_flow.store.persons import SIBLINGS
from ics_flow.store.unit import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier record to copy from: the name of its box to tick, whose it is where it is a sibling's, and how many answers a blank record would take over."""

    id: str
    source: Source
    at: datetime
    sibling: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The earlier records, the newest first and the child's own before a sibling's, and the files of siblings that were looked into."""

    records: tuple[Earlier, ...]
    siblings: tuple[ChildsFile, ...]


def offer(reading: Reading, file: ChildsFile, asked: TaskForm) -> Offer:
    """What the record that the task writes may be copied from."""
    siblings = tuple(open_files(reading, file.by, _siblings(reading, file)))
    apart = asked_by_diagrams(_pathways(file, asked))
    found = [each for other in (file, *siblings) for each in _records(reading, file, other, asked, apart)]
    newest = sorted(found, key=lambda each: each.at, reverse=True)
    return Offer(records=tuple(sorted(newest, key=lambda each: each.sibling != "")), siblings=siblings)


def copied(
    file: ChildsFile, asked: TaskForm, ticked: Iterable[Earlier], typed: Mapping[str, object]
) -> Copied:
    """What is taken over from the records that were ticked, beside what was typed already."""
    sources = [each.source for each in sorted(ticked, key=lambda each: each.at)]
    return copy_forward(asked.form, typed, sources, asked.occasion, asked_by_diagrams(_pathways(file, asked)))


def _pathways(file: ChildsFile, asked: TaskForm) -> Pathways:
    """The diagrams of the release that the task's process follows."""
    return file.by.archive.release(file.state.processes[asked.task.process].release).pathways


def _siblings(reading: Reading, file: ChildsFile) -> Iterator[str]:
    for relative in reading.pages.family(file.view.person):
        if relative.kind in SIBLINGS and relative.child.case is not None:
            yield relative.child.case


def _records(
    reading: Reading, file: ChildsFile, other: ChildsFile, asked: TaskForm, apart: Collection[str]
) -> Iterator[Earlier]:
    """The last version of each record of the file, where it stands and the new record would take something over from it."""
    entries = reading.history.read(case_subject(other.case))
    sibling = "" if other.case == file.case else other.child.name
    for version in {version.scope: version for version in versions(entries)}.values():
        if version.status in ("sent back", "rolled back", "skipped"):
            continue
        source = Source(
            form=file.by.archive.release(version.release).forms[version.form],
            answers=answers_at(entries, version.written),
            words=_words(version, sibling),
        )
        answers = len(copy_forward(asked.form, {}, (source,), asked.occasion, apart).origins)
        if answers:
            yield Earlier(
                id=f"{other.case}.{version.position}",
                source=source,
                at=version.authorised_at or version.at,
                sibling=sibling,
                answers=answers,
            )


def _words(version: Version, sibling: str) -> str:
    """What the record is called where something was copied from it."""
    of = f" of {sibling}" if sibling else ""
    done, at = ("authorised", version.authorised_at) if version.authorised_at else ("finalised", version.at)
    return f"{version.title}{of}, {done} {spoken_date(london_date(at))}"


def asked_by_diagrams(pathways: Pathways) -> frozenset[str]:
    """The questions whose answers the diagrams decide and count by, such as an outcome or the day of a meeting: those belong to one record alone."""
    return frozenset(name for pathway in pathways.by_id.values() for name in _asked_by(pathway.graph))


def _asked_by(graph: Graph) -> Iterator[str]:
    texts: list[object] = [flow.condition for flow in graph.flows]
    for node in graph.nodes.values():
        texts += node.properties.values()
        match node:
            case TimerEvent(due=due):
                texts.append(due)
                yield from {str(node.properties.get("met_by", ""))} - {""}
            case ScriptTask(expression=expression):
                texts.append(expression)
            case Call(inputs=inputs, outputs=outputs):
                texts += [text for _, text in (*inputs, *outputs)]
            case MessageThrow(payload=mappings) | End(payload=mappings) | MessageCatch(outputs=mappings):
                texts += [text for _, text in mappings]
            case SubProcess(graph=within):
                yield from _asked_by(within)
            case _:
                pass
    for text in texts:
        if isinstance(text, Expression):
            yield from text.names
            yield from (
                str(argument)
                for call in text.calls
                if call.name == "latest"
                for argument in (call.arguments or ())[1:]
            )
