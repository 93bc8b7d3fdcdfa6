"""A child's file: what there is to do, the map, the records, the history, the family, and who has looked.

Not here: what a file may show to whom, which every query asks the rights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.diagram import Pathway
from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.commands.begin_together import BeginTogether
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.errors import RunsAlready
from ics_flow.commands.note_done_outside import NoteDoneOutside
from ics_flow.commands.relate_persons import KEEP_FAMILY
from ics_flow.commands.roll_back import RollBack
from ics_flow.commands.share_record import SHARE
from ics_flow.commands.siblings import NotDoneTogether
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.ids import case_subject
from ics_flow.domain.listing import listing
from ics_flow.domain.view import CaseView
from ics_flow.process.sharing import may_be_shared
from ics_flow.process.versions import Version, versions
from ics_flow.process.world import Archive
from ics_flow.queries.adopted import has_adoption
from ics_flow.queries.allocating import load, only_allocates, waiting_allocation, who_may_hold_cases
from ics_flow.queries.closing import in_the_way
from ics_flow.queries.collated import of_siblings
from ics_flow.queries.diagrams import Picture, map_picture, process_picture
from ics_flow.queries.find import find_children
from ics_flow.queries.naming import pathway_name
from ics_flow.queries.opened import ChildsFile, NoSuchFile, NoSuchPart, open_file
from ics_flow.queries.overview import contact_pathway, startable
from ics_flow.queries.overview import overview as overview_of
from ics_flow.queries.people import Names
from ics_flow.queries.plans import plans_ending_with, protection_plans
from ics_flow.queries.readers import readers as readers_of
from ics_flow.queries.records import read_record
from ics_flow.queries.standing import Standing, standings
from ics_flow.queries.standpoint import page_of
from ics_flow.queries.telling import tell
from ics_flow.queries.together import begun_together_with
from ics_flow.queries.what_followed import what_followed
from web import forms, notices
from web.addresses import page_number
from web.desk import SAME_OCCASION, desk
from web.errors import PageError
from web.fields import NOT_YET_SAID, command_id, typed_date, typed_reason
from web.foresight import foreseen
from web.teaching import Place
from web.visits import signed_in
from web.ways_on import file_after, own_task

pages = Blueprint("children", __name__, url_prefix="/children")

SECTIONS = (
    ("overview", "Now"),
    ("map", "Map"),
    ("records", "Records"),
    ("attachments.show", "Attachments"),
    ("sharing.show", "Shared"),
    ("history", "History"),
    ("family", "Family"),
)
STANDING: dict[Standing, tuple[str, str]] = {
    "in force": ("In force", "orange"),
    "former": ("Former", "grey"),
    "newest": ("Newest", "blue"),
    "earlier": ("Earlier", "grey"),
}
STATUS = {
    "finalised": ("Finalised", "blue"),
    "authorised": ("Authorised", "green"),
    "sent back": ("Sent back to its writer", "yellow"),
    "corrected": ("Put right", "purple"),
    "skipped": ("Skipped", "pink"),
    "rolled back": ("Rolled back, not authorised now", "yellow"),
}


@pages.get("")
def find() -> str | tuple[str, int]:
    """The search for a child."""
    return search_page("Find a child", then="open")


@pages.get("/enquiry")
def enquiry() -> str | tuple[str, int]:
    """The search for a child about whom somebody asks whether there is, or was, a protection plan."""
    return search_page("Does this child have a protection plan, or did it have one before?", then="answer")


@pages.get("/<case>/enquiry")
def answer(case: str) -> str:
    """The answer to an enquiry about a child's protection plans, as it is now, and nothing else of the file; that it was asked is noted."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "enquiry about a protection plan")
        found = protection_plans(file)
    in_force = any(plan.ended is None for plan in found)
    return render_template("enquiry.html", child=file.child, plans=found, in_force=in_force, at=desk().now)


def search_page(heading: str, *, then: Literal["open", "record", "answer"]) -> str | tuple[str, int]:
    """The page that searches, for its own sake, before a contact is recorded, or to answer an enquiry."""
    name = request.args.get("name", "").strip()[:200]
    born = typed_date(request.args, "born")
    wrong = [PageError(born.fault, "born-day")] if born.fault else []
    if not wrong and "name" in request.args and not (name or born.on):
        wrong = [PageError("Enter a name, or a date of birth", "name")]
    found = None
    if not wrong and (name or born.on):
        with desk().application.reading() as reading:
            found = find_children(reading, desk().standpoint(), name, born.on, page_number())
    drawn = render_template(
        "find.html",
        heading=heading,
        then=then,
        sought={"name": name, "born": born},
        found=found,
        news=news(),
        errors=wrong,
    )
    return drawn, 422 if wrong else 200


