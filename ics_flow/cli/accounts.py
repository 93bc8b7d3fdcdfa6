"""Commands about accounts: the first ones have to come from somewhere."""

from __future__ import annotations

import sys

import click

from ics_flow.access import hash_password
from ics_flow.application import Application
from ics_flow.cli.telling import opened
from ics_flow.commands.add_account import add_account
from ics_flow.domain.ids import new_id
from ics_flow.store import UnitOfWork
from ics_flow.store.accounts import Account

SHORTEST_PASSWORD = 12


@click.group()
def account() -> None:
    """Look after the accounts of workers."""


@account.command()
@click.argument("username")
@click.option("--name", required=True, help="The worker's name, as others read it.")
@click.option(
    "--role", "roles", multiple=True, required=True, help="A role such as SW; give it once for each."
)
@click.option("--team", help="The team the worker belongs to.")
@click.option("--manager", metavar="USERNAME", help="The user name of the worker's own manager.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)
def add(
    username: str,
    name: str,
    roles: tuple[str, ...],
    team: str | None,
    manager: str | None,
    *,
    password_stdin: bool,
) -> None:
    """Add the account of a worker, who signs in as USERNAME."""
    with opened() as application:
        _require_roles(application, roles)
        password = _password(from_stdin=password_stdin)
        with application.database.unit(application.clock, application.entropy) as unit:
            if unit.accounts.named(username) is not None:
                raise click.ClickException(
                    f"There is an account {username!r} already: choose another user name."
                )
            new = Account(
                worker_id=new_id(unit.entropy),
                username=username,
                password_hash=hash_password(password),
                name=name,
                roles=roles,
                team=team,
                manager_id=_worker_id(unit, manager) if manager else None,
            )
            add_account(unit, new, actor="setup")
    click.echo(f"{name} can sign in as {username}.")


def _require_roles(application: Application, roles: tuple[str, ...]) -> None:
    known = application.rights.labels
    for role in roles:
        if role not in known:
            raise click.UsageError(f"There is no role {role!r}. The roles are: {', '.join(known)}.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt="The same again"))
    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(
            f"A password has at least {SHORTEST_PASSWORD} characters. Choose a longer one."
        )
    return password


def _worker_id(unit: UnitOfWork, username: str) -> str:
    found = unit.accounts.named(username)
    if found is None:
        raise click.UsageError(f"There is no account {username!r} who could be the manager.")
    return found.worker_id
