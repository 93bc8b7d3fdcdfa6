"""What is known of a person, put right: a name, an address, a birth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from engine import london_date
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import BirthInFuture, NameMissing, NoSuchPerson, NothingCorrected
from ics_flow.commands.record_contact import visible, write_person
from ics_flow.commands.work import Work
from ics_flow.process.inputs import PersonKnown


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
    if case is not None:
        file = work.case(case)
        file.require_may_read()
        if after.born != before.born:
            file.let_time_pass()
            file.take("person-known", PersonKnown(born=after.born))
            file.close()
    write_person("person-changed", after, work)
    return Outcome(case_id=case)
