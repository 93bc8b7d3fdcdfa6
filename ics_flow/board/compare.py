"""Two sets of files compared: what a change adds, takes away and alters, in plain words, each with its file and its element.

Takes the files of a release or draft as ``drafts.files_of`` gives them, scenarios and calendar among them. What cannot be read is said to have changed,
and no more. Not here: how much would have come out otherwise for children (``what_if``), and how it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import Any, TypeVar

import yaml

import engine
from engine import Calendar
from engine.diagram import Pathway
from engine.reading import MAP, read_pathway
from ics_flow.board import compared_tables
from ics_flow.board.compared_diagrams import Diagrams
from ics_flow.board.compared_forms import code_sets, forms
from ics_flow.board.days import CALENDAR, read_calendar
from ics_flow.board.differences import Change, Said
from ics_flow.board.files import Kind as KindOfFile
from ics_flow.board.files import kind_of
from ics_flow.board.wording import Vocabulary
from ics_flow.domain.forms import CodeSet, Form, read_code_set, read_form
from ics_flow.domain.release import RIGHTS
from ics_flow.domain.rights import Rights, RightsUnreadable

__all__ = ["Change", "compare", "vocabulary_of"]

_T = TypeVar("_T")

ORDER: tuple[KindOfFile, ...] = (
    "diagram",
    "form",
    "codes",
    "rights",
    "statute",
    "calendar",
    "scenario",
)
FILE_WORDS: Mapping[KindOfFile, str] = {
    "diagram": "procedure",
    "form": "form",
    "codes": "list of codes",
    "rights": "table of rights",
    "statute": "statutory table",
    "calendar": "calendar",
    "scenario": "scenario",
}


def compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Every difference between two sets of files, file by file; none where they are the same."""
    comparison = _Comparison(_Side(before), _Side(after))
    return tuple(
        Change(kind=kind, what=what, file=name, element=element, words=words)
        for name in sorted({*before, *after}, key=_order)
        if before.get(name) != after.get(name)
        for kind, what, element, words in comparison.of_file(name)
    )


def vocabulary_of(files: Mapping[str, bytes]) -> Vocabulary:
    """What people call the roles, questions and forms of a set of files, as far as they can be read."""
    return _Side(files).vocabulary


def _order(name: str) -> tuple[int, str]:
    return ORDER.index(kind_of(name)), name


