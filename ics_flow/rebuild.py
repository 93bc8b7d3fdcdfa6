"""What is derived thrown away and made again from the histories of cases and persons, in one transaction.

Not here: what is derived from what (``process.fold``, ``commands.work``), and how progress is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from ics_flow.application import Application
from ics_flow.board.keeping import keep_row
from ics_flow.board.request import fold_change
from ics_flow.commands.open_file_after_adoption import read_adoption
from ics_flow.commands.record_contact import read_person
from ics_flow.commands.relate_persons import PERSON_RELATED, read_relationship
from ics_flow.commands.work import keep_case, write_snapshot
from ics_flow.domain.history import Entry, Fault, canonical, check_chain, read_entry
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.release import RELEASE_PUBLISHED
from ics_flow.process.following import follow
from ics_flow.store import UnitOfWork
from ics_flow.store.releases import InForce


def rebuild(application: Application, advance: Callable[[int, int], None]) -> tuple[Fault, ...]:
    """Make every derived row again; gives the faults of histories that were altered or do not come out as they say.

    ``advance`` is told after each history how many are done, of how many. Of a case that does not come out as its history says,
    rows show what could be followed; it has no snapshot, so that nothing more is written to it.
    """
    faults: list[Fault] = []
    with application.database.unit(application.clock, application.entropy) as unit:
        unit.projection.clear()
        subjects = unit.history.subjects()
        for done, subject in enumerate(subjects, start=1):
            kind, _, name = subject.partition(":")
            if subject == COUNCIL:
                faults.extend(_put_in_force(unit))
            elif kind == "person":
                faults.extend(_make_person(unit, subject))
            elif kind == "adoption":
                faults.extend(_make_adoption(unit, subject))
            elif kind == "change":
                faults.extend(_make_change(unit, subject, name))
            elif kind == "case":
                faults.extend(_make_case(unit, subject, name, application))
            advance(done, len(subjects))
    return tuple(faults)


def _put_in_force(unit: UnitOfWork) -> list[Fault]:
    entries, faults = _readable(unit, COUNCIL)
    for entry in entries:
        if entry.kind == RELEASE_PUBLISHED:
            unit.put_in_force(
                entry.position, InForce(release=entry.release or "", calendar=entry.calendar or "")
            )
    return faults


def _make_person(unit: UnitOfWork, subject: str) -> list[Fault]:
    entries, faults = _readable(unit, subject)
    for entry in entries:
        if entry.kind == PERSON_RELATED:
            unit.persons.relate(read_relationship(entry))
        else:
            unit.persons.keep(read_person(entry))
    return faults


def _make_adoption(unit: UnitOfWork, subject: str) -> list[Fault]:
    entries, faults = _readable(unit, subject)
    for entry in entries:
        unit.adoptions.keep(read_adoption(entry))
    return faults


def _make_change(unit: UnitOfWork, subject: str, change: str) -> list[Fault]:
    entries, faults = _readable(unit, subject)
    found = fold_change(change, entries)
    if found is not None:
        keep_row(unit, found)
    return faults


def _make_case(unit: UnitOfWork, subject: str, case: str, application: Application) -> list[Fault]:
    head, secret = unit.history.head(subject), unit.secrets.of(case)
    if head is None or secret is None:
        return [Fault(subject, 0, "secret", f"The secret of {subject} is missing.")]
    entries, faults = _readable(unit, subject)
    followed = follow(entries, application.archive, secret)
    if followed.view is None:
        return faults
    if followed.faults:
        unit.projection.write(None, followed.view)
    else:
        snapshot = write_snapshot(canonical(followed.state.encode()), followed.view, followed.fingerprint)
        keep_case(unit, head, followed.view, snapshot)
    return [*faults, *followed.faults]


def _readable(unit: UnitOfWork, subject: str) -> tuple[tuple[Entry, ...], list[Fault]]:
    """The entries of a history and the faults of its chain; no entries where one of them can no longer be read."""
    stored = unit.history.stored(subject)
    faults = list(check_chain(subject, stored))
    try:
        return tuple(map(read_entry, stored)), faults
    except ValueError:
        return (), faults
