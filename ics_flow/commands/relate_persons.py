"""Two people said to be related: written in the history of each, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import CaseNotFound, NoSuchPerson, NothingCorrected
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import person_subject
from ics_flow.store.persons import Relationship

PERSON_RELATED = "person-related"
KEEP_FAMILY = "keep_family"
"""The act beside the diagrams (``bpmn/rights.yaml``)."""
FROM_THE_OTHER_SIDE: Mapping[str, str] = {
    "sibling": "sibling",
    "half-sibling": "half-sibling",
    "step-sibling": "step-sibling",
    "cousin": "cousin",
    "relative": "relative",
    "parent": "child",
    "child": "parent",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
    "carer": "child cared for",
    "child cared for": "carer",
}
"""What one is to the other, and what the other is to the one."""


class NoSuchRelation(Refused):
    """People cannot be related in that way."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Nobody can be a “{kind}” here. Choose one of: {', '.join(FROM_THE_OTHER_SIDE)}.")


class RelatedToThemselves(Refused):
    """Nobody is their own relative: choose two different people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatePersons(Command):
    """Keep what ``other_id`` is to ``person_id`` (a sibling, a parent, a carer), and the same from the other side."""

    person_id: str
    other_id: str
    kind: str


def relate_persons(command: RelatePersons, work: Work) -> Outcome:
    """Write the relationship in both histories; the actor must be one who may read the person's file and say who belongs to a child."""
    require_kind(command.kind)
    if command.person_id == command.other_id:
        raise RelatedToThemselves
    held = {
        person: work.unit.persons.held(person) for person in sorted((command.person_id, command.other_id))
    }
    require_may_relate(command.person_id, work)
    if held[command.other_id] is None:
        raise NoSuchPerson
    relation = Relationship(person_id=command.person_id, other_id=command.other_id, kind=command.kind)
    if relation in work.unit.persons.relatives(command.person_id):
        raise NothingCorrected("They are recorded as related in that way already.")
    relate(command.person_id, command.other_id, command.kind, work, cause=work.command_id)
    return Outcome()


def relate(person: str, other: str, kind: str, work: Work, *, cause: str) -> None:
    """Write what ``other`` is to ``person`` in the history of each, from its own side."""
    sides = (
        Relationship(person_id=person, other_id=other, kind=kind),
        Relationship(person_id=other, other_id=person, kind=FROM_THE_OTHER_SIDE[kind]),
    )
    for side in sorted(sides, key=lambda side: side.person_id):
        _write(side, work, cause)


def require_kind(kind: str) -> None:
    """Raise ``NoSuchRelation`` for a way of being related that nobody knows."""
    if kind not in FROM_THE_OTHER_SIDE:
        raise NoSuchRelation(kind)


def read_relationship(entry: Entry) -> Relationship:
    """The relationship that an entry of a person's history records."""
    related: Any = entry.parts["related"]
    return Relationship(
        person_id=entry.subject.partition(":")[2], other_id=related["other"], kind=related["kind"]
    )


def require_may_relate(person: str, work: Work) -> None:
    """Raise ``PermissionDenied`` or ``CaseNotFound`` unless the actor may say who belongs to the child."""
    case = work.unit.projection.case_of(person)
    if case is None:
        raise CaseNotFound
    file = work.case(case)
    file.require_may_read()
    file.require_may(KEEP_FAMILY)


def _write(side: Relationship, work: Work, cause: str) -> None:
    work.unit.history.append(
        person_subject(side.person_id),
        kind=PERSON_RELATED,
        actor=work.actor,
        cause=cause,
        parts={"related": {"other": side.other_id, "kind": side.kind}},
    )
    work.unit.persons.relate(side)
