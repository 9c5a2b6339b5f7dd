"""Which records hold which: what is written about a deal is read at its round, its startup and its institution."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from crm.activities.holding import Linkable
from crm.activities.models import Ref
from crm.core.db import db
from crm.deals.models import Deal, Round
from crm.funds.models import FundManager
from crm.people.models import Person
from crm.services.models import Service, ServicePartner, ServiceType
from crm.startups.models import Startup


def of_deal(deal_id: int) -> Iterable[Ref]:
    """Its round, startup and institution."""
    deal = sa.select(Deal.round_id, Round.startup_id, Deal.institution_id).join(Round, Round.id == Deal.round_id)
    for row in db.session.execute(deal.where(Deal.id == deal_id)):
        yield from (Ref("round", row.round_id), Ref("startup", row.startup_id))
        yield Ref("institution", row.institution_id)


def of_round(round_id: int) -> Iterable[Ref]:
    """Its startup."""
    return refs("startup", sa.select(Round.startup_id).where(Round.id == round_id))


def of_service(service_id: int) -> Iterable[Ref]:
    """Its startup, and the institutions that took part."""
    yield from refs("startup", sa.select(Service.startup_id).where(Service.id == service_id))
    yield from refs(
        "institution", sa.select(ServicePartner.institution_id).where(ServicePartner.service_id == service_id)
    )


def of_fund(fund_id: int) -> Iterable[Ref]:
    """Its managers."""
    return refs("institution", sa.select(FundManager.institution_id).where(FundManager.fund_id == fund_id))


def of_person(person_id: int) -> Iterable[Ref]:
    """The startup or the institution that the person belongs to on that day."""
    person = db.session.execute(
        sa.select(Person.startup_id, Person.institution_id).where(Person.id == person_id)
    ).first()
    if person is not None and person.startup_id:
        yield Ref("startup", person.startup_id)
    elif person is not None:
        yield Ref("institution", person.institution_id)


def refs(record_type: str, ids: Any) -> list[Ref]:
    return [Ref(record_type, one) for one in db.session.scalars(ids)]


def names_of_services(ids: Collection[int]) -> Mapping[int, str]:
    """{service: startup and type}."""
    rows = db.session.execute(
        sa.select(Service.id, Startup.name, Startup.short_name, ServiceType.name_zh)
        .join(Startup, Startup.id == Service.startup_id)
        .join(ServiceType, ServiceType.id == Service.type_id)
        .where(Service.id.in_(ids))
    )
    return {row.id: f"{row.short_name or row.name} · {row.name_zh}" for row in rows}


LINKABLE = {
    "startup": Linkable(),
    "institution": Linkable(),
    "person": Linkable(of_person),
    "fund": Linkable(of_fund),
    "round": Linkable(of_round),
    "deal": Linkable(of_deal),
    "service": Linkable(of_service, names_of_services),
}
