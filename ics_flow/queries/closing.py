"""What would keep a case from closing: the procedures that still run beside the one that closes it.

Not here: the refusal itself, which is the process's (`ics_flow/process/apply.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.diagram import End, Pathway
from ics_flow.queries.naming import pathway_name
from ics_flow.queries.opened import ChildsFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A procedure that runs for the child, since when."""

    name: str
    title: str
    since: datetime


def closes(pathway: Pathway) -> bool:
    """Whether the involvement with the child can end in that procedure."""
    return any(isinstance(node, End) and "episode" in node.properties for node in pathway.graph.walk())


def in_the_way(file: ChildsFile, pathway: Pathway, process: str | None = None) -> tuple[Running, ...]:
    """What has to end before the pathway can close the case, its own process left out; nothing where it closes none."""
    if not closes(pathway):
        return ()
    return tuple(
        Running(name=each.name, title=pathway_name(file.by.release, each.name), since=each.started)
        for each in file.view.processes
        if each.ended is None and each.name != process
    )
