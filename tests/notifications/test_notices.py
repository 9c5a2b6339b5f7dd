"""Who is told what: once a day, never oneself, never somebody who may not see the record."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role
from crm.core.db import db
from crm.notifications import queries
from crm.notifications.actions import mark_all_read, notify
from crm.notifications.models import Notice, NoticeKind
from crm.people import actions as people_actions
from crm.people.models import Person
from tests.conftest import Work
from tests.factories import AT, BY, a_person, an_account, an_institution


def tell(*accounts: Account, by: Account | None = None, **values: object) -> None:
    told = {"record_type": "deal", "record_id": 7, "name": "衡汐智能 × 临渚创投", "at": AT, **values}
    notify([one.id for one in accounts], NoticeKind.DEAL_MOVED, by=by, **told)  # type: ignore[arg-type]


def unread(account: Account) -> int:
    return db.session.scalar(sa.select(queries.count_unread_of(account.id))) or 0


def test_what_happens_three_times_a_day_is_one_notice_and_unread_again(work: Work) -> None:
    owner, other = an_account(), an_account(name="周牧之")
    with work():
        tell(owner, by=other, note="deal_stage:met")
    with work():
        mark_all_read(owner, up_to=AT, at=AT)
        tell(owner, by=other, note="deal_stage:pitched", at=AT + timedelta(hours=1))
        tell(owner, by=BY, note="deal_stage:due_diligence", at=AT + timedelta(hours=2))
        tell(owner, by=other, at=AT + timedelta(days=1))
    with work() as session:
        today, tomorrow = session.scalars(sa.select(Notice).order_by(Notice.day))
        assert (today.times, today.note, today.by_name) == (3, "deal_stage:due_diligence", "")
        assert today.is_unread
        assert (tomorrow.times, tomorrow.by_name) == (1, "周牧之")


def test_nobody_is_told_what_they_did_themselves_or_may_not_see(work: Work) -> None:
    institution = an_institution()
    me, leader, gone = an_account(), an_account(Role.LEADER), an_account()
    outsiders = [an_account(Role.ADMIN), an_account(Role.INVESTOR, institution.id)]
    with work() as session:
        account_actions.disable(session.get_one(Account, gone.id), by=BY, at=AT)
        tell(me, leader, gone, *outsiders, by=me)
        notify([None], NoticeKind.DEAL_MOVED, record_type="deal", record_id=7, name="", by=None, at=AT)
    with work() as session:
        assert list(session.scalars(sa.select(Notice.account_id))) == [leader.id]


def test_who_may_no_longer_see_records_reads_no_notices(work: Work) -> None:
    me = an_account()
    with work() as session:
        tell(me)
        account = session.get_one(Account, me.id)
        assert len(queries.latest(account)) == 1
        account.role = Role.ADMIN
        assert queries.latest(account) == []
        session.rollback()


def test_unread_notices_are_counted_to_a_hundred(work: Work) -> None:
    me, other = an_account(), an_account()
    with work():
        for number in range(102):
            tell(me, record_id=number)
        tell(other)
        assert unread(me) == 100
        assert unread(other) == 1


def test_what_came_after_the_page_was_shown_stays_unread(work: Work) -> None:
    me = an_account()
    with work():
        tell(me, record_id=1)
        tell(me, record_id=2, at=AT + timedelta(seconds=1))
        mark_all_read(me, up_to=AT, at=AT + timedelta(minutes=1))
        assert unread(me) == 1


def test_notices_about_a_person_go_when_the_person_is_erased(work: Work) -> None:
    me, person = an_account(), a_person(an_institution())
    with work() as session:
        tell(me, record_type="person", record_id=person.id)
        tell(me, record_type="deal", record_id=person.id)
        people_actions.erase(session.get_one(Person, person.id), by=BY, at=AT)
        assert [one.record_type for one in queries.latest(me)] == ["deal"]
