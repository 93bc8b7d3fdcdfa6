"""What a page says at its top once, after something was done on the page before.

The sentence is chosen by a code that travels in a cookie for one request; no name and no answer ever stands in it.
"""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

COOKIE = "ics-flow-notice"
SENTENCES = {
    "finalised": "Recorded. What happens next is shown below.",
    "saved": "Saved as a draft. It waits for you here and in your work.",
    "begun-copy": "Copied forward. Where an answer comes from stands below it until you change it.",
    "begun-blank": "Started blank. What you write is kept as a draft.",
    "signed-out": "You are signed out.",
    "started-task": "Started. This is the first thing to do in it.",
    "started": "Started. What there is to do is shown below.",
    "corrected": "Put right. What that moved stands below.",
    "corrected-alone": "The record is put right. Nothing else was moved: the reason stands below.",
    "allocated": "The worker is allocated.",
    "done-outside": "Noted as done.",
    "attached": "Attached.",
    "withdrawn": "Withdrawn. Nobody is handed the file any more, and your reason is on the record.",
    "shared": "Shared. It is read from now on, and every reading is noted.",
    "taken-back": "Taken back. It is not read any more, and your reason is on the record.",
    "related": "Added to the family of both.",
    "changed": "What is known of the child is put right.",
    "ended": "The procedure is ended, and your reason is on the record.",
    "skipped": "Skipped, and your reason is on the record.",
    "rolled-back": "Rolled back to the authorisation stage. The record waits for the manager’s decision again.",
    "clock-moved": "The clock is moved on.",
    "change-raised": "Asked for. What becomes of it stands here.",
    "change-before-the-board": "Put to the board. Its members decide now.",
    "noted": "Noted.",
    "meeting-called": "The meeting is called.",
    "asked-to-attend": "The board knows that you want to attend.",
    "minutes-published": "The minutes are published.",
    "law-noted": "Noted. It stands on every agenda until its day.",
    "representative-named": "The representative is named.",
    "incident-closed": "The incident is closed, and what you wrote is on the record.",
    "draft-file-saved": "Saved. What the gate finds stands below.",
    "draft-file-put-back": "Put back as it is in force.",
    "draft-file-gone": "Taken away. It can be put back for as long as the draft is open.",
    "draft-taken-in": "Taken in. What changed stands below.",
    "draft-taken-in-same": "Taken in. Nothing differs from what the draft held already.",
    "draft-up-to-date": "The draft now stands on what is in force.",
    "opened-after-adoption": "The file is opened. Only those who may know see that the two belong together.",
    "contact-begun": "The contact is begun. Now record it.",
}


def leave(response: Response, code: str) -> Response:
    """The response, with the sentence for the next page to say."""
    if code not in SENTENCES:
        raise KeyError(code)
    response.set_cookie(COOKIE, code, max_age=60, httponly=True, samesite="Lax", secure=request.is_secure)
    g.notice_left = True
    return response


def notice() -> str | None:
    """The sentence left by the page before, if any; it is said once."""
    sentence = SENTENCES.get(request.cookies.get(COOKIE, ""))
    if sentence:
        g.notice_said = True
    return sentence


def is_left(code: str) -> bool:
    """Whether the page before left that sentence."""
    return request.cookies.get(COOKIE) == code


def forget(response: Response) -> None:
    """Take the notice from the browser once it has been said."""
    if g.get("notice_said") and not g.get("notice_left"):
        response.delete_cookie(COOKIE)
