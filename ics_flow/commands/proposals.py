"""What is put to the board, and what its members decide: approved by enough of them, never by one who drew it.

A proposal is frozen: procedures and working days by their hash. Not here: how it takes effect (``take_effect``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine import Calendar, london_date
from ics_flow.board import drafts, request
from ics_flow.board.findings import parts_of, read_draft
from ics_flow.board.keeping import change_of, write_change
from ics_flow.board.reach import reached_pathways, reached_roles
from ics_flow.board.request import ChangeRequest, Proposal, Put
from ics_flow.commands.change_requests import require_keeps_board, require_short
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied, reason_given
from ics_flow.commands.open_release_draft import DRAFT, require_may_draft
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Json
from ics_flow.domain.ids import change_subject
from ics_flow.domain.release import Release, hash_of
from ics_flow.store.release_drafts import ReleaseDraft
from ics_flow.store.releases import Published

APPROVE = "approve"
"""The act, as ``bpmn/rights.yaml`` names it."""


class DraftOfAnotherRequest(Refused):
    """That draft belongs to another change request."""


class DraftFails(Refused):
    """The draft does not pass the gate, so it cannot be put to the board."""

    def __init__(self, findings: int) -> None:
        things = "one thing is" if findings == 1 else f"{findings} things are"
        super().__init__(
            f"The draft does not pass the gate, so it cannot be put to the board: {things} wrong. "
            "Look at what the gate found, and mend it."
        )


class ScenariosNotPlayed(Refused):
    """Play the scenarios of the draft as it is now first: it goes to the board only with all of them as expected."""


class BeforeTheBoardAlready(Refused):
    """This request is before the board already, or its change is in force."""


class TakesEffectInThePast(Refused):
    """A change takes effect today at the earliest: what was done yesterday was done under yesterday's procedures."""


class TrialEndsFirst(Refused):
    """The last day of a trial comes after the day on which it begins."""


class NotesMissing(Refused):
    """Write what changes for those who work with it: they read this in their work."""


class ChoiceUnknown(Refused):
    """Say of each procedure whether its open cases stay, move, or move if they began on a day or later."""


class NothingToTakeBack(Refused):
    """Only a change that is in force, with nothing published since, is taken back."""


class NothingBeforeTheBoard(Refused):
    """This request is not before the board, or was decided already."""


class AuthorMayNotApprove(PermissionDenied):
    """You drew this change, or put it to the board, so others decide on it."""


class DecidedAlready(Refused):
    """You have decided on this already, and a decision stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeChange(Command):
    """Put a draft to the board: from which day, until which day if it is a trial, what becomes of open cases, and what to tell those who work with it.

    ``open_cases``: by pathway "stay", "move", or the day (ISO) after which those began that move; pathways that are not named stay.
    """

    change: str
    draft: str
    effective_on: date
    until: date | None = None
    open_cases: Mapping[str, str] = field(default_factory=dict)
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWithdrawal(Command):
    """Put to the board that a change in force is taken back: the release before it is in force again."""

    change: str
    effective_on: date
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideOnProposal(Command):
    """Approve what is before the board, or not, with a word why."""

    change: str
    approves: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawProposal(Command):
    """Take a proposal back before it takes effect, with the reason."""

    change: str
    reason: str


def propose_change(command: ProposeChange, work: Work) -> Outcome:
    """Freeze the draft and put it to the board; raises what keeps it from that, having changed nothing."""
    require_may_draft(work)
    found = change_of(work.unit, command.change)
    _require_free(found)
    draft = drafts.draft_of(work.unit, command.draft)
    if draft.request != found.id:
        raise DraftOfAnotherRequest
    if findings := drafts.passes(work.unit, draft):
        raise DraftFails(len(findings))
    files = drafts.files_of(work.unit, draft)
    release, calendar = read_draft(files)
    scenarios = hash_of(parts_of(files)[1])
    if not found.played(release.hash, scenarios):
        raise ScenariosNotPlayed
    _require_days(work, found, command.effective_on, command.until)
    _keep(work, draft, release, calendar, files)
    before = work.archive.release(draft.base.release)
    put = Put(
        kind="change",
        authors=tuple(sorted({*drafts.writers(work.unit, draft), command.actor})),
        release=release.hash,
        calendar=calendar.hash,
        scenarios=scenarios,
        base_release=draft.base.release,
        base_calendar=draft.base.calendar,
        effective_on=command.effective_on,
        until=command.until,
        open_cases=_choices(command.open_cases, before, release),
        notes=_notes(command.notes),
        touches=reached_roles(before, release),
        needed=work.release.rights.approvals,
    )
    return _put(work, found, put)


def propose_withdrawal(command: ProposeWithdrawal, work: Work) -> Outcome:
    """Put to the board that what the change put in force goes out of it; raises ``NothingToTakeBack``."""
    rights, worker = work.release.rights, work.worker()
    if not (rights.may_anywhere(worker, APPROVE) or rights.may_anywhere(worker, DRAFT)):
        raise PermissionDenied
    found = change_of(work.unit, command.change)
    in_force, now = found.in_force, work.unit.in_force()
    if in_force is None or now is None:
        raise NothingToTakeBack
    if (now.release, now.calendar) != (in_force.put.release, in_force.put.calendar):
        raise NothingToTakeBack
    if found.last is not None and found.last.standing in ("open", "approved"):
        raise BeforeTheBoardAlready
    _require_days(work, found, command.effective_on, None)
    was = in_force.put
    put = Put(
        kind="withdrawal",
        authors=(command.actor,),
        release=was.base_release,
        calendar=was.base_calendar,
        scenarios=None,
        base_release=was.release,
        base_calendar=was.calendar,
        effective_on=command.effective_on,
        until=None,
        open_cases={},
        notes=_notes(command.notes),
        touches=was.touches,
        needed=rights.approvals,
    )
    return _put(work, found, put)


def decide_on_proposal(command: DecideOnProposal, work: Work) -> Outcome:
    """Write the member's decision; raises ``AuthorMayNotApprove``, ``DecidedAlready``."""
    if not work.release.rights.may_anywhere(work.worker(), APPROVE):
        raise PermissionDenied
    found = change_of(work.unit, command.change)
    proposal = _before_the_board(found)
    if command.actor in proposal.put.authors:
        raise AuthorMayNotApprove
    if any(each.member == command.actor for each in proposal.decisions):
        raise DecidedAlready
    words = command.words.strip() if command.approves else reason_given(command.words)
    require_short(words)
    work.unit.board.decide(
        found.id, proposal.number, command.actor, approves=command.approves, at=work.unit.at
    )
    return _written(work, found.id, request.CHANGE_DECIDED, {"approves": command.approves, "words": words})


