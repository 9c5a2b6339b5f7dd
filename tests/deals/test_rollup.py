"""Totals of deals: whatever happens to deals, in whatever order, they say what a recount says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crm.accounts.models import Account
from crm.core.db import db, recorded
from crm.core.errors import Refusal
from crm.deals import actions, queries, rollup
from crm.deals.actions import Closing, DealShare, DealValues, Move, entered_stage_on
from crm.deals.models import HOLDING, Deal, DealStatus, DealTotal, Participation, Receipt, Round, RoundState
from crm.deals.rollup import Key, Sums
from crm.handover.actions import give
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.services import standing
from crm.startups.models import Startup
from crm.undo import actions as undo_actions
from tests.conftest import Work
from tests.factories import AT, BY, TODAY, WAN, a_deal, a_startup, an_account, an_institution
from tests.support import world
from tests.support.command import crm

ACTIVE, ON_HOLD, PASSED = DealStatus.ACTIVE, DealStatus.ON_HOLD, DealStatus.PASSED
STAGES = ("referred", "interested", "met", "due_diligence", "term_sheet", "signed", "funded")
AMOUNTS = (Amount(), Amount.exactly(300 * WAN), Amount.exactly(5000 * WAN), Amount.between(WAN, 2 * WAN, "100–200 万"))


@pytest.mark.parametrize(
    ("steps", "entered"),
    [
        ([(1, "referred")], 1),
        ([(1, "referred"), (5, "met")], 5),
        ([(1, "referred"), (5, "met"), (9, "met"), (12, "met")], 5),  # held, and taken up again
        ([(1, "met"), (5, "referred"), (9, "met")], 9),  # back and forth: the last time counts
    ],
)
def test_a_deal_is_in_its_stage_since_it_came_there_last(steps: list[tuple[int, str]], entered: int) -> None:
    told = [(date(2026, 5, day), stage) for day, stage in steps]
    assert entered_stage_on(told) == date(2026, 5, entered)


def test_totals_follow_a_deal_from_row_to_row(work: Work) -> None:
    owner = an_account()
    deal = a_deal(stage="met", intended=Amount.exactly(300 * WAN), owner_id=owner.id)
    a_deal(stage="met")
    assert kept(work) == {
        Key("met", ACTIVE, owner.id): Sums(1, 300 * WAN, 0, 0),
        Key("met", ACTIVE, 0): Sums(1, 0, 1, 0),
    }
    with work():
        found = queries.find_deal(BY, deal.id)
        assert found is not None
        signed = Move("signed", ACTIVE, TODAY, signed=250 * WAN)
        actions.move_deal(found, signed, version=None, by=BY, at=AT)
    assert kept(work)[Key("signed", ACTIVE, owner.id)] == Sums(1, 300 * WAN, 0, 250 * WAN)
    with work():
        found = queries.find_deal(BY, deal.id)
        assert found is not None
        actions.archive_deal(found, by=BY, at=AT)
    assert kept(work) == {Key("met", ACTIVE, 0): Sums(1, 0, 1, 0)}


def test_a_refused_unit_of_work_leaves_the_totals_alone(work: Work) -> None:
    deal = a_deal()

    def move_and_fail() -> None:
        with work():
            found = queries.find_deal(BY, deal.id)
            assert found is not None
            actions.move_deal(found, Move("met", ACTIVE, TODAY), version=None, by=BY, at=AT)
            db.session.flush()
            raise Refusal({"": N_("no")})

    with pytest.raises(Refusal):
        move_and_fail()
    assert kept(work) == {Key("referred", ACTIVE, 0): Sums(1, 0, 1, 0)}


def test_the_command_finds_and_mends_a_total_that_somebody_spoilt(app: Flask, work: Work) -> None:
    a_deal(stage="met", intended=Amount.exactly(300 * WAN))
    with work() as session:
        before = session.scalar(sa.select(DealTotal.changes)) or 0
        session.execute(sa.update(DealTotal).values(deals=7))
    found = crm("deals", "check-rollup")
    assert found.exit_code == 1
    assert "met, active, owner -: 7 deals" in found.output
    assert "counted 1 deals" in found.output
    with work() as session:
        assert (session.scalar(sa.select(DealTotal.changes)) or 0) > before, "who looked before must look again"
    with work() as session:
        session.execute(sa.update(Startup).values(open_deals=5))
    startup = crm("deals", "check-rollup")
    assert startup.exit_code == 1
    assert (
        "met, 5 open deals, an open round, 0 services, last on 2026-05-01, counted met, 1 open deals" in startup.output
    )
    right = crm("deals", "check-rollup")
    assert (right.exit_code, right.output) == (0, "The totals are right.\nThe startups are right.\n")


def kept(work: Work) -> dict[Key, Sums]:
    """The totals that count any deal."""
    with work() as session:
        columns = [getattr(DealTotal, name) for name in (*rollup.KEY, *rollup.SUMS)]
        rows = session.execute(sa.select(*columns).where(DealTotal.deals != 0))
        return {Key(*row[:3]): Sums(*row[3:]) for row in rows}


class Desk(RuleBasedStateMachine):
    """A few deals to which everything happens that can, in any order."""

    work: Work

    @initialize()
    def open(self) -> None:
        self.startups = [a_startup(), a_startup()]
        self.institutions = [an_institution(), an_institution()]
        self.owners = [an_account(), an_account()]
        self.by = self.owners[0]
        self.at = AT
        self.deals = [a_deal(self.startups[0], one).id for one in self.institutions]
        self.last: list[int] = []

    def teardown(self) -> None:
        """The next try begins with nothing, so that a failure can be tried again with less."""
        with self.work() as session:
            world.wipe(session)

    def do(self, what: Any) -> None:
        """One unit of work, a minute later; a refusal rolls it back."""
        self.at += timedelta(minutes=1)
        try:
            with self.work() as session:
                by = session.get_one(Account, self.by.id)
                what(by, self.at)
                session.flush()
                self.last = [entry.id for entry in recorded(session)]
        except Refusal:
            self.last = []

    def some_deal(self, number: int) -> Deal | None:
        return queries.find_deal(BY, self.deals[number % len(self.deals)]) if self.deals else None

    def day(self, back: int) -> date:
        return TODAY - timedelta(days=back)

    @rule(
        pair=st.integers(0, 3),
        stage=st.sampled_from(STAGES[:4]),
        back=st.integers(0, 30),
        amount=st.sampled_from(AMOUNTS),
        owner=st.integers(0, 2),
    )
    def log(self, pair: int, stage: str, back: int, amount: Amount, owner: int) -> None:
        def what(by: Account, at: datetime) -> None:
            startup = db.session.get_one(Startup, self.startups[pair % 2].id)
            institution = db.session.get_one(Institution, self.institutions[pair // 2].id)
            values = DealValues(intended=amount, owner_id=self.owners[owner].id if owner < 2 else None)
            move = Move(stage, ACTIVE, self.day(back))
            deal = actions.log_deal(startup, "a", institution, move, values, sought=Amount(), by=by, at=at)
            self.deals.append(deal.id)

        self.do(what)

    @rule(
        number=st.integers(0, 9),
        stage=st.sampled_from(STAGES),
        status=st.sampled_from(DealStatus),
        back=st.integers(0, 30),
        money=st.integers(0, 3),
    )
    def move(self, number: int, stage: str, status: DealStatus, back: int, money: int) -> None:
        def what(by: Account, at: datetime) -> None:
            deal = self.some_deal(number)
            if deal is None:
                return
            reason = "timing" if status in (PASSED, DealStatus.DECLINED) else None
            signed, received = (200 * WAN if money else None), (50 * WAN if money == 3 else None)
            told = Move(stage, status, self.day(back), reason=reason, signed=signed, received=received)
            actions.move_deal(deal, told, version=deal.version, by=by, at=at)

        self.do(what)

    @rule(number=st.integers(0, 9))
    def fund(self, number: int) -> None:
        """Rounds close with money sooner than chance alone would let them."""

        def what(by: Account, at: datetime) -> None:
            deal = self.some_deal(number)
            if deal is not None:
                told = Move("funded", DealStatus.COMPLETED, TODAY, signed=200 * WAN, received=50 * WAN)
                actions.move_deal(deal, told, version=deal.version, by=by, at=at)

        self.do(what)

    @rule(number=st.integers(0, 9))
    def reopen(self, number: int) -> None:
        def what(by: Account, at: datetime) -> None:
            deal = self.some_deal(number)
            if deal is not None and deal.status != ACTIVE:
                actions.move_deal(deal, Move(deal.stage, ACTIVE, TODAY), version=deal.version, by=by, at=at)

        self.do(what)

    @rule(number=st.integers(0, 9), amount=st.integers(1, 3))
    def receive(self, number: int, amount: int) -> None:
        def what(by: Account, at: datetime) -> None:
            deal = self.some_deal(number)
            if deal is not None:
                actions.receive(deal, amount * WAN, TODAY, by=by, at=at)

        self.do(what)

    @rule(number=st.integers(0, 9), amount=st.sampled_from(AMOUNTS), owner=st.integers(0, 2))
    def edit(self, number: int, amount: Amount, owner: int) -> None:
        def what(by: Account, at: datetime) -> None:
            deal = self.some_deal(number)
            if deal is not None:
                owner_id = self.owners[owner].id if owner < 2 else None
                values = DealValues(intended=amount, owner_id=owner_id, next_step="发资料包")
                actions.edit_deal(deal, values, version=deal.version, by=by, at=at)

        self.do(what)

    @rule(number=st.integers(0, 9))
    def file(self, number: int) -> None:
        """Into the bin, or back."""

        def what(by: Account, at: datetime) -> None:
            deal = self.some_deal(number)
            if deal is not None:
                (actions.restore_deal if deal.archived_at else actions.archive_deal)(deal, by=by, at=at)

        self.do(what)

    @rule(number=st.integers(0, 9))
    def end_round(self, number: int) -> None:
        """Close the round of a deal, with which what goes on lapses; or open it again."""

        def what(by: Account, at: datetime) -> None:
            deal = self.some_deal(number)
            round = queries.find_round(BY, deal.round_id) if deal else None
            if round is None:
                return
            if round.state == RoundState.CLOSED:
                actions.reopen_round(round, TODAY, "", version=None, by=by, at=at)
                return
            shares = [DealShare(one.id, None, None, one.signed) for one in queries.funded_deals_in(round)]
            actions.close_round(round, Closing(TODAY, shares, without_money=True), version=None, by=by, at=at)

        self.do(what)

    @rule(owner=st.integers(0, 1))
    def hand_over(self, owner: int) -> None:
        def what(by: Account, at: datetime) -> None:
            heir = db.session.get_one(Account, self.owners[1 - owner].id)
            give("deals", db.session.get_one(Account, self.owners[owner].id), heir, by=by, at=at)

        self.do(what)

    @rule()
    def undo(self) -> None:
        """The last change, where it can be undone; so an undo is undone, too."""

        def what(by: Account, at: datetime) -> None:
            undo_actions.undo(self.last, by=by, at=at)

        if self.last:
            self.do(what)

    @invariant()
    def totals_are_a_recount(self) -> None:
        with self.work():
            assert rollup.differences() == []
            assert standing.keep() == []

    @invariant()
    def nothing_counts_twice(self) -> None:
        with self.work() as session:
            totals = session.execute(sa.select(*(sa.func.sum(getattr(DealTotal, name)) for name in rollup.SUMS))).one()
            there = session.scalars(sa.select(Deal).where(Deal.archived_at.is_(None))).all()
            exact = [deal.intended.exact for deal in there if deal.intended.exact is not None]
            signed = sum(deal.signed or 0 for deal in there)
            assert [int(total or 0) for total in totals] == [len(there), sum(exact), len(there) - len(exact), signed]
            receipts = session.scalars(sa.select(Receipt).where(Receipt.deal_id.in_(self.deals))).all()
            assert sum(queries.received_by_deal(self.deals).values()) == sum(one.amount for one in receipts)
            shares = session.scalars(sa.select(Participation).where(Participation.archived_at.is_(None))).all()
            closed = set(session.scalars(sa.select(Round.id).where(Round.state == RoundState.CLOSED)))
            came = [deal for deal in there if deal.stage == "funded" and deal.status in HOLDING]
            funded = {deal.id: deal.signed for deal in came if deal.round_id in closed}
            assert {one.deal_id: one.signed for one in shares} == funded

    @invariant()
    def history_leads_to_the_present(self) -> None:
        with self.work() as session:
            for deal in session.scalars(sa.select(Deal)):
                events = queries.standing_events(deal)
                last = events[-1]
                steps = [(event.happened_on, event.to_stage) for event in events]
                assert (deal.stage, deal.status, deal.moved_on) == (last.to_stage, last.to_status, last.happened_on)
                assert deal.entered_on == entered_stage_on(steps)


def test_totals_and_history_hold_whatever_happens(work: Work) -> None:
    machine = type("DeskHere", (Desk,), {"work": staticmethod(work)})
    tries = settings(max_examples=12, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=tries)
