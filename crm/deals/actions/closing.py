"""How rounds end, and open again: what becomes of their deals, of the startup's past rounds, of the investments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.audit.actions import Change
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions.lapsing import lapse, revive, tell_owners
from crm.deals.actions.names import deal_title, round_title
from crm.deals.actions.participations import keep_in_step
from crm.deals.actions.rounds import add_round_event, change_state
from crm.deals.models import Deal, ParticipationRole, Round, RoundState
from crm.deals.queries.deals import deals_called
from crm.deals.queries.participations import funded_deals_in, open_deals_in, past_round_in_the_way
from crm.deals.queries.rounds import last_round_event, round_event_recorded_at
from crm.funds.queries import managed_fund
from crm.lib.text import N_
from crm.notifications.models import NoticeKind
from crm.startups import parts
from crm.startups.models import PastRound
from crm.startups.parts import PastRoundValues


@dataclass(frozen=True)
class DealShare:
    """What closing says of one funded deal. `signed` in 分."""

    deal_id: int
    role: ParticipationRole | None = None
    fund_id: int | None = None
    signed: int | None = None


@dataclass(frozen=True)
class Closing:
    """How a round closes. `final_amount`: what the whole round raised, in 分, where the startup said so.

    `investors` and `source` go into the startup's past round, which investors read. `lapse`: deals that still go on end
    with the round. `without_money`: it is meant that no deal is funded.
    """

    closed_on: date
    shares: Sequence[DealShare] = ()
    final_amount: int | None = None
    investors: str = ""
    source: str = ""
    note: str = ""
    lapse: bool = True
    without_money: bool = False


def close_round(round: Round, closing: Closing, *, version: int | None, by: Actor, at: datetime) -> None:
    """Close a round: funded deals become participations, the round becomes a past round. Raises Refusal, Conflict."""
    round.expect_version(version)
    funded = funded_deals_in(round)
    check_closing(closing, funded)
    with audit.one_change():
        before = take_shares(funded, closing.shares, by=by, at=at)
        ending = open_deals_in(round) if closing.lapse else []
        lapse(ending, closing.closed_on, by=by, at=at)
        with db.session.no_autoflush:
            note, day = closing.note, closing.closed_on
            change_state(round, RoundState.CLOSED, day, note, by=by, at=at, day_field="closed_on")
            round.closed_on, round.final_amount = day, closing.final_amount
            changes = audit.pending_changes(round)
        roles = {share.deal_id: share.role for share in closing.shares}
        standing = keep_in_step([deal.id for deal in funded], by=by, at=at, roles=roles)
        changes += [
            *counted("participations", len(standing), back=before),
            *counted("lapsed", len(ending)),
            *keep_past_round(round, closing, by=by, at=at),
        ]
    audit.record(round, "moved", by=by, at=at, name=round_title(round.startup, round.name), changes=changes)


def withdraw_round(
    round: Round, withdrawn_on: date, why: str, *, lapses: bool, version: int | None, by: Actor, at: datetime
) -> None:
    """The startup seeks this round no longer. Raises Refusal, Conflict."""
    round.expect_version(version)
    if not why:
        raise Refusal({"note": N_("Say why the round is withdrawn.")})
    with audit.one_change():
        ending = open_deals_in(round) if lapses else []
        lapse(ending, withdrawn_on, by=by, at=at)
        with db.session.no_autoflush:
            change_state(round, RoundState.WITHDRAWN, withdrawn_on, why, by=by, at=at)
            changes = [*audit.pending_changes(round), *counted("lapsed", len(ending))]
    audit.record(round, "moved", by=by, at=at, name=round_title(round.startup, round.name), changes=changes)


def reopen_round(round: Round, opened_on: date, note: str, *, version: int | None, by: Actor, at: datetime) -> None:
    """Open a round again that was closed or withdrawn, and take back what came of that. Raises Refusal, Conflict."""
    round.expect_version(version)
    ended = last_round_event(round)
    with audit.one_change():
        with db.session.no_autoflush:
            change_state(round, RoundState.OPEN, opened_on, note, by=by, at=at)
            round.closed_on = round.final_amount = None
            changes = audit.pending_changes(round)
        changes += take_back_results(round, ended.recorded_at if ended else at, by=by, at=at, tells=True)
    audit.record(round, "reopened", by=by, at=at, name=round_title(round.startup, round.name), changes=changes)


def take_back_results(
    round: Round, ended_at: datetime, *, by: Actor, at: datetime, tells: bool = False
) -> list[Change]:
    """Put away the participations and the past round of a round, and let the deals go on that ended with it.

    `tells`: their owners get a notice of that.
    """
    revived = revive(round, ended_at, by=by, at=at)
    ids = db.session.scalars(sa.select(Deal.id).where(Deal.round_id == round.id)).all()
    keep_in_step(ids, by=by, at=at)
    if tells:
        tell_owners(NoticeKind.DEALS_REVIVED, round, revived, by=by, at=at)
    changes = [audit.change("lapsed", len(revived), None)] if revived else []
    past = own_past_round(round)
    if past is not None and past.archived_at is None:
        parts.archive(past, by=by, at=at)
        changes.append(audit.change("past_round", round.name, None))
    return changes


def reverse_round_event(round: Round, *, recorded_at: datetime, by: Actor, at: datetime) -> None:
    """Take back the move that was recorded at a moment. Raises Refusal when it is gone.

    The round's own fields and what came of the move are the caller's.
    """
    event = round_event_recorded_at(round, recorded_at)
    if event is None or event.from_state is None:
        raise Refusal({"": N_("This move was taken back already.")})
    states = event.to_state, event.from_state
    add_round_event(round, *states, event.happened_on, by=by, at=at, reverses=event)


def check_closing(closing: Closing, funded: Sequence[Deal]) -> None:
    if {share.deal_id for share in closing.shares} != {deal.id for deal in funded}:
        raise Refusal({"": N_("Another deal was funded, or one no longer is: look at the list again.")})
    if not funded and not closing.without_money:
        raise Refusal({"without_money": N_("No introduction is funded: say that this is meant.")})
    for share in closing.shares:
        if not share.signed:
            raise Refusal({f"signed_{share.deal_id}": N_("Write an amount above zero.")})


def take_shares(
    funded: Sequence[Deal], shares: Sequence[DealShare], *, by: Actor, at: datetime
) -> list[tuple[int, int | None, int | None]]:
    """Let the funded deals say what closing says of them; returns fund and amount before, for an undo."""
    said = {share.deal_id: share for share in shares}
    before, told = [], []
    with db.session.no_autoflush:
        for deal in funded:
            share = said[deal.id]
            if (share.fund_id, share.signed) == (deal.fund_id, deal.signed):
                continue
            if share.fund_id is not None:
                managed_fund(deal.institution_id, share.fund_id, field=f"fund_{deal.id}")
            before.append((deal.id, deal.fund_id, deal.signed))
            deal.fund_id, deal.signed = share.fund_id, share.signed
            told.append((deal, deal_title(deal.round.startup, deal.institution), audit.pending_changes(deal)))
    audit.record_many(told, "changed", by=by, at=at)
    return before


def put_shares_back(before: Sequence[tuple[int, int | None, int | None]], *, by: Actor, at: datetime) -> None:
    """Give deals the fund and the signed amount that they had before their round closed."""
    deals = {deal.id: deal for deal in deals_called([deal_id for deal_id, *_ in before])}
    told = []
    with db.session.no_autoflush:
        for deal_id, fund_id, signed in before:
            deal = deals[deal_id]
            deal.fund_id, deal.signed = fund_id, signed
            told.append((deal, deal_title(deal.round.startup, deal.institution), audit.pending_changes(deal)))
    audit.record_many(told, "changed", by=by, at=at)


def keep_past_round(round: Round, closing: Closing, *, by: Actor, at: datetime) -> list[Change]:
    """The closed round among the startup's past rounds, unless the desk keeps one of this name by hand."""
    own = own_past_round(round)
    if past_round_in_the_way(round) is not None:
        return []
    values = PastRoundValues(
        round_name=round.name,
        happened_on=closing.closed_on,
        amount=closing.final_amount,
        valuation=round.valuation,
        investors=closing.investors,
        source=closing.source,
    )
    if own is None:
        own = parts.add_past_round(round.startup, values, by=by, at=at)
        round.past_round_id = own.id
    else:
        if own.archived_at is not None:
            parts.restore(own, by=by, at=at)
        parts.edit_past_round(own, values, version=None, by=by, at=at)
    return [audit.change("past_round", None, round.name)]


def own_past_round(round: Round) -> PastRound | None:
    return db.session.get(PastRound, round.past_round_id) if round.past_round_id else None


def counted(field: str, count: int, **raw: object) -> list[Change]:
    return [audit.change(field, None, count, **raw)] if count else []