class _Side:
    """One set of files, each read when it is asked for; None is what cannot be read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    @cached_property
    def codes(self) -> Mapping[str, CodeSet]:
        """The lists of codes that can be read."""
        found = [self.code_set(name) for name in self.files if kind_of(name) == "codes"]
        return {each.name: each for each in found if each is not None}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What people call things on this side."""
        rights = self.rights()
        forms = [name for name in self.files if kind_of(name) == "form"]
        return Vocabulary(
            roles=rights.roles if rights else {},
            labels=_unmistakable(each for name in forms for each in _labels(self.files[name])),
            forms=frozenset(PurePosixPath(name).stem for name in forms),
        )

    def read(self, name: str) -> Any:
        """What the file holds, read as its kind is."""
        match kind_of(name):
            case "diagram":
                return self.pathway(name)
            case "form":
                return self.form(name)
            case "codes":
                return self.code_set(name)
            case "rights":
                return self.rights()
            case "calendar":
                return self.calendar()
            case "statute" | "scenario":
                return self.entries(name)

    def pathway(self, name: str) -> Pathway | None:
        return _or_none(lambda: read_pathway(name, self.files[name]))

    def code_set(self, name: str) -> CodeSet | None:
        return _code_set(PurePosixPath(name).stem, self.files[name])

    def form(self, name: str) -> Form | None:
        return _or_none(lambda: read_form(PurePosixPath(name).stem, self.files[name], self.codes))

    def calendar(self) -> Calendar | None:
        return _or_none(lambda: read_calendar(self.files[CALENDAR]))

    def rights(self) -> Rights | None:
        try:
            return Rights.read(RIGHTS, self.files.get(RIGHTS, b""))
        except RightsUnreadable:
            return None

    def entries(self, name: str) -> dict[str, Any] | None:
        try:
            found = yaml.safe_load(self.files[name])
        except (yaml.YAMLError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def title(self, name: str) -> str:
        """What people call a file."""
        stem = PurePosixPath(name).stem.replace("_", " ")
        match kind_of(name):
            case "diagram":
                pathway = self.pathway(name)
                return f"“{pathway.name if pathway else stem.capitalize()}”"
            case "scenario":
                return f"“{(self.entries(name) or {}).get('scenario', stem)}”"
            case "form" | "codes":
                return f"“{stem}”"
            case "rights" | "statute" | "calendar":
                return ""


@lru_cache(maxsize=1024)
def _code_set(name: str, content: bytes) -> CodeSet | None:
    """A list of codes, read once; None where it cannot be read."""
    return _or_none(lambda: read_code_set(name, content))


def _unmistakable(labels: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """What each key is called; a key that two forms call differently is left out."""
    found: dict[str, set[str]] = {}
    for key, label in labels:
        found.setdefault(key, set()).add(label)
    return {key: called.pop() for key, called in found.items() if len(called) == 1}


@lru_cache(maxsize=512)
def _labels(form: bytes) -> tuple[tuple[str, str], ...]:
    """What the questions of a form are called, by key, whether or not the form is in order otherwise."""
    try:
        todo = [json.loads(form)]
    except (ValueError, RecursionError):
        return ()
    found = []
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            key, label = part.get("key"), part.get("dateLabel") or part.get("label")
            if isinstance(key, str) and isinstance(label, str):
                found.append((key, label))
            inner = (
                part.get("components") if part.get("type") != "dynamiclist" else None
            )  # no process knows rows
            todo += inner if isinstance(inner, list) else []
    return tuple(found)


def _or_none(read: Callable[[], _T]) -> _T | None:
    try:
        return read()
    except (engine.Refused, KeyError):
        return None


class _Comparison:
    """Two sides held against each other."""

    def __init__(self, before: _Side, after: _Side) -> None:
        self.before = before
        self.after = after

    def of_file(self, name: str) -> Said:
        """What changed in one file that is not the same on both sides."""
        kind = kind_of(name)
        if name not in self.before.files:
            yield "added", "file", None, _sentence(f"New {FILE_WORDS[kind]} {self.after.title(name)}")
        elif name not in self.after.files:
            yield "removed", "file", None, _sentence(f"The {FILE_WORDS[kind]} {self.before.title(name)} goes")
        else:
            yield from self.changed_file(name, kind)

    def changed_file(self, name: str, kind: KindOfFile) -> Said:
        """What changed within a file that both sides have."""
        if kind == "scenario":
            yield "changed", "file", None, _sentence(f"The scenario {self.after.title(name)} changes")
            return
        if PurePosixPath(name).stem == MAP:
            yield "changed", "drawing", None, "The map of all procedures is drawn otherwise."
            return
        title = f"{FILE_WORDS[kind]} {self.after.title(name)}".strip()
        before, after = self.before.read(name), self.after.read(name)
        if before is None or after is None:
            words = f"The {title} changes, and cannot be read yet, so no more can be told."
            yield "changed", "file", None, words
            return
        found = list(self.within(kind, before, after))
        how = "drawn" if kind == "diagram" else "written"
        as_it_was = f"The {title} asks for the same as before: only how it is {how} changes."
        yield from found or [("changed", "drawing", None, as_it_was)]

    def within(self, kind: KindOfFile, before: Any, after: Any) -> Said:
        """What changed between two files of a kind, both read."""
        match kind:
            case "diagram":
                return Diagrams(self.after.vocabulary).pathways(before, after)
            case "form":
                return forms(before, after)
            case "codes":
                return code_sets(before, after)
            case "rights":
                return compared_tables.rights(self.after.vocabulary, before, after)
            case "statute":
                return compared_tables.statutes(before, after)
            case "calendar":
                return compared_tables.calendars(before, after)
            case "scenario":
                return iter(())


def _sentence(words: str) -> str:
    return f"{words.strip()}."
