"""`crm user`: accounts."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app

from crm.accounts import actions, queries, second_factor, sessions, single_sign_on
from crm.accounts.actions import SecretLink
from crm.accounts.agents import device_words
from crm.accounts.letters import mail_link
from crm.accounts.models import Account, Role, System
from crm.cli.context import stop, working
from crm.config import Settings
from crm.core.clock import SHANGHAI, now
from crm.deals import queries as deal_queries
from crm.handover import actions as handover_actions
from crm.institutions.queries import resolve
from crm.lib.mail import read_address
from crm.lib.text import Unreadable
from crm.notifications import actions as notification_actions
from crm.services import queries as service_queries
from crm.startups import queries as startup_queries

ROLES = click.Choice([role.value for role in Role])
INSTITUTION = click.option("--institution", default="", help="For investors: its name or credit code.")
MAIL = click.option("--mail", is_flag=True, help="Send the link to the account's mail address, too.")
STARTUP = click.option("--startup", default="", help="For founders: its name or credit code.")


@click.group()
def users() -> None:
    """Add, disable or change accounts."""


def belonging(institution: str, startup: str) -> dict[str, Any]:
    """The ids of what an outsider belongs to. Raises Refusal."""
    return {
        "institution_id": resolve(institution, field="institution").id if institution else None,
        "startup_id": startup_queries.resolve(startup, field="startup").id if startup else None,
    }


def account(username: str) -> Account:
    return queries.account_by_username(username) or stop(f"there is no account {username}")


@users.command()
@click.argument("username")
@click.option("--role", type=ROLES, required=True)
@click.option("--name", default="", help="Shown in the pages; the user name when not given.")
@INSTITUTION
@STARTUP
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
def add(username: str, role: str, name: str, password: str, **outside: str) -> None:
    """Add an account."""
    with working(write=True):
        actions.add_account(
            username=username,
            name=name,
            role=Role(role),
            **belonging(**outside),
            password=password,
            by=System(),
            at=now(),
        )
    click.echo(f"Added {username}.")


@users.command()
@click.argument("username")
@click.option("--role", type=ROLES, required=True)
@click.option("--name", default="", help="Shown in the pages; the user name when not given.")
@click.option("--email", default="", help="The account's mail address.")
@MAIL
@INSTITUTION
@STARTUP
def invite(username: str, role: str, name: str, email: str, mail: bool, **outside: str) -> None:
    """Add an account without a password, and print the link by which its holder chooses one."""
    with working(write=True):
        told = {**belonging(**outside), "email": email_of(email)}
        made = actions.invite(username=username, name=name, role=Role(role), **told, by=System(), at=now())
        tell(*made, mail=mail)


@users.command()
@click.argument("username")
@MAIL
def reset(username: str, mail: bool) -> None:
    """Print a link by which the account's holder chooses a new password; earlier links end."""
    with working(write=True):
        found = account(username)
        tell(found, actions.make_link(found, by=System(), at=now()), mail=mail)


def email_of(typed: str) -> str:
    try:
        return read_address(typed) if typed else ""
    except Unreadable as error:
        stop(str(error.message))


def tell(account: Account, secret: SecretLink, *, mail: bool) -> None:
    """Print a link and until when it works, and send it where that is wanted; nothing else knows it."""
    if mail and not mail_link(account, secret, at=now()):
        stop("no mail: the account has no address, or CRM_MAIL_URL is not set")
    settings: Settings = current_app.extensions["crm_settings"]
    base = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    path = current_app.url_map.bind("").build("accounts.open_link", {"token": secret.token})
    click.echo(f"{base}{path}")
    click.echo(f"Works once, until {secret.link.expires_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} (Beijing time).")


@users.command()
@click.argument("username")
@click.option("--hand-over-to", default="", help="Who takes over startups, open deals and services; - for nobody yet.")
def disable(username: str, hand_over_to: str) -> None:
    """Nobody signs in with the account any more; open sessions end, open work goes to somebody else."""
    with working(write=True):
        found, moment = account(username), now()
        counts = (startup_queries.count_owned, deal_queries.count_open_of, service_queries.count_open_of)
        startups, deals, services = (count(found) for count in counts)
        owned = f"{startups} startups, {deals} open deals and {services} open services"
        if (startups or deals or services) and not hand_over_to:
            stop(f"{username} owns {owned}: say --hand-over-to NAME, or -")
        heir = heir_called(hand_over_to, besides=found) if hand_over_to not in ("", "-") else None
        if hand_over_to:
            handover_actions.hand_over(found, heir, by=System(), at=moment)
        actions.disable(found, by=System(), at=moment)
    click.echo(f"Disabled {username}." + (f" {owned} handed over." if hand_over_to else ""))


@users.command("sessions")
@click.argument("username")
def list_sessions(username: str) -> None:
    """Where the account is signed in: since when, last used, address, device."""
    with working(write=False):
        settings: Settings = current_app.extensions["crm_settings"]
        limits = queries.limits_of(settings.session_idle_hours, settings.session_days)
        for one in queries.sessions_of(account(username), now(), limits):
            since, used = (f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for moment in (one.created_at, one.seen_at))
            click.echo(f"{since}  {used}  {one.address or '-':15}  {device_words(one.agent)}")


@users.command("end-sessions")
@click.argument("username")
def end_sessions(username: str) -> None:
    """Sign the account out everywhere."""
    with working(write=True):
        sessions.end_sessions(account(username), by=System(), at=now())
    click.echo(f"{username} is signed out everywhere.")


@users.command()
@click.argument("username")
def unlock(username: str) -> None:
    """Lift a lock-out before its time."""
    with working(write=True):
        actions.unlock(account(username), by=System(), at=now())
    click.echo(f"{username} can try to sign in again.")


@users.command("totp-reset")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """Take the second step away from somebody who lost phone and recovery codes; open sessions end."""
    with working(write=True):
        second_factor.take_away(account(username), by=System(), at=now())
    click.echo(f"{username} signs in by the password alone until a second step is set up.")


@users.command("sso-reset")
@click.argument("username")
def reset_single_sign_on(username: str) -> None:
    """Forget who the account is at the provider; the next verified mail address binds it anew."""
    with working(write=True):
        single_sign_on.unbind(account(username), by=System(), at=now())
    click.echo(f"The next single sign-on with this mail address binds {username} anew.")


def heir_called(username: str, *, besides: Account) -> Account:
    heirs = {one.username: one for one in queries.owners() if one.id != besides.id}
    return heirs.get(username.strip().lower()) or stop(f"{username} cannot own deals: name one of {', '.join(heirs)}")


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
@INSTITUTION
@STARTUP
def role(username: str, role: str, **outside: str) -> None:
    """Give the account another role."""
    with working(write=True):
        found = account(username)
        is_elsewhere = actions.change_account(
            found,
            name=found.name,
            role=Role(role),
            **belonging(**outside),
            email=found.email,
            version=None,
            by=System(),
            at=now(),
        )
        if is_elsewhere:
            notification_actions.forget_elsewhere(found)
    click.echo(f"{username} is now {role}.")
