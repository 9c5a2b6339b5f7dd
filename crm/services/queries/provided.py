"""Reading the services that were provided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.core.bulk import to_change
from crm.core.db import db
from crm.core.expressions import IDS, in_bin, unindexed, within
from crm.core.listing import COUNT_LIMIT, LASTING, Count, Place, Slice, Sort, count_up_to, slice_of
from crm.core.prepared import record_seen
from crm.institutions.models import Institution
from crm.search import queries as search_queries
from crm.services.models import (
    Service,
    ServiceCategory,
    ServicePartner,
    ServiceState,
    ServiceType,
)
from crm.services.policies import visible_to
from crm.startups.models import Startup

WITH_NAMES = (
    joinedload(Service.startup),
    joinedload(Service.type).joinedload(ServiceType.category),
)
FEW = 2000
# What a list shows of a service: a page of whole records takes ten times as long to load.
SHOWN: tuple[Any, ...] = (
    Service.id,
    Service.happened_on,
    Service.state,
    Service.content,
    Service.outcome,
    Account.name.label("owner_name"),
    Startup.shown_name.label("startup_name"),
    ServiceType.name_zh.label("type_zh"),
    ServiceType.name_en.label("type_en"),
    ServiceCategory.name_zh.label("category_zh"),
    ServiceCategory.name_en.label("category_en"),
)
ROWS = (
    sa.select(*SHOWN)
    .join(Startup, Startup.id == Service.startup_id, isouter=True)
    .join(ServiceType, ServiceType.id == Service.type_id, isouter=True)
    .join(ServiceCategory, ServiceCategory.id == ServiceType.category_id, isouter=True)
    .join(Account, Account.id == Service.owner_id, isouter=True)
)


def find_service(actor: Actor, service_id: int) -> Service | None:
    """A service that this actor may see, with startup, type, category and owner."""
    return record_seen(BY_ID, visible_to(actor), service_id)


BY_ID = sa.select(Service).options(*WITH_NAMES, joinedload(Service.owner)).where(Service.id == sa.bindparam("id"))


def services(actor: Actor, place: Place, *, size: int | None = None, **filters: Any) -> Slice:
    """The list of services, each with startup, type and category. `filters`: as `service_rows` takes them."""
    found = service_rows(actor, replace(place, size=place.size or size), **filters)
    ids = [row.id for row in found.rows]
    whole = {one.id: one for one in db.session.scalars(CALLED, {"ids": ids})} if ids else {}
    return replace(found, rows=[whole[one] for one in ids])


CALLED = sa.select(Service).options(*WITH_NAMES).where(Service.id.in_(IDS))


def service_rows(actor: Actor, place: Place, *, text: str = "", **filters: Any) -> Slice:
    """The list of services as rows of `ROWS`. `filters`: as `listed` takes them, but category_id and line for `types`.

    Few of a category or a line are sorted. Of many, the list reads its rows in its own order and looks at each.
    """
    filters = with_types(**filters)
    statement = partial(listed, visible_to(actor), **filters)
    if not text:
        few = any(filters.get(one) for one in ("startup_id", "institution_id")) or is_rare(filters["types"])
        return slice_of(statement(few=few), Service.id, SORTS, place, count=Count.ALONE)
    found = search_queries.matching("service", text)
    nothing_else = filters["types"] is None and not any(filters.values())
    return search_queries.page_of(found, statement, Service.id, SORTS, place, nothing_else=nothing_else)


def is_rare(types: Collection[int] | None) -> bool:
    """True where few services are of one of some types; None: it is not asked."""
    return types is not None and count_up_to(sa.select(Service.id).where(Service.type_id.in_(types)), FEW + 1) <= FEW


def rows_with_partner(actor: Actor, place: Place, institution: Institution) -> Slice:
    """The services in which an institution took part, as rows of `ROWS`."""
    statement, values = of_partner(visible_to(actor)), {"institution": institution.id}
    return slice_of(statement, ServicePartner.service_id, SORTS_OF_PARTNER, place, count=Count.ALONE, values=values)


@lru_cache(LASTING)
def of_partner(seen: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The services in which :institution took part, read along their days."""
    its_own = ServicePartner.institution_id == sa.bindparam("institution", type_=sa.BigInteger)
    joined = ROWS.join(ServicePartner, ServicePartner.service_id == Service.id)
    return joined.where(seen, its_own, ServicePartner.archived_at.is_(None))


SORTS = {"date": Sort(Service.happened_on, True), "state": Sort(Service.state)}
SORTS_OF_PARTNER = {**SORTS, "date": Sort(ServicePartner.happened_on, True)}


@lru_cache(LASTING)
def listed(
    seen: sa.ColumnElement[bool],
    *,
    types: Collection[int] | None = None,
    type_id: int | None = None,
    state: str = "",
    startup_id: int | None = None,
    institution_id: int | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
    owner_id: int | None = None,
    archived: bool = False,
    few: bool = False,
) -> sa.Select[Any]:
    """The services that the filters leave. `few`: they leave few, or a text does."""
    statement = ROWS.where(seen, in_bin(Service.archived_at, archived, few=few))
    if types is not None:
        statement = statement.where(Service.type_id.in_(types))
    for column, value in ((Service.type_id, type_id), (Service.owner_id, owner_id)):
        if value:
            statement = statement.where(column == value)
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
    return statement


