"""Commands about how procedures are kept to. What is measured stands in ``ics_flow.practice``."""

from __future__ import annotations

import click

from ics_flow.cli.telling import opened, progress
from ics_flow.practice import summarise as measure_cases


@click.group(short_help="Measure how procedures are kept to.")
def conformance() -> None:
    """Measure how procedures are kept to, for the pages that show it."""


@conformance.command()
@click.option("--anew", is_flag=True, help="Measure every case, not only those whose history has gone on.")
def summarise(*, anew: bool) -> None:
    """Measure every case whose history has gone on since it was last measured.

    `ics-flow serve` and `ics-flow worker` do so once a day. Histories are only read; what was measured can be thrown away and made again.
    """
    with opened() as application, progress("Measuring cases") as advance:
        if anew:
            with application.database.unit(application.clock) as unit:
                unit.measured.clear()
        done = measure_cases(application, advance)
    click.echo(f"{done} {'case' if done == 1 else 'cases'} measured.")
