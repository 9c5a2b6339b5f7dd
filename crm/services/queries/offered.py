"""Reading the catalogue of services, and what its types measure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.keeping import kept
from crm.lib.text import N_
from crm.services.models import (
    Service,
    ServiceCategory,
    ServiceType,
    ServiceTypeVersion,
)
from crm.services.outcomes import OutcomeField, read_fields
from crm.services.policies import may_list

FieldsByVersion = dict[tuple[int, int | None], tuple[OutcomeField, ...]]


@dataclass(frozen=True)
class CatalogueRow:
    """A service type with its category and how many services of it there are."""

    type: ServiceType
    category: ServiceCategory
    services: int


def categories() -> Sequence[ServiceCategory]:
    """Every category, by platform line and place."""
    return db.session.scalars(sa.select(ServiceCategory).order_by(ServiceCategory.position, ServiceCategory.id)).all()


def category_names(language: str) -> Sequence[tuple[str, str]]:
    """(id, name) of every category in a language, for filters to offer."""
    return kept(("categories", language), lambda: [(str(one.id), one.label(language)) for one in categories()])


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
    counts = kept("services by type", count_by_type)
    return [CatalogueRow(one, one.category, counts.get(one.id, 0)) for one in all_types()]


def count_by_type() -> dict[int, int]:
    """{service type: how many services}, without those in the bin."""
    rows = sa.select(Service.type_id, sa.func.count()).where(Service.archived_at.is_(None)).group_by(Service.type_id)
    return dict(db.session.execute(rows).all())


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


def find_category(actor: Actor, category_id: int) -> ServiceCategory | None:
    """A category of the catalogue, for staff."""
    return db.session.get(ServiceCategory, category_id) if may_list(actor) else None


def find_type(actor: Actor, type_id: int) -> ServiceType | None:
    """An entry of the catalogue with its category, for staff."""
    return next(iter(all_types(ServiceType.id == type_id)), None) if may_list(actor) else None


def types_in(category_id: int) -> Sequence[ServiceType]:
    """The types of one category in their order, those no longer offered too."""
    return all_types(ServiceType.category_id == category_id)


def version_of_type(type: ServiceType, number: int) -> ServiceTypeVersion | None:
    """A version of a service type, where it was written."""
    return db.session.scalar(
        sa.select(ServiceTypeVersion).where(ServiceTypeVersion.type_id == type.id, ServiceTypeVersion.number == number)
    )


def outcome_fields(type: ServiceType, number: int | None = None) -> tuple[OutcomeField, ...]:
    """What services of a type measure, now or in one of its versions."""
    earlier = version_of_type(type, number) if number not in (None, type.number) else None
    return read_fields((earlier or type).outcome_fields)


def fields_of(service: Service) -> tuple[OutcomeField, ...]:
    """What a service measures: the fields of the version that it was logged with."""
    return outcome_fields(service.type, service.type_version)


def fields_of_type(type_id: str | None) -> tuple[OutcomeField, ...]:
    """What the services of a type measure that a form names; nothing for none."""
    known = all_types(ServiceType.id == int(type_id)) if type_id and type_id.isdecimal() and len(type_id) < 19 else ()
    return outcome_fields(known[0]) if known else ()


def fields_by_version(pairs: Collection[tuple[int, int | None]]) -> FieldsByVersion:
    """{(type, version): its outcome fields}, of some services' types; None for the present version."""
    ids = {type_id for type_id, _ in pairs}
    types = {one.id: one for one in db.session.scalars(sa.select(ServiceType).where(ServiceType.id.in_(ids)))}
    written = {
        (one.type_id, one.number): one
        for one in db.session.scalars(sa.select(ServiceTypeVersion).where(ServiceTypeVersion.type_id.in_(ids)))
    }
    return {
        (type_id, number): read_fields(
            (written.get((type_id, number or types[type_id].number)) or types[type_id]).outcome_fields
        )
        for type_id, number in pairs
    }
