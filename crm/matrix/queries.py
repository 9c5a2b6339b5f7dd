"""Reading both sides of the matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.expressions import in_bin
from crm.core.keeping import until_written
from crm.deals.models import Deal, Round
from crm.deals.queries import is_active_on, is_open_on
from crm.funds.models import Fund, FundManager
from crm.institutions.models import Institution
from crm.institutions.queries import is_of_kind
from crm.matrix.coverage import Key
from crm.matrix.sides import Need, Offer
from crm.settings.models import Term
from crm.settings.queries import terms
from crm.startups.models import Startup

# They commit to funds or buy shares of them; what of it reaches startups is counted in those funds.
BESIDE = ("fund_of_funds", "secondary")
MILLION = 1_000_000
AXES = {"layer": Startup.sector_layer, "vertical": Startup.sector_vertical}
ROWS: dict[str, Any] = {"stage": Startup.growth_stage, "round": Term.parent}
# What a fund says of its thesis, or its manager for it.
SAID = ("growth_stages", "sectors", "verticals", "excluded_sectors", "excluded_verticals", "currencies")
OF_FUNDS = [
    getattr(Fund, name)
    for name in (
        *("id", "name", "currency", "cny_rate", "committed", "paid_in", "invested", "reserved"),
        *("investment_begins_on", "investment_ends_on", "ticket_low", "ticket_high"),
        *SAID,
    )
]
NOWHERE = ("",)  # the stages of a fund that takes none of the rows: none at all would be no limit


def offers(basis: str = "committed", kind: str = "", currency: str = "") -> Sequence[Offer]:
    """The funds that invest in startups; `kind`: of an institution that manages them. What a fund does not say of its
    thesis, its first manager may.

    `basis`: what is left of what was committed (认缴), or only of what was paid in (实缴).
    """
    return until_written(("offers", basis, kind, currency), lambda: read_offers(basis, kind, currency))


def read_offers(basis: str, kind: str, currency: str) -> list[Offer]:
    first = (
        sa.select(FundManager.fund_id, sa.func.min(FundManager.id).label("id")).group_by(FundManager.fund_id).subquery()
    )
    found = (
        sa.select(*OF_FUNDS, FundManager.institution_id)
        .join(first, first.c.fund_id == Fund.id)
        .join(FundManager, FundManager.id == first.c.id)
        .where(Fund.archived_at.is_(None), Fund.kind.not_in(BESIDE))
        .order_by(Fund.id)
    )
    if currency:
        found = found.where(Fund.currency == currency)
    managing = sa.select(Institution.id, *(getattr(Institution, name) for name in SAID)).where(
        Institution.archived_at.is_(None), *([is_of_kind(kind)] if kind else [])
    )
    managers = {row.id: row for row in db.session.execute(managing)}
    return [
        offer_of(fund, managers[fund.institution_id], basis)
        for fund in db.session.execute(found)
        if fund.institution_id in managers
    ]


def offer_of(fund: Any, manager: Any, basis: str) -> Offer:
    """What a fund offers, and its first manager where it says nothing; both as records or as rows of them."""
    raised = fund.paid_in if basis == "paid_in" else fund.committed
    known = None not in (raised, fund.invested, fund.reserved)
    left = (raised or 0) - (fund.invested or 0) - (fund.reserved or 0) if known else None
    return Offer(
        fund_id=fund.id,
        name=fund.name,
        stages=fund.growth_stages or manager.growth_stages,
        layers=fund.sectors or manager.sectors,
        verticals=fund.verticals or manager.verticals,
        excluded_layers=fund.excluded_sectors or manager.excluded_sectors,
        excluded_verticals=fund.excluded_verticals or manager.excluded_verticals,
        begins_on=fund.investment_begins_on,
        ends_on=fund.investment_ends_on,
        investable=in_cny(left, fund),
        ticket=in_cny(fund.ticket_low, fund) or 0,
        ticket_high=in_cny(fund.ticket_high, fund),
        currency=fund.currency,
        currencies=fund.currencies or manager.currencies,
    )


def in_cny(amount: int | None, fund: Fund) -> int | None:
    """分 of CNY at the fund's stored rate; None without a rate."""
    if amount is None or fund.currency == "CNY":
        return amount
    return None if fund.cny_rate is None else amount * fund.cny_rate // MILLION


@dataclass(frozen=True)
class Wanted:
    """Which rounds and deals: by which rows, and when rounds were opened and deals introduced. What has no such day
    counts where there is no first one."""

    rows: str = "stage"
    first: date | None = None
    last: date = date.max

    def within(self, day: Any) -> tuple[sa.ColumnElement[bool], ...]:
        """The condition on a day."""
        if self.first is None:
            return (sa.or_(day.is_(None), day <= self.last),)
        return (day >= self.first, day <= self.last)


EVERY = Wanted()


def needs(wanted: Wanted = EVERY, axis: str = "", rows: Sequence[str] = (), sectors: Sequence[str] = ()) -> list[Need]:
    """The open rounds, all or of some rows and sectors, and what they still seek: sought less signed."""
    found = needing(wanted.rows, day=wanted.last).where(*wanted.within(Round.opened_on))
    if axis:
        found = found.where(ROWS[wanted.rows].in_(rows), AXES[axis].in_(sectors))
    return [Need(*row) for row in db.session.execute(found)]


