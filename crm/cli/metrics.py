"""`crm metrics`: what the figures count is recorded, so that it can be asked later what was known."""

from __future__ import annotations

from datetime import datetime

import click

from crm.cli.context import stop, working
from crm.core.clock import day_of, now
from crm.metrics.actions import take_snapshots


@click.group()
def metrics() -> None:
    """The figures over time."""


@metrics.command()
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="The day (截至); today when not given.")
def snapshot(as_of: datetime | None) -> None:
    """Record what every figure counts now, and its value as of a day. The worker does it each night."""
    moment = now()
    day = as_of.date() if as_of else day_of(moment)
    if day > day_of(moment):
        stop("this day has not come yet")
    with working(write=True):
        taken = take_snapshots(day, at=moment)
        for one in taken:
            click.echo(f"{one.value:>20,}  {one.facts:>7,}  {one.metric} (v{one.version}) {one.as_of}")
