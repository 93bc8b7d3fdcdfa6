"""What is derived thrown away and made again from the histories of cases and persons, in one transaction.

Not here: what is derived from what (``process.fold``, ``commands.work``), and how progress is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from ics_flow.application import Application
from ics_flow.commands.record_contact import read_person
from ics_flow.commands.relate_persons import PERSON_RELATED, read_relationship
from ics_flow.commands.work import keep_case, write_snapshot
from ics_flow.domain.history import Fault
from ics_flow.process.following import follow
from ics_flow.store import UnitOfWork


def rebuild(application: Application, advance: Callable[[int, int], None]) -> tuple[Fault, ...]:
    """Make every derived row again; gives the faults of histories that do not come out as they say.

    ``advance`` is told after each history how many are done, of how many. A case whose history has a fault keeps what is shown of
    it as far as it could be followed; it has no snapshot, so that nothing more is written to it.
    """
    faults: list[Fault] = []
    with application.database.unit(application.clock, application.entropy) as unit:
        unit.projection.clear()
        subjects = unit.history.subjects()
        for done, subject in enumerate(subjects, start=1):
            kind, _, name = subject.partition(":")
            if kind == "person":
                _make_person(unit, subject)
            elif kind == "case":
                faults.extend(_make_case(unit, subject, name, application))
            advance(done, len(subjects))
    return tuple(faults)


def _make_person(unit: UnitOfWork, subject: str) -> None:
    for entry in unit.history.read(subject):
        if entry.kind == PERSON_RELATED:
            unit.persons.relate(read_relationship(entry))
        else:
            unit.persons.keep(read_person(entry))


def _make_case(unit: UnitOfWork, subject: str, case: str, application: Application) -> list[Fault]:
    head, secret = unit.history.head(subject), unit.secrets.of(case)
    if head is None or secret is None:
        return [Fault(subject, 0, "secret", f"The secret of {subject} is missing.")]
    followed = follow(unit.history.read(subject), application.archive, secret)
    if followed.view is None:
        return followed.faults
    if followed.faults:
        unit.projection.write(None, followed.view)
    else:
        snapshot = write_snapshot(followed.state, followed.view, followed.fingerprint)
        keep_case(unit, head, followed.view, snapshot)
    return followed.faults
