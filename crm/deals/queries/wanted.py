"""Which deals a list, the board, the table by round and the grid are asked for: one meaning of every filter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.expressions import in_bin
from crm.deals.models import Deal, DealStatus, Round
from crm.deals.policies import visible_to
from crm.search import queries as search_queries
from crm.search.queries import Matching
from crm.settings.queries import terms
from crm.startups.models import Startup


@dataclass(frozen=True)
class Wanted:
    """What is asked for; what is empty or None asks for nothing. An id that nothing has finds nothing.

    `team`: deals that somebody at the desk answers for; without it also those of nobody yet, as after an import or an
    interest from the portal. `rare`: few rounds have the name asked for. `stale_on`: active deals that on this
    day are in their stage for longer than it allows.
    """

    text: str = ""
    stage: str = ""
    status: str = ""
    owner_id: int | None = None
    team: bool = False
    startup_id: int | None = None
    institution_id: int | None = None
    round_id: int | None = None
    round_name: str = ""
    rare: bool = False
    sector: str = ""
    stale_on: date | None = None
    archived: bool = False

    @property
    def lasts(self) -> bool:
        """True when the deals meant depend on nothing else, such as what a text finds and how long stages may take."""
        return not self.text and self.stale_on is None

    @property
    def is_plain(self) -> bool:
        """True when nothing is asked for that the totals by stage, status and owner cannot tell."""
        return self == Wanted(stage=self.stage, status=self.status, owner_id=self.owner_id, team=self.team)

    def but(self, **changed: object) -> Wanted:
        """The same with some of it changed."""
        return replace(self, **changed)  # type: ignore[arg-type]


def conditions(actor: Actor, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """What a deal must be to be among those asked for."""
    return [visible_to(actor), *meant_by(wanted)]


def meant_by(wanted: Wanted, *, few: bool = False) -> list[sa.ColumnElement[bool]]:
    """The same, whoever asks. `few`: few of the deals are read, whatever is asked for."""
    must = list[sa.ColumnElement[bool]]()
    few = few or wanted.startup_id is not None or (wanted.rare and bool(wanted.round_name))
    must.append(in_bin(Deal.archived_at, wanted.archived, few=few))
    if wanted.text:
        must.append(matching(wanted.text).holds(Deal.id))
    equal: tuple[tuple[Any, Any], ...] = (
        (Deal.stage, wanted.stage or None),
        (Deal.status, wanted.status or None),
        (Deal.owner_id, wanted.owner_id),
        (Deal.institution_id, wanted.institution_id),
        (Deal.round_id, wanted.round_id),
    )
    must += [column == value for column, value in equal if value is not None]
    if wanted.team:
        must.append(Deal.owner_id.is_not(None))
    if wanted.startup_id is not None:
        must.append(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == wanted.startup_id)))
    its_round = sa.select(Round.id).where(Round.id == Deal.round_id)
    if wanted.round_name:
        called = Round.name == wanted.round_name
        rare = Deal.round_id.in_(sa.select(Round.id).where(called))
        must.append(rare if wanted.rare else its_round.where(called).exists())
    if wanted.sector:
        must.append(
            its_round.join(Startup, Startup.id == Round.startup_id)
            .where(Startup.sector_layer == wanted.sector)
            .exists()
        )
    if wanted.stale_on is not None:
        must.append(is_stale(wanted.stale_on, wanted.stage))
    return must


def is_stale(day: date, stage: str) -> sa.ColumnElement[bool]:
    """Active deals that are in their stage for longer than it allows; of one stage, or of all for "".

    Not an OR over stages: the planner would collect every stale deal before it sorts and takes the first.
    """
    first_days = stale_before(day, stage)
    if not first_days:
        return sa.false()
    limit: Any = first_days.get(stage) or sa.case(
        *((Deal.stage == code, sa.literal(first, sa.Date)) for code, first in first_days.items())
    )
    return sa.and_(Deal.status == DealStatus.ACTIVE, Deal.entered_on < limit)


def stale_before(day: date, stage: str) -> dict[str, date]:
    """{stage: the day before which a deal must have come to it to be stale}, of one stage, or of all for ""."""
    return {
        one.code: day - timedelta(days=one.limit_days)
        for one in terms("deal_stage").values()
        if one.limit_days is not None and stage in ("", one.code)
    }


def matching(text: str) -> Matching:
    """Deals that a text finds: by startup, institution and round."""
    return search_queries.matching("deal", text)
