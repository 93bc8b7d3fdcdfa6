"""Commands about histories: show one, prove them, hand them over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from engine.calendar import LONDON
from ics_flow.application import Application
from ics_flow.bundle import replay_bundle, write_bundle
from ics_flow.cli.telling import note, opened, progress, tell_faults, tell_incident, with_progress
from ics_flow.domain.history import Entry, Fault
from ics_flow.domain.ids import COUNCIL, case_subject
from ics_flow.event_log import Wanted, write_event_log
from ics_flow.queries.people import Names
from ics_flow.queries.telling import Told, tell
from ics_flow.verification import NoSuchHistory, verify

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(short_help="Show and prove histories.")
def history() -> None:
    """Show histories and prove that they are true."""


@history.command()
@click.argument("case", metavar="CASE")
def show(case: str) -> None:
    """Print the history of CASE, entry by entry: when, what happened, who did it, and what followed."""
    with opened() as application, application.reading() as reading:
        entries = reading.history.read(case_subject(case))
        if not entries:
            raise NoSuchHistory(case_subject(case))
        told = tell(entries, application.release, Names(reading))
    for entry, words in zip(entries, told, strict=True):
        click.echo(_line(entry, words))
        for followed in (*words.put_right, *words.followed):
            click.echo(f"{'':27}{followed}")


@history.command("verify")
@click.argument("cases", metavar="[CASE...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every history: cases, people, the council.")
def verify_histories(cases: tuple[str, ...], *, everything: bool) -> None:
    """Prove that nothing in a history was altered, and that it comes out again as it says.

    Each fault is printed on a line of its own, with the entry and the field. Nothing is mended: what was found is kept as an incident in
    the council's own history, and the command ends with 1.
    """
    if bool(cases) == everything:
        raise click.UsageError("Name the cases to verify, or give --all.")
    faults: list[Fault] = []
    entries = 0
    with opened() as application:
        for subject in with_progress(_subjects(application, cases), "Verifying histories"):
            verified = verify(application, subject)
            entries += verified.entries
            faults += verified.faults
            for gone in verified.gone:
                note(f"{gone.subject}, entry {gone.position}, {gone.name}: this part is no longer kept.")
        tell_incident(application, faults)
    click.echo(f"{entries} entries verified, none altered.")


@history.command()
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@click.option(
    "--to",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, which must not be there yet.",
)
@click.option(
    "--leave-out",
    "left_out",
    multiple=True,
    metavar="PART",
    help="Leave this part of every entry behind (answers, reason, note, names; all: every part); once for each.",
)
def export(cases: tuple[str, ...], path: Path, left_out: tuple[str, ...]) -> None:
    """Write the histories of each CASE into one file that a stranger can verify with Python alone.

    With them go the procedures and calendars of the day, the last checkpoint, and the verifier. Where parts are left out the file
    still verifies, and cannot be replayed.
    """
    with opened() as application:
        subjects = _subjects(application, cases)
        try:
            with application.reading() as reading:
                write_bundle(path, reading, subjects, left_out)
                checkpoint = reading.checkpoints.last()
        except OSError as error:
            raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None
    click.echo(f"{path} holds {len(subjects)} histories.")
    if checkpoint is None:
        note(
            "There is no checkpoint yet, so nothing in it shows that the histories are whole: see `ics-flow checkpoint`."
        )


@history.command()
@click.argument("path", metavar="BUNDLE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay(path: Path) -> None:
    """Take every case of BUNDLE again, from the file alone: each must come out as it says it did."""
    tell_faults(replay_bundle(path))
    click.echo("Every case came out as it says it did.")


@history.command()
@click.option(
    "--pathway", help="Only what happened in this pathway, by the name of its file; else in all of them."
)
@click.option("--from", "first", type=_DAY, metavar="DAY", help="The first day, such as 2026-04-01.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="The last day.")
@click.option(
    "--out",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, which must not be there yet.",
)
def xes(pathway: str | None, first: datetime | None, last: datetime | None, path: Path) -> None:
    """Write the histories of all cases as an event log (IEEE 1849 XES) for the tools of process mining.

    Cases and workers bear pseudonyms, and no answer is in it. What happened to one child at which hour may still be recognised by whoever
    knows the child: hand the file on as you would a list of children without names.
    """
    wanted = Wanted(
        pathway=pathway, first=first.date() if first else None, last=last.date() if last else None
    )
    with opened() as application, progress("Writing histories") as advance:
        if pathway is not None and pathway not in application.release.pathways:
            raise click.ClickException(f"There is no pathway “{pathway}”.")
        try:
            written = write_event_log(path, application, wanted, advance)
        except OSError as error:
            raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None
    click.echo(f"{path} holds {written.events} events of {written.traces} cases.")


def _subjects(application: Application, cases: Iterable[str]) -> tuple[str, ...]:
    """The histories named, a case by its id alone; every one where none is named."""
    if named := tuple(case if ":" in case or case == COUNCIL else case_subject(case) for case in cases):
        return named
    with application.reading() as reading:
        return reading.history.subjects()


def _line(entry: Entry, words: Told) -> str:
    at = entry.at.astimezone(LONDON)
    by = f" ({words.by})" if words.by else ""
    reason = f": {words.reason}" if words.reason else ""
    return f"{entry.position:>6}  {at:%Y-%m-%d %H:%M}   {words.sentence}{by}{reason}"
