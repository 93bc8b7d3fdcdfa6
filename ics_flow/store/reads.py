"""The read log: who has read which child's file, what of it, and by what right."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, insert, or_, select

from ics_flow.store.tables import account, case_row, person_row, read_log, record_row, share_row

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedRow:
    """One reading with who looked and at whose file, as both stand now; ``part`` says whether the reader has a part in the case."""

    at: datetime
    what: str
    right: str
    worker: str
    name: str
    case: str | None
    given_name: str
    family_name: str
    part: bool

    @property
    def child(self) -> str:
        """The child's name as it is said; nothing where it was no child's file."""
        return f"{self.given_name} {self.family_name}".strip()


_ALLOCATED = account.alias("allocated")
_LOOKED_AT = (
    read_log.outerjoin(account, account.c.worker_id == read_log.c.worker_id)
    .outerjoin(case_row, case_row.c.case_id == read_log.c.case_id)
    .outerjoin(person_row, person_row.c.person_id == case_row.c.person_id)
    .outerjoin(_ALLOCATED, _ALLOCATED.c.worker_id == case_row.c.allocated_worker)
)
_WROTE = exists().where(
    record_row.c.case_id == read_log.c.case_id,
    or_(record_row.c.by == read_log.c.worker_id, record_row.c.authorised_by == read_log.c.worker_id),
)
_SHARED = exists().where(
    share_row.c.case_id == read_log.c.case_id, share_row.c.worker_id == read_log.c.worker_id
)
_PART = or_(
    case_row.c.allocated_worker == read_log.c.worker_id,
    _ALLOCATED.c.manager_id == read_log.c.worker_id,
    case_row.c.team == account.c.team,
    _WROTE,
    _SHARED,
)
_LOOKED = (
    select(
        *read_log.c["at", "what", "right", "worker_id", "case_id"],
        account.c.name,
        person_row.c.given_name,
        person_row.c.family_name,
        _PART.label("part"),
    )
    .select_from(_LOOKED_AT)
    .order_by(read_log.c.id.desc())
)


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

    def of_file(self, case: str) -> tuple[LookedRow, ...]:
        """Every time that a file was looked at, newest first."""
        return self._looked([read_log.c.case_id == case], None)

    def between(
        self, since: datetime, until: datetime, *, worker: str | None, most: int
    ) -> tuple[LookedRow, ...]:
        """The latest readings from one instant and before another, of one worker or of everybody, newest first."""
        after, last = self._last_before(since), self._last_before(until)
        wanted = [read_log.c.id > after, read_log.c.id <= last]
        if worker is not None:
            wanted.append(read_log.c.worker_id == worker)
        return self._looked(wanted, most)

    def _last_before(self, at: datetime) -> int:
        """The number of the last reading before an instant, found from the newest backwards: readings are numbered as they come."""
        found = select(read_log.c.id).where(read_log.c.at < at).order_by(read_log.c.id.desc()).limit(1)
        return self._connection.scalar(found) or 0

    def _looked(self, wanted: list[ColumnElement[bool]], most: int | None) -> tuple[LookedRow, ...]:
        rows = self._connection.execute(_LOOKED.where(*wanted).limit(most))
        return tuple(
            LookedRow(
                at=row.at,
                what=row.what,
                right=row.right,
                worker=row.worker_id,
                name=row.name or "somebody unknown",
                case=row.case_id,
                given_name=row.given_name or "",
                family_name=row.family_name or "",
                part=bool(row.part),
            )
            for row in rows
        )
