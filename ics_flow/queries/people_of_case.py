"""Who has to do with a child's case: the workers involved, the family, the agencies that earlier records name.

What a form suggests for its rows, so that nobody is typed twice. Not here: how a form says whom its rows name (`ics_flow/domain/forms/people.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ics_flow.domain.forms import Suggested, people_named, suggestion
from ics_flow.domain.forms.people import folded
from ics_flow.domain.ids import case_subject
from ics_flow.domain.listing import listing
from ics_flow.process.correction import answers_at
from ics_flow.process.versions import versions
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.people import Names
from ics_flow.queries.records import live_names
from ics_flow.store.unit import Reading


def people_of_case(reading: Reading, file: ChildsFile) -> tuple[Suggested, ...]:
    """Everybody, each once under the first name that is found: as a worker, of the family, then as earlier records name them, the newest first."""
    found = (*_workers(reading, file), *_family(reading, file), *_named(reading, file))
    first = {(person.kind, folded(person.name)): person for person in reversed(found)}
    return tuple(person for person in found if first[person.kind, folded(person.name)] is person)


def _workers(reading: Reading, file: ChildsFile) -> Iterator[Suggested]:
    """The allocated worker and that worker's manager, then whoever has finalised or authorised a record of the file."""
    accounts = {account.worker_id: account for account in reading.accounts.all() if account.active}
    involved = (file.view.allocated_worker, file.child.worker_manager, *file.view.workers)
    for worker in dict.fromkeys(involved):
        if worker in accounts:
            account, roles = accounts[worker], file.by.release.rights.roles
            does = listing([roles.get(role, role) for role in account.roles])
            yield suggestion(account.name, "worker", ", ".join(filter(None, (does, account.team))))


def _family(reading: Reading, file: ChildsFile) -> Iterator[Suggested]:
    """The child, and whoever is related."""
    yield suggestion(file.child.name, "family", "The child")
    for relative in reading.pages.family(file.view.person):
        yield suggestion(relative.child.name, "family", relative.kind.capitalize())


def _named(reading: Reading, file: ChildsFile) -> Iterator[Suggested]:
    """Whom the records that stand name in rows, those written last first."""
    entries, live = reading.history.read(case_subject(file.case)), live_names(Names(reading))
    standing = {version.scope: version for version in versions(entries)}
    for version in sorted(standing.values(), key=lambda version: version.position, reverse=True):
        form = file.by.archive.release(version.release).forms[version.form]
        if version.skipped is None:
            yield from people_named(form, answers_at(entries, version.written), live)