def news() -> Pathway | None:
    """The pathway by which the worker may record a contact about a child whose case is open."""
    pathway = contact_pathway(desk().release)
    start = pathway.start(None) if pathway else None
    return pathway if start and signed_in().roles.intersection(start.started_by) else None


@pages.get("/<case>")
def overview(case: str) -> str:
    """What there is to do now."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "overview")
        found = overview_of(reading, file)
        names = Names(reading)
        after = request.args.get("after", "")
        followed = what_followed(reading, file, int(after)) if after.isdecimal() and len(after) < 9 else None
        closure_html = forms.drawn_record(found.closure.sections, 3) if found.closure else ""
        closed_by = names.of(found.closure.version.by) if found.closure else ""
        knows_adoption = has_adoption(reading, file)
    return section(
        file,
        "overview",
        "Now",
        found=found,
        followed=followed,
        closure_html=closure_html,
        closed_by=closed_by,
        knows_adoption=knows_adoption,
    )


@pages.get("/<case>/map")
def map(case: str) -> str:  # noqa: A001 the page's own name
    """The map of all procedures, as far as this child's case has come."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "map")
        picture = map_picture(reading, file)
    return _picture(file, picture)


@pages.get("/<case>/processes/<name:process>")
def process(case: str, process: str) -> str:
    """The diagram of one procedure, with what is done and open."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "procedure")
        picture = process_picture(reading, file, process)
    g.about = picture.heading
    may_end = process in file.state.processes and file.may("end_pathway")
    return _picture(file, picture, end=url_for("children.end", case=case, process=process) if may_end else "")


@pages.get("/diagrams/<release>/<diagram>.bpmn")
def diagram(release: str, diagram: str) -> Response:
    """A diagram's file, for the picture; a release never changes, so a browser may keep it."""
    known = len(release) == 64 and release.isalnum()
    try:
        files = desk().application.archive.release(release).files if known else {}
    except KeyError:
        files = {}
    content = files.get(f"bpmn/{diagram}.bpmn")
    if content is None:
        abort(404)
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(content, mimetype="application/xml", headers=headers)


@pages.get("/<case>/records")
def records(case: str) -> str:
    """Every version of every record, newest first."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "records")
        made = versions(reading.history.read(case_subject(case)))
        names = Names(reading).all()
    return section(
        file,
        "records",
        "Records",
        records=page_of(made[::-1], page_number()),
        status=STATUS,
        standing=standing_words(made, file.view, file.by.archive),
        names=names,
    )


@pages.get("/<case>/records/<int:position>")
def record(case: str, position: int) -> str:
    """One version of a record, to read."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "record")
        found = read_record(reading, file, position)
        made = versions(reading.history.read(case_subject(case)))
        of_occasion = of_siblings(reading, file, found)
        names = Names(reading).all()
    for each in of_occasion:
        desk().note_reading(each.file, SAME_OCCASION)
    g.about = found.version.title
    return section(
        file,
        "record",
        found.version.title,
        here="records",
        record=found,
        record_html=forms.drawn_record(found.sections, 3),
        decision_html=forms.drawn_record(found.decision, 4) if found.decision else "",
        status=STATUS,
        standing=standing_words(made, file.view, file.by.archive),
        names=names,
        read_with=listing([each.file.child.name for each in of_occasion]),
        shares=file.view.shares_of(position, desk().today),
        may_share=file.may(SHARE) and position in may_be_shared(made, file.by.archive),
        may_correct=file.may("correct") and found.latest == position and _stands(found.version),
        may_roll_back=file.may("roll_back")
        and found.latest == position
        and found.version.authorised_by is not None,
    )


