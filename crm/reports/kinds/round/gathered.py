"""A round as its startup may read it: who was approached and where each stands, without what is internal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.deals.models import Deal, DealStatus, Round
from crm.deals.queries import deals_in_round
from crm.lib.money import Amount
from crm.reports import figures
from crm.reports.kinds.kind import Asked, named
from crm.reports.periods import Period
from crm.settings.queries import terms

GOING, DONE, ENDED = "going", "done", "ended"
PARTS = {DealStatus.ACTIVE: GOING, DealStatus.ON_HOLD: GOING, DealStatus.COMPLETED: DONE}
MOST = 2000  # deals of one round


@dataclass(frozen=True)
class Approach:
    """An institution that was approached, and where it stood. `name`: "" where institutions are not named. `days`:
    since its last move. `reason`: why it passed, where the startup may know. `signed` and `received` in 分."""

    id: int
    name: str
    introduced_on: date
    stage: str
    status: DealStatus
    reason: str | None
    days: int
    signed: int | None
    received: int | None
    next_step: str
    next_step_on: date | None

    @property
    def part(self) -> str:
        """Whether it goes on, came to its end, or ended without one."""
        return PARTS.get(self.status, ENDED)


@dataclass(frozen=True)
class RoundReport:
    """What the startup reads, on a day."""

    day: date
    startup: str
    full_name: str
    round: str
    state: str
    sought: Amount
    opened_on: date | None
    closes_on: date | None
    approaches: tuple[Approach, ...]
    met: frozenset[int]
    options: frozenset[str]

    @property
    def is_named(self) -> bool:
        """True where institutions are named."""
        return "named" in self.options


def gather(asked: Asked) -> RoundReport:
    """A round as of a day. Raises Refusal where none is named."""
    round, day = named(asked.round), asked.period.last
    deals = [one for one in deals_in_round(round, MOST) if one.introduced_on <= day and not one.institution.archived_at]
    deals.sort(key=lambda one: (one.introduced_on, one.id))
    ids = [one.id for one in deals]
    events = figures.last_events(ids, day)
    received = figures.received_in(ids, Period(date.min, day))
    return RoundReport(
        day=day,
        startup=round.startup.shown_name,
        full_name=round.startup.name,
        round=round.name,
        state=round.state,
        sought=round.sought,
        opened_on=round.opened_on,
        closes_on=round.closes_on,
        approaches=tuple(approach(one, events.get(one.id), received, asked) for one in deals),
        met=have_met(round, day),
        options=asked.options,
    )


def approach(deal: Deal, event: Any, received: Mapping[int, int], asked: Asked) -> Approach:
    """Where an institution stood on the day. Why it passed is told only where that was marked as tellable."""
    day = asked.period.last
    stage, status, moved_on, reason = (
        (event.to_stage, event.to_status, event.happened_on, event.reason)
        if event
        else (deal.stage, deal.status, deal.introduced_on, None)
    )
    tellable = status == DealStatus.PASSED and deal.tell_startup and reason == deal.pass_reason
    step = "next_steps" in asked.options and PARTS.get(DealStatus(status)) == GOING
    return Approach(
        id=deal.id,
        name=deal.institution.shown_name if "named" in asked.options else "",
        introduced_on=deal.introduced_on,
        stage=stage,
        status=DealStatus(status),
        reason=reason if tellable else None,
        days=(day - moved_on).days,
        signed=deal.signed if deal.signed_on and deal.signed_on <= day else None,
        received=received.get(deal.id),
        next_step=deal.next_step if step else "",
        next_step_on=deal.next_step_on if step else None,
    )


def have_met(round: Round, day: date) -> frozenset[int]:
    """Which of its introductions came to a meeting or further by a day."""
    met = terms("deal_stage").get(figures.MET_STAGE)
    furthest = figures.furthest_of_round(round.id, day)
    return frozenset(deal_id for deal_id, place in furthest.items() if met and place >= met.position)
