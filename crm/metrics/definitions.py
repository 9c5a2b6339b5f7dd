"""Every headline figure: its name, its definition, and the one query that gives the number and the rows behind it.

A definition's query yields one row per thing counted, with the columns `row_id`, `record_id`, `label`, `detail`, `day`
and `amount` (分 in CNY; NULL for counts). The value is the number of rows, or the sum of their amounts.
What lies in the bin, and what hangs on it, counts nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.deals.models import Deal, Receipt, Round
from crm.funds.models import Commitment, Fund, FundManager
from crm.institutions.models import Brand, Institution
from crm.lib.text import N_, Message
from crm.services.models import (
    FINANCE_LINE,
    INTRODUCTION,
    ROADSHOW,
    Service,
    ServiceCategory,
    ServiceState,
    ServiceType,
)
from crm.startups.models import Startup

Rows = sa.Select[Any] | sa.CompoundSelect[Any]


@dataclass(frozen=True)
class Metric:
    """One figure. `record`: the kind of record that each row opens. `noun`: what is counted, one and many."""

    name: str
    title: Message
    definition: Message
    unit: Literal["count", "CNY"]
    noun: Message
    record: Literal["institution", "startup", "deal", "fund"]
    rows: Callable[[date], Rows]
    version: int = 1


def columns(  # noqa: PLR0917 - in the order of the columns
    row_id: Any, record_id: Any, label: Any, detail: Any, day: Any, amount: Any = None
) -> list[Any]:
    empty = sa.cast(sa.null(), sa.BigInteger) if amount is None else amount
    return [
        row_id.label("row_id"),
        record_id.label("record_id"),
        label.label("label"),
        detail.label("detail"),
        day.label("day"),
        empty.label("amount"),
    ]


def first_day_of_year(as_of: date) -> date:
    return as_of.replace(month=1, day=1)


def institutions_attracted(as_of: date) -> sa.Select[Any]:
    return sa.select(
        *columns(Institution.id, Institution.id, Institution.name, Institution.city, Institution.joined_on)
    ).where(Institution.archived_at.is_(None), Institution.joined_on <= as_of)


def institutions_present(as_of: date) -> Rows:
    stays = sa.or_(Institution.left_on.is_(None), Institution.left_on > as_of)
    return institutions_attracted(as_of).where(stays)


def brands_attracted(as_of: date) -> Rows:
    """One row a brand, and one for each institution that has none; a brand came with the first of its institutions."""
    own = sa.func.coalesce(Institution.brand_id, -Institution.id)
    first = sa.func.min(Institution.id)
    title = sa.func.coalesce(sa.func.min(Brand.name), sa.func.min(Institution.name))
    persons = sa.cast(sa.func.count(), sa.String)
    return (
        sa.select(*columns(first, first, title, persons, sa.func.min(Institution.joined_on)))
        .outerjoin(Brand, Brand.id == Institution.brand_id)
        .where(Institution.archived_at.is_(None), Institution.joined_on <= as_of)
        .group_by(own)
    )


def companies_served_by(as_of: date, codes: tuple[str, ...] | None) -> Rows:
    served = (
        sa.select(Service.startup_id, sa.func.min(Service.happened_on).label("first"))
        .join(ServiceType, ServiceType.id == Service.type_id)
        .join(ServiceCategory, ServiceCategory.id == ServiceType.category_id)
        .where(
            Service.archived_at.is_(None),
            Service.state == ServiceState.COMPLETED,
            Service.happened_on <= as_of,
            ServiceCategory.line == FINANCE_LINE,
        )
        .group_by(Service.startup_id)
    )
    if codes is not None:
        served = served.where(ServiceCategory.code.in_(codes))
    first = served.subquery()
    return (
        sa.select(*columns(Startup.id, Startup.id, Startup.name, Startup.short_name, first.c.first))
        .join(first, first.c.startup_id == Startup.id)
        .where(Startup.archived_at.is_(None))
    )


def companies_served(as_of: date) -> Rows:
    return companies_served_by(as_of, None)


def companies_served_by_introduction_or_roadshow(as_of: date) -> Rows:
    return companies_served_by(as_of, (INTRODUCTION, ROADSHOW))


def funds_joined(as_of: date) -> sa.Subquery:
    """The funds of the matrix on a day: a fund joins with the first of its managers."""
    joined = sa.func.min(Institution.joined_on)
    return (
        sa.select(Fund.id.label("fund_id"), joined.label("joined_on"))
        .join(FundManager, FundManager.fund_id == Fund.id)
        .join(Institution, Institution.id == FundManager.institution_id)
        .where(Fund.archived_at.is_(None), Institution.archived_at.is_(None))
        .group_by(Fund.id)
        .having(joined <= as_of)
        .subquery()
    )


def in_cny(amount: Any, fund: Any) -> Any:
    """An amount in minor units of a fund's currency, in 分 of CNY at the stored rate; NULL without a rate.

    The whole and the remaining millions are converted apart, so that the product stays inside 64 bits.
    """
    million = sa.literal(1_000_000, sa.BigInteger)
    rate = fund.cny_rate
    converted = amount.op("/")(million) * rate + (amount % million * rate).op("/")(million)
    return sa.case((fund.currency == "CNY", amount), else_=converted)


def fund_matrix_gross(as_of: date) -> Rows:
    joined = funds_joined(as_of)
    return sa.select(
        *columns(Fund.id, Fund.id, Fund.name, Fund.amac_code, joined.c.joined_on, in_cny(Fund.committed, Fund))
    ).join(joined, joined.c.fund_id == Fund.id)


def inside_commitments(as_of: date, sign: int) -> Rows:
    receivers, givers = funds_joined(as_of), funds_joined(as_of)
    investor = aliased(Fund)
    exact = sa.case((Commitment.amount_low == Commitment.amount_high, Commitment.amount_low))
    day = sa.case((receivers.c.joined_on > givers.c.joined_on, receivers.c.joined_on), else_=givers.c.joined_on)
    return (
        sa.select(*columns(Commitment.id * sign, Fund.id, Fund.name, investor.name, day, in_cny(exact, Fund) * sign))
        .join(Fund, Fund.id == Commitment.fund_id)
        .join(investor, investor.id == Commitment.from_fund_id)
        .join(receivers, receivers.c.fund_id == Commitment.fund_id)
        .join(givers, givers.c.fund_id == Commitment.from_fund_id)
        .where(Commitment.archived_at.is_(None))
    )


def fund_matrix_inside(as_of: date) -> Rows:
    return inside_commitments(as_of, 1)


def fund_matrix_net(as_of: date) -> Rows:
    gross = sa.select(fund_matrix_gross(as_of).subquery())
    inside = sa.select(inside_commitments(as_of, -1).subquery())
    return sa.union_all(gross, inside)


def live_deals(*what: Any) -> sa.Select[Any]:
    """Deals that are not in the bin, nor their round, startup or institution."""
    return (
        sa.select(*what)
        .join(Round, Round.id == Deal.round_id)
        .join(Startup, Startup.id == Round.startup_id)
        .join(Institution, Institution.id == Deal.institution_id)
        .where(
            Deal.archived_at.is_(None),
            Round.archived_at.is_(None),
            Startup.archived_at.is_(None),
            Institution.archived_at.is_(None),
        )
    )


def introductions(first: date | None, as_of: date) -> Rows:
    found = live_deals(*columns(Deal.id, Deal.id, Startup.name, Institution.name, Deal.introduced_on))
    found = found.where(Deal.introduced_on <= as_of)
    return found.where(Deal.introduced_on >= first) if first else found


def signed(first: date | None, as_of: date) -> Rows:
    found = live_deals(*columns(Deal.id, Deal.id, Startup.name, Institution.name, Deal.signed_on, Deal.signed))
    found = found.where(Deal.signed_on <= as_of, Deal.signed.is_not(None))
    return found.where(Deal.signed_on >= first) if first else found


def received(first: date | None, as_of: date) -> Rows:
    found = live_deals(
        *columns(Receipt.id, Deal.id, Startup.name, Institution.name, Receipt.received_on, Receipt.amount)
    )
    found = found.join(Receipt, Receipt.deal_id == Deal.id).where(Receipt.received_on <= as_of)
    return found.where(Receipt.received_on >= first) if first else found


SERVED = N_("Startups with at least one completed service of the finance line on or before the day.")
GROSS = N_(
    "Sum of what investors committed to the funds whose manager had joined on or before the day, "
    "in CNY at the stored rate. A fund of several managers counts once, from the first of them. "
    "Funds without a known commitment or rate are listed but add nothing."
)
INSIDE = N_(
    "Commitments of one fund of the matrix to another, both in the matrix on the day. "
    "Commitments whose amount is not exactly known are listed but add nothing."
)
SIGNED = N_("Sum of the signed amounts of deals, by the day of signing. Never added to sought or received amounts.")
RECEIVED = N_("Sum of the money received on deals, by the day of receipt. Never added to sought or signed amounts.")

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "institutions_attracted",
            N_("Institutions attracted"),
            N_("Institutions that joined on or before the day, including those that have left since."),
            "count",
            N_("institutions"),
            "institution",
            institutions_attracted,
        ),
        Metric(
            "institutions_present",
            N_("Institutions at present"),
            N_("Of the institutions attracted: those that had not left by the day."),
            "count",
            N_("institutions"),
            "institution",
            institutions_present,
        ),
        Metric(
            "brands_attracted",
            N_("Brands attracted"),
            N_(
                "Brands of the institutions attracted. Several legal persons of one brand count once; "
                "an institution without a brand stands for itself."
            ),
            "count",
            N_("brands"),
            "institution",
            brands_attracted,
        ),
        Metric(
            "companies_served",
            N_("Companies served"),
            SERVED,
            "count",
            N_("companies"),
            "startup",
            companies_served,
        ),
        Metric(
            "companies_served_by_introduction_or_roadshow",
            N_("Companies served by introduction or roadshow"),
            N_("Of the companies served: those with a completed introduction or roadshow on or before the day."),
            "count",
            N_("companies"),
            "startup",
            companies_served_by_introduction_or_roadshow,
        ),
        Metric(
            "fund_matrix_gross",
            N_("Fund matrix, gross"),
            GROSS,
            "CNY",
            N_("funds"),
            "fund",
            fund_matrix_gross,
        ),
        Metric(
            "fund_matrix_inside",
            N_("Fund matrix, inside"),
            INSIDE,
            "CNY",
            N_("commitments"),
            "fund",
            fund_matrix_inside,
        ),
        Metric(
            "fund_matrix_net",
            N_("Fund matrix, net"),
            N_("Gross less what funds of the matrix committed to each other: the capital that came from outside."),
            "CNY",
            N_("items"),
            "fund",
            fund_matrix_net,
        ),
        Metric(
            "introductions_to_date",
            N_("Introductions"),
            N_("Deals: one round introduced to one institution, by the day of the introduction. A pair counts once."),
            "count",
            N_("introductions"),
            "deal",
            lambda as_of: introductions(None, as_of),
        ),
        Metric(
            "introductions_this_year",
            N_("Introductions this year"),
            N_("Introductions from 1 January of the day's year to the day."),
            "count",
            N_("introductions"),
            "deal",
            lambda as_of: introductions(first_day_of_year(as_of), as_of),
        ),
        Metric(
            "amount_signed_to_date",
            N_("Signed"),
            SIGNED,
            "CNY",
            N_("deals"),
            "deal",
            lambda as_of: signed(None, as_of),
        ),
        Metric(
            "amount_signed_this_year",
            N_("Signed this year"),
            SIGNED,
            "CNY",
            N_("deals"),
            "deal",
            lambda as_of: signed(first_day_of_year(as_of), as_of),
        ),
        Metric(
            "amount_received_to_date",
            N_("Received"),
            RECEIVED,
            "CNY",
            N_("receipts"),
            "deal",
            lambda as_of: received(None, as_of),
        ),
        Metric(
            "amount_received_this_year",
            N_("Received this year"),
            RECEIVED,
            "CNY",
            N_("receipts"),
            "deal",
            lambda as_of: received(first_day_of_year(as_of), as_of),
        ),
    )
}
