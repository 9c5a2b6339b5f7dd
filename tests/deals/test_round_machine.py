"""Rounds that close, open again and are taken back at random: every amount counts once."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.deals import actions, queries
from crm.deals.actions import Closing, DealShare, DealValues, Move
from crm.deals.models import HOLDING, Deal, DealStatus, Participation, Receipt, Round, RoundState
from crm.institutions import actions as institution_actions
from crm.institutions.actions import InstitutionValues
from crm.lib.money import Amount
from crm.startups import actions as startup_actions
from crm.startups.actions import StartupValues
from tests.factories import AT, BY, TODAY, WAN
from tests.support import world

NAMES = ("甲", "乙")
VERBS = ("sign", "fund", "back", "bin", "restore")
STEPS = st.lists(
    st.one_of(
        st.sampled_from(["close", "reopen", "receive"]),
        st.builds("{} {}".format, st.sampled_from(VERBS), st.sampled_from(NAMES)),
    ),
    min_size=8,
    max_size=20,
)


class Drawn(Exception):
    """Ends a unit of work without keeping anything of it."""


@settings(max_examples=20)
@given(STEPS)
def test_participations_are_the_funded_deals_of_closed_rounds_each_once(app: Flask, steps: list[str]) -> None:
    try:
        with world.app.app_context(), unit_of_work(write=True) as session:
            round_id = a_round_with_two(session)
            for number, step in enumerate(steps):
                take(session, round_id, step, number)
                check(session, round_id)
            raise Drawn
    except Drawn:
        pass


def a_round_with_two(session: Session) -> int:
    startup = startup_actions.add(StartupValues(name="衡汐智能"), by=BY, at=AT)
    for name in NAMES:
        institution = institution_actions.add(InstitutionValues(name=name), by=BY, at=AT)
        move = Move("referred", DealStatus.ACTIVE, TODAY)
        deal = actions.log_deal(startup, "a", institution, move, DealValues(), sought=Amount(), by=BY, at=AT)
    session.flush()
    return deal.round_id


def take(session: Session, round_id: int, step: str, number: int) -> None:
    """One step; what the rules refuse leaves everything as it is."""
    at = AT + timedelta(minutes=number + 1)
    verb, _, name = step.partition(" ")
    round = queries.find_round(BY, round_id)
    deals = {deal.institution.name: deal for deal in queries.deals_called(deal_ids(session, round_id))}
    assert round is not None
    try:
        with session.begin_nested():
            if verb == "close":
                shares = [DealShare(deal.id, None, None, deal.signed) for deal in queries.funded_deals_in(round)]
                closing = Closing(TODAY, shares, without_money=True)
                actions.close_round(round, closing, version=None, by=BY, at=at)
            elif verb == "reopen":
                actions.reopen_round(round, TODAY, "", version=None, by=BY, at=at)
            elif verb == "receive":
                actions.receive(deals[NAMES[0]], WAN, TODAY, by=BY, at=at)
            else:
                change_deal(verb, deals[name], at=at)
    except Refusal:
        session.expire_all()


def change_deal(verb: str, deal: Deal, **told: object) -> None:
    if verb == "sign":
        actions.move_deal(deal, Move("signed", DealStatus.ACTIVE, TODAY, signed=WAN), version=None, by=BY, **told)  # type: ignore[arg-type]
    elif verb == "fund":
        move = Move("funded", DealStatus.ACTIVE, TODAY, signed=3 * WAN, received=WAN)
        actions.move_deal(deal, move, version=None, by=BY, **told)  # type: ignore[arg-type]
    elif verb == "back":
        actions.move_deal(deal, Move("met", DealStatus.ACTIVE, TODAY), version=None, by=BY, **told)  # type: ignore[arg-type]
    else:
        {"bin": actions.archive_deal, "restore": actions.restore_deal}[verb](deal, by=BY, **told)  # type: ignore[arg-type]


def check(session: Session, round_id: int) -> None:
    session.flush()
    round = session.get_one(Round, round_id)
    deals = session.scalars(sa.select(Deal).where(Deal.round_id == round_id)).all()
    there = [deal for deal in deals if deal.archived_at is None and deal.status in HOLDING]
    funded = {deal.id: deal.signed for deal in there if deal.stage == "funded" and round.state == RoundState.CLOSED}
    rows = session.scalars(sa.select(Participation).where(Participation.round_id == round_id)).all()
    assert len({row.deal_id for row in rows}) == len(rows), "a deal has one participation"
    assert {row.deal_id: row.signed for row in rows if row.archived_at is None} == funded
    received = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Receipt.amount), 0)).where(Receipt.deal_id.in_(funded))
    )
    assert sum(share.received for share in queries.participations_in(round)) == received
    assert queries.last_round_event(round).to_state == round.state  # type: ignore[union-attr]


def deal_ids(session: Session, round_id: int) -> list[int]:
    return list(session.scalars(sa.select(Deal.id).where(Deal.round_id == round_id)))
