"""The pages of administrators: what runs in the background, what goes out by mail, and what to do when it does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core import jobs
from crm.core.clock import now
from crm.core.jobs import Job, JobState, enqueue, queue, run_job, sweep
from crm.core.outbox import Mail, MailState
from crm.lib.text import N_, Message
from crm.operating import actions
from tests.conftest import Work
from tests.factories import AT, BY, an_account
from tests.support import world
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


def a_job(work: Work, **values: Any) -> int:
    with work() as session:
        job_id = enqueue("report", 7, by_id=values.pop("by_id", None), at=now()).id
        session.execute(sa.update(Job).where(Job.id == job_id).values(**values)) if values else None
    return job_id


def a_mail(work: Work, **values: Any) -> int:
    with work() as session:
        told = {"subject": "每日摘要", "state": MailState.DEAD, "error": "451 not now", "tries": 8, **values}
        mail = Mail(message_id=str(now()), recipient="lin@example.cn", plain="正文", html="正文", written_at=AT, **told)
        mail.due_at = AT
        session.add(mail)
        session.flush()
        return mail.id


def job(work: Work, job_id: int) -> Job:
    with work() as session:
        return session.get_one(Job, job_id)


def mail(work: Work, mail_id: int) -> Mail:
    with work() as session:
        return session.get_one(Mail, mail_id)


def waiting() -> list[int]:
    huey, numbers = queue.connected(), []
    while (task := huey.dequeue()) is not None:
        numbers.append(task.args[0])
    return numbers


def test_a_job_is_told_with_who_asked_and_what_came_of_it(
    admin: Visitor, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(record_id: int, progress: object) -> Message:
        return N_("%(count)s pages drawn", count=3)

    monkeypatch.setitem(jobs.HANDLERS, "report", handle)
    job_id = a_job(work, by_id=an_account(name="林予安").id)
    with world.app.app_context():
        run_job(job_id)
    row = " ".join(admin.visit("operating.list_jobs").now.rows[1])
    for told in ("Making a report", "Done", "3 pages drawn", "林予安"):
        assert told in row


def test_what_broke_is_told_in_one_line_and_in_full_on_its_own_page(admin: Visitor, work: Work) -> None:
    job_id = a_job(work, state=JobState.FAILED, error="Traceback\n  File x\nZeroDivisionError: division by zero\n")
    assert "ZeroDivisionError: division by zero" in " ".join(admin.visit("operating.list_jobs").now.rows[1])
    assert "File x" in admin.visit("operating.show_job", job_id=job_id).text


def test_a_failed_job_runs_again(admin: Visitor, work: Work) -> None:
    job_id = a_job(work, state=JobState.FAILED, error="x", tries=3)
    waiting()
    admin.visit("operating.list_jobs").submit("Run again")
    assert waiting() == [job_id]
    again = job(work, job_id)
    assert (again.state, again.tries, again.error, again.finished_at) == (JobState.QUEUED, 0, "", None)


def test_a_waiting_job_is_cancelled_and_its_message_does_nothing(admin: Visitor, work: Work) -> None:
    job_id = a_job(work)
    admin.visit("operating.show_job", job_id=job_id).submit("Cancel")
    with world.app.app_context():
        run_job(job_id)
        sweep()
    assert (job(work, job_id).state, job(work, job_id).tries) == (JobState.CANCELLED, 0)


@pytest.mark.parametrize(
    ("state", "way", "why"),
    [(JobState.RUNNING, "cancel", "It waits no longer"), (JobState.DONE, "run-again", "It did not fail")],
)
def test_what_is_too_late_says_so(admin: Visitor, work: Work, state: JobState, way: str, why: str) -> None:
    job_id = a_job(work, state=state)
    world.app.config["WTF_CSRF_ENABLED"] = False
    try:
        admin.read(admin.open(f"/jobs/{job_id}/{way}", "POST"), "/jobs/")
    finally:
        world.app.config["WTF_CSRF_ENABLED"] = True
    assert why in admin.text
    assert job(work, job_id).state == state


def test_a_job_of_which_nothing_is_heard_is_stuck(admin: Visitor, work: Work) -> None:
    long_ago = now() - timedelta(hours=1)
    dead, alive = (a_job(work, state=JobState.RUNNING, started_at=long_ago, tries=1) for _ in range(2))
    queue.tell_progress(alive, 3, 4, now())
    admin.visit("operating.list_jobs")
    rows = {row[0]: " ".join(row) for row in admin.now.rows if "Making" in row[0]}
    assert "Stuck" in rows[f"Making a report {dead}"]
    assert "75%" in rows[f"Making a report {alive}"]
    assert "Stuck" not in rows[f"Making a report {alive}"]


def test_jobs_are_found_by_state_and_kind(admin: Visitor, work: Work) -> None:
    a_job(work, state=JobState.FAILED)
    a_job(work, kind="batch")
    for wanted in ({"state": "failed"}, {"kind": "report"}, {"state": "failed", "kind": "report"}):
        rows = [row for row in admin.visit("operating.list_jobs", **wanted).now.rows if "report" in row[0].lower()]
        assert [row[0].startswith("Making a report") for row in rows] == [True], wanted
    assert "No job fits" in admin.visit("operating.list_jobs", state="cancelled").text


def test_processes_that_do_jobs_are_seen_and_none_is_a_warning(admin: Visitor, work: Work) -> None:
    assert "No job process lives" in admin.visit("operating.list_jobs").text
    with work():
        actions.beat("one:7", at=now())
        actions.beat("one:7", at=now())
        actions.beat("two:8", at=now() - timedelta(days=2))
    with work():
        actions.beat("one:7", at=now())
    assert "one:7" in admin.visit("operating.list_jobs").text
    assert "two:8" not in admin.text
    assert "No job process lives" not in admin.text
    with work():
        actions.leave("one:7")
    assert "one:7" not in admin.visit("operating.list_jobs").text


def test_a_mail_that_was_given_up_is_sent_again(admin: Visitor, work: Work) -> None:
    mail_id = a_mail(work)
    assert "451 not now" in " ".join(admin.visit("operating.list_mails", state="dead").now.rows[1])
    admin.submit("Send again")
    again = mail(work, mail_id)
    assert (again.state, again.tries) == (MailState.WAITING, 0)
    assert again.due_at > AT


def test_a_dropped_mail_keeps_its_envelope_alone(admin: Visitor, work: Work) -> None:
    mail_id = a_mail(work, state=MailState.WAITING)
    admin.visit("operating.list_mails").submit("Drop")
    dropped = mail(work, mail_id)
    assert (dropped.state, dropped.plain, dropped.html, dropped.subject) == (MailState.DROPPED, "", "", "每日摘要")


def test_a_mail_that_went_out_is_neither_sent_again_nor_dropped(admin: Visitor, work: Work) -> None:
    mail_id = a_mail(work, state=MailState.SENT)
    world.app.config["WTF_CSRF_ENABLED"] = False
    try:
        for way in ("send-again", "drop"):
            admin.read(admin.open(f"/mails/{mail_id}/{way}", "POST"), "/mails/")
            assert "sent or dropped already" in admin.text
    finally:
        world.app.config["WTF_CSRF_ENABLED"] = True
    assert mail(work, mail_id).state == MailState.SENT


def test_ten_rows_cost_as_many_queries_as_one(admin: Visitor, work: Work) -> None:
    costs = []
    for count in (1, 9):
        for _ in range(count):
            a_job(work, by_id=an_account().id)
            a_mail(work)
        admin.visit("operating.list_jobs").visit("operating.list_mails")
        with counted_statements(world.app) as statements:
            admin.visit("operating.list_jobs").visit("operating.list_mails")
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 24


def test_what_administrators_do_is_in_the_history(work: Work) -> None:
    from crm.audit.models import AuditEntry

    failed, dead = a_job(work, state=JobState.FAILED), a_mail(work)
    with work() as session:
        actions.run_again(session.get_one(Job, failed), by=BY, at=AT)
        actions.send_again(session.get_one(Mail, dead), by=BY, at=AT)
    with work() as session:
        told = session.scalars(sa.select(AuditEntry).where(AuditEntry.record_type.in_(("job", "mail")))).all()
    assert [(one.verb, one.record_name) for one in told] == [
        ("ran_again", f"report {failed}"),
        ("sent_again", "每日摘要"),
    ]
