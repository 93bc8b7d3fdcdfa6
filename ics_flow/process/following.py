"""Following a case's history entry by entry: to open it, to rebuild what is derived from it, and to prove that it is true.

An entry is taken again with the release, calendar and instant that it names; what it did must be what it says it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import engine
from engine import Calendar, Json, Pathways, london_date
from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import spoken_date
from ics_flow.domain.history import Entry, Fault, canonical, fingerprint
from ics_flow.domain.release import Release
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import Taken, apply, encode_steps
from ics_flow.process.case import CaseState, World
from ics_flow.process.correction import CASE_RESTATED, rolled_back_in, values_in
from ics_flow.process.fold import Happened, fold, new_view
from ics_flow.process.inputs import decode_input
from ics_flow.process.replay import Conflict, Given, Replayed, correct, replay, without
from ics_flow.process.restatement import Restatement, compare
from ics_flow.process.rollback import built_on

CASE_OPENED = "case-opened"


@dataclass(frozen=True, slots=True)
class Archive:
    """The releases and calendars that histories name, by hash."""

    release: Callable[[str], Release]
    calendar: Callable[[str], Calendar]

    def pathways(self, release: str) -> Pathways:
        """The pathways of a release."""
        return self.release(release).pathways

    def world(self, release: str, calendar: str) -> World:
        """What a step under that release and calendar needs."""
        return World(pathways=self.pathways, release=release, calendar=self.calendar(calendar))


@dataclass(slots=True)
class Followed:
    """Where a history has come to, what was given so far, and what was found wrong on the way."""

    state: CaseState = field(default_factory=CaseState)
    view: CaseView | None = None
    givens: list[Given] = field(default_factory=list)
    fingerprint: str | None = None
    faults: list[Fault] = field(default_factory=list)


def fingerprint_view(steps: Json, state: CaseState) -> Json:
    """What a fingerprint covers: the steps that an entry took, and the state that it came to."""
    return {"steps": steps, "state": state.encode()}


def happened_of(entry: Entry) -> Happened:
    """What a recorded entry says happened; no engine step is taken."""
    parts: Any = entry.parts
    return Happened(
        position=entry.position,
        at=entry.at,
        actor=entry.actor,
        given=decode_input(parts["input"]),
        steps=tuple(map(Taken.decode, parts["steps"])),
    )


def view_after(entry: Entry, view: CaseView | None) -> CaseView:
    """The view after a recorded entry, from the view before it."""
    parts: Any = entry.parts
    if entry.kind == CASE_RESTATED:
        after = _begun(view) if parts["view"] is None else CaseView.from_json(parts["view"])
        return replace(after, position=entry.position)
    if view is None:
        view = new_view(entry.subject.partition(":")[2], parts["opened"]["person"])
    return fold(view, happened_of(entry))


def views(entries: Iterable[Entry]) -> Iterator[CaseView]:
    """The view after each entry, by folding what was recorded."""
    view: CaseView | None = None
    for entry in entries:
        view = view_after(entry, view)
        yield view


def given_of(entry: Entry, archive: Archive) -> Given:
    """The input that an entry records."""
    return Given(
        position=entry.position,
        at=entry.at,
        actor=entry.actor,
        release=entry.release or "",
        calendar=archive.calendar(entry.calendar or ""),
        input=decode_input(entry.parts["input"]),
    )


def follow(entries: Iterable[Entry], archive: Archive, secret: bytes) -> Followed:
    """The case after all its entries, each taken again; every difference from what was recorded is a fault."""
    followed = Followed()
    for _ in following(followed, entries, archive, secret):
        pass
    return followed


def following(
    followed: Followed, entries: Iterable[Entry], archive: Archive, secret: bytes
) -> Iterator[Entry]:
    """Follow the entries, giving each once it has been taken; an entry that cannot be taken ends it with a fault."""
    for entry in entries:
        try:
            _follow(followed, entry, archive, secret)
        except (LookupError, TypeError, ValueError, AttributeError, Refused, engine.StepRefused) as error:
            followed.faults.append(
                Fault(entry.subject, entry.position, None, f"The entry cannot be taken again: {error}")
            )
            break
        yield entry


def _follow(followed: Followed, entry: Entry, archive: Archive, secret: bytes) -> None:
    if entry.kind == CASE_RESTATED:
        steps = _restate(followed, entry, archive)
    else:
        steps = _take(followed, entry, archive)
    expected = fingerprint(secret, followed.fingerprint, fingerprint_view(steps, followed.state))
    if expected != entry.fingerprint:
        _differs(followed, entry, "fingerprint", "The fingerprint is not that of the state.")
    followed.fingerprint = expected


def _take(followed: Followed, entry: Entry, archive: Archive) -> Json:
    given = given_of(entry, archive)
    followed.givens.append(given)
    world = archive.world(given.release, entry.calendar or "")
    applied = apply(followed.state, given.input, world, entry.at)
    steps = encode_steps(applied.steps)
    if canonical(steps) != canonical(entry.parts["steps"]):
        _differs(followed, entry, "steps", "Taken again, the entry does something else than it says.")
    followed.state = applied.state
    followed.view = view_after(entry, followed.view)
    return steps


def _restate(followed: Followed, entry: Entry, archive: Archive) -> Json:
    parts: Any = entry.parts
    before = _begun(followed.view)
    world = archive.world(entry.release or "", entry.calendar or "")
    outcome, givens = restate(followed.givens, before, parts["correction"], entry.at, world)
    if canonical(changed(before, outcome).encode()) != canonical(parts["restated"]):
        _differs(followed, entry, "restated", "Restated again, other things change than the entry says.")
    view = outcome.view.to_json() if isinstance(outcome, Replayed) else None
    if canonical(view) != canonical(parts["view"]):
        _differs(followed, entry, "view", "Restated again, the case stands elsewhere than the entry says.")
    trails = outcome.trails.encode() if isinstance(outcome, Replayed) else None
    if "trails" in parts and canonical(trails) != canonical(parts["trails"]):
        _differs(followed, entry, "trails", "Restated again, the case went other ways than the entry says.")
    if isinstance(outcome, Replayed):
        followed.givens = list(givens)
        followed.state = outcome.state
    followed.view = view_after(entry, followed.view)
    return []


def restate(
    givens: Sequence[Given], view: CaseView, correction: Any, at: datetime, world: World
) -> tuple[Replayed | Conflict, tuple[Given, ...]]:
    """The case replayed with answers corrected or an authorisation taken back, up to that instant, and the inputs that it was replayed from."""
    position, empty = correction["position"], new_view(view.case, view.person)
    if rolled_back_in(correction) is None:
        corrected = correct(givens, position, values_in(correction))
        return replay(corrected, empty, world, at), corrected
    left = without(givens, position)
    outcome = replay(left, empty, world, at)
    if isinstance(outcome, Replayed):
        return built_on(left, position, view, outcome.view) or outcome, left
    return outcome, left


def changed(before: CaseView, outcome: Replayed | Conflict) -> Restatement:
    """What the replay of a case changed in its view; a conflict changes nothing."""
    match outcome:
        case Replayed(view=after):
            return compare(before, after)
        case Conflict(at=at, sentence=sentence):
            return Restatement(conflict=f"{spoken_date(london_date(at))}: {sentence}")


def _begun(view: CaseView | None) -> CaseView:
    """The view, of a history that has begun; raises ValueError for one whose beginning is missing."""
    if view is None:
        raise ValueError("the history does not begin with the opening of the case")
    return view


def _differs(followed: Followed, entry: Entry, field_name: str, sentence: str) -> None:
    followed.faults.append(Fault(entry.subject, entry.position, field_name, sentence))
