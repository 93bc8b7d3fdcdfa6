"""Somebody of a child's family who has no file of their own, a parent or carer say, recorded and related to the child in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.record_contact import record_person
from ics_flow.commands.relate_persons import relate, require_kind, require_may_relate
from ics_flow.commands.work import Work
from ics_flow.store.persons import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRelative(Command):
    """Keep what somebody who is not on file is to ``person_id``, and what is known of them."""

    person_id: str
    kind: str
    given_name: str
    family_name: str
    born: date | None = None
    address: str | None = None


def record_relative(command: RecordRelative, work: Work) -> Outcome:
    """Record the person, who gets no file, and write the relationship in both histories."""
    require_kind(command.kind)
    child = work.unit.persons.held(command.person_id)
    require_may_relate(command.person_id, work)
    relative = record_person(
        Person(
            person_id="",
            given_name=command.given_name,
            family_name=command.family_name,
            born=command.born,
            address=command.address,
            family_id=child.family_id if child else None,
        ),
        work,
    )
    relate(command.person_id, relative.person_id, command.kind, work, cause=f"{work.command_id}:2")
    return Outcome()
