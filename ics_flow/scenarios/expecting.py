"""What a scenario may expect of a case, compared with what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ics_flow.domain.view import CaseView
from ics_flow.scenarios.names import meant, meant_whichever, plain

Found = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as a scenario looks at it: its view, and the ends that each of its processes came to."""

    view: CaseView
    ends: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Aspect:
    """A side of a case: the fields of a thing there, the name first, and how to find those that are there."""

    keys: tuple[str, ...]
    found: Callable[[Seen], Iterable[Found]]
    several: frozenset[str] = frozenset()  # fields that hold several values, of which one is asked for
    means: Callable[[str, str], bool] = meant


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be there, side by side; an empty list expects that there is nothing, ``alone`` that there is nothing else."""

    wanted: Mapping[str, tuple[Mapping[str, str], ...]]
    alone: tuple[str, ...] = ()

    def failures(self, seen: Seen) -> Iterator[str]:
        """A sentence for everything that is not as expected, with what is there instead."""
        for name, items in self.wanted.items():
            aspect = ASPECTS[name]
            found = tuple(aspect.found(seen))
            if not items and found:
                yield f"No {name} were expected. There was: {_listed(found)}."
            for item in items:
                if not any(_is(item, each, aspect) for each in found):
                    yield f"Expected among {name}: {_worded(item)}. There was: {_listed(found)}."
            besides = [each for each in found if not any(_is(item, each, aspect) for item in items)]
            if items and besides and name in self.alone:
                yield f"Nothing else was expected among {name}. There was also: {_listed(besides)}."


def _is(item: Mapping[str, str], found: Found, aspect: Aspect) -> bool:
    """Whether what was found is what was asked for, in every field that was asked for."""
    name = aspect.keys[0]
    return aspect.means(item[name], found[name]) and all(
        value in found[key].split(", ") if key in aspect.several else value == found[key]
        for key, value in item.items()
        if key != name
    )


def _listed(found: Iterable[Found]) -> str:
    return "; ".join(map(_worded, found)) or "nothing"


def _worded(item: Mapping[str, str]) -> str:
    (_, name), *rest = item.items()
    said = ", ".join(f"{key} {value}" for key, value in rest)
    return f"{plain(name)} ({said})" if said else plain(name)


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


ASPECTS: Mapping[str, Aspect] = {
    "tasks": Aspect(
        ("task", "role"),
        lambda seen: ({"task": task.name, "role": ", ".join(task.roles)} for task in seen.view.tasks),
        several=frozenset({"role"}),
    ),
    "deadlines": Aspect(
        ("name", "due"),
        lambda seen: (
            {"name": each.name, "due": each.due_on.isoformat()}
            for each in seen.view.deadlines
            if each.is_unmet
        ),
        means=meant_whichever,
    ),
    "overdue": Aspect(
        ("name",),
        lambda seen: ({"name": each.name} for each in seen.view.deadlines if each.fired and each.is_unmet),
        means=meant_whichever,
    ),
    "met": Aspect(
        ("name", "day"),
        lambda seen: (
            {"name": each.name, "day": each.met_on.isoformat()}
            for each in seen.view.deadlines
            if each.met_on is not None
        ),
        means=meant_whichever,
    ),
    "running": Aspect(
        ("pathway",),
        lambda seen: ({"pathway": each.name} for each in seen.view.processes if each.ended is None),
    ),
    "ended": Aspect(
        ("pathway", "at"),
        lambda seen: (
            {"pathway": each.name, "at": ", ".join(seen.ends.get(each.name, ()))}
            for each in seen.view.processes
            if each.ended is not None
        ),
        several=frozenset({"at"}),
    ),
    "outside": Aspect(
        ("message",),
        lambda seen: ({"message": each.message} for each in seen.view.undelivered if not each.done),
    ),
    "records": Aspect(
        ("record", "status"),
        lambda seen: ({"record": each.scope, "status": each.status} for each in seen.view.records),
    ),
    "episodes": Aspect(
        ("number", "open"),
        lambda seen: (
            {"number": str(each.number), "open": _yes_or_no(each.ended is None)}
            for each in seen.view.episodes
        ),
    ),
    "plans": Aspect(
        ("plan", "number", "open", "from", "to", "category"),
        lambda seen: (
            {
                "plan": each.kind,
                "number": str(each.number),
                "open": _yes_or_no(each.ended is None),
                "from": each.began.isoformat(),
                "to": each.ended.isoformat() if each.ended else "",
                "category": each.category or "",
            }
            for each in seen.view.plans
        ),
    ),
}
