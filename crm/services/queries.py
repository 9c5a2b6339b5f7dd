"""Reading the catalogue and the services provided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.listing import COUNT_LIMIT, Place, Slice, Sort, count_up_to, slice_of
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.services.models import Service, ServiceCategory, ServicePartner, ServiceType
from crm.services.policies import may_list, visible_to
from crm.startups import queries as startup_queries
from crm.startups.models import Startup

WITH_NAMES = (
    joinedload(Service.startup),
    joinedload(Service.type).joinedload(ServiceType.category),
)


@dataclass(frozen=True)
class CatalogueRow:
    """A service type with its category and how many services of it there are."""

    type: ServiceType
    category: ServiceCategory
    services: int


def find_service(actor: Actor, service_id: int) -> Service | None:
    """A service that this actor may see, with startup, type, category and owner."""
    return db.session.scalar(
        sa.select(Service)
        .options(*WITH_NAMES, joinedload(Service.owner))
        .where(Service.id == service_id, visible_to(actor))
    )


def services(
    actor: Actor,
    place: Place,
    *,
    text: str = "",
    category_id: int | None = None,
    line: str = "",
    state: str = "",
    startup_id: int | None = None,
    institution_id: int | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
    archived: bool = False,
) -> Slice:
    """The list of services, each with startup, type and category."""
    statement = (
        sa.select(Service)
        .options(*WITH_NAMES)
        .where(visible_to(actor), Service.archived_at.is_not(None) if archived else Service.archived_at.is_(None))
    )
    if text:
        startups = sa.select(Startup.id).where(startup_queries.matches(text))
        statement = statement.where(
            sa.or_(Service.startup_id.in_(startups), Service.content.contains(text, autoescape=True))
        )
    if category_id or line:
        types = sa.select(ServiceType.id).join(ServiceCategory)
        types = types.where(ServiceCategory.id == category_id) if category_id else types
        types = types.where(ServiceCategory.line == line) if line else types
        statement = statement.where(Service.type_id.in_(types))
    if state:
        statement = statement.where(Service.state == state)
    if startup_id:
        statement = statement.where(Service.startup_id == startup_id)
    if institution_id:
        statement = statement.where(Service.id.in_(with_partner(institution_id)))
    if from_day:
        statement = statement.where(Service.happened_on >= from_day)
    if to_day:
        statement = statement.where(Service.happened_on <= to_day)
    sorts = {"date": Sort(Service.happened_on, True), "state": Sort(Service.state)}
    return slice_of(statement, Service.id, sorts, place)


def with_partner(institution_id: int) -> sa.Select[Any]:
    """The ids of the services in which an institution took part."""
    return sa.select(ServicePartner.service_id).where(ServicePartner.institution_id == institution_id)


def services_of(startup: Startup, limit: int) -> Sequence[Service]:
    """The latest services of a startup."""
    return db.session.scalars(
        sa.select(Service)
        .options(*WITH_NAMES)
        .where(Service.startup_id == startup.id, Service.archived_at.is_(None))
        .order_by(Service.happened_on.desc(), Service.id.desc())
        .limit(limit)
    ).all()


def count_services(*, startup_id: int | None = None, institution_id: int | None = None) -> int:
    """How many services a startup received or an institution took part in, counted to 1,000."""
    statement = sa.select(Service.id).where(Service.archived_at.is_(None))
    if startup_id:
        statement = statement.where(Service.startup_id == startup_id)
    if institution_id:
        statement = statement.where(Service.id.in_(with_partner(institution_id)))
    return count_up_to(statement, COUNT_LIMIT)


def partners_of(ids: Iterable[int]) -> dict[int, list[Institution]]:
    """{service: the institutions that took part}, of some services."""
    rows = db.session.execute(
        sa.select(ServicePartner.service_id, Institution)
        .join(Institution, Institution.id == ServicePartner.institution_id)
        .where(ServicePartner.service_id.in_(list(ids)))
        .order_by(ServicePartner.id)
    )
    found: dict[int, list[Institution]] = {}
    for service_id, institution in rows:
        found.setdefault(service_id, []).append(institution)
    return found


def categories() -> Sequence[ServiceCategory]:
    """Every category, by platform line and place."""
    return db.session.scalars(sa.select(ServiceCategory).order_by(ServiceCategory.position, ServiceCategory.id)).all()


def types(*, besides: int | None = None) -> Sequence[ServiceType]:
    """The service types that are offered, with their category, in the order of the catalogue; `besides` too."""
    return all_types(sa.or_(ServiceType.archived_at.is_(None), ServiceType.id == (besides or 0)))


def all_types(*conditions: sa.ColumnElement[bool]) -> Sequence[ServiceType]:
    """Service types with their category, in the order of the catalogue."""
    return db.session.scalars(
        sa.select(ServiceType)
        .where(*conditions)
        .join(ServiceCategory)
        .options(joinedload(ServiceType.category))
        .order_by(ServiceCategory.position, ServiceCategory.id, ServiceType.position, ServiceType.id)
    ).all()


def catalogue() -> list[CatalogueRow]:
    """The catalogue with the number of services of each type."""
    counts = dict(
        db.session.execute(
            sa.select(Service.type_id, sa.func.count()).where(Service.archived_at.is_(None)).group_by(Service.type_id)
        ).all()
    )
    return [CatalogueRow(one, one.category, counts.get(one.id, 0)) for one in all_types()]


def type_by_id(type_id: int, *, field: str) -> ServiceType:
    """A service type. Raises Refusal at the field."""
    found = db.session.scalar(
        sa.select(ServiceType).options(joinedload(ServiceType.category)).where(ServiceType.id == type_id)
    )
    if found is None:
        raise Refusal({field: N_("Choose one of the list.")})
    return found


def type_coded(code: str) -> ServiceType | None:
    """The service type that a figure or an automatism singles out."""
    return db.session.scalar(
        sa.select(ServiceType).options(joinedload(ServiceType.category)).where(ServiceType.code == code)
    )


def service_of_deal(deal_id: int) -> Service | None:
    """The service that a deal's introduction recorded."""
    return db.session.scalar(sa.select(Service).where(Service.deal_id == deal_id))


def find_category(actor: Actor, category_id: int) -> ServiceCategory | None:
    """A category of the catalogue, for staff."""
    return db.session.get(ServiceCategory, category_id) if may_list(actor) else None


def find_type(actor: Actor, type_id: int) -> ServiceType | None:
    """An entry of the catalogue with its category, for staff."""
    return next(iter(all_types(ServiceType.id == type_id)), None) if may_list(actor) else None
