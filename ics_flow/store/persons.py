"""The people that files are about, found by the beginnings of their names, and how they are related. Derived from their histories."""

import unicodedata
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, Select, bindparam, delete, insert, select

from ics_flow.store.tables import person_row, person_token, relationship
from ics_flow.store.upsert import upsert

_READ = select(person_row).where(person_row.c.person_id == bindparam("person_id"))
_HOLD = _READ.with_for_update()
_FAMILY = (
    select(person_row)
    .where(person_row.c.family_id == bindparam("family_id"))
    .order_by(person_row.c.born.nulls_first(), person_row.c.person_id)
)
_FORGET_TOKENS = delete(person_token).where(person_token.c.person_id == bindparam("of_person"))
_ADD_TOKENS = insert(person_token)
_RELATIVES = (
    select(relationship)
    .where(relationship.c.person_id == bindparam("person_id"))
    .order_by(relationship.c.kind, relationship.c.other_id)
)
_UNRELATE = delete(relationship).where(
    relationship.c.person_id == bindparam("of_person"),
    relationship.c.other_id == bindparam("to_other"),
    relationship.c.kind == bindparam("as_kind"),
)

SIBLINGS = frozenset({"sibling", "half-sibling", "step-sibling"})
"""The ways of being related that make brothers and sisters."""
_AFTER_EVERY_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person; `expected` is the day an unborn child is expected."""

    person_id: str
    given_name: str
    family_name: str
    born: date | None = None
    expected: date | None = None
    address: str | None = None
    family_id: str | None = None

    @property
    def is_unborn(self) -> bool:
        """Whether the person is a child who is still expected."""
        return self.born is None and self.expected is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """What `other_id` is to `person_id`: a mother, a brother, a carer."""

    person_id: str
    other_id: str
    kind: str


class Persons:
    """People and their relationships."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, person: str) -> Person | None:
        """A person."""
        row = self._connection.execute(_READ, {"person_id": person}).mappings().first()
        return Person(**row) if row else None

    def held(self, person: str) -> Person | None:
        """A person, held against other commands until the unit of work ends, whose file is then as it will be found."""
        row = self._connection.execute(_HOLD, {"person_id": person}).mappings().first()
        return Person(**row) if row else None

    def family(self, family: str) -> tuple[Person, ...]:
        """The members of a family, by birth."""
        rows = self._connection.execute(_FAMILY, {"family_id": family}).mappings()
        return tuple(Person(**row) for row in rows)

    def keep(self, person: Person) -> None:
        """Keep a person as they now are, and have them found by their names and their date of birth."""
        dialect = self._connection.dialect.name
        self._connection.execute(upsert(person_row, dialect), asdict(person))
        self._connection.execute(_FORGET_TOKENS, {"of_person": person.person_id})
        if tokens := token_rows(person):
            self._connection.execute(_ADD_TOKENS, tokens)

    def found(self, words: str, most: int = 50) -> tuple[Person, ...]:
        """The people whose names or date of birth (as 31/01/2020) begin with every one of the words, by family name."""
        wanted = sorted(_words(words))
        if not wanted:
            return ()
        rows = self._connection.execute(_search(wanted).limit(most)).mappings()
        return tuple(Person(**row) for row in rows)

    def relate(self, relation: Relationship) -> None:
        """Keep a relationship."""
        self._connection.execute(upsert(relationship, self._connection.dialect.name), asdict(relation))

    def unrelate(self, relation: Relationship) -> None:
        """Take a relationship out."""
        self._connection.execute(
            _UNRELATE,
            {
                "of_person": relation.person_id,
                "to_other": relation.other_id,
                "as_kind": relation.kind,
            },
        )

    def relatives(self, person: str) -> tuple[Relationship, ...]:
        """What others are to a person."""
        rows = self._connection.execute(_RELATIVES, {"person_id": person}).mappings()
        return tuple(Relationship(**row) for row in rows)

    def siblings(self, person: str) -> tuple[str, ...]:
        """The brothers and sisters of a person: those who are related so, and the others of the family who are not related otherwise."""
        own = self.of(person)
        relatives = self.relatives(person)
        related = {each.other_id for each in relatives if each.kind in SIBLINGS}
        otherwise = {each.other_id for each in relatives} - related
        family = self.family(own.family_id) if own and own.family_id else ()
        return tuple(sorted(related.union(each.person_id for each in family) - otherwise - {person}))


def token_rows(person: Person) -> list[dict[str, object]]:
    """The rows by which a person is found."""
    born = f"{person.born:%d/%m/%Y}" if person.born else ""
    tokens = folded(f"{person.given_name} {person.family_name}") | {born} - {""}
    return [{"token": token, "person_id": person.person_id} for token in sorted(tokens)]


def folded(text: str) -> frozenset[str]:
    """The words of a name as they are searched by: without case, accents and apostrophes, parted at hyphens."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    kept = "".join(letter if letter.isalnum() else "" if letter in "'’ʼ`" else " " for letter in bare)
    return frozenset(kept.split())


def _words(text: str) -> frozenset[str]:
    dates = {word for word in text.split() if "/" in word}
    return folded(" ".join(word for word in text.split() if word not in dates)) | dates


def _search(words: list[str]) -> Select[tuple[object, ...]]:
    query = select(person_row)
    for word in words:
        beginning_so = select(person_token.c.person_id).where(
            person_token.c.token >= word, person_token.c.token < word + _AFTER_EVERY_LETTER
        )
        query = query.where(person_row.c.person_id.in_(beginning_so))
    return query.order_by(person_row.c.family_name, person_row.c.given_name, person_row.c.person_id)
