"""Where the log of the command line goes: a file beside the database, so that the terminal stays for sentences."""

from __future__ import annotations

from pathlib import Path

from ics_flow.domain.errors import SettingsWrong
from ics_flow.logs import log_to_file
from ics_flow.settings import Settings

NAME = "ics-flow.log"


def log_file() -> Path | None:
    """The log file, to which everything is logged from now on; None where none can be written."""
    try:
        folder = Settings.from_environment().folder
    except SettingsWrong:
        folder = Path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        log_to_file(folder / NAME)
    except OSError:
        return None
    return folder / NAME
