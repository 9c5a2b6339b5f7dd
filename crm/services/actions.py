"""Recording services and keeping the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.accounts.queries import name_of
from crm.audit import actions as audit
from crm.core.bulk import add_many
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Conflict, Refusal
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
    ServiceTypeVersion,
)
from crm.services.outcomes import OutcomeField, history_of, kept_of
from crm.services.queries import (
    categories,
    fields_of,
    outcome_fields,
    partners_of,
    service_of_deal,
    services_of_deals,
    type_coded,
    types_in,
    version_of_type,
)
from crm.startups.models import Startup


@dataclass(frozen=True)
class ServiceValues:
    """What a form says about a service. `outcomes`: {key: value} as the type's outcome fields name and keep them."""

    happened_on: date
    state: ServiceState = ServiceState.COMPLETED
    content: str = ""
    outcome: str = ""
    amount: Amount = field(default_factory=Amount)
    partner_text: str = ""
    handler: str = ""
    platform_role: str | None = None
    outcomes: Mapping[str, Any] | None = None


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
    service = new_service(startup, type, values, by=by, at=at, deal=deal)
    db.session.add(service)
    db.session.flush()  # partners need the service's id
    add_partners(service, partners)
    audit.record(service, "created", by=by, at=at, name=title(startup, type))
    return service


def new_service(
    startup: Startup, type: ServiceType, values: ServiceValues, *, by: Actor, at: datetime, deal: Deal | None = None
) -> Service:
    service = Service(
        startup_id=startup.id,
        type_id=type.id,
        owner_id=by.id,
        deal_id=deal.id if deal else None,
        created_at=at,
    )
    for name, value in vars(values).items():
        setattr(service, name, value)
    service.type_version = type.number
    service.outcomes = kept_of(outcome_fields(type), values.outcomes)
    return service


def log_for_many(
    startups: Sequence[Startup],
    type: ServiceType,
    values: ServiceValues,
    partners: Sequence[Institution] = (),
    *,
    by: Actor,
    at: datetime,
) -> list[Service]:
    """The same service for several startups, such as those of one roadshow. Raises Refusal."""
    return [log_service(startup, type, values, partners, by=by, at=at) for startup in startups]


def record_introduction(
    deal: Deal, startup: Startup, institution: Institution, *, by: Actor, at: datetime
) -> Service | None:
    """The 融资对接 service of an introduction: one per round × institution, never twice."""
    type = type_coded(INTRODUCTION)
    if type is None or service_of_deal(deal.id) is not None:
        return None
    values = ServiceValues(happened_on=deal.introduced_on)
    return log_service(startup, type, values, [institution], by=by, at=at, deal=deal)


def record_introductions(deals: Sequence[Deal], startup: Startup, *, by: Actor, at: datetime) -> None:
    """The same for many introductions of one startup, as a part of the change that made them."""
    type = type_coded(INTRODUCTION)
    if type is None:
        return
    known = {service.deal_id: service for service in services_of_deals(deal.id for deal in deals)}
    away = [service for service in known.values() if service.archived_at is not None]
    for service in away:
        service.archived_at = None
    lacking = [deal for deal in deals if deal.id not in known]
    made = [new_service(startup, type, ServiceValues(deal.introduced_on), by=by, at=at, deal=deal) for deal in lacking]
    add_many(made)
    db.session.flush()  # the partners point to the services
    pairs = zip(made, lacking, strict=True)
    add_many([partner_of(one, deal.institution_id) for one, deal in pairs])
    with audit.one_change():
        for verb, services in (("restored", away), ("created", made)):
            told = [(service, title(startup, type), list[audit.Change]()) for service in services]
            audit.record_many(told, verb, by=by, at=at)


def put_away_introductions(deal_ids: Collection[int], *, by: Actor, at: datetime) -> None:
    """Put away the services that introductions recorded, as these were made by mistake."""
    told = []
    for service in services_of_deals(deal_ids):
        if service.archived_at is None:
            service.archived_at = at
            told.append((service, title(service.startup, service.type), list[audit.Change]()))
    audit.record_many(told, "archived", by=by, at=at)


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
        more += measure(service, type, values)
        for name, value in vars(values).items():
            if name != "outcomes":
                setattr(service, name, value)
        changes = [*audit.pending_changes(service), *more]
        service.type_id = type.id
        if more:
            service.version = service.version + 1
    if changes:
        audit.record(service, "changed", by=by, at=at, name=title(service.startup, type), changes=changes)
    set_partners(service, partners)


