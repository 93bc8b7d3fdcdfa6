"""Commands that run until they are stopped: serve, worker, demo.

The pages are another package's, which the command line may not import: it finds them as the installed entry points of the group
``ics_flow.pages``: ``serve(application, site, *, host, port, ready)`` and ``site(hosts=, secure=, demonstration=)``.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from ics_flow.application import Application
from ics_flow.bootstrap import open_application
from ics_flow.cli import incidents
from ics_flow.cli.exits import WRONG
from ics_flow.cli.telling import note, opened, progress
from ics_flow.clock import wall_clock
from ics_flow.custody import keep_checkpoints
from ics_flow.demonstration import NotOurs, is_demonstration, make_demonstration
from ics_flow.domain.errors import Refused
from ics_flow.keepers import keepers_of
from ics_flow.keys import SigningKey
from ics_flow.logs import log_to_stderr
from ics_flow.practice import summarise_daily
from ics_flow.scheduler import STALE_SECONDS, Ticker, watch
from ics_flow.settings import Settings
from ics_flow.trying import play_some

CHECKPOINT_SECONDS = 600.0
"""How often it is looked whether a checkpoint is due or has not arrived."""

MEASURING_SECONDS = 600.0
"""How often it is looked whether the cases are to be measured again, which is done once a day."""

PAGES = "ics_flow.pages"
LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = ("localhost", LOOPBACK, "[::1]")

_host = click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen at.")
_port = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen at."
)


class PagesMissing(Refused):
    """The pages are not installed. Run `make setup`, then try again."""


@click.command(short_help="Serve the pages and let timers fire.")
@_host
@_port
@click.option(
    "--name", "names", multiple=True, help="A name that browsers know this server by; once for each."
)
@click.option(
    "--https", is_flag=True, help="Browsers come by way of a proxy on this machine that speaks https."
)
@click.option("--no-timers", is_flag=True, help="Leave the timers to `ics-flow worker`.")
def serve(host: str, port: int, names: tuple[str, ...], *, https: bool, no_timers: bool) -> None:
    """Serve the pages, and let timers fire, until stopped."""
    log_to_stderr()
    with opened() as application:
        _ = application.release  # pages without a release are of no use to anybody
        site = _page("site")(hosts=(*names, *LOOPBACK_NAMES), secure=https)
        with (
            _ticking(application, ticks=not no_timers),
            _keeping_checkpoints(application, ticks=not no_timers),
            _measuring(application, ticks=not no_timers),
            _working_for_the_board(application, ticks=not no_timers),
        ):
            _serve(application, site, host, port, ready=lambda address: note(f"Serving on {address}"))


@click.command(short_help="Let timers fire, and nothing else.")
@click.option(
    "--stale",
    default=STALE_SECONDS,
    show_default=True,
    type=click.FloatRange(min=1),
    help="End with 1 when no tick has come to its end for so many seconds.",
)
def worker(stale: float) -> None:
    """Let timers fire, and nothing else, until stopped.

    Run it beside `ics-flow serve --no-timers`, under something that starts it again when it ends.
    """
    log_to_stderr()
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    with (
        opened() as application,
        _keeping_checkpoints(application),
        _measuring(application),
        _working_for_the_board(application),
        _ticking(application) as ticker,
    ):
        if not watch(ticker, stopped, stale=stale):
            note(f"No tick has come to its end for {stale:g} seconds, so the worker ends. See the log.")
            os._exit(WRONG)  # an orderly end would wait for the tick that hangs


@click.command(short_help="Look round, with made-up children in it.")
@_port
@click.option(
    "--file",
    "path",
    default="var/demonstration.db",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The demonstration's own database, made where there is none.",
)
@click.option("--anew", is_flag=True, help="Throw the demonstration away first and make it again.")
@click.option(
    "--families",
    type=click.IntRange(min=0),
    help="Make so many families, beside the children of the walk; fewer are made sooner.  [default: all]",
)
def demo(port: int, path: Path, *, anew: bool, families: int | None) -> None:
    """Serve the product on this machine with made-up children in it; one chooses whom to be.

    The first run makes the demonstration; later ones go on with it.
    """
    settings = replace(Settings.from_environment(), database=f"sqlite:///{path}")
    if anew and path.exists():
        _require_demonstration(settings)
        path.unlink()
    if not path.exists():
        with progress("Making the demonstration") as advance:
            make_demonstration(settings, path, end=wall_clock(), advance=advance, families=families)
    _require_demonstration(settings)
    incidents.log_file()
    application = open_application(settings)
    try:
        site = _page("site")(demonstration=True)
        summarise_daily(application)
        with _ticking(application), _measuring(application), _working_for_the_board(application):
            _serve(application, site, LOOPBACK, port, ready=_tell_address)
    finally:
        application.database.close()


def _require_demonstration(settings: Settings) -> None:
    """Refuse a database in which real children may be: in a demonstration nobody is asked for a password."""
    application = open_application(settings)
    try:
        if not is_demonstration(application):
            raise NotOurs(settings.database)
    finally:
        application.database.close()


def _tell_address(address: str) -> None:
    note(f"Open {address} in a browser, and choose whom to be. Ctrl+C stops it.")


@contextmanager
def _ticking(application: Application, *, ticks: bool = True) -> Iterator[Ticker]:
    ticker = Ticker(application.tick)
    if ticks:
        ticker.start()
    try:
        yield ticker
    finally:
        if ticks:
            ticker.stop()


@contextmanager
def _working_for_the_board(application: Application, *, ticks: bool = True) -> Iterator[None]:
    """Let the board's orders for open cases be carried out, its questions answered and its scenarios played, beside the timers."""
    tickers = Ticker(application.work_for_the_board), Ticker(lambda _most: play_some(application))
    if not ticks:
        yield
        return
    for ticker in tickers:
        ticker.start()
    try:
        yield
    finally:
        for ticker in tickers:
            ticker.stop()


