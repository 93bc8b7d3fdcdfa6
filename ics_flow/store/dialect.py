"""What the two databases do differently, as each of `sqlite` and `postgresql` gives it; what they have in common is the database's."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from ics_flow.domain.errors import Told


class Engines(NamedTuple):
    """Where connections come from: those of units of work, and those that see one moment and cannot write."""

    writing: Engine
    reading: Engine


class Dialect(Protocol):
    """A database that the store can stand on."""

    def open(self, url: URL) -> Engines:
        """The engines over a database, which need not be there yet; raises StoreUnfit where its library is not to be trusted."""

    def make(self, url: URL) -> None:
        """Make what must be there before the first connection."""

    def hold_upgrades(self, connection: Connection) -> None:
        """Keep other processes from bringing the tables up to date until the transaction ends."""

    def grant(self, connection: Connection, role: str) -> None:
        """Let a role do what the program does, and no more."""

    def back_up(self, connection: Connection, file: Path) -> None:
        """Copy the database to a new file, as it stands at one moment; raises StoreUnfit."""

    def told(self, error: DBAPIError) -> Told | None:
        """What a person is told of an error; None where it is the program's own."""
