"""The record that an activity is about, as addresses and forms name it: startup:12."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm.activities import queries
from crm.activities.models import Ref
from crm.deals import queries as deal_queries
from crm.funds import queries as fund_queries
from crm.institutions import queries as institution_queries
from crm.people import queries as people_queries
from crm.services import queries as service_queries
from crm.startups import queries as startup_queries
from crm.web.guards import LARGEST_ID, actor

FINDERS: dict[str, Callable[[Any, int], Any]] = {
    "startup": startup_queries.find_startup,
    "institution": institution_queries.find_institution,
    "fund": fund_queries.find_fund,
    "person": people_queries.find_person,
    "round": deal_queries.find_round,
    "deal": deal_queries.find_deal,
    "service": service_queries.find_service,
}


@dataclass(frozen=True)
class About:
    """The record at hand: `name` is what it is called."""

    ref: Ref
    record: Any
    name: str

    @property
    def value(self) -> str:
        """As forms carry it."""
        return f"{self.ref.record_type}:{self.ref.record_id}"


def read_about(text: str | None) -> About | None:
    """The record that a text such as startup:12 names, where this actor may see it."""
    match = re.fullmatch(r"([a-z]+):(\d{1,18})", text or "")
    if match is None or match[1] not in FINDERS or int(match[2]) > LARGEST_ID:
        return None
    ref = Ref(match[1], int(match[2]))
    record = FINDERS[ref.record_type](actor(), ref.record_id)
    if record is None:
        return None
    return About(ref, record, queries.names_of([ref]).get(ref, ""))
