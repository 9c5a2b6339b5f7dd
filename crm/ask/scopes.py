"""Whom a figure is asked about: its facts narrowed by what their records say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from crm.deals.models import Deal, Round
from crm.funds.models import FundManager
from crm.institutions.models import Institution
from crm.institutions.queries import is_of_kind
from crm.metrics.definitions import Metric
from crm.services.models import Service
from crm.startups.models import Startup

Condition = Callable[[Any, Any], sa.ColumnElement[bool]]


def among(of: sa.Select[Any], told: Callable[[Any], sa.ColumnElement[bool]]) -> Condition:
    """True for the records that a statement finds where something holds."""
    return lambda record_id, value: sa.type_coerce(record_id, sa.BigInteger).in_(of.where(told(value)))


INSTITUTIONS = sa.select(Institution.id)
FUNDS = sa.select(FundManager.fund_id).join(Institution, Institution.id == FundManager.institution_id)
STARTUPS = sa.select(Startup.id)
SERVICES = sa.select(Service.id).join(Startup, Startup.id == Service.startup_id)
DEALS = sa.select(Deal.id).join(Institution, Institution.id == Deal.institution_id)
DEALS_OF_STARTUPS = (
    sa.select(Deal.id).join(Round, Round.id == Deal.round_id).join(Startup, Startup.id == Round.startup_id)
)


def in_sectors(of: sa.Select[Any]) -> dict[str, Condition]:
    return {
        "layer": among(of, lambda code: Startup.sector_layer == code),
        "vertical": among(of, lambda code: Startup.sector_vertical == code),
    }


SCOPES: Mapping[str, Mapping[str, Condition]] = {
    "institution": {"kind": among(INSTITUTIONS, is_of_kind)},
    "fund": {"kind": among(FUNDS, is_of_kind)},
    "startup": in_sectors(STARTUPS),
    "service": in_sectors(SERVICES),
    "deal": {
        **in_sectors(DEALS_OF_STARTUPS),
        "kind": among(DEALS, is_of_kind),
        "owner": among(sa.select(Deal.id), lambda account_id: Deal.owner_id == account_id),
    },
}
OF_SERVICES = ("line", "category")
CONFIRMED = ("confirmed",)
OF_FACTS = (*OF_SERVICES, *CONFIRMED)  # what the definition itself narrows its facts by


def scopes_of(metric: Metric) -> tuple[str, ...]:
    """By what a figure can be narrowed."""
    own = (*(OF_SERVICES if metric.of_services else ()), *(CONFIRMED if metric.confirmable else ()))
    return (*own, *SCOPES[metric.record])
