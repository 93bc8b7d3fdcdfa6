"""A second reading of the same diagrams: a token game of its own, to hold the engine's against.

It shares the FEEL of ``engine.feel`` with the engine and nothing else: it reads the XML itself, keeps its tokens as live objects from step to step, and says what it
believes BPMN and Camunda 8 mean in as few words as it can. Not here: the diagrams and the comparing (``test_second_interpreter``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from engine.feel import Context, Expression, Value, compile_expression

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
LONDON = ZoneInfo("Europe/London")
MOST_MOVES = 10_000

ACTIVITIES = ("userTask", "callActivity", "subProcess")

Data = dict[str, Value]
Know = Callable[[date | None], Context]
"""What expressions may know of a moment; for a timer's step the day is the one that fell due."""


class Stuck(Exception):
    """The token game cannot go on."""


@cache
def compiled(source: str) -> Expression:
    return compile_expression(source)


@dataclass(eq=False)
class Drawn:
    """An element of the file: its tag, its XML, where its arrows lead and come from, what sits on it."""

    tag: str
    xml: ET.Element
    inside: Area | None = None
    out: list[ET.Element] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    events: list[str] = field(default_factory=list)

    @property
    def interrupts(self) -> bool:
        return self.xml.get("cancelActivity") != "false"

    def extension(self, name: str) -> ET.Element | None:
        return self.xml.find(f"{BPMN}extensionElements/{ZEEBE}{name}")

    def mapped(self, kind: str) -> list[tuple[str, str]]:
        holder = self.extension("ioMapping")
        lines = [] if holder is None else holder.findall(f"{ZEEBE}{kind}")
        return [(line.get("target", ""), line.get("source", "")) for line in lines]


class Area:
    """What is drawn side by side in one process or one box."""

    def __init__(self, xml: ET.Element, messages: Mapping[str, str]) -> None:
        self.elements: dict[str, Drawn] = {}
        self.messages = messages
        arrows = []
        for child in xml:
            tag = child.tag.removeprefix(BPMN)
            if tag == "sequenceFlow":
                arrows.append(child)
            elif "id" in child.attrib:
                inside = Area(child, messages) if tag == "subProcess" else None
                self.elements[child.get("id", "")] = Drawn(tag, child, inside)
        for arrow in arrows:
            self.elements[arrow.get("sourceRef", "")].out.append(arrow)
            self.elements[arrow.get("targetRef", "")].sources.add(arrow.get("sourceRef", ""))
        for identity, drawn in self.elements.items():
            if (host := drawn.xml.get("attachedToRef")) is not None:
                self.elements[host].events.append(identity)

    def message(self, drawn: Drawn) -> str | None:
        event = drawn.xml.find(f"{BPMN}messageEventDefinition")
        return None if event is None else self.messages[event.get("messageRef", "")]

    def start(self, message: str | None) -> str:
        return next(
            identity
            for identity, drawn in self.elements.items()
            if drawn.tag == "startEvent" and self.message(drawn) == message
        )


@dataclass(eq=False)
class Piece:
    """A token on the board."""

    frame: Frame
    element: str
    number: int
    due: datetime | None = None
    due_on: date | None = None
    host: Piece | None = None  # of an event on an edge: the activity's token
    opened: Frame | None = None  # of a call or a box: what runs within
    alive: bool = True

    @property
    def drawn(self) -> Drawn:
        return self.frame.area.elements[self.element]

    @property
    def name(self) -> str:
        return f"{self.frame.path}{self.element}#{self.number}"


