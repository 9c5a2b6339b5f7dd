"""Rounds sought and deals: one round × one institution, with everything that follows an introduction."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import AmountOf, Archivable, Base, Versioned, many_to_one, money, text
from crm.funds.models import Fund
from crm.institutions.models import Institution
from crm.startups.models import PastRound, Startup


class RoundState(enum.StrEnum):
    REGISTERED = "registered"
    SCREENED = "screened"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ROUND_MOVES: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.REGISTERED: (RoundState.SCREENED, RoundState.OPEN, RoundState.WITHDRAWN),
    RoundState.SCREENED: (RoundState.OPEN, RoundState.WITHDRAWN),
    RoundState.OPEN: (RoundState.CLOSED, RoundState.WITHDRAWN),
    RoundState.CLOSED: (RoundState.OPEN,),
    RoundState.WITHDRAWN: (RoundState.OPEN,),
}


class DealStatus(enum.StrEnum):
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    PASSED = "passed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    COMPLETED = "completed"


DEAL_MOVES: dict[DealStatus, tuple[DealStatus, ...]] = {
    DealStatus.ACTIVE: tuple(DealStatus),
    DealStatus.ON_HOLD: (
        DealStatus.ON_HOLD,
        DealStatus.ACTIVE,
        DealStatus.PASSED,
        DealStatus.DECLINED,
        DealStatus.LAPSED,
    ),
    DealStatus.PASSED: (DealStatus.PASSED, DealStatus.ACTIVE),
    DealStatus.DECLINED: (DealStatus.DECLINED, DealStatus.ACTIVE),
    DealStatus.LAPSED: (DealStatus.LAPSED, DealStatus.ACTIVE),
    DealStatus.COMPLETED: (DealStatus.COMPLETED, DealStatus.ACTIVE),
}


class ParticipationRole(enum.StrEnum):
    """As what an institution took part in a round: 领投, 跟投, 独投, 老股东."""

    LEAD = "lead"
    FOLLOW = "follow"
    SOLE = "sole"
    EXISTING = "existing"


FIRST_STAGE = "referred"
INTERESTED_STAGE = "interested"
SIGNED_STAGE = "signed"
SIGNED = sa.text("signed IS NOT NULL")
FUNDED_STAGE = "funded"
HOLDING = (DealStatus.ACTIVE, DealStatus.ON_HOLD, DealStatus.COMPLETED)
GOING_ON = (DealStatus.ACTIVE, DealStatus.ON_HOLD)


class Round(Versioned, Archivable, Base):
    """One fundraising by one startup (融资需求). `sought` is never added to signed or received amounts.

    `state` is what the latest event says. `final_amount` is what the whole round raised, in 分, as the startup said
    when it closed; None where it did not. `past_round`: what the startup's record keeps of the closed round.
    """

    __tablename__ = "round"
    __table_args__ = (
        sa.UniqueConstraint("startup_id", "name"),
        sa.Index(None, "name"),
        sa.Index("ix_round_by_opened", "archived_at", sa.text("coalesce(opened_on, '0001-01-01')"), "id"),
        sa.Index("ix_round_by_sought", "archived_at", sa.text("coalesce(sought_low, -1)"), "id"),
        sa.Index("ix_round_by_state", "archived_at", "state", sa.text("coalesce(opened_on, '0001-01-01')"), "id"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    name: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[RoundState] = mapped_column(default=RoundState.OPEN)
    sought_low: Mapped[int | None] = money()
    sought_high: Mapped[int | None] = money()
    sought_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    valuation: Mapped[int | None] = money()
    use_of_proceeds: Mapped[str] = mapped_column(sa.Text, default="")
    opened_on: Mapped[date | None] = mapped_column(default=None)
    closes_on: Mapped[date | None] = mapped_column(default=None)
    closed_on: Mapped[date | None] = mapped_column(default=None)
    final_amount: Mapped[int | None] = money()
    past_round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("past_round.id"), default=None)
    created_at: Mapped[datetime]

    sought = AmountOf("sought")
    startup: Mapped[Startup] = many_to_one("Startup", "Round.startup_id")
    past_round: Mapped[PastRound | None] = many_to_one("PastRound", "Round.past_round_id")


class RoundEvent(Base):
    """One move of a round, append-only: from, to, when it happened, when it was recorded, by whom, why.

    A move made by mistake is taken back by a later event, which `reverses` it; neither of the two counts.
    """

    __tablename__ = "round_event"
    __table_args__ = (sa.Index(None, "round_id", "happened_on", "id"),)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    from_state: Mapped[RoundState | None] = mapped_column(default=None)
    to_state: Mapped[RoundState]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    note: Mapped[str] = text(400)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round_event.id"), unique=True, default=None)

    round: Mapped[Round] = many_to_one("Round", "RoundEvent.round_id")
    by: Mapped[Account | None] = many_to_one("Account", "RoundEvent.by_id")


class Deal(Versioned, Archivable, Base):
    """One round × one institution (对接): the introduction and all that follows.

    `stage` and `status` are what the latest event says. `introduced_on` is the day of the first event,
    `moved_on` of the latest, `entered_on` the day on which it came to its present stage: a change of status leaves it.
    `signed` is in 分, counted from `signed_on`; what was received is the sum of receipts. `next_step` is for the desk
    alone, `institution_step` what the institution reads in the portal.
    """

    __tablename__ = "deal"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "institution_id"),
        sa.Index(None, "archived_at", "moved_on", "id"),
        sa.Index(None, "archived_at", "entered_on", "id"),
        sa.Index(None, "archived_at", "stage", "moved_on", "id"),
        sa.Index(None, "archived_at", "status", "moved_on", "id"),
        sa.Index(None, "owner_id", "archived_at", "moved_on", "id"),
        sa.Index(None, "owner_id", "archived_at", "status", "moved_on", "id"),
        sa.Index(None, "owner_id", "next_step_on"),
        sa.Index(None, "institution_id", "archived_at", "moved_on", "id"),
        sa.Index(None, "round_id", "archived_at", "moved_on", "id"),
        sa.Index(None, "introduced_on", "id"),
        sa.Index(None, "signed_on", "id", "signed"),
        sa.Index(
            "ix_deal_signed_of_institution",
            "institution_id",
            "archived_at",
            sqlite_where=SIGNED,
            postgresql_where=SIGNED,
        ),
        sa.Index("ix_deal_by_lane", "archived_at", "stage", "status", "entered_on", "id"),
        sa.Index(
            "ix_deal_by_lane_of_institution", "institution_id", "archived_at", "stage", "status", "entered_on", "id"
        ),
        sa.Index("ix_deal_by_own_lane", "owner_id", "archived_at", "stage", "status", "entered_on", "id"),
    )

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    fund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fund.id"), default=None)
    stage: Mapped[str] = mapped_column(sa.String(30), default=FIRST_STAGE)
    status: Mapped[DealStatus] = mapped_column(default=DealStatus.ACTIVE)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    introduced_on: Mapped[date]
    moved_on: Mapped[date]
    entered_on: Mapped[date]
    intended_low: Mapped[int | None] = money()
    intended_high: Mapped[int | None] = money()
    intended_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    signed: Mapped[int | None] = money()
    signed_on: Mapped[date | None] = mapped_column(default=None)
    pass_reason: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    pass_note: Mapped[str] = text(400)
    tell_startup: Mapped[bool] = mapped_column(default=False)
    next_step: Mapped[str] = text(200)
    next_step_on: Mapped[date | None] = mapped_column(default=None)
    institution_step: Mapped[str] = text(200)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    intended = AmountOf("intended")
    round: Mapped[Round] = many_to_one("Round", "Deal.round_id")
    institution: Mapped[Institution] = many_to_one("Institution", "Deal.institution_id")
    fund: Mapped[Fund | None] = many_to_one("Fund", "Deal.fund_id")
    owner: Mapped[Account | None] = many_to_one("Account", "Deal.owner_id")

    @property
    def round_name(self) -> str:
        """The code of its round."""
        return self.round.name

    @property
    def startup_name(self) -> str:
        """Whose money it is about, as lists say it."""
        return self.round.startup.shown_name

    @property
    def institution_name(self) -> str:
        """Who may invest, as lists say it."""
        return self.institution.shown_name

    @property
    def is_funded(self) -> bool:
        """True once money came in and nobody went back: a participation as soon as the round closes."""
        return self.archived_at is None and self.stage == FUNDED_STAGE and self.status in HOLDING


class DealTotal(Base):
    """What the deals of one stage, status and owner come to; without those in the bin. See rollup.py, its one writer.

    `owner_id` is 0 for deals without owner. `intended`: 分, the sum of the exact intended amounts; `unstated`: how many
    deals have none, and so are in no sum. `signed`: 分, never added to `intended`. `changes` grows with every change
    of one of these deals and never falls: what was read at a number still holds while it stands.
    """

    __tablename__ = "deal_total"
    __table_args__ = (sa.UniqueConstraint("stage", "status", "owner_id"),)

    stage: Mapped[str] = mapped_column(sa.String(30))
    status: Mapped[DealStatus]
    owner_id: Mapped[int] = mapped_column(sa.BigInteger)
    deals: Mapped[int] = mapped_column(default=0)
    intended: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    unstated: Mapped[int] = mapped_column(default=0)
    signed: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    changes: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class DealEvent(Base):
    """One move of a deal, append-only: from, to, when it happened, when it was recorded, by whom, why.

    A move made by mistake is taken back by a later event, which `reverses` it; neither of the two counts.
    `stages_version`: the version of the stages that it was recorded under; None for the first.
    """

    __tablename__ = "deal_event"
    __table_args__ = (
        sa.Index("ix_deal_event_by_deal", "deal_id", "happened_on", "id", "to_stage", "reverses_id"),
        sa.Index("ix_deal_event_by_day", "happened_on", "deal_id", "id", "reverses_id"),
    )

    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"))
    from_stage: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    to_stage: Mapped[str] = mapped_column(sa.String(30))
    from_status: Mapped[DealStatus | None] = mapped_column(default=None)
    to_status: Mapped[DealStatus]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    reason: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    note: Mapped[str] = text(400)
    stages_version: Mapped[int | None] = mapped_column(default=None)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deal_event.id"), unique=True, default=None)

    deal: Mapped[Deal] = many_to_one("Deal", "DealEvent.deal_id")
    by: Mapped[Account | None] = many_to_one("Account", "DealEvent.by_id")


class Receipt(Base):
    """One tranche of money received on a deal (到账), in 分."""

    __tablename__ = "receipt"
    __table_args__ = (sa.Index(None, "received_on", "deal_id", "amount"),)

    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), index=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    received_on: Mapped[date]
    recorded_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)

    deal: Mapped[Deal] = many_to_one("Deal", "Receipt.deal_id")


class Participation(Archivable, Base):
    """A funded deal of a closed round (参投): three investors in one round are one round and three participations.

    One per deal, in step with it: `signed`, in 分, and the fund are the deal's; what was received is the sum of the
    deal's receipts. It is put away while the round is open again or the deal is not funded. `role` may be unknown.
    """

    __tablename__ = "participation"
    __table_args__ = (
        sa.Index(None, "institution_id", "archived_at", "happened_on", "id"),
        sa.Index(None, "fund_id", "archived_at", "happened_on", "id"),
    )

    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    fund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fund.id"), default=None)
    role: Mapped[ParticipationRole | None] = mapped_column(default=None)
    signed: Mapped[int | None] = money()
    happened_on: Mapped[date]
    created_at: Mapped[datetime]

    deal: Mapped[Deal] = many_to_one("Deal", "Participation.deal_id")
    round: Mapped[Round] = many_to_one("Round", "Participation.round_id")
    institution: Mapped[Institution] = many_to_one("Institution", "Participation.institution_id")
    fund: Mapped[Fund | None] = many_to_one("Fund", "Participation.fund_id")


class Interest(Base):
    """An institution said in the portal that it is interested.

    Where a round is open it became a deal; otherwise it waits here, as a notice, for finance staff.
    """

    __tablename__ = "interest"
    __table_args__ = (sa.Index(None, "handled_at", "id"),)

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"), index=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    deal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deal.id"), default=None)
    note: Mapped[str] = text(1000)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None] = mapped_column(default=None)
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)

    startup: Mapped[Startup] = many_to_one("Startup", "Interest.startup_id")
    institution: Mapped[Institution] = many_to_one("Institution", "Interest.institution_id")
    deal: Mapped[Deal | None] = many_to_one("Deal", "Interest.deal_id")
    account: Mapped[Account] = many_to_one("Account", "Interest.account_id")
