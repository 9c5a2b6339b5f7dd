"""The page of all tasks and the day at home: ticking off, putting off, giving away, handing over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from crm.activities.models import Activity, Repeat
from crm.services.models import ServiceState
from tests.conftest import Work
from tests.factories import AT, TODAY, a_deal, a_startup, a_task, an_account, ref
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def friday() -> Any:
    """2026-06-12, 14:40 in Shanghai."""
    with time_machine.travel(AT, tick=False):
        yield


def titles(visitor: Visitor) -> list[str]:
    return [row[1] for row in visitor.now.rows[1:]]


def test_mine_team_overdue_and_done(finance: Visitor) -> None:
    other = an_account(name="周牧之")
    a_task(finance.account, "我的", due_on=TODAY)
    a_task(finance.account, "迟了的", due_on=TODAY - timedelta(days=7))
    a_task(other, "别人的", due_on=TODAY - timedelta(days=1))
    finance.visit("activities.list_tasks")
    assert titles(finance) == ["迟了的", "我的"]
    assert "06-05, 7 days late" in finance.text
    assert titles(finance.visit("activities.list_tasks", show="team")) == ["迟了的", "别人的", "我的"]
    assert titles(finance.visit("activities.list_tasks", show="overdue", assignee=other.id)) == ["别人的"]
    finance.visit("activities.list_tasks").submit("Done: 我的")
    assert finance.now.url == "/tasks/"
    assert titles(finance) == ["迟了的"]
    assert titles(finance.visit("activities.list_tasks", show="done")) == ["我的"]


def test_a_tick_is_undone_and_the_next_of_a_series_goes_with_it(finance: Visitor, work: Work) -> None:
    a_task(finance.account, "周报", due_on=TODAY, repeats=Repeat.WEEKLY)
    finance.visit("activities.list_tasks").submit("Done: 周报")
    assert "The next one is due 06-19 Fri." in finance.text
    assert [row[3] for row in finance.now.rows[1:]] == ["06-19 Fri"]
    finance.submit("Undo")
    assert [row[3] for row in finance.now.rows[1:]] == ["today"]


def test_a_task_is_put_off_in_words_and_given_away(finance: Visitor, work: Work) -> None:
    other = an_account(name="周牧之")
    task = a_task(finance.account, "催投决", due_on=TODAY)
    finance.visit("activities.list_tasks").submit("Put off to next Monday", day="next Monday")
    assert [row[3] for row in finance.now.rows[1:]] == ["06-15 Mon"]
    finance.visit("activities.postpone_task", task_id=task.id).submit("Save", day="下周三")
    finance.visit("activities.assign_task", task_id=task.id).submit("Save", to=str(other.id))
    assert "Given to 周牧之." in finance.text
    with work() as session:
        kept = session.scalars(sa.select(Activity)).one()
        assert (kept.due_on, kept.assignee_id) == (date(2026, 6, 17), other.id)
    finance.submit("Undo")
    with work() as session:
        assert session.scalars(sa.select(Activity)).one().assignee_id == (finance.account and finance.account.id)


def test_the_day_at_home_shows_what_is_due_and_the_menu_counts_what_is_late(finance: Visitor) -> None:
    assert finance.account is not None
    mine = {"owner_id": finance.account.id}
    a_task(finance.account, "迟了的", due_on=TODAY - timedelta(days=3))
    a_task(finance.account, "下周的", due_on=TODAY + timedelta(days=7))
    a_task(finance.account, "以后的", due_on=TODAY + timedelta(days=8))
    a_deal(next_step="发 BP", next_step_on=TODAY, **mine)
    finance.visit("services.log_service").submit(
        "Save", startup=a_startup().name, type_id=service_type(finance), state="planned", happened_on="2026-06-16"
    )
    finance.visit("home.show_home")
    day = finance.text.partition("My day")[2].partition("Latest changes")[0]
    order = ["迟了的", "发 BP", "planned service", "下周的"]
    assert [day.index(one) for one in order] == sorted(day.index(one) for one in order)
    assert "以后的" not in day
    assert "1 task is overdue" in finance.now.html
    assert ServiceState.PLANNED == "planned"


def service_type(visitor: Visitor) -> str:
    options = [one.get("value") for one in visitor.now.field("Service").iter("option")]
    return next(one for one in options if one)


def test_open_tasks_are_counted_and_handed_over_with_the_account(admin: Visitor, work: Work) -> None:
    leaving, heir = an_account(name="周牧之"), an_account(name="林予安")
    a_task(leaving)
    page = admin.visit("accounts.disable_account", account_id=leaving.id)
    assert "Open tasks1not ticked off yet" in page.text
    page.submit("Disable the account", to=str(heir.id))
    with work() as session:
        assert session.scalars(sa.select(Activity.assignee_id)).one() == heir.id


def test_ten_tasks_cost_what_one_costs(app: Flask, finance: Visitor) -> None:
    startup = a_startup()
    counts = []
    for number in (1, 9):
        for _ in range(number):
            a_task(finance.account, about=[ref(startup)])
        with counted_statements(app) as statements:
            finance.visit("activities.list_tasks")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[1] <= 12
