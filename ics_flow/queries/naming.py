"""What things are called on a page: pathways and tasks by the words that their authors drew."""

from __future__ import annotations

from engine import element_of
from engine.diagram import Element
from ics_flow.domain.release import Release


def pathway_name(release: Release, process: str) -> str:
    """The name of the pathway that a process follows: `initial_assessment#1` is called Initial assessment."""
    pathway = process.partition("#")[0]
    if pathway in release.pathways:
        return release.pathways[pathway].name
    return pathway.replace("_", " ").capitalize()


def task_title(release: Release, name: str, title: str) -> str:
    """A task's title with what is to be done, where the title is that of a record: `Contact record: write the record`."""
    element = _element(release, name)
    if element is None or not element.name or element.name == title or not _titled_by_record(element):
        return title
    return f"{title}: {element.name[0].lower()}{element.name[1:]}"


def _titled_by_record(element: Element) -> bool:
    """Whether the task is called by the record that it writes or judges, and not by a title of its own."""
    properties = element.properties
    return "record_title" not in properties and bool(properties.keys() & {"record", "other_than"})


def element_name(release: Release, name: str) -> str:
    """The name drawn on the element that a name of the case leads to; nothing where the release has no such element."""
    element = _element(release, name)
    return element.name if element is not None else ""


def _element(release: Release, name: str) -> Element | None:
    process, _, path = name.partition("/")
    pathway = process.partition("#")[0]
    if pathway not in release.pathways or not path:
        return None
    element = element_of(release.pathways, pathway, path)
    return element if isinstance(element, Element) else None


def part_of(release: Release, name: str) -> str | None:
    """The part of its record that the task is about, where the record has parts."""
    element = _element(release, name)
    part = element.properties.get("part") if element is not None else None
    return str(part) if part is not None else None


def guidance(release: Release, name: str) -> str:
    """The help that stands beside a task, as its author wrote it."""
    element = _element(release, name)
    return str(element.properties.get("guidance", "")) if element is not None else ""


def question_label(release: Release, form: str, key: str) -> str:
    """A question as it is put on its form."""
    if form in release.forms:
        for _, question in release.forms[form].questions:
            if question.key == key:
                return question.label
    return key.replace("_", " ").capitalize()


def label_of(release: Release, key: str) -> str:
    """The question that a name of a process comes from, on whichever form it stands."""
    labels = (
        question_label(release, form, key) for form, asked in release.forms.items() if key in asked.keys
    )
    return next(labels, key.replace("_", " ").capitalize())
