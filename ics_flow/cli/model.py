"""The command that writes the model of pathways and forms as pages, and says whether those that are there are up to date."""

from __future__ import annotations

from pathlib import Path

import click

from ics_flow.cli.exits import WRONG
from ics_flow.cli.telling import note
from ics_flow.domain.release import Release, read_files
from ics_flow.modelling import pages_of
from ics_flow.settings import Settings


@click.command(short_help="Write process model and data model.")
@click.argument("folder", default=Path("docs/model"), type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--check", is_flag=True, help="Write nothing, and say which pages are not as they would be now."
)
def docs(folder: Path, *, check: bool) -> None:
    """Write process model, hierarchy, data model, records and entities into FOLDER (docs/model), from the diagrams and forms of the settings."""
    settings = Settings.from_environment()
    pages = pages_of(Release.read(read_files(settings.bpmn, settings.forms)))
    stale = [name for name, text in pages.items() if _kept(folder / name) != text]
    if not check:
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (folder / name).write_text(pages[name], encoding="utf-8")
        note(f"{len(stale)} of {len(pages)} pages written to {folder}.")
    elif stale:
        for name in stale:
            click.echo(f"{folder / name}: This is not what would be written now. Run `ics-flow docs`.")
        raise click.exceptions.Exit(WRONG)
    else:
        note(f"All {len(pages)} pages are up to date.")


def _kept(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
