"""Writing a row whether or not its key is there already, in the words of each database."""

from functools import cache

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


@cache
def upsert(table: Table, dialect: str) -> Insert:
    """The statement that puts a whole row in, over the one with the same key."""
    insert = _insert(table, dialect)
    key = [column.name for column in table.primary_key]
    others = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    if not others:
        return insert.on_conflict_do_nothing(index_elements=key)
    return insert.on_conflict_do_update(index_elements=key, set_=others)


@cache
def insert_once(table: Table, dialect: str, *key: str) -> Insert:
    """The statement that puts a row in unless one with this key is there, and then leaves that one as it is; its rowcount tells."""
    insert = _insert(table, dialect).on_conflict_do_nothing(index_elements=key)
    return insert.execution_options(preserve_rowcount=True)


def _insert(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
