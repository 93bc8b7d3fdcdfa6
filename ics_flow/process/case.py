"""Where a case stands, as the engine needs it: its running processes and the facts that diagrams may ask for.

What people see of a case (tray, deadlines, records) is the view's (``ics_flow.domain.view``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from engine import Calendar, Json, Pathways, State, Value, decode_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A pathway running for the case, under the release that it began with or was moved to."""

    name: str  # the pathway with its number in the case: initial_assessment#1
    release: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """A case after some entry of its history. Canonical: equal states encode to equal JSON."""

    processes: Mapping[str, Process] = field(
        default_factory=dict
    )  # running, in the order in which they began
    numbers: Mapping[str, int] = field(default_factory=dict)  # how often each pathway has begun
    open: bool = False  # whether an episode is
    over: bool = False  # whether the file ended with the last of them, for good
    born: date | None = None
    unborn: bool = False
    answers: Mapping[str, Json] = field(default_factory=dict)  # by form, the latest, as they are kept
    plans: tuple[str, ...] = ()  # the kinds of plan in force

    def fact(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """What a diagram may know of the rest of the case (``authoring.md``): a pure fold of the history before the step."""
        match name, arguments:
            case "born", ():
                return self.born
            case "unborn", ():
                return self.unborn
            case "is_running", (str(pathway),):
                return any(process.state.pathway == pathway for process in self.processes.values())
            case "has_plan", (str(kind),):
                return kind in self.plans
            case "latest", (str(form), str(question)):
                return decode_value(self.answers.get(form, {}).get(question))
            case _:
                raise ValueError(f"No fact is called {name}{arguments}.")

    def encode(self) -> Json:
        """The state as JSON."""
        encoded: dict[str, Json] = {
            "processes": [
                {"name": each.name, "release": each.release, "state": each.state.encode()}
                for each in self.processes.values()
            ],
            "numbers": dict(self.numbers),
            "open": self.open,
            "born": self.born.isoformat() if self.born else None,
            "answers": dict(self.answers),
        }
        if self.over:
            encoded["over"] = True
        if self.unborn:
            encoded["unborn"] = True
        if self.plans:
            encoded["plans"] = list(self.plans)
        return encoded

    @classmethod
    def decode(cls, data: Any) -> Self:
        """The state that ``encode`` wrote."""
        processes = (
            Process(name=each["name"], release=each["release"], state=State.decode(each["state"]))
            for each in data["processes"]
        )
        return cls(
            processes={process.name: process for process in processes},
            numbers=data["numbers"],
            open=data["open"],
            over=data.get("over", False),
            born=date.fromisoformat(data["born"]) if data["born"] else None,
            unborn=data.get("unborn", False),
            answers=data["answers"],
            plans=tuple(data.get("plans", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a step needs besides the case: the pathways of each release, the release in force for what begins now, the working days.

    In a replay, ``moved`` has the releases of processes that were moved: they begin under those.
    """

    pathways: Callable[[str], Pathways]
    release: str
    calendar: Calendar
    moved: Mapping[str, str] = field(default_factory=dict)
