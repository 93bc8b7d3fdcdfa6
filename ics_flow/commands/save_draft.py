"""What a person has typed so far, kept. A draft is no part of the history; finalising makes the entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.complete_task import require_may_do
from ics_flow.commands.work import Work
from ics_flow.domain.forms import COPIED

WHOLE = "whole"
"""The section of a draft that holds the whole form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command):
    """Keep the answers typed so far over the version that the page was drawn with (0: none)."""

    remembered = False

    case_id: str
    task: str
    answers: Mapping[str, object] = field(default_factory=dict)
    version: int = 0
    section: str = WHOLE


def save_draft(command: SaveDraft, work: Work) -> Outcome:
    """Keep the draft; the outcome's position is its new version. Raises ``DraftChanged`` where somebody else saved meanwhile."""
    file = work.case(command.case_id)
    require_may_do(file, file.task(command.task), work)
    version = work.unit.drafts.save(
        command.case_id,
        command.task,
        command.section,
        {**_copied(command, work), **command.answers},  # type: ignore[dict-item]
        seen=command.version,
        by=command.actor,
        at=work.unit.at,
    )
    return Outcome(case_id=command.case_id, position=version)


def _copied(command: SaveDraft, work: Work) -> dict[str, object]:
    """What the draft noted so far of where its answers were copied from: a page sends the answers alone."""
    if command.version == 0:
        return {}
    for kept in work.unit.drafts.of(command.case_id, command.task):
        if kept.section == command.section and COPIED in kept.answers:
            return {COPIED: kept.answers[COPIED]}
    return {}
