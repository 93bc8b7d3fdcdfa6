"""The read log: who has read which child's file, what of it, and by what right."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from ics_flow.store.tables import read_log

_LOG = insert(read_log)
_COLUMNS = read_log.c["at", "worker_id", "person_id", "case_id", "what", "right"]
_NEWEST_FIRST = select(*_COLUMNS).order_by(read_log.c.id.desc()).limit(bindparam("most"))
_OF_CASE = _NEWEST_FIRST.where(read_log.c.case_id == bindparam("case_id"))
_OF_PERSON = _NEWEST_FIRST.where(read_log.c.person_id == bindparam("person_id"))
_BY_WORKER = _NEWEST_FIRST.where(read_log.c.worker_id == bindparam("worker_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One reading of a file."""

    at: datetime
    worker_id: str
    person_id: str | None
    case_id: str | None
    what: str
    right: str


class Reads:
    """The read log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def log(
        self,
        *,
        at: datetime,
        worker: str,
        what: str,
        right: str,
        person: str | None = None,
        case: str | None = None,
    ) -> None:
        """Note a reading."""
        self._connection.execute(
            _LOG,
            {
                "at": at,
                "worker_id": worker,
                "person_id": person,
                "case_id": case,
                "what": what,
                "right": right,
            },
        )

    def of_case(self, case: str, most: int = 1000) -> tuple[Read, ...]:
        """Who has read a case, the latest first."""
        rows = self._connection.execute(_OF_CASE, {"case_id": case, "most": most})
        return tuple(Read(**row) for row in rows.mappings())

    def of_person(self, person: str, most: int = 1000) -> tuple[Read, ...]:
        """Who has read of a person, the latest first."""
        rows = self._connection.execute(_OF_PERSON, {"person_id": person, "most": most})
        return tuple(Read(**row) for row in rows.mappings())

    def by_worker(self, worker: str, most: int = 1000) -> tuple[Read, ...]:
        """What a worker has read, the latest first."""
        rows = self._connection.execute(_BY_WORKER, {"worker_id": worker, "most": most})
        return tuple(Read(**row) for row in rows.mappings())
