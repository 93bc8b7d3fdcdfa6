"""Commands for those who write pathways and forms: check, scenario, eval, publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

import click

import engine
from engine import Calendar, Problem
from engine.calendar import LONDON
from engine.feel import Context, FeelError, Value, compile_expression
from ics_flow.calendar import england
from ics_flow.cli.telling import note, opened, tell_problems, with_progress
from ics_flow.clock import wall_clock
from ics_flow.domain.release import Release, read_files
from ics_flow.gate import examine
from ics_flow.scenarios import Stage, read_scenario
from ics_flow.settings import Settings

_A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Check pathways, forms and scenarios.")
@click.argument("folder", required=False, type=_A_FOLDER)
def check(folder: Path | None) -> None:
    """Check pathways, forms, lists, rights and scenarios, as the gate does before anything is published.

    FOLDER holds the folders bpmn and forms; without it, those of the settings are checked. Each problem is printed
    on a line of its own: file, element, and what is wrong and how to mend it. Warnings do not fail the check.
    """
    bpmn, forms = _folders(folder)
    files = read_files(bpmn, forms)
    release = _readable(files)
    calendar = england()
    scenarios = sorted((bpmn / "scenarios").glob("*.yaml"))
    found = _errors(release, calendar)
    played = _played(files, calendar, {f"bpmn/scenarios/{path.name}": path for path in scenarios})
    tell_problems((*found, *played))
    note(
        f"All is well: {len(release.pathways.by_id)} pathways, {len(release.forms)} forms, {len(release.codes)} lists, "
        f"{len(release.rights.labels)} roles, {len(scenarios)} scenarios."
    )


@click.command(short_help="Play scenarios.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_A_FILE)
@click.option(
    "--folder", type=_A_FOLDER, help="Holds the folders bpmn and forms, in place of those of the settings."
)
def scenario(files: tuple[Path, ...], folder: Path | None) -> None:
    """Play scenarios against the pathways and forms as they are now.

    What does not come out as a FILE says is printed, with what was there instead.
    """
    release = read_files(*_folders(folder))
    _readable(release)
    tell_problems(_played(release, england(), {str(path): path for path in files}))
    note(f"{len(files)} played, as expected.")


@click.command("eval", short_help="Print the value of an expression.")
@click.argument("expression", metavar="FEEL")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day that today() gives, as 2026-03-20; without it, the real one.",
)
def evaluate(expression: str, day: datetime | None) -> None:
    """Print the value of an expression, as a diagram or a form would have it.

    For example: ics-flow eval 'working_days_after(date("2026-03-20"), 15)'
    """
    at = datetime.combine(day.date(), time(12), LONDON) if day else wall_clock()
    context = Context(instant=at, calendar=england(), facts=_no_facts)
    try:
        value = compile_expression(expression.strip().removeprefix("="), facts=()).evaluate({}, context)
    except FeelError as error:
        raise click.ClickException(str(error)) from None
    click.echo(_written(value))


@click.command(short_help="Put the first release in force.")
@click.option("--name", default="The first release", show_default=True, help="What people call it.")
def publish(name: str) -> None:
    """Put the pathways and forms in force for the first time.

    Only a database without a release takes one like this; after that, changes go through the change board.
    """
    settings = Settings.from_environment()
    with opened() as application:
        with application.reading() as reading:
            in_force = reading.in_force()
        if in_force is not None:
            raise click.ClickException(
                f"Release {in_force.release} is in force already. A release after the first one is published by the change board."
            )
        try:
            files, calendar = read_files(settings.bpmn, settings.forms), england()
            tell_problems(_errors(Release.read(files), calendar))
            release = application.publish(files, calendar, name=name, actor="setup")
        except engine.Refused as refused:
            tell_problems(refused.problems)
        else:
            click.echo(f"Published {release.hash}.")


def _folders(folder: Path | None) -> tuple[Path, Path]:
    settings = Settings.from_environment()
    found = (folder / "bpmn", folder / "forms") if folder else (settings.bpmn, settings.forms)
    for each in found:
        if not each.is_dir():
            raise click.UsageError(f"There is no folder {each}.")
    return found


def _readable(files: Mapping[str, bytes]) -> Release:
    """The release of the files; where they are not in order, the problems are printed and the command ends."""
    try:
        return Release.read(files)
    except engine.Refused as refused:
        tell_problems(refused.problems)
        raise AssertionError("problems end the command") from None


def _errors(release: Release, calendar: Calendar) -> list[Problem]:
    """The errors that the gate finds; its warnings are printed."""
    findings = examine(release, calendar)
    for finding in findings:
        if finding.severity == "warning":
            note(str(finding))
    return [finding.problem for finding in findings if finding.severity == "error"]


def _played(
    files: Mapping[str, bytes], calendar: Calendar, scenarios: Mapping[str, Path]
) -> Iterator[Problem]:
    """What does not come out as the scenarios say, each read from its path."""
    with Stage(files, calendar) as stage:
        for name, path in with_progress(scenarios.items(), "Playing scenarios"):
            try:
                yield from stage.play(read_scenario(name, path.read_bytes()))
            except engine.Refused as refused:
                yield from refused.problems


def _no_facts(name: str, _arguments: tuple[Value, ...]) -> Value:
    raise FeelError(f"There is no case here to ask {name} of.")


def _written(value: Value) -> str:
    """A value as FEEL writes it, near enough to be read and copied."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(LONDON).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return f"[{', '.join(map(_written, value))}]"
        case _:
            return str(value)
