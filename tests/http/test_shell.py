"""What surrounds every page: headers, sign-in, sessions, form tokens, errors."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask

from ics_flow.clock import ManualClock
from web.app import create_app
from web.security import INLINE_SCRIPT
from web.site import Site



def test_a_stranger_is_asked_to_sign_in(browser):
    browser.get("/")

    assert "Sign in" in browser.said
