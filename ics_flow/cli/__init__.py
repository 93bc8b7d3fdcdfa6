"""The command line: ``ics-flow``. What a command does is the application's; here it is asked for and told."""

from __future__ import annotations

import sys
from typing import NoReturn

from ics_flow.cli.program import run


def main() -> NoReturn:
    """The entry point: 0 all is well, 1 something was found wrong or refused, 2 the command itself was not understood."""
    sys.exit(run(sys.argv[1:]))
