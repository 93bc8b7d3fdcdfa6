"""Whose request this is: the cookie, the session behind it, and the form token that hangs on the cookie.

A browser always has a cookie with a random token. Before sign-in the token names nothing and only guards the forms; signing in
replaces it with one whose hash the store keeps beside the worker. Not here: passwords and limits (`ics_flow/access.py`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Request, Response, g

from ics_flow.domain.workers import Worker

View = TypeVar("View", bound=Callable[..., Any])

COOKIE_OVER_HTTPS = "__Host-ics-flow"
COOKIE_ON_LOOPBACK = "ics-flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A browser's token, the worker signed in by it, and the worker whose session by it has run out."""

    token: str
    worker: Worker | None = None
    ended_for: Worker | None = None


def cookie_name(*, secure: bool) -> str:
    """The cookie's name: with the prefix that binds it to this host wherever the browser would accept it."""
    return COOKIE_OVER_HTTPS if secure else COOKIE_ON_LOOPBACK


def token_of(request: Request, *, secure: bool) -> str:
    """The token that the browser sent, or nothing where it sent none that we could have made."""
    token = request.cookies.get(cookie_name(secure=secure), "")
    return token if len(token) == 43 and token.isascii() else ""


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


def visit() -> Visit:
    """The visit of the request in hand."""
    found: Visit = g.visit
    return found


def signed_in() -> Worker:
    """The worker who is signed in: views that ask for one are only reached by one."""
    worker = visit().worker
    if worker is None:
        raise RuntimeError("A page that needs a worker was reached without one.")
    return worker


def keep_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Give the browser its token, for as long as the browser stays open."""
    response.set_cookie(
        cookie_name(secure=secure), token, secure=secure, httponly=True, samesite="Lax", path="/"
    )


def asks_nobody(view: View) -> View:
    """Mark a view that needs to know nothing of who asks: files, and the sign of life."""
    view.asks_nobody = True  # type: ignore[attr-defined]
    return view


def takes_a_file(view: View) -> View:
    """Mark a view to which a file is sent, so that more is taken from a browser than a form has."""
    view.takes_a_file = True  # type: ignore[attr-defined]
    return view


def open_to_those_shared_with(view: View) -> View:
    """Mark a view for those who read only what is shared with them, who are let to no other."""
    view.open_to_those_shared_with = True  # type: ignore[attr-defined]
    return view


def open_to_all(view: View) -> View:
    """Mark a view that may be seen before signing in; every other view asks for a worker."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view
