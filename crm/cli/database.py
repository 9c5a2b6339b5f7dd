"""`crm db`: migrations."""

from __future__ import annotations

import click
import flask_migrate

from crm.cli.context import in_application
from crm.cli.revisions import newest, refuse_to_go_back, refuse_unknown, stored_revision, upgrading_alone
from crm.core.clock import now
from crm.core.db import unit_of_work
from crm.core.sizes import learn_sizes
from crm.publishing import actions as publishing
from crm.search import actions as search_actions


@click.group()
def database() -> None:
    """Upgrade, downgrade or check the database."""


@database.command()
@click.argument("revision", default="head")
@in_application
def upgrade(revision: str) -> None:
    """Bring the database to the newest (or a given) revision; whoever else is at it is waited for."""
    with upgrading_alone():
        upgrade_to(revision)
        reached = stored_revision()
    if reached == newest():
        click.echo("The database is up to date.")
    else:
        click.echo(f"The database is at {reached}, the newest is {newest()}.")


def upgrade_to(revision: str) -> None:
    stored = stored_revision()
    refuse_unknown(stored)
    refuse_to_go_back(stored, revision)
    flask_migrate.upgrade(revision=revision)
    if stored_revision() == newest():
        has_changed = stored not in (None, stored_revision())
        with unit_of_work(write=True):
            published = publishing.carry_over(at=now())
            indexed = search_actions.rebuild() if published else search_actions.index_new_kinds()
            if has_changed:
                learn_sizes()  # of indexes that are new; else SQLite would take them for the best until the night
        if published:
            click.echo(f"Published {published:,} profiles as version 1, as they stood.")
        if indexed:
            click.echo(f"Indexed {indexed:,} records for searching.")


@database.command()
@click.argument("revision", default="-1")
@in_application
def downgrade(revision: str) -> None:
    """Take the database back by one (or to a given) revision."""
    with upgrading_alone():
        flask_migrate.downgrade(revision=revision)
    click.echo("Done.")


@database.command()
@in_application
def check() -> None:
    """Compare the database with the models; ends with 1 when they differ."""
    flask_migrate.check()
