"""Two versions of procedures and forms side by side: what a draft changes in its base, and what one release changed in another.

The list in words works without scripts; diagrams are drawn beside each other by the browser. Not here: finding the differences (``ics_flow.board.compare``).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, abort, render_template, url_for

from ics_flow.board.compare import Change, compare
from ics_flow.board.drafts import base_files, draft_of, files_of
from ics_flow.board.files import kind_of
from ics_flow.store.release_drafts import ReleaseDraft
from web.desk import desk
from web.drafting import require_look

pages = Blueprint("comparing", __name__, url_prefix="/board")

Files = Mapping[str, bytes]
IN_FORCE_THEN = "As it was when the draft was begun"
IN_THE_DRAFT = "As the draft has it"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, and whether only this version has it."""

    text: str
    changed: bool


@pages.get("/drafts/<draft>/changes")
def show(draft: str) -> str:
    """Everything that a draft changes, file by file."""
    found, before, after = _draft(draft)
    by_file = [
        (name, url_for("comparing.file", draft=draft, name=name), list(changes))
        for name, changes in groupby(compare(before, after), key=lambda each: each.file)
    ]
    return render_template(
        "drafts/changes.html",
        title=found.title,
        back=url_for("drafting.show", draft=draft),
        by_file=by_file,
    )


@pages.get("/drafts/<draft>/changes/<path:name>")
def file(draft: str, name: str) -> str:
    """One file of a draft beside the same file of its base."""
    found, before, after = _draft(draft)
    return side_by_side(
        name,
        before,
        after,
        words=(IN_FORCE_THEN, IN_THE_DRAFT),
        addresses=(
            url_for("comparing.base_file", draft=draft, name=name),
            url_for("drafting.file", draft=draft, name=name),
        ),
        title=found.title,
        back=url_for("drafting.show", draft=draft),
        draft=found,
    )


@pages.get("/drafts/<draft>/base/<path:name>")
def base_file(draft: str, name: str) -> tuple[bytes, dict[str, str]]:
    """The bytes of a file of a draft's base."""
    _, before, _ = _draft(draft)
    if name not in before:
        abort(404)
    return before[name], {"Content-Type": "text/plain; charset=utf-8"}


def _draft(draft: str) -> tuple[ReleaseDraft, Files, Files]:
    require_look()
    with desk().application.reading() as reading:
        found = draft_of(reading, draft)
        return found, base_files(reading, found.base), files_of(reading, found)


def side_by_side(
    name: str,
    before: Files,
    after: Files,
    *,
    words: tuple[str, str],
    addresses: tuple[str, str],
    title: str,
    back: str,
    draft: ReleaseDraft | None = None,
) -> str:
    """The page of one file in two versions, which are called by the two words and served at the two addresses."""
    if name not in before and name not in after:
        abort(404)
    changes = [each for each in compare(before, after) if each.file == name]
    both = name in before and name in after
    return render_template(
        "drafts/side_by_side.html",
        name=name,
        title=title,
        back=back,
        draft=draft,
        changes=changes,
        before_words=words[0],
        after_words=words[1],
        config=_config(changes, addresses) if both and kind_of(name) == "diagram" else None,
        texts=_lines(before.get(name, b""), after.get(name, b"")),
    )


def _config(changes: Sequence[Change], addresses: tuple[str, str]) -> dict[str, object]:
    marks = [
        {"element": each.element, "kind": each.kind}
        for each in changes
        if each.element is not None and each.what != "drawing"
    ]
    return {"before": addresses[0], "after": addresses[1], "marks": marks}


def _lines(before: bytes, after: bytes) -> tuple[list[Line], list[Line]]:
    """Both texts with the lines that only one of them has; near those alone, where they are long."""
    old, new = (body.decode("utf-8", "replace").splitlines() for body in (before, after))
    left: list[Line] = []
    right: list[Line] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for group in matcher.get_grouped_opcodes(3):
        for kind, first, last, first_new, last_new in group:
            left += [Line(text, kind != "equal") for text in old[first:last]]
            right += [Line(text, kind != "equal") for text in new[first_new:last_new]]
        left.append(Line("…", changed=False))
        right.append(Line("…", changed=False))
    return left, right
