"""The web application put together: its pages, what guards them, and what every template may use.

Here: the order in which a request is looked at. Not here: what any one page shows.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.exceptions import MethodNotAllowed

from ics_flow.access import Access
from ics_flow.application import Application
from ics_flow.clock import Clock, wall_clock
from ics_flow.domain.attachments import MOST_BYTES as MOST_OF_A_FILE
from ics_flow.domain.workers import Worker
from web import (
    adoption,
    attachments,
    board,
    children,
    collated,
    comparing,
    conformance,
    contacts,
    corrections,
    deadlines,
    drafting,
    errors,
    files,
    moving,
    notices,
    past,
    proving,
    readings,
    relatives,
    replay,
    sharing,
    sign_in,
    tasks,
    teaching,
    training,
    tray,
    versions,
)
from web.addresses import NameInAddress
from web.desk import Desk, desk
from web.security import READS_ONLY, form_token_holds, protect, sent_from_elsewhere
from web.site import Site
from web.visits import Visit, cookie_name, keep_cookie, new_token, token_of

log = logging.getLogger("ics_flow.web")

# A long assessment with everything pasted in is some 200 kB; a page ten times as long is a mistake or an attack.
MOST_BYTES = 2_000_000
MOST_FIELDS = 5_000
PARTS = (
    adoption,
    attachments,
    board,
    tray,
    tasks,
    children,
    collated,
    comparing,
    conformance,
    contacts,
    corrections,
    deadlines,
    drafting,
    moving,
    past,
    proving,
    readings,
    relatives,
    replay,
    sharing,
    sign_in,
    files,
    versions,
)


def create_app(application: Application, site: Site, clock: Clock = wall_clock) -> Flask:
    """The pages over an application, ready for a WSGI server; the clock is the wall's, for sessions and limits alone."""
    access = Access(application.database, clock, demonstration=site.demonstration)
    app = Flask("web", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=list(site.hosts),
        LOOKS_AGAIN_SECONDS=3,
    )
    app.url_map.converters["name"] = NameInAddress
    app.url_map.converters["instant"] = past.InstantInAddress
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.extensions["desk"] = Desk(application, access, site)
    teaching.install(app)
    errors.install(app)
    for part in PARTS:
        app.register_blueprint(part.pages)
    if application.is_training:
        app.register_blueprint(training.pages)
    app.before_request(_admit)
    app.after_request(_finish)
    return app


def _admit() -> sign_in.Answer | None:
    """Let a request through to its page, or answer it here."""
    g.began = time.perf_counter()
    _ = request.host  # raises for a name that is not ours
    view = desk().view(request.endpoint)
    if getattr(view, "asks_nobody", False):
        return None
    if getattr(view, "takes_a_file", False):
        request.max_content_length = MOST_BYTES + MOST_OF_A_FILE
    g.visit = _visit()
    training.look_at_clock(g.visit.worker)
    if isinstance(request.routing_exception, MethodNotAllowed):
        raise request.routing_exception
    if request.method not in READS_ONLY:
        if sent_from_elsewhere(request):
            return errors.page(403, "Another site made your browser send this. Nothing was done with it.")
        if not form_token_holds(g.visit.token, request.form.get("form_token", "")):
            return sign_in.sent_with_an_old_page()
    if g.visit.worker is None and not getattr(view, "open_to_all", False):
        return sign_in.ask()
    if g.visit.worker is not None and request.routing_exception is None:
        return _only_what_is_shared(view, g.visit.worker)
    return None


def _only_what_is_shared(view: Callable[..., Any] | None, worker: Worker) -> sign_in.Answer | None:
    """Keep whoever reads only what is shared from every page but those; the pages of a file ask for a right to it themselves."""
    if getattr(view, "open_to_all", False) or getattr(view, "open_to_those_shared_with", False):
        return None
    if "case" in (request.view_args or {}):
        return None
    if not desk().release.rights.reads_what_is_shared(worker):
        return None
    if request.endpoint == "tray.show":
        return redirect(url_for("sharing.mine"), 303)
    return errors.page(403, "You see the records that are shared with you, and nothing else of a file.")


def _visit() -> Visit:
    """The visit that the browser's cookie names; a browser without one gets a new token."""
    token = token_of(request, secure=desk().site.secure)
    if not token:
        return Visit(token=new_token())
    session = desk().access.session(token)
    if session is None:
        return Visit(token=token)
    if session.ended:
        return Visit(token=token, ended_for=session.worker)
    return Visit(token=token, worker=session.worker)


def _finish(response: Response) -> Response:
    """Put on every response what every response carries, and note how it went."""
    secure = desk().site.secure
    protect(response, secure=secure)
    found: Visit | None = g.get("visit")
    if found is not None and request.cookies.get(cookie_name(secure=secure)) != found.token:
        keep_cookie(response, found.token, secure=secure)
    notices.forget(response)
    began: float | None = g.get("began")
    log.info(
        "request answered",
        extra={
            "endpoint": request.endpoint,
            "method": request.method,
            "status": response.status_code,
            "worker": found.worker.id if found and found.worker else None,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1) if began else None,
        },
    )
    return response
