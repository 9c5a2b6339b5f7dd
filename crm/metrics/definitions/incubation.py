"""What the official yardsticks for incubators (工信部科〔2025〕131号) ask of our records."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.core.expressions import days_after, days_between
from crm.deals.models import Deal, Receipt, Round
from crm.lib.text import N_
from crm.metrics.definitions.deals import binned
from crm.metrics.definitions.metric import Days, Facts, Metric, columns
from crm.metrics.definitions.spells import causes_before, spells
from crm.startups.models import PastRound, ReportedMetric, Startup

YEAR = 365  # days
GROWN_PERCENT = 20


def present() -> Facts:
    found = sa.select(*columns(Startup.id, Startup.id, Startup.name, Startup.short_name, Startup.joined_on))
    return found.where(Startup.archived_at.is_(None), Startup.joined_on.is_not(None))


def financings() -> sa.CompoundSelect[Any]:
    """(record_id, day) of money that came to a startup on a deal of ours, and of rounds that it closed elsewhere."""
    received = (
        sa.select(Round.startup_id.label("record_id"), Receipt.received_on.label("day"))
        .join(Deal, Deal.id == Receipt.deal_id)
        .join(Round, Round.id == Deal.round_id)
        .where(Receipt.deal_id.not_in(binned()))
    )
    closed = sa.select(PastRound.startup_id, PastRound.happened_on).where(
        PastRound.archived_at.is_(None), PastRound.happened_on.is_not(None)
    )
    return sa.union_all(received, closed)


def financed(*, on: Days = ()) -> Facts:
    found = spells(causes_before(financings(), on, YEAR).subquery(), 0, YEAR).c
    begins = sa.case((found.begins < Startup.joined_on, Startup.joined_on), else_=found.begins)
    return (
        sa.select(*columns(found.row_id, Startup.id, Startup.name, Startup.short_name, begins, until=found.ends))
        .join(Startup, Startup.id == found.record_id)
        .where(Startup.archived_at.is_(None), Startup.joined_on.is_not(None), found.ends > begins)
    )


def revenues() -> sa.Subquery:
    """What startups reported to have earned until each 31 December; the largest where they said several."""
    day = ReportedMetric.as_of
    return (
        sa.select(ReportedMetric.startup_id, day.label("day"), sa.func.max(ReportedMetric.value).label("value"))
        .where(
            ReportedMetric.archived_at.is_(None),
            ReportedMetric.metric == "revenue",
            sa.extract("month", day) == 12,
            sa.extract("day", day) == 31,
        )
        .group_by(ReportedMetric.startup_id, day)
        .subquery()
    )


def compared(grown_by: int | None = None) -> Facts:
    """Startups that reported two years running, each until the next 31 December; those that grew by more than so many
    percent, or all."""
    year, before = aliased(revenues()), aliased(revenues())
    begins = sa.case((year.c.day < Startup.joined_on, Startup.joined_on), else_=year.c.day)
    leap = sa.cast(sa.extract("year", year.c.day), sa.Integer) % 4 == 3
    ends = sa.case((leap, days_after(year.c.day, YEAR + 1)), else_=days_after(year.c.day, YEAR))
    row_id = sa.cast(Startup.id, sa.BigInteger) * 10_000 + sa.cast(sa.extract("year", year.c.day), sa.Integer)
    found = (
        sa.select(*columns(row_id, Startup.id, Startup.name, Startup.short_name, begins, until=ends))
        .join(year, year.c.startup_id == Startup.id)
        .join(before, before.c.startup_id == Startup.id)
        .where(
            Startup.archived_at.is_(None),
            Startup.joined_on.is_not(None),
            days_between(before.c.day, year.c.day).between(YEAR, YEAR + 1),
            ends > begins,
        )
    )
    if grown_by is None:
        return found
    return found.where(year.c.value * 100 > before.c.value * (100 + grown_by), before.c.value > 0)


NAMES = (N_("Startup"), N_("Short name"))

METRICS = (
    Metric(
        "startups_present",
        N_("Startups in the community"),
        N_("Startups that joined on or before the day. Their leaving is not recorded."),
        "count",
        N_("startups"),
        "startup",
        (*NAMES, N_("Joined on")),
        present,
    ),
    Metric(
        "startups_financed",
        N_("Startups financed in a year"),
        N_(
            "Of the startups in the community: those that received money on a deal of ours, or closed a round "
            "elsewhere, in the 365 days to the day."
        ),
        "count",
        N_("startups"),
        "startup",
        (*NAMES, N_("Financed on")),
        financed,
        narrows=True,
    ),
    Metric(
        "startups_comparable",
        N_("Startups with revenue of two years"),
        N_(
            "Of the startups in the community: those that reported revenue as of the last 31 December and the "
            "one before."
        ),
        "count",
        N_("startups"),
        "startup",
        (*NAMES, N_("Counted since")),
        compared,
    ),
    Metric(
        "startups_grown",
        N_("Startups grown by more than 20 percent"),
        N_(
            "Of the startups in the community: those whose reported revenue as of the last 31 December is more than 20 "
            "percent above that of the one before."
        ),
        "count",
        N_("startups"),
        "startup",
        (*NAMES, N_("Counted since")),
        partial(compared, GROWN_PERCENT),
    ),
)
