"""`crm maintenance`: everybody reads, and nobody but administrators changes anything; jobs and mails wait."""

from __future__ import annotations

from datetime import timedelta

import click

from crm.accounts.models import System
from crm.cli.context import working
from crm.core.clock import SHANGHAI, now
from crm.operating import actions
from crm.settings.queries import find_platform


@click.group()
def maintenance() -> None:
    """Let nobody change anything for a while, in all processes on all machines."""


@maintenance.command("on")
@click.option("--in", "minutes", type=click.IntRange(0, 10_000), default=0, help="Announce it, to begin in MINUTES.")
@click.option("--message", default="", help="What pages say besides, such as when it will be over.")
def begin(minutes: int, message: str) -> None:
    """Begin maintenance now, or announce it."""
    if len(message) > 400:
        raise click.BadParameter("at most 400 characters", param_hint="--message")
    begins_at = now() + timedelta(minutes=minutes)
    with working(write=True):
        actions.announce_maintenance(find_platform(), begins_at, message, by=System(), at=now())
    click.echo(f"Nothing can be changed from {begins_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} on.")
    click.echo("End it: crm maintenance off")


@maintenance.command("off")
def end() -> None:
    """Let everybody work again."""
    with working(write=True):
        actions.end_maintenance(find_platform(), by=System(), at=now())
    click.echo("Everybody works again.")
