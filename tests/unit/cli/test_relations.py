"""Relating two people: written on both sides or not at all."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.commands.errors import CaseNotFound, NoSuchPerson, NothingCorrected
from ics_flow.commands.relate_persons import (
    FROM_THE_OTHER_SIDE,
    NoSuchRelation,
    RelatedToThemselves,
    RelatePersons,
)
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import person_subject
from ics_flow.store import Database
from tests.unit.cli.conftest import END

pytestmark = pytest.mark.database


@pytest.fixture
def application(demonstration: str) -> Iterator[Application]:
    with Database(demonstration) as database:
        yield Application(database, ManualClock(END), random.Random(3).randbytes)


def named(application: Application, name: str) -> str:
    with application.reading() as reading:
        (person,) = reading.persons.found(name)
    return person.person_id


def relate(application: Application, one: str, other: str, kind: str, actor: str = "morgan") -> None:
    application.handle(RelatePersons(command_id="r1", actor=actor, person_id=one, other_id=other, kind=kind))


def test_what_one_is_to_the_other_is_written_in_both_histories(application: Application) -> None:
    grace, edie = named(application, "Grace Invented"), named(application, "Edie Storybook")

    relate(application, grace, edie, "parent")

    with application.reading() as reading:
        kinds = (
            {each.kind for each in reading.persons.relatives(grace)},
            {each.kind for each in reading.persons.relatives(edie)},
        )
        last = [reading.history.read(person_subject(person))[-1] for person in (grace, edie)]
    assert kinds == ({"parent"}, {"child"})
    assert [(entry.kind, entry.cause) for entry in last] == [("person-related", "r1")] * 2


@pytest.mark.parametrize(
    ("one", "other", "kind", "actor", "refusal"),
    [
        ("Grace", "Edie", "enemy", "morgan", NoSuchRelation),
        ("Grace", "Grace", "sibling", "morgan", RelatedToThemselves),
        ("Grace", "nobody", "sibling", "morgan", NoSuchPerson),
        ("nobody", "Grace", "sibling", "morgan", CaseNotFound),
        ("Grace", "Edie", "sibling", "chris", CaseNotFound),
        ("Ava Fable", "Ben Fable", "sibling", "morgan", NothingCorrected),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(
    application: Application, one: str, other: str, kind: str, actor: str, refusal: type[Refused]
) -> None:
    ids = {name: "nobody" if name == "nobody" else named(application, name) for name in (one, other)}
    with application.reading() as reading:
        before = [reading.history.head(person_subject(person)) for person in ids.values()]

    with pytest.raises(refusal):
        relate(application, ids[one], ids[other], kind, actor)

    with application.reading() as reading:
        assert [reading.history.head(person_subject(person)) for person in ids.values()] == before


def test_every_relation_has_its_other_side() -> None:
    assert all(FROM_THE_OTHER_SIDE[other] == one for one, other in FROM_THE_OTHER_SIDE.items())
