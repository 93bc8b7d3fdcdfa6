"""An account for a worker. Not a command that somebody sends: the first accounts are made before anybody can."""

from __future__ import annotations

from ics_flow.domain.ids import COUNCIL
from ics_flow.store import UnitOfWork
from ics_flow.store.accounts import Account


def add_account(unit: UnitOfWork, new: Account, *, actor: str) -> None:
    """Keep a new account, and write in the council's history that there is one."""
    unit.accounts.add(new)
    unit.history.append(
        COUNCIL,
        kind="account-added",
        actor=actor,
        cause=f"account:{new.worker_id}",
        parts={
            "account": {
                "worker": new.worker_id,
                "name": new.name,
                "roles": list(new.roles),
                "team": new.team,
                "manager": new.manager_id,
            }
        },
    )
