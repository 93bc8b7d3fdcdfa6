"""The files of a draft of a release: one saved, added or taken away, or many brought from elsewhere at once.

A draft is no part of any history, so these commands are not remembered: the version that a writer has seen keeps two from losing each other's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ics_flow.board import drafts
from ics_flow.board.files import require_what_it_says
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.open_release_draft import require_may_draft
from ics_flow.commands.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraftFile(Command):
    """Keep a file of a draft over the version that the page was drawn with (0: the base's).

    ``settles``: the writer has looked at what the release in force changed in the same file.
    """

    remembered = False

    draft: str
    name: str
    body: bytes
    version: int = 0
    settles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDraftFile(Command):
    """Keep a file that the draft did not have."""

    remembered = False

    draft: str
    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDraftFile(Command):
    """Leave a file out of the draft."""

    remembered = False

    draft: str
    name: str
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDraftFiles(Command):
    """Keep files that come from elsewhere, all or none; ``whole``: what is not among them is left out."""

    remembered = False

    draft: str
    files: Mapping[str, bytes]
    whole: bool = False


def save_draft_file(command: SaveDraftFile, work: Work) -> Outcome:
    """Keep the file; the outcome's position is its new version."""
    require_may_draft(work)
    version = drafts.put_file(
        work.unit,
        command.draft,
        command.name,
        command.body,
        seen=command.version,
        by=command.actor,
        settles=command.settles,
    )
    return Outcome(position=version)


def add_draft_file(command: AddDraftFile, work: Work) -> Outcome:
    """Keep the new file; the outcome's position is its version."""
    require_may_draft(work)
    version = drafts.add_file(work.unit, command.draft, command.name, command.body, by=command.actor)
    return Outcome(position=version)


def remove_draft_file(command: RemoveDraftFile, work: Work) -> Outcome:
    """Leave the file out; the outcome's position is its new version."""
    require_may_draft(work)
    version = drafts.take_file_away(
        work.unit, command.draft, command.name, seen=command.version, by=command.actor
    )
    return Outcome(position=version)


def import_draft_files(command: ImportDraftFiles, work: Work) -> Outcome:
    """Keep each file that is what its name says; the outcome's ``opened`` names those that changed."""
    require_may_draft(work)
    for name, body in command.files.items():
        require_what_it_says(name, body)
    changed = drafts.put_all(work.unit, command.draft, command.files, by=command.actor, whole=command.whole)
    return Outcome(opened=changed)
