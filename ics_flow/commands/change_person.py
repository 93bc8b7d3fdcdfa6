"""What is known of a person, put right: a name, an address, a birth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from engine import london_date
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import (
    BirthInFuture,
    NameMissing,
    NoSuchPerson,
    NothingCorrected,
    PermissionDenied,
)
from ics_flow.commands.record_contact import visible, write_person
from ics_flow.commands.work import Work
from ics_flow.process.inputs import PersonKnown

KEEP_CHILD = "keep_child"
"""The act, as ``bpmn/rights.yaml`` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePerson(Command):
    """Keep what is now known of the person: all of it, not only what changed."""

    person_id: str
    given_name: str
    family_name: str
    born: date | None = None
    expected: date | None = None
    address: str | None = None


def change_person(command: ChangePerson, work: Work) -> Outcome:
    """Write what is known now in the person's history, and a changed birth in the case's."""
    before = work.unit.persons.held(command.person_id)
    if before is None:
        raise NoSuchPerson
    given_name, family_name = visible(command.given_name), visible(command.family_name)
    if not (given_name or family_name):
        raise NameMissing
    if command.born is not None and command.born > london_date(work.unit.at):
        raise BirthInFuture
    after = replace(
        before,
        given_name=given_name,
        family_name=family_name,
        born=command.born,
        expected=command.expected,
        address=(command.address or "").strip() or None,
    )
    if after == before:
        raise NothingCorrected("Nothing was changed.")
    case = work.unit.projection.case_of(command.person_id)
    if case is None:
        if not work.release.rights.may_anywhere(work.worker(), KEEP_CHILD):
            raise PermissionDenied
    else:
        file = work.case(case)
        file.require_may_read()
        file.require_may(KEEP_CHILD)
        if (after.born, after.is_unborn) != (before.born, before.is_unborn):
            file.let_time_pass()
            file.take("person-known", PersonKnown(born=after.born, unborn=after.is_unborn))
            file.close()
    write_person("person-changed", after, work)
    return Outcome(case_id=case)
