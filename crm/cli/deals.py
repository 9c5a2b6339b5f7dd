"""`crm deals`: the totals that the board shows."""

from __future__ import annotations

import sys

import click

from crm.cli.context import working
from crm.deals import rollup


@click.group()
def deals() -> None:
    """Check the totals of deals."""


@deals.command("check-rollup")
def check_rollup() -> None:
    """Count the deals anew and compare the totals with that; ends with 1 where they differed, after mending them."""
    with working(write=True):
        found = rollup.rebuild()
    for one in found:
        owner = one.key.owner_id or "-"
        click.echo(f"{one.key.stage}, {one.key.status}, owner {owner}: {told(one.kept)}, counted {told(one.counted)}")
    click.echo(f"{len(found)} totals were wrong and are mended." if found else "The totals are right.")
    sys.exit(1 if found else 0)


def told(sums: rollup.Sums) -> str:
    """Sums in one line; amounts in yuan."""
    return f"{sums.deals} deals, ¥{sums.intended / 100:,.2f} intended, ¥{sums.signed / 100:,.2f} signed"
