"""Maintenance: announced on every page, and while it lasts everybody reads and administrators alone write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account
from crm.cli.worker import wrap_in_context
from crm.core import jobs
from crm.core.jobs import Job, JobState, enqueue, queue
from crm.startups.models import Startup
from tests.accounts.test_links import choose, reset
from tests.conftest import Work
from tests.contracts.test_permissions import checksum
from tests.factories import AT, PASSWORD, an_account
from tests.support.command import crm
from tests.support.visitor import Visitor


@pytest.fixture
def maintained(app: Flask) -> Iterator[None]:
    told = crm("maintenance", "on", "--message", "18:30 前恢复")
    assert told.exit_code == 0, told.output
    yield
    assert crm("maintenance", "off").exit_code == 0


def names(work: Work) -> list[str]:
    with work() as session:
        return list(session.scalars(sa.select(Startup.name)))


def test_while_it_lasts_pages_are_read_and_say_so_and_nothing_is_written(
    finance: Visitor, maintained: None, work: Work
) -> None:
    assert "nothing can be changed just now" in finance.visit("/startups/new").now.html
    assert "18:30 前恢复" in finance.now.html
    finance.submit("Add the startup", name="上海衡汐智能科技有限公司")
    assert finance.status == 503
    assert finance.now.h1 == "Nothing can be changed just now"
    assert names(work) == []


def test_a_refused_change_says_when_to_come_back(finance: Visitor, maintained: None, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        assert finance.open("/startups/new", "POST", {"name": "x"}).headers["Retry-After"] == "120"
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_afterwards_everything_is_written_again(finance: Visitor, work: Work) -> None:
    crm("maintenance", "on")
    crm("maintenance", "off")
    finance.visit("/startups/new").submit("Add the startup", name="上海衡汐智能科技有限公司")
    assert names(work) == ["上海衡汐智能科技有限公司"]
    assert "nothing can be changed" not in finance.now.html


def test_it_is_announced_before_it_begins(finance: Visitor, work: Work) -> None:
    assert crm("maintenance", "on", "--in", "30").exit_code == 0
    assert "on nothing can be changed for a while" in finance.visit("/startups/new").now.html
    finance.submit("Add the startup", name="上海衡汐智能科技有限公司")
    assert names(work) == ["上海衡汐智能科技有限公司"]


def test_people_sign_in_and_out_and_administrators_work(
    app: Flask, admin: Visitor, maintained: None, work: Work
) -> None:
    an_account(username="lin", name="林予安")
    visitor = Visitor(app).visit("/sign-in").submit("Sign in", username="lin", password=PASSWORD)
    assert visitor.status == 200
    assert visitor.submit("Sign out").now.h1 == "Sign in"
    admin.visit("/accounts/new").submit(
        "Add the account", name="周牧之", username="zhou", role="finance", password=PASSWORD
    )
    with work() as session:
        assert session.scalar(sa.select(Account.name).where(Account.username == "zhou")) == "周牧之"


def test_a_link_for_a_password_waits(app: Flask, maintained: None) -> None:
    link = reset(an_account(username="lin"))
    before = checksum(app)
    visitor = choose(Visitor(app), link)
    assert (visitor.status, visitor.now.h1) == (503, "Nothing can be changed just now")
    assert checksum(app) == before
    crm("maintenance", "off")
    assert choose(Visitor(app), link).status == 200


def test_jobs_wait(app: Flask, work: Work, maintained: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setitem(jobs.HANDLERS, "test", lambda record_id, progress: done.append(record_id))
    with work():
        job_id = enqueue("test", 7, by_id=None, at=AT).id
    huey = queue.connected()
    monkeypatch.setattr(huey, "execute", huey.execute)
    wrap_in_context(app)
    huey.execute(huey.dequeue())
    assert done == []
    with work() as session:
        assert session.get_one(Job, job_id).state == JobState.QUEUED
    crm("maintenance", "off")
    queue.put(job_id)
    huey.execute(huey.dequeue())
    assert done == [7]


def test_the_history_tells_who_began_it(app: Flask, admin: Visitor, maintained: None) -> None:
    assert "Maintenance from" in admin.visit("admin.edit_platform").text
