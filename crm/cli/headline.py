"""`crm headline`: the figures at a date."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import click

from crm.cli.context import working
from crm.core.clock import day_of, now
from crm.lib.money import format_money
from crm.metrics.definitions import FIGURES, METRICS, Metric
from crm.metrics.queries import value_of
from crm.web.language import gettext


@click.command()
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="The day (截至); today when not given.")
@click.option("--json", "as_json", is_flag=True, help="Money in yuan (元).")
def headline(as_of: datetime | None, as_json: bool) -> None:
    """Print the headline figures as of a day."""
    day = as_of.date() if as_of else day_of(now())
    with working(write=False):
        values = {name: value_of(metric, day) for name, metric in FIGURES.items()}
        click.echo(
            as_text(day, values) if not as_json else json.dumps(as_data(day, values), ensure_ascii=False, indent=2)
        )


def as_data(day: date, values: dict[str, int]) -> dict[str, object]:
    """The figures for machines."""
    return {
        "as_of": day.isoformat(),
        "metrics": {
            name: {"value": plain(METRICS[name], value), "unit": METRICS[name].unit} for name, value in values.items()
        },
    }


def plain(metric: Metric, value: int) -> int | float:
    """A count, or yuan."""
    if metric.unit == "count":
        return value
    yuan = Decimal(value) / 100
    return int(yuan) if yuan == yuan.to_integral_value() else float(yuan)


def as_text(day: date, values: dict[str, int]) -> str:
    lines = [day.isoformat()]
    for name, value in values.items():
        metric = METRICS[name]
        told = format_money(value, "zh") if metric.unit == "CNY" else f"{value:,}"
        lines.append(f"{told:>14}  {metric.title.format(gettext)}  ({name})")
    return "\n".join(lines)
