"""What tells whom: deals that move or change hands, interest from the portal, jobs that end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role
from crm.audit.models import AuditEntry
from crm.core import jobs
from crm.core.clock import now
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.jobs import enqueue, run_job
from crm.deals import actions, queries
from crm.deals.actions import DealValues, Move
from crm.deals.models import Deal, DealStatus, Round
from crm.handover.actions import hand_over
from crm.imports import jobs as import_jobs
from crm.imports.models import LedgerImport
from crm.lib.text import N_
from crm.notifications.actions import mark_all_read
from crm.notifications.models import Notice, NoticeKind
from crm.notifications.sentences import sentence
from crm.reports import actions as report_actions
from crm.reports import jobs as report_jobs
from crm.reports.actions import Wanted
from crm.reports.periods import Period
from crm.services.models import Service
from crm.undo.actions import take_back
from tests.conftest import Work
from tests.factories import (
    AT,
    BY,
    a_deal,
    a_published_startup,
    a_round,
    a_service,
    a_startup,
    an_account,
    an_institution,
    writing,
)

LATER = AT + timedelta(minutes=5)
MET = Move("met", DealStatus.ACTIVE, date(2026, 6, 12))
PASSED = Move("met", DealStatus.PASSED, date(2026, 6, 12), reason="valuation")


def told(work: Work) -> list[tuple[int, NoticeKind, str]]:
    """Every notice: who is told, of what kind, and in which words."""
    with work() as session:
        found = session.scalars(db.select(Notice).order_by(Notice.id)).all()
        return [(one.account_id, one.kind, sentence(one, str, "en")) for one in found]


def move(deal: Deal, where: Move, by: Account, at: datetime = AT) -> None:
    with writing():
        found = queries.find_deal(BY, deal.id)
        assert found is not None
        actions.move_deal(found, where, version=None, by=by, at=at)


def undo_last(record_type: str, by: Account) -> None:
    """Take back the last move of a record of a kind."""
    with writing():
        moves = db.select(AuditEntry.id).where(AuditEntry.record_type == record_type, AuditEntry.verb == "moved")
        last = db.session.scalars(moves.order_by(AuditEntry.id.desc())).first()
        take_back(db.session.get_one(AuditEntry, last), by=by, at=LATER)


def test_the_owner_learns_of_moves_by_others_and_of_none_of_their_own(work: Work) -> None:
    owner, other = an_account(), an_account()
    startup, institution = a_startup("衡汐智能"), an_institution("临渚创投")
    deal = a_deal(startup, institution, owner_id=owner.id)
    with work() as session:
        session.execute(db.delete(Notice))
    move(deal, MET, by=owner)
    assert told(work) == []
    move(deal, MET, by=other)
    assert told(work) == [(owner.id, NoticeKind.DEAL_MOVED, "Your deal 衡汐智能 × 临渚创投 moved: Met")]
    move(deal, PASSED, by=other)
    assert told(work)[0][2].endswith("moved 2 times, at last: Passed")


def test_a_move_that_is_taken_back_is_told_no_more_or_told_as_taken_back(work: Work) -> None:
    owner, other = an_account(), an_account()
    deal = a_deal(a_startup("衡汐智能"), an_institution("临渚创投"), owner_id=owner.id)
    with work() as session:
        session.execute(db.delete(Notice))
    move(deal, MET, by=other)
    move(deal, PASSED, by=other, at=LATER)
    undo_last("deal", by=other)
    assert [text for *_, text in told(work)] == ["Your deal 衡汐智能 × 临渚创投 moved: Met"]
    with work():
        mark_all_read(owner, up_to=LATER, at=LATER)
    move(deal, PASSED, by=other, at=LATER)
    with work():
        mark_all_read(owner, up_to=LATER, at=LATER)
    undo_last("deal", by=other)
    assert [text for *_, text in told(work)][1:] == ["What you were told was taken back: 衡汐智能 × 临渚创投"]


def test_owners_learn_how_many_of_their_deals_lapsed_with_a_round_and_go_on_with_it(work: Work) -> None:
    mine, other, boss = an_account(), an_account(), an_account(Role.MANAGER)
    startup = a_startup("衡汐智能")
    deals = [a_deal(startup, owner_id=one.id) for one in (mine, mine, other, boss)]
    with work() as session:
        session.execute(db.delete(Notice))

    def round_now() -> Round:
        found = queries.find_round(BY, deals[0].round_id)
        assert found is not None
        return found

    def withdraw() -> None:
        with work():
            day, why = date(2026, 6, 12), "改为明年融资"
            actions.withdraw_round(round_now(), day, why, lapses=True, version=None, by=boss, at=AT)

    withdraw()
    assert [(who, text) for who, _, text in told(work)] == [
        (mine.id, "2 deals of yours lapsed with their round 衡汐智能 · A"),
        (other.id, "A deal of yours lapsed with its round 衡汐智能 · A"),
    ]
    undo_last("round", by=boss)
    assert told(work) == []
    withdraw()
    with work():
        actions.reopen_round(round_now(), date(2026, 6, 12), "", version=None, by=boss, at=LATER)
    assert (mine.id, NoticeKind.DEALS_REVIVED, "2 deals of yours go on with their round 衡汐智能 · A") in told(work)


def test_a_new_owner_learns_which_deal_is_theirs(work: Work) -> None:
    me, boss = an_account(), an_account(Role.MANAGER)
    deal = a_deal(a_startup("衡汐智能"), an_institution("临渚创投"))
    with work():
        found = queries.find_deal(BY, deal.id)
        assert found is not None
        actions.edit_deal(found, DealValues(owner_id=me.id), version=None, by=boss, at=AT)
        actions.edit_deal(found, DealValues(owner_id=me.id, note="again"), version=None, by=boss, at=AT)
    assert told(work) == [(me.id, NoticeKind.DEAL_GIVEN, "The deal 衡汐智能 × 临渚创投 is yours now")]


def test_whoever_takes_over_gets_one_notice_of_each_kind_of_work(work: Work) -> None:
    leaving, heir, admin = an_account(name="周牧之"), an_account(), an_account(Role.ADMIN)
    for _ in range(3):
        a_deal(owner_id=leaving.id)
    service = a_service(state="planned")
    with work() as session:
        session.get_one(Service, service.id).owner_id = leaving.id
        session.execute(db.delete(Notice))
        hand_over(leaving, heir, by=admin, at=AT)
    assert [text for _, _, text in told(work)] == [
        "3 deals of 周牧之 are yours now",
        "A service of 周牧之 is yours now",
    ]


@pytest.mark.parametrize("has_owner", [True, False])
def test_interest_goes_to_the_deals_owner_else_to_finance_staff(work: Work, has_owner: bool) -> None:
    owner, colleague = an_account(), an_account()
    an_account(Role.LEADER)
    startup, institution = a_published_startup("衡汐智能"), an_institution("临渚创投")
    round = a_round(startup)
    a_deal(startup, institution, owner_id=owner.id)
    investor = an_account(Role.INVESTOR, institution.id)
    with work() as session:
        session.execute(db.delete(Notice))
        if not has_owner:
            account_actions.disable(session.get_one(Account, owner.id), by=BY, at=AT)
        actions.express_interest(startup, institution, round, "想了解部署情况", by=investor, at=AT)
    asked = owner if has_owner else colleague
    assert told(work) == [(asked.id, NoticeKind.INTEREST, "Interest from the portal: 衡汐智能 × 临渚创投")]


def test_whoever_asked_learns_how_a_job_ended(app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: int, __: object) -> None:
        raise Refusal({"": N_("The file is gone.")})

    boss = an_account(Role.MANAGER)
    monkeypatch.setitem(jobs.HANDLERS, report_actions.JOB, lambda *_: None)
    monkeypatch.setitem(jobs.HANDLERS, import_jobs.JOB, gone)
    assert report_jobs.report_is_over is jobs.ENDINGS[report_actions.JOB]
    startup = a_startup("衡汐智能")
    with work() as session:
        period = Period(date(2026, 1, 1), date(2026, 3, 31))
        report = report_actions.request(Wanted("summary", period, "zh", startup=startup), by=boss, at=AT)
        run = LedgerImport(file_name="台账.xlsx", file_key="0", dry_run=True, language="zh_CN", made_at=AT)
        session.add(run)
        session.flush()
        ids = (report.job_id, enqueue(import_jobs.JOB, run.id, by_id=boss.id, at=now()).id)
        number = report.number
    for job_id in ids:
        with app.app_context():
            run_job(job_id or 0)
    assert told(work) == [
        (boss.id, NoticeKind.REPORT_READY, f"The report is ready: 衡汐智能 · {number}"),
        (boss.id, NoticeKind.IMPORT_FAILED, "The ledger could not be read: 台账.xlsx"),
    ]
