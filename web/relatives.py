"""Saying who belongs to a child: another child on file is found, and what they are to each other is chosen.

Not here: adults of the family, who stand in the records.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ics_flow.commands.relate_persons import FROM_THE_OTHER_SIDE, KEEP_FAMILY, RelatePersons
from ics_flow.domain.errors import Refused
from ics_flow.queries.find import find_children
from ics_flow.store.reading import ChildRow
from web import notices
from web.desk import desk
from web.errors import PageError
from web.fields import command_id
from web.visits import signed_in

pages = Blueprint("relatives", __name__, url_prefix="/children/<case>/family/add")


@pages.route("", methods=["GET", "POST"])
def add(case: str) -> str | Response | tuple[str, int]:
    """Find the other child, and say what that child is to this one."""
    name = request.values.get("name", "").strip()[:200]
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "add to the family")
        if not file.may(KEEP_FAMILY):
            abort(403)
        found = find_children(reading, desk().standpoint(), name, None, 1).items if name else ()
    others = tuple(child for child in found if child.person != file.view.person)
    if request.method == "GET":
        return _drawn(file.child, name, others, [])
    other, kind = request.form.get("other", ""), request.form.get("kind", "")
    wrong = _faults(others, other, kind)
    if wrong:
        return _drawn(file.child, name, others, wrong), 422
    try:
        desk().application.handle(
            RelatePersons(
                command_id=command_id(),
                actor=signed_in().id,
                person_id=file.view.person,
                other_id=other,
                kind=kind,
            )
        )
    except Refused as refused:
        return _drawn(file.child, name, others, [PageError(str(refused), "kind")]), 409
    return notices.leave(redirect(url_for("children.family", case=case), 303), "related")


def _faults(others: tuple[ChildRow, ...], other: str, kind: str) -> list[PageError]:
    faults = []
    if other not in {child.person for child in others}:
        faults.append(PageError("Select the other child", "other-1"))
    if kind not in FROM_THE_OTHER_SIDE:
        faults.append(PageError("Select what that child is to this one", "kind"))
    return faults


def _drawn(child: ChildRow, name: str, others: tuple[ChildRow, ...], wrong: list[PageError]) -> str:
    return render_template(
        "relative.html",
        child=child,
        name=name,
        others=others,
        kinds=tuple(FROM_THE_OTHER_SIDE),
        chosen=(request.form.get("other", ""), request.form.get("kind", "")),
        errors=wrong,
        command_id=command_id(),
    )
