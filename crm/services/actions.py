"""Recording services and keeping the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.services.models import (
    INTRODUCTION,
    Service,
    ServiceCategory,
    ServicePartner,
    ServiceState,
    ServiceType,
)
from crm.services.queries import partners_of, service_of_deal, type_coded
from crm.startups.models import Startup


@dataclass(frozen=True)
class ServiceValues:
    """What a form says about a service."""

    happened_on: date
    state: ServiceState = ServiceState.COMPLETED
    content: str = ""
    outcome: str = ""
    amount: Amount = field(default_factory=Amount)
    partner_text: str = ""
    handler: str = ""


def log_service(
    startup: Startup,
    type: ServiceType,
    values: ServiceValues,
    partners: Sequence[Institution] = (),
    *,
    by: Actor,
    at: datetime,
    deal: Deal | None = None,
) -> Service:
    """One thing the platform did for a startup. Raises Refusal for a completed service of the future."""
    check(values, at)
    service = Service(
        startup_id=startup.id,
        type_id=type.id,
        owner_id=by.id,
        deal_id=deal.id if deal else None,
        created_at=at,
    )
    for name, value in vars(values).items():
        setattr(service, name, value)
    db.session.add(service)
    db.session.flush()  # partners need the service's id
    set_partners(service, partners)
    audit.record(service, "created", by=by, at=at, name=title(startup, type))
    return service


def record_introduction(
    deal: Deal, startup: Startup, institution: Institution, *, by: Actor, at: datetime
) -> Service | None:
    """The 融资对接 service of an introduction: one per round × institution, never twice."""
    type = type_coded(INTRODUCTION)
    if type is None or service_of_deal(deal.id) is not None:
        return None
    values = ServiceValues(happened_on=deal.introduced_on)
    return log_service(startup, type, values, [institution], by=by, at=at, deal=deal)


def edit_service(
    service: Service,
    type: ServiceType,
    values: ServiceValues,
    partners: Sequence[Institution],
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a service. Raises Refusal, Conflict."""
    service.expect_version(version)
    check(values, at)
    partners_before = partners_of([service.id]).get(service.id, [])
    before, earlier = [one.name for one in partners_before], [one.id for one in partners_before]
    after = [one.name for one in partners]
    with db.session.no_autoflush:
        more = [audit.change("partners", before, after, back=earlier)] if before != after else []
        if service.type_id != type.id:
            more.append(audit.change("type_id", service.type.name_zh, type.name_zh, back=service.type_id))
        for name, value in vars(values).items():
            setattr(service, name, value)
        changes = [*audit.pending_changes(service), *more]
        service.type_id = type.id
        if more:
            service.version = service.version + 1
    if changes:
        audit.record(service, "changed", by=by, at=at, name=title(service.startup, type), changes=changes)
    set_partners(service, partners)


def archive(service: Service, *, by: Actor, at: datetime) -> None:
    """Put a service away that was logged by mistake: it no longer counts."""
    service.archived_at = at
    audit.record(service, "archived", by=by, at=at, name=title(service.startup, service.type))


def restore(service: Service, *, by: Actor, at: datetime) -> None:
    """Bring a service back."""
    service.archived_at = None
    audit.record(service, "restored", by=by, at=at, name=title(service.startup, service.type))


def add_category(line: str, name_zh: str, name_en: str, *, by: Actor, at: datetime) -> ServiceCategory:
    """A new category of a platform line. Raises Refusal when it is there already."""
    same = sa.select(ServiceCategory).where(ServiceCategory.line == line, ServiceCategory.name_zh == name_zh)
    if db.session.scalar(same) is not None:
        raise Refusal({"name_zh": N_("This category is there already.")})
    category = ServiceCategory(line=line, name_zh=name_zh, name_en=name_en)
    db.session.add(category)
    audit.record(category, "created", by=by, at=at, name=name_zh)
    return category


def add_type(category: ServiceCategory, name_zh: str, name_en: str, *, by: Actor, at: datetime) -> ServiceType:
    """A new entry of a category. Raises Refusal when it is there already."""
    same = sa.select(ServiceType).where(ServiceType.category_id == category.id, ServiceType.name_zh == name_zh)
    if db.session.scalar(same) is not None:
        raise Refusal({"name_zh": N_("This service type is there already.")})
    type = ServiceType(category_id=category.id, name_zh=name_zh, name_en=name_en)
    db.session.add(type)
    audit.record(type, "created", by=by, at=at, name=name_zh)
    return type


def rename_category(category: ServiceCategory, name_zh: str, name_en: str, *, by: Actor, at: datetime) -> None:
    """Call a category otherwise. Raises Refusal when its line has another one of that name."""
    same = sa.select(ServiceCategory).where(
        ServiceCategory.line == category.line, ServiceCategory.name_zh == name_zh, ServiceCategory.id != category.id
    )
    if db.session.scalar(same) is not None:
        raise Refusal({"name_zh": N_("This category is there already.")})
    rename(category, name_zh, name_en, by=by, at=at)


def rename_type(type: ServiceType, name_zh: str, name_en: str, *, by: Actor, at: datetime) -> None:
    """Call a service type otherwise. Raises Refusal when its category has another one of that name."""
    same = sa.select(ServiceType).where(
        ServiceType.category_id == type.category_id, ServiceType.name_zh == name_zh, ServiceType.id != type.id
    )
    if db.session.scalar(same) is not None:
        raise Refusal({"name_zh": N_("This service type is there already.")})
    rename(type, name_zh, name_en, by=by, at=at)


def rename(entry: ServiceCategory | ServiceType, name_zh: str, name_en: str, *, by: Actor, at: datetime) -> None:
    with db.session.no_autoflush:
        entry.name_zh, entry.name_en = name_zh, name_en
        audit.record_change(entry, by=by, at=at, name=name_zh)


def archive_type(type: ServiceType, *, by: Actor, at: datetime) -> None:
    """No longer offer a service type."""
    type.archived_at = at
    audit.record(type, "archived", by=by, at=at, name=type.name_zh)


def restore_type(type: ServiceType, *, by: Actor, at: datetime) -> None:
    """Offer a service type again."""
    type.archived_at = None
    audit.record(type, "restored", by=by, at=at, name=type.name_zh)


def check(values: ServiceValues, at: datetime) -> None:
    if values.state == ServiceState.COMPLETED and values.happened_on > day_of(at):
        raise Refusal({"happened_on": N_("A completed service cannot lie in the future: choose “planned”.")})


def set_partners(service: Service, partners: Sequence[Institution]) -> None:
    db.session.execute(sa.delete(ServicePartner).where(ServicePartner.service_id == service.id))
    db.session.add_all(
        ServicePartner(service_id=service.id, institution_id=one)
        for one in dict.fromkeys(partner.id for partner in partners)
    )


def title(startup: Startup, type: ServiceType) -> str:
    """What a service is called in the history."""
    return f"{startup.shown_name} · {type.name_zh}"