@pages.route("/<case>/records/<int:position>/roll-back", methods=["GET", "POST"])
def roll_back(case: str, position: int) -> str | AnyResponse | tuple[str, int]:
    """Take an authorisation back, with the reason, after what would follow was shown."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "roll a record back")
        version = read_record(reading, file, position).version
    if not file.may("roll_back"):
        abort(403)
    reason, wrong = typed_reason("Say why the record is rolled back")
    command = RollBack(
        command_id=command_id(),
        actor=signed_in().id,
        case_id=case,
        record=version.scope,
        reason=reason or NOT_YET_SAID,
    )
    if request.method == "GET" or wrong:
        _, told = foreseen(command, case)
        drawn = render_template(
            "roll_back.html",
            child=file.child,
            version=version,
            follows=told.followed,
            command_id=command.command_id,
            reason=reason,
            errors=wrong,
        )
        return drawn, 422 if wrong else 200
    desk().application.handle(command)
    return notices.leave(redirect(url_for("children.overview", case=case), 303), "rolled-back")


@pages.get("/<case>/history")
def history(case: str) -> str:
    """What has happened, newest first, in words."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "history")
        told = tell(reading.history.read(case_subject(case)), desk().release, Names(reading))
    return section(
        file,
        "history",
        "History",
        history=page_of(told[::-1], page_number()),
        may_replay=file.may("replay"),
    )


@pages.get("/<case>/family")
def family(case: str) -> str:
    """Who belongs to the child."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "family")
        related = reading.pages.family(file.view.person)
        shown = [(each, _may_open(each.child.case)) for each in related]
    return section(file, "family", "Family", family=shown, may_relate=file.may(KEEP_FAMILY))


@pages.get("/<case>/readers")
def readers(case: str) -> str:
    """Who has looked at the file, for those who may see it."""
    if not desk().release.rights.may_see_readers(signed_in()):
        abort(403)
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "who looked")
        found = readers_of(reading, file, page_number())
    return section(file, "readers", "Who looked", readers=found)


@pages.route("/<case>/start/<pathway>", methods=["GET", "POST"])
def start(case: str, pathway: str) -> str | AnyResponse | tuple[str, int]:
    """Start a pathway by hand, for this child alone or for brothers and sisters too."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "start")
    chosen = next((each for each in startable(file) if each.id == pathway), None)
    if chosen is None:
        if file.view.runs(pathway):
            raise RunsAlready(pathway_name(desk().release, pathway))
        abort(403)
    command = StartPathway(command_id=command_id(), actor=signed_in().id, case_id=case, pathway=pathway)
    if request.method == "GET":
        return _start_page(file, chosen, command)
    try:
        outcome = desk().application.handle(_for_siblings_too(command))
    except NotDoneTogether as refused:
        return _start_page(file, chosen, command, (PageError(str(refused), ""),)), 409
    if address := own_task(case, outcome):
        return notices.leave(redirect(address, 303), "started-task")
    return notices.leave(redirect(file_after(case, outcome), 303), "started")


def _for_siblings_too(command: StartPathway) -> StartPathway:
    """The command for the brothers and sisters who were ticked as well, where any were."""
    siblings = tuple(sorted(set(request.form.getlist("_together"))))
    if not siblings:
        return command
    return BeginTogether(
        command_id=command.command_id,
        actor=command.actor,
        case_id=command.case_id,
        pathway=command.pathway,
        siblings=siblings,
    )


def _start_page(
    file: ChildsFile, pathway: Pathway, command: StartPathway, wrong: Sequence[PageError] = ()
) -> str:
    """What would follow, and for which brothers and sisters it may be begun as well."""
    with desk().application.reading() as reading:
        siblings = begun_together_with(reading, file, pathway)
    for sibling in siblings:
        desk().note_reading(sibling, "a procedure to begin together")
    _, told = foreseen(command, file.case)
    return render_template(
        "start.html",
        child=file.child,
        pathway=pathway,
        running=file.view.runs(pathway.id),
        in_the_way=in_the_way(file, pathway),
        may_end=file.may("end_pathway"),
        follows=told.followed,
        together=[sibling.child for sibling in siblings],
        ticked=request.form.getlist("_together"),
        command_id=command.command_id,
        errors=wrong,
    )


