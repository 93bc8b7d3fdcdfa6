"""Following a case's history entry by entry: to open it, to rebuild what is derived from it, and to prove that it is true.

An entry is taken again with the release, calendar and instant that it names; what it did must be what it says it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import engine
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import (
    Canonical,
    Entry,
    Fault,
    canonical,
    canonical_object,
    fingerprint,
)
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import Taken, apply, encode_steps
from ics_flow.process.case import CaseState
from ics_flow.process.correction import CASE_RESTATED, why_restated
from ics_flow.process.fold import Happened, fold, new_view
from ics_flow.process.inputs import decode_input
from ics_flow.process.replay import Given, Replayed
from ics_flow.process.second_thought import changed, given_of, restate
from ics_flow.process.world import Archive

CASE_OPENED = "case-opened"
NO_STEPS = canonical([])


@dataclass(slots=True)
class Followed:
    """Where a history has come to, what was given so far, and what was found wrong on the way."""

    state: CaseState = field(default_factory=CaseState)
    view: CaseView | None = None
    givens: list[Given] = field(default_factory=list)
    fingerprint: str | None = None
    faults: list[Fault] = field(default_factory=list)


def fingerprint_view(steps: Canonical, state: Canonical) -> Canonical:
    """What a fingerprint covers: the steps that an entry took, and the state that it came to."""
    return canonical_object({"steps": steps, "state": state})


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
    if entry.semantics != engine.SEMANTICS:
        sentence = f"The entry was made under semantics {entry.semantics}, which this version does not know."
        _differs(followed, entry, "semantics", sentence)
    if entry.kind == CASE_RESTATED:
        steps = _restate(followed, entry, archive)
    else:
        steps = _take(followed, entry, archive)
    covered = fingerprint_view(steps, canonical(followed.state.encode()))
    expected = fingerprint(secret, followed.fingerprint, covered)
    if expected != entry.fingerprint:
        _differs(followed, entry, "fingerprint", "The fingerprint is not that of the state.")
    followed.fingerprint = expected


def _take(followed: Followed, entry: Entry, archive: Archive) -> Canonical:
    given = given_of(entry, archive, followed.givens)
    followed.givens.append(given)
    world = archive.world(given.release, entry.calendar or "")
    applied = apply(followed.state, given.input, world, entry.at)
    steps = canonical(encode_steps(applied.steps))
    if steps != canonical(entry.parts["steps"]):
        _differs(followed, entry, "steps", "Taken again, the entry does something else than it says.")
    followed.state = applied.state
    followed.view = view_after(entry, followed.view)
    return steps


def _restate(followed: Followed, entry: Entry, archive: Archive) -> Canonical:
    parts: Any = entry.parts
    before = _begun(followed.view)
    world = archive.world(entry.release or "", entry.calendar or "")
    why = why_restated(parts)
    outcome, givens = restate(followed.givens, before, why, entry.at, world)
    if canonical(changed(before, outcome, why, world).encode()) != canonical(parts["restated"]):
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
    return NO_STEPS


def _begun(view: CaseView | None) -> CaseView:
    """The view, of a history that has begun; raises ValueError for one whose beginning is missing."""
    if view is None:
        raise ValueError("the history does not begin with the opening of the case")
    return view


def _differs(followed: Followed, entry: Entry, field_name: str, sentence: str) -> None:
    followed.faults.append(Fault(entry.subject, entry.position, field_name, sentence))
