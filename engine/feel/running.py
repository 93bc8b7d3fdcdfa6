"""What an evaluation knows, and how long it may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar import Calendar, london_date
from engine.feel.errors import FeelError
from engine.feel.values import PLAIN, Operand, Value, operand

MAX_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may ask of the world: the step's instant, the working days, and the facts of the case.

    ``today`` is the date that fell due, when a timer's step runs at the end of a day; otherwise London's at the instant.
    """

    instant: datetime
    calendar: Calendar
    facts: Callable[[str, tuple[Value, ...]], Value]
    today: date | None = None

    @property
    def day(self) -> date:
        """What ``today()`` gives."""
        return self.today or london_date(self.instant)


class Run:
    """One evaluation: the names it may read, the items it looks at in turn, and the steps that it has left."""

    __slots__ = ("_known", "context", "items", "names", "steps")

    def __init__(self, names: Mapping[str, object], context: Context, items: int) -> None:
        self.names = names
        self.context = context
        self.items: list[Operand] = [None] * items
        self.steps = MAX_STEPS
        self._known: dict[object, Operand] = {}

    def spend(self, steps: int) -> None:
        """Take so many steps, or refuse when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelError("The expression takes too long: it looks through lists too many times.")

    def name(self, name: str) -> Operand:
        """What the name stands for, turned into a value of FEEL once."""
        value = self.names.get(name)
        if type(value) in PLAIN:
            return value  # type: ignore[return-value]
        if name not in self._known:
            self._known[name] = operand(value)
        return self._known[name]

    def fact(self, name: str, arguments: tuple[Value, ...]) -> Operand:
        """The fact of the case, asked for once."""
        asked = (name, arguments)
        if asked not in self._known:
            self._known[asked] = operand(self.context.facts(name, arguments))
        return self._known[asked]
