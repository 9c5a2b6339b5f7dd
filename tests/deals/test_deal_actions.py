"""Deals: one round × one institution, moved by append-only events."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.accounts.models import Account, Role, System
from crm.audit.models import AuditEntry
from crm.audit.sentences import sentence
from crm.core.errors import Conflict, Refusal
from crm.deals import actions, queries
from crm.deals.actions import AlreadyThere, Closing, DealValues, Move
from crm.deals.models import Deal, DealEvent, DealStatus, Receipt, Round, RoundState
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import AT, BY, TODAY, WAN, a_deal, a_round, a_startup, an_account, an_institution


def loaded(session: object, deal: Deal) -> Deal:
    found = queries.find_deal(System(), deal.id)
    assert found is not None
    return found


def found(round: Round) -> Round:
    kept = queries.find_round(System(), round.id)
    assert kept is not None
    return kept


def test_an_introduction_opens_the_round_that_the_startup_lacks(work: Work) -> None:
    startup = a_startup()
    deal = a_deal(startup, round_name="a+", sought=Amount.exactly(8000 * WAN))
    with work() as session:
        round = session.get_one(Round, deal.round_id)
        assert (round.name, round.state, round.sought.exact) == ("a+", RoundState.OPEN, 8000 * WAN)


def test_a_second_introduction_of_the_same_pair_leads_to_the_first(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    first = a_deal(startup, institution)
    move = Move("met", DealStatus.ACTIVE, TODAY)
    with work(), pytest.raises(AlreadyThere) as refused:
        actions.log_deal(startup, "a", institution, move, DealValues(), sought=Amount(), by=BY, at=AT)
    assert refused.value.deal.id == first.id


def test_a_closed_round_takes_no_introduction(work: Work) -> None:
    startup = a_startup()
    round = a_round(startup)
    with work():
        closing = Closing(TODAY, without_money=True)
        actions.close_round(found(round), closing, version=None, by=BY, at=AT)
    with pytest.raises(Refusal, match="This round is closed"):
        a_deal(startup)


def test_a_move_appends_an_event_and_the_deal_says_what_the_latest_event_says(work: Work) -> None:
    deal = a_deal(happened_on=date(2026, 5, 1))
    with work() as session:
        kept = loaded(session, deal)
        actions.move_deal(kept, Move("met", DealStatus.ACTIVE, date(2026, 5, 20)), version=kept.version, by=BY, at=AT)
    with work() as session:
        kept = loaded(session, deal)
        events = queries.events_of(kept)
        assert (kept.stage, kept.moved_on, kept.introduced_on) == ("met", date(2026, 5, 20), date(2026, 5, 1))
        assert [(event.from_stage, event.to_stage) for event in events] == [
            ("referred", "met"),
            (None, "referred"),
        ]


def test_a_step_recorded_late_does_not_take_the_deal_back(work: Work) -> None:
    deal = a_deal(stage="term_sheet", happened_on=date(2026, 5, 20))
    with work() as session:
        kept = loaded(session, deal)
        actions.move_deal(kept, Move("met", DealStatus.ACTIVE, date(2026, 4, 2)), version=None, by=BY, at=AT)
    with work() as session:
        kept = loaded(session, deal)
        assert (kept.stage, kept.moved_on, kept.introduced_on) == (
            "term_sheet",
            date(2026, 5, 20),
            date(2026, 4, 2),
        )


@pytest.mark.parametrize(
    ("move", "field"),
    [
        (Move("signed", DealStatus.ACTIVE, TODAY), "signed"),
        (Move("funded", DealStatus.COMPLETED, TODAY, signed=1), "received"),
        (Move("met", DealStatus.PASSED, TODAY), "reason"),
        (Move("met", DealStatus.PASSED, TODAY, reason="other"), "note"),
        (Move("met", DealStatus.ACTIVE, date(2026, 6, 13)), "happened_on"),
        (Move("no such stage", DealStatus.ACTIVE, TODAY), "stage"),
    ],
)
def test_a_move_that_lacks_what_it_needs_is_refused_at_its_field(work: Work, move: Move, field: str) -> None:
    deal = a_deal()
    with pytest.raises(Refusal) as refused, work() as session:
        actions.move_deal(loaded(session, deal), move, version=None, by=BY, at=AT)
    assert list(refused.value.fields) == [field]


def test_a_passed_deal_must_be_active_again_before_it_moves(work: Work) -> None:
    deal = a_deal()
    with work() as session:
        kept = loaded(session, deal)
        actions.move_deal(kept, Move("referred", DealStatus.PASSED, TODAY, reason="sector"), version=None, by=BY, at=AT)
    with pytest.raises(Refusal, match="set it to active first"), work() as session:
        actions.move_deal(loaded(session, deal), Move("met", DealStatus.COMPLETED, TODAY), version=None, by=BY, at=AT)
    with work() as session:
        actions.move_deal(loaded(session, deal), Move("met", DealStatus.ACTIVE, TODAY), version=None, by=BY, at=AT)
        assert loaded(session, deal).pass_reason is None


def test_the_second_of_two_editors_is_told(work: Work) -> None:
    deal = a_deal()
    read = deal.version
    with work() as session:
        actions.move_deal(loaded(session, deal), Move("met", DealStatus.ACTIVE, TODAY), version=read, by=BY, at=AT)
    with pytest.raises(Conflict), work() as session:
        actions.move_deal(loaded(session, deal), Move("pitched", DealStatus.ACTIVE, TODAY), version=read, by=BY, at=AT)


def test_money_comes_in_tranches(work: Work) -> None:
    deal = a_deal(stage="signed", signed=3000 * WAN)
    with work() as session:
        for amount in (1500 * WAN, 500 * WAN):
            actions.receive(loaded(session, deal), amount, TODAY, by=BY, at=AT)
    with work() as session:
        assert queries.received_by_deal([deal.id]) == {deal.id: 2000 * WAN}
        assert session.scalar(sa.select(sa.func.count(Receipt.id))) == 2


def test_a_move_is_told_as_a_readable_sentence(work: Work) -> None:
    deal = a_deal(a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能"), an_institution("临渚创投"))
    with work() as session:
        move = Move("signed", DealStatus.ACTIVE, TODAY, signed=3000 * WAN)
        actions.move_deal(loaded(session, deal), move, version=None, by=BY, at=AT)
    with work() as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert sentence(entry, str, "en") == (
            "crm moved “衡汐智能 × 临渚创投”: Stage Referred → Signed; Signed amount CNY 30M; Signed on 2026-06-12"
        )


def interest(work: Work, startup: Startup, institution: Institution, round: Round | None) -> int | None:
    account = an_account(Role.INVESTOR, institution.id)
    with work() as session:
        told = actions.express_interest(
            session.get_one(Startup, startup.id),
            session.get_one(Institution, institution.id),
            session.get_one(Round, round.id) if round else None,
            "想先了解汽车客户",
            by=session.get_one(Account, account.id),
            at=AT,
        )
        return told.deal_id


def test_interest_opens_the_deal_of_that_institution_at_interested(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    deal_id = interest(work, startup, institution, a_round(startup))
    with work() as session:
        deal = session.get_one(Deal, deal_id)
        assert (deal.stage, deal.institution_id) == ("interested", institution.id)


def test_interest_never_takes_a_deal_backwards(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    deal = a_deal(startup, institution, stage="due_diligence")
    with work() as session:
        round = session.get_one(Round, deal.round_id)
    assert interest(work, startup, institution, round) == deal.id
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "due_diligence"
        assert session.scalar(sa.select(sa.func.count(DealEvent.id))) == 1


def test_interest_after_a_pass_waits_as_a_notice(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    deal = a_deal(startup, institution)
    with work() as session:
        move = Move("referred", DealStatus.PASSED, TODAY, reason="timing")
        actions.move_deal(loaded(session, deal), move, version=None, by=BY, at=AT)
        round = session.get_one(Round, deal.round_id)
    assert interest(work, startup, institution, round) is None
    with work() as session:
        assert [one.startup_id for one in queries.waiting_interests()] == [startup.id]
        assert session.get_one(Deal, deal.id).status == DealStatus.PASSED


def test_interest_without_an_open_round_waits_as_a_notice(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    assert interest(work, startup, institution, None) is None
    with work():
        assert len(queries.waiting_interests()) == 1


def test_a_tranche_recorded_by_mistake_is_taken_out_and_the_history_keeps_it(work: Work) -> None:
    deal = a_deal(stage="funded", signed=3000 * WAN, received=1500 * WAN)
    with work() as session:
        receipt = queries.receipts_of(loaded(session, deal))[0]
        found = queries.find_receipt(BY, receipt.id)
        assert found is not None
        actions.remove_receipt(found, by=BY, at=AT)
    with work() as session:
        assert queries.receipts_of(loaded(session, deal)) == []
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert "Received amount CNY 15M → —" in sentence(entry, str, "en")
