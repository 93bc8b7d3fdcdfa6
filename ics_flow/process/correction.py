"""What a correction says: which answers of one completed form were put right, and what the form answers with every correction since.

A correction names the completion (position, task, form) and its ``changes``: question, answer before and after (left out where it was
not asked then, or is not asked now), and the value that enters the process (left out for narrative). The first corrections were of one
answer: they hold that change themselves, and read the same.

A rollback is written in the same shape: the completion that it takes back, no changes, and under ``rolled_back`` the scope of the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import Value, decode_value
from ics_flow.domain.history import Entry

CASE_RESTATED = "case-restated"


def why_restated(parts: Any) -> Any:
    """Why an entry restated the case, from its parts: the correction or rollback, or else the cause (``cause.py``)."""
    return parts["correction"] if "correction" in parts else parts["cause"]


def is_correction(why: Any) -> bool:
    """Whether the case was restated because answers were put right."""
    return "position" in why and "rolled_back" not in why


def rolled_back_in(correction: Any) -> str | None:
    """The scope of the record whose authorisation was taken back; None for a correction of answers."""
    scope: str | None = correction.get("rolled_back")
    return scope


def changes_in(correction: Any) -> tuple[Mapping[str, Any], ...]:
    """Every answer that the correction put right."""
    return tuple(correction["changes"]) if "changes" in correction else (correction,)


def values_in(correction: Any) -> dict[str, Value]:
    """What the corrected answers give to the process (None: taken away)."""
    return {
        change["question"]: decode_value(change["value"])
        for change in changes_in(correction)
        if "value" in change
    }


def answers_at(entries: Iterable[Entry], position: int, until: int | None = None) -> dict[str, object]:
    """The answers that the entry at that position holds, with every correction since, or up to a position."""
    answers: dict[str, object] = {}
    for entry in entries:
        if until is not None and entry.position > until:
            break
        parts: Any = entry.parts
        if entry.position == position:
            for name, part in parts.items():
                if name.startswith("answers:"):
                    answers.update(part)
        elif entry.kind == CASE_RESTATED and why_restated(parts).get("position") == position:
            for change in changes_in(parts["correction"]):
                answers.pop(change["question"], None)
                if "answer" in change:
                    answers[change["question"]] = change["answer"]
    return answers
