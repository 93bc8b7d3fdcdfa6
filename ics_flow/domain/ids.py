"""The names of things: how an id is drawn, and how the subject of a history is called.

No table and no rule belongs here; an id is plain text wherever it travels.
"""

import base64
from collections.abc import Callable
from typing import TypeAlias

Entropy: TypeAlias = Callable[[int], bytes]
"""Gives so many random bytes; `secrets.token_bytes`, or a seeded source where a run must repeat byte for byte."""

COUNCIL = "council"
"""The subject of the one history of the council itself: workers, teams, calendars, releases."""

BOARD = "board"
"""The subject of the change board's own history: meetings, minutes, the law to come."""

_BYTES_OF_AN_ID = 10


def new_id(entropy: Entropy) -> str:
    """Sixteen small letters and digits that nobody else has drawn (80 bits), fit to be read out and to stand in a link."""
    return base64.b32encode(entropy(_BYTES_OF_AN_ID)).decode("ascii").lower()


def case_subject(case: str) -> str:
    """The subject of a case's history."""
    return f"case:{case}"


def person_subject(person: str) -> str:
    """The subject of a person's history."""
    return f"person:{person}"


def adoption_subject(adoption: str) -> str:
    """The subject of the history of an adoption: it names neither of the two files, whose ids only its entry holds."""
    return f"adoption:{adoption}"


def change_subject(change: str) -> str:
    """The subject of a change request's history."""
    return f"change:{change}"
