"""The files that pages link to, under names that change with their content, so that browsers may keep them for ever.

Here: our own stylesheet and icon, and the way to the built scripts and styles. Not here: how those are built (`frontend/`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory, url_for

from web.visits import asks_nobody

STATIC = Path(__file__).with_name("static")
OWN = ("pages.css", "icon.svg")
FOR_EVER = "public, max-age=31536000, immutable"

pages = Blueprint("files", __name__)


def _stamped(name: str) -> str:
    path = STATIC / name
    return f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}{path.suffix}"


_NAMES = {_stamped(name): name for name in OWN}
_STAMPS = {name: stamped for stamped, name in _NAMES.items()}


def own_file(name: str) -> str:
    """The address of a file of ours, which changes when the file does."""
    return url_for("files.own", name=_STAMPS[name])


@pages.get("/static/own/<name>")
@asks_nobody
def own(name: str) -> Response:
    """A file of ours by its stamped name."""
    if name not in _NAMES:
        abort(404)
    return _kept(send_from_directory(STATIC, _NAMES[name]))


@pages.get("/static/dist/<path:name>")
@asks_nobody
def built(name: str) -> Response:
    """A built script, style or font; the build puts a hash of the content in its name."""
    return _kept(send_from_directory(STATIC / "dist", name))


@pages.get("/healthz")
@asks_nobody
def health() -> tuple[str, dict[str, str]]:
    """That the process answers, for whatever watches it."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = FOR_EVER
    return response
