"""What a summary counts, by the rules of the headline: the bin counts nowhere, and only completed services do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.confirmations.models import Confirmation
from crm.confirmations.queries import confirmed as confirmed_ids
from crm.core.db import db
from crm.deals.models import Deal, DealEvent, Receipt, Round
from crm.deals.queries import stands
from crm.institutions.models import Institution
from crm.metrics.definitions import deals as deal_facts
from crm.metrics.definitions import institutions as institution_facts
from crm.metrics.definitions import limited_to
from crm.metrics.definitions.activity import contacts
from crm.metrics.queries import value_of
from crm.reports.periods import Period
from crm.services.models import (
    FINANCE_LINE,
    INTRODUCTION,
    ROADSHOW,
    Service,
    ServiceCategory,
    ServiceState,
    ServiceType,
)
from crm.services.queries import with_partner
from crm.settings.models import Term
from crm.settings.queries import terms
from crm.startups.models import Startup

MET_STAGE = "met"


@dataclass(frozen=True)
class Scope:
    """Whom a summary is about: one startup, one institution, one platform line, one category of services, or (none of
    them) the platform. A line and a category have services and no deals. `confirmed`: only what this side confirmed."""

    startup_id: int | None = None
    institution_id: int | None = None
    line: str = ""
    category_id: int | None = None
    confirmed: str = ""

    def of_services(self) -> list[sa.ColumnElement[bool]]:
        """Which services: a startup's, or those in which an institution took part."""
        return [*self.about_services(), *self.confirmed_ones(Service.id, Confirmation.service_id)]

    def about_services(self) -> list[sa.ColumnElement[bool]]:
        if self.startup_id:
            return [Service.startup_id == self.startup_id]
        if self.institution_id:
            return [Service.id.in_(with_partner(self.institution_id))]
        if self.category_id:
            return [ServiceCategory.id == self.category_id]
        return [ServiceCategory.line == self.line] if self.line else []

    def of_deals(self) -> list[sa.ColumnElement[bool]]:
        """Which deals."""
        return [*self.about_deals(), *self.confirmed_ones(Deal.id, Confirmation.deal_id)]

    def confirmed_ones(self, id_column: Any, column: Any) -> list[sa.ColumnElement[bool]]:
        return [id_column.in_(confirmed_ids(column, self.confirmed))] if self.confirmed else []

    def about_deals(self) -> list[sa.ColumnElement[bool]]:
        if self.startup_id:
            return [Round.startup_id == self.startup_id]
        if self.institution_id:
            return [Deal.institution_id == self.institution_id]
        return [sa.false()] if self.line or self.category_id else []


# --- services


def services(scope: Scope, period: Period, *what: Any) -> sa.Select[Any]:
    """The completed services of a period."""
    return (
        sa.select(*what)
        .select_from(Service)
        .join(ServiceType, ServiceType.id == Service.type_id)
        .join(ServiceCategory, ServiceCategory.id == ServiceType.category_id)
        .join(Startup, Startup.id == Service.startup_id)
        .where(
            Service.archived_at.is_(None),
            Startup.archived_at.is_(None),
            Service.state == ServiceState.COMPLETED,
            period.holds(Service.happened_on),
            *scope.of_services(),
        )
    )


def by_category(scope: Scope, period: Period) -> Sequence[sa.Row[Any]]:
    """Category, services, the sum of their exact amounts in 分 and how many have one, how many are approximate."""
    exact = sa.and_(Service.amount_low.is_not(None), Service.amount_low == Service.amount_high)
    told = sa.or_(Service.amount_low.is_not(None), Service.amount_text.is_not(None))
    category = (ServiceCategory.id, ServiceCategory.code, ServiceCategory.name_zh, ServiceCategory.name_en)
    return db.session.execute(
        services(
            scope,
            period,
            *category,
            sa.func.count().label("services"),
            sa.func.coalesce(sa.func.sum(sa.case((exact, Service.amount_low))), 0).label("amount"),
            sa.func.count(sa.case((exact, 1))).label("exact"),
            sa.func.count(sa.case((sa.and_(told, sa.not_(exact)), 1))).label("approximate"),
        )
        .group_by(*category, ServiceCategory.position)
        .order_by(ServiceCategory.position, ServiceCategory.id)
    ).all()


