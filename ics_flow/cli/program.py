"""The program: which commands there are, and what becomes of an error, so that no traceback ever reaches a terminal.

A command's module is loaded when the command is used or listed. Not here: what any one command does.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import secrets
import sys
import traceback
from collections.abc import Mapping, Sequence

import click

import engine
from ics_flow.cli import incidents
from ics_flow.cli.exits import INTERRUPTED, WRONG
from ics_flow.domain.errors import Told
from ics_flow.logs import logger

_COMMANDS: Mapping[str, str] = {
    "demo": "ics_flow.cli.serving:demo",
    "serve": "ics_flow.cli.serving:serve",
    "worker": "ics_flow.cli.serving:worker",
    "check": "ics_flow.cli.authored:check",
    "scenario": "ics_flow.cli.authored:scenario",
    "eval": "ics_flow.cli.authored:evaluate",
    "publish": "ics_flow.cli.authored:publish",
    "docs": "ics_flow.cli.model:docs",
    "history": "ics_flow.cli.histories:history",
    "checkpoint": "ics_flow.cli.checkpoints:checkpoint",
    "conformance": "ics_flow.cli.conformance:conformance",
    "rebuild": "ics_flow.cli.database:rebuild",
    "db": "ics_flow.cli.database:db",
    "account": "ics_flow.cli.accounts:account",
    "bench": "ics_flow.cli.bench:command",
}
_LOG = logger(__name__)


class _Program(click.Group):
    """The commands, each loaded when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, home in _COMMANDS.items() if importlib.util.find_spec(home.partition(":")[0])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(
    cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="ics-flow", message="ICS Flow %(version)s")
def program() -> None:
    """ICS Flow: children's cases carried along pathways that process owners draw.

    To look round, run `ics-flow demo`. To begin in earnest: `ics-flow db upgrade`, `ics-flow publish`,
    `ics-flow account add`, `ics-flow serve`.

    \b
    Settings come from the environment:
      ICS_FLOW_DATABASE  the database (sqlite:///var/ics-flow.db)
      ICS_FLOW_BPMN      the folder of the pathways (bpmn)
      ICS_FLOW_FORMS     the folder of the forms (forms)

    `ics-flow COMMAND --help` tells more of each.

    Exit codes: 0 all is well, 1 something was found wrong or refused, 2 the command was not understood.
    """  # noqa: D301 -- click wants the character itself


def run(arguments: Sequence[str]) -> int:
    """Run a command line; gives its exit code."""
    logging.getLogger().addHandler(
        logging.NullHandler()
    )  # without a handler, warnings would reach the terminal
    try:
        given = program.main(args=list(arguments), prog_name="ics-flow", standalone_mode=False)
    except click.Abort:
        click.echo("Stopped.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (Told, engine.Refused) as told:
        click.echo(str(told), err=True)
        return WRONG
    except BrokenPipeError:
        # Whoever read the output has gone; what is still to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    except Exception as error:  # noqa: BLE001 -- the last resort before a person's terminal
        return _tell_incident(error)
    return given if isinstance(given, int) else 0


def _tell_incident(error: Exception) -> int:
    """Tell a person in a sentence, and the log in full but for what somebody may have typed."""
    incident = secrets.token_hex(4)
    place = incidents.log_file()
    frames = traceback.extract_tb(error.__traceback__)
    _LOG.error(
        "incident",
        exc_info=error,
        extra={
            "incident": incident,
            "way": [f"{each.filename}:{each.lineno} {each.name}" for each in frames],
        },
    )
    click.echo(
        f"Something went wrong that should not have. It is kept as incident {incident}"
        + (f" in {place}." if place else ", but there is no log that could be written to."),
        err=True,
    )
    return WRONG