@pages.route("/<case>/allocate", methods=["GET", "POST"])
def allocate(case: str) -> str | AnyResponse | tuple[str, int]:
    """Give the case to a worker, with the reason."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "allocate")
        workers = who_may_hold_cases(reading, desk().release)
    if not file.may("reassign"):
        abort(403)
    waiting = waiting_allocation(file)
    if request.method == "GET" and waiting is not None:
        return redirect(url_for("tasks.show", case=case, task=waiting.name), 303)
    chosen = request.form.get("worker", "")
    reason, wrong = typed_reason("Say why the case goes to this worker")
    if request.method == "POST" and chosen not in {each.id for each in workers}:
        wrong = [PageError("Select who is to be the worker", "worker"), *wrong]
    if request.method == "GET" or wrong:
        drawn = render_template(
            "allocate.html",
            child=file.child,
            workers=[(each, load(each)) for each in workers],
            records=[each for each in startable(file) if only_allocates(each, desk().release)],
            chosen=chosen,
            reason=reason,
            errors=wrong,
            command_id=command_id(),
        )
        return drawn, 422 if wrong else 200
    desk().application.handle(
        AllocateWorker(
            command_id=command_id(), actor=signed_in().id, case_id=case, worker=chosen, reason=reason
        )
    )
    return notices.leave(redirect(url_for("children.overview", case=case), 303), "allocated")


@pages.route("/<case>/outside/<name:thrown>", methods=["GET", "POST"])
def outside(case: str, thrown: str) -> str | AnyResponse | tuple[str, int]:
    """Note that what no procedure carried was done outside, and how."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "done outside")
    asked = next((each for each in file.view.undelivered if each.name == thrown and not each.done), None)
    if asked is None:
        raise NoSuchPart("This has been noted as done already.")
    note, wrong = typed_reason("Say what was done, when and by whom")
    if request.method == "GET" or wrong:
        drawn = render_template(
            "outside.html", child=file.child, asked=asked, reason=note, errors=wrong, command_id=command_id()
        )
        return drawn, 422 if wrong else 200
    desk().application.handle(
        NoteDoneOutside(command_id=command_id(), actor=signed_in().id, case_id=case, name=thrown, note=note)
    )
    return notices.leave(redirect(url_for("children.overview", case=case), 303), "done-outside")


@pages.route("/<case>/end/<name:process>", methods=["GET", "POST"])
def end(case: str, process: str) -> str | AnyResponse | tuple[str, int]:
    """End a procedure before its end, with the reason."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "end a procedure")
    if not file.may("end_pathway"):
        abort(403)
    if process not in file.state.processes:
        raise NoSuchPart("This procedure has ended already.")
    reason, wrong = typed_reason("Say why it is right to end this")
    command = EndPathway(
        command_id=command_id(),
        actor=signed_in().id,
        case_id=case,
        process=process,
        reason=reason or NOT_YET_SAID,
    )
    if request.method == "GET" or wrong:
        _, told = foreseen(command, case)
        drawn = render_template(
            "end.html",
            child=file.child,
            title=pathway_name(desk().release, process),
            follows=told.followed,
            plans=plans_ending_with(file, process),
            command_id=command.command_id,
            reason=reason,
            errors=wrong,
        )
        return drawn, 422 if wrong else 200
    desk().application.handle(command)
    return notices.leave(redirect(url_for("children.overview", case=case), 303), "ended")


def standing_words(made: Sequence[Version], view: CaseView, archive: Archive) -> dict[int, tuple[str, str]]:
    """The words and the colour for each version that has namesakes."""
    return {position: STANDING[each] for position, each in standings(made, view, archive).items()}


def _stands(version: Version) -> bool:
    """Whether the version has answers that stand, which can be put right."""
    return version.status != "sent back" and version.skipped is None


def _may_open(case: str | None) -> bool:
    """Whether a relative has a file that the reader may open."""
    if case is None:
        return False
    try:
        with desk().application.reading() as reading:
            open_file(reading, desk().standpoint(), case)
    except NoSuchFile:
        return False
    return True


def picture_config(picture: Picture) -> dict[str, Any]:
    """What the script that draws a diagram needs to know."""
    return {
        "diagram": url_for("children.diagram", release=picture.release, diagram=picture.diagram),
        "marks": [
            {"element": mark.element, "state": mark.state, "words": mark.words} for mark in picture.marks
        ],
    }


def _picture(file: ChildsFile, picture: Picture, end: str = "") -> str:
    return section(file, "map", picture.heading, picture=picture, config=picture_config(picture), end=end)


def section(file: ChildsFile, template: str, title: str, *, here: str | None = None, **context: Any) -> str:
    """A page of the file, under who it is about and beside its other sections."""
    return render_template(
        f"child/{template}.html",
        file=file,
        child=file.child,
        section_title=title,
        sections=tuple(_sections(file.case, here or template)),
        **context,
    )


def _sections(case: str, here: str) -> Iterator[Place]:
    for name, text in SECTIONS:
        address = url_for(name if "." in name else f"children.{name}", case=case)
        yield Place(text, address, name == here)
    if desk().release.rights.may_see_readers(signed_in()):
        yield Place("Who looked", url_for("children.readers", case=case), here == "readers")
