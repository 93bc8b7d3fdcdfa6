"""The database: how it is opened, brought up to date, and given out in units of work.

A unit of work is one transaction with one reading of the clock. `commit` stands here and nowhere else. What SQLite and PostgreSQL do
differently stands in a module of each.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from ics_flow.clock import Clock
from ics_flow.domain.errors import Refused, StoreUnfit
from ics_flow.domain.ids import Entropy
from ics_flow.store import postgresql, sqlite
from ics_flow.store.dialect import Dialect
from ics_flow.store.training import Kind, kind_of, settle_kind
from ics_flow.store.unit import Reading, UnitOfWork

_DIALECTS: Mapping[str, Dialect] = {"sqlite": sqlite, "postgresql": postgresql}


class AlreadyMade(Refused):
    """There is a database here already, and it stays what it was made as. `ics-flow db upgrade` brings it up to date."""


class Database:
    """A database; made once, shared by every thread, closed at the end."""

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError) as error:
            raise StoreUnfit(
                "The address of the database in ICS_FLOW_DATABASE cannot be understood."
            ) from error
        self._dialect = _DIALECTS[self._url.get_backend_name()]
        self._writing, self._reading = self._dialect.open(self._url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """What the database is called, its password left out."""
        return self._url.render_as_string(hide_password=True)

    def upgrade(self, grant: str | None = None) -> None:
        """Bring the tables up to date, making a live database where there are none, and let a role use them; all of it, or nothing."""
        with self._migrating() as connection:
            _migrate(connection)
            if kind_of(connection) is None:
                settle_kind(connection, "live")
            if grant is not None:
                self._dialect.grant(connection, grant)

    def make(self, kind: Kind, *, ahead: timedelta = timedelta()) -> None:
        """Make the tables, of a kind that the database keeps for good; raises AlreadyMade.

        The clock of a training database begins so far ahead of the wall's (behind it, where that is negative).
        """
        with self._migrating() as connection:
            if MigrationContext.configure(connection).get_current_revision() is not None:
                raise AlreadyMade
            _migrate(connection)
            settle_kind(connection, kind, ahead)

    @property
    def kind(self) -> Kind:
        """What the database was made as; raises StoreUnfit where nobody settled that."""
        with self._opened() as connection:
            found = kind_of(connection)
        if found is None:
            raise StoreUnfit(
                "It was not settled whether the database is a live one. Run `ics-flow db upgrade`."
            )
        return found

    def clock_ahead(self) -> timedelta:
        """How far a training database's clock is ahead of the wall's just now."""
        with self.reading() as reading:
            return reading.training_clock.ahead()

    def require_current(self) -> None:
        """Raise StoreUnfit unless the tables are those that this version of the program was written for."""
        with self._opened() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        if found != ScriptDirectory.from_config(_migrations()).get_current_head():
            raise StoreUnfit(
                "The database was made by another version of the program. Run `ics-flow db upgrade`, then start again."
            )

    def back_up(self, file: Path) -> None:
        """Copy the database to a new file, as it stands at one moment, while others use it; raises StoreUnfit."""
        self.require_current()
        with self._opened() as connection:
            self._dialect.back_up(connection, file)

    @contextmanager
    def unit(self, clock: Clock, entropy: Entropy = secrets.token_bytes) -> Iterator[UnitOfWork]:
        """A unit of work: all that is done in it is kept when the block ends, and nothing when it raises."""
        with self._transaction() as connection:
            unit = UnitOfWork(connection, clock(), entropy)
            yield unit
            unit.send()

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
    def _migrating(self) -> Iterator[Connection]:
        """A transaction in which no other process changes the tables."""
        self._dialect.make(self._url)
        with self._transaction() as connection:
            self._dialect.hold_upgrades(connection)
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._sentences(), self._writing.connect() as connection:
            connection.begin()
            yield connection
            connection.commit()

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        with self._sentences(), self._reading.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what the database says of itself into sentences."""
        try:
            yield
        except DBAPIError as error:
            told = self._dialect.told(error)
            if told is None:
                raise
            raise told from error


def _migrate(connection: Connection) -> None:
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
