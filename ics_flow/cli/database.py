"""Commands about the database: bring it up to date, make again what is derived."""

from __future__ import annotations

import click

from ics_flow.cli.telling import opened, progress, tell_faults
from ics_flow.rebuild import rebuild as make_again
from ics_flow.settings import Settings
from ics_flow.store import Database


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the tables up to date, making the database where there is none."""
    settings = Settings.from_environment()
    with Database(settings.database) as database:
        database.upgrade()
    click.echo(f"{settings.database} is up to date.")


@click.command(short_help="Make again all that is derived.")
def rebuild() -> None:
    """Throw away all that is derived (work trays, deadlines, search, snapshots) and make it again from the histories.

    Histories, accounts and drafts are not touched. While it runs nobody can save; pages show things as they were.
    """
    with opened() as application, progress("Following histories") as advance:
        faults = make_again(application, advance)
    tell_faults(faults)
    click.echo("Everything that is derived has been made again.")