@contextmanager
def _keeping_checkpoints(application: Application, *, ticks: bool = True) -> Iterator[None]:
    """Let a checkpoint be made and sent once a day, where the settings name a key and a place to send it to."""
    settings = Settings.from_environment()
    if not ticks or settings.checkpoint_key is None:
        yield
        return
    key = SigningKey.read(settings.checkpoint_key)
    keepers = keepers_of(settings, application.database, wall_clock)

    def keep(_most: int) -> int:
        keep_checkpoints(application.database, wall_clock, key, keepers)
        return 0

    ticker = Ticker(keep, every=CHECKPOINT_SECONDS)
    ticker.start()
    try:
        yield
    finally:
        ticker.stop()


@contextmanager
def _measuring(application: Application, *, ticks: bool = True) -> Iterator[None]:
    """Let every case whose history has gone on be measured once a day."""

    def measure(_most: int) -> int:
        summarise_daily(application)
        return 0

    ticker = Ticker(measure, every=MEASURING_SECONDS)
    if ticks:
        ticker.start()
    try:
        yield
    finally:
        if ticks:
            ticker.stop()


def _serve(
    application: Application, site: object, host: str, port: int, *, ready: Callable[[str], None]
) -> None:
    _require_address(host)
    try:
        _page("serve")(application, site, host=host, port=port, ready=ready)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(
                f"Port {port} is taken by another program. Choose another: --port {port + 1}"
            ) from None
        if error.errno in (errno.EACCES, errno.EADDRNOTAVAIL):
            raise click.ClickException(
                f"Nothing can be served at {host}, port {port}. Choose others with --host and --port."
            ) from None
        raise


def _require_address(host: str) -> None:
    """Refuse what is no address of a machine, before anything is served at it."""
    try:
        socket.getaddrinfo(host or None, None)
    except (socket.gaierror, UnicodeError):
        known = False
    else:
        known = bool(host)
    if not known:
        raise click.ClickException(
            f"“{host}” is no address of this machine. Give one with --host, such as {LOOPBACK}."
        )


def _page(name: str) -> Callable[..., Any]:
    """What the installed pages offer under that name."""
    for found in entry_points(group=PAGES, name=name):
        loaded: Callable[..., Any] = found.load()
        return loaded
    raise PagesMissing
