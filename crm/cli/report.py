"""`crm report`: reports as PDF files, made in this process."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from crm.cli.context import stop, working, write_file
from crm.core.clock import day_of, now
from crm.institutions import queries as institution_queries
from crm.reports import pdf
from crm.reports.html import Stamp, content_document, in_languages
from crm.reports.kinds import KINDS, Asked
from crm.reports.kinds.summary.values import Summary
from crm.reports.periods import Period, check_period
from crm.startups import queries as startup_queries

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def report() -> None:
    """Make a PDF report."""


@report.command()
@click.option("--startup", metavar="NAME|CODE", help="About one startup: its name, short name or credit code.")
@click.option("--institution", metavar="NAME|CODE", help="About one institution.")
@click.option("--platform", is_flag=True, help="About the whole platform.")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@click.option("--confirmed", is_flag=True, help="Only what the startup, or the institution in its own, confirmed.")
@click.option("--language", type=click.Choice(["zh", "en", "both"]), default="zh", help="zh when not given.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF file.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print what the file is and its key figures as JSON; money in yuan."
)
def services(
    *,
    startup: str | None,
    institution: str | None,
    platform: bool,
    first: datetime,
    last: datetime,
    confirmed: bool,
    language: str,
    output: Path,
    as_json: bool,
) -> None:
    """The summary of services over a period, as PDF. Needs no worker and no account."""
    if [bool(startup), bool(institution), platform].count(True) != 1:
        raise click.UsageError("Give one of --startup, --institution and --platform.")
    if not output.parent.is_dir():
        stop(f"there is no folder {output.parent}")
    period = Period(first.date(), last.date())
    with working(write=False):
        check_period(period, day_of(now()))
        asked = Asked(
            period,
            day_of(now()),
            startup=startup_queries.resolve(startup, field="startup") if startup else None,
            institution=institution_queries.resolve(institution, field="institution") if institution else None,
            options=frozenset({"confirmed"} if confirmed else ()),
        )
        kind = KINDS["summary"]
        summary = kind.gather(asked)
        contents = in_languages(language, lambda: kind.tell(summary))
        document = content_document(contents, kind.template, Stamp(now()))
        made = pdf.render(document.html)
    write_file(output, made.content)
    told = {"file": str(output), "pages": made.pages, "bytes": len(made.content), "title": document.title}
    if as_json:
        click.echo(json.dumps(told | {"figures": key_figures(summary)}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{output}, pages: {made.pages}")


def key_figures(summary: Summary) -> dict[str, Any]:
    """The figures of the first page by name."""
    made, platform = summary.introductions, summary.platform
    figures: dict[str, Any] = {
        "services_completed": summary.services,
        "services_by_category": {one.name.zh: one.services for one in summary.categories},
        "introductions": made.deals,
        "institutions_introduced": made.institutions,
        "companies_introduced": made.startups,
        "introductions_met": made.met,
        "days_to_first_meeting": made.days,
        "amount_signed": yuan(summary.signed.amount),
        "amount_received": yuan(summary.received.amount),
    }
    if summary.confirmed_by:
        figures["confirmed_by"] = summary.confirmed_by
    if platform:
        figures |= {
            "companies_served": platform.served,
            "companies_served_to_date": platform.served_to_date,
            "institutions_attracted": platform.attracted,
            "institutions_attracted_to_date": platform.attracted_to_date,
            "fund_matrix_gross": yuan(platform.gross),
            "fund_matrix_inside": yuan(platform.inside),
            "fund_matrix_net": yuan(platform.net),
        }
    return figures


def yuan(fen: int) -> int | float:
    """分 in 元."""
    amount = Decimal(fen) / 100
    return int(amount) if amount == amount.to_integral_value() else float(amount)
