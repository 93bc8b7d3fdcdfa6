"""What changed in the tables of a release (rights, the law) and in the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import Calendar
from ics_flow.board.differences import Said, differing
from ics_flow.board.wording import Vocabulary
from ics_flow.domain.listing import either
from ics_flow.domain.rights import Rights


def rights(words_of: Vocabulary, old: Rights, new: Rights) -> Said:
    """What changed in who may do and read what."""
    for role, was, now in differing(old.roles, new.roles):
        if was is None:
            yield "added", "right", role, f"New role “{now}” ({role})."
        elif now is None:
            yield "removed", "right", role, f"The role “{was}” ({role}) goes."
        else:
            yield "changed", "right", role, f"The role “{was}” is now called “{now}”."
    for act, was_by, now_by in differing(old.may_do_beside, new.may_do_beside):
        words = f"May {act.replace('_', ' ')}: {words_of.who(now_by or ())} in place of {words_of.who(was_by or ())}."
        yield "changed", "right", act, words
    for role, before, after in differing(old.reach, new.reach):
        name = words_of.roles.get(role, role)
        yield (
            "changed",
            "right",
            role,
            f"{name}: reads {after or 'nothing'} in place of {before or 'nothing'}.",
        )
    if old.read_log != new.read_log:
        words = f"Who sees who has read a file: {words_of.who(new.read_log)} in place of {words_of.who(old.read_log)}."
        yield "changed", "right", "read_log", words


def statutes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Said:
    """What changed in the table of what the law allows at most."""
    if old.get("law_of") != new.get("law_of"):
        words = f"The law that is followed is that of {new.get('law_of')} in place of {old.get('law_of')}."
        yield "changed", "statute", "law_of", words
    before, after = _rules(old), _rules(new)
    for rule, was, now in differing(before, after):
        if was is None and now is not None:
            yield (
                "added",
                "statute",
                rule,
                f"New rule of the law: {now.get('says', rule)}{_at_most(now)}.",
            )
        elif now is None and was is not None:
            yield "removed", "statute", rule, f"The rule of the law goes: {was.get('says', rule)}."
        elif was is not None and now is not None:
            yield (
                "changed",
                "statute",
                rule,
                f"The rule of the law changes: {now.get('says', rule)}{_at_most(now)}.",
            )


def calendars(old: Calendar, new: Calendar) -> Said:
    """What changed in the days that count."""
    if (old.first_year, old.last_year) != (new.first_year, new.last_year):
        words = f"The calendar covers {new.first_year} to {new.last_year} in place of {old.first_year} to {old.last_year}."
        yield "changed", "calendar", None, words
    for day, was, now in differing(dict(old.closed), dict(new.closed)):
        on = f"{day:%A} {day.day} {day:%B %Y}"
        if was is None:
            yield "added", "calendar", day.isoformat(), f"{on} does not count: {now}."
        elif now is None:
            yield "removed", "calendar", day.isoformat(), f"{on} counts as a working day: it was {was}."
        else:
            yield "changed", "calendar", day.isoformat(), f"{on} is called {now} in place of {was}."


def _rules(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    rules = table.get("rules")
    found: Iterable[object] = rules if isinstance(rules, list) else ()
    return {str(rule["rule"]): rule for rule in found if isinstance(rule, dict) and "rule" in rule}


def _at_most(rule: Mapping[str, Any]) -> str:
    match rule.get("at_most"):
        case {**lengths} if lengths:
            return ", at most " + either(
                [f"{number} {str(unit).replace('_', ' ')}" for unit, number in lengths.items()]
            )
        case _:
            return ""
