"""The training clock in a real browser: the banner, and a deadline that passes at the press of a button, without scripts too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from ics_flow.application import Application
from tests.browser.conftest import SMALL_PHONE, Screen
from tests.http.people import Office
from tests.http.test_training import FRIDAY, pages, school, training  # noqa: F401 pytest finds them by name

SCREENS = Callable[..., Screen]


@pytest.fixture
def app(pages: Flask) -> Flask:  # noqa: F811
    """The pages that are served: those of a training database."""
    return pages


@pytest.fixture
def application(training: Application) -> Application:  # noqa: F811
    return training


@pytest.mark.parametrize("scripts", [True, False])
def test_a_deadline_passes_at_the_press_of_a_button(
    screen: SCREENS,
    office: Office,
    *,
    scripts: bool,
) -> None:
    case = office.assessment()
    trainer, pat = screen("toni", scripts=scripts), screen("pat", scripts=scripts)
    trainer.go("/children?name=ava")
    trainer.check()
    assert FRIDAY in trainer.page.inner_text(".app-training")

    trainer.press("To the next deadline")

    trainer.check()
    assert "Here it is Wednesday 8 April 2026" in trainer.page.inner_text(".app-training")
    assert trainer.page.url.endswith("/children?name=ava")
    pat.go(f"/children/{case}")
    pat.check()
    assert "Overdue" in pat.said


def test_the_banner_tells_a_stranger_and_fits_a_small_phone(screen: SCREENS) -> None:
    stranger, trainer = screen(None), screen("toni")
    stranger.go("/sign-in")
    stranger.check()
    assert FRIDAY in stranger.page.inner_text(".app-training")
    trainer.page.set_viewport_size(SMALL_PHONE)
    trainer.go("/")
    trainer.check()
    assert trainer.page.get_by_role("button", name="Ten working days").is_visible()
