"""Of records that bear one title, which one counts now: the plan in force beside those it took the place of.

Not here: how a record came about and whether it is authorised (`records.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Literal, TypeAlias

from ics_flow.domain.release import Release
from ics_flow.domain.view import CaseView
from ics_flow.process.versions import Version
from ics_flow.process.world import Archive

Standing: TypeAlias = Literal["in force", "former", "newest", "earlier"]


def standings(made: Sequence[Version], view: CaseView, archive: Archive) -> Mapping[int, Standing]:
    """How each version stands, by its position: those of a plan as in force or former, others that have a namesake as newest or earlier."""
    in_force = {plan.kind for plan in view.plans if plan.ended is None}
    found: dict[int, Standing] = {}
    authorised = sorted((version for version in made if version.authorised_by is not None), key=_alike)
    for _, alike in groupby(authorised, key=_alike):
        *before, last = alike
        kinds = _plans_of(archive.release(last.release), last)
        if kinds:
            found[last.position] = "in force" if kinds & in_force else "former"
        elif before:
            found[last.position] = "newest"
        found |= {version.position: "former" if kinds else "earlier" for version in before}
    return found


def _alike(version: Version) -> tuple[str, str]:
    return (version.form, version.title)


def _plans_of(release: Release, version: Version) -> frozenset[str]:
    """The kinds of plan that the record's procedure puts in force or brings to an end."""
    pathway = release.pathways[version.task.partition("#")[0]]
    return frozenset(
        str(node.properties["plan_kind"]) for node in pathway.graph.walk() if "plan" in node.properties
    )
