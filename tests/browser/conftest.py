"""The pages in a real Chromium, served by a real server over a real database.

Every page that a test looks at is held to the same: no fault that axe knows of, nothing that the content security policy had to stop,
no error in the console, nothing that sticks out at the width of a small phone.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from ics_flow.application import Application
from tests.http.conftest import app, application, clock, council, templates, wall  # noqa: F401 pytest finds them by name
from tests.http.people import PASSWORD, Browser, Office

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH = """
window.stopped = [];
document.addEventListener('securitypolicyviolation', event => window.stopped.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
RUN_AXE = """async standards => (await axe.run(document, { runOnly: standards })).violations
  .map(found => `${found.id}: ${found.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`)"""
DESKTOP: ViewportSize = {"width": 1200, "height": 900}
SMALL_PHONE: ViewportSize = {"width": 320, "height": 700}
PATIENCE = 60_000
"""How many milliseconds a page may take that looks through a whole release, on a machine that does other work too."""


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 the parameter's name upstream
        """Nothing."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Whatever Chromium there is here."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = os.environ.get("CHROMIUM") or next(
        (found for name in names if (found := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        if path is None and not Path(own).exists():
            pytest.skip(
                "No Chromium was found. Install one, or name its path in CHROMIUM, to run the browser tests."
            )
        browser = playwright.chromium.launch(executable_path=path or own, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:  # noqa: F811 the fixture imported above
    """Where the pages are served."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def office(application: Application, app: Flask) -> Office:  # noqa: F811
    """The council at work beside the browser, to bring a case to where a test begins."""

    def signed_in(worker: str) -> Browser:
        browser = Browser(app.test_client())
        browser.sign_in(worker)
        return browser

    return Office(application, signed_in)


@pytest.fixture
def screen(chromium: Chromium, address: str) -> Iterator[Callable[..., Screen]]:
    """Gives a screen at which a worker is signed in."""
    contexts = []

    def signed_in(worker: str | None, *, scripts: bool = True) -> Screen:
        context = chromium.new_context(viewport=DESKTOP, java_script_enabled=scripts, base_url=address)
        contexts.append(context)
        context.set_default_timeout(10_000)
        found = Screen(context.new_page(), scripts=scripts)
        if worker:
            found.sign_in(worker)
        return found

    yield signed_in
    for context in contexts:
        context.close()


class Screen:
    """A person at a screen, and what must hold of every page that they see."""

    def __init__(self, page: Page, *, scripts: bool) -> None:
        self.page = page
        self.scripts = scripts
        self.errors: list[str] = []
        page.add_init_script(WATCH)
        page.add_init_script(path=AXE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    @property
    def said(self) -> str:
        """The words of the page."""
        return " ".join(self.page.inner_text("main").split())

    def sign_in(self, worker: str) -> None:
        """Sign in as a person does."""
        self.go("/sign-in")
        self.page.fill("#username", worker)
        self.page.fill("#password", PASSWORD)
        self.press("Sign in")

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(path)

    def press(self, words: str) -> None:
        """Press a button, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).first.click()

    def follow(self, words: str) -> None:
        """Follow the link that begins with the words."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=words).first.click()

    def fill(self, fields: Mapping[str, object]) -> None:
        """Fill in a form: what is hidden, because it does not apply, is left alone."""
        for name, values in fields.items():
            for value in values if isinstance(values, list) else [values]:
                self._answer(self.page.locator(f'main [name="{name}"]:not([type=hidden])'), str(value))

    def _answer(self, inputs: Locator, value: str) -> None:
        if inputs.count() == 0:
            return
        first = inputs.first
        match first.evaluate("field => field.type"):
            case "radio" | "checkbox":
                # A radio of these forms stands under its label; whoever clicks, clicks there.
                chosen = inputs.and_(self.page.locator(f'[value="{value}"]'))
                if chosen.count() and chosen.locator("xpath=..").is_visible():
                    chosen.check(force=True)
            case "select-one":
                if first.is_visible():
                    first.select_option(value)
            case _:
                if first.is_visible():
                    first.fill(value)

    def check(self, *, refused: bool = False) -> None:
        """The page is as every page must be; the browser itself logs an error for a page that refuses."""
        if not self.scripts:
            return
        self.page.locator('[data-diagram=""]').first.wait_for(state="detached")
        where = self.page.url
        assert self.page.locator("[data-diagram=failed]").count() == 0, where
        assert self.page.evaluate(RUN_AXE, STANDARDS) == [], where
        assert self.page.evaluate("window.stopped") == [], where
        self.page.set_viewport_size(SMALL_PHONE)
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (
            f"{where} is too wide"
        )
        assert self.page.evaluate(RUN_AXE, STANDARDS) == [], f"{where} at 320 pixels"
        self.page.set_viewport_size(DESKTOP)
        told = [error for error in self.errors if not (refused and "Failed to load resource" in error)]
        assert told == [], f"{where}: {json.dumps(told)}"
        self.errors.clear()
