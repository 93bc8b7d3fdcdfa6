"""SQLite: one file, one writer at a time, for one process that serves a council. What both databases do stands in `database`."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from ics_flow.domain.errors import StoreBusy, StoreUnfit, Told
from ics_flow.store.dialect import Engines

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can damage a database in WAL mode when two connections reset the log at once."""

ALONE = "BEGIN IMMEDIATE"
BUSY_MILLISECONDS = 5_000
ASKED_EVERY_SECONDS = 0.001
PRAGMAS = (
    f"busy_timeout = {BUSY_MILLISECONDS}",
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL may lose an acknowledged commit when the power fails
    "foreign_keys = ON",
    "recursive_triggers = ON",  # without it INSERT OR REPLACE deletes past the triggers that refuse it
)
_BUSY = frozenset({dbapi2.SQLITE_BUSY, dbapi2.SQLITE_LOCKED})
_UNFIT = {
    dbapi2.SQLITE_CANTOPEN: "The database file cannot be opened. Run `ics-flow db upgrade` to make it, and see that its folder may "
    "be written to.",
    dbapi2.SQLITE_FULL: "The disk is full, and nothing was changed. Make room, then try again.",
    dbapi2.SQLITE_NOTADB: "The database file is not a database. See that ICS_FLOW_DATABASE names the right file.",
    dbapi2.SQLITE_CORRUPT: "The database file is damaged. Stop the program and restore the last copy.",
}


def open(url: URL) -> Engines:  # noqa: A001 the word of every dialect
    """The engines over a file; a unit of work has the file to itself from its first statement."""
    require_sqlite(dbapi2.sqlite_version_info)
    return Engines(
        writing=engine(url, begin=ALONE, pragmas=PRAGMAS),
        reading=engine(url, begin="BEGIN", pragmas=(*PRAGMAS, "query_only = ON")),
    )


def require_sqlite(version: tuple[int, int, int]) -> None:
    """Raise StoreUnfit for a version of SQLite that can damage the database."""
    if version < OLDEST_SQLITE:
        found, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST_SQLITE))
        raise StoreUnfit(
            f"SQLite {found} is too old: before {oldest} a database in use by two programs can be damaged. "
            "Install the package pysqlite3 that the lock file names; it brings its own SQLite."
        )


def engine(url: URL, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
    """An engine whose transactions begin so, and whose connections are prepared by these pragmas."""
    made = create_engine(url, module=dbapi2, hide_parameters=True)  # what people wrote stays out of logs

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late: after the first read
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        if begin == ALONE:
            _begin_alone(connection)
        else:
            connection.exec_driver_sql(begin)

    return made


def _begin_alone(connection: Connection) -> None:
    """Begin to write, as soon as nobody else does: asked for again and again at short intervals, as long as the connection is to wait.

    SQLite's own way of waiting asks ever more seldom, so that a ticker with one transaction after the other would keep a person waiting for seconds.
    """
    driver: Any = connection.connection.driver_connection
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql(ALONE)
    except DBAPIError as error:
        begun = isinstance(told(error), StoreBusy) and _begun_within(patience / 1000, driver)
        driver.execute(f"PRAGMA busy_timeout = {patience}")
        if not begun:
            raise
    else:
        driver.execute(f"PRAGMA busy_timeout = {patience}")


def _begun_within(seconds: float, driver: Any) -> bool:
    """Whether others let the connection begin in that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(ASKED_EVERY_SECONDS)
        try:
            driver.execute(ALONE)
        except dbapi2.OperationalError as error:
            if _code(error) not in _BUSY:
                raise
        else:
            return True
    return False


def make(url: URL) -> None:
    """Make the folder of the file."""
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)


def hold_upgrades(_connection: Connection) -> None:
    """Nothing: a unit of work is alone already."""


def grant(_connection: Connection, role: str) -> None:
    """Raise StoreUnfit: SQLite knows no roles."""
    raise StoreUnfit(
        f"A database file has no roles, so nothing can be granted to {role}: whoever may write the file may change it."
    )


def back_up(connection: Connection, file: Path) -> None:
    """Copy the database page by page; the file appears when it is whole."""
    if file.exists():
        raise StoreUnfit(f"{file} is there already, and no copy is written over another. Name a new file.")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    driver: Any = connection.connection.driver_connection
    with closing(dbapi2.connect(str(part))) as copy:
        driver.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # the copy is one file, with no log beside it
    part.rename(file)


def told(error: DBAPIError) -> Told | None:
    """What a person is told of an error; None where it is the program's own."""
    code = _code(error.orig)
    if code in _BUSY:
        return StoreBusy()
    if code in _UNFIT:
        return StoreUnfit(_UNFIT[code])
    return None


def _code(error: object) -> int:
    """What went wrong, without its finer kinds."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
