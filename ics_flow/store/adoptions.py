"""Which file came after which when a child was adopted. Derived from histories of their own, so that neither file speaks of the other.

Not here: who may know it, which every page and command asks the rights.
"""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, or_, select

from ics_flow.store.tables import adoption_row
from ics_flow.store.upsert import upsert

_OF_CASE = (
    select(adoption_row)
    .where(
        or_(
            adoption_row.c.before_case == bindparam("case_id"),
            adoption_row.c.after_case == bindparam("case_id"),
        )
    )
    .order_by(adoption_row.c.before_case)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """The case that ended with an adoption, and the one that was opened after it."""

    before_case: str
    after_case: str


class Adoptions:
    """Every adoption of a child whose file is kept here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, adoption: Adoption) -> None:
        """Keep which file came after which."""
        self._connection.execute(upsert(adoption_row, self._connection.dialect.name), asdict(adoption))

    def of_case(self, case: str) -> tuple[Adoption, ...]:
        """The adoptions that a file ended with, or was opened after."""
        rows = self._connection.execute(_OF_CASE, {"case_id": case}).mappings()
        return tuple(Adoption(**row) for row in rows)
