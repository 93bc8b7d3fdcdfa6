"""Saying who belongs to a child: somebody on file is found, or an adult without a file is recorded, and what they are to the child is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ics_flow.commands.command import Command
from ics_flow.commands.record_relative import RecordRelative
from ics_flow.commands.relate_persons import FROM_THE_OTHER_SIDE, KEEP_FAMILY, RelatePersons
from ics_flow.domain.errors import Refused
from ics_flow.queries.find import find_children, find_relatives
from ics_flow.store.reading import ChildRow
from web import notices
from web.contacts import LONGEST_ADDRESS, LONGEST_NAME
from web.desk import desk
from web.errors import PageError
from web.fields import TypedDate, command_id, typed_date
from web.visits import signed_in

pages = Blueprint("relatives", __name__, url_prefix="/children/<case>/family/add")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed about somebody who is not on file."""

    given_name: str = ""
    family_name: str = ""
    address: str = ""
    kind: str = ""
    born: TypedDate = field(default_factory=TypedDate)


@pages.route("", methods=["GET", "POST"])
def add(case: str) -> str | Response | tuple[str, int]:
    """Find the other person and say what they are to the child; or record an adult who is not on file."""
    name = request.values.get("name", "").strip()[:200]
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "add to the family")
        if not file.may(KEEP_FAMILY):
            abort(403)
        found = find_children(reading, desk().standpoint(), name, None, 1).items if name else ()
        adults = find_relatives(reading, desk().standpoint(), name) if name else ()
    others = tuple(each for each in (*found, *adults) if each.person != file.view.person)
    typed = _typed() if request.form.get("do") == "record" else Typed(family_name=file.child.family_name)

    def drawn(wrong: list[PageError]) -> str:
        return _drawn(file.child, name, others, typed, wrong)

    if request.method == "GET":
        return drawn([])
    if request.form.get("do") == "record":
        return _recorded(case, file.child, typed, drawn)
    return _related(case, file.child, others, drawn)


def _related(
    case: str, child: ChildRow, others: tuple[ChildRow, ...], drawn: Callable[[list[PageError]], str]
) -> Response | tuple[str, int]:
    """The person who was chosen of those found, related to the child."""
    other, kind = request.form.get("other", ""), request.form.get("kind", "")
    wrong = []
    if other not in {each.person for each in others}:
        wrong.append(PageError("Select who it is", "other-1"))
    if kind not in FROM_THE_OTHER_SIDE:
        wrong.append(PageError("Select what they are to this child", "kind"))
    command = RelatePersons(
        command_id=command_id(), actor=signed_in().id, person_id=child.person, other_id=other, kind=kind
    )
    return _done(case, command, wrong, drawn, "kind")


def _recorded(
    case: str, child: ChildRow, typed: Typed, drawn: Callable[[list[PageError]], str]
) -> Response | tuple[str, int]:
    """Somebody who is not on file, recorded and related to the child."""
    command = RecordRelative(
        command_id=command_id(),
        actor=signed_in().id,
        person_id=child.person,
        kind=typed.kind,
        given_name=typed.given_name,
        family_name=typed.family_name,
        born=typed.born.on,
        address=typed.address or None,
    )
    return _done(case, command, _faults(typed), drawn, "given_name")


def _done(
    case: str, command: Command, wrong: list[PageError], drawn: Callable[[list[PageError]], str], at: str
) -> Response | tuple[str, int]:
    if wrong:
        return drawn(wrong), 422
    try:
        desk().application.handle(command)
    except Refused as refused:
        return drawn([PageError(str(refused), at)]), 409
    return notices.leave(redirect(url_for("children.family", case=case), 303), "related")


def _typed() -> Typed:
    return Typed(
        given_name=request.form.get("given_name", "").strip(),
        family_name=request.form.get("family_name", "").strip(),
        address=request.form.get("address", "").strip(),
        kind=request.form.get("new_kind", ""),
        born=typed_date(request.form, "born"),
    )


def _faults(typed: Typed) -> list[PageError]:
    wrong = []
    if not typed.given_name and not typed.family_name:
        wrong.append(PageError("Enter the person’s name", "given_name"))
    for name, text, most in (
        ("given_name", typed.given_name, LONGEST_NAME),
        ("family_name", typed.family_name, LONGEST_NAME),
        ("address", typed.address, LONGEST_ADDRESS),
    ):
        if len(text) > most:
            wrong.append(PageError(f"Shorten this to {most} characters", name))
    if typed.born.fault:
        wrong.append(PageError(typed.born.fault, "born-day"))
    elif typed.born.on and typed.born.on > desk().today:
        wrong.append(PageError("The date of birth must not lie in the future", "born-day"))
    if typed.kind not in FROM_THE_OTHER_SIDE:
        wrong.append(PageError("Select what they are to this child", "new_kind"))
    return wrong


def _drawn(
    child: ChildRow, name: str, others: tuple[ChildRow, ...], typed: Typed, wrong: list[PageError]
) -> str:
    return render_template(
        "relative.html",
        child=child,
        name=name,
        others=others,
        kinds=tuple(FROM_THE_OTHER_SIDE),
        chosen=(request.form.get("other", ""), request.form.get("kind", "")),
        typed=typed,
        errors=wrong,
        command_id=command_id(),
    )