@dataclass(frozen=True)
class Alike:
    """Open rounds that differ in nothing that the matrix asks: what each still seeks, how many they are, and how many
    deals go on about them. `seeks`: they still seek something, and were opened when it was asked."""

    stage: str | None
    layer: str | None
    vertical: str | None
    rest: int | None
    rest_high: int | None
    seeks: bool
    rounds: int
    deals: int

    @property
    def need(self) -> Need:
        """What they seek, told once."""
        return Need(0, 0, "", "", self.stage, self.layer, self.vertical, self.rest, self.rest_high, self.rounds)


def demand(wanted: Wanted = EVERY) -> Sequence[Need]:
    """The open rounds and what they still seek, those alike in stage, sectors and amounts told as one."""
    return [one.need for one in open_rounds(wanted) if one.seeks]


def deals_in_progress(axis: str, wanted: Wanted = EVERY) -> dict[Key, int]:
    """{(row, sector): deals that went on at the end of the last day, of rounds open then}."""
    found: Counter[Key] = Counter()
    for one in open_rounds(wanted):
        sector = one.layer if axis == "layer" else one.vertical
        if one.stage and sector and one.deals:
            found[one.stage, sector] += one.deals
    return dict(found)


def open_rounds(wanted: Wanted) -> Sequence[Alike]:
    """The rounds open at the end of the last day, with the deals about them: all sums of the matrix, read at once."""
    return until_written(("open rounds", wanted), lambda: read_open_rounds(wanted))


def read_open_rounds(wanted: Wanted) -> list[Alike]:
    going = sa.and_(is_active_on(wanted.last), *wanted.within(Deal.introduced_on))
    deals = sums_of_deals(wanted.last, sa.func.count(sa.case((going, 1))).label("deals")).subquery()
    asked = sa.case((sa.and_(*wanted.within(Round.opened_on)), 1), else_=0).label("asked")
    found = open_on(wanted.last, wanted.rows, deals).where(in_bin(Startup.archived_at, False, few=True))
    each = found.add_columns(asked, deals.c.deals).subquery().c
    told = (each.stage, each.layer, each.vertical, each.rest, each.rest_high, each.asked)
    sums = (sa.func.count(), sa.cast(sa.func.coalesce(sa.func.sum(each.deals), 0), sa.BigInteger))
    return [
        Alike(stage, layer, vertical, rest, high, bool(asked) and (high is None or high > 0), rounds, count)
        for stage, layer, vertical, rest, high, asked, rounds, count in db.session.execute(
            sa.select(*told, *sums).group_by(*told)
        )
    ]


def needing(rows: str = "stage", round_ids: Collection[int] | None = None, day: date = date.max) -> sa.Select[Any]:
    """The rounds open on a day that still seek something then, all or some of them, with the columns of a Need."""
    deals = sums_of_deals(day).where(Deal.signed.is_not(None))
    chosen = [] if round_ids is None else [Round.id.in_(round_ids)]
    if round_ids is not None:
        deals = deals.where(Deal.round_id.in_(round_ids))
    sums = open_on(day, rows, deals.subquery())
    name = sa.func.coalesce(sa.func.nullif(Startup.short_name, ""), Startup.name)
    high = sums.selected_columns.rest_high
    found = sums.with_only_columns(Round.id, Startup.id, name, Round.name, *sums.selected_columns)
    seeking = (Startup.archived_at.is_(None), sa.or_(high.is_(None), high > 0))
    return found.where(*seeking, *chosen).order_by(Round.id)


def sums_of_deals(day: date, *more: Any) -> sa.Select[Any]:
    """Of each round what was signed until a day, and `more` about its deals; of none with an institution in the bin."""
    binned = sa.select(Institution.id).where(Institution.archived_at.is_not(None))
    signed = sa.case((sa.and_(*Wanted(last=day).within(Deal.signed_on)), Deal.signed))
    found = sa.select(Deal.round_id, sa.func.sum(signed).label("amount"), *more)
    alive = (in_bin(Deal.archived_at, False, few=True), Deal.institution_id.not_in(binned))
    return found.where(*alive).group_by(Deal.round_id)


def open_on(day: date, rows: str, deals: sa.Subquery) -> sa.Select[Any]:
    """What the rounds open on a day still seek, by the sums of their deals, beside their stages and sectors."""
    done = sa.cast(sa.func.coalesce(deals.c.amount, 0), sa.BigInteger)
    low, high = Round.sought_low - done, Round.sought_high - done
    axes = (ROWS[rows].label("stage"), Startup.sector_layer.label("layer"), Startup.sector_vertical.label("vertical"))
    amounts = (sa.case((low < 0, 0), else_=low).label("rest"), high.label("rest_high"))
    return (
        sa.select(*axes, *amounts)
        .select_from(Round)
        .join(Startup, Startup.id == Round.startup_id)
        .outerjoin(Term, sa.and_(Term.vocabulary == "round_name", Term.code == Round.name))
        .outerjoin(deals, deals.c.round_id == Round.id)
        .where(in_bin(Round.archived_at, False, few=True), is_open_on(day))
    )


def by_rounds(offer: Offer) -> Offer:
    """A fund in rows of rounds. Theses name growth stages: it takes the groups that usually fall at one of those, and
    the groups that fall at none in particular."""
    if not offer.stages:
        return offer
    taken = tuple(code for code in terms("round_group") if usual_stage(code) in {None, *offer.stages})
    return replace(offer, stages=taken or NOWHERE)


def usual_stage(group: str) -> str | None:
    """The growth stage at which a group of rounds usually falls; None for any."""
    return terms("round_group")[group].parent
