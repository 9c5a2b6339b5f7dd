"""Which deals the analytics are about: introduced in a period, of a sector, an institution type, an owner …"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.deals.models import Deal, Round
from crm.institutions.models import Institution
from crm.startups.models import Startup

NONE = "-"  # in an address: the deals for which nothing is known
COLUMNS: dict[str, Any] = {
    "layer": Startup.sector_layer,
    "vertical": Startup.sector_vertical,
    "kind": Institution.kind,
    "owner": Deal.owner_id,
    "round": Round.name,
    "stage": Deal.stage,
    "institution": Deal.institution_id,
}


@dataclass(frozen=True)
class Filters:
    """What is asked for. `first` and `last`: the days of introduction, both included; None for no limit.

    `wanted`: (name in COLUMNS, value), a value of "-" for nothing known. `at`: a past day, for how deals stood then;
    None for today.
    """

    first: date | None = None
    last: date | None = None
    wanted: tuple[tuple[str, str | int], ...] = ()
    at: date | None = None

    def unlimited(self) -> Filters:
        """Every deal, as on the same day."""
        return Filters(at=self.at)

    def conditions(self, stage: Any = Deal.stage) -> list[sa.ColumnElement[bool]]:
        """For statements that join deals, rounds, startups and institutions. `stage`: where deals stand."""
        found: list[sa.ColumnElement[bool]] = []
        if self.first:
            found.append(Deal.introduced_on >= self.first)
        if self.last:
            found.append(Deal.introduced_on <= self.last)
        for name, value in self.wanted:
            column = stage if name == "stage" else COLUMNS[name]
            found.append(column.is_(None) if value == NONE else column == value)
        return found
