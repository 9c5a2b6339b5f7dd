"""How the invented rounds end, and how new ones begin: closed, withdrawn, registered, screened, widely introduced."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, System
from crm.core.db import db
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.actions import Closing, DealShare, Introduction, RoundValues
from crm.deals.models import Deal, DealStatus, ParticipationRole, Round, RoundState
from crm.funds import queries as fund_queries
from crm.lib.money import WAN_YUAN, Amount
from crm.services import actions as service_actions
from crm.startups.models import Startup

QUIET_DAYS = 240
WITHDRAWN = 3
NEWCOMERS = (("registered", ""), ("registered", ""), ("screened", "材料齐全，团队稳定"), ("screened", "已核对订单"))
REASONS = ("客户回款改善，暂不融资", "改用银行授信", "股东追加借款")


@dataclass
class Endings:
    """Rounds with money in them close, quiet ones are withdrawn, new ones begin."""

    today: date
    chance: random.Random
    by: Account

    def tell(self, newcomers: Sequence[Startup], known: Startup) -> None:
        """All of it, in the caller's unit of work; the last round is of somebody known well."""
        for round in self.funded_rounds():
            self.close(round)
        for round, why in zip(self.quiet_rounds(), REASONS, strict=False):
            day = self.today - timedelta(days=self.chance.randint(3, 40))
            deal_actions.withdraw_round(round, day, why, lapses=True, version=None, by=self.by, at=moment(day))
        for startup, (state, word) in zip(newcomers, NEWCOMERS, strict=True):
            self.begin(startup, RoundState(state), word)
        self.introduce_widely(known)

    def funded_rounds(self) -> Sequence[Round]:
        """Two thirds of the open rounds with a funded deal."""
        funded = sa.select(Deal.round_id).where(Deal.stage == "funded", Deal.status == DealStatus.COMPLETED)
        found = self.open_rounds(Round.id.in_(funded))
        return [round for place, round in enumerate(found) if place % 3]

    def quiet_rounds(self) -> Sequence[Round]:
        last = self.today - timedelta(days=QUIET_DAYS)
        lively = sa.select(Deal.round_id).where(sa.or_(Deal.moved_on > last, Deal.signed.is_not(None)))
        return self.open_rounds(Round.id.not_in(lively))[:WITHDRAWN]

    def open_rounds(self, condition: sa.ColumnElement[bool]) -> Sequence[Round]:
        return db.session.scalars(
            sa.select(Round)
            .options(joinedload(Round.startup))
            .where(Round.state == RoundState.OPEN, Round.archived_at.is_(None), condition)
            .order_by(Round.id)
        ).all()

    def close(self, round: Round) -> None:
        """On a day after the last money; the largest amount led, and every second investor named its fund."""
        deals = deal_queries.funded_deals_in(round)
        day = min(self.today, max(deal.moved_on for deal in deals) + timedelta(days=self.chance.randint(2, 20)))
        funds = fund_queries.funds_by_manager([deal.institution_id for deal in deals])
        shares = []
        for place, deal in enumerate(deals):
            role = ParticipationRole.FOLLOW if place else ParticipationRole.LEAD
            own = funds.get(deal.institution_id, []) if place % 2 == 0 else []
            alone = ParticipationRole.SOLE if len(deals) == 1 else role
            shares.append(DealShare(deal.id, alone, own[0].id if own else None, deal.signed))
        signed = sum(deal.signed or 0 for deal in deals)
        closing = Closing(
            closed_on=day,
            shares=shares,
            final_amount=signed if round.id % 2 else None,
            investors="、".join(deal.institution.short_name or deal.institution.name for deal in deals),
            source="企业告知",
            note="交割文件已归档" if round.id % 3 else "",
            lapse=round.id % 4 != 0,
        )
        deal_actions.close_round(round, closing, version=None, by=self.by, at=moment(day))

    def begin(self, startup: Startup, state: RoundState, word: str) -> Round:
        sought = Amount.exactly(self.chance.choice((1000, 2000, 3000)) * WAN_YUAN)
        values = RoundValues(sought, closes_on=self.today + timedelta(days=self.chance.randint(60, 200)))
        day = self.today - timedelta(days=self.chance.randint(8, 20))
        registered, at = RoundState.REGISTERED, moment(day)
        round = deal_actions.open_round(startup, "angel", values, state=registered, by=self.by, at=at)
        if state == RoundState.SCREENED:
            seen, later = self.loaded(round), day + timedelta(days=4)
            deal_actions.move_round(seen, state, later, word, version=None, by=self.by, at=moment(later))
        return self.loaded(round)

    def introduce_widely(self, startup: Startup) -> None:
        """One round that was introduced to eight institutions in one go."""
        round = self.begin(startup, RoundState.SCREENED, "产品已有付费客户")
        day = self.today - timedelta(days=2)
        deal_actions.move_round(round, RoundState.OPEN, day, version=None, by=self.by, at=moment(day))
        wanted = deal_queries.Fit(ticket=False)
        institutions, _ = deal_queries.fitting_institutions(round, wanted, self.today)
        next_on = self.today + timedelta(days=3)
        said = Introduction(day, self.by.id, next_step="发 BP，约第一次会面", next_step_on=next_on)
        deals = deal_actions.introduce(round, institutions[:8], said, by=self.by, at=moment(day))
        service_actions.record_introductions(deals, startup, by=self.by, at=moment(day))

    @staticmethod
    def loaded(round: Round) -> Round:
        found = deal_queries.find_round(System(), round.id)
        return found if found is not None else round


def moment(day: date) -> datetime:
    return datetime.combine(day, time(7, 45), UTC)
