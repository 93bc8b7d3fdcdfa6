"""What every template may use: the words for dates and people, and what stands around every page.

Here: the joining of templates with functions that stand elsewhere. Not here: anything of one page alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from markupsafe import Markup

from ics_flow.access import IDLE
from ics_flow.domain.workers import Worker
from ics_flow.queries.diagrams import WORDS, State
from ics_flow.queries.due import Due, Urgency
from ics_flow.queries.naming import listing
from web import notices, security, training, words
from web.addresses import same_page
from web.assets import asset_url
from web.desk import desk
from web.files import own_file
from web.visits import Visit

TONES = {Urgency.OVERDUE: "red", Urgency.TODAY: "orange", Urgency.THIS_WEEK: "yellow"}


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
        listing=listing,
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
        age_words=age_words,
        born_words=born_words,
        due_words=words.due,
        urgency_tag=urgency_tag,
    )
    app.context_processor(_around)


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
    return words.either([role_label(role).lower() for role in roles])


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
        "places": tuple(_places(worker)) if worker else (),
        "notice": notices.notice(),
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
    yield Place("Your work", url_for("tray.show"), at.startswith("tray."))
    yield Place("Find a child", url_for("children.find"), at == "children.find")
    if may_record_contacts(worker):
        yield Place("Record a contact", url_for("contacts.search"), at.startswith("contacts."))
