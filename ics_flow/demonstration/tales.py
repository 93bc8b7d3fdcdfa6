"""What happens to a child, step by step, each at its instant: the shape that everything here is told in.

Not here: where the tales come from (``children.yaml`` word for word, ``council`` for the rest), and how they are played (``performing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import yaml

from ics_flow.demonstration.days import Days
from ics_flow.demonstration.wording import Wording
from ics_flow.scenarios import Child

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does at an instant; what it is stands in the mapping (``start``, ``do``, ``skip`` and so on)."""

    at: datetime
    by: str
    said: Mapping[str, Any]
    facts: Mapping[str, str] = field(default_factory=dict)  # who plays which part by then


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """A child, and what happens to the child.

    Children of one ``family`` are related as ``kind`` says what the earlier ones are to a later one. ``wording`` answers what the steps
    leave open; None where the steps say all.
    """

    child: Child
    steps: tuple[Step, ...]
    family: str | None = None
    kind: str = "sibling"
    wording: Wording | None = None


def read_told(name: str) -> Any:
    """What a file of this folder tells."""
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 -- safe as well, and ten times as quick where it is there


def word_for_word(days: Days) -> list[Tale]:
    """The children whose every word stands in ``children.yaml``."""
    return [_tale(said, days) for said in read_told("children.yaml")["children"]]


def _tale(said: Mapping[str, Any], days: Days) -> Tale:
    born = said["born"]
    child = Child(
        given_name=said["given_name"],
        family_name=said["family_name"],
        born=date(days.last.year - born["years_ago"], born["month"], born["day"]),
        address=said["address"],
    )
    steps = tuple(
        Step(at=days.instant(step["day"], step["at"]), by=step["by"], said=days.filled(step))
        for step in said["steps"]
    )
    return Tale(child=child, steps=steps, family=said.get("family"))