def withdraw_proposal(command: WithdrawProposal, work: Work) -> Outcome:
    """Write that the proposal is taken back: by one who drew it, or by the board."""
    reason = reason_given(command.reason)
    require_short(reason)
    found = change_of(work.unit, command.change)
    last = found.last
    if last is None or last.standing not in ("open", "approved"):
        raise NothingBeforeTheBoard
    if work.worker().id not in last.put.authors:
        require_keeps_board(work)
    return _written(work, found.id, request.PROPOSAL_WITHDRAWN, {"reason": reason})


def _require_free(found: ChangeRequest) -> None:
    if found.last is not None and found.last.standing in ("open", "approved", "in force"):
        raise BeforeTheBoardAlready


def _require_days(work: Work, found: ChangeRequest, effective_on: date, until: date | None) -> None:
    today = london_date(work.unit.instant_for(change_subject(found.id)))
    if effective_on < today:
        raise TakesEffectInThePast
    if until is not None and until <= effective_on:
        raise TrialEndsFirst


def _notes(notes: str) -> str:
    require_short(notes)
    if not notes.strip():
        raise NotesMissing
    return notes.strip()


def _choices(given: Mapping[str, str], before: Release, after: Release) -> dict[str, str]:
    """The choice for each pathway that the change touches."""
    reached = reached_pathways(before, after)
    for pathway, choice in given.items():
        if pathway not in reached or not _is_choice(choice):
            raise ChoiceUnknown
    return {pathway: given.get(pathway, "stay") for pathway in reached}


def _is_choice(choice: str) -> bool:
    if choice in ("stay", "move"):
        return True
    try:
        date.fromisoformat(choice)
    except ValueError:
        return False
    return True


def _before_the_board(found: ChangeRequest) -> Proposal:
    if found.last is None or found.last.standing != "open":
        raise NothingBeforeTheBoard
    return found.last


def _keep(
    work: Work, draft: ReleaseDraft, release: Release, calendar: Calendar, files: Mapping[str, bytes]
) -> None:
    """Keep what is proposed under its hash, and let nobody change the draft any more."""
    unit = work.unit
    unit.calendars.keep(calendar.hash, calendar.canonical_bytes)
    unit.releases.keep(
        Published(hash=release.hash, name=draft.title, published_at=unit.at, law_date=release.law_of),
        release.body(),
    )
    drafts.keep_scenarios(unit, release.hash, files)
    drafts.close(unit, draft.id)


def _put(work: Work, found: ChangeRequest, put: Put) -> Outcome:
    work.unit.board.propose(found.id, len(found.proposals) + 1, put.authors, work.unit.at)
    return _written(work, found.id, request.CHANGE_PROPOSED, {"put": put.encode()})


def _written(work: Work, change: str, kind: str, parts: Mapping[str, Json]) -> Outcome:
    entry = write_change(work.unit, change, kind, parts, actor=work.actor, cause=work.command_id)
    return Outcome(position=entry.position)
