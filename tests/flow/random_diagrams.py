"""Random diagrams of the authoring profile, the same for the same seed: blocks within blocks, then a few arrows thrown across them.

Not here: what they mean, and what is done with them (``test_second_interpreter``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.unit.engine import drawing

NUMBERS = ("n0", "n1", "n2", "n3")
DAYS = ("d0", "d1")
MESSAGES = ("m0", "m1", "m2")
PROCEDURES = ("procedure_a", "procedure_b")

CONDITIONS = (
    "n0 = 1",
    "n1 > n0",
    "n2 in [1, 2]",
    "n3 = null",
    "n0 != null and n1 < 2",
    "n2 = 0 or n3 = 1",
    "not(n0 = n1)",
    "d0 < today()",
    "n1",
)
VALUES = (
    "1",
    "null",
    "n0 + 1",
    "n1",
    "if n2 = 1 then 0 else 2",
    "if n3 > 2 then 0 else n3 + 1",
    "true",
    '"two"',
)
DATES = ("today()", 'today() + duration("P1M")', 'd1 + duration("P3D")', "working_days_after(today(), 3)")
DUES = (
    'today() + duration("P2D")',
    "working_days_after(today(), 5)",
    'now() + duration("PT3H")',
    'd0 + duration("P1M")',
    'd1 + duration("P1D")',
    "d0",
    'if n0 = 1 then today() else today() + duration("P9D")',
    'date and time("2026-03-29T02:30:00+01:00")',
)


class Block(NamedTuple):
    """A stretch of diagram: where it is entered, where it is left (or nowhere, where it ends by itself)."""

    entry: str
    exit: str | None


class Arrow(NamedTuple):
    """An arrow that has not been written yet."""

    source: str
    target: str
    condition: str | None = None
    identity: str | None = None


@dataclass
class Sheet:
    """One process or box while it is drawn."""

    elements: list[str] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


def random_files(random: Random) -> dict[str, bytes]:
    """A pathway ``main`` and the two procedures that it may call, as files."""
    files: dict[str, bytes] = {}
    called: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("procedure_b", ()),
        ("procedure_a", ("procedure_b",)),
        ("main", PROCEDURES),
    )
    for name, calls in called:
        draughtsman = Draughtsman(random, calls)
        content = draughtsman.area(depth=3 if name == "main" else 1)
        files |= drawing.drawn(name, *content, messages=MESSAGES)
    return files


class Draughtsman:
    """Draws one process."""

    def __init__(self, random: Random, calls: tuple[str, ...]) -> None:
        self.random = random
        self.calls = calls
        self.made = 0
        self.sheet = Sheet()

    def area(self, depth: int) -> list[str]:
        """Everything that stands in a process, or in a box."""
        outer, self.sheet = self.sheet, Sheet()
        begin = self.add(drawing.start)
        block = self.sequence(depth)
        self.join(begin, block.entry)
        if block.exit is not None:
            self.join(block.exit, self.end())
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            self.cross()
        drawn, self.sheet = self.sheet, outer
        return [*drawn.elements, *(self.written(arrow) for arrow in drawn.arrows)]

    # Pieces

    def name(self, kind: str) -> str:
        self.made += 1
        return f"{kind}_{self.made}"

    def add(self, draw: Callable[[str], str], kind: str = "e") -> str:
        identity = self.name(kind)
        self.sheet.elements.append(draw(identity))
        return identity

    def join(self, source: str, target: str, condition: str | None = None) -> None:
        self.sheet.arrows.append(Arrow(source, target, condition))

    @staticmethod
    def written(arrow: Arrow) -> str:
        condition = None if arrow.condition is None else f"={arrow.condition}"
        return drawing.flow(arrow.source, arrow.target, condition, identity=arrow.identity)

    def one(self, some: tuple[str, ...]) -> str:
        return self.random.choice(some)

    def end(self) -> str:
        terminates = self.random.random() < 0.2
        message = self.one(MESSAGES) if not terminates and self.random.random() < 0.2 else None
        payload = self.payload() if message else {}
        return self.add(
            lambda identity: drawing.stop(identity, terminates=terminates, message=message, payload=payload),
            "end",
        )

    def payload(self) -> dict[str, str]:
        return {self.one(NUMBERS): f"={self.one(VALUES)}" for _ in range(2)}

    # Blocks

    def sequence(self, depth: int) -> Block:
        blocks = [self.block(depth)]
        while blocks[-1].exit is not None and len(blocks) < self.random.choice((1, 2, 3)):
            blocks.append(self.block(depth))
            self.join(str(blocks[-2].exit), blocks[-1].entry)
        return Block(blocks[0].entry, blocks[-1].exit)

    def block(self, depth: int) -> Block:
        small = (self.task, self.task, self.task, self.script, self.timer, self.message, self.throw)
        large = (self.decision, self.decision, self.parallel, self.parallel, self.loop, self.box, self.call)
        return self.random.choice(small + large if depth > 0 else small)(depth)

    def task(self, depth: int) -> Block:
        identity = self.add(drawing.task, "task")
        self.edge(identity, depth)
        return Block(identity, identity)

    def script(self, depth: int) -> Block:
        if self.random.random() < 0.3:
            variable, source = self.one(DAYS), self.one(DATES)
        else:
            variable, source = self.one(NUMBERS), self.one(VALUES)
        identity = self.add(lambda name: drawing.script(name, variable, f"={source}"), "script")
        return Block(identity, identity)

    def timer(self, depth: int) -> Block:
        due = self.one(DUES)
        identity = self.add(lambda name: drawing.timer(name, f"={due}"), "timer")
        return Block(identity, identity)

    def message(self, depth: int) -> Block:
        message, outputs = self.one(MESSAGES), self.outputs()
        identity = self.add(lambda name: drawing.message(name, message, outputs=outputs), "message")
        return Block(identity, identity)

    def outputs(self) -> dict[str, str]:
        return {self.one(NUMBERS): "=n0", self.one(NUMBERS): "=n1"} if self.random.random() < 0.5 else {}

    def throw(self, depth: int) -> Block:
        message, payload = self.one(MESSAGES), self.payload()
        identity = self.add(lambda name: drawing.throw(name, message, payload), "throw")
        return Block(identity, identity)

    def decision(self, depth: int) -> Block:
        """A choice between two or three ways, some of which may end for good."""
        default = self.name("default")
        split = self.add(lambda name: drawing.choice(name, default), "split")
        merge = self.add(drawing.choice, "merge")
        ways = self.random.choice((2, 2, 3))
        for way in range(ways):
            last = way == ways - 1
            condition = None if last else self.one(CONDITIONS)
            entry, exit_ = self.way(depth - 1, merge if last else None)
            self.sheet.arrows.append(Arrow(split, entry or merge, condition, default if last else None))
            if exit_ is not None:
                self.join(exit_, merge)
        return Block(split, merge)

    def way(self, depth: int, straight_to: str | None) -> tuple[str | None, str | None]:
        """What stands on one way: nothing, a stretch that goes on, or one that ends."""
        if straight_to is not None and self.random.random() < 0.5:
            return None, None
        block = self.sequence(depth)
        if block.exit is not None and straight_to is None and self.random.random() < 0.3:
            self.join(block.exit, self.end())
            return block.entry, None
        return block

    def parallel(self, depth: int) -> Block:
        fork, meet = self.add(drawing.parallel, "fork"), self.add(drawing.parallel, "meet")
        for _ in range(self.random.choice((2, 2, 3))):
            block = self.sequence(depth - 1)
            self.join(fork, block.entry)
            if block.exit is not None:
                self.join(block.exit, meet)
        return Block(fork, meet)

    def loop(self, depth: int) -> Block:
        """Round again while a condition holds; a person is waited for in each round."""
        enter, leave, default = self.add(drawing.choice, "enter"), self.name("leave"), self.name("default")
        self.sheet.elements.append(drawing.choice(leave, default))
        asked, inner = self.task(depth), self.sequence(depth - 1)
        self.join(enter, asked.entry)
        self.join(str(asked.exit), inner.entry)
        self.join(inner.exit or enter, leave)
        self.join(leave, enter, self.one(CONDITIONS))
        after = self.script(depth)
        self.sheet.arrows.append(Arrow(leave, after.entry, None, default))
        return Block(enter, after.exit)

    def box(self, depth: int) -> Block:
        content = self.area(depth - 1)
        identity = self.add(lambda name: drawing.box(name, *content), "box")
        self.edge(identity, depth)
        return Block(identity, identity)

    def call(self, depth: int) -> Block:
        if not self.calls:
            return self.box(depth)
        procedure = self.one(self.calls)
        inputs = {self.one(NUMBERS): f"={self.one(VALUES)}", self.one(DAYS): "=d0", "said": "as it is"}
        outputs = {self.one(NUMBERS): f"={self.one(VALUES)}", self.one(DAYS): "=d0"}
        identity = self.add(lambda name: drawing.call(name, procedure, inputs, outputs), "call")
        self.edge(identity, depth)
        return Block(identity, identity)

    def edge(self, host: str, depth: int) -> None:
        """Timers and messages on an activity's edge, each with a way of its own to an end."""
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            event = self.on_edge(host)
            if depth > 0 and self.random.random() < 0.5:
                block = self.sequence(depth - 1)
                self.join(event, block.entry)
                if block.exit is not None:
                    self.join(block.exit, self.end())
            else:
                self.join(event, self.end())

    def on_edge(self, host: str) -> str:
        interrupting = self.random.random() < 0.5
        if self.random.random() < 0.6:
            due = f"={self.one(DUES)}"
            return self.add(lambda name: drawing.timer(name, due, on=host, interrupting=interrupting), "due")
        message, outputs = self.one(MESSAGES), self.outputs()
        return self.add(
            lambda name: drawing.message(name, message, on=host, interrupting=interrupting, outputs=outputs),
            "heard",
        )

    def cross(self) -> None:
        """An arrow thrown from the middle of one arrow to the middle of another: no block is closed any more."""
        here, there = self.random.sample(range(len(self.sheet.arrows)), 2)
        default = self.name("default")
        split = self.add(lambda name: drawing.choice(name, default), "split")
        merge = self.add(drawing.choice, "merge")
        for place, gateway, identity in ((here, split, default), (there, merge, None)):
            arrow = self.sheet.arrows[place]
            self.sheet.arrows[place] = arrow._replace(target=gateway)
            self.sheet.arrows.append(Arrow(gateway, arrow.target, None, identity))
        self.join(split, merge, self.one(CONDITIONS))
