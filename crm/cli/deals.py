"""`crm deals`: the totals that the board shows, and what lists say of where startups stand."""

from __future__ import annotations

import sys

import click

from crm.cli.context import working
from crm.deals import rollup
from crm.services import standing


@click.group()
def deals() -> None:
    """Check the totals of deals."""


@deals.command("check-rollup")
def check_rollup() -> None:
    """Count anew and compare totals and startups with that; ends with 1 where they differed, after mending them."""
    with working(write=True):
        found, startups = rollup.rebuild(), standing.keep()
    for one in found:
        owner = one.key.owner_id or "-"
        click.echo(f"{one.key.stage}, {one.key.status}, owner {owner}: {told(one.kept)}, counted {told(one.counted)}")
    for other in startups:
        click.echo(f"startup {other.startup_id}: {stands(other.kept)}, counted {stands(other.counted)}")
    click.echo(f"{len(found)} totals were wrong and are mended." if found else "The totals are right.")
    click.echo(f"{len(startups)} startups were wrong and are mended." if startups else "The startups are right.")
    sys.exit(1 if found or startups else 0)


def stands(one: standing.Standing) -> str:
    """Where a startup stands in one line."""
    seeks = "an open round" if one.has_open_round else "no open round"
    counts = f"{one.open_deals} open deals, {seeks}, {one.completed_services} services"
    return f"{one.furthest_stage or '-'}, {counts}, last on {one.last_activity_on or '-'}"


def told(sums: rollup.Sums) -> str:
    """Sums in one line; amounts in yuan."""
    return f"{sums.deals} deals, ¥{sums.intended / 100:,.2f} intended, ¥{sums.signed / 100:,.2f} signed"
