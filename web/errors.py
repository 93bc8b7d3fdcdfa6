"""What a person reads when something cannot be done: plain words, a way on, and a number to quote.

Here: the page for each refusal, and the log line that goes with it. Not here: errors in a form's answers, which redraw the form.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from ics_flow.board.drafts import NoSuchDraft
from ics_flow.board.keeping import NoSuchChange
from ics_flow.commands.change_requests import NoSuchMeeting
from ics_flow.commands.errors import CaseNotFound, PermissionDenied, TaskNotWaiting
from ics_flow.domain.errors import Refused, StoreBusy, StoreLost, Told
from ics_flow.queries.opened import NoSuchFile, NoSuchPart
from ics_flow.queries.shared import NoLongerShared

log = logging.getLogger("ics_flow.web")


@dataclass(frozen=True, slots=True)
class Words:
    """What the page of a refusal says."""

    heading: str
    lines: tuple[str, ...]


WORDS = {
    400: Words(
        "We could not use what was sent",
        (
            "The page it came from may be too old, or another tab may have signed you out.",
            "Go back with your browser: what you typed is still there. Open the page again in a second tab and copy it over.",
        ),
    ),
    403: Words(
        "This is not yours to do",
        ("Your role, or your part in this child’s case, does not allow it. Your manager can say who may.",),
    ),
    404: Words(
        "Not found, or not yours to see",
        ("There is no such page, or it belongs to a file that your work does not open.",),
    ),
    405: Words("This page cannot be used that way", ("Go back and use the buttons on the page.",)),
    409: Words(
        "This has changed meanwhile",
        ("Somebody else may have done it first. Open the page again to see how things stand.",),
    ),
    410: Words("This is no longer here", ("It has been done or withdrawn since the page was opened.",)),
    413: Words(
        "That is too long to take",
        ("Go back with your browser: what you typed is still there. Shorten it, and send it again.",),
    ),
    422: Words(
        "Something in it is not right", ("Go back with your browser: what you typed is still there.",)
    ),
    429: Words("Too many tries", ("Wait fifteen minutes, then try again.",)),
    503: Words(
        "Somebody else is just writing",
        ("Nothing was changed. Go back with your browser and send it again: what you typed is still there.",),
    ),
    500: Words(
        "Something went wrong here",
        (
            "It is our fault, not yours. Nothing was half done: either it is recorded whole, or not at all.",
            "Go back with your browser: what you typed is still there. Try once more in a minute.",
        ),
    ),
}


# Which page a refusal of the application gets; whatever stands nowhere here has been changed meanwhile.
STATUS: tuple[tuple[type[Told], int], ...] = (
    (NoSuchFile, 404),
    (CaseNotFound, 404),
    (NoSuchChange, 404),
    (NoSuchMeeting, 404),
    (NoSuchDraft, 404),
    (PermissionDenied, 403),
    (NoLongerShared, 403),
    (TaskNotWaiting, 410),
    (NoSuchPart, 410),
    (StoreBusy, 503),
    (StoreLost, 503),
    (Refused, 409),
)


@dataclass(frozen=True, slots=True)
class PageError:
    """Something wrong with what was sent, and the id of the field where it is mended."""

    text: str
    at: str


def page(status: int, *lines: str, typed: tuple[str, ...] = ()) -> tuple[str, int]:
    """The page for a status, with the sentences given in place of the usual ones, and what was typed so that it can be copied."""
    words = WORDS.get(status, WORDS[500])
    incident = secrets.token_hex(4).upper()
    level = logging.ERROR if status >= 500 else logging.INFO
    log.log(
        level, "request refused", extra={"status": status, "incident": incident, "endpoint": request.endpoint}
    )
    return render_template(
        "error.html", heading=words.heading, lines=lines or words.lines, incident=incident, typed=typed
    ), status


def install(app: Flask) -> None:
    """Answer every refusal and every fault with a page of ours."""
    app.register_error_handler(HTTPException, _refused_by_http)
    app.register_error_handler(Told, _refused)
    app.register_error_handler(Exception, _failed)


def status_of(refused: Told) -> int:
    """The status of the page that a refusal gets."""
    return next((status for kind, status in STATUS if isinstance(refused, kind)), 500)


def _refused_by_http(error: HTTPException) -> Response | tuple[str, int]:
    if isinstance(error, SecurityError):
        return Response("This server does not answer to that name.\n", 400, mimetype="text/plain")
    if error.code is None or error.code < 400:
        return error.get_response()
    return page(error.code)


def _refused(refused: Told) -> tuple[str, int]:
    status = status_of(refused)
    lines = () if status in (404, 500) else (str(refused),)
    return page(status, *lines, typed=_typed())


def _typed() -> tuple[str, ...]:
    """The passages that came with the request: what a person would be sorry to write again."""
    sent = request.form.items(multi=True) if request.method == "POST" else ()
    return tuple(text for name, text in sent if name != "password" and " " in text.strip())


def _failed(error: Exception) -> tuple[str, int]:
    log.error("request failed", exc_info=error, extra={"endpoint": request.endpoint})
    return page(500, typed=_typed())
