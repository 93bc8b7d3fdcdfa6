"""The change board at work: a change asked for, drawn, tried, put to the board, approved by two and put in force, all through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ics_flow.application import Application
from ics_flow.trying import play_some
from tests.http.people import Browser

WANTED = {"wish": "As it says.", "why": "The law asks for it.", "area": "Referral and assessment"}


class BoardRoom:
    """Boris draws, Bea and Mia decide, and anybody asks."""

    def __init__(self, application: Application, as_worker: Callable[[str], Browser]) -> None:
        self.application = application
        self.owner = as_worker("boris")
        self.members = as_worker("bea"), as_worker("mia")
        self.request = self.draft = ""

    def ask(self, title: str) -> None:
        """Raise a request, and begin a draft for it."""
        owner = self.owner
        owner.get("/board/raise")
        owner.send({**WANTED, "title": title}, to="/board/raise")
        self.request = _found(r"/board/requests/[a-z0-9]{32}", owner)
        owner.send({"request": self.request.rpartition("/")[2], "title": title}, to="/board/drafts")
        self.draft = _found(r"/board/drafts/[a-z0-9]{32}", owner)

    def draw(self, name: str, *replaced: tuple[str, str]) -> None:
        """Change words of a file on its page."""
        address = f"{self.draft}/text/{name}"
        self.owner.get(address)
        sent = self.owner.fields()
        text = str(sent["text"][0])  # type: ignore[index]
        for old, new in replaced:
            assert old in text, (name, old)
            text = text.replace(old, new)
        self.write(name, text.removeprefix("\n"), sent)

    def write(self, name: str, text: str, sent: Mapping[str, object]) -> None:
        """Save a file as a browser sends it."""
        typed = text.replace("\r\n", "\n").replace("\n", "\r\n")
        self.owner.send({**sent, "text": typed}, to=f"{self.draft}/text/{name}", do="save")
        assert self.owner.status == 200, self.owner.said

    def try_it(self) -> None:
        """Play every scenario of the draft."""
        self.owner.get(f"{self.request}{self.draft.removeprefix('/board')}/what-if")
        self.owner.send({}, to=f"{self.draft}/scenarios")
        while play_some(self.application):
            pass
        play_some(self.application)

    def propose(self, on: str, **given: object) -> None:
        """Put the draft to the board, to take effect on that day (ISO)."""
        year, month, day = on.split("-")
        address = f"{self.request}/propose/{self.draft.rpartition('/')[2]}"
        self.owner.get(address)
        dates = {"effective_on-day": day, "effective_on-month": month, "effective_on-year": year}
        self.owner.send({**dates, "notes": "Read what changed.", **given}, to=address)

    def approve(self) -> None:
        """Both members approve."""
        for member in self.members:
            member.get(self.request)
            member.send({"decision": "approve", "words": ""}, to=f"{self.request}/decide")
            assert member.status == 200, member.said

    def take_effect(self) -> None:
        """Let the board's decisions be carried out, to the last open case."""
        while self.application.work_for_the_board():
            pass


def _found(pattern: str, browser: Browser) -> str:
    found = re.search(pattern, browser.html)
    assert found, browser.said
    return found[0]
