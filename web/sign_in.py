"""Signing in and out, and keeping what was typed when a session ends in between.

Not here: how a password is checked and how often one may try (`ics_flow/access.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self, TypeAlias

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ics_flow.access import SignInRefused, TooManyTries
from web import notices, tasks
from web.addresses import local_path
from web.desk import desk
from web.errors import PageError, page
from web.security import READS_ONLY, form_token_holds
from web.visits import Visit, new_token, open_to_all, open_to_those_shared_with, visit

pages = Blueprint("sign_in", __name__)

Answer: TypeAlias = "Response | str | tuple[str | dict[str, object], int]"

# What belongs to the page as it was drawn, not to what a person typed.
OF_THE_PAGE = frozenset({"form_token", "typed_by"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was sent with a page that could not be taken then: where it was going, every field of it, and who typed it."""

    path: str
    fields: tuple[tuple[str, str], ...]
    by: str = ""

    @classmethod
    def of_request(cls) -> Self:
        """What the request in hand brought."""
        typed = [(name, value) for name, value in request.form.items(multi=True) if name not in OF_THE_PAGE]
        return cls(request.path, tuple(typed), request.form.get("typed_by", ""))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `write` wrote into a page; None where it is anything else."""
        try:
            path, fields, *by = json.loads(text)
            typed = tuple((str(name), str(value)) for name, value in fields)
            return cls(local_path(str(path)), typed, "".join(map(str, by)))
        except (TypeError, ValueError):
            return None

    def write(self) -> str:
        """The same as text, for a hidden field of the page that asks to sign in."""
        return json.dumps([self.path, self.fields, self.by])


@pages.get("/sign-in")
@open_to_all
def show() -> str:
    """The page that asks who you are."""
    return _page(local_path(request.args.get("next", "/")))


@pages.post("/sign-in")
@open_to_all
def enter() -> Answer:
    """Sign in with a user name and password, or in a demonstration as the worker chosen."""
    form = request.form
    token = new_token()
    try:
        if desk().site.demonstration:
            desk().access.be(token, form.get("worker", ""))
        else:
            username, password = form.get("username", ""), form.get("password", "")
            desk().access.sign_in(token, username, password, request.remote_addr or "")
    except TooManyTries as refused:
        return page(429, str(refused))
    except SignInRefused as refused:
        wrong = [PageError(str(refused), "" if desk().site.demonstration else "username")]
        return _page(local_path(form.get("next", "/")), form.get("kept", ""), wrong), 422
    desk().access.sign_out(visit().token)  # whoever was signed in at this browser before
    g.visit = Visit(token=token)
    kept = Kept.read(form.get("kept", ""))
    if kept is not None:
        g.visit = Visit(token=token, worker=desk().access.who(token))
        return _carry_on(kept)
    return redirect(local_path(form.get("next", "/")), 303)


@pages.post("/sign-in/again")
@open_to_all
def again() -> Answer:
    """Sign out whoever is signed in, and ask anew, carrying what somebody else had typed."""
    desk().access.sign_out(visit().token)
    g.visit = Visit(token=new_token())
    return _page("/", request.form.get("kept", ""))


@pages.get("/stay")
@open_to_those_shared_with
def stay() -> tuple[str, dict[str, str]]:
    """That whoever is signed in is still at work: asked for by the page's script, it keeps the session alive."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@pages.post("/sign-out")
@open_to_all
def leave() -> Response:
    """Sign out, and give the browser a token that nobody was signed in by."""
    desk().access.sign_out(visit().token)
    g.visit = Visit(token=new_token())
    return notices.leave(redirect(url_for("sign_in.show"), 303), "signed-out")


def ask() -> Answer:
    """Ask a browser that nobody is signed in at to sign in, keeping whatever it sent."""
    if request.method in READS_ONLY:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")), 303)
    ended_for = visit().ended_for
    if ended_for is not None and form_token_holds(visit().token, request.form.get("form_token", "")):
        tasks.keep_for(ended_for)
    if request.endpoint in ("tasks.keep", "drafting.keep"):
        return tasks.not_signed_in()
    return _page("/", Kept.of_request().write()), 403


def sent_with_an_old_page() -> Answer:
    """Answer a form whose token is not this browser's: a page from before a sign-in, or a forgery.

    Only a browser that says the form came from our own pages gets it back, and then a person must press the button anew.
    """
    if "Origin" not in request.headers and "Sec-Fetch-Site" not in request.headers:
        abort(400)
    if request.endpoint == "sign_in.enter" and Kept.read(request.form.get("kept", "")) is not None:
        return _page("/", request.form["kept"]), 403
    if request.endpoint in ("sign_in.enter", "sign_in.leave"):
        return redirect(url_for("sign_in.show"), 303)
    if visit().worker is None:
        return ask()
    if request.endpoint in ("tasks.keep", "drafting.keep"):
        return tasks.not_signed_in()
    return _carry_on(Kept.of_request())


def _carry_on(kept: Kept) -> Answer:
    """Let the person who typed it send it; anybody else learns no more than that it is somebody else's."""
    worker = visit().worker
    if kept.by and worker is not None and kept.by != worker.id:
        return render_template("not_yours.html", kept=kept.write()), 403
    return render_template("carry_on.html", path=kept.path, fields=kept.fields)


def _page(next_path: str, kept: str = "", errors: list[PageError] | None = None) -> str:
    return render_template(
        "sign_in.html",
        next=next_path,
        kept=kept,
        username=request.form.get("username", ""),
        workers=desk().access.workers() if desk().site.demonstration else (),
        errors=errors,
    )
