"""Why a command is refused: the docstring is what people read."""

from __future__ import annotations

from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import FieldError


class PermissionDenied(Refused):
    """You may not do this. If you think that you should, ask your manager."""


class CaseNotFound(Refused):
    """There is no such child's file, or it is not one that you may open."""


class TaskNotWaiting(Refused):
    """The task has already been done, or was withdrawn."""


class WriterMayNotAuthorise(PermissionDenied):
    """You wrote this record, so somebody else has to decide on it."""


class NoSuchPathway(Refused):
    """There is no such procedure, or it is not begun by hand."""


class CaseIsClosed(Refused):
    """The child's case is closed: a new contact opens it again."""


class RunsAlready(Refused):
    """The procedure runs for this child already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” runs for this child already: go on with what waits there.")


class NoSuchPerson(Refused):
    """There is no such person."""


class NameMissing(Refused):
    """Enter the child's name, or say who the child is in the family name, such as Baby Example."""


class BirthInFuture(Refused):
    """The date of birth lies in the future. For a child not yet born, enter the expected date instead."""


class ReasonMissing(Refused):
    """Say why: the reason stands in the history."""


def reason_given(reason: str) -> str:
    """The reason, trimmed; raises ``ReasonMissing`` where there is none."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


class NothingCorrected(Refused):
    """Nothing would change: that is what is recorded already."""


class AllocationStands(Refused):
    """An allocation is not put right: it was so. Give the case to another worker instead."""


class NotTheStandingVersion(Refused):
    """That version was sent back or replaced. Put it right in the version that stands."""


class NothingToRollBack(Refused):
    """Only an authorisation is rolled back, and this record has none: it is not authorised, or was so only by an answer that was put right."""


class BuiltOn(Refused):
    """Work has been done since that rests on the authorisation, so it is not rolled back."""

    def __init__(self, done: str) -> None:
        super().__init__(
            f"This cannot be rolled back: {done}, and that rests on the authorisation. "
            "Put the record right instead: a version is added, and what was done since stands."
        )


class NothingToMove(Refused):
    """Nothing of this case is to be moved: the procedures have ended, or follow that release already."""


class CannotMove(Refused):
    """The case cannot be thought through again under the other procedures, so it stays as it is."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This stays as it is: {why}")


class MoveStands(Refused):
    """Somebody has done something in the case since it was moved, or a date has passed, so the move is not undone."""


class NotAnAnswer(Refused):
    """There is no such answer in that record to put right."""


class NothingOutside(Refused):
    """That is not on the list of what is to be done outside, or was noted as done already."""


class LeavesUndone(Refused):
    """This would close the case while something is still to be done outside."""

    def __init__(self, undone: tuple[str, ...]) -> None:
        self.undone = undone
        super().__init__(
            f"This would close the case while something is still to be done outside: {'; '.join(undone)}."
        )


class DescriptionMissing(Refused):
    """Say what the file is, so that the next reader need not open it to know."""


class NoSuchAttachment(Refused):
    """There is no such file in this case, or it was withdrawn."""


class NoSuchWorker(Refused):
    """There is no such worker, or the worker has left."""


class NothingPublished(Refused):
    """No procedures have been published yet. Run `ics-flow publish` first."""


class AnswersRefused(Refused):
    """Some answers need another look."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        self.errors = errors
        super().__init__(" ".join(["Some answers need another look:", *(error.text for error in errors)]))
