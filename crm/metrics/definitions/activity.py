"""Institutions by how long ago the platform last had to do with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa

from crm.activities.models import Activity, ActivityKind, ActivityLink, Part
from crm.core.expressions import in_bin, shanghai_day
from crm.deals.models import Deal, DealEvent
from crm.deals.queries import standing
from crm.events.models import Arrival, Guest
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.metrics.definitions.metric import Days, Facts, Metric, columns
from crm.metrics.definitions.spells import causes_before, spells
from crm.services.models import Service, ServicePartner, ServiceState

QUIET_AFTER, SILENT_AFTER = 30, 90  # days
TALKS = (ActivityKind.MEETING, ActivityKind.CALL, ActivityKind.MAIL)


@lru_cache(maxsize=8)  # so that figures of one statement share what they read
def contacts(on: Days = (), whole: bool = False) -> sa.CTE:
    """(record_id, day) of whatever the platform had to do with an institution; its joining is the first.

    `on`: what decides on these days. Contacts that are older than what counts as silence are left out then, unless
    the `whole` past is wanted; who had none since is silent from 90 days after its joining, as far as these days can
    tell.
    """

    def near(day: Any) -> Any:
        if not on:
            return sa.true()
        return day <= max(on) if whole else day.between(min(on) - timedelta(SILENT_AFTER), max(on))

    joined = sa.select(Institution.id.label("record_id"), Institution.joined_on.label("day")).where(
        Institution.joined_on.is_not(None)
    )
    moves = (
        sa.select(Deal.institution_id, DealEvent.happened_on)
        .join(Deal, Deal.id == DealEvent.deal_id)
        .where(in_bin(Deal.archived_at, False, few=True), standing(), near(DealEvent.happened_on))
    )
    services = (
        sa.select(ServicePartner.institution_id, Service.happened_on)
        .join(Service, Service.id == ServicePartner.service_id)
        .where(
            Service.archived_at.is_(None),
            Service.state == ServiceState.COMPLETED,
            near(Service.happened_on),
        )
    )
    talk = sa.exists().where(
        Activity.id == ActivityLink.activity_id, Activity.archived_at.is_(None), Activity.kind.in_(TALKS)
    )
    talks = sa.select(ActivityLink.record_id, ActivityLink.happened_on).where(
        ActivityLink.record_type == Institution.__tablename__,
        ActivityLink.part.in_((Part.ABOUT, Part.PARTICIPANT)),
        near(ActivityLink.happened_on),
        talk,
    )
    came = shanghai_day(Arrival.arrived_at)
    visits = (
        sa.select(Guest.institution_id, came)
        .join(Guest, Guest.id == Arrival.guest_id)
        .where(
            Arrival.archived_at.is_(None), Guest.archived_at.is_(None), Guest.institution_id.is_not(None), near(came)
        )
    )
    return causes_before(sa.union_all(joined, moves, services, talks, visits), on).cte("contact")


def institutions(first: int, end: int | None, *, on: Days = (), whole: bool = False) -> Facts:
    """Institutions at present whose last contact lies at least `first` and less than `end` days back."""
    found = spells(contacts(on, whole), first, end).c
    begins = sa.case((found.begins < Institution.joined_on, Institution.joined_on), else_=found.begins)
    left = Institution.left_on
    over = sa.case((found.ends < left, found.ends), else_=sa.func.coalesce(left, found.ends))
    lasting = sa.or_(over.is_(None), over > begins)
    return (
        sa.select(*columns(found.row_id, Institution.id, Institution.name, Institution.city, begins, until=over))
        .join(Institution, Institution.id == found.record_id)
        .where(Institution.archived_at.is_(None), Institution.joined_on.is_not(None), lasting)
    )


CONTACT = N_(
    "Contact is a meeting, call or mail with it, a completed service or an event that it took part in, a move of one "
    "of its deals, or its joining."
)


def by_activity(name: str, title: Any, definition: Any, heading: Any, first: int, end: int | None) -> Metric:  # noqa: PLR0917
    headings = (N_("Institution"), N_("City"), heading)
    facts = partial(institutions, first, end)
    listed = partial(facts, whole=end is None)  # the days of those who are not silent lie among the latest
    told = Metric(name, title, definition, "count", N_("institutions"), "institution", headings, facts, narrows=True)
    return replace(told, listed=listed)


METRICS = (
    by_activity(
        "institutions_active",
        N_("Active institutions"),
        N_(
            "Institutions at present whose last contact was at most 30 days before the day. %(what)s",
            what=CONTACT,
        ),
        N_("Last contact"),
        0,
        QUIET_AFTER + 1,
    ),
    by_activity(
        "institutions_quiet",
        N_("Quiet institutions"),
        N_(
            "Institutions at present whose last contact was 31 to 90 days before the day. %(what)s",
            what=CONTACT,
        ),
        N_("Quiet since"),
        QUIET_AFTER + 1,
        SILENT_AFTER + 1,
    ),
    by_activity(
        "institutions_silent",
        N_("Silent institutions"),
        N_(
            "Institutions at present whose last contact was more than 90 days before the day. %(what)s",
            what=CONTACT,
        ),
        N_("Silent since"),
        SILENT_AFTER + 1,
        None,
    ),
)
