"""The accounts of workers: who may sign in, and with which roles. How a password is hashed and checked belongs to the sign-in."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from ics_flow.domain.errors import AccountChanged
from ics_flow.domain.forms import Choice
from ics_flow.domain.rights import Rights
from ics_flow.domain.workers import Worker
from ics_flow.store.tables import account

_BY_WORKER = select(account).where(account.c.worker_id == bindparam("worker_id"))
_BY_USERNAME = select(account).where(account.c.username == bindparam("username"))
_ALL = select(account).order_by(account.c.name, account.c.worker_id)
_ADD = insert(account)
_CHANGE = update(account).where(
    account.c.worker_id == bindparam("of_worker"), account.c.version == bindparam("seen")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A worker's account; `version` counts its changes, and an account without a password hash signs in another way or not at all."""

    worker_id: str
    username: str
    password_hash: str | None
    name: str
    roles: tuple[str, ...]
    team: str | None
    manager_id: str | None
    active: bool = True
    version: int = 1


def worker_of(account: Account) -> Worker:
    """The worker whose account it is, as far as rights go."""
    return Worker(
        id=account.worker_id,
        name=account.name,
        roles=frozenset(account.roles),
        team=account.team,
        manager=account.manager_id,
    )


def live_choices(accounts: Iterable[Account], rights: Rights) -> dict[str, tuple[Choice, ...]]:
    """The workers who may hold cases, and the teams, as they stand: to choose from."""
    holders = frozenset(rights.may_do_beside.get("hold_cases", ()))
    here = [account for account in accounts if account.active]
    teams = sorted({account.team for account in here if account.team})
    return {
        "workers": tuple(
            Choice(each.worker_id, each.name) for each in here if holders.intersection(each.roles)
        ),
        "teams": tuple(Choice(team, team) for team in teams),
    }


class Accounts:
    """The accounts of a council's workers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, worker: str) -> Account | None:
        """A worker's account."""
        return _account(self._connection.execute(_BY_WORKER, {"worker_id": worker}).mappings().first())

    def named(self, username: str) -> Account | None:
        """The account that signs in under a name."""
        return _account(self._connection.execute(_BY_USERNAME, {"username": username}).mappings().first())

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        return tuple(_read(row) for row in self._connection.execute(_ALL).mappings())

    def add(self, new: Account) -> None:
        """Keep a new account."""
        self._connection.execute(_ADD, asdict(new))

    def change(self, changed: Account) -> Account:
        """Keep an account changed from the version it carries, and give it with its new version; raises AccountChanged."""
        values: dict[str, Any] = asdict(changed) | {"version": changed.version + 1}
        kept = self._connection.execute(
            _CHANGE, values | {"of_worker": changed.worker_id, "seen": changed.version}
        )
        if kept.rowcount != 1:
            raise AccountChanged
        return _read(values)


def _account(row: RowMapping | None) -> Account | None:
    return _read(row) if row else None


def _read(row: Any) -> Account:
    return Account(**{**row, "roles": tuple(row["roles"])})
