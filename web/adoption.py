"""Before and after an adoption: which two files are one child's, and the opening of the second; for those who may know (`bpmn/rights.yaml`).

Each look is noted in the read log of both files. Not here: what ends a file, which is drawn.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from ics_flow.commands.open_file_after_adoption import OpenFileAfterAdoption
from ics_flow.queries.adopted import BEFORE_AND_AFTER, adopted
from ics_flow.queries.opened import NoSuchPart
from web import notices
from web.children import section
from web.contacts import LONGEST_NAME
from web.desk import desk
from web.errors import PageError
from web.fields import command_id
from web.visits import signed_in

pages = Blueprint("adoption", __name__, url_prefix="/children")


@pages.route("/<case>/adoption", methods=["GET", "POST"])
def show(case: str) -> str | Response | tuple[str, int]:
    """The child's other file; where this one has ended and none came after it, the form that opens it."""
    if not desk().release.rights.may_know_adopted(signed_in()):
        abort(403)
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "overview")  # what all may know who may see who looked
        found = adopted(reading, file)
    if found is None:
        raise NoSuchPart("This file has not ended with an adoption, and was not opened after one.")
    for each in (file, found.before, found.after):
        if each is not None:
            desk().note_reading(each, BEFORE_AND_AFTER)
    typed = {name: request.form.get(name, "").strip() for name in ("given_name", "family_name")}
    wrong = _faults(typed) if request.method == "POST" else []
    if request.method == "GET" or wrong:
        drawn = section(
            file,
            "adoption",
            "Before and after the adoption",
            adopted=found,
            typed=typed,
            errors=wrong,
            command_id=command_id(),
        )
        return drawn, 422 if wrong else 200
    desk().application.handle(
        OpenFileAfterAdoption(command_id=command_id(), actor=signed_in().id, case_id=case, **typed)
    )
    return notices.leave(redirect(url_for("adoption.show", case=case), 303), "opened-after-adoption")


def _faults(typed: dict[str, str]) -> list[PageError]:
    faults = [
        PageError(f"Shorten this to {LONGEST_NAME} characters", name)
        for name, text in typed.items()
        if len(text) > LONGEST_NAME
    ]
    if not any(typed.values()):
        faults.append(PageError("Enter the child’s name", "given_name"))
    return faults