def outcomes(scope: Scope, period: Period) -> dict[int, list[tuple[str, int]]]:
    """{category: [(outcome as recorded, how often)]}, the most frequent first; "" where none was recorded."""
    often = sa.func.count()
    rows = db.session.execute(
        services(scope, period, ServiceCategory.id, Service.outcome, often)
        .group_by(ServiceCategory.id, Service.outcome)
        .order_by(often.desc(), Service.outcome)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for category_id, outcome, number in rows:
        found.setdefault(category_id, []).append((outcome, number))
    return found


def by_month(scope: Scope, period: Period) -> dict[tuple[int, int], tuple[int, int]]:
    """{(year, month): (introductions and roadshows, all other services)}, without the empty months."""
    year, month = sa.extract("year", Service.happened_on), sa.extract("month", Service.happened_on)
    first = sa.func.count(sa.case((ServiceCategory.code.in_((INTRODUCTION, ROADSHOW)), 1)))
    rows = db.session.execute(services(scope, period, year, month, first, sa.func.count()).group_by(year, month))
    return {(int(row[0]), int(row[1])): (row[2], row[3] - row[2]) for row in rows}


def latest_services(scope: Scope, period: Period, limit: int) -> Sequence[sa.Row[Any]]:
    """The latest services, with the names of startup, type and category."""
    return db.session.execute(
        services(
            scope,
            period,
            Service.id,
            Service.happened_on,
            Service.content,
            Service.outcome,
            Service.outcomes,
            Service.type_version,
            Service.type_id,
            Service.amount_low,
            Service.amount_high,
            Service.amount_text,
            Service.partner_text,
            Startup.name.label("startup"),
            Startup.short_name.label("startup_short"),
            ServiceType.name_zh.label("type_zh"),
            ServiceType.name_en.label("type_en"),
            ServiceCategory.id.label("category_id"),
        )
        .order_by(Service.happened_on.desc(), Service.id.desc())
        .limit(limit)
    ).all()


# --- deals


def introduced(scope: Scope, period: Period, *what: Any) -> sa.Select[Any]:
    """Deals introduced in the period."""
    return deal_facts.live_deals(*what).where(period.holds(Deal.introduced_on), *scope.of_deals())


def introductions(scope: Scope, period: Period) -> tuple[int, int, int]:
    """Deals introduced in the period, and how many institutions and startups that were."""
    sides = (Deal.institution_id, Round.startup_id)
    rows = introduced(scope, period, sa.func.count(Deal.id), *(sa.func.count(one.distinct()) for one in sides))
    found = db.session.execute(rows).one()
    return found[0], found[1], found[2]


def signings(scope: Scope, period: Period, *what: Any) -> sa.Select[Any]:
    """Deals signed in the period."""
    return deal_facts.live_deals(*what).where(period.holds(Deal.signed_on), Deal.signed.is_not(None), *scope.of_deals())


def signed(scope: Scope, period: Period) -> tuple[int, int]:
    """Deals signed in the period, and 分 in all."""
    rows = signings(scope, period, sa.func.count(Deal.id), sa.func.coalesce(sa.func.sum(Deal.signed), 0))
    found = db.session.execute(rows).one()
    return found[0], int(found[1])


def tranches(scope: Scope, period: Period, *what: Any) -> sa.Select[Any]:
    """Money that was received in the period, sum by sum."""
    deals = deal_facts.live_deals(Deal.id).where(*scope.of_deals())
    return sa.select(*what).where(period.holds(Receipt.received_on), Receipt.deal_id.in_(deals))


def received(scope: Scope, period: Period) -> tuple[int, int]:
    """Deals on which money was received in the period, and 分 in all."""
    total = sa.func.coalesce(sa.func.sum(Receipt.amount), 0)
    found = db.session.execute(tranches(scope, period, sa.func.count(Receipt.deal_id.distinct()), total)).one()
    return found[0], int(found[1])


def concerned(scope: Scope, period: Period, *what: Any) -> sa.Select[Any]:
    """Deals introduced in the period, or introduced before and moved, signed or paid in it."""
    moved = sa.exists().where(DealEvent.deal_id == Deal.id, period.holds(DealEvent.happened_on), stands())
    paid = sa.exists().where(Receipt.deal_id == Deal.id, period.holds(Receipt.received_on))
    return deal_facts.live_deals(*what).where(
        Deal.introduced_on <= period.last,
        sa.or_(period.holds(Deal.introduced_on), moved, period.holds(Deal.signed_on), paid),
        *scope.of_deals(),
    )


def count_concerned(scope: Scope, period: Period) -> int:
    """How many deals the period concerns."""
    return db.session.scalar(counting(concerned(scope, period, Deal.id))) or 0


def counting(rows: sa.Select[Any]) -> Any:
    return sa.select(sa.func.count()).select_from(rows.subquery())


def deepest_stages(scope: Scope, period: Period) -> dict[int, tuple[int, int]]:
    """{place of a stage: (deals concerned that got this far and no further by the last day, of these introduced in
    the period)}."""
    deals = concerned(scope, period, Deal.id, Deal.introduced_on).subquery()
    furthest = (
        sa.select(DealEvent.deal_id, deals.c.introduced_on, sa.func.max(Term.position).label("place"))
        .join(deals, deals.c.id == DealEvent.deal_id)
        .join(Term, sa.and_(Term.vocabulary == "deal_stage", Term.code == DealEvent.to_stage))
        .where(DealEvent.happened_on <= period.last, stands())
        .group_by(DealEvent.deal_id, deals.c.introduced_on)
        .subquery()
    )
    new = sa.func.count(sa.case((period.holds(furthest.c.introduced_on), 1)))
    rows = db.session.execute(sa.select(furthest.c.place, sa.func.count(), new).group_by(furthest.c.place))
    return {row[0]: (row[1], row[2]) for row in rows}


def meetings(scope: Scope, period: Period) -> dict[int, tuple[date, date]]:
    """{deal concerned: (introduced, first met)} by the last day.

    Only deals that were recorded at an earlier stage before they met: the others' introduction is not known.
    """
    stages = terms("deal_stage")
    if MET_STAGE not in stages:
        return {}
    before = [code for code, term in stages.items() if term.position < stages[MET_STAGE].position]
    met = (
        sa.select(DealEvent.deal_id, sa.func.min(DealEvent.happened_on).label("day"))
        .where(DealEvent.to_stage == MET_STAGE, DealEvent.happened_on <= period.last, stands())
        .group_by(DealEvent.deal_id)
        .subquery()
    )
    earlier = sa.exists().where(
        DealEvent.deal_id == met.c.deal_id,
        DealEvent.happened_on <= met.c.day,
        DealEvent.to_stage.in_(before),
        stands(),
    )
    rows = concerned(scope, period, Deal.id, Deal.introduced_on, met.c.day)
    rows = rows.join(met, met.c.deal_id == Deal.id).where(earlier)
    return {deal_id: (introduced_on, day) for deal_id, introduced_on, day in db.session.execute(rows)}


def latest_deals(scope: Scope, period: Period, limit: int) -> Sequence[sa.Row[Any]]:
    """The deals concerned that were introduced last, with the names of startup, institution and round."""
    return db.session.execute(
        concerned(
            scope,
            period,
            Deal.id,
            Deal.introduced_on,
            Deal.stage,
            Deal.status,
            Deal.pass_reason,
            Deal.tell_startup,
            Deal.signed,
            Deal.signed_on,
            Round.id.label("round_id"),
            Round.name.label("round"),
            Round.sought_low,
            Round.sought_high,
            Round.sought_text,
            Startup.name.label("startup"),
            Startup.short_name.label("startup_short"),
            Institution.name.label("institution"),
        )
        .order_by(Deal.introduced_on.desc(), Deal.id.desc())
        .limit(limit)
    ).all()


def last_events(ids: Iterable[int], day: date) -> dict[int, Any]:
    """{deal: its latest event on or before a day}: where it stood then."""
    rows = db.session.execute(
        sa.select(DealEvent.deal_id, DealEvent.to_stage, DealEvent.to_status, DealEvent.reason, DealEvent.happened_on)
        .where(DealEvent.deal_id.in_(list(ids)), DealEvent.happened_on <= day, stands())
        .order_by(DealEvent.happened_on, DealEvent.id)
    )
    return {row.deal_id: row for row in rows}


def received_in(ids: Iterable[int], period: Period) -> dict[int, int]:
    """{deal: 分 received in the period}, without the deals that received nothing."""
    rows = db.session.execute(
        sa.select(Receipt.deal_id, sa.func.sum(Receipt.amount))
        .where(Receipt.deal_id.in_(list(ids)), period.holds(Receipt.received_on))
        .group_by(Receipt.deal_id)
    )
    return {deal_id: int(total) for deal_id, total in rows}


def furthest_of_round(round_id: int, day: date) -> dict[int, int]:
    """{deal of a round: the place of the furthest stage that it came to by a day}."""
    deals = deal_facts.live_deals(Deal.id).where(Deal.round_id == round_id)
    furthest = (
        sa.select(DealEvent.deal_id, sa.func.max(Term.position))
        .select_from(DealEvent)
        .join(Term, sa.and_(Term.vocabulary == "deal_stage", Term.code == DealEvent.to_stage))
        .where(DealEvent.deal_id.in_(deals), DealEvent.happened_on <= day, stands())
        .group_by(DealEvent.deal_id)
    )
    return {row[0]: row[1] for row in db.session.execute(furthest)}


def last_contact(institution_id: int, day: date) -> date | None:
    """The last day up to one on which the platform had to do with an institution."""
    found = contacts()
    mine = sa.and_(found.c.record_id == institution_id, found.c.day <= day)
    latest: date | None = db.session.scalar(sa.select(sa.func.max(found.c.day)).where(mine))
    return latest


# --- the platform


def served_by_category(scope: Scope, period: Period) -> Sequence[Any]:
    """Category of the finance line, and startups with a completed service of it in the period."""
    pairs = (
        services(scope, period, ServiceCategory.id.label("category_id"), Service.startup_id)
        .where(ServiceCategory.line == FINANCE_LINE)
        .distinct()  # before counting: COUNT(DISTINCT …) by category takes SQLite ten times as long
        .subquery()
    )
    category = (ServiceCategory.id, ServiceCategory.name_zh, ServiceCategory.name_en)
    return db.session.execute(
        sa.select(*category, sa.func.count().label("startups"))
        .join(pairs, pairs.c.category_id == ServiceCategory.id)
        .group_by(*category, ServiceCategory.position)
        .order_by(ServiceCategory.position, ServiceCategory.id)
    ).all()


def served(scope: Scope, period: Period) -> int:
    """Startups with a completed service of the finance line in the period."""
    startups = services(scope, period, sa.func.count(Service.startup_id.distinct()))
    return db.session.scalar(startups.where(ServiceCategory.line == FINANCE_LINE)) or 0


def attracted(period: Period) -> int:
    """Institutions that joined in the period."""
    return db.session.scalar(counting(institution_facts.attracted().where(period.holds(Institution.joined_on)))) or 0


def to_date(name: str, day: date, confirmed_by: str = "") -> int:
    """A headline figure as of a day."""
    return value_of(limited_to(name, confirmed_by), day)


def earliest_day(scope: Scope) -> date | None:
    """The day of the first service or introduction of a scope."""
    always = Period(date.min, date.max)
    days = (
        db.session.scalar(services(scope, always, sa.func.min(Service.happened_on))),
        db.session.scalar(deal_facts.live_deals(sa.func.min(Deal.introduced_on)).where(*scope.of_deals())),
    )
    return min((day for day in days if day is not None), default=None)