@dataclass(eq=False)
class Frame:
    """An area that is being played: its data, how often each element was reached, its tokens, those at joins by where they came from."""

    area: Area
    data: Data
    opener: Piece | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    joining: dict[str, list[str]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return "" if self.opener is None else f"{self.opener.name}/"

    @property
    def empty(self) -> bool:
        return not self.pieces and not any(self.joining.values())

    def all(self) -> Iterator[Frame]:
        """This frame and those within it."""
        yield self
        for piece in self.pieces:
            if piece.opened is not None:
                yield from piece.opened.all()


class Game:
    """One process being played."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.areas: dict[str, Area] = {}
        for content in files.values():
            root = ET.fromstring(content)  # noqa: S314 - made by the tests
            messages = {each.get("id", ""): each.get("name", "") for each in root.iter(f"{BPMN}message")}
            for process in root.iter(f"{BPMN}process"):
                self.areas[process.get("id", "")] = Area(process, messages)
        self.agenda: deque[Piece] = deque()
        self.thrown: list[tuple[str, Data]] = []
        self.top: Frame
        self.know: Know
        self.day: date | None = None

    # What the outside does

    def start(self, process: str, data: Mapping[str, Value], know: Know) -> None:
        self.top = Frame(self.areas[process], dict(data))
        self.begin_step(know)
        self.arrive(self.top, self.top.area.start(None), "")
        self.play()

    def complete(self, name: str, answers: Mapping[str, Value], know: Know) -> None:
        self.begin_step(know)
        piece = self.piece(name)
        piece.frame.data.update(answers)
        self.leave(piece)
        self.play()

    def fire(self, name: str, know: Know) -> None:
        piece = self.piece(name)
        self.begin_step(know, piece.due_on)
        self.agenda.append(piece)
        self.play()

    def deliver(self, message: str, payload: Mapping[str, Value], know: Know) -> None:
        self.begin_step(know)
        self.agenda.extend(self.hearing(message))
        self.payload = dict(payload)
        self.play()

    # What can be seen

    @property
    def ended(self) -> bool:
        return self.top.empty

    def tasks(self) -> set[str]:
        return {piece.name for piece in self.every() if piece.drawn.tag == "userTask"}

    def timers(self) -> dict[str, datetime]:
        return {piece.name: piece.due for piece in self.every() if piece.due is not None}

    def catching(self) -> list[Piece]:
        catches = ("boundaryEvent", "intermediateCatchEvent")
        return [
            piece
            for piece in self.every()
            if piece.drawn.tag in catches and piece.frame.area.message(piece.drawn) is not None
        ]

    def hearing(self, message: str) -> list[Piece]:
        return [piece for piece in self.catching() if piece.frame.area.message(piece.drawn) == message]

    def data(self) -> dict[str, Data]:
        """The data of the process and of each open call, by path."""
        frames = self.top.all()
        return {
            frame.path.rstrip("/"): frame.data
            for frame in frames
            if frame.opener is None or frame.opener.drawn.tag == "callActivity"
        }

    def every(self) -> list[Piece]:
        return [piece for frame in self.top.all() for piece in frame.pieces]

    def piece(self, name: str) -> Piece:
        return next(piece for piece in self.every() if piece.name == name)

    # The rules

    def begin_step(self, know: Know, day: date | None = None) -> None:
        self.know, self.day, self.thrown, self.moves, self.payload = know, day, [], 0, {}

    def play(self) -> None:
        """Move what can be moved; then let what has run empty go on, one after the other."""
        while True:
            while self.agenda:
                piece = self.agenda.popleft()
                if piece.alive:
                    self.move(piece)
            run_out = next((frame for frame in self.top.all() if frame.opener and frame.empty), None)
            if run_out is None or run_out.opener is None:
                return
            opener = run_out.opener
            opener.opened = None
            opener.frame.data.update(self.given(opener.drawn.mapped("output"), run_out.data))
            self.leave(opener)

    def arrive(self, frame: Frame, element: str, source: str) -> None:
        """A token comes to an element by an arrow."""
        drawn = frame.area.elements[element]
        if drawn.tag == "parallelGateway" and not self.joined(frame, element, source):
            return
        piece = self.put(frame, element)
        if drawn.tag in ACTIVITIES:
            self.open(piece)
            for event in drawn.events:
                self.wait(self.put(frame, event, piece))
        elif drawn.tag == "intermediateCatchEvent":
            self.wait(piece)
        else:
            self.agenda.append(piece)

    def joined(self, frame: Frame, element: str, source: str) -> bool:
        """Whether a token has now come by every arrow; those are then used up."""
        came = frame.joining.setdefault(element, [])
        came.append(source)
        if set(came) != frame.area.elements[element].sources:
            return False
        for each in frame.area.elements[element].sources:
            came.remove(each)
        return True

    def put(self, frame: Frame, element: str, host: Piece | None = None) -> Piece:
        number = frame.numbers[element] = frame.numbers.get(element, 0) + 1
        piece = Piece(frame, element, number, host=host)
        frame.pieces.append(piece)
        return piece

    def open(self, piece: Piece) -> None:
        """Begin what runs within a call or a box."""
        drawn, outer = piece.drawn, piece.frame.data
        called = drawn.extension("calledElement")
        if called is not None:
            inner = Frame(
                self.areas[called.get("processId", "")], self.given(drawn.mapped("input"), outer), piece
            )
        elif drawn.inside is not None:
            inner = Frame(drawn.inside, outer, piece)
        else:
            return
        piece.opened = inner
        self.arrive(inner, inner.area.start(None), "")

    def wait(self, piece: Piece) -> None:
        """Set the clock of a timer; one that has run out already goes on."""
        written = piece.drawn.xml.find(f"{BPMN}timerEventDefinition/{BPMN}timeDate")
        if written is None:
            return
        due = self.value(written.text or "", piece.frame.data)
        if isinstance(due, datetime):
            piece.due, piece.due_on = due, due.astimezone(LONDON).date()
        elif isinstance(due, date):
            midnight = datetime.combine(due + timedelta(days=1), time(), LONDON)
            piece.due, piece.due_on = midnight.astimezone(UTC), due
        elif due is not None:
            raise Stuck(piece.name)
        if piece.due is not None and piece.due <= self.know(self.day).instant:
            self.agenda.append(piece)

    def move(self, piece: Piece) -> None:
        """Do what the element is for, and go on."""
        self.moves += 1
        if self.moves > MOST_MOVES:
            raise Stuck(piece.name)
        frame, drawn = piece.frame, piece.drawn
        match drawn.tag:
            case "scriptTask":
                script = drawn.extension("script")
                if script is not None:
                    value = self.value(script.get("expression", ""), frame.data)
                    frame.data[script.get("resultVariable", "")] = value
            case "exclusiveGateway":
                self.leave(piece, [self.choose(piece)])
                return
            case "intermediateThrowEvent":
                self.throw(piece)
            case "endEvent":
                self.throw(piece)
                if drawn.xml.find(f"{BPMN}terminateEventDefinition") is not None:
                    self.clear(frame)
            case "boundaryEvent" | "intermediateCatchEvent":
                self.catch(piece)
            case _:
                pass
        self.leave(piece)

    def choose(self, piece: Piece) -> ET.Element:
        """The first arrow whose condition is true, or else the one without a condition."""
        for arrow in piece.drawn.out:
            written = arrow.find(f"{BPMN}conditionExpression")
            if written is not None and self.value(written.text or "", piece.frame.data) is True:
                return arrow
        for arrow in piece.drawn.out:
            if arrow.find(f"{BPMN}conditionExpression") is None:
                return arrow
        raise Stuck(piece.name)

    def throw(self, piece: Piece) -> None:
        message = piece.frame.area.message(piece.drawn)
        if message is not None:
            self.thrown.append((message, self.given(piece.drawn.mapped("input"), piece.frame.data)))

    def catch(self, piece: Piece) -> None:
        """Take in the message; end the activity where the event interrupts it, else wait for the next message."""
        message = piece.frame.area.message(piece.drawn)
        if message is not None:
            outputs = piece.drawn.mapped("output")
            piece.frame.data.update(self.given(outputs, self.payload) if outputs else self.payload)
        if piece.host is None:
            return
        if piece.drawn.interrupts:
            self.take(piece.host)
        elif message is not None:
            self.put(piece.frame, piece.element, piece.host)

    def leave(self, piece: Piece, arrows: list[ET.Element] | None = None) -> None:
        """The token goes on by its arrows; what waited on the activity's edge is withdrawn."""
        self.take(piece)
        for arrow in piece.drawn.out if arrows is None else arrows:
            self.arrive(piece.frame, arrow.get("targetRef", ""), piece.element)

    def take(self, piece: Piece) -> None:
        """Take a token from the board, with all that depends on it."""
        if not piece.alive:
            return
        piece.alive = False
        piece.frame.pieces.remove(piece)
        if piece.opened is not None:
            self.clear(piece.opened)
        for other in list(piece.frame.pieces):
            if other.host is piece:
                self.take(other)

    def clear(self, frame: Frame) -> None:
        """Take every token of a frame."""
        frame.joining.clear()
        for piece in list(frame.pieces):
            self.take(piece)

    # Values

    def value(self, source: str, data: Data) -> Value:
        return compiled(source.removeprefix("=")).evaluate(data, self.know(self.day))

    def given(self, mappings: list[tuple[str, str]], data: Data) -> Data:
        return {
            name: self.value(source, data) if source.startswith("=") else source for name, source in mappings
        }