def measure(service: Service, type: ServiceType, values: ServiceValues) -> list[audit.Change]:
    """Keep the outcomes that belong to the type in the version that the service was logged with; what changed."""
    fields_before, before = fields_of(service), service.outcomes or {}
    number = service.type_version if type.id == service.type_id else None
    fields = outcome_fields(type, number)
    after = kept_of(fields, values.outcomes)
    service.type_version = number or type.number
    if before == after:
        return []
    service.outcomes = after
    told = history_of(fields_before, before), history_of(fields, after)
    return [audit.change("outcomes", *told, back=before)]


def give(service: Service, owner_id: int | None, *, by: Actor, at: datetime) -> None:
    """Let somebody else answer for a service, or nobody yet."""
    with db.session.no_autoflush:
        service.owner_id = owner_id
        audit.record_change(service, by=by, at=at, name=title(service.startup, service.type))


def hand_over(service: Service, to: Account | None, *, by: Actor, at: datetime) -> None:
    """Let somebody else answer for a service, or nobody yet, as one of all that somebody else had."""
    before, service.owner_id = name_of(service.owner_id), to.id if to else None
    owner = audit.change("owner_id", before, to and to.name)
    audit.record(service, "changed", by=by, at=at, name=title(service.startup, service.type), changes=[owner])


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


def edit_category(category: ServiceCategory, line: str, name_zh: str, name_en: str, *, by: Actor, at: datetime) -> None:
    """Call a category otherwise, or put it under another line. Raises Refusal when that line has one of that name."""
    same = sa.select(ServiceCategory).where(
        ServiceCategory.line == line, ServiceCategory.name_zh == name_zh, ServiceCategory.id != category.id
    )
    with db.session.no_autoflush:
        if db.session.scalar(same) is not None:
            raise Refusal({"name_zh": N_("This category is there already.")})
        category.line, category.name_zh, category.name_en = line, name_zh, name_en
        audit.record_change(category, by=by, at=at, name=name_zh)


def edit_type(
    type: ServiceType,
    name_zh: str,
    name_en: str,
    fields: Sequence[OutcomeField],
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Call a service type otherwise, or let it measure other things: either makes a version of it.

    What was logged before keeps its fields. Raises Conflict, and Refusal when its category has another of that name.
    """
    if version is not None and version != type.number:
        raise Conflict(type)
    same = sa.select(ServiceType).where(
        ServiceType.category_id == type.category_id, ServiceType.name_zh == name_zh, ServiceType.id != type.id
    )
    if db.session.scalar(same) is not None:
        raise Refusal({"name_zh": N_("This service type is there already.")})
    keep_version(type, by=by, at=at)
    with db.session.no_autoflush:
        before = [field.name_zh for field in outcome_fields(type)]
        kept = [asdict(field) for field in fields]
        more = []
        if kept != type.outcome_fields:
            more = [audit.change("outcome_fields", before, [field.name_zh for field in fields])]
            type.outcome_fields = kept
        type.name_zh, type.name_en = name_zh, name_en
        entry = audit.record_change(type, by=by, at=at, name=name_zh, more=more)
    if entry is not None:
        type.number = type.number + 1
        keep_version(type, by=by, at=at)


def keep_version(type: ServiceType, *, by: Actor, at: datetime) -> None:
    """Write what a service type is now as its version, unless that stands there."""
    if version_of_type(type, type.number) is None:
        words = {name: getattr(type, name) for name in ("number", "name_zh", "name_en", "outcome_fields")}
        db.session.add(ServiceTypeVersion(type_id=type.id, at=at, by_id=by.id, **words))


def move(entry: ServiceCategory | ServiceType, step: int, *, by: Actor, at: datetime) -> None:
    """One place up (-1) or down (+1) among the categories, or among the types of its category."""
    entries: list[Any] = list(categories() if isinstance(entry, ServiceCategory) else types_in(entry.category_id))
    place = entries.index(entry)
    if not 0 <= place + step < len(entries):
        return
    entries[place], entries[place + step] = entries[place + step], entries[place]
    for position, one in enumerate(entries, 1):
        one.position = position
    changes = [audit.change("position", place + 1, place + step + 1)]
    audit.record(entry, "changed", by=by, at=at, name=entry.name_zh, changes=changes)


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
    add_partners(service, partners)


def add_partners(service: Service, partners: Sequence[Institution]) -> None:
    db.session.add_all(partner_of(service, one) for one in dict.fromkeys(partner.id for partner in partners))


def partner_of(service: Service, institution_id: int) -> ServicePartner:
    return ServicePartner(
        service_id=service.id,
        institution_id=institution_id,
        happened_on=service.happened_on,
        deal_id=service.deal_id,
        archived_at=service.archived_at,
    )


def title(startup: Startup, type: ServiceType) -> str:
    """What a service is called in the history."""
    return f"{startup.shown_name} · {type.name_zh}"
