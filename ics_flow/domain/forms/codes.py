"""Code sets: the dated lists that choices are made from, as process owners keep them in ``forms/codes/*.yaml``.

Not here: lists that change from day to day (workers, teams); those are given when a form is filled in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date

import yaml

from engine.problems import Problem, Refused

LARGEST_FILE = 200_000
FIELDS = {"name", "source", "codes"}
CODE_FIELDS = {"code", "label", "from", "to"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option as people see it (``label``) and as data keep it (``code``)."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Code:
    """A choice with the first and the last day on which it may be chosen, where there are such days."""

    choice: Choice
    first: date | None = None
    last: date | None = None

    def stands_on(self, on: date) -> bool:
        """Whether the code may be chosen on that day."""
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A named list of codes and where it comes from."""

    name: str
    source: str
    codes: tuple[Code, ...]

    def options(self, on: date) -> tuple[Choice, ...]:
        """The choices that stand on that day, in the order of the file."""
        return tuple(code.choice for code in self.codes if code.stands_on(on))

    def label(self, code: str) -> str | None:
        """What a code is called, whether or not it still stands."""
        return next((each.choice.label for each in self.codes if each.choice.code == code), None)


def read_code_set(name: str, content: bytes) -> CodeSet:
    """The code set of ``forms/codes/<name>.yaml``; raises Refused with every problem found."""
    reading = _Reading(f"forms/codes/{name}.yaml")
    code_set = reading.code_set(name, reading.document(content))
    if reading.problems:
        raise Refused(reading.problems)
    return code_set


class _PlainLoader(yaml.SafeLoader):
    """YAML without aliases (a few lines of them can stand for gigabytes) and without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("write each entry out: references (*name) are not read here")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        repeated = [key for key, times in keys.items() if times > 1]
        if repeated:
            raise yaml.YAMLError(f"“{repeated[0]}” stands twice in one entry: keep one")
        return super().construct_mapping(node, deep)


class _Reading:
    """Reads one file and gathers all that is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def refuse(self, element: str | None, message: str) -> None:
        self.problems.append(Problem(self.file, element, message))

    def document(self, content: bytes) -> dict[Hashable, object]:
        if len(content) > LARGEST_FILE:
            raise Refused([Problem(self.file, None, "is larger than 200 kB: split the list.")])
        try:
            document = yaml.load(content.decode("utf-8"), Loader=_PlainLoader)  # noqa: S506  (a SafeLoader)
        except UnicodeDecodeError:
            raise Refused([Problem(self.file, None, "is not UTF-8 text: save it as UTF-8.")]) from None
        except RecursionError:
            raise Refused([Problem(self.file, None, "is nested too deeply: write a plain list.")]) from None
        except (yaml.YAMLError, ValueError) as error:
            message = " ".join(str(error).split())
            raise Refused([Problem(self.file, None, f"is not YAML that can be read: {message}.")]) from None
        if not isinstance(document, dict):
            raise Refused([Problem(self.file, None, "must have the entries name, source and codes.")])
        return document

    def code_set(self, name: str, document: dict[Hashable, object]) -> CodeSet:
        for key in document.keys() - FIELDS:
            self.refuse(None, f"has an entry “{key}” that means nothing here: take it out.")
        if document.get("name") != name:
            self.refuse(None, f"must have the name of its file: write name: {name}.")
        source = document.get("source")
        if not isinstance(source, str) or not source.strip():
            self.refuse(None, "must say where its codes come from: write source: and the document.")
        entries = document.get("codes")
        if not isinstance(entries, list) or not entries:
            self.refuse(None, "must have a list of codes.")
            entries = []
        codes = tuple(self.codes(entries))
        repeated = Counter(code.choice.code for code in codes)
        for code in (code for code, times in repeated.items() if times > 1):
            self.refuse(code, "stands twice: give each code once.")
        return CodeSet(name, str(source), codes)

    def codes(self, entries: list[object]) -> Iterator[Code]:
        for number, entry in enumerate(entries, 1):
            if not isinstance(entry, dict):
                self.refuse(
                    f"code {number}", "must have a code and a label: {code: abc, label: What it means}."
                )
            elif (code := self.code(f"code {number}", entry)) is not None:
                yield code

    def code(self, where: str, entry: dict[Hashable, object]) -> Code | None:
        for key in entry.keys() - CODE_FIELDS:
            self.refuse(where, f"has an entry “{key}” that means nothing here: take it out.")
        code, label = (self.text(where, entry, key) for key in ("code", "label"))
        first, last = (self.day(where, entry, key) for key in ("from", "to"))
        if first and last and last < first:
            self.refuse(where, "ends before it begins: mend from or to.")
        return Code(Choice(code, label), first, last) if code and label else None

    def text(self, where: str, entry: dict[Hashable, object], key: str) -> str:
        value = entry.get(key)
        if isinstance(value, str) and value.strip() == value and value:
            return value
        self.refuse(where, f"must have a {key} that is text: put it in quotes, as in {key}: “01”.")
        return ""

    def day(self, where: str, entry: dict[Hashable, object], key: str) -> date | None:
        value = entry.get(key)
        if value is None or type(value) is date:
            return value
        self.refuse(where, f"has a day that cannot be read: write {key}: 2026-04-01.")
        return None
