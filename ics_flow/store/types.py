"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, TypeDecorator

from ics_flow.domain.history import instant_text

INSTANT = DateTime(timezone=True).with_variant(String(27), "sqlite")
"""How an instant is declared: SQLite has no type for one, so text of fixed width that sorts as time does."""

JSON_TEXT = JSON(none_as_null=True)
"""JSON as it was written, to the letter; nothing looks inside it with SQL."""

KEY = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives to a row."""

SORTED_TEXT = String().with_variant(String(collation="C"), "postgresql")
"""Text that a range finds by prefix: ordered by code point, whatever the language of the database."""


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC."""

    impl = INSTANT
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (datetime.fromisoformat(value) if dialect.name == "sqlite" else value).astimezone(UTC)


def as_bytes(kept: object) -> bytes:
    """What a column of bytes holds, as bytes: whoever owns a database file can put text there, which is a fault to be named and no reason to stop."""
    return kept if isinstance(kept, bytes) else str(kept).encode()
