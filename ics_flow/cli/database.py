"""Commands about the database: make it, bring it up to date, copy it, make again what is derived."""

from __future__ import annotations

from pathlib import Path

import click

from ics_flow.cli.telling import opened, progress, tell_incident
from ics_flow.rebuild import rebuild as make_again
from ics_flow.settings import Settings
from ics_flow.store import Database


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.option(
    "--grant",
    metavar="ROLE",
    help="PostgreSQL: let this role do what the program does, and no more. It may add to histories, but change none.",
)
def upgrade(grant: str | None) -> None:
    """Bring the tables up to date, making a live database where there is none.

    On PostgreSQL run it as the owner of the tables; the program itself runs as another role, named with --grant each time.
    """
    with Database(Settings.from_environment().database) as database:
        database.upgrade(grant)
        click.echo(f"{database.name} is up to date.")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to a new FILE, as it stands at one moment, while it is in use.

    For a database file; a server of PostgreSQL has pg_dump. To restore a copy, stop the program and put it in the place of the database.
    """
    with Database(Settings.from_environment().database) as database:
        database.back_up(file)
        click.echo(f"{database.name} is copied to {file}.")


@db.command()
@click.option(
    "--training",
    is_flag=True,
    help="For training: made-up children only, and a clock that a trainer moves on.",
)
def make(*, training: bool) -> None:
    """Make the database where there is none: a live one, unless it is made for training. It stays what it was made as."""
    with Database(Settings.from_environment().database) as database:
        database.make("training" if training else "live")
        click.echo(f"{database.name} is made{', for training' if training else ''}.")


@click.command(short_help="Make again all that is derived.")
def rebuild() -> None:
    """Throw away all that is derived (work trays, deadlines, search, snapshots) and make it again from the histories.

    Histories, accounts and drafts are not touched. While it runs nobody can save; pages show things as they were.
    """
    with opened() as application:
        with progress("Following histories") as advance:
            faults = make_again(application, advance)
        tell_incident(application, faults)
    click.echo("Everything that is derived has been made again.")
