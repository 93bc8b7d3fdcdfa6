"""The records of one occasion, a child's and those of brothers and sisters, on one page: question by question, to read and to print.

Not here: which records those are (`ics_flow/queries/collated.py`).
"""

from __future__ import annotations

from flask import Blueprint, g, render_template

from ics_flow.domain.listing import listing
from ics_flow.queries.collated import OfOccasion, collate, of_siblings
from ics_flow.queries.opened import NoSuchPart
from ics_flow.queries.people import Names
from ics_flow.queries.records import read_record
from web.children import STATUS
from web.desk import desk

pages = Blueprint("collated", __name__)


@pages.get("/children/<case>/records/<int:position>/together")
def show(case: str, position: int) -> str:
    """The record with those of brothers and sisters; that each was read is noted in the file it stands in."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "record, read together")
        own = OfOccasion(file=file, record=read_record(reading, file, position))
        others = of_siblings(reading, file, own.record)
        names = Names(reading).all()
    if not others:
        raise NoSuchPart("There is no record of a brother or sister that is read together with this one.")
    for each in others:
        desk().note_reading(each.file, "record, read together")
    g.about = own.record.version.title
    found = (own, *others)
    return render_template(
        "child/collated.html",
        child=file.child,
        title=own.record.version.title,
        whose=listing([each.file.child.name for each in found]),
        records=found,
        sections=collate([each.record for each in found]),
        status=STATUS,
        names=names,
    )
