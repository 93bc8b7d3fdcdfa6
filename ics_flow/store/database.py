"""The database: how it is opened, brought up to date, and given out in units of work.

A unit of work is one transaction with one reading of the clock. `commit` stands here and nowhere else.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from ics_flow.clock import Clock
from ics_flow.domain.errors import StoreBusy, StoreUnfit
from ics_flow.domain.ids import Entropy
from ics_flow.store.unit import Reading, UnitOfWork

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can damage a database in WAL mode when two connections reset the log at once."""

_BUSY_MILLISECONDS = 5_000
_PRAGMAS = (
    f"busy_timeout = {_BUSY_MILLISECONDS}",
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL may lose an acknowledged commit when the power fails
    "foreign_keys = ON",
    "recursive_triggers = ON",  # without it INSERT OR REPLACE deletes past the triggers that refuse it
)


class Database:
    """A database file; made once, shared by every thread, closed at the end."""

    def __init__(self, url: str) -> None:
        require_sqlite(dbapi2.sqlite_version_info)
        self._url = url
        self._writing = _engine(url, begin="BEGIN IMMEDIATE", pragmas=_PRAGMAS)
        self._reading = _engine(url, begin="BEGIN", pragmas=(*_PRAGMAS, "query_only = ON"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def upgrade(self) -> None:
        """Bring the tables up to date, making the file and its folder where there are none; all of it, or nothing."""
        Path(make_url(self._url).database or "").parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as connection:
            config = _migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def require_current(self) -> None:
        """Raise StoreUnfit unless the tables are those that this version of the program was written for."""
        with self._opened() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        if found != ScriptDirectory.from_config(_migrations()).get_current_head():
            raise StoreUnfit(
                "The database was made by another version of the program. Run `ics-flow db upgrade`, then start again."
            )

    @contextmanager
    def unit(self, clock: Clock, entropy: Entropy = secrets.token_bytes) -> Iterator[UnitOfWork]:
        """A unit of work: all that is done in it is kept when the block ends, and nothing when it raises."""
        with self._transaction() as connection:
            yield UnitOfWork(connection, clock(), entropy)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The database as it stands at the first read, unchanged to the end of the block; writing fails."""
        with self._opened() as connection:
            yield Reading(connection)

    def close(self) -> None:
        """Close every connection."""
        self._writing.dispose()
        self._reading.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with _sentences(), self._writing.connect() as connection:
            connection.begin()
            yield connection
            connection.commit()

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        with _sentences(), self._reading.connect() as connection:
            connection.begin()
            yield connection


def require_sqlite(version: tuple[int, int, int]) -> None:
    """Raise StoreUnfit for a version of SQLite that can damage the database."""
    if version < OLDEST_SQLITE:
        found, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST_SQLITE))
        raise StoreUnfit(
            f"SQLite {found} is too old: before {oldest} a database in use by two programs can be damaged. "
            "Install the package pysqlite3 that the lock file names; it brings its own SQLite."
        )


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what the database says of itself into sentences."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in (dbapi2.SQLITE_BUSY, dbapi2.SQLITE_LOCKED):
            raise StoreBusy from error
        if code in _UNFIT:
            raise StoreUnfit(_UNFIT[code]) from error
        raise


_UNFIT = {
    dbapi2.SQLITE_CANTOPEN: "The database file cannot be opened. Run `ics-flow db upgrade` to make it, and see that its folder may "
    "be written to.",
    dbapi2.SQLITE_FULL: "The disk is full, and nothing was changed. Make room, then try again.",
    dbapi2.SQLITE_NOTADB: "The database file is not a database. See that ICS_FLOW_DATABASE names the right file.",
    dbapi2.SQLITE_CORRUPT: "The database file is damaged. Stop the program and restore the last copy.",
}


def _engine(url: str, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(url, module=dbapi2, hide_parameters=True)  # what people wrote stays out of logs

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late: after the first read
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
