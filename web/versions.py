"""Two versions of what is or was in force, or is before the board, side by side: everybody who works here may see what changes.

A version is written in an address as its release's hash, a full stop, and its calendar's. Not here: drafts (``comparing``).
"""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, abort, render_template, url_for

from ics_flow.board.compare import compare
from ics_flow.board.drafts import base_files
from ics_flow.store.release_drafts import Base
from ics_flow.store.unit import Reading
from web.comparing import Files, side_by_side
from web.desk import desk

pages = Blueprint("versions", __name__, url_prefix="/board/versions")

WORDS = ("Before", "After")


@pages.get("/<before>/<after>")
def show(before: str, after: str) -> str:
    """Everything in which the two differ, file by file."""
    old, new = _both(before, after)
    by_file = [
        (name, url_for("versions.file", before=before, after=after, name=name), list(changes))
        for name, changes in groupby(compare(old, new), key=lambda each: each.file)
    ]
    return render_template(
        "drafts/changes.html", title="Change board", back=url_for("board.show"), by_file=by_file
    )


@pages.get("/<before>/<after>/<path:name>")
def file(before: str, after: str, name: str) -> str:
    """One file in both."""
    old, new = _both(before, after)
    return side_by_side(
        name,
        old,
        new,
        words=WORDS,
        addresses=(
            url_for("versions.raw", version=before, name=name),
            url_for("versions.raw", version=after, name=name),
        ),
        title="What it changes",
        back=url_for("versions.show", before=before, after=after),
    )


@pages.get("/file/<version>/<path:name>")
def raw(version: str, name: str) -> tuple[bytes, dict[str, str]]:
    """The bytes of a file of one of them."""
    with desk().application.reading() as reading:
        files = _files(reading, version)
    if name not in files:
        abort(404)
    return files[name], {"Content-Type": "text/plain; charset=utf-8"}


def _both(before: str, after: str) -> tuple[Files, Files]:
    with desk().application.reading() as reading:
        return _files(reading, before), _files(reading, after)


def _files(reading: Reading, version: str) -> Files:
    """The files of a version, its scenarios left out: they say what must come out, not what is done."""
    release, _, calendar = version.partition(".")
    try:
        return base_files(reading, Base(release=release, calendar=calendar, scenarios=None))
    except LookupError:
        abort(404)
