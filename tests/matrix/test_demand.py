"""What rounds still seek and which deals go on: the sums of the matrix against the records one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.deals.actions import Move, move_deal, withdraw_round
from crm.deals.models import Deal, DealEvent, DealStatus, Round, RoundEvent, RoundState
from crm.deals.queries import find_deal, find_round
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.matrix.queries import Wanted, deals_in_progress, demand
from crm.settings.queries import terms
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import AT, BY, WAN, a_deal, a_round, a_startup, an_institution

FIRST_DAY, TODAY = date(2026, 1, 1), date(2026, 6, 12)
PERIODS = [
    (None, date.max),
    (None, TODAY),
    (None, date(2026, 2, 20)),
    (date(2026, 2, 1), date(2026, 4, 15)),
    (date(2026, 3, 1), date.max),
    (date(2026, 5, 1), date(2026, 5, 1)),
]
SOUGHT = (
    Amount.exactly(1000 * WAN),
    Amount.exactly(2000 * WAN),
    Amount.exactly(3000 * WAN),
    Amount.between(1000 * WAN, 2000 * WAN, "1000-2000万"),
    Amount.in_words("数千万"),
)


@pytest.mark.parametrize("seed", range(2))
def test_demand_and_deals_in_progress_are_what_the_records_say_one_by_one(work: Work, seed: int) -> None:
    record_some(work, Random(seed))  # noqa: S311 - the same on every run
    with work() as session:
        seen: Counter[str] = Counter()
        for (first, last), rows in product(PERIODS, ("stage", "round")):
            wanted = Wanted(rows, first, last)
            told = list(by_hand(session, wanted))
            assert demanded(wanted) == Counter(one.sought for one in told if one.seeks)
            for axis in ("layer", "vertical"):
                assert deals_in_progress(axis, wanted) == going_on(axis, told)
                seen.update(deals=len(going_on(axis, told)))
            seen.update(rounds=len(told), seeking=sum(one.seeks for one in told))
        assert seen["rounds"] > seen["seeking"] > 0, "some are filled, or were opened at another time"
        assert seen["deals"] > 0


@dataclass(frozen=True)
class Seen:
    """An open round as its records show it."""

    stage: str | None
    layer: str | None
    vertical: str | None
    rest: int | None
    rest_high: int | None
    seeks: bool
    deals: int

    @property
    def sought(self) -> tuple[Any, ...]:
        return self.stage, self.layer, self.vertical, self.rest, self.rest_high


def by_hand(session: Session, wanted: Wanted) -> Iterator[Seen]:
    """The rounds open at the end of the last day, none of the bin."""
    groups = {code: word.parent for code, word in terms("round_name").items()}
    for round in session.scalars(sa.select(Round).where(Round.archived_at.is_(None))):
        startup = session.get_one(Startup, round.startup_id)
        events = session.scalars(sa.select(RoundEvent).where(RoundEvent.round_id == round.id)).all()
        if startup.archived_at is not None or last_until(wanted.last, events, "to_state") != RoundState.OPEN:
            continue
        deals = [
            one
            for one in session.scalars(sa.select(Deal).where(Deal.round_id == round.id))
            if not one.archived_at and not session.get_one(Institution, one.institution_id).archived_at
        ]
        signed = sum(one.signed or 0 for one in deals if one.signed_on is None or one.signed_on <= wanted.last)
        high = None if round.sought_high is None else round.sought_high - signed
        yield Seen(
            stage=startup.growth_stage if wanted.rows == "stage" else groups[round.name],
            layer=startup.sector_layer,
            vertical=startup.sector_vertical,
            rest=None if round.sought_low is None else max(0, round.sought_low - signed),
            rest_high=high,
            seeks=lies_within(round.opened_on, wanted) and (high is None or high > 0),
            deals=sum(goes_on(session, one, wanted) for one in deals),
        )


def goes_on(session: Session, deal: Deal, wanted: Wanted) -> bool:
    events = session.scalars(sa.select(DealEvent).where(DealEvent.deal_id == deal.id)).all()
    return lies_within(deal.introduced_on, wanted) and last_until(wanted.last, events, "to_status") == DealStatus.ACTIVE


def last_until(day: date, events: Sequence[Any], field: str) -> Any:
    """What the last event until a day says; None where there is none."""
    standing = sorted((one.happened_on, one.id, getattr(one, field)) for one in events if one.happened_on <= day)
    return standing[-1][2] if standing else None


def lies_within(day: date | None, wanted: Wanted) -> bool:
    if day is None:
        return wanted.first is None
    return (wanted.first or date.min) <= day <= wanted.last


def demanded(wanted: Wanted) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for one in demand(wanted):
        found[one.stage, one.layer, one.vertical, one.rest, one.rest_high] += one.alike
    return found


def going_on(axis: str, told: list[Seen]) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for one in told:
        sector = getattr(one, axis)
        if one.stage and sector and one.deals:
            found[one.stage, sector] += one.deals
    return dict(found)


def record_some(work: Work, chance: Random) -> None:
    """Rounds and deals of half a year, some withdrawn, passed, signed in part or in excess, and some in the bin."""

    def some_day(since: date = FIRST_DAY, until: date = TODAY) -> date:
        return since + timedelta(chance.randrange((until - since).days + 1))

    rounds, deals = [], []
    for _ in range(8):
        startup = a_startup(
            growth_stage=chance.choice((None, "seed", "early")),
            sector_layer=chance.choice((None, "compute", "models")),
            sector_vertical=chance.choice((None, "health", "finance")),
        )
        for name in chance.sample(("angel", "a", "b+", "strategic"), 2):
            opened = some_day(until=date(2026, 3, 10))
            rounds.append(
                a_round(startup, name, sought=chance.choice(SOUGHT), opened_on=chance.choice((opened, opened, None)))
            )
            deals += [
                a_deal(startup, an_institution(), name, happened_on=some_day(opened))
                for _ in range(chance.randrange(3))
            ]
    with work():
        for known in chance.sample(deals, len(deals) * 2 // 3):
            deal = find_deal(BY, known.id)
            assert deal is not None
            status = chance.choice((DealStatus.ACTIVE, DealStatus.ACTIVE, DealStatus.ON_HOLD))
            signed = chance.choice((300, 800, 2500)) * WAN
            move = Move("signed", status, some_day(deal.introduced_on), signed=signed)
            move_deal(deal, move, version=None, by=BY, at=AT)
    with work():
        for known_round in chance.sample(rounds, 4):
            round = find_round(BY, known_round.id)
            assert round is not None
            withdrawn_on = some_day(round.opened_on or TODAY)
            withdraw_round(round, withdrawn_on, "不再融资", lapses=False, version=None, by=BY, at=AT)
    with work() as session:
        for kind, ids in ((Startup, [one.startup_id for one in rounds]), (Round, [one.id for one in rounds])):
            session.get_one(kind, chance.choice(ids)).archived_at = AT
        for one in chance.sample(deals, 3):
            session.get_one(Institution, one.institution_id).archived_at = AT
        for one in chance.sample(deals, 2):
            session.get_one(Deal, one.id).archived_at = AT
        undated = session.scalars(sa.select(Deal).where(Deal.signed.is_not(None)).limit(1)).one()
        undated.signed_on = None
