"""A command done for several brothers and sisters at once: in the file of each, in one transaction, for all of them or for none.

Not here: what is done (`begin_together.py`, `hold_together.py`), and for whom a page offers it (`ics_flow/queries/together.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ics_flow.commands.errors import CaseNotFound, PermissionDenied
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Json
from ics_flow.process.inputs import TOGETHER

ONLY_SIBLINGS = "Only for brothers and sisters can this be done together"
OF_ONE = "For one of the brothers and sisters"


class NotDoneTogether(Refused):
    """It is not done together, and nothing was done for any of the children."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}, so nothing was done for any of the children. Take out the tick to do it apart."
        )


def opened(case: str, siblings: tuple[str, ...], work: Work) -> Mapping[str, CaseFile]:
    """The child's file and those of brothers and sisters, each kept from other commands, in order of their ids; raises ``CaseNotFound`` for the child's, for another ``NotDoneTogether``."""
    files = {}
    for each in sorted({case, *siblings}):
        try:
            files[each] = work.case(each)
        except CaseNotFound:
            if each == case:
                raise
            raise NotDoneTogether(ONLY_SIBLINGS) from None
    return files


def require_siblings(own: CaseFile, files: Mapping[str, CaseFile], work: Work) -> None:
    """Raise ``NotDoneTogether`` unless the other files are those of the child's brothers and sisters."""
    related = {own.view.person, *work.unit.persons.siblings(own.view.person)}
    if any(file.view.person not in related for file in files.values()):
        raise NotDoneTogether(ONLY_SIBLINGS)


def with_others(case: str, files: Mapping[str, CaseFile]) -> Mapping[str, Json]:
    """The part that tells in the history of one case of the others."""
    others: list[Json] = [each for each in files if each != case]
    return {TOGETHER: others} if others else {}


@contextmanager
def all_or_none() -> Iterator[None]:
    """What is refused for a brother or sister is refused for all, and says so; raises ``NotDoneTogether``."""
    try:
        yield
    except NotDoneTogether:
        raise
    except (CaseNotFound, PermissionDenied):
        raise NotDoneTogether(f"{OF_ONE} this is not yours to do") from None
    except Refused as refused:
        raise NotDoneTogether(f"{OF_ONE}: {str(refused).rstrip('.')}") from None
