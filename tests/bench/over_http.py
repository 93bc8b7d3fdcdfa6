"""A task completed over HTTP, measured: a program that ``ics-flow bench`` runs beside it, since the pages stand above the application.

A waitress server on loopback, a worker signed in, a page fetched and its form sent. Server time is taken around the whole application, from the request read to the answer made.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from waitress import create_server

from ics_flow.bench import pathways
from ics_flow.bench.ground import WRITER, Ground, ground
from ics_flow.bench.measuring import Figures, spread
from ics_flow.domain.release import read_files
from ics_flow.store.counting import counting
from web.app import create_app
from web.site import Site

ROUNDS, WARMING = 100, 10
Post = Callable[[str, dict[str, str]], int]


class Stopwatch:
    """A WSGI application around another that notes how long each answer took, and how long of that its thread computed."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.last = self.last_computing = 0.0

    def __call__(self, environment: Any, start: Any) -> Iterable[bytes]:
        began, computing = time.perf_counter_ns(), time.thread_time_ns()
        body: list[bytes] = list(self._application(environment, start))
        self.last = (time.perf_counter_ns() - began) / 1e6
        self.last_computing = (time.thread_time_ns() - computing) / 1e6
        return body


class HiddenFields(HTMLParser):
    """The hidden fields of a page's forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.found[given.get("name") or ""] = given.get("value") or ""


class Browser:
    """What a browser does for one worker: keeps the cookie, reads a page, sends its form."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies = dict(cookies or {})

    def be(self, worker: str) -> None:
        self.send("/sign-in", {**self.hidden("/sign-in"), "worker": worker})

    def read(self, path: str) -> str:
        status, page = self._ask("GET", path)
        assert status == 200, (status, path)
        return page

    def hidden(self, path: str) -> dict[str, str]:
        return HiddenFields(self.read(path)).found

    def send(self, path: str, fields: dict[str, str]) -> None:
        status, page = self._ask("POST", path, urlencode(fields))
        assert status == 303, (status, path, page[-2000:])

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Origin": f"http://127.0.0.1:{self._connection.port}",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read().decode()


@contextmanager
def serving(application: Any) -> Iterator[int]:
    """The application served on loopback; gives the port."""
    server: Any = create_server(application, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.task_dispatcher.shutdown()
        server.close()


def measure(scratch: Ground) -> Figures:
    """One first task after another, each of a new case, posted by a worker who is signed in."""
    watch = Stopwatch(create_app(scratch.application, Site(demonstration=True)))
    server_time: list[float] = []
    computing: list[float] = []
    round_trips: list[float] = []
    with serving(watch) as port:
        browser = Browser(port)
        browser.be(WRITER)
        for number in range(WARMING + ROUNDS + 1):
            path, fields = _page(browser, scratch)
            if number == WARMING + ROUNDS:
                break
            began = time.perf_counter_ns()
            browser.send(path, fields)
            round_trips.append((time.perf_counter_ns() - began) / 1e6)
            server_time.append(watch.last)
            computing.append(watch.last_computing)
        with counting(scratch.database) as asked:
            browser.send(path, fields)
    return {
        "server_time": spread(server_time[WARMING:]),
        "server_processor": spread(computing[WARMING:]),
        "round_trip": spread(round_trips[WARMING:]),
        "statements": asked.statements,
        "transactions": asked.transactions,
        "commits": asked.commits,
    }


def _page(browser: Browser, scratch: Ground) -> tuple[str, dict[str, str]]:
    """The address of a new case's first task, and what a browser would send from its page."""
    command = scratch.first()
    case = command.case_id
    path = f"/children/{case}/tasks/{command.task.replace('#', '.')}"
    form = scratch.application.release.forms[scratch.view(case).tasks[0].form]
    return path, {**browser.hidden(path), **dict(form.fields(command.answers))}


def main() -> None:
    """Measure with the bench's own small release and with the shipped one, and print JSON."""
    figures = {}
    releases = {"three_tasks": pathways.three_tasks(), "shipped": read_files(Path("bpmn"), Path("forms"))}
    for name, files in releases.items():
        with ground(files) as scratch:
            figures[name] = measure(scratch)
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
