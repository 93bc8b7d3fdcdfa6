"""All pages of a model, each under the name of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ics_flow.domain.release import Release
from ics_flow.modelling.data import data_model, records
from ics_flow.modelling.entities import entities
from ics_flow.modelling.procedures import Procedures

NOTE = "<!-- Written by `ics-flow docs` from the diagrams, forms and tables. Change those, and write it again. -->"


def pages_of(release: Release) -> Mapping[str, str]:
    """The text of each page, by the name of its file."""
    procedures = Procedures.of(release)
    return {
        "process-model.md": _page(procedures.process_model()),
        "hierarchy.md": _page(procedures.hierarchy()),
        "data-model.md": _page(data_model(release)),
        "records.md": _page(records(release)),
        "entities.md": _page(entities()),
    }


def _page(lines: Iterable[str]) -> str:
    return "\n".join((NOTE, *lines)).rstrip("\n") + "\n"
