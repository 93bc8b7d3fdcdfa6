"""How results are told: problems line by line, and progress on long work. Results go to standard output, all else to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from engine import Problem
from ics_flow.application import Application
from ics_flow.bootstrap import open_application
from ics_flow.cli.exits import WRONG
from ics_flow.domain.history import Fault
from ics_flow.domain.incidents import THE_COMMAND_LINE
from ics_flow.incidents import open_incident
from ics_flow.settings import Settings

_T = TypeVar("_T")


@contextmanager
def opened() -> Iterator[Application]:
    """The application over the database of the settings, closed at the end."""
    application = open_application(Settings.from_environment())
    try:
        yield application
    finally:
        application.database.close()


def note(sentence: str) -> None:
    """Say something on the way, which is no result."""
    click.echo(sentence, err=True)


def tell_problems(problems: Iterable[Problem]) -> None:
    """Print each problem as a line, ``file, element: sentence``; where there are any, the command ends with 1."""
    _tell(str(problem) for problem in sorted(problems, key=str))


def tell_faults(faults: Iterable[Fault]) -> None:
    """Print each fault of a history as a line that names entry and field; where there are any, the command ends with 1."""
    _tell(map(_fault_line, faults))


def tell_incident(application: Application, faults: Sequence[Fault]) -> None:
    """Print each fault, and keep them as an incident in the council's history; where there are any, the command ends with 1."""
    if faults:
        for fault in faults:
            click.echo(_fault_line(fault))
        incident = open_incident(application, faults, actor=THE_COMMAND_LINE)
        note(f"Nothing was mended. The council's history keeps this as incident {incident.number}.")
        raise click.exceptions.Exit(WRONG)


def _fault_line(fault: Fault) -> str:
    where = f"{fault.subject}, entry {fault.position}{f', {fault.field}' if fault.field else ''}"
    return " ".join(f"{where}: {fault.sentence}".split())


def with_progress(items: Iterable[_T], label: str) -> Iterator[_T]:
    """The items, with a bar that fills as they are worked through."""
    with click.progressbar(list(items), label=label, file=sys.stderr) as bar:
        yield from bar


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how many are done, of how many."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield advance


def _tell(lines: Iterable[str]) -> None:
    found = False
    for line in lines:
        click.echo(" ".join(line.split()))
        found = True
    if found:
        raise click.exceptions.Exit(WRONG)
