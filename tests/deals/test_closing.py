"""Rounds move by append-only events; closing makes participations and a past round, opening again takes them back."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.audit.models import AuditEntry
from crm.audit.sentences import sentence
from crm.core.errors import Conflict, Refusal
from crm.deals import actions, queries
from crm.deals.actions import Closing, DealShare, Move
from crm.deals.models import Deal, DealStatus, Participation, ParticipationRole, Round, RoundState
from crm.startups.models import PastRound
from crm.startups.queries import past_rounds_of
from tests.conftest import Work
from tests.factories import (
    AT,
    BY,
    TODAY,
    WAN,
    a_deal,
    a_fund,
    a_past_round,
    a_round,
    a_startup,
    an_institution,
)

LEAD, FOLLOW = ParticipationRole.LEAD, ParticipationRole.FOLLOW


def found(round_id: int) -> Round:
    round = queries.find_round(BY, round_id)
    assert round is not None
    return round


def a_funded_deal(startup: object, name: str, signed: int, received: int, **values: object) -> Deal:
    institution = an_institution(name, **values)
    return a_deal(startup, institution, stage="funded", status=DealStatus.COMPLETED, signed=signed, received=received)  # type: ignore[arg-type]


def close(round_id: int, *shares: DealShare, **values: object) -> None:
    closing = Closing(TODAY, shares, **values)  # type: ignore[arg-type]
    actions.close_round(found(round_id), closing, version=None, by=BY, at=AT)


def test_three_funded_deals_are_one_round_and_three_participations(work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐")
    first = a_funded_deal(startup, "临渚创投", 3000 * WAN, 1000 * WAN)
    others = [a_funded_deal(startup, name, 1000 * WAN, 1000 * WAN) for name in ("江畔基金", "沧屿资本")]
    with work():
        actions.receive(queries.find_deal(BY, first.id), 500 * WAN, TODAY, by=BY, at=AT)  # type: ignore[arg-type]
    with work():
        shares = [DealShare(first.id, LEAD, None, 3000 * WAN)]
        shares += [DealShare(deal.id, FOLLOW, None, 1000 * WAN) for deal in others]
        close(first.round_id, *shares, final_amount=6000 * WAN, investors="临渚创投、江畔基金、沧屿资本")
    with work() as session:
        kept = queries.participations_in(found(first.round_id))
        assert [(one.role, one.signed, one.received) for one in kept] == [
            (LEAD, 3000 * WAN, 1500 * WAN),
            (FOLLOW, 1000 * WAN, 1000 * WAN),
            (FOLLOW, 1000 * WAN, 1000 * WAN),
        ]
        past = session.query(PastRound).one()
        assert (past.round_name, past.happened_on, past.amount) == ("a", TODAY, 6000 * WAN)
        assert past.investors == "临渚创投、江畔基金、沧屿资本"
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.record_type == "round")).all()[-1]
        assert sentence(entry, str, "en") == (
            "crm moved “衡汐 · A”: State Open → Closed; Closed on 2026-06-12; "
            "Amount of the whole round CNY 60M; Participations 3; Past round A"
        )


def test_a_named_fund_has_made_an_investment_beside_what_it_reports(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    fund = a_fund(managers=[institution], invested=2 * WAN)
    deal = a_deal(startup, institution, stage="funded", signed=800 * WAN, received=800 * WAN)
    with work():
        close(deal.round_id, DealShare(deal.id, None, fund.id, 700 * WAN))
    with work() as session:
        (share,) = queries.investments_of(fund)
        assert (share.signed, share.received) == (700 * WAN, 800 * WAN)
        assert session.get_one(Deal, deal.id).signed == 700 * WAN, "the deal and its participation say one thing"
        assert session.get_one(type(fund), fund.id).invested == 2 * WAN


def test_a_fund_of_another_institution_is_refused_at_its_field(work: Work) -> None:
    deal, strange = a_funded_deal(a_startup(), "临渚创投", 100 * WAN, 100 * WAN), a_fund()
    with work(), pytest.raises(Refusal) as refused:
        close(deal.round_id, DealShare(deal.id, None, strange.id, 100 * WAN))
    assert list(refused.value.fields) == [f"fund_{deal.id}"]


def test_closing_without_a_funded_deal_must_be_meant(work: Work) -> None:
    deal = a_deal()
    with work(), pytest.raises(Refusal) as refused:
        close(deal.round_id)
    assert list(refused.value.fields) == ["without_money"]
    with work():
        close(deal.round_id, without_money=True)
    with work() as session:
        assert session.query(Participation).count() == 0
        assert session.get_one(Deal, deal.id).status == DealStatus.LAPSED


def test_what_goes_on_lapses_or_stays_and_what_is_signed_always_stays(work: Work) -> None:
    startup = a_startup()
    talking, signed = a_deal(startup, stage="met"), a_deal(startup, stage="signed", signed=WAN)
    with work():
        close(talking.round_id, without_money=True, lapse=False)
        assert queries.find_deal(BY, talking.id).status == DealStatus.ACTIVE  # type: ignore[union-attr]
        actions.reopen_round(found(talking.round_id), TODAY, "", version=None, by=BY, at=AT)
        close(talking.round_id, without_money=True)
    with work() as session:
        assert session.get_one(Deal, talking.id).status == DealStatus.LAPSED
        assert session.get_one(Deal, signed.id).status == DealStatus.ACTIVE


def test_opening_again_takes_back_what_closing_made_and_the_deals_go_on(work: Work) -> None:
    startup = a_startup()
    funded = a_funded_deal(startup, "临渚创投", 100 * WAN, 100 * WAN)
    talking = a_deal(startup, stage="met", happened_on=date(2026, 5, 20))
    with work():
        close(funded.round_id, DealShare(funded.id, LEAD, None, 100 * WAN))
    later = AT.replace(hour=8)
    with work():
        actions.reopen_round(found(funded.round_id), TODAY, "还有一家", version=None, by=BY, at=later)
    with work() as session:
        round = found(funded.round_id)
        assert (round.state, round.closed_on) == (RoundState.OPEN, None)
        assert queries.participations_in(round) == []
        assert past_rounds_of(startup) == []
        kept = session.get_one(Deal, talking.id)
        assert (kept.status, kept.moved_on) == (DealStatus.ACTIVE, date(2026, 5, 20))
        assert [event.to_state for event in queries.round_events_of(round)] == ["open", "closed", "open"]
    with work():
        close(funded.round_id, DealShare(funded.id, FOLLOW, None, 100 * WAN))
    with work() as session:
        participation = session.query(Participation).one()
        assert (participation.role, participation.archived_at) == (FOLLOW, None)
        assert session.query(PastRound).one().archived_at is None


def test_a_deal_goes_on_from_where_it_was_also_where_that_was_recorded_after_the_end(work: Work) -> None:
    talking = a_deal(stage="met", happened_on=date(2026, 5, 20))
    with work():
        close(talking.round_id, without_money=True)
    with work():
        late = Move("due_diligence", DealStatus.ACTIVE, date(2026, 5, 28))
        kept = queries.find_deal(BY, talking.id)
        assert kept is not None
        actions.move_deal(kept, late, version=None, by=BY, at=AT.replace(hour=7))
        assert (kept.stage, kept.status) == ("met", DealStatus.LAPSED), "the end came later"
    with work():
        actions.reopen_round(found(talking.round_id), TODAY, "", version=None, by=BY, at=AT.replace(hour=8))
    with work() as session:
        kept = session.get_one(Deal, talking.id)
        days = (kept.moved_on, kept.entered_on)
        assert (kept.stage, kept.status, *days) == ("due_diligence", DealStatus.ACTIVE, *[date(2026, 5, 28)] * 2)


def test_a_past_round_that_was_written_by_hand_stays_as_it_is(work: Work) -> None:
    startup = a_startup()
    past = a_past_round(startup, "a", amount=5 * WAN, investors="某机构")
    deal = a_funded_deal(startup, "临渚创投", 100 * WAN, 100 * WAN)
    with work():
        close(deal.round_id, DealShare(deal.id, None, None, 100 * WAN), investors="临渚创投")
    with work():
        actions.reopen_round(found(deal.round_id), TODAY, "", version=None, by=BY, at=AT)
    with work() as session:
        kept = session.query(PastRound).one()
        assert (kept.id, kept.amount, kept.investors, kept.archived_at) == (past.id, 5 * WAN, "某机构", None)


def test_a_deal_of_a_closed_round_becomes_a_participation_with_its_first_money(work: Work) -> None:
    deal = a_deal(stage="signed", signed=300 * WAN)
    with work() as session:
        close(deal.round_id, without_money=True)
        assert queries.participations_in(found(deal.round_id)) == [], "signed is not received"
        move = Move("met", DealStatus.ACTIVE, TODAY)
        actions.move_deal(queries.find_deal(BY, deal.id), move, version=None, by=BY, at=AT)  # type: ignore[arg-type]
        move = Move("signed", DealStatus.ACTIVE, TODAY, signed=300 * WAN)
        actions.move_deal(queries.find_deal(BY, deal.id), move, version=None, by=BY, at=AT)  # type: ignore[arg-type]
        assert session.query(Participation).count() == 0, "nor when it is signed after the round closed"
    with work() as session:
        move = Move("funded", DealStatus.COMPLETED, TODAY, received=100 * WAN)
        actions.move_deal(queries.find_deal(BY, deal.id), move, version=None, by=BY, at=AT)  # type: ignore[arg-type]
        assert session.query(Participation).one().signed == 300 * WAN
    with work() as session:
        actions.archive_deal(queries.find_deal(BY, deal.id), by=BY, at=AT)  # type: ignore[arg-type]
        assert queries.participations_in(found(deal.round_id)) == []


def test_withdrawing_needs_a_reason_and_is_told_in_the_events(work: Work) -> None:
    deal = a_deal()
    with work(), pytest.raises(Refusal) as refused:
        actions.withdraw_round(found(deal.round_id), TODAY, "", lapses=True, version=None, by=BY, at=AT)
    assert list(refused.value.fields) == ["note"]
    with work() as session:
        actions.withdraw_round(found(deal.round_id), TODAY, "股东借款", lapses=True, version=None, by=BY, at=AT)
        event = queries.last_round_event(found(deal.round_id))
        assert event is not None
        assert (event.from_state, event.to_state, event.note) == ("open", "withdrawn", "股东借款")
        assert session.get_one(Deal, deal.id).status == DealStatus.LAPSED


def test_a_registered_round_is_screened_before_anybody_is_introduced(work: Work) -> None:
    startup = a_startup()
    with work():
        values = actions.RoundValues(opened_on=date(2026, 3, 1))
        round = actions.open_round(startup, "b", values, state=RoundState.REGISTERED, by=BY, at=AT)
        assert (round.state, round.opened_on) == (RoundState.REGISTERED, None)
    with pytest.raises(Refusal, match="not open yet"):
        a_deal(startup, round_name="b")
    with work():
        actions.move_round(found(round.id), RoundState.SCREENED, TODAY, "材料齐全", version=None, by=BY, at=AT)
        actions.move_round(found(round.id), RoundState.OPEN, TODAY, version=None, by=BY, at=AT)
        assert found(round.id).opened_on == TODAY
    a_deal(startup, round_name="b")


@pytest.mark.parametrize("state", [RoundState.CLOSED, RoundState.WITHDRAWN, RoundState.REGISTERED])
def test_no_short_cut_leads_to_an_end(work: Work, state: RoundState) -> None:
    round = a_round()
    with work(), pytest.raises(Refusal):
        actions.move_round(found(round.id), state, TODAY, version=None, by=BY, at=AT)


def test_a_round_does_not_close_before_it_opened(work: Work) -> None:
    round = a_round(opened_on=date(2026, 3, 18))
    closing = Closing(date(2026, 3, 17), without_money=True)
    with work(), pytest.raises(Refusal) as refused:
        actions.close_round(found(round.id), closing, version=None, by=BY, at=AT)
    assert list(refused.value.fields) == ["closed_on"]


def test_the_second_of_two_who_close_is_told(work: Work) -> None:
    round = a_round()
    with work(), pytest.raises(Conflict):
        actions.close_round(
            found(round.id), Closing(TODAY, without_money=True), version=round.version - 1, by=BY, at=AT
        )
