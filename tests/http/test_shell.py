"""What surrounds every page: headers, sign-in, sessions, form tokens, errors."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import threading
from collections.abc import Callable
from http.client import HTTPConnection

import pytest
from flask import Flask

from ics_flow.access import TRIES_FOR_A_NAME, TRIES_FROM_AN_ADDRESS
from ics_flow.application import Application
from ics_flow.clock import ManualClock
from tests.http.people import OURS, PASSWORD, Browser, Office
from web.app import create_app
from web.security import CONTENT_SECURITY_POLICY, INLINE_SCRIPT
from web.serve import listening
from web.site import Site


def test_a_stranger_is_asked_to_sign_in_and_then_goes_on(browser: Browser) -> None:
    browser.get("/children?name=ava")
    assert "Sign in" in browser.said

    browser.post(
        "/sign-in", {"username": "sam", "password": PASSWORD, "next": "/children?name=ava"}, follow=True
    )

    assert "Find a child" in browser.said


@pytest.mark.parametrize("path", ["/sign-in", "/", "/nowhere", "/static/dist/nothing.js", "/healthz"])
def test_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    headers = browser.client.get(path).headers

    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_the_policy_has_the_hash_of_the_only_inline_script(browser: Browser) -> None:
    browser.get("/sign-in")

    scripts = [script for script in re.findall(r"<script([^>]*)>(.*?)</script>", browser.html) if script[1]]

    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0][1].encode()).digest()).decode()
    assert f"sha256-{digest}" == INLINE_SCRIPT


def test_behind_https_the_cookie_is_bound_to_the_host(application: Application, wall: ManualClock) -> None:
    client = create_app(application, Site(secure=True), wall).test_client()

    response = client.get("/sign-in", base_url="https://localhost")

    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-ics-flow=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_signing_in_changes_the_cookie_and_signing_out_ends_the_session(browser: Browser) -> None:
    browser.get("/sign-in")
    before = browser.cookie
    browser.sign_in("sam")
    during = browser.cookie
    browser.get("/")
    browser.post("/sign-out")

    assert len({before, during, browser.cookie}) == 3
    browser.client.set_cookie("ics-flow", during)
    browser.get("/")
    assert "Sign in" in browser.said


def test_a_name_that_nobody_has_is_refused_in_the_same_words(browser: Browser) -> None:
    browser.sign_in("sam", "wrong")
    known = browser.said
    browser.sign_in("nobody", "wrong")

    assert "The user name or the password is not right" in known
    assert browser.said == known
    assert browser.status == 422


def test_too_many_tries_for_a_name_wait_a_quarter_of_an_hour(browser: Browser, wall: ManualClock) -> None:
    for _ in range(TRIES_FOR_A_NAME):
        assert browser.sign_in("sam", "wrong").status_code == 422

    assert browser.sign_in("sam").status_code == 429
    assert "Wait fifteen minutes" in browser.said
    wall.advance(minutes=16)
    assert browser.sign_in("sam").status_code == 303


def test_too_many_tries_from_one_place_wait_too(
    browser: Browser, application: Application, wall: ManualClock
) -> None:
    with application.database.unit(wall) as unit:
        for _ in range(TRIES_FROM_AN_ADDRESS):
            unit.attempts.add("address:127.0.0.1", unit.at)

    assert browser.sign_in("sam").status_code == 429


def test_a_session_ends_when_idle_and_after_a_day_at_work(
    as_worker: Callable[[str], Browser], wall: ManualClock
) -> None:
    sam = as_worker("sam")
    for _ in range(23):
        wall.advance(minutes=29)
        assert "Your work" in opened(sam)
    wall.advance(minutes=31)
    assert "Sign in" in opened(sam)

    sam.sign_in("sam")
    for _ in range(25):
        wall.advance(minutes=29)
        sam.get("/")
    assert "Sign in" in opened(sam)


def opened(browser: Browser) -> str:
    """The words of the first page."""
    browser.get("/")
    return browser.said


def test_a_form_without_its_token_does_nothing(office: Office) -> None:
    case = office.assessment()
    pat = office.at("pat")

    response = pat.client.post(f"/children/{case}/allocate", data={"worker": "sue", "reason": "x"})

    assert response.status_code == 400
    pat.get(f"/children/{case}")
    assert "Worker Sam Sutton" in pat.said


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_sent_by_another_site_does_nothing(office: Office, headers: dict[str, str]) -> None:
    case = office.assessment()
    pat = office.at("pat")
    pat.get(f"/children/{case}/allocate")
    body = {"form_token": pat.token(), "worker": "sue", "reason": "x"}

    response = pat.client.post(f"/children/{case}/allocate", data=body, headers=headers)

    assert response.status_code == 403
    assert "Another site" in response.get_data(as_text=True)


def test_a_token_of_another_browser_does_nothing(office: Office) -> None:
    case = office.assessment()
    pat, sam = office.at("pat"), office.at("sam")
    sam.get("/")
    body = {"form_token": sam.token(), "worker": "sue", "reason": "x"}

    pat.client.post(f"/children/{case}/allocate", data=body, headers=OURS)

    pat.get(f"/children/{case}")
    assert "Worker Sam Sutton" in pat.said


def test_a_name_that_is_not_ours_is_not_answered(browser: Browser) -> None:
    assert browser.client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_only_a_demonstration_lets_one_choose_whom_to_be(application: Application, wall: ManualClock) -> None:
    real = Browser(create_app(application, Site(), wall).test_client())
    real.get("/sign-in")
    assert real.post("/sign-in", {"worker": "pat"}).status_code == 422

    demonstration = Browser(create_app(application, Site(demonstration=True), wall).test_client())
    demonstration.get("/sign-in")
    assert "Who would you like to be?" in demonstration.said
    demonstration.post("/sign-in", {"worker": "pat", "next": "/"}, follow=True)
    assert "Your work" in demonstration.said
    assert "Nobody here is real" in demonstration.html


@pytest.mark.parametrize(
    "away", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(browser: Browser, away: str) -> None:
    browser.get("/sign-in")

    response = browser.post("/sign-in", {"username": "sam", "password": PASSWORD, "next": away})

    assert response.headers["Location"] == "/"


def test_a_fault_is_told_in_words_and_logged_without_what_was_typed(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Ava Example of 1 High Street"

    def broken() -> str:
        raise ValueError(secret)

    app.add_url_rule("/broken", view_func=broken)
    browser = Browser(app.test_client())
    browser.sign_in("sam")
    caplog.set_level(logging.INFO)

    browser.get("/broken")

    assert browser.status == 500
    assert "Nothing was half done" in browser.said
    assert "Traceback" not in browser.html
    assert secret not in browser.html
    assert all(secret not in record.getMessage() for record in caplog.records)
    incident = re.search(r"<strong>([0-9A-F]{8})</strong>", browser.html)
    assert incident
    assert incident[1] in {getattr(record, "incident", None) for record in caplog.records}


def test_logs_name_no_child(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    office.assessment()

    told = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("ics_flow"))
    assert "request answered" in told
    assert "Ava" not in told
    assert "High Street" not in told


def test_files_have_names_that_change_with_them_and_are_kept_for_ever(browser: Browser) -> None:
    browser.get("/sign-in")

    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.html):
        response = browser.client.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert re.search(r"-[0-9A-Za-z]{8,}\.", address)


def test_the_sign_of_life_asks_nobody(browser: Browser) -> None:
    response = browser.client.get("/healthz")

    assert response.get_data(as_text=True) == "ok\n"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_page_that_is_asked_in_a_way_it_does_not_know_says_so(
    as_worker: Callable[[str], Browser], method: str
) -> None:
    sam = as_worker("sam")

    response = sam.client.open("/", method=method)

    assert response.status_code == 405
    assert "This page cannot be used that way" in response.text


def test_a_body_that_is_far_too_long_is_answered_and_not_cut_off(application: Application) -> None:
    server = listening(application, Site())
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    connection = HTTPConnection("127.0.0.1", server.effective_port, timeout=30)
    body = "text=" + "x" * 5_000_000

    connection.request(
        "POST", "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded", "Host": "localhost"}
    )
    response = connection.getresponse()
    server.close()

    assert response.status == 413
    assert "That is too long to take" in response.read().decode()
