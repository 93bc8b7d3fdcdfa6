"""Somebody gets in touch about a child: the file is opened, if there is none yet, and the contact begins."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine import london_date
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import (
    BirthInFuture,
    CaseNotFound,
    NameMissing,
    NoSuchPathway,
    NoSuchPerson,
)
from ics_flow.commands.start_pathway import begin
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.history import Entry, Json
from ics_flow.domain.ids import new_id, person_subject
from ics_flow.process.following import CASE_OPENED
from ics_flow.process.inputs import CaseOpened
from ics_flow.store.persons import Person

JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact(Command):
    """Begin a contact about a child: one who is known (``person_id``), or one to be recorded now."""

    person_id: str | None = None
    given_name: str = ""
    family_name: str = ""
    born: date | None = None
    expected: date | None = None
    address: str | None = None
    family_id: str | None = None


def record_contact(command: RecordContact, work: Work) -> Outcome:
    """Open the child's file, if there is none, and begin the pathway that opens an episode."""
    person = _known(command.person_id, work) if command.person_id else _recorded(command, work)
    file = _file_of(person, work)
    file.let_time_pass()
    return begin(file, opening_pathway(work), work)


def opening_pathway(work: Work) -> str:
    """The pathway whose start by hand begins an episode."""
    for pathway in work.release.pathways.by_id.values():
        start = pathway.start(None)
        if start is not None and start.properties.get("episode") == "begins":
            return pathway.id
    raise NoSuchPathway


def write_person(kind: str, person: Person, work: Work) -> None:
    """Write what is known of the person in the person's history, and have the person found by it."""
    work.unit.history.append(
        person_subject(person.person_id),
        kind=kind,
        actor=work.actor,
        cause=work.command_id,
        parts=person_parts(person),
    )
    work.unit.persons.keep(person)


def person_parts(person: Person) -> dict[str, Json]:
    """What an entry of a person's history holds of them."""
    return {
        "names": {"given_name": person.given_name, "family_name": person.family_name},
        "facts": {
            "born": person.born.isoformat() if person.born else None,
            "expected": person.expected.isoformat() if person.expected else None,
            "family": person.family_id,
        },
        "address": person.address,
    }


def read_person(entry: Entry) -> Person:
    """The person as an entry of the person's history records them."""
    parts: Any = entry.parts
    facts = parts["facts"]
    return Person(
        person_id=entry.subject.partition(":")[2],
        given_name=parts["names"]["given_name"],
        family_name=parts["names"]["family_name"],
        born=_day(facts["born"]),
        expected=_day(facts["expected"]),
        address=parts["address"],
        family_id=facts["family"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _known(person_id: str, work: Work) -> Person:
    person = work.unit.persons.held(person_id)  # or two contacts at once would open two files
    if person is None:
        raise NoSuchPerson
    return person


def visible(name: str) -> str:
    """The name without what cannot be seen (but the joiners that some scripts are written with), trimmed."""
    kept = (
        letter for letter in name if unicodedata.category(letter) not in ("Cc", "Cf") or letter in JOINERS
    )
    return "".join(kept).strip().strip(JOINERS)


def record_person(described: Person, work: Work) -> Person:
    """Somebody recorded as described, under a new id and, where none is named, as of a family of their own."""
    given_name, family_name = visible(described.given_name), visible(described.family_name)
    if not (given_name or family_name):
        raise NameMissing
    if described.born is not None and described.born > london_date(work.unit.at):
        raise BirthInFuture
    person = replace(
        described,
        person_id=new_id(work.unit.entropy),
        given_name=given_name,
        family_name=family_name,
        address=(described.address or "").strip() or None,
        family_id=described.family_id or new_id(work.unit.entropy),
    )
    write_person("person-recorded", person, work)
    return person


def _recorded(command: RecordContact, work: Work) -> Person:
    described = Person(
        person_id="",
        given_name=command.given_name,
        family_name=command.family_name,
        born=command.born,
        expected=command.expected,
        address=command.address,
        family_id=command.family_id,
    )
    return record_person(described, work)


def _file_of(person: Person, work: Work) -> CaseFile:
    case = work.unit.projection.case_of(person.person_id)
    if case is not None:
        file = work.case(case)
        if work.release.rights.may_read(work.worker(), file.view) is None and file.view.is_open:
            raise CaseNotFound
        return file
    return new_file(person, work)


def new_file(person: Person, work: Work) -> CaseFile:
    """A file opened for the person, in the team of whoever opens it; nothing has begun in it."""
    file = work.new_case(person.person_id)
    file.take(
        CASE_OPENED,
        CaseOpened(born=person.born, unborn=person.is_unborn, team=work.worker().team),
        parts={"opened": {"person": person.person_id}},
    )
    return file