def with_types(*, category_id: int | None = None, line: str = "", **filters: Any) -> dict[str, Any]:
    """Filters as `listed` takes them: with the ids of the types of a category, a line or both.

    Looked up, since PostgreSQL cannot tell common types from rare ones by a statement that finds them.
    """
    if not category_id and not line:
        return {**filters, "types": None}
    types = sa.select(ServiceType.id).join(ServiceCategory).order_by(ServiceType.id)
    types = types.where(ServiceCategory.id == category_id) if category_id else types
    types = types.where(ServiceCategory.line == line) if line else types
    return {**filters, "types": tuple(db.session.scalars(types))}


def services_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Service]:
    """Services as they are now, each with startup, type and category, kept from others until this unit ends."""
    return to_change(Service, ids, visible_to(actor), *WITH_NAMES)


def with_partner(institution_id: int) -> sa.Select[Any]:
    """The ids of the services in which an institution took part."""
    return sa.select(ServicePartner.service_id).where(ServicePartner.institution_id == institution_id)


def services_of(startup: Startup, limit: int) -> Sequence[Service]:
    """The latest services of a startup."""
    return db.session.scalars(
        sa.select(Service)
        .options(*WITH_NAMES)
        .where(Service.startup_id == startup.id, unindexed(Service.archived_at).is_(None))
        .order_by(Service.happened_on.desc(), Service.id.desc())
        .limit(limit)
    ).all()


def served_alike(type_id: int, day: date, startups: Iterable[Startup]) -> set[int]:
    """The ids of those startups that have a service of this type on this day already."""
    return set(
        db.session.scalars(
            sa.select(Service.startup_id).where(
                Service.type_id == type_id,
                Service.happened_on == day,
                Service.archived_at.is_(None),
                Service.startup_id.in_([one.id for one in startups]),
            )
        )
    )


def count_services(*, startup_id: int) -> int:
    """How many services a startup received, counted to 1,000."""
    return count_up_to(services_for(startup_id), COUNT_LIMIT)


def services_for(startup_id: Any) -> sa.Select[Any]:
    """The services that a startup received, to be counted."""
    return sa.select(Service.id).where(Service.startup_id == startup_id, unindexed(Service.archived_at).is_(None))


def services_beside(institution_id: Any) -> sa.Select[Any]:
    """The services that an institution took part in, to be counted."""
    its_own = ServicePartner.institution_id == institution_id
    return sa.select(ServicePartner.id).where(its_own, ServicePartner.archived_at.is_(None))


def open_of(owner: Account | None) -> sa.ColumnElement[bool]:
    """Services of an owner that are still to be done: planned and in progress."""
    to_do = Service.state.in_((ServiceState.PLANNED, ServiceState.IN_PROGRESS))
    return sa.and_(Service.owner_id == (owner.id if owner else None), to_do, Service.archived_at.is_(None))


def count_open_of(owner: Account) -> int:
    """How many services of an owner are still to be done."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Service).where(open_of(owner))) or 0


def open_services_of(owner: Account | None, among: Collection[int] | None = None) -> Sequence[Service]:
    """The services of an owner that are still to be done, with their names."""
    asked = sa.select(Service).options(*WITH_NAMES).where(open_of(owner), within(Service.id, among))
    return db.session.scalars(asked.order_by(Service.id)).all()


def planned_due(owner: Account, day: date, limit: int) -> Sequence[Any]:
    """Planned services of an owner whose day has come, as rows with names, the longest overdue first."""
    return db.session.execute(PLANNED_DUE, {"owner": owner.id, "day": day, "most": limit}).all()


PLANNED_DUE = (
    sa.select(
        Service.id,
        Service.happened_on,
        Startup.shown_name.label("startup_name"),
        ServiceType.name_zh.label("type_zh"),
        ServiceType.name_en.label("type_en"),
    )
    .join(Service.startup)
    .join(Service.type)
    .where(
        Service.owner_id == sa.bindparam("owner"),
        Service.state == ServiceState.PLANNED,
        Service.happened_on <= sa.bindparam("day"),
        Service.archived_at.is_(None),
    )
    .order_by(Service.happened_on, Service.id)
    .limit(sa.bindparam("most"))
)


def partners_of(ids: Iterable[int]) -> dict[int, list[Institution]]:
    """{service: the institutions that took part}, of some services."""
    return by_service(PARTNERS, ids)


def partner_names_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """{service: the names of the institutions that took part}, of some services."""
    return by_service(PARTNER_NAMES, ids)


def by_service(partners: sa.Select[Any], ids: Iterable[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for service_id, partner in db.session.execute(partners, {"ids": list(ids)}):
        found.setdefault(service_id, []).append(partner)
    return found


PARTNERS: Any = (
    sa.select(ServicePartner.service_id, Institution)
    .join(Institution, Institution.id == ServicePartner.institution_id)
    .where(ServicePartner.service_id.in_(IDS))
    .order_by(ServicePartner.id)
)
PARTNER_NAMES = PARTNERS.with_only_columns(ServicePartner.service_id, Institution.name)


def service_of_deal(deal_id: int) -> Service | None:
    """The service that a deal's introduction recorded."""
    return db.session.scalar(sa.select(Service).where(Service.deal_id == deal_id))


def services_of_deals(deal_ids: Iterable[int]) -> Sequence[Service]:
    """The services that the introductions of some deals recorded, put away or not, with startup and type."""
    return db.session.scalars(
        sa.select(Service)
        .options(joinedload(Service.startup), joinedload(Service.type))
        .where(Service.deal_id.in_(list(deal_ids)))
        .order_by(Service.id)
    ).all()
