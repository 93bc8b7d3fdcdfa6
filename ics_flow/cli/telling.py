"""How results are told: problems line by line, and progress on long work. Results go to standard output, all else to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from engine import Problem
from ics_flow.application import Application
from ics_flow.bootstrap import open_application
from ics_flow.cli.exits import WRONG
from ics_flow.domain.history import Fault
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
    _tell(
        f"{fault.subject}, entry {fault.position}{f', {fault.field}' if fault.field else ''}: {fault.sentence}"
        for fault in faults
    )


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
