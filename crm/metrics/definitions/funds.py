"""The fund matrix: gross, what lies inside it, and net of that."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.funds.models import Commitment, Fund, FundManager
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.metrics.definitions.metric import Facts, Metric, columns


@cache  # so that figures of one statement share what they read
def funds_joined() -> sa.CTE:
    """The funds of the matrix and since when: a fund joins with the first of its managers."""
    joined = sa.func.min(Institution.joined_on)
    return (
        sa.select(Fund.id.label("fund_id"), joined.label("joined_on"))
        .join(FundManager, FundManager.fund_id == Fund.id)
        .join(Institution, Institution.id == FundManager.institution_id)
        .where(Fund.archived_at.is_(None), Institution.archived_at.is_(None))
        .group_by(Fund.id)
        .having(joined.is_not(None))
        .cte("fund_joined")
    )


def in_cny(amount: Any, fund: Any) -> Any:
    """An amount in minor units of a fund's currency, in 分 of CNY at the stored rate; NULL without a rate.

    The whole and the remaining millions are converted apart, so that the product stays inside 64 bits.
    """
    million = sa.literal(1_000_000, sa.BigInteger)
    rate = fund.cny_rate
    converted = amount.op("/")(million) * rate + (amount % million * rate).op("/")(million)
    return sa.case((fund.currency == "CNY", amount), else_=converted)


def gross() -> Facts:
    joined = funds_joined()
    return sa.select(
        *columns(Fund.id, Fund.id, Fund.name, Fund.amac_code, joined.c.joined_on, in_cny(Fund.committed, Fund))
    ).join(joined, joined.c.fund_id == Fund.id)


def between_funds(sign: int) -> sa.Select[Any]:
    receivers, givers = funds_joined().alias(), funds_joined().alias()
    investor = aliased(Fund)
    joined = sa.case((receivers.c.joined_on > givers.c.joined_on, receivers.c.joined_on), else_=givers.c.joined_on)
    day = sa.case((Commitment.committed_on > joined, Commitment.committed_on), else_=joined)
    least = in_cny(Commitment.amount_low, Fund) * sign
    return (
        sa.select(*columns(Commitment.id * sign, Fund.id, Fund.name, investor.name, day, least))
        .join(Fund, Fund.id == Commitment.fund_id)
        .join(investor, investor.id == Commitment.from_fund_id)
        .join(receivers, receivers.c.fund_id == Commitment.fund_id)
        .join(givers, givers.c.fund_id == Commitment.from_fund_id)
        .where(Commitment.archived_at.is_(None))
    )


def inside() -> Facts:
    return between_funds(1)


def net() -> Facts:
    return sa.union_all(sa.select(gross().subquery()), sa.select(between_funds(-1).subquery()))


SINCE = N_("In the matrix since")

METRICS = (
    Metric(
        "fund_matrix_gross",
        N_("Fund matrix, gross"),
        N_(
            "Sum of what investors committed to the funds whose manager had joined on or before the day, "
            "in CNY at the stored rate. A fund of several managers counts once, from the first of them. "
            "Funds without a known commitment or rate are listed but add nothing."
        ),
        "CNY",
        N_("funds"),
        "fund",
        (N_("Fund"), N_("AMAC code"), SINCE),
        gross,
    ),
    Metric(
        "fund_matrix_inside",
        N_("Fund matrix, inside"),
        N_(
            "Commitments of one fund of the matrix to another, both in the matrix on the day, made on or before it. "
            "Of an amount between two ends the lower one counts; one that is not known is listed but adds nothing."
        ),
        "CNY",
        N_("commitments"),
        "fund",
        (N_("Fund"), N_("Investor fund"), SINCE),
        inside,
        version=2,
    ),
    Metric(
        "fund_matrix_net",
        N_("Fund matrix, net"),
        N_(
            "Gross less what funds of the matrix committed to each other, at least: the capital that came from "
            "outside, at most. Where amounts are not exactly known, looking through shows the range."
        ),
        "CNY",
        N_("items"),
        "fund",
        (N_("Fund"), N_("AMAC code or investor fund"), SINCE),
        net,
        version=2,
    ),
)
