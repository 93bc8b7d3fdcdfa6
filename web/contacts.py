"""Recording a contact: first see whether the child is known, then begin the record."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ics_flow.commands.change_person import KEEP_CHILD, ChangePerson
from ics_flow.commands.command import Outcome
from ics_flow.commands.record_contact import RecordContact
from ics_flow.process.apply import FileHasEnded
from ics_flow.queries.find import alike
from ics_flow.store.reading import ChildRow
from web import children, notices
from web.children import search_page
from web.desk import desk
from web.errors import PageError
from web.fields import TypedDate, as_typed, command_id, typed_date
from web.visits import signed_in
from web.ways_on import file_after, own_task

pages = Blueprint("contacts", __name__, url_prefix="/contacts")

LONGEST_NAME = 100
LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed about a child who is not on file yet."""

    given_name: str
    family_name: str
    address: str
    born: TypedDate
    expected: TypedDate


@pages.get("")
def search() -> str | tuple[str, int]:
    """The search that comes first, so that one child has one file."""
    return search_page("Record a contact", then="record")


@pages.route("/new", methods=["GET", "POST"])
def new() -> str | Response | tuple[str, int]:
    """A contact about a child who is not on file yet."""
    typed = _typed()
    wrong = _faults(typed) if request.method == "POST" else []
    if request.method == "GET" or wrong:
        return _asked("Record a contact about a new child", "Begin the contact record", typed, wrong)
    if request.form.get("another") != "yes" and (known_children := _alike(typed)):
        return render_template(
            "alike.html",
            children=known_children,
            fields=_sent(),
            news=children.news(),
            command_id=command_id(),
        )
    outcome = desk().application.handle(
        RecordContact(
            command_id=command_id(),
            actor=signed_in().id,
            given_name=typed.given_name,
            family_name=typed.family_name,
            born=typed.born.on,
            expected=typed.expected.on,
            address=typed.address or None,
        )
    )
    return _begun(outcome)


@pages.route("/about/<case>", methods=["GET", "POST"])
def known(case: str) -> str | Response:
    """A contact about a child who is known: where the case is open, the way leads to the pathway that takes it."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "contact")
    if file.state.over:
        raise FileHasEnded
    if file.view.is_open and (news := children.news()):
        return redirect(url_for("children.start", case=case, pathway=news.id), 303)
    if request.method == "GET":
        return render_template(
            "contact.html",
            heading=f"Record a contact about {file.child.name}",
            button="Begin the contact record",
            person=file.child,
            errors=[],
            command_id=command_id(),
        )
    outcome = desk().application.handle(
        RecordContact(command_id=command_id(), actor=signed_in().id, person_id=file.child.person)
    )
    return _begun(outcome)


@pages.route("/change/<case>", methods=["GET", "POST"])
def change(case: str) -> str | Response | tuple[str, int]:
    """What is known of a child, put right in the one place where it is kept."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "change what is known")
    if not file.may(KEEP_CHILD):
        abort(403)
    typed = _typed() if request.method == "POST" else _known_of(file.child)
    wrong = _faults(typed) if request.method == "POST" else []
    if request.method == "GET" or wrong:
        return _asked(f"What is known of {file.child.name}", "Save", typed, wrong, case=case)
    command = ChangePerson(
        command_id=command_id(),
        actor=signed_in().id,
        person_id=file.child.person,
        given_name=typed.given_name,
        family_name=typed.family_name,
        born=typed.born.on,
        expected=typed.expected.on,
        address=typed.address or None,
    )
    desk().application.handle(command)
    return notices.leave(redirect(url_for("children.overview", case=case), 303), "changed")


def _asked(
    heading: str, button: str, typed: Typed, wrong: list[PageError], case: str | None = None
) -> tuple[str, int]:
    drawn = render_template(
        "contact.html",
        heading=heading,
        button=button,
        person=None,
        case=case,
        typed=typed,
        errors=wrong,
        command_id=command_id(),
    )
    return drawn, 422 if wrong else 200


def _alike(typed: Typed) -> tuple[ChildRow, ...]:
    """Children on file who may be the one that was typed."""
    with desk().application.reading() as reading:
        return alike(reading, desk().standpoint(), typed.given_name, typed.family_name, typed.born.on)


def _sent() -> list[tuple[str, str]]:
    """What was sent, to be carried by the next page."""
    return [(name, text) for name, text in request.form.items() if name not in ("form_token", "command_id")]


def _known_of(child: ChildRow) -> Typed:
    return Typed(
        given_name=child.given_name,
        family_name=child.family_name,
        address=child.address or "",
        born=as_typed(child.born),
        expected=as_typed(child.expected),
    )


def _begun(outcome: Outcome) -> Response:
    """Go on to the contact's form, where the worker may fill it in, or else to the child's file."""
    if outcome.case_id is None:
        abort(500)
    address = own_task(outcome.case_id, outcome) or file_after(outcome.case_id, outcome)
    return notices.leave(redirect(address, 303), "contact-begun")


def _typed() -> Typed:
    """What the page holds; a name that was searched for comes with its address."""
    sought = request.args.get("name", "").split()
    given, family = (" ".join(sought[:-1]), sought[-1]) if len(sought) > 1 else (" ".join(sought), "")
    return Typed(
        given_name=request.form.get("given_name", given.title()).strip(),
        family_name=request.form.get("family_name", family.title()).strip(),
        address=request.form.get("address", "").strip(),
        born=typed_date(request.form, "born"),
        expected=typed_date(request.form, "expected"),
    )


def _faults(typed: Typed) -> list[PageError]:
    today = desk().today
    faults = []
    if not typed.given_name and not typed.family_name:
        faults.append(
            PageError("Enter the child’s name, or “Baby” with the mother’s family name", "given_name")
        )
    for field, text, most in (
        ("given_name", typed.given_name, LONGEST_NAME),
        ("family_name", typed.family_name, LONGEST_NAME),
        ("address", typed.address, LONGEST_ADDRESS),
    ):
        if len(text) > most:
            faults.append(PageError(f"Shorten this to {most} characters", field))
    if typed.born.fault:
        faults.append(PageError(typed.born.fault, "born-day"))
    elif typed.born.on and typed.born.on > today:
        faults.append(PageError("The date of birth must not lie in the future", "born-day"))
    if typed.expected.fault:
        faults.append(PageError(typed.expected.fault, "expected-day"))
    elif typed.expected.on and typed.born.on:
        faults.append(PageError("A child who is born needs no expected date: leave it empty", "expected-day"))
    return faults
