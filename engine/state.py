"""The state of a process: a marking, as small plain values that can be kept, compared and sent.

A state knows nothing of SpiffWorkflow, which moves the tokens (``tokens``) and is rebuilt from the marking for each step. Canonical: equal states encode to equal
JSON on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from engine.feel import Value, decode_value, encode_value

Json = Any
"""What ``json`` reads and writes: None, bool, int, str, list, dict with text keys."""


def write_instant(instant: datetime) -> str:
    """The instant as text in UTC, to the microsecond: ``2026-03-20T10:00:00.000000Z``."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_instant(text: str) -> datetime:
    """The instant that ``write_instant`` wrote."""
    return datetime.fromisoformat(text)


def encode_data(data: Mapping[str, Value]) -> Json:
    """Process data as JSON, dates and decimals marked as such."""
    return {name: encode_value(value) for name, value in data.items()}


def decode_data(data: Json) -> dict[str, Value]:
    """The data that ``encode_data`` wrote."""
    return {name: decode_value(value) for name, value in data.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One thing that is waited for: a task, a timer, a message, an open activity, or a branch that has reached its join."""

    element: str
    occurrence: int
    due: datetime | None = None  # of a timer: the instant from which it may fire
    due_on: date | None = None  # of a timer: the day that its expression named
    host: int | None = None  # of a boundary event: the occurrence of the activity it sits on
    source: str | None = None  # of a branch at its join: the element that it came from

    @property
    def name(self) -> str:
        """Element and occurrence: ``write#2``."""
        return f"{self.element}#{self.occurrence}"

    def encode(self) -> Json:
        """The token as JSON, without what it does not have."""
        out: dict[str, Json] = {"element": self.element, "occurrence": self.occurrence}
        if self.due is not None and self.due_on is not None:
            out["due"] = write_instant(self.due)
            out["due_on"] = self.due_on.isoformat()
        if self.host is not None:
            out["host"] = self.host
        if self.source is not None:
            out["source"] = self.source
        return out

    @classmethod
    def decode(cls, data: Json) -> Token:
        """The token that ``encode`` wrote."""
        return cls(
            element=data["element"],
            occurrence=data["occurrence"],
            due=read_instant(data["due"]) if "due" in data else None,
            due_on=date.fromisoformat(data["due_on"]) if "due_on" in data else None,
            host=data.get("host"),
            source=data.get("source"),
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """One open stretch of diagram: its data, its tokens in the order in which they came, and the scopes open within it."""

    data: Mapping[str, Value] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)  # how often each element has been entered
    tokens: tuple[Token, ...] = ()
    inner: Mapping[str, Scope] = field(default_factory=dict)  # by the name of the token that opened it

    def walk(self, path: str = "") -> Iterator[tuple[str, Scope]]:
        """This scope and all within it, each with its path: ``""``, ``assessment#1``, ..."""
        yield path, self
        for name, scope in self.inner.items():
            yield from scope.walk(join(path, name))

    def encode(self) -> Json:
        """The scope as JSON, without what is empty."""
        whole = {
            "data": encode_data(self.data),
            "counts": dict(self.counts),
            "tokens": [token.encode() for token in self.tokens],
            "inner": {name: scope.encode() for name, scope in self.inner.items()},
        }
        return {name: part for name, part in whole.items() if part}

    @classmethod
    def decode(cls, data: Json) -> Scope:
        """The scope that ``encode`` wrote."""
        return cls(
            data=decode_data(data.get("data", {})),
            counts=data.get("counts", {}),
            tokens=tuple(Token.decode(token) for token in data.get("tokens", ())),
            inner={name: cls.decode(scope) for name, scope in data.get("inner", {}).items()},
        )


@dataclass(frozen=True, slots=True)
class State:
    """Where a process stands: which pathway it follows, and its marking."""

    pathway: str
    scope: Scope

    @property
    def ended(self) -> bool:
        """Whether nothing is waited for any more."""
        return not self.scope.tokens

    def encode(self) -> Json:
        """The state as JSON."""
        return {"pathway": self.pathway, "scope": self.scope.encode()}

    @classmethod
    def decode(cls, data: Json) -> State:
        """The state that ``encode`` wrote."""
        return cls(data["pathway"], Scope.decode(data["scope"]))


@dataclass(frozen=True, slots=True)
class Timer:
    """A waiting timer: its name and the instant from which it may fire (aware UTC)."""

    name: str
    due: datetime


def timers(state: State) -> tuple[Timer, ...]:
    """The waiting timers of a process, in the order in which they fall due (by name where two fall due together)."""
    found: list[Timer] = []
    _gather(state.scope, "", found)
    found.sort(key=_due_and_name)
    return tuple(found)


def _gather(scope: Scope, path: str, found: list[Timer]) -> None:
    found.extend(Timer(join(path, token.name), token.due) for token in scope.tokens if token.due is not None)
    for name, inner in scope.inner.items():
        _gather(inner, join(path, name), found)


def _due_and_name(timer: Timer) -> tuple[datetime, str]:
    return timer.due, timer.name


def join(path: str, name: str) -> str:
    """The name within the path: ``assessment#1`` and ``write#2`` give ``assessment#1/write#2``."""
    return f"{path}/{name}" if path else name


def split(name: str) -> tuple[str, str]:
    """The path and the last name: ``assessment#1/write#2`` gives ``assessment#1`` and ``write#2``."""
    path, _, last = name.rpartition("/")
    return path, last
