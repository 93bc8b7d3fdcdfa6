"""Rows in bulk: all that is derived of one case read out, and rows of many cases poured in. For councils that are generated to be measured.

No command goes this way: what is poured in must already be true, and nothing here sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, insert, select

from ics_flow.domain.history import StoredEntry
from ics_flow.store.history import history_row, payload_rows
from ics_flow.store.persons import Person, token_rows
from ics_flow.store.tables import DERIVED, case_secret, history, metadata, payload, person_row, person_token

Row: TypeAlias = dict[str, Any]

_OF_A_CASE = tuple(table for table in DERIVED if "case_id" in table.c)


class Bulk:
    """Rows of many cases within one transaction, gathered first and poured in together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._gathered: dict[str, list[Row]] = {}

    def derived_of(self, case: str) -> Mapping[str, Sequence[Row]]:
        """The rows that are derived of a case, by table."""
        return {
            table.name: [
                dict(row)
                for row in self._connection.execute(select(table).where(table.c.case_id == case)).mappings()
            ]
            for table in _OF_A_CASE
        }

    def gather(self, table: str, rows: Iterable[Row]) -> None:
        """Rows for a table."""
        self._gathered.setdefault(table, []).extend(rows)

    def gather_secret(self, case: str, secret: bytes) -> None:
        """The secret of a new case."""
        self.gather(case_secret.name, [{"case_id": case, "secret": secret}])

    def gather_entry(self, stored: StoredEntry) -> None:
        """An entry of a history, with its parts."""
        self.gather(history.name, [history_row(stored)])
        self.gather(payload.name, payload_rows(stored))

    def gather_person(self, person: Person) -> None:
        """A person, and what the person is found by."""
        self.gather(person_row.name, [asdict(person)])
        self.gather(person_token.name, token_rows(person))

    def pour(self) -> None:
        """Put in all that was gathered."""
        for table in metadata.sorted_tables:
            rows = self._gathered.pop(table.name, None)
            if rows and self._connection.dialect.name == "postgresql":
                self._copy(table, rows)
            elif rows:
                self._connection.execute(insert(table), rows)

    def _copy(self, table: Table, rows: Sequence[Row]) -> None:
        """Put rows in as PostgreSQL takes them fastest, several times as fast as statements."""
        columns = [table.c[name] for name in rows[0]]
        dialect = self._connection.dialect
        bound = [column.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is for column in columns]
        names = ", ".join(f'"{column.name}"' for column in columns)
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([bind(value) for bind, value in zip(bound, row.values(), strict=True)])


def _as_it_is(value: Any) -> Any:
    return value
