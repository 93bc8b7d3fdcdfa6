"""Another file for an adopted child: under the names that the child has now, with nothing in it of the file that ended.

Which of the two came after the other stands in a history of its own, that only those may know who hold the right (``know_adopted``).
Not here: which closing ends a file, which is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import CaseNotFound, PermissionDenied
from ics_flow.commands.record_contact import new_file, record_person
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import adoption_subject, new_id
from ics_flow.store.adoptions import Adoption
from ics_flow.store.persons import Person

OPENED_AFTER_ADOPTION = "opened-after-adoption"


class FileGoesOn(Refused):
    """This file has not ended with an adoption, so what comes goes into it: another file would part what belongs together."""


class OpenedAfterwardsAlready(Refused):
    """There is a file already that was opened after this one ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFileAfterAdoption(Command):
    """Open a file for the child whose file has ended, under the names that the child has now."""

    case_id: str
    given_name: str
    family_name: str


def open_file_after_adoption(command: OpenFileAfterAdoption, work: Work) -> Outcome:
    """Record the child anew, of a family of their own, with a file; only the day of birth is carried over."""
    if not work.release.rights.may_know_adopted(work.worker()):
        raise PermissionDenied
    ended = work.case(command.case_id)
    ended.require_may_read()
    if not ended.state.over:
        raise FileGoesOn
    if any(each.before_case == ended.case for each in work.unit.adoptions.of_case(ended.case)):
        raise OpenedAfterwardsAlready
    before = work.unit.persons.of(ended.view.person)
    if before is None:
        raise CaseNotFound
    child = Person(
        person_id="", given_name=command.given_name, family_name=command.family_name, born=before.born
    )
    file = new_file(record_person(child, work), work)
    file.before = None  # opened by somebody of no team, the view is as empty as a new one: its row is wanted all the same
    file.close()
    _link(Adoption(before_case=ended.case, after_case=file.case), work)
    return Outcome(case_id=file.case)


def read_adoption(entry: Entry) -> Adoption:
    """Which file came after which, as an entry records it."""
    files: Any = entry.parts["files"]
    return Adoption(before_case=files["before"], after_case=files["after"])


def _link(adoption: Adoption, work: Work) -> None:
    work.unit.history.append(
        adoption_subject(new_id(work.unit.entropy)),
        kind=OPENED_AFTER_ADOPTION,
        actor=work.actor,
        cause=work.command_id,
        parts={"files": {"before": adoption.before_case, "after": adoption.after_case}},
    )
    work.unit.adoptions.keep(adoption)
