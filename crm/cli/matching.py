"""`crm matching`: computes all matches, and measures matching on past rounds."""

from __future__ import annotations

import json

import click

from crm.cli.context import in_application, working
from crm.core.clock import day_of, now
from crm.matching.backtest import Backtest
from crm.matching.backtest import backtest as run_backtest
from crm.matching.nightly import refresh_all


@click.group()
def matching() -> None:
    """Compute matches, and measure them on past rounds."""


@matching.command()
@in_application
def refresh() -> None:
    """Compute the matches of every open round and institution now; a job does it each night."""
    click.echo(f"{refresh_all(day_of(now()), now()):,} rounds matched.")


@matching.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def backtest(as_json: bool) -> None:
    """Match past rounds by what was known then, and compare with chance and with stage and sector alone."""
    with working(write=False):
        found = run_backtest(day_of(now()))
        click.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=2) if as_json else as_text(found))


def as_text(found: Backtest) -> str:
    """The figures, a line each."""
    if not found.rounds:
        return "No past round has met an institution."
    lines = [
        f"{found.rounds} rounds from {found.first_on} to {found.last_on}, {found.meetings} institutions met; "
        f"weights version {found.weights_number}",
        f"{'precision at 10':>34}  {'found of those met':>18}",
    ]
    for way, precision in found.precision.items():
        lines.append(f"{way.replace('_', ' '):<18}{precision:>16.1%}  {found.found[way]:>18.1%}")
    lines.append(f"{'at best':<18}{found.best:>16.1%}")
    if found.proposal:
        weights = ", ".join(f"{factor} {weight}" for factor, weight in found.proposal.weights.items())
        lines.append(f"proposed weights, not applied: {weights}")
        for half, rounds in (("earlier", found.proposal.earlier_rounds), ("later", found.proposal.later_rounds)):
            now_, then = getattr(found.proposal, half)
            lines.append(f"  on the {half} {rounds} rounds {now_:.1%} now, {then:.1%} proposed")
    return "\n".join(lines)
