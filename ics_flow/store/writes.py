"""Rows on their way into the database: sent at once, or gathered so that one statement serves many cases. What is written is each store's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Delete, Insert

from ics_flow.store.tables import metadata

Values: TypeAlias = Mapping[str, Any]

_PLACES = {table.name: place for place, table in enumerate(metadata.sorted_tables)}


class Writes:
    """The changes of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._gathered: dict[Insert | Delete, list[Values]] | None = None

    def make(self, statement: Insert | Delete, rows: Sequence[Values]) -> None:
        """Make the change for each of the rows, at the latest when the unit of work ends."""
        if not rows:
            return
        if self._gathered is None:
            self._connection.execute(statement, rows)
        else:
            self._gathered.setdefault(statement, []).extend(rows)

    def gather(self) -> None:
        """Gather from here on: for work on many cases, none of which reads again what it has written."""
        self._gathered = self._gathered or {}

    def send(self) -> None:
        """Send what was gathered: removals first, and no row before the one that it refers to."""
        gathered, self._gathered = self._gathered or {}, None
        for statement in sorted(gathered, key=_place):
            self._connection.execute(statement, gathered[statement])


def _place(statement: Insert | Delete) -> int:
    place = _PLACES[statement.table.name]  # type: ignore[union-attr]
    return place if isinstance(statement, Insert) else -place - 1
