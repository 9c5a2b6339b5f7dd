"""`crm user`: accounts."""

from __future__ import annotations

import click

from crm.accounts import actions, queries
from crm.accounts.models import Account, Role, System
from crm.cli.context import stop, working
from crm.core.clock import now
from crm.institutions.queries import resolve

ROLES = click.Choice([role.value for role in Role])


@click.group()
def users() -> None:
    """Add, disable or change accounts."""


def account(username: str) -> Account:
    return queries.account_by_username(username) or stop(f"there is no account {username}")


@users.command()
@click.argument("username")
@click.option("--role", type=ROLES, required=True)
@click.option("--name", default="", help="Shown in the pages; the user name when not given.")
@click.option("--institution", default="", help="For investors: its name or credit code.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
def add(username: str, role: str, name: str, institution: str, password: str) -> None:
    """Add an account."""
    with working(write=True):
        institution_id = resolve(institution, field="institution").id if institution else None
        actions.add_account(
            username=username,
            name=name,
            role=Role(role),
            institution_id=institution_id,
            password=password,
            by=System(),
            at=now(),
        )
    click.echo(f"Added {username}.")


@users.command()
@click.argument("username")
def disable(username: str) -> None:
    """Nobody signs in with the account any more; open sessions end."""
    with working(write=True):
        actions.disable(account(username), by=System(), at=now())
    click.echo(f"Disabled {username}.")


@users.command()
@click.argument("username")
def enable(username: str) -> None:
    """Let a disabled account sign in again."""
    with working(write=True):
        actions.enable(account(username), by=System(), at=now())
    click.echo(f"Enabled {username}.")


@users.command("password")
@click.argument("username")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
def set_password(username: str, password: str) -> None:
    """Set a new password; open sessions end."""
    with working(write=True):
        actions.set_password(account(username), password, by=System(), at=now())
    click.echo(f"New password for {username}.")


@users.command()
@click.argument("username")
@click.argument("role", type=ROLES)
@click.option("--institution", default="", help="For investors: its name or credit code.")
def role(username: str, role: str, institution: str) -> None:
    """Give the account another role."""
    with working(write=True):
        found = account(username)
        institution_id = resolve(institution, field="institution").id if institution else None
        actions.change_account(
            found,
            name=found.name,
            role=Role(role),
            institution_id=institution_id,
            version=None,
            by=System(),
            at=now(),
        )
    click.echo(f"{username} is now {role}.")
