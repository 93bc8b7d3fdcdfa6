"""How procedures are kept to: counts, times and shares over many cases, on the diagram of a pathway and in a table beside it.

The rows come from what was measured of each case (``ics_flow.store.measured``), which says up to when. What each figure means, and what it
does not, stands in ``docs/conformance.md``. Not here: how a case is measured (``practice.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil

from engine.diagram import Call, Node, Pathway, SubProcess
from ics_flow.domain.measured import DEPARTURE_KINDS, PROCEDURE
from ics_flow.domain.release import Release
from ics_flow.queries.diagrams import KINDS, Mark, Picture, State, steps
from ics_flow.queries.find import reach_of
from ics_flow.queries.standpoint import PAGE, Shown, Standpoint
from ics_flow.store.measured import Asked, Dates, Departed, Ended
from ics_flow.store.reading import ChildRow
from ics_flow.store.unit import Reading

MEASURE = "measure"
"""The right to see all this, in ``bpmn/rights.yaml``."""

MANY_LATE = 0.25
"""From this share of dates on, lateness is what a picture shows first."""


@dataclass(slots=True)
class Times:
    """How long it took, each time: so many times so many."""

    found: Counter[int] = field(default_factory=Counter)

    def within(self, share: float) -> int | None:
        """The shortest time within which that share of them was done; None where there was none."""
        wanted, so_far = ceil(share * self.found.total()), 0
        for value in sorted(self.found):
            so_far += self.found[value]
            if so_far >= wanted:
                return value
        return None

    @property
    def median(self) -> int | None:
        """The time within which half were done."""
        return self.within(0.5)

    @property
    def nine_in_ten(self) -> int | None:
        """The time within which nine in ten were done."""
        return self.within(0.9)

    @property
    def in_all(self) -> int:
        """All of them together."""
        return sum(value * times for value, times in self.found.items())


@dataclass(slots=True)
class Kept:
    """How the dates stand that were to be kept: met in time, met late, overdue, running, or over with nothing that asked for them."""

    standing: Counter[str] = field(default_factory=Counter)
    restated: int = 0
    titles: set[str] = field(default_factory=set)

    @property
    def judged(self) -> int:
        """Those of which it is known whether they were kept."""
        return self.standing["met"] + self.late

    @property
    def late(self) -> int:
        """Those that were not kept: met late, or overdue."""
        return self.standing["met late"] + self.standing["overdue"]

    @property
    def share_late(self) -> float:
        """The late ones among those that can be judged."""
        return self.late / self.judged if self.judged else 0.0

    def add(self, found: Dates) -> None:
        """Count some more."""
        self.standing[found.standing] += found.times
        self.restated += found.restated
        self.titles.add(found.title)


@dataclass(slots=True, kw_only=True)
class Line:
    """A step of a diagram, or a procedure as a whole, with what was counted of it."""

    at: str  # the element, or the pathway
    title: str
    kind: str
    depth: int = 0
    drawn: bool = True  # it is on the diagram of today
    calls: str | None = None  # the shared procedure behind it
    entered: int = 0
    open: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    days: Times = field(default_factory=Times)
    hours: Times = field(default_factory=Times)
    dates: Kept = field(default_factory=Kept)
    departures: Counter[str] = field(default_factory=Counter)
    most_time: bool = False

    @property
    def done(self) -> int:
        """How often it came to its own end."""
        return self.endings["done"] + self.endings["fired"]

    @property
    def counted(self) -> bool:
        """Whether anything was."""
        return bool(self.entered or self.open or self.endings or self.dates.standing or self.departures)

    def add(self, ended: Ended) -> None:
        """Count some times that it ended; how long counts only where it came to its own end."""
        self.endings[ended.ending] += ended.times
        if ended.ending in ("done", "fired"):
            self.days.found[ended.days] += ended.times
            self.hours.found[ended.hours] += ended.times


@dataclass(frozen=True, slots=True)
class DepartureLine:
    """An act beside the diagram, by the names of today; ``child`` is None for whoever may not open the file."""

    found: Departed
    procedure: str
    step: str
    child: ChildRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """How procedures were kept to in a period, as far as it was measured (``until``; None: never yet)."""

    until: datetime | None
    whole: Line | None  # the procedure of the diagram
    lines: tuple[Line, ...]
    picture: Picture | None
    kinds: tuple[tuple[str, int], ...]
    departures: Shown[DepartureLine]


def conformance(reading: Reading, by: Standpoint, asked: Asked, page: int) -> Conformance:
    """What was counted of the steps of a pathway, or of every procedure where none is asked for."""
    lines = _lines(by.release, asked)
    _count(reading, asked, by.today, lines)
    pathway = by.release.pathways[asked.pathway] if asked.pathway else None
    if pathway is not None:
        _mark_most_time(pathway, lines.values())
    whole = lines.pop(PROCEDURE, None) if pathway is not None else None
    found = reading.measured.departures(asked)
    kinds = Counter[str]()
    for (_, kind), times in found.items():
        kinds[kind] += times
    return Conformance(
        until=reading.measured.until(),
        whole=whole,
        lines=tuple(line for line in lines.values() if line.drawn or line.counted),
        picture=_picture(by.release, pathway, lines.values()) if pathway is not None else None,
        kinds=tuple((kind, kinds[kind]) for kind in DEPARTURE_KINDS if kinds[kind]),
        departures=_departures(reading, by, asked, page, kinds.total()),
    )


def _lines(release: Release, asked: Asked) -> dict[str, Line]:
    """What can be counted, in the order of the diagram; or every procedure that begins by itself, by name."""
    if asked.pathway is None:
        begin = (each for each in release.pathways.by_id.values() if _begins(each))
        return {
            each.id: Line(at=each.id, title=each.name, kind="procedure")
            for each in sorted(begin, key=lambda pathway: pathway.name)
        }
    pathway = release.pathways[asked.pathway]
    nodes = {node.id: node for node in pathway.graph.walk()}
    in_order = steps(pathway, {each: Mark(element=each, state="done", times=0) for each in nodes})
    lines = {PROCEDURE: Line(at=PROCEDURE, title=pathway.name, kind="procedure")}
    for step in in_order:
        if step.mark is not None:
            node = nodes[step.mark.element]
            lines[node.id] = Line(
                at=node.id,
                title=node.name or step.kind.capitalize(),
                kind=step.kind,
                depth=step.depth,
                calls=node.pathway if isinstance(node, Call) else None,
            )
    return lines


def _begins(pathway: Pathway) -> bool:
    """Whether it is begun by hand or by a message, and not only called."""
    return any(start.message is not None or start.started_by for start in pathway.graph.starts())


def _count(reading: Reading, asked: Asked, today: date, lines: dict[str, Line]) -> None:
    """Put in what was counted; what is not on the diagram of today gets a line of its own at the end."""

    def line(at: str) -> Line:
        return lines.setdefault(
            at, Line(at=at, title=at.replace("_", " ").capitalize(), kind="not drawn any more", drawn=False)
        )

    for at, times in sorted(reading.measured.entered(asked).items()):
        line(at).entered = times
    for at, times in sorted(reading.measured.open(asked).items()):
        line(at).open = times
    for ended in sorted(reading.measured.ended(asked), key=lambda each: each.at):
        line(ended.at).add(ended)
    for found in sorted(reading.measured.dates(asked, today), key=lambda each: each.at):
        line(found.at).dates.add(found)
    for (at, kind), times in sorted(reading.measured.departures(asked).items()):
        line(at).departures[kind] += times


def _mark_most_time(pathway: Pathway, lines: Iterable[Line]) -> None:
    """Mark the step that took most working days in all; a box and the procedure hold others, and are not asked."""
    holding = {node.id for node in pathway.graph.walk() if isinstance(node, SubProcess)} | {PROCEDURE}
    longest = max(
        (line for line in lines if line.at not in holding), key=lambda line: line.days.in_all, default=None
    )
    if longest is not None and longest.days.in_all:
        longest.most_time = True


def _picture(release: Release, pathway: Pathway, lines: Iterable[Line]) -> Picture:
    return Picture(
        heading=pathway.name,
        release=release.hash,
        diagram=pathway.id,
        marks=tuple(
            MeasuredMark(element=line.at, state=_state(line), times=line.done, said=said)
            for line in lines
            if line.drawn and (said := _words(line))
        ),
        steps=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredMark(Mark):
    """A mark whose words are figures."""

    said: str

    @property
    def words(self) -> str:
        """The median, and how many were late."""
        return self.said


def _state(line: Line) -> State:
    if line.dates.share_late >= MANY_LATE:
        return "overdue"
    return "active" if line.dates.late else "done"


def _words(line: Line) -> str:
    """What a picture says of a step, as in `9 days, 12% late, most time`."""
    words = []
    if (median := line.days.median) is not None:
        words.append("1 day" if median == 1 else f"{median} days")
    if line.dates.judged:
        words.append(f"{line.dates.share_late:.0%} late")
    if line.most_time:
        words.append("most time")
    return ", ".join(words)


def _departures(
    reading: Reading, by: Standpoint, asked: Asked, page: int, total: int
) -> Shown[DepartureLine]:
    page = min(page, max(1, ceil(total / PAGE)))
    found = reading.measured.departed(asked, skip=(page - 1) * PAGE, most=PAGE)
    children = reading.pages.children_of({each.case for each in found}, reach_of(by))
    lines = tuple(
        DepartureLine(
            found=each,
            procedure=_called(by.release, each.pathway),
            step=_step_called(by.release, each),
            child=children.get(each.case),
        )
        for each in found
    )
    return Shown(lines, page, total)


def _called(release: Release, pathway: str) -> str:
    if pathway in release.pathways:
        return release.pathways[pathway].name
    return pathway.replace("_", " ").capitalize()


def _step_called(release: Release, found: Departed) -> str:
    """The name of the step on its diagram; nothing for a whole procedure."""
    if found.element == PROCEDURE or found.pathway not in release.pathways:
        return found.element.replace("_", " ").capitalize()
    node: Node | None = release.pathways[found.pathway].element(found.element)
    if node is None:
        return found.element.replace("_", " ").capitalize()
    return node.name or KINDS[type(node)].capitalize()


def pathways_to_ask(release: Release) -> Iterator[tuple[str, str]]:
    """The pathways of today that can be asked for, by name, shared procedures too."""
    found: Mapping[str, str] = {each.id: each.name for each in release.pathways.by_id.values()}
    return iter(sorted(found.items(), key=lambda each: each[1]))


def teams(reading: Reading) -> tuple[str, ...]:
    """The teams that workers are in."""
    return tuple(sorted({account.team for account in reading.accounts.all() if account.team}))
