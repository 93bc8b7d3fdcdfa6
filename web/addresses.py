"""How names of the field stand in an address of a page.

A task is called `initial_assessment#1/assessment#1/write#2`; a `#` would end the path, so the address has a dot in its place.
"""

from __future__ import annotations

from flask import request, url_for
from werkzeug.routing import PathConverter


class NameInAddress(PathConverter):
    """A task's or deadline's name within a path."""

    regex = r"[a-z][a-z0-9_]*\.[0-9]+(?:/[a-z][a-z0-9_]*\.[0-9]+)*"
    part_isolating = False

    def to_python(self, value: str) -> str:
        return value.replace(".", "#")

    def to_url(self, value: str) -> str:
        return value.replace("#", ".")


def local_path(offered: str) -> str:
    """The path if it leads to a page of ours, else the way to the start."""
    inside = offered.startswith("/") and not offered.startswith("//") and "\\" not in offered
    return offered if inside and offered.isprintable() else url_for("tray.show")


def page_number() -> int:
    """The page of a long list that was asked for, the first where the address says nothing sensible."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and len(asked) < 6 and int(asked) else 1


def same_page(**changed: str | int) -> str:
    """The address of the page in hand with some of its arguments changed."""
    given = {**request.args.to_dict(), **(request.view_args or {}), **changed}
    return url_for(request.endpoint or "tray.show", **given)
