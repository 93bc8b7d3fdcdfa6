"""What a stretch of work asks of the database, counted: for tests and measurements that hold the number down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event

from ics_flow.store.database import Database


@dataclass(slots=True)
class Asked:
    """How many statements were sent (the BEGIN of a transaction apart), and how many transactions were begun and committed."""

    statements: int = 0
    transactions: int = 0
    commits: int = 0


@contextmanager
def counting(database: Database) -> Iterator[Asked]:
    """Count what the database is asked, by any thread, until the block ends."""
    asked = Asked()

    def begin(_connection: object) -> None:
        asked.transactions += 1

    def statement(_connection: object, _cursor: object, text: str, *_: object) -> None:
        asked.statements += not text.startswith("BEGIN")

    def commit(_connection: object) -> None:
        asked.commits += 1

    engines = (database._writing, database._reading)
    for engine in engines:
        event.listen(engine, "begin", begin)
        event.listen(engine, "before_cursor_execute", statement)
        event.listen(engine, "commit", commit)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "begin", begin)
            event.remove(engine, "before_cursor_execute", statement)
            event.remove(engine, "commit", commit)
