"""A release: pathways, forms, code sets, rights and statutory table, published together under the hash of their content.

Reading one checks all of it; what is wrong is told for every file at once. Where releases are kept is the store's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, Self, TypeVar

import yaml

import engine
from engine import Pathways, Problem
from engine.diagram import Call, UserTask, names_in
from engine.feel import Expression
from ics_flow.domain.forms import CodeSet, Form, read_code_set, read_form
from ics_flow.domain.history import canonical
from ics_flow.domain.rights import Rights, RightsUnreadable

RELEASE_PUBLISHED = "release-published"
"""The entry of the council's history by which a release and a calendar are in force."""

RIGHTS = "bpmn/rights.yaml"
STATUTE = "bpmn/statute.yaml"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is in force: ready to be run, asked and weighed."""

    hash: str
    law_of: date
    files: Mapping[str, bytes]
    pathways: Pathways
    forms: Mapping[str, Form]
    codes: Mapping[str, CodeSet]
    rights: Rights

    def body(self) -> bytes:
        """The files as the bytes that are kept."""
        return canonical({name: content.decode("utf-8") for name, content in self.files.items()})

    @staticmethod
    @lru_cache(maxsize=64)
    def from_body(body: bytes) -> Release:
        """The release that ``body`` wrote, read once: a release never changes."""
        return Release.read({name: text.encode("utf-8") for name, text in json.loads(body).items()})

    def first_form(self, pathway: str) -> Form | None:
        """The form of the task to which a start of the pathway by hand leads at once, where it leads to one."""
        graph = self.pathways[pathway].graph
        start = self.pathways[pathway].start(None)
        for flow in graph.outgoing(start.id) if start else ():
            task = graph.nodes[flow.target]
            if isinstance(task, UserTask) and isinstance(task.form, str):
                return self.forms[task.form]
        return None

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> Self:
        """The release of the files; raises ``engine.Refused`` with every problem found."""
        reading = _Reading(files)
        pathways = reading.one(lambda: engine.read_pathways(reading.ending(".bpmn")))
        codes, forms, problems = _forms(tuple(each for each in files.items() if each[0].startswith("forms/")))
        reading.problems += problems
        rights = reading.rights()
        law_of = reading.law_of()
        if reading.problems or pathways is None or rights is None or law_of is None:
            raise engine.Refused(reading.problems)
        found = cls(
            hash=hash_of(files),
            law_of=law_of,
            files=dict(files),
            pathways=pathways,
            forms=forms,
            codes=codes,
            rights=rights,
        )
        if problems := tuple(_across(found)):
            raise engine.Refused(problems)
        return found


@lru_cache(maxsize=8)
def read_statute(content: bytes) -> Any:
    """The statutory table as data, not to be changed; raises ``yaml.YAMLError``."""
    return yaml.safe_load(content)


def hash_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the canonical list of names with the SHA-256 of each content, in hexadecimal."""
    content = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    return hashlib.sha256(canonical(content)).hexdigest()


def read_files(bpmn: Path, forms: Path) -> dict[str, bytes]:
    """The files of a release from the two folders, by the names they have in it; scenarios are no part of it. Raises ``engine.Refused``."""
    patterns = (
        (bpmn, "bpmn", ("*.bpmn", "rights.yaml", "statute.yaml")),
        (forms, "forms", ("*.form", "codes/*.yaml")),
    )
    found = {
        str(PurePosixPath(name) / path.relative_to(folder).as_posix()): path
        for folder, name, globs in patterns
        for glob in globs
        for path in sorted(folder.glob(glob))
    }
    folders = [name for name, path in found.items() if path.is_dir()]
    if folders:
        raise engine.Refused(
            Problem(name, None, "This is a folder, and a file is looked for. Call it something else.")
            for name in folders
        )
    return {name: path.read_bytes() for name, path in found.items()}


