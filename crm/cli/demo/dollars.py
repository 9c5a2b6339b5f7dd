"""Two funds in US dollars: one that says that it pays in CNY, and one of which it must be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.db import db
from crm.funds import actions as fund_actions
from crm.funds.actions import FundValues
from crm.funds.models import Fund
from crm.institutions.models import Institution
from crm.institutions.thesis import Thesis
from crm.lib.dates import quarter_begins
from crm.lib.money import Amount

MILLION = 10**8  # US cents
RATE = 7_085_200  # CNY for a dollar, in millionths
RATE_SOURCE = "中国外汇交易中心人民币汇率中间价"
SAYS_CNY = Thesis(("growth", "mature"), ("models", "tools"), (), Amount(3 * MILLION, 15 * MILLION), ("USD", "CNY"))
SAYS_NOTHING = Thesis(("seed",), ("data",), (), Amount(MILLION // 2, 2 * MILLION))


def add_dollar_funds(institutions: Sequence[Institution], today: date, *, by: Account, at: datetime) -> None:
    """Under the first two managers that invest in dollars; a fund of funds of the matrix gave to the larger one."""
    clear, silent = [one for one in institutions if "USD" in one.currencies][:2]
    silent.currencies = ()
    mother = db.session.scalars(sa.select(Fund).where(Fund.kind == "fund_of_funds").order_by(Fund.id)).first()
    growth = a_fund(f"{clear.short_name} USD Growth Fund I, L.P.", clear, 150 * MILLION, SAYS_CNY, today, by, at)
    seed = a_fund(f"{silent.short_name} USD Seed Fund, L.P.", silent, 40 * MILLION, SAYS_NOTHING, today, by, at)
    gives = (
        (growth, mother.name if mother else "", 30),
        (growth, "海外家族办公室", 120),
        (seed, "海外大学捐赠基金", 40),
    )
    for fund, investor, amount in gives:
        committed_on = date(today.year - 2, 3, 1)
        promised = Amount.exactly(amount * MILLION)
        fund_actions.add_commitment(fund, investor, promised, committed_on, amount * MILLION // 2, by=by, at=at)


def a_fund(  # noqa: PLR0917 - who, how much, when
    name: str, manager: Institution, committed: int, thesis: Thesis, today: date, by: Account, at: datetime
) -> Fund:
    """Half paid in, of which most is invested, with the rate of the quarter."""
    quarter = quarter_begins(today)
    values = FundValues(
        name,
        currency="USD",
        cny_rate=RATE,
        cny_rate_on=quarter,
        cny_rate_source=RATE_SOURCE,
        vintage=today.year - 2,
        committed=committed,
        paid_in=committed // 2,
        invested=committed * 2 // 5,
        reserved=committed // 10,
        reported_on=quarter,
        reported_source="基金季度报告",
        investment_begins_on=date(today.year - 2, 3, 1),
        investment_ends_on=date(today.year + 3, 2, 28),
    )
    fund = fund_actions.add(values, [manager], by=by, at=at)
    fund_actions.edit_thesis(fund, thesis, version=None, by=by, at=at)
    return fund
