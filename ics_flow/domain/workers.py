"""Who works here: a worker with roles, in a team, under a manager."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker as far as rights go."""

    id: str
    name: str
    roles: frozenset[str]
    team: str | None
    manager: str | None
