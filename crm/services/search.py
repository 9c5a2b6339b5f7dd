"""What services are found by: what was done, for whom, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.lib.text import N_
from crm.search.registry import Description, Follow, Kind
from crm.services.models import Service, ServiceCategory, ServiceType
from crm.services.policies import may_list, visible_to
from crm.startups.models import Startup


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """Startup, type, category, content, outcome and day."""
    found = db.session.execute(
        sa.select(
            Service.id,
            Service.happened_on,
            Service.content,
            Service.outcome,
            Service.archived_at,
            Startup.name.label("startup"),
            Startup.shown_name,
            ServiceType.name_zh,
            ServiceType.name_en,
            ServiceCategory.name_zh.label("category_zh"),
            ServiceCategory.name_en.label("category_en"),
        )
        .join(Startup, Startup.id == Service.startup_id)
        .join(ServiceType, ServiceType.id == Service.type_id)
        .join(ServiceCategory, ServiceCategory.id == ServiceType.category_id)
        .where(Service.id.in_(ids))
        .order_by(Service.id)
    )
    for row in found:
        kinds = (row.name_zh, row.name_en, row.category_zh, row.category_en)
        yield Description(
            record_id=row.id,
            title=f"{row.shown_name} · {row.name_zh}",
            note=row.happened_on.isoformat(),
            names=(row.shown_name,),
            texts=(row.startup, row.content, row.outcome, *kinds),
            archived=row.archived_at is not None,
        )


def services_of_startups(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(sa.select(Service.id).where(Service.startup_id.in_(ids))).all()


SERVICES = Kind(
    name="service",
    model=Service,
    label=N_("Services"),
    icon="service",
    endpoint="services.show_service",
    argument="service_id",
    describe=describe,
    may_find=may_list,
    visible_to=visible_to,
    list_endpoint="services.list_services",
    follows=(Follow(Startup, "id", ("name", "short_name"), services_of_startups),),
)
