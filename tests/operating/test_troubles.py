"""What goes wrong with an installation reaches its administrators by the bell, once each, with a way to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account, Role
from crm.core.clock import now
from crm.core.db import db, unit_of_work
from crm.core.jobs import Job, JobState
from crm.core.outbox import Mail, MailState
from crm.notifications.models import Notice
from crm.operating.troubles import tell_broken_history, tell_troubles
from tests.conftest import Work
from tests.factories import an_account, writing
from tests.support.visitor import Visitor

FAULTS = ["Entry 7, position 7 (2026-11-27 10:00, changed, deal 3), was changed."]
DAY = date(2026, 11, 27)


def a_job(kind: str, state: JobState = JobState.FAILED, **values: object) -> Job:
    told = {"record_id": DAY.toordinal(), "queued_at": now() - timedelta(hours=4), "finished_at": now(), **values}
    with writing():
        job = Job(kind=kind, state=state, **told)
        db.session.add(job)
        db.session.flush()  # its id
    return job


def a_dead_letter() -> None:
    letter = {"message_id": "<1@example.cn>", "recipient": "lin@example.cn", "subject": "今日摘要", "plain": ""}
    with writing():
        db.session.add(Mail(**letter, html="", state=MailState.DEAD, error="refused", due_at=now(), written_at=now()))


def look(app: Flask, times: int = 2) -> None:
    for _ in range(times):
        with app.app_context():
            tell_troubles(now())


def notices(work: Work) -> list[tuple[int, int]]:
    with work() as session:
        return [(one.account_id, one.times) for one in session.scalars(sa.select(Notice).order_by(Notice.account_id))]


@pytest.mark.parametrize(
    ("kind", "state", "told"),
    [
        ("backup", JobState.FAILED, "The backup of 2026-11-27 failed"),
        ("backup", JobState.QUEUED, "The backup of 2026-11-27 is hours late"),
        ("report", JobState.FAILED, "A job broke for good: Making a report"),
    ],
)
def test_a_job_that_went_wrong_is_told_once_and_leads_to_its_page(
    admin: Visitor, work: Work, kind: str, state: JobState, told: str
) -> None:
    job = a_job(kind, state, error="Traceback\nOSError: no room" if state == JobState.FAILED else "")
    look(admin.app)
    assert len(notices(work)) == 1
    text = admin.visit("notifications.list_notices").text
    assert told in text
    assert ("OSError: no room" in text) == (state == JobState.FAILED)
    assert opened(admin, told) == f"/jobs/{job.id}"


def test_a_letter_that_was_given_up_is_told_once(app: Flask, admin: Visitor, work: Work) -> None:
    a_dead_letter()
    look(app)
    assert len(notices(work)) == 1
    admin.visit("notifications.list_notices")
    assert opened(admin, "A letter could not be sent: 今日摘要") == "/mails/?state=dead"


def test_a_broken_history_is_told_once_and_again_when_more_breaks(app: Flask, admin: Visitor, work: Work) -> None:
    with app.app_context():
        for faults in (FAULTS, FAULTS, [*FAULTS, "Position 9 was deleted."]):
            tell_broken_history(faults, now())
    assert len(notices(work)) == 2
    page = admin.visit("notifications.list_notices")
    assert FAULTS[0] in page.text
    assert opened(admin, "The history does not hold") == "/audit/"


def opened(visitor: Visitor, words: str) -> str:
    """Where the notice with these words leads."""
    buttons = (" ".join("".join(one.itertext()).split()) for one in visitor.now.all("button"))
    return visitor.submit(next(one for one in buttons if words in one)).now.url


def test_they_are_told_in_the_language_of_who_reads(app: Flask, work: Work) -> None:
    a_job("report", error="OSError")
    admin = Visitor(app).signed_in_as(an_account(Role.ADMIN, language="zh_CN"))
    look(app)
    assert "有任务彻底失败：生成报告" in admin.visit("notifications.list_notices").text


def test_every_administrator_is_told_and_nobody_else(app: Flask, work: Work) -> None:
    told = [an_account(Role.ADMIN), an_account(Role.ADMIN)]
    for role in (Role.MANAGER, Role.FINANCE, Role.LEADER, Role.INVESTOR, Role.FOUNDER):
        an_account(role)
    gone = an_account(Role.ADMIN)
    with work() as session:
        session.get_one(Account, gone.id).disabled_at = now()
    a_job("report", error="OSError")
    look(app)
    assert notices(work) == [(one.id, 1) for one in told]


def test_a_job_that_is_run_again_and_breaks_again_is_told_again(app: Flask, admin: Visitor, work: Work) -> None:
    assert admin.account is not None
    a_job("report", error="OSError")
    look(app)
    admin.visit("notifications.list_notices").submit("Mark all as read")
    with work() as session:
        session.scalars(sa.select(Job)).one().finished_at = now() + timedelta(minutes=1)
    with app.app_context():
        tell_troubles(now() + timedelta(minutes=2))
    assert "A job broke for good" in admin.visit("notifications.list_notices").text


def test_what_was_refused_in_words_or_goes_well_is_no_trouble(app: Flask, admin: Visitor, work: Work) -> None:
    a_job("import_ledger", refusal=[["No such sheet", {}]])
    a_job("report", JobState.DONE)
    a_job("backup", JobState.RUNNING, queued_at=now() - timedelta(hours=1))
    look(app)
    assert notices(work) == []


def test_looking_writes_nothing_where_nothing_is_wrong(app: Flask) -> None:
    with app.app_context():
        tell_troubles(now())
        with unit_of_work(write=False) as session:
            assert not session.scalar(sa.select(sa.func.count()).select_from(Notice))
