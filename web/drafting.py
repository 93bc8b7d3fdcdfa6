"""Drafts of releases: what a draft holds, each of its files as text, in an editor and as practitioners will see it, and the ways in and out.

Every page works without scripts; the editors add to it. Not here: what two versions differ in (``comparing``), change requests and the board (``board``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

import engine
from engine.feel import Context
from engine.reading import read_pathway
from ics_flow.board.blank import blank
from ics_flow.board.days import CALENDAR
from ics_flow.board.drafts import THE_DRAFT, base_files, conflicts, draft_of, files_of, is_behind, standing_of
from ics_flow.board.files import KINDS, FileRefused, Kind, kind_of, packed, unpacked
from ics_flow.board.touching import changes_of, touches
from ics_flow.commands.change_draft import AddDraftFile, ImportDraftFiles, RemoveDraftFile, SaveDraftFile
from ics_flow.commands.open_release_draft import (
    DRAFT,
    BringDraftUpToDate,
    CloseReleaseDraft,
    OpenReleaseDraft,
)
from ics_flow.commands.play_scenarios import PlayScenarios
from ics_flow.commands.proposals import APPROVE
from ics_flow.domain.errors import DraftChanged, Refused
from ics_flow.domain.forms import CodeSet, Form, Occasion, Parsed, lay_out, read_code_set, read_form
from ics_flow.gate import Finding
from ics_flow.queries.diagrams import Step, steps
from ics_flow.queries.people import Names
from ics_flow.store.accounts import live_choices
from ics_flow.store.release_drafts import DraftFile, ReleaseDraft
from web import errors, forms, notices, words
from web.desk import desk
from web.errors import PageError
from web.fields import command_id
from web.security import EDITOR_POLICY
from web.visits import signed_in

pages = Blueprint("drafting", __name__, url_prefix="/board/drafts")

LOOK = (DRAFT, APPROVE, "replay")
"""Who may look at a draft, by what the roles may do: who writes procedures, who decides on them, who looks back."""
KIND_WORDS: Mapping[Kind, str] = {
    "diagram": "Procedures",
    "form": "Forms",
    "codes": "Lists of codes",
    "scenario": "Scenarios",
    "rights": "Who is who, and who may do what",
    "statute": "The law, to check the diagrams against",
    "calendar": "Days that do not count",
}
FOLDERS: Mapping[str, tuple[str, str]] = {
    "diagram": ("bpmn/", ".bpmn"),
    "form": ("forms/", ".form"),
    "codes": ("forms/codes/", ".yaml"),
    "scenario": ("bpmn/scenarios/", ".yaml"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file in the list of a draft's files; ``state`` is how it differs from the base."""

    name: str
    title: str
    kind: Kind
    state: str
    found: int

    def is_called(self, words: str) -> bool:
        """Whether each of the words stands in its title or its name."""
        return all(word in f"{self.title} {self.name}".casefold() for word in words.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file of a draft, opened: its content, what the draft keeps of it, and what is found in it."""

    draft: ReleaseDraft
    files: Mapping[str, bytes]
    name: str
    body: bytes
    kept: DraftFile | None
    findings: tuple[Finding, ...]
    may_draft: bool
    settled: bool

    @property
    def version(self) -> int:
        """The version that a save is made over."""
        return self.kept.version if self.kept else 0


@pages.get("")
def every() -> str:
    """Every draft, the open ones first."""
    require_look()
    with desk().application.reading() as reading:
        found = reading.release_drafts.all()
        names = Names(reading).all()
    by_state = sorted(found, key=lambda each: each.state != "open")
    return render_template(
        "drafts/every.html", drafts=by_state, names=names, may_draft=_may_draft(), command_id=command_id()
    )


@pages.post("")
def begin() -> Response | tuple[str, int]:
    """Begin a draft for a change request."""
    command = OpenReleaseDraft(
        command_id=command_id(),
        actor=signed_in().id,
        request=request.form.get("request", ""),
        title=request.form.get("title", ""),
    )
    desk().application.handle(command)
    return redirect(url_for("drafting.show", draft=command.command_id), 303)


@pages.get("/<draft>")
def show(draft: str) -> str:
    """The draft: what stands in its way, what it changes, and its files."""
    return _overview(draft)


@pages.get("/<draft>/findings")
def findings(draft: str) -> dict[str, object]:
    """What is found in the draft, for the scripts of the editors."""
    require_look()
    with desk().application.reading() as reading:
        found = standing_of(reading, draft_of(reading, draft))
    return {
        "findings": [{**_json(each), "href": href_of(draft, each)} for each in found],
        "passes": not any(each.severity == "error" for each in found),
    }


@pages.get("/<draft>/text/<path:name>")
def text(draft: str, name: str) -> str:
    """A file as text."""
    return _text(_open(draft, name))


@pages.post("/<draft>/text/<path:name>")
def change(draft: str, name: str) -> Response | tuple[str, int]:
    """Save a file as text, put it back as it was, take it away, or say that it is settled."""
    do = request.form.get("do", "save")
    if do == "put_back":
        return _put_back(draft, name)
    if do == "remove":
        return _remove(draft, name)
    opened = _open(draft, name)
    try:
        _save(opened, settles=do == "settle")
    except DraftChanged:
        said = PageError(
            "Somebody else saved this file meanwhile, so yours is not saved. It stands below: look at theirs, then save yours again.",
            "text",
        )
        return _text(_open(draft, name), typed=_typed(opened), errors=[said]), 409
    except FileRefused as refused:
        return _text(opened, typed=_typed(opened), errors=[PageError(str(refused), "text")]), 422
    return notices.leave(redirect(url_for("drafting.text", draft=draft, name=name), 303), "draft-file-saved")


@pages.post("/<draft>/keep/<path:name>")
def keep(draft: str, name: str) -> tuple[dict[str, object], int]:
    """Keep a file while a person draws or types; the answer is for the page's script."""
    try:
        version = _save(_open(draft, name, examined=False))
    except Refused as refused:
        return {"message": f"Not saved. {refused} What you did is still on this page."}, errors.status_of(
            refused
        )
    at = words.clock_time(desk().application.clock())
    return {"message": f"Saved at {at}", "draft_version": version}, 200


@pages.get("/<draft>/file/<path:name>")
def file(draft: str, name: str) -> Response:
    """The bytes of a file, to be kept or opened elsewhere."""
    opened = _open(draft, name, examined=False)
    return _download(opened.body, PurePosixPath(name).name, "text/plain; charset=utf-8")


@pages.get("/<draft>/diagram/<path:name>")
def diagram(draft: str, name: str) -> Response:
    """A diagram in its editor, with its steps in words beside it."""
    opened = _open(draft, name, examined=not _quick())
    if kind_of(name) != "diagram":
        abort(404)
    drawn = render_template(
        "drafts/diagram.html",
        opened=opened,
        title=title_of(name, opened.body),
        steps=_steps(name, opened.body),
        config={
            **_config(opened),
            "element": request.args.get("element", ""),
            "forms": _stems(opened.files, "form"),
            "roles": sorted(desk().release.rights.roles),
        },
        command_id=command_id(),
        href_of=href_of,
    )
    return _edited(drawn)


@pages.get("/<draft>/form/<path:name>")
def form(draft: str, name: str) -> Response:
    """A form in its editor, with what practitioners will see below it."""
    opened = _open(draft, name, examined=not _quick())
    if kind_of(name) != "form":
        abort(404)
    asked = _form(opened)
    drawn = render_template(
        "drafts/form.html",
        opened=opened,
        title=title_of(name, opened.body),
        config={
            **_config(opened),
            "codes": _stems(opened.files, "codes"),
            "preview": url_for("drafting.preview", draft=draft, name=name),
        },
        sheet_html=forms.drawn(lay_out(asked, asked.blank(), _occasion())) if asked else "",
        command_id=command_id(),
        href_of=href_of,
    )
    return _edited(drawn)


@pages.route("/<draft>/preview/<path:name>", methods=["GET", "POST"])
def preview(draft: str, name: str) -> str:
    """A form as practitioners will see it; its buttons check and add rows, and nothing is kept."""
    opened = _open(draft, name)
    if kind_of(name) != "form":
        abort(404)
    asked = _form(opened)
    if asked is None:
        return render_template(
            "drafts/preview.html",
            opened=opened,
            title=title_of(name, opened.body),
            sheet_html="",
            href_of=href_of,
        )
    occasion = _occasion()
    parsed, wrong = _filled_in(asked, occasion)
    sheet = lay_out(asked, parsed.answers, occasion, parsed.raw, wrong)
    return render_template(
        "drafts/preview.html",
        opened=opened,
        title=title_of(name, opened.body),
        sheet_html=forms.drawn(sheet),
        errors_html=forms.drawn_errors(sheet),
        href_of=href_of,
        command_id=command_id(),
    )


@pages.post("/<draft>/add")
def add(draft: str) -> Response | tuple[str, int]:
    """Add a new file, and open it."""
    kind, stem = request.form.get("kind", ""), request.form.get("name", "").strip()
    if kind not in FOLDERS:
        return _overview(draft, errors=[PageError("Say what the new file is", "kind")]), 422
    folder, ending = FOLDERS[kind]
    name = f"{folder}{stem.removesuffix(ending)}{ending}"
    try:
        desk().application.handle(
            AddDraftFile(
                command_id=command_id(), actor=signed_in().id, draft=draft, name=name, body=blank(name)
            )
        )
    except FileRefused:
        said = PageError(
            "Name the file in small letters, digits and underlines, such as visit_record", "name"
        )
        return _overview(draft, errors=[said], typed={"name": stem, "kind": kind}), 422
    return redirect(edit_address(draft, name), 303)


@pages.post("/<draft>/import")
def take_in(draft: str) -> Response | tuple[str, int]:
    """Take in one file, or a whole draft as a zip."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _overview(draft, errors=[PageError("Choose a file", "file")]), 422
    try:
        taken = desk().application.handle(
            ImportDraftFiles(
                command_id=command_id(),
                actor=signed_in().id,
                draft=draft,
                files=_sent_files(sent),
                whole=request.form.get("whole") == "yes",
            )
        )
    except FileRefused as refused:
        return _overview(draft, errors=[PageError(str(refused), "file")]), 422
    code = "draft-taken-in" if taken.opened else "draft-taken-in-same"
    return notices.leave(redirect(url_for("drafting.show", draft=draft), 303), code)


@pages.get("/<draft>/export")
def hand_out(draft: str) -> Response:
    """The whole draft as a zip."""
    require_look()
    with desk().application.reading() as reading:
        files = files_of(reading, draft_of(reading, draft))
    return _download(packed(files), f"draft-{draft[:8]}.zip", "application/zip")


@pages.post("/<draft>/scenarios")
def play(draft: str) -> Response:
    """Have every scenario of the draft played in the background."""
    command = PlayScenarios(command_id=command_id(), actor=signed_in().id, draft=draft)
    desk().application.handle(command)
    return redirect(url_for("drafting.played", draft=draft, run=command.command_id), 303)


@pages.get("/<draft>/scenarios/<run>")
def played(draft: str, run: str) -> str:
    """What came of the scenarios so far; where scripts run the page goes on by itself until all are played."""
    require_look()
    with desk().application.reading() as reading:
        found = draft_of(reading, draft)
        asked = reading.scenario_runs.of(run)
        if asked is None or asked.change_id != found.request:
            abort(404)
        so_far = reading.scenario_runs.played(run)
    return render_template(
        "drafts/scenarios.html",
        draft=found,
        run=asked,
        played=so_far,
        problems={name: problem for name, problem in so_far.items() if problem},
        of=sum(kind_of(name) == "scenario" for name in json.loads(asked.files)),
    )


@pages.post("/<draft>/bring-up-to-date")
def bring_up_to_date(draft: str) -> Response:
    """Let the draft stand on what is in force now."""
    desk().application.handle(BringDraftUpToDate(command_id=command_id(), actor=signed_in().id, draft=draft))
    return notices.leave(redirect(url_for("drafting.show", draft=draft), 303), "draft-up-to-date")


@pages.post("/<draft>/close")
def close(draft: str) -> Response:
    """Let nobody change the draft any more."""
    desk().application.handle(CloseReleaseDraft(command_id=command_id(), actor=signed_in().id, draft=draft))
    return redirect(url_for("drafting.show", draft=draft), 303)


def href_of(draft: str, finding: Finding) -> str:
    """Where a finding is looked at: its element in the diagram, its file, or the draft."""
    if finding.file == THE_DRAFT:
        return url_for("drafting.show", draft=draft)
    if finding.file.endswith(".bpmn"):
        return url_for("drafting.diagram", draft=draft, name=finding.file, element=finding.element)
    return url_for("drafting.text", draft=draft, name=finding.file)


def edit_address(draft: str, name: str) -> str:
    """Where a file is edited best."""
    view = {"diagram": "drafting.diagram", "form": "drafting.form"}.get(kind_of(name), "drafting.text")
    return url_for(view, draft=draft, name=name)


def title_of(name: str, body: bytes) -> str:
    """What people call a file."""
    plain = PurePosixPath(name).stem.replace("_", " ").capitalize()
    match kind_of(name):
        case "diagram":
            try:
                pathway = read_pathway(name, body)
            except engine.Refused:
                return plain
            return pathway.name if pathway else plain
        case "calendar":
            return "Calendar"
        case _:
            return plain


def may_look() -> bool:
    """Whether whoever is signed in may look at drafts."""
    rights, worker = desk().release.rights, signed_in()
    return any(rights.may_anywhere(worker, act) for act in LOOK)


def require_look() -> None:
    """Answer 403 to whoever may not look at drafts."""
    if not may_look():
        abort(403)


def _may_draft() -> bool:
    return desk().release.rights.may_anywhere(signed_in(), DRAFT)


def _overview(draft: str, *, errors: Iterable[PageError] = (), typed: Mapping[str, str] | None = None) -> str:
    require_look()
    with desk().application.reading() as reading:
        found = draft_of(reading, draft)
        files, base = files_of(reading, found), base_files(reading, found.base)
        standing = standing_of(reading, found)
        changes = changes_of(reading, found)
        touched = touches(reading, found) if found.state == "open" else ()
        behind = found.state == "open" and is_behind(reading, found)
        names = Names(reading).all()
    lines = tuple(_line(name, files, base, standing) for name in sorted({*files, *base}))
    wanted = request.args.get("find", "").strip()
    found_lines = [line for line in lines if line.is_called(wanted)]
    return render_template(
        "drafts/draft.html",
        draft=found,
        names=names,
        changed=[line for line in lines if line.state],
        wanted=wanted,
        kinds=[(KIND_WORDS[kind], [line for line in found_lines if line.kind == kind]) for kind in KINDS],
        findings=standing,
        passes=not any(each.severity == "error" for each in standing),
        changes=changes,
        touches=touched,
        behind=behind,
        has_scenarios=any(line.kind == "scenario" for line in lines),
        may_draft=_may_draft() and found.state == "open",
        folders=FOLDERS,
        kind_words=KIND_WORDS,
        typed=typed or {},
        errors=list(errors),
        command_id=command_id(),
        href_of=href_of,
        edit_address=edit_address,
    )


def _line(
    name: str, files: Mapping[str, bytes], base: Mapping[str, bytes], standing: tuple[Finding, ...]
) -> FileLine:
    here, before = files.get(name), base.get(name)
    state = "New" if before is None else "Taken away" if here is None else "" if here == before else "Changed"
    return FileLine(
        name=name,
        title=title_of(name, here if here is not None else before or b""),
        kind=kind_of(name),
        state=state,
        found=sum(each.file == name for each in standing),
    )


def _open(draft: str, name: str, *, examined: bool = True) -> OpenedFile:
    """A file of the draft; a name that it does not have is not found."""
    require_look()
    with desk().application.reading() as reading:
        found = draft_of(reading, draft)
        files = files_of(reading, found)
        if name not in files:
            abort(404)
        standing = standing_of(reading, found) if examined else ()
        return OpenedFile(
            draft=found,
            files=files,
            name=name,
            body=files[name],
            kept=reading.release_drafts.files(draft).get(name),
            findings=tuple(each for each in standing if each.file == name),
            may_draft=_may_draft() and found.state == "open",
            settled=name not in conflicts(reading, found),
        )


def _quick() -> bool:
    """Whether an editor asks for the page without what the gate finds, which takes a while."""
    return "quick" in request.args


def _text(opened: OpenedFile, *, typed: bytes | None = None, errors: Iterable[PageError] = ()) -> str:
    return render_template(
        "drafts/text.html",
        opened=opened,
        kind=kind_of(opened.name),
        calendar=CALENDAR,
        title=title_of(opened.name, opened.body),
        text=(opened.body if typed is None else typed).decode("utf-8"),
        errors=list(errors),
        command_id=command_id(),
        href_of=href_of,
    )


def _typed(opened: OpenedFile) -> bytes:
    """What was sent as the file's text, with the ends of lines that the file has."""
    sent = request.form.get("text", "").replace("\r\n", "\n")
    return (sent.replace("\n", "\r\n") if b"\r\n" in opened.body else sent).encode("utf-8")


def _save(opened: OpenedFile, *, settles: bool = False) -> int:
    """Keep what was sent over the version that the page was drawn with; gives the new one."""
    seen = request.form.get("draft_version", "")
    kept = desk().application.handle(
        SaveDraftFile(
            command_id=command_id(),
            actor=signed_in().id,
            draft=opened.draft.id,
            name=opened.name,
            body=_typed(opened),
            version=int(seen) if seen.isascii() and seen.isdigit() else 0,
            settles=settles,
        )
    )
    return kept.position or 0


def _put_back(draft: str, name: str) -> Response:
    """The file as the base has it."""
    with desk().application.reading() as reading:
        found = draft_of(reading, draft)
        base = base_files(reading, found.base).get(name)
        kept = reading.release_drafts.files(draft).get(name)
    if base is None or kept is None:
        abort(404)
    desk().application.handle(
        SaveDraftFile(
            command_id=command_id(),
            actor=signed_in().id,
            draft=draft,
            name=name,
            body=base,
            version=kept.version,
            settles=True,
        )
    )
    return notices.leave(redirect(url_for("drafting.show", draft=draft), 303), "draft-file-put-back")


def _remove(draft: str, name: str) -> Response:
    opened = _open(draft, name, examined=False)
    desk().application.handle(
        RemoveDraftFile(
            command_id=command_id(), actor=signed_in().id, draft=draft, name=name, version=opened.version
        )
    )
    return notices.leave(redirect(url_for("drafting.show", draft=draft), 303), "draft-file-gone")


def _sent_files(sent: FileStorage) -> Mapping[str, bytes]:
    """The files that were sent, by their names in a draft; raises ``FileRefused``."""
    name, content = PurePosixPath((sent.filename or "").replace("\\", "/")).name, sent.read()
    if name.endswith(".zip"):
        return unpacked(content)
    what = request.form.get("what", "")
    if name.endswith(".yaml") and what in FOLDERS:
        return {f"{FOLDERS[what][0]}{name}": content}
    if name == CALENDAR:
        return {name: content}
    return {f"{'forms' if name.endswith('.form') else 'bpmn'}/{name}": content}


def _form(opened: OpenedFile) -> Form | None:
    """The form as far as it can be read."""
    codes: dict[str, CodeSet] = {}
    for name, body in opened.files.items():
        if kind_of(name) == "codes":
            try:
                found = read_code_set(PurePosixPath(name).stem, body)
            except engine.Refused:
                continue
            codes[found.name] = found
    try:
        return read_form(PurePosixPath(opened.name).stem, opened.body, codes)
    except engine.Refused:
        return None


def _filled_in(asked: Form, occasion: Occasion) -> tuple[Parsed, tuple[Any, ...]]:
    """What was typed into a form that is looked at, and what is wrong with it where that was asked."""
    if request.method == "GET":
        return Parsed(asked.blank(), {}, ()), ()
    parsed = forms.parsed_request(asked)
    action = forms.requested_row_action()
    if action is not None:
        return forms.with_rows(asked, parsed, action, occasion), ()
    return parsed, asked.check(parsed.answers, occasion, parsed.errors)


def _occasion() -> Occasion:
    """A form looked at now, in nobody's case."""
    with desk().application.reading() as reading:
        live = live_choices(reading.accounts.all(), desk().release.rights)
    context = Context(instant=desk().now, calendar=desk().in_force[1], facts=lambda _name, _arguments: None)
    return Occasion(context=context, known={"born": None}, live=live)


def _steps(name: str, body: bytes) -> tuple[Step, ...]:
    """The diagram in words, as far as it can be read."""
    try:
        pathway = read_pathway(name, body)
    except engine.Refused:
        return ()
    return steps(pathway, {}) if pathway else ()


def _config(opened: OpenedFile) -> dict[str, object]:
    draft, name = opened.draft.id, opened.name
    return {
        "file": name,
        "source": url_for("drafting.file", draft=draft, name=name),
        "keep": url_for("drafting.keep", draft=draft, name=name) if opened.may_draft else "",
        "findings": url_for("drafting.findings", draft=draft),
    }


def _stems(files: Mapping[str, bytes], kind: Kind) -> list[str]:
    return sorted(PurePosixPath(name).stem for name in files if kind_of(name) == kind)


def _json(finding: Finding) -> dict[str, object]:
    said: Any = finding.to_json()
    return {**said, "words": f"{finding.message} {finding.mend}".strip()}


def _edited(drawn: str) -> Response:
    """A page with an editor, which alone may set styles on what it draws."""
    response = Response(drawn, mimetype="text/html")
    response.headers["Content-Security-Policy"] = EDITOR_POLICY
    return response


def _download(body: bytes, name: str, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
