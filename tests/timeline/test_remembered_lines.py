"""The lines of a timeline are made once as long as they say the same, and anew as soon as they would not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask

from crm.accounts.models import Account
from crm.activities.models import Activity
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.documents.models import Document
from crm.institutions.models import Institution
from crm.startups.models import Startup
from tests.factories import a_deal, a_document, a_startup, a_task, an_account, an_activity, an_institution, ref, writing
from tests.support.visitor import Visitor


def timeline_of(visitor: Visitor, startup: Startup) -> str:
    return visitor.open(f"/startups/{startup.id}").get_data(as_text=True).partition('id="timeline"')[2]


def changed(kind: Any, record_id: int, **values: Any) -> None:
    with writing():
        record = db.session.get_one(kind, record_id)
        for name, value in values.items():
            setattr(record, name, value)


def test_what_was_changed_is_shown_at_once(finance: Visitor) -> None:
    startup = a_startup()
    activity, institution = an_activity(startup, text="Met the founders"), an_institution()
    a_deal(startup, institution)
    document = a_document(startup, name="memo.png")
    assert "Met the founders" in timeline_of(finance, startup)
    changed(Activity, activity.id, text="Met two founders")
    changed(Document, document.id, name="second memo.png")
    changed(Institution, institution.id, name="Riverbank Capital")
    shown = timeline_of(finance, startup)
    assert "Met two founders" in shown
    assert "second memo.png" in shown
    assert "Riverbank Capital" in shown


def test_a_name_that_a_talk_gives_is_todays(finance: Visitor) -> None:
    writer, startup = an_account(name="Chen Mo"), a_startup()
    an_activity(startup, by=writer)
    assert "Chen Mo" in timeline_of(finance, startup)
    changed(Account, writer.id, name="Chen Moyan")
    assert "Chen Moyan" in timeline_of(finance, startup)


def test_each_reader_sees_it_in_the_own_language_with_the_own_papers_and_token(as_role: Callable[..., Visitor]) -> None:
    startup = a_startup()
    a_task(about=[ref(startup)], text="Send the papers")
    a_document(startup, name="memo.png")
    finance, leader = as_role("finance"), as_role("leader")
    here, there = timeline_of(finance, startup), timeline_of(leader, startup)
    assert "memo.png" in here
    assert "memo.png" not in there
    assert "/complete" in here
    assert "/complete" not in there
    token = finance.visit("startups.show_startup", startup_id=startup.id).now.all("meta", name="csrf-token")[0]
    assert f'value="{token.get("content")}"' in here
    assert finance.account is not None
    changed(Account, finance.account.id, language="zh_CN")
    assert "显示哪些动态" in timeline_of(finance, startup)


def test_two_readers_of_the_same_lines_tick_a_task_off_with_their_own_tokens(as_role: Callable[..., Visitor]) -> None:
    startup = a_startup()
    a_task(about=[ref(startup)], text="Send the papers")
    for visitor in (as_role("finance"), as_role("finance")):
        page = visitor.visit("startups.show_startup", startup_id=startup.id).now
        token = page.all("meta", name="csrf-token")[0].get("content")
        assert {field.get("value") for field in page.all("input", name="csrf_token")} == {token}


def test_a_task_is_late_on_the_day_after_and_done_at_once(as_role: Callable[..., Visitor]) -> None:
    finance, startup = as_role("finance"), a_startup()
    task = a_task(about=[ref(startup)], due_on=day_of(now()))
    assert "late" not in timeline_of(finance, startup).partition("</ol>")[0]
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert "2 days late" in timeline_of(as_role("finance"), startup)
    changed(Activity, task.id, done_at=now())
    assert "done " in timeline_of(finance, startup)


def test_an_account_that_changed_is_another_for_the_next_page(app: Flask) -> None:
    account = an_account()
    visitor = Visitor(app).signed_in_as(account)
    assert visitor.open("/startups/new").status_code == 200
    with writing():
        db.session.get_one(Account, account.id).disabled_at = now()
    assert visitor.open("/startups/new").status_code == 303
