"""Commands about checkpoints: the key that signs them, making and sending one, and holding the histories against them."""

from __future__ import annotations

from pathlib import Path

import click

from ics_flow.cli.telling import note, opened, tell_faults
from ics_flow.clock import wall_clock
from ics_flow.custody import FolderKeeper, hold_against, make_checkpoint, send_checkpoints
from ics_flow.keys import SigningKey

_KEY = click.option(
    "--key",
    "key_file",
    envvar="ICS_FLOW_CHECKPOINT_KEY",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of the key that signs (also: ICS_FLOW_CHECKPOINT_KEY).",
)
_FOLDER = click.option(
    "--folder",
    envvar="ICS_FLOW_CHECKPOINT_FOLDER",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that checkpoints are sent to, out of reach of the database's keepers (also: ICS_FLOW_CHECKPOINT_FOLDER).",
)


@click.group(short_help="Sign what all histories have come to, and prove it later.")
def checkpoint() -> None:
    """Sign what all histories have come to, send it away, and prove later that nothing was rewritten."""


@checkpoint.command("key")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def make_key(path: Path) -> None:
    """Make a new key in the file PATH and print its fingerprint, which auditors are told by another way."""
    click.echo(SigningKey.make(path).fingerprint)


@checkpoint.command()
@_KEY
@_FOLDER
@click.option(
    "--hand-over",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="KEY",
    help="Let the key of this file sign from the next checkpoint on.",
)
def make(key_file: Path, folder: Path, hand_over: Path | None) -> None:
    """Make a checkpoint over every history, and send it to the folder with any that have not arrived yet."""
    key = SigningKey.read(key_file)
    next_key = SigningKey.read(hand_over).fingerprint if hand_over else None
    with opened() as application:
        statement = make_checkpoint(application.database, wall_clock, key, next_key=next_key)
        sent = send_checkpoints(application.database, FolderKeeper(folder))
    note(f"{sent} sent to {folder}.")
    click.echo(f"Checkpoint {statement.number} over {statement.heads} histories: {statement.root}")


@checkpoint.command()
@_FOLDER
@click.option("--fingerprint", help="The fingerprint of the first checkpoint's key, known from elsewhere.")
def verify(folder: Path, fingerprint: str | None) -> None:
    """Hold every history against the checkpoints in the folder; each fault is printed on a line of its own."""
    kept = FolderKeeper(folder).read()
    with opened() as application, application.reading() as reading:
        held = hold_against(reading, kept, fingerprint)
    tell_faults(held.faults)
    if held.last is None:
        click.echo("There is no checkpoint in the folder, so nothing was proved.")
        return
    if fingerprint is None:
        note(
            f"Signed with the key {kept[0].checkpoint.statement.key}: ask for its fingerprint by another way."
        )
    click.echo(f"Every history fits checkpoint {held.last.number} of {held.last.at:%Y-%m-%d %H:%M} UTC.")
