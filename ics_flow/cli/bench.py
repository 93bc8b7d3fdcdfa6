"""``ics-flow bench``: how fast it is on this machine, as JSON. What is measured, and how, is in ``ics_flow/bench``."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import replace
from pathlib import Path

import click

NAMES = (
    "engine-round-trip",
    "task-in-process",
    "task-over-http",
    "what-a-case-leaves",
    "nothing-due",
    "timers-on-time",
    "timers-a-second",
    "entries-a-second",
    "looking-back",
    "council",
    "what-if-year",
    "move-cases",
)


@click.command("bench")
@click.argument("names", nargs=-1, metavar="[NAME]...", type=click.Choice(NAMES))
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the figures to this file.",
)
@click.option("--quick", is_flag=True, help="A few rounds of each: to see that they run, not to compare.")
@click.option(
    "--cases", type=click.IntRange(min=20), help="How many cases the generated council has (10,000)."
)
@click.option(
    "--council", "address", metavar="ADDRESS", help="The empty database to make the generated council in."
)
def command(
    names: tuple[str, ...], file: Path | None, cases: int | None, address: str | None, *, quick: bool
) -> None:
    """Measure how fast it is, side by side in one run, and print the figures as JSON.

    Without NAME, everything is measured, which takes a few minutes; nothing is kept, and the database of this installation is not
    touched. Names: engine-round-trip, task-in-process, task-over-http, what-a-case-leaves, nothing-due, timers-on-time,
    timers-a-second, entries-a-second, looking-back, council, what-if-year, move-cases. Figures of a machine that is busy with
    something else are worth little.

    The council is made in a file that is thrown away, or in the database that --council names, where it stays; one that stands there
    already from an earlier run is measured again, on what its timers have left. All England is --cases 400000: some 11 GB.
    """
    from ics_flow.bench.benchmarks import BENCHMARKS, QUICK, WHOLE

    effort = QUICK if quick else WHOLE
    effort = replace(effort, council=cases or effort.council, address=address)
    figures: dict[str, object] = {"machine": _machine()}
    for number, name in enumerate(chosen := names or NAMES, start=1):
        click.echo(f"{number}/{len(chosen)} {name} …", err=True)
        figures[name] = BENCHMARKS[name](effort)
    text = json.dumps(figures, indent=2)
    if file is None:
        click.echo(text)
    else:
        file.write_text(text + "\n", encoding="utf-8")
        click.echo(f"The figures stand in {file}.", err=True)


def _machine() -> dict[str, object]:
    """What the figures depend on besides the program."""
    load = os.getloadavg() if hasattr(os, "getloadavg") else (None,)
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_at_start": load[0],
    }