@lru_cache(maxsize=8)
def _forms(
    files: tuple[tuple[str, bytes], ...],
) -> tuple[Mapping[str, CodeSet], Mapping[str, Form], tuple[Problem, ...]]:
    """The lists and the forms of the files, and the problems; read once, as long as none of the files changes."""
    reading = _Reading(dict(files))
    codes = reading.each("forms/codes/", ".yaml", read_code_set)
    forms = reading.each("forms/", ".form", lambda name, content: read_form(name, content, codes))
    return codes, forms, tuple(reading.problems)


@lru_cache(maxsize=8)
def _rights(content: bytes) -> Rights:
    """The rights that the file gives, read once as long as it does not change; raises ``RightsUnreadable``."""
    return Rights.read(RIGHTS, content)


class _Reading:
    """A set of files on their way to a release."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def ending(self, suffix: str) -> dict[str, bytes]:
        """The files whose names end so."""
        return {name: content for name, content in self.files.items() if name.endswith(suffix)}

    def one(self, read: Callable[[], _T]) -> _T | None:
        """What is read, or None and its problems."""
        try:
            return read()
        except engine.Refused as refused:
            self.problems.extend(refused.problems)
            return None

    def each(self, folder: str, suffix: str, read: Callable[[str, bytes], _T]) -> dict[str, _T]:
        """What is read of each file directly in the folder whose name ends so, by its name without the ending."""
        found: dict[str, _T] = {}
        for name, content in self.files.items():
            path = PurePosixPath(name)
            if path.suffix == suffix and f"{path.parent}/" == folder:
                value = self.one(partial(read, path.stem, content))
                if value is not None:
                    found[path.stem] = value
        return found

    def rights(self) -> Rights | None:
        """The rights, or None and the problem."""
        try:
            return _rights(self.files.get(RIGHTS, b""))
        except RightsUnreadable as error:
            self.problems.append(error.problem)
            return None

    def law_of(self) -> date | None:
        """The day whose law the release follows, or None and the problem."""
        if STATUTE not in self.files:
            self.problems.append(
                Problem(STATUTE, None, "The file is missing: it names the day whose law is followed.")
            )
            return None
        try:
            day = read_statute(self.files[STATUTE])["law_of"]
        except (yaml.YAMLError, KeyError, TypeError) as error:
            self.problems.append(Problem(STATUTE, None, f"The statutory table cannot be read: {error}."))
            return None
        if type(day) is not date:
            self.problems.append(
                Problem(STATUTE, "law_of", "Give the day whose law the release follows, as 2010-09-01.")
            )
            return None
        return day


def _across(release: Release) -> Iterator[Problem]:
    """What is wrong between files: forms and roles that a diagram names and nobody has described."""
    for pathway in release.pathways.by_id.values():
        for node in pathway.graph.walk():
            if isinstance(node, UserTask):
                if isinstance(node.form, str) and node.form not in release.forms:
                    yield Problem(pathway.file, node.id, f"There is no form {node.form!r}.")
                if isinstance(node.roles, tuple):
                    yield from _unknown_roles(release, pathway.file, node.id, node.roles)
            elif isinstance(node, Call):
                yield from _at_the_call(release, pathway.file, node)


def _at_the_call(release: Release, file: str, call: Call) -> Iterator[Problem]:
    """What is wrong with the forms and the roles that a shared procedure is called with, which are literal."""
    tasks = [node for node in release.pathways[call.pathway].graph.walk() if isinstance(node, UserTask)]
    forms = {name for task in tasks if isinstance(task.form, Expression) for name in task.form.names}
    roles = {name for task in tasks if isinstance(task.roles, Expression) for name in task.roles.names}
    for name, given in call.inputs:
        if name not in forms | roles:
            continue
        if not isinstance(given, str):
            yield Problem(file, call.id, f"Write the input {name} out, without an equals sign.")
        elif name in forms and given not in release.forms:
            yield Problem(file, call.id, f"There is no form {given!r}.")
        elif name in roles:
            yield from _unknown_roles(release, file, call.id, names_in(given))


def _unknown_roles(release: Release, file: str, element: str, roles: tuple[str, ...]) -> Iterator[Problem]:
    for role in roles:
        if role not in release.rights.roles:
            yield Problem(
                file, element, f"There is no role {role!r}. The roles are: {', '.join(release.rights.roles)}."
            )
