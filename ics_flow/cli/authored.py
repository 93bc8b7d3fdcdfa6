"""Commands for those who write pathways and forms: check, scenario, eval, publish."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

import click

import engine
from engine import Calendar, Problem
from engine.calendar import LONDON
from engine.feel import Context, FeelError, Value, compile_expression
from ics_flow.board.files import read_scenarios
from ics_flow.calendar import england
from ics_flow.cli.exits import WRONG
from ics_flow.cli.telling import note, opened, tell_problems, with_progress
from ics_flow.clock import wall_clock
from ics_flow.domain.release import Release, read_files
from ics_flow.gate import Finding, examine
from ics_flow.scenarios import Stage, read_scenario
from ics_flow.settings import Settings

_A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Check pathways, forms and scenarios.")
@click.argument("folder", required=False, type=_A_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print what is found as JSON, warnings too.")
def check(folder: Path | None, *, as_json: bool) -> None:
    """Check pathways, forms, lists, rights and scenarios, as the gate does before anything is published.

    FOLDER holds the folders bpmn and forms; without it, those of the settings are checked. Each problem is printed
    on a line of its own: file, element, and what is wrong and how to mend it. Warnings do not fail the check. As JSON, each has severity,
    file, element, message, mend, and path: the elements done on the way to where a pathway is stuck.
    """
    bpmn, forms = _folders(folder)
    scenarios = sorted((bpmn / "scenarios").glob("*.yaml"))
    files = read_files(bpmn, forms)
    findings = tuple(_findings(files, {f"bpmn/scenarios/{path.name}": path for path in scenarios}))
    if as_json:
        click.echo(json.dumps([each.to_json() for each in findings], indent=2))
        if any(each.severity == "error" for each in findings):
            raise click.exceptions.Exit(WRONG)
    else:
        _tell(findings)
        note(f"All is well: {len(files)} files, {len(scenarios)} scenarios.")


@click.command(short_help="Play scenarios.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_A_FILE)
@click.option(
    "--folder", type=_A_FOLDER, help="Holds the folders bpmn and forms, in place of those of the settings."
)
def scenario(files: tuple[Path, ...], folder: Path | None) -> None:
    """Play scenarios against the pathways and forms as they are now.

    What does not come out as a FILE says is printed, with what was there instead.
    """
    try:
        release = Release.read(read_files(*_folders(folder)))
    except engine.Refused as refused:
        tell_problems(refused.problems)
        return
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
        compiled = compile_expression(expression.strip().removeprefix("="), facts=())
        if compiled.names:
            raise click.ClickException(
                f"There is no case here, so these have no value: {', '.join(sorted(compiled.names))}. "
                "Put a value in their place; a text stands in quotes."
            )
        value = compiled.evaluate({}, context)
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
            _tell(examine(Release.read(files), calendar))
            scenarios = read_scenarios(settings.bpmn)
            release = application.publish(files, calendar, name=name, actor="setup", scenarios=scenarios)
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


def _findings(files: Mapping[str, bytes], scenarios: Mapping[str, Path]) -> Iterator[Finding]:
    """What is wrong with the files, or worth a look: why they cannot be read, or what the gate finds and what scenarios come to."""
    try:
        release = Release.read(files)
    except engine.Refused as refused:
        yield from map(Finding.of, refused.problems)
        return
    yield from examine(release, england())
    yield from map(Finding.of, _played(release, england(), scenarios))


def _tell(findings: Iterable[Finding]) -> None:
    """Print the warnings, then the errors; where there are any of these, the command ends."""
    problems = []
    for finding in findings:
        if finding.severity == "warning":
            note(str(finding))
        else:
            problems.append(finding.problem)
    tell_problems(problems)


def _played(release: Release, calendar: Calendar, scenarios: Mapping[str, Path]) -> Iterator[Problem]:
    """What does not come out as the scenarios say, each read from its path."""
    with Stage(release, calendar) as stage:
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
