"""`crm search`: the index of everything."""

from __future__ import annotations

import click

from crm.cli.context import working
from crm.search import actions


@click.group()
def search() -> None:
    """Rebuild the index that searching uses."""


@search.command()
def rebuild() -> None:
    """Write the index anew from the records; says how many there are of each kind."""
    with working(write=True):
        total = actions.rebuild(lambda kind, count: click.echo(f"  {kind:<18} {count:>9,}"))
    click.echo(f"{total:,} entries.")
