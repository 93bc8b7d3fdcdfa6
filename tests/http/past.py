"""A council on a day gone by: under the procedures that were in force then, with its workers, its board and its clock.

What ships follows the law of 2010, so what was in force before is what ships with some words changed back. Not here: the changes themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from engine import Calendar
from ics_flow.application import Application
from ics_flow.board.files import packed, unpacked
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.verification import verify_on
from tests.http.board_room import BoardRoom
from tests.http.people import OURS, Browser, Office

ROOT = Path(__file__).parents[2]
ASSESSMENT = "bpmn/initial_assessment.bpmn"
STATUTE = "bpmn/statute.yaml"
DAY_TEN = "bpmn/scenarios/assessment_finalised_on_day_ten.yaml"

Words: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]
"""By file: the words that were there, and those that a change put in their place."""

LONGER: Words = {
    ASSESSMENT: (
        ("=working_days_after(received_on, 7)", "=working_days_after(received_on, 10)"),
        (
            "Seven working days from the date of the referral: Framework for the Assessment of Children in Need and their Families 2000",
            "Ten working days from the date of the referral: Working Together to Safeguard Children 2010",
        ),
    ),
    DAY_TEN: (("day seven", "day ten"), ("to: 2026-03-31 22:00", "to: 2026-04-07 22:00")),
}
"""The initial assessment's clock, from 7 to 10 working days: Working Together to Safeguard Children, March 2010."""


class Past:
    """A council that begins on a day under some files, which stand as its first release with the scenarios among them."""

    def __init__(
        self,
        application: Application,
        clock: ManualClock,
        as_worker: Callable[[str], Browser],
        files: Mapping[str, bytes],
        *,
        on: date,
        calendar: Calendar | None = None,
    ) -> None:
        self.application, self.clock = application, clock
        self.office = Office(application, as_worker)
        self.office.born = on.year - 7
        self.let_it_be(on)
        procedures = {name: body for name, body in files.items() if "/scenarios/" not in name}
        scenarios = {name: body for name, body in files.items() if name not in procedures}
        application.publish(procedures, calendar or england(), name="First", actor="max", scenarios=scenarios)
        self.room = BoardRoom(application, as_worker)

    def let_it_be(self, on: date) -> None:
        """Have it be ten in the morning of that day, with every timer fired that is due."""
        self.clock.set_to(datetime.combine(on, time(10), UTC))
        self.office.on = on.isoformat()
        while self.application.tick():
            pass

    def draw(self, words: Words) -> None:
        """Change the words of the draft's files on their pages."""
        for name, replaced in words.items():
            self.room.draw(name, *replaced)

    def taken_out(self) -> dict[str, bytes]:
        """The whole draft as its zip holds it."""
        return unpacked(self.room.owner.client.get(f"{self.room.draft}/export").data)

    def take_in(self, files: Mapping[str, bytes], **fields: str) -> str:
        """Bring files into the draft as a zip, in place of all that it holds where they are the whole; gives what the page then says."""
        return taken_in(self.room, "draft.zip", packed(files), **fields)

    def ask_what_if(self) -> str:
        """Have last year replayed on the draft, and keep in the request's history what was found; gives what the page says of it."""
        owner, room = self.room.owner, self.room
        address = f"{room.request}{room.draft.removeprefix('/board')}/what-if"
        owner.get(address)
        owner.send({}, to=address)
        with self.application.reading() as reading:
            question = reading.what_ifs.next()
        assert question is not None, owner.said
        room.take_effect()
        owner.get(f"{address}/{question.id}")
        said = owner.said
        owner.send({}, to=f"{address}/{question.id}")
        assert "Last year replayed on it" in owner.said
        return said

    def foreseen(self) -> str:
        """What a member of the board reads of what becomes of open cases."""
        bea = self.room.members[0]
        bea.get(f"{self.room.request}/proposals/1/open-cases")
        return bea.said

    def propose(self, on: date, **given: object) -> None:
        """The draft tried, asked what it would have done, and put to the board to take effect on the day."""
        self.room.try_it()
        self.room.propose(on.isoformat(), **given)
        assert "waits for the board" in self.room.owner.said, self.room.owner.said

    def approve_and_carry_out(self, on: date) -> None:
        """Both members approve, the day comes, and what was ordered is carried out."""
        self.room.approve()
        self.let_it_be(on)
        self.room.take_effect()

    def order(self) -> str:
        """What a member of the board reads of the order for open cases."""
        bea = self.room.members[0]
        bea.get(f"{self.room.request}/proposals/1/open-cases")
        bea.get(bea.link("The order of"))
        return bea.said

    def page(self, case: str, *, by: str = "sam") -> str:
        """What a worker reads in a child's file."""
        browser = self.office.at(by)
        browser.get(f"/children/{case}")
        return browser.said

    def require_pages(self, case: str) -> None:
        """Every page of a child's file, and the reason of every date, is there to be read."""
        sam = self.office.at("sam")
        sam.get(f"/children/{case}")
        around = set(re.findall(rf'href="(/children/{case}/[^"#]+)"', sam.html))
        assert any("/map" in address for address in around), around
        for address in sorted(around):
            assert sam.get(unescape(address)).status_code == 200, address

    def noted(self, by: str = "sam") -> str:
        """What a worker reads of the change: the note in the tray, followed."""
        browser = self.office.at(by)
        browser.get("/")
        assert "Procedures have changed" in browser.said
        browser.get(f"/board/notes/{self.room.request.rpartition('/')[2]}")
        return browser.said

    def require_all_verified(self) -> None:
        """Every history proves: cases, requests, the board's and the council's."""
        proved = verify_on(self.application, "", lambda: False)
        assert proved.is_over
        assert proved.faults == ()


def taken_in(room: BoardRoom, name: str, content: bytes, **fields: str) -> str:
    """Bring a file into the draft on its page; gives what the page then says."""
    owner = room.owner
    owner.get(room.draft)
    sent = {"form_token": owner.token(), "command_id": owner.command(), "file": (BytesIO(content), name)}
    owner.response = owner.client.post(
        f"{room.draft}/import", data={**sent, **fields}, headers=OURS, content_type="multipart/form-data"
    )
    if owner.status == 303:
        owner.get(room.draft)
    return owner.said


def changed(files: Mapping[str, bytes], *changes: Words) -> dict[str, bytes]:
    """The files with the words of now in place of those before."""
    return _reworded(files, changes, lambda before, after: (before, after))


def as_before(files: Mapping[str, bytes], *changes: Words) -> dict[str, bytes]:
    """The files with the words before the changes in place of those of now."""
    return _reworded(files, changes, lambda before, after: (after, before))


def following(files: Mapping[str, bytes], law_of: date) -> dict[str, bytes]:
    """The files as a release that follows the law of that day."""
    return changed(files, {STATUTE: (("law_of: 2010-09-01", f"law_of: {law_of}"),)})


def _reworded(
    files: Mapping[str, bytes], changes: Iterable[Words], way: Callable[[str, str], tuple[str, str]]
) -> dict[str, bytes]:
    found = dict(files)
    for words in changes:
        for name, replaced in words.items():
            if name in found:  # scenarios are there where a test needs them
                for old, new in (way(*each) for each in replaced):
                    assert old.encode() in found[name], (name, old)
                    found[name] = found[name].replace(old.encode(), new.encode())
    return found
