"""PostgreSQL: one server, several web and worker processes beside each other. What both databases do stands in `database`.

A unit of work sees what others have committed (READ COMMITTED) and holds what it is about to change: its command's id, the people
and the cases, in this order. A reading sees one moment (REPEATABLE READ) and cannot write.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from ics_flow.domain.errors import StoreBusy, StoreLost, StoreUnfit, Told
from ics_flow.store.dialect import Engines
from ics_flow.store.tables import APPEND_ONLY, DERIVED, metadata

DRIVER = "postgresql+psycopg"
CONNECT: Mapping[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,  # a server that fell silent is given up in seconds, not in minutes
}
SESSION: Mapping[str, str] = {
    "lock_timeout": "5s",  # as long as a writer waits on SQLite
    "idle_in_transaction_session_timeout": "5min",  # a process that hangs lets go of its cases
}
CONNECTIONS = 20
"""At most so many at once for units of work, and as many for readings, in one process."""

_UPGRADE = 0x1C5F10
"""The number of the lock that upgrades take."""

_BUSY = frozenset({"40001", "40P01", "55P03"})
_LOST = ("08", "57P0", "53300", "25P03")
_UNFIT = {
    "42501": "The database's role may not do this. Run `ics-flow db upgrade --grant ROLE` as the owner of the tables.",
    "42704": "The server has no such role. Make it first, with CREATE ROLE, then try again.",
    "53100": "The disk of the database is full, and nothing was changed. Make room, then try again.",
    "XX001": "The database is damaged. Stop the program and restore the last copy.",
    "XX002": "An index of the database is damaged. Have the index made again, or restore the last copy.",
}


def open(url: URL) -> Engines:  # noqa: A001 the word of every dialect
    """The engines over a database of a server, which need not run yet."""
    return Engines(
        writing=engine(url, psycopg.IsolationLevel.READ_COMMITTED, read_only=False),
        reading=engine(url, psycopg.IsolationLevel.REPEATABLE_READ, read_only=True),
    )


def engine(url: URL, isolation: psycopg.IsolationLevel, *, read_only: bool) -> Engine:
    """An engine whose connections are tried before each use, so that none of a server that went down is handed out."""
    made = create_engine(
        url.set(drivername=DRIVER),
        hide_parameters=True,  # what people wrote stays out of logs
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={name: value for name, value in CONNECT.items() if name not in url.query},
    )

    @event.listens_for(made, "connect")
    def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.autocommit = True
        for name, value in SESSION.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.autocommit = False
        connection.isolation_level = isolation
        connection.read_only = read_only

    @event.listens_for(made, "handle_error")
    def _withhold_values(context: ExceptionContext) -> None:
        """The server's second line names the values that clashed, which may be people's names."""
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])

    return made


def make(_url: URL) -> None:
    """Nothing: the database and its owner are made by whoever looks after the server."""


def hold_upgrades(connection: Connection) -> None:
    """Keep other processes from bringing the tables up to date until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADE})


def grant(connection: Connection, role: str) -> None:
    """Let a role read and write every table, but only add to those that are append-only."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    every = ", ".join(table.name for table in metadata.sorted_tables)
    kept = ", ".join(table.name for table in APPEND_ONLY)
    for statement in (
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {every} TO {quoted}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {kept} FROM {quoted}",
        f"GRANT SELECT ON alembic_version TO {quoted}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
    ):
        connection.exec_driver_sql(statement)


def back_up(_connection: Connection, _file: Path) -> None:
    """Raise StoreUnfit: the server has better means of its own."""
    raise StoreUnfit(
        "A database of PostgreSQL is backed up by the server's own tools: pg_dump, or a base backup with its log. docs/running.md "
        "says how."
    )


def told(error: DBAPIError) -> Told | None:
    """What a person is told of an error; None where it is the program's own."""
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        lost = error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError)
        return StoreLost() if lost else None
    if code in _BUSY:
        return StoreBusy()
    if code.startswith(_LOST):
        return StoreLost()
    if code in _UNFIT:
        return StoreUnfit(_UNFIT[code])
    return None


def hold_derived(connection: Connection) -> None:
    """Keep every command from the derived rows until the transaction ends, in the order in which commands come to them; pages go on."""
    tables = ", ".join(table.name for table in DERIVED)
    connection.exec_driver_sql(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
