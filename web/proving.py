"""Every history proved, a second's worth a page, and the incidents that proofs have opened: for those who have the right to replay.

A page of the proof leads to the next: by itself where scripts run, and elsewhere by a link, to a page that proves ten times as much. How far it has come travels in the address, signed under the browser's own
token, so that no link can show a proof that was never made. Not here: how a history is proved (`ics_flow/verification.py`, `ics_flow/custody.py`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ics_flow.commands.close_incident import CLOSE_INCIDENT, CloseIncident
from ics_flow.custody import hold_against, kept_in_database
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.incidents import THE_COMMAND_LINE, Incident, incidents_in
from ics_flow.incidents import open_incident
from ics_flow.queries.opened import NoSuchPart
from ics_flow.queries.people import Names
from ics_flow.queries.standpoint import page_of
from ics_flow.verification import verify_on
from web import notices
from web.addresses import page_number
from web.desk import desk
from web.fields import command_id, typed_reason
from web.visits import signed_in, visit

pages = Blueprint("proving", __name__, url_prefix="/proving")

PROVE = "replay"
"""The act, as `bpmn/rights.yaml` names it."""
SECONDS = "PROVING_SECONDS"
"""How the site's settings call how long one page of the proof takes."""
A_PAGE = 1.0
BY_HAND = 10
"""How many times as much a page proves that somebody has asked for with a link."""
MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How far a proof of all histories has come: what its address carries."""

    after: str = ""
    histories: int = 0
    of: int = 0
    entries: int = 0
    faults: int = 0
    named: tuple[tuple[str, int, str], ...] = ()  # the first of them: history, entry, field
    incidents: tuple[str, ...] = ()
    over: bool = False

    def signed(self, key: bytes) -> str:
        """The run as it stands in an address."""
        body = json.dumps(asdict(self), separators=(",", ":")).encode()
        return f"{base64.urlsafe_b64encode(body).decode().rstrip('=')}.{_seal(key, body)}"

    @classmethod
    def read(cls, text: str, key: bytes) -> Run | None:
        """The run of an address; None where it was not signed here for this browser."""
        encoded, _, seal = text.partition(".")
        try:
            body = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        if not hmac.compare_digest(_seal(key, body).encode(), seal.encode()):
            return None
        data: Any = json.loads(body)
        return cls(
            **{
                **data,
                "incidents": tuple(data["incidents"]),
                "named": tuple((subject, position, name) for subject, position, name in data["named"]),
            }
        )


def _seal(key: bytes, body: bytes) -> str:
    return hmac.new(key, b"proving:" + body, hashlib.sha256).hexdigest()


def may_prove() -> bool:
    """Whether whoever is signed in may prove histories."""
    return desk().release.rights.may_anywhere(signed_in(), PROVE)


def _for_provers(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if not may_prove():
            abort(403)
        return view(**arguments)

    return guarded


@pages.get("")
@_for_provers
def show() -> str:
    """What can be proved here, and the incidents, those that are open first."""
    found = sorted(_incidents(), key=lambda each: (not each.is_open, -each.at.timestamp(), each.number))
    with desk().application.reading() as reading:
        last = reading.checkpoints.last()
        histories = len(reading.history.subjects())
        names = _names(Names(reading))
    return render_template(
        "proving/show.html",
        histories=histories,
        last=last.statement if last else None,
        open=sum(each.is_open for each in found),
        incidents=page_of(found, page_number()),
        names=names,
    )


@pages.get("/all")
@_for_provers
def everything() -> str | Response:
    """Some seconds' worth of histories proved, and what leads on to the next; at the end, what came of it."""
    key = visit().token.encode()
    asked = request.args.get("run")
    run = Run.read(asked, key) if asked else Run()
    if run is None:
        return redirect(url_for("proving.show"), 303)
    if not run.over:
        run = _go_on(run)
    return render_template(
        "proving/all.html",
        run=run,
        percent=round(100 * run.histories / run.of) if run.of else 100,
        onward=url_for("proving.everything", run=run.signed(key)),
        by_hand=url_for("proving.everything", run=run.signed(key), by="hand"),
        last=_last_checkpoint() if run.over else None,
    )


@pages.route("/incidents/<number>", methods=["GET", "POST"])
@_for_provers
def incident(number: str) -> str | Response | tuple[str, int]:
    """One incident: what was found, and, for who may close it, the field for what came of it."""
    found = next((each for each in _incidents() if each.number == number), None)
    if found is None:
        raise NoSuchPart("There is no incident of that number.")
    may_close = desk().release.rights.may_anywhere(signed_in(), CLOSE_INCIDENT)
    reason, wrong = typed_reason("Say what came of it")
    if request.method == "POST" and not wrong:
        desk().application.handle(
            CloseIncident(command_id=command_id(), actor=signed_in().id, number=number, reason=reason)
        )
        return notices.leave(redirect(url_for("proving.show"), 303), "incident-closed")
    with desk().application.reading() as reading:
        names = _names(Names(reading))
    drawn = render_template(
        "proving/incident.html",
        incident=found,
        names=names,
        may_close=may_close and found.is_open,
        reason=reason,
        errors=wrong,
        command_id=command_id(),
    )
    return drawn, 422 if wrong else 200


def _go_on(run: Run) -> Run:
    """The run, a page's worth of histories further; the last page holds them all against the checkpoints too."""
    application = desk().application
    seconds = float(current_app.config.get(SECONDS, A_PAGE))
    stop = time.perf_counter() + seconds * (BY_HAND if request.args.get("by") == "hand" else 1)
    found = verify_on(application, run.after, lambda: time.perf_counter() >= stop)
    faults = list(found.faults)
    if found.is_over:
        with application.reading() as reading:
            faults += hold_against(reading, kept_in_database(reading)).faults
    faults = list(dict.fromkeys(faults))
    named = tuple((fault.subject, fault.position, fault.field or "") for fault in faults)
    opened = [open_incident(application, faults, actor=signed_in().id).number] if faults else []
    return Run(
        after=found.after,
        histories=found.histories,
        of=found.of,
        entries=run.entries + found.entries,
        faults=run.faults + len(faults),
        named=(run.named + named)[:MOST_NAMED],
        incidents=tuple(dict.fromkeys([*run.incidents, *opened]))[:MOST_NAMED],
        over=found.is_over,
    )


def _last_checkpoint() -> Any:
    with desk().application.reading() as reading:
        last = reading.checkpoints.last()
    return last.statement if last else None


def _incidents() -> tuple[Incident, ...]:
    with desk().application.reading() as reading:
        return incidents_in(reading.history.stored(COUNCIL))


def _names(names: Names) -> dict[str, str]:
    return {**names.all(), THE_COMMAND_LINE: "the command line"}
