"""A generated council over HTTP, measured: a program that ``ics-flow bench`` runs beside it, since the pages stand above the application.

    council_over_http.py ADDRESS TEAM,TEAM,... ROUNDS

Start-up is that of `ics-flow serve` in a process of its own, until its first page has come. Trays are fetched from a waitress server on
loopback by workers who are signed in: the time is that of the whole round trip, from the request sent to the last byte read.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import secrets
import socket
import subprocess
import sys
import time
from functools import partial

from ics_flow.access import Access
from ics_flow.application import Application
from ics_flow.bench.council import NOW
from ics_flow.bench.measuring import Figures, readings, spread
from ics_flow.bench.moulds import SERVICE_MANAGER, worker_id
from ics_flow.clock import ManualClock, wall_clock
from ics_flow.store import Database
from ics_flow.store.counting import counting
from tests.bench.over_http import Browser, serving
from web.app import create_app
from web.site import Site
from web.visits import cookie_name, new_token

TRAYS = {"worker": "sw", "manager": "pm", "duty": "ta"}
STARTS = 5
PAGES = ("/", "/?show=team", "/?show=team&sort=child", "/children?name=example")


def start_up(address: str) -> float:
    """How long it takes from the start of the process until the first page has come, in milliseconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    program = "import sys; from ics_flow.cli import main; sys.argv[0] = 'ics-flow'; main()"
    serve = [sys.executable, "-c", program, "serve", "--no-timers", "--port", str(port)]
    environment = {**os.environ, "ICS_FLOW_DATABASE": address}
    process = subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                connection.request("GET", "/sign-in")
                if connection.getresponse().read():
                    return (time.perf_counter() - began) * 1000
            except OSError:
                time.sleep(0.005)
    finally:
        process.terminate()
        process.wait()
    raise RuntimeError("The server ended before it had answered.")


def signed_in(application: Application, port: int, worker: str) -> Browser:
    """The browser of a worker who is signed in; not by the demonstration's page, which names every worker of England."""
    token = new_token()
    Access(application.database, wall_clock, demonstration=True).be(token, worker)
    return Browser(port, {cookie_name(secure=False): token})


def main(address: str, teams: str, rounds: str) -> None:
    """Measure, and print JSON."""
    started = spread([start_up(address) for _ in range(STARTS)])
    computed = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (computed.ru_utime + computed.ru_stime) / STARTS
    figures: Figures = {"start_up": {**started, "processor": round(seconds * 1000)}}
    numbers = [int(team) for team in teams.split(",")][: int(rounds)]
    with Database(address) as database:
        application = Application(database, ManualClock(NOW), secrets.token_bytes)
        with serving(create_app(application, Site(demonstration=True))) as port:
            trays: dict[str, object] = {}
            for role, name in TRAYS.items():
                # one after the other: a server takes so many connections and no more
                browsers = (signed_in(application, port, worker_id(team, name)) for team in numbers)
                trays[role] = readings(partial(browser.read, "/?show=team") for browser in browsers)
            manager = signed_in(application, port, SERVICE_MANAGER)
            trays["service_manager"] = readings(partial(manager.read, "/") for _ in numbers[::3])
            figures["tray"] = trays
            browser = signed_in(application, port, worker_id(1, "pm"))
            statements = {}
            for page in PAGES:
                browser.read(page)
                with counting(database) as asked:
                    browser.read(page)
                statements[page] = asked.statements
            figures["statements"] = statements
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
