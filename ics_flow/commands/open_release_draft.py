"""A draft of a release: opened, brought up to date with what is in force, closed. Its id is that of the command that opened it."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.board import drafts
from ics_flow.board.keeping import change_of, write_change
from ics_flow.board.request import CHANGE_DRAFTED
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused

DRAFT = "draft"
"""The act, as ``bpmn/rights.yaml`` names it."""


class TitleMissing(Refused):
    """Say what the draft is to change, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReleaseDraft(Command):
    """Begin a draft over what is in force, for a change request."""

    request: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BringDraftUpToDate(Command):
    """Let a draft stand on what is in force now."""

    draft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReleaseDraft(Command):
    """Let nobody change a draft any more."""

    draft: str


def open_release_draft(command: OpenReleaseDraft, work: Work) -> Outcome:
    """Keep the new draft; its id is the command's."""
    require_may_draft(work)
    if not command.title.strip():
        raise TitleMissing
    drafts.open_draft(
        work.unit,
        draft=command.command_id,
        request=command.request,
        title=command.title.strip(),
        author=command.actor,
    )
    if command.request:
        write_change(
            work.unit,
            change_of(work.unit, command.request).id,
            CHANGE_DRAFTED,
            {"draft": command.command_id},
            actor=work.actor,
            cause=work.command_id,
        )
    return Outcome()


def bring_draft_up_to_date(command: BringDraftUpToDate, work: Work) -> Outcome:
    """Move the draft to the release in force; what both have changed stays as the draft has it, and is told."""
    require_may_draft(work)
    drafts.bring_up_to_date(work.unit, command.draft, by=command.actor)
    return Outcome()


def close_release_draft(command: CloseReleaseDraft, work: Work) -> Outcome:
    """Close the draft."""
    require_may_draft(work)
    drafts.close(work.unit, command.draft)
    return Outcome()


def require_may_draft(work: Work) -> None:
    """Raise ``PermissionDenied`` unless the actor may write pathways and forms."""
    if not work.release.rights.may_anywhere(work.worker(), DRAFT):
        raise PermissionDenied
