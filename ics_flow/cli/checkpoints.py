"""Commands about checkpoints: the key that signs them, making and sending one, and holding the histories against them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ics_flow.application import Application
from ics_flow.cli.exits import WRONG
from ics_flow.cli.telling import note, opened, tell_incident
from ics_flow.clock import wall_clock
from ics_flow.custody import FolderKeeper, Keeper, hold_against, make_checkpoint, send_checkpoints
from ics_flow.keepers import keepers_of
from ics_flow.keys import SigningKey
from ics_flow.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])

_KEY = click.option(
    "--key",
    "key_file",
    envvar="ICS_FLOW_CHECKPOINT_KEY",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of the key that signs (also: ICS_FLOW_CHECKPOINT_KEY).",
)


def _folder(words: str, *, required: bool) -> Callable[[_Command], _Command]:
    return click.option(
        "--folder",
        envvar="ICS_FLOW_CHECKPOINT_FOLDER",
        required=required,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help=f"{words} (also: ICS_FLOW_CHECKPOINT_FOLDER).",
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
@_folder("A folder to send checkpoints to, out of reach of the database's keepers", required=False)
@click.option(
    "--hand-over",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="KEY",
    help="Let the key of this file sign from the next checkpoint on.",
)
def make(key_file: Path, folder: Path | None, hand_over: Path | None) -> None:
    """Make a checkpoint over every history, and send it wherever the settings say, with any that have not arrived there yet."""
    key = SigningKey.read(key_file)
    next_key = SigningKey.read(hand_over).fingerprint if hand_over else None
    with opened() as application:
        keepers = keepers_of(Settings.from_environment(), application.database, wall_clock, folder=folder)
        if not keepers:
            raise click.UsageError(
                "Say where checkpoints are to be sent: --folder, or a setting (docs/running.md)."
            )
        statement = make_checkpoint(application.database, wall_clock, key, next_key=next_key)
        click.echo(f"Checkpoint {statement.number} over {statement.heads} histories: {statement.root}")
        unsent = [name for name, keeper in keepers.items() if not _sent(application, name, keeper)]
    if unsent:
        raise click.exceptions.Exit(WRONG)


def _sent(application: Application, name: str, keeper: Keeper) -> bool:
    try:
        number = send_checkpoints(application.database, keeper)
    except OSError as error:
        note(f"Nothing could be sent to {name} ({error}). It is sent with the next one.")
        return False
    note(f"{number} sent to {name}.")
    return True


@checkpoint.command()
@_folder("The folder that checkpoints were sent to, or saved in from a mailbox", required=True)
@click.option("--fingerprint", help="The fingerprint of the first checkpoint's key, known from elsewhere.")
def verify(folder: Path, fingerprint: str | None) -> None:
    """Hold every history against the checkpoints in the folder; each fault is printed on a line of its own, and kept as an incident."""
    kept = FolderKeeper(folder).read()
    with opened() as application:
        with application.reading() as reading:
            held = hold_against(reading, kept, fingerprint)
        tell_incident(application, held.faults)
    if held.last is None:
        click.echo("There is no checkpoint in the folder, so nothing was proved.")
        return
    if fingerprint is None:
        note(
            f"Signed with the key {kept[0].checkpoint.statement.key}: ask for its fingerprint by another way."
        )
    click.echo(f"Every history fits checkpoint {held.last.number} of {held.last.at:%Y-%m-%d %H:%M} UTC.")
