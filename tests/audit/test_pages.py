"""The history of everything: who reads what of it, how it is searched, and that taking it along stands in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account, Role
from crm.audit import actions
from crm.audit.models import AuditEntry
from crm.core.db import db
from tests.conftest import Work
from tests.factories import AT, BY, a_published_startup, a_startup, an_account, writing
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

NAME = "上海衡汐智能科技有限公司"


def test_managers_read_of_records_and_administrators_of_accounts_and_settings(manager: Visitor, admin: Visitor) -> None:
    a_startup(NAME)
    an_account(username="zhou")
    told = manager.visit("audit.list_entries").text
    assert (NAME in told, "zhou" in told) == (True, False)
    told = admin.visit("audit.list_entries").text
    assert (NAME in told, "zhou" in told) == (False, True)


def test_a_filter_asks_for_no_more_than_its_reader_may_see(admin: Visitor) -> None:
    a_startup(NAME)
    assert admin.visit("audit.list_entries", kind="startup", q=NAME).now.rows == []
    assert "No entry fits" in admin.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "衡汐"}, 2),
        ({"q": "nothing like it"}, 0),
        ({"who": "陈晏"}, 1),
        ({"kind": "startup"}, 2),
        ({"kind": "fund"}, 0),
        ({"verb": "archived"}, 1),
        ({"since": "2026-06-12", "until": "2026-06-12"}, 2),
        ({"since": "2026-06-13"}, 0),
        ({"until": "2026-06-11"}, 0),
        ({"since": "no day"}, 2),
    ],
    ids=str,
)
def test_the_history_is_searched(manager: Visitor, asked: dict[str, str], found: int) -> None:
    startup, account = a_startup(NAME), an_account(name="陈晏清")
    with writing():
        by = db.session.get_one(Account, account.id)
        actions.record(startup, "archived", by=by, at=AT, name=NAME)
    rows = manager.visit("audit.list_entries", **asked).now.rows[1:]
    assert len(rows) == found


def test_taking_the_history_along_stands_in_it(manager: Visitor, work: Work) -> None:
    a_startup(NAME)
    page = manager.visit("audit.list_entries", kind="startup").now
    answer = manager.open(
        "/audit/export?kind=startup", "POST", {**page.fields_of(page.form_of("CSV")[0]), "format": "csv"}
    )
    text = answer.get_data(as_text=True)
    assert NAME in text
    with work() as session:
        last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.verb, last.record_name, last.hash != "") == ("took", "History · 1", True)


def test_more_entries_cost_no_more_statements_and_pages_follow_one_another(app: Flask, manager: Visitor) -> None:
    startup = a_startup(NAME)
    manager.visit("audit.list_entries")
    with counted_statements(app) as few:
        manager.visit("audit.list_entries")
    with writing():
        for number in range(60):
            actions.record(startup, "changed", by=BY, at=AT, name=f"n{number}")
    with counted_statements(app) as many:
        manager.visit("audit.list_entries")
    assert len(many) <= min(12, len(few) + 1), "counting is one more"
    seen = [row[1] for row in manager.now.rows[1:]]
    manager.click("Next")
    seen += [row[1] for row in manager.now.rows[1:]]
    assert len(seen) == len(set(seen)) == 50


def test_an_investor_who_takes_a_profile_along_stands_in_the_history(app: Flask, work: Work) -> None:
    startup = a_published_startup(NAME)
    visitor = Visitor(app).signed_in_as(an_account(Role.INVESTOR))
    visitor.visit("portal.show_startup", startup_id=startup.id)
    with work() as session:
        assert "downloaded" not in session.scalars(sa.select(AuditEntry.verb)).all(), "reading a page is in its own log"
