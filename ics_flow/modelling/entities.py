"""The entity diagrams, in Mermaid: the logical one from what a case shows, the physical one from the tables.

Not here: what the entities mean (``data``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ics_flow.modelling.data import ENTITIES
from ics_flow.store.tables import metadata

LINKS = {
    "person": "Person",
    "process": "Process",
    "release": "Release",
    "record": "Record",
    "allocated_worker": "Worker",
    "by": "Worker",
    "authorised_by": "Worker",
    "manager": "Worker",
    "worker": "Worker",
}
"""Fields that name another entity, and which."""
ROWS = {"case_id": "case_row", "person_id": "person_row", "worker_id": "account"}
"""Columns that name a row of another table which may be made anew, so that the database does not hold them to it."""


def entities() -> Iterator[str]:
    """The page of both diagrams."""
    yield "# Entities\n"
    yield "## What a case consists of\n"
    yield from _drawn(_logical())
    yield "## How it is kept\n"
    yield "The history of each case is what counts; tables whose names end in `_row` are made from it, and can be made again at any time. A dotted line is a name that the database itself does not hold to.\n"
    yield from _drawn(_physical())


def _drawn(lines: Iterator[str]) -> Iterator[str]:
    yield "```mermaid"
    yield "erDiagram"
    yield from lines
    yield "```\n"


def _logical() -> Iterator[str]:
    names = {entity: _name(name) for name, entity in ENTITIES}
    for name, entity in ENTITIES:
        here = _name(name)
        hints = get_type_hints(entity)
        lines = []
        for each in fields(entity):
            part = _part(hints[each.name])
            if part in names:
                yield f"    {here} ||--o{{ {names[part]} : {each.name}"
            elif each.name in LINKS:
                yield f"    {here} }}o--o| {LINKS[each.name]} : {each.name}"
            else:
                lines.append(f"        {_type(hints[each.name])} {each.name}")
        yield f"    {here} {{"
        yield from lines
        yield "    }"


def _physical() -> Iterator[str]:
    for table in metadata.sorted_tables:
        yield f"    {table.name} {{"
        for column in table.columns:
            key = " PK" if column.primary_key else ""
            yield f"        {type(column.type).__name__} {column.name}{key}"
        yield "    }"
        for constraint in sorted(table.foreign_key_constraints, key=lambda each: sorted(each.column_keys)):
            columns = "_".join(constraint.column_keys)
            yield f"    {constraint.referred_table.name} ||--o{{ {table.name} : {columns}"
        for column in table.columns:
            named = ROWS.get(column.name, table.name)
            if named != table.name and not column.foreign_keys:
                yield f"    {named} |o..o{{ {table.name} : {column.name}"


def _name(entity: str) -> str:
    return "".join(word.capitalize() for word in entity.split())


def _part(hint: Any) -> Any:
    """What a tuple holds, or the value itself."""
    return get_args(hint)[0] if get_origin(hint) is tuple else hint


def _type(hint: Any) -> str:
    """The kind of a value in one word, as Mermaid wants it; one that may be missing has its kind alone."""
    if get_origin(hint) is UnionType:
        hint = next(each for each in get_args(hint) if each is not type(None))
    origin = get_origin(hint) or hint
    if origin is tuple:
        return f"{_type(get_args(hint)[0])}_list"
    name: str = "str" if origin is Literal else origin.__name__
    return name
