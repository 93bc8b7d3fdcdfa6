"""What every template may use: the words for dates and people, and what stands around every page.

Here: the joining of templates with functions that stand elsewhere. Not here: anything of one page alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from markupsafe import Markup

from ics_flow.access import IDLE
from ics_flow.domain.listing import either, listing
from ics_flow.domain.rights import ALLOCATED_WORKER
from ics_flow.domain.workers import Worker
from ics_flow.queries.conformance import MEASURE
from ics_flow.queries.diagrams import WORDS, State
from ics_flow.queries.due import Due, Urgency
from ics_flow.store.reading import ChildRow
from web import notices, security, training, words
from web.addresses import same_page
from web.assets import asset_url
from web.desk import desk
from web.files import own_file
from web.proving import PROVE
from web.visits import Visit

TONES = {
    Urgency.OVERDUE: "red",
    Urgency.TODAY: "orange",
    Urgency.TOMORROW: "yellow",
    Urgency.THIS_WEEK: "yellow",
}
ABOUT = {
    "tray": "Your work",
    "tasks": "The page of a task",
    "attachments": "A child’s attached files",
    "children": "A child’s file",
    "sharing": "What is shared of a child’s file",
    "contacts": "Recording a contact",
    "corrections": "Putting a record right",
    "deadlines": "Why a date is what it is",
    "past": "A file as it was",
    "replay": "The replay of a history",
    "relatives": "A child’s family",
    "readings": "Who looked",
    "conformance": "Keeping to procedure",
    "proving": "Proof",
    "board": "The change board",
    "drafting": "Drafts of procedures and forms",
}
"""What a page is called in a change request that is raised from it, by the part of the pages that it belongs to, where its view does not
say it more exactly (`g.about`): never a name or an id."""


@dataclass(frozen=True, slots=True)
class Place:
    """A link in a list of places, one of which may be where the reader is."""

    text: str
    href: str
    here: bool


def install(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.filters.update(
        day=words.day,
        short_day=words.short_day,
        moment=words.moment,
        clock_time=words.clock_time,
        count=words.count,
        file_size=words.file_size,
        listing=listing,
        people=people,
    )
    app.jinja_env.globals.update(
        asset_url=asset_url,
        idle_minutes=int(IDLE.total_seconds()) // 60,
        own_file=own_file,
        same_page=same_page,
        form_token=_form_token,
        typed_by=_typed_by,
        role_words=role_words,
        role_label=role_label,
        roles_words=roles_words,
        state_tag=state_tag,
        goes_to=goes_to,
        age_words=age_words,
        born_words=born_words,
        due_words=words.due,
        urgency_tag=urgency_tag,
    )
    app.context_processor(_around)


def people(workers: Iterable[str], names: Mapping[str, str]) -> str:
    """Workers by name, from their ids."""
    return listing([names.get(each, "somebody who has left") for each in workers])


def role_label(role: str) -> str:
    """What people read for a role's short name."""
    return desk().release.rights.roles.get(role, role)


def urgency_tag(due: Due) -> Markup:
    """How much a date presses, in words and colour."""
    said = words.urgency(due)
    return (
        Markup('<strong class="govuk-tag govuk-tag--{}">{}</strong>').format(TONES[due.urgency], said)
        if said
        else Markup()
    )


def roles_words(roles: Iterable[str]) -> str:
    """Who may do a task, as people say it."""
    return either([role_label(role).lower() for role in roles])


def goes_to(roles: Iterable[str], child: ChildRow) -> str:
    """Who has to go on with a task: by name where it waits for the allocated worker, else by role."""
    named = child.worker_name if ALLOCATED_WORKER in roles else None
    return named or roles_words(roles)


def state_tag(state: State, said: str = "") -> Markup:
    """How a procedure or a step stands, in words and colour."""
    tone = {"done": "grey", "active": "orange", "overdue": "red"}[state]
    return Markup('<strong class="govuk-tag govuk-tag--{}">{}</strong>').format(tone, said or WORDS[state])


def role_words(worker: Worker) -> str:
    """The worker's roles as people say them, in lower case but for names that are abbreviations."""
    return listing([role_label(role).lower() for role in sorted(worker.roles)])


def age_words(person: Any) -> str:
    """How old a person is today, or when the child is expected; nothing where neither is known."""
    if person.born is not None:
        return words.age(person.born, desk().today)
    return f"expected {words.short_day(person.expected)}" if person.expected is not None else ""


def born_words(person: Any) -> str:
    """When a person was born, with the age; or when the child is expected."""
    if person.born is not None:
        return f"Born {words.short_day(person.born)}, {age_words(person)}"
    if person.expected is not None:
        return f"Not born yet, expected {words.short_day(person.expected)}"
    return "Date of birth not known"


def _form_token() -> str:
    found: Visit = g.visit
    return security.form_token(found.token)


def _typed_by() -> str:
    """Who types in the form in hand: nobody else sends it, whoever signs in at this browser next."""
    found: Visit | None = g.get("visit")
    return found.worker.id if found and found.worker else ""


def _around() -> dict[str, Any]:
    """What stands around a page: whose service, who is signed in, where one can go."""
    site = desk().site
    found: Visit | None = g.get("visit")
    worker = found.worker if found else None
    return {
        "council": site.council,
        "service_name": site.service,
        "demonstration": site.demonstration,
        "is_training": desk().application.is_training,
        "training": training.banner(),
        "worker": worker,
        "reads_what_is_shared": worker is not None and desk().release.rights.reads_what_is_shared(worker),
        "places": tuple(_places(worker)) if worker else (),
        "notice": notices.notice(),
        "about": g.get("about") or ABOUT.get((request.endpoint or "").partition(".")[0], ""),
    }


def may_record_contacts(worker: Worker) -> bool:
    """Whether the worker may start a pathway that begins an involvement."""
    starts = (pathway.start(None) for pathway in desk().release.pathways.by_id.values())
    return any(
        start is not None
        and start.properties.get("episode") == "begins"
        and worker.roles.intersection(start.started_by)
        for start in starts
    )


def _places(worker: Worker) -> Iterable[Place]:
    at = request.endpoint or ""
    if desk().release.rights.reads_what_is_shared(worker):
        yield Place("Shared with you", url_for("sharing.mine"), at.startswith("sharing."))
        return
    yield Place("Your work", url_for("tray.show"), at.startswith("tray."))
    yield Place("Find a child", url_for("children.find"), at == "children.find")
    if may_record_contacts(worker):
        yield Place("Record a contact", url_for("contacts.search"), at.startswith("contacts."))
    rights = desk().release.rights
    if rights.may_see_readers(worker):
        yield Place("Who looked", url_for("readings.show"), at.startswith("readings."))
    if rights.may_anywhere(worker, MEASURE):
        yield Place("Keeping to procedure", url_for("conformance.show"), at.startswith("conformance."))
    if rights.may_anywhere(worker, PROVE):
        yield Place("Proof", url_for("proving.show"), at.startswith("proving."))
    yield Place(
        "Change board",
        url_for("board.show"),
        at.startswith(("board.", "drafting.", "comparing.", "moving.", "versions.")),
    )
