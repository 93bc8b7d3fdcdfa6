"""How procedures are kept to: on the diagram of a pathway, in a table beside it, and as a list of the acts beside the diagram.

For those who have the right to measure (`bpmn/rights.yaml`). Not here: what is counted (`ics_flow/queries/conformance.py`), and when it was
measured (`ics_flow/practice.py`).
"""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request, url_for

from ics_flow.domain.measured import DepartureKind
from ics_flow.queries.conformance import (
    MEASURE,
    DepartureLine,
    Line,
    conformance,
    pathways_to_ask,
    teams,
)
from ics_flow.queries.find import reach_of
from ics_flow.store.measured import Asked
from web.addresses import page_number
from web.children import picture_config
from web.desk import desk
from web.errors import PageError
from web.fields import TypedDate, as_typed, typed_date
from web.visits import signed_in

pages = Blueprint("conformance", __name__, url_prefix="/conformance")

A_YEAR = timedelta(days=364)
KINDS: dict[DepartureKind, str] = {
    "skipped": "Skipped",
    "begun by hand": "Put in by hand",
    "ended by hand": "Ended by hand",
    "done outside": "Done outside",
    "corrected": "Answers put right",
    "rolled back": "Authorisation taken back",
    "put off": "Date moved later",
    "brought forward": "Date moved earlier",
}


@pages.get("")
def show() -> str | tuple[str, int]:
    """The figures of the pathway, team and period that are asked for; of every procedure and the last year where nothing is."""
    if not desk().release.rights.may_anywhere(signed_in(), MEASURE):
        abort(403)
    first, last, wrong = _period()
    pathway, team, caller = (request.args.get(name, "") for name in ("pathway", "team", "caller"))
    if pathway and pathway not in desk().release.pathways:
        abort(404)
    by = desk().standpoint()
    asked = Asked(
        pathway=pathway or None,
        first=first.on or desk().today - A_YEAR,
        last=last.on or desk().today,
        team=team or None,
        caller=caller or None,
    )
    with desk().application.reading() as reading:
        found = conformance(reading, by, asked, page_number())
        known = teams(reading)
    drawn = render_template(
        "conformance.html",
        asked=asked,
        found=found,
        config=picture_config(found.picture) if found.picture else None,
        called_by=_called_by(caller),
        pathways=tuple(pathways_to_ask(desk().release)),
        teams=known,
        typed={"from": first, "to": last},
        kinds=KINDS,
        narrowed=narrowed,
        way_in=way_in,
        everywhere=reach_of(by).everywhere,
        errors=wrong,
    )
    return drawn, 422 if wrong else 200


def narrowed(line: Line, asked: Asked) -> str:
    """The address of the figures behind a line: of the procedure, or of what the activity calls."""
    if asked.pathway is None:
        return _same(asked, pathway=line.at, caller=None) if line.drawn else ""
    return _same(asked, pathway=line.calls, caller=f"{asked.pathway}/{line.at}") if line.calls else ""


def way_in(line: DepartureLine) -> str:
    """The address of the entry that tells of the act; nothing where the reader may not open the file."""
    if line.child is None:
        return ""
    if desk().release.rights.may_anywhere(signed_in(), "replay"):
        return url_for("replay.show", case=line.found.case, entry=line.found.position, diagram="follow")
    return url_for("children.history", case=line.found.case)


def _same(asked: Asked, *, pathway: str | None, caller: str | None) -> str:
    """The address of other figures for the same team and period."""
    period = {
        f"{name}-{part}": getattr(on, part)
        for name, on in (("from", asked.first), ("to", asked.last))
        for part in ("day", "month", "year")
    }
    return url_for("conformance.show", pathway=pathway, caller=caller, team=asked.team, **period)


def _period() -> tuple[TypedDate, TypedDate, list[PageError]]:
    """The first and the last day as they were typed, or those of the last year, and what is wrong with them."""
    typed = {name: typed_date(request.args, name) for name in ("from", "to")}
    wrong = [PageError(each.fault, f"{name}-day") for name, each in typed.items() if each.fault]
    last = typed["to"] if typed["to"].on or typed["to"].fault else as_typed(desk().today)
    first = typed["from"]
    if not (first.on or first.fault):
        first = as_typed(_a_year_before(last.on or desk().today))
    if first.on and last.on and first.on > last.on:
        wrong.append(PageError("Enter a first day that is not after the last", "from-day"))
    return first, last, wrong


def _a_year_before(on: date) -> date:
    return on - A_YEAR


def _called_by(caller: str) -> str:
    """The activity that called the pathway, by the names of today; nothing where none is asked for."""
    pathway, _, element = caller.partition("/")
    if pathway not in desk().release.pathways:
        return ""
    found = desk().release.pathways[pathway]
    node = found.element(element)
    return f"{found.name}: {node.name or element}" if node is not None else found.name
