"""A change request, folded from its history: what is wished and why, what was said of it, its fate, and what was put to the board.

Not here: the drawing (``drafts``), what a change would do (``what_if``, ``plan``), and how it is written down (``commands.board``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, Self, TypeAlias

from ics_flow.domain.history import Entry, Json

CHANGE_REQUESTED = "change-requested"
CHANGE_DISCUSSED = "change-discussed"
CHANGE_ON_AGENDA = "change-on-agenda"
CHANGE_SETTLED = "change-settled"
CHANGE_DRAFTED = "change-drafted"
CHANGE_TRIED = "change-tried"
CHANGE_PROPOSED = "change-proposed"
CHANGE_DECIDED = "change-decided"
PROPOSAL_WITHDRAWN = "proposal-withdrawn"
CHANGE_HELD_UP = "change-held-up"
CHANGE_IN_FORCE = "change-in-force"
CHANGE_OVER = "change-over"
TRIAL_OVERTAKEN = "trial-overtaken"
CHANGE_HINDERED = "change-hindered"
CASES_ORDERED_BACK = "cases-ordered-back"

Fate: TypeAlias = Literal["to be drafted", "put off", "not taken up"]
FATES: tuple[Fate, ...] = ("to be drafted", "put off", "not taken up")
Kind: TypeAlias = Literal["change", "withdrawal"]
Standing: TypeAlias = Literal["open", "approved", "refused", "withdrawn", "held up", "in force", "over"]
State: TypeAlias = Literal[
    "raised",
    "on the agenda",
    "to be drafted",
    "put off",
    "not taken up",
    "before the board",
    "approved",
    "refused",
    "held up",
    "in force",
    "taken back",
    "trial over",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something said of a request."""

    by: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one member of the board decided, with their words."""

    member: str
    at: datetime
    approves: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What exactly is put to the board: procedures and working days by hash, from when, for how long, and what becomes of open cases.

    `open_cases` says for a pathway "stay", "move", or the day (ISO) after which those began that move. `touches` are the roles whose work it changes.
    """

    kind: Kind
    authors: tuple[str, ...]
    release: str
    calendar: str
    scenarios: str | None
    base_release: str
    base_calendar: str
    effective_on: date
    until: date | None
    open_cases: Mapping[str, str]
    notes: str
    touches: tuple[str, ...]
    needed: int

    def encode(self) -> Json:
        """What is put, as JSON."""
        return {
            "kind": self.kind,
            "authors": list(self.authors),
            "release": self.release,
            "calendar": self.calendar,
            "scenarios": self.scenarios,
            "base_release": self.base_release,
            "base_calendar": self.base_calendar,
            "effective_on": self.effective_on.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "open_cases": dict(self.open_cases),
            "notes": self.notes,
            "touches": list(self.touches),
            "needed": self.needed,
        }

    @classmethod
    def decode(cls, data: Any) -> Self:
        """What ``encode`` wrote."""
        return cls(
            **{
                **data,
                "authors": tuple(data["authors"]),
                "touches": tuple(data["touches"]),
                "effective_on": date.fromisoformat(data["effective_on"]),
                "until": date.fromisoformat(data["until"]) if data["until"] else None,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What was put to the board, when, and how it stands."""

    number: int
    put: Put
    by: str
    at: datetime
    standing: Standing = "open"
    decisions: tuple[Decision, ...] = ()
    since: datetime | None = None  # when it came to stand so

    def decided(self, decision: Decision) -> Proposal:
        """The proposal after one more decision: approved, or refused, once enough members say so."""
        decisions = (*self.decisions, decision)
        alike = sum(each.approves is decision.approves for each in decisions)
        standing: Standing = self.standing
        if alike >= self.put.needed:
            standing = "approved" if decision.approves else "refused"
        return replace(self, decisions=decisions, standing=standing, since=decision.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindered:
    """Something kept the change from taking effect, or its trial from ending, on its day; it is tried again."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A draft tried: its scenarios played, or what happened last year replayed on it; on what, and what came of it in a sentence."""

    at: datetime
    by: str
    kind: Literal["scenarios", "what-if"]
    release: str
    scenarios: str | None
    passed: bool
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A change request as it stands; `law` says that a change of the law asks for it, `caller` for whom the helpdesk raised it."""

    id: str
    title: str
    wish: str
    why: str
    area: str
    about: str
    law: bool
    caller: str
    raised_by: str
    raised_at: datetime
    said: tuple[Said, ...] = ()
    meeting: date | None = None
    fate: Fate | None = None
    drafts: tuple[str, ...] = ()
    tried: tuple[Tried, ...] = ()
    proposals: tuple[Proposal, ...] = field(default=())
    hindered: Hindered | None = None
    ordered_back: tuple[str, ...] = ()
    position: int = 1

    @property
    def last(self) -> Proposal | None:
        """What was put to the board last."""
        return self.proposals[-1] if self.proposals else None

    @property
    def in_force(self) -> Proposal | None:
        """The change of this request that is in force."""
        return next(
            (each for each in self.proposals if each.standing == "in force" and each.put.kind == "change"),
            None,
        )

    @property
    def out_of_force(self) -> Put | None:
        """The change of this request that went out of force last."""
        over = (each.put for each in reversed(self.proposals) if each.standing == "over")
        return next(over, None)

    @property
    def state(self) -> State:
        """Where the request has come to, in one word for everybody."""
        last = self.last
        if last is not None and last.put.kind == "withdrawal":
            if last.standing == "in force":
                return "taken back"
            if last.standing in ("refused", "held up", "withdrawn"):
                return "in force" if self.in_force else "trial over"
        if last is not None and last.standing != "withdrawn":
            standing: Mapping[Standing, State] = {
                "open": "before the board",
                "approved": "approved",
                "refused": "refused",
                "held up": "held up",
                "in force": "in force",
                "over": "trial over",
            }
            return standing[last.standing]
        if self.in_force is not None:
            return "in force"
        return self.fate or ("on the agenda" if self.meeting else "raised")

    @property
    def wakes_on(self) -> date | None:
        """The day on which something becomes of it by itself: it takes effect, or its trial is over."""
        if self.last is not None and self.last.standing == "approved":
            return self.last.put.effective_on
        until = self.in_force.put.until if self.in_force else None
        return until + timedelta(days=1) if until else None

    def played(self, release: str, scenarios: str) -> bool:
        """Whether these scenarios were all played on that release, as expected."""
        return any(
            each.kind == "scenarios"
            and each.passed
            and (each.release, each.scenarios) == (release, scenarios)
            for each in self.tried
        )


def fold_change(change: str, entries: Iterable[Entry]) -> ChangeRequest | None:
    """The change request as its history tells it; None where nothing was ever written."""
    found: ChangeRequest | None = None
    for entry in entries:
        found = _begun(change, entry) if found is None else _after(found, entry)
    return found


def _begun(change: str, entry: Entry) -> ChangeRequest:
    said: Any = entry.parts["request"]
    return ChangeRequest(id=change, raised_by=entry.actor, raised_at=entry.at, **said)


def _after(found: ChangeRequest, entry: Entry) -> ChangeRequest:  # noqa: C901 one arm a kind
    parts: Any = entry.parts
    found = replace(found, position=entry.position)
    match entry.kind:
        case "change-discussed":
            words = Said(by=entry.actor, at=entry.at, words=parts["words"])
            return replace(found, said=(*found.said, words))
        case "change-on-agenda":
            return replace(found, meeting=date.fromisoformat(parts["meeting"]))
        case "change-settled":
            words = Said(by=entry.actor, at=entry.at, words=f"{parts['fate'].capitalize()}. {parts['words']}")
            return replace(found, fate=parts["fate"], said=(*found.said, words))
        case "change-drafted":
            return replace(found, drafts=(*found.drafts, parts["draft"]))
        case "change-tried":
            tried = Tried(at=entry.at, by=entry.actor, **parts["tried"])
            return replace(found, tried=(*found.tried, tried))
        case "change-proposed":
            number = len(found.proposals) + 1
            put = Put.decode(parts["put"])
            proposal = Proposal(number=number, put=put, by=entry.actor, at=entry.at)
            return replace(found, proposals=(*found.proposals, proposal))
        case "change-decided":
            decision = Decision(
                member=entry.actor, at=entry.at, approves=parts["approves"], words=parts["words"]
            )
            decided = found.proposals[-1].decided(decision)
            hindered = None if decided.standing == "approved" else found.hindered
            return replace(_last_as(found, decided), hindered=hindered)
        case "proposal-withdrawn":
            return _standing(found, entry, "withdrawn")
        case "change-held-up":
            return _standing(found, entry, "held up")
        case "change-in-force":
            if found.proposals[-1].put.kind == "withdrawal":
                found = _over(found, entry)
            return _standing(found, entry, "in force")
        case "change-over":
            return _over(found, entry)
        case "trial-overtaken":
            return replace(found, proposals=tuple(map(_for_good, found.proposals)), hindered=None)
        case "change-hindered":
            return replace(found, hindered=Hindered(at=entry.at, why=parts["why"]))
        case "cases-ordered-back":
            return replace(found, ordered_back=(*found.ordered_back, parts["order"]))
        case _:
            raise ValueError(f"A change request has no entry of the kind {entry.kind}.")


def _standing(found: ChangeRequest, entry: Entry, standing: Standing) -> ChangeRequest:
    found = replace(found, hindered=None)
    return _last_as(found, replace(found.proposals[-1], standing=standing, since=entry.at))


def _last_as(found: ChangeRequest, proposal: Proposal) -> ChangeRequest:
    return replace(found, proposals=(*found.proposals[:-1], proposal))


def _over(found: ChangeRequest, entry: Entry) -> ChangeRequest:
    """The request with its change out of force."""
    proposals = tuple(
        replace(each, standing="over", since=entry.at)
        if each.standing == "in force" and each.put.kind == "change"
        else each
        for each in found.proposals
    )
    return replace(found, proposals=proposals, hindered=None)


def _for_good(proposal: Proposal) -> Proposal:
    """A trial that another release was built on: it does not end by itself any more."""
    if proposal.standing != "in force":
        return proposal
    return replace(proposal, put=replace(proposal.put, until=None))
