"""Pieces that are made once: each reader's forms are its own, and a change, another day or language shows at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from crm.accounts.models import Role
from crm.appointments import actions as appointment_actions
from crm.appointments.actions import Setting
from crm.appointments.models import Way
from crm.appointments.queries import find_appointment
from crm.web import pieces
from crm.web.csrf import PLACE
from tests.analytics.conftest import told
from tests.factories import (
    AT,
    BY,
    TODAY,
    a_deal,
    a_published_startup,
    a_startup,
    a_task,
    an_account,
    an_appointment,
    an_institution,
)
from tests.factories import made as made_by
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

__all__ = ["told"]
MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def friday() -> Any:
    with time_machine.travel(AT, tick=False) as travel:
        yield travel


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates of the pieces that are made."""
    templates: list[str] = []
    render = pieces.render_template

    def noted(template: str, **values: object) -> str:
        templates.append(template)
        return render(template, **values)

    monkeypatch.setattr(pieces, "render_template", noted)
    return templates


def values_of(reader: Visitor, name: str) -> list[str]:
    html = reader.client.get("/").get_data(as_text=True)
    return re.findall(rf'name="{name}" value="([^"]*)"', html)


def test_home_is_made_once_and_every_browser_gets_its_own_token_and_keys(app: Flask, made: list[str]) -> None:
    account = an_account()
    a_task(account, "催投决", due_on=TODAY)
    here, there = (Visitor(app).signed_in_as(account) for _ in range(2))
    tokens = [set(values_of(one, "csrf_token")) for one in (here, there, here)]
    assert made == ["home/_overview.html"]
    assert [len(own) for own in tokens] == [1, 1, 1], "the same in all forms of a page"
    assert tokens[0] == tokens[2] != tokens[1]
    assert PLACE not in tokens[0] | tokens[1]
    keys = [*values_of(here, "form_key"), *values_of(here, "form_key"), *values_of(there, "form_key")]
    assert len(set(keys)) == len(keys) > 2
    assert pieces.KEY not in keys
    here.visit("home.show_home").submit("Done: 催投决")
    assert "催投决" not in here.now.html.split("my-day", 1)[1].split("</section>", 1)[0]


def test_home_tells_a_change_another_reader_and_another_day(as_role: Callable[..., Visitor], friday: Any) -> None:
    finance, colleague, leader = as_role("finance"), as_role("finance"), as_role("leader")
    for one in (finance, colleague, leader):
        one.visit("home.show_home")
    a_task(finance.account, "催投决", due_on=TODAY + timedelta(days=1))
    a_deal(a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能"), owner_id=colleague.account.id)
    assert "催投决" in finance.visit("home.show_home").text
    assert "Nothing is due until next week" in colleague.visit("home.show_home").text
    assert "衡汐智能" in colleague.text
    assert "My active deals" not in leader.visit("home.show_home").text
    assert "Paste anything" not in leader.text
    assert ">tomorrow</span>" in finance.visit("home.show_home").now.html
    friday.shift(timedelta(hours=10))
    assert ">today</span>" in finance.visit("home.show_home").now.html


def test_the_first_look_at_home_after_a_write_keeps_its_statements(app: Flask, finance: Visitor) -> None:
    a_task(finance.account, "催投决", due_on=TODAY)
    a_deal(a_startup(), owner_id=finance.account.id)
    with counted_statements(app) as sent:
        finance.visit("home.show_home")
    assert len(sent) <= MOST_STATEMENTS + 1, f"one more asks what was written: {sent}"


def test_the_meeting_is_made_once_for_all_who_may_see_the_same(
    app: Flask, as_role: Callable[..., Visitor], told: Callable[..., Any], made: list[str]
) -> None:
    finance, manager, leader = as_role("finance"), as_role("manager"), as_role("leader")
    chinese = Visitor(app).signed_in_as(an_account(language="zh_CN"))
    readers = (finance, manager, finance, leader)
    assert ["Nothing moved" in one.visit("meeting.show_meeting").text for one in readers] == [True] * 4
    assert made == ["meeting/_meeting.html"] * 2, "leaders see no contacts"
    assert "Nothing moved" not in chinese.visit("meeting.show_meeting").text
    told(("referred", 130), ("met", 155))
    assert "Referred → Met" in finance.visit("meeting.show_meeting").text


def test_an_investors_home_is_its_own_and_a_meeting_leaves_it_as_it_begins(
    app: Flask, made: list[str], friday: Any
) -> None:
    institution, startup = an_institution(), a_published_startup(short_name="衡汐智能")
    ours, theirs = (an_account(Role.INVESTOR, one.id) for one in (institution, an_institution()))
    reader, other = (Visitor(app).signed_in_as(one) for one in (ours, theirs))
    meeting = an_appointment(startup, ours)
    setting = Setting(AT + timedelta(hours=1), 60, Way.VIDEO, "", "")

    def settled() -> None:
        kept = find_appointment(BY, meeting.id)
        assert kept is not None
        appointment_actions.settle(kept, setting, version=None, by=BY, at=AT)

    made_by(settled)
    for _ in range(2):
        assert "Meetings" in reader.visit("portal.show_home").text
        assert "All meetings" not in other.visit("portal.show_home").now.links()
    assert made == ["portal/_home.html"] * 2
    assert "All meetings" in reader.now.links()
    friday.shift(timedelta(hours=2))
    assert "All meetings" not in reader.visit("portal.show_home").now.links(), "nothing was written"
    a_published_startup(short_name="澜舟机器人")
    assert "澜舟机器人" in reader.visit("portal.show_home").text


def test_an_answer_is_made_once_and_told_anew_as_it_changes(
    app: Flask, as_role: Callable[..., Visitor], made: list[str]
) -> None:
    finance, colleague, leader = as_role("finance"), as_role("finance"), as_role("leader")
    chinese = Visitor(app).signed_in_as(an_account(language="zh_CN"))
    asked = {"metric": "institutions_present", "period": "to-date"}
    for reader in (finance, colleague, finance):
        assert ": 0 institutions;" in reader.visit("ask.show_answer", **asked).text
    assert made == ["ask/_answer.html"]
    an_institution(kind="vc", name="临渚创投")
    assert ": 1 institution;" in finance.visit("ask.show_answer", **asked).text
    assert "csv" in finance.now.html
    assert "csv" not in leader.visit("ask.show_answer", **asked).now.html, "leaders take nothing along"
    assert "a year before" not in chinese.visit("ask.show_answer", **asked).text
    assert "institutions" not in finance.visit("ask.show_answer", metric="companies_served").text.split("As of")[1]


def test_what_suits_an_institution_is_its_own_and_follows_its_thesis(app: Flask, made: list[str]) -> None:
    institution = an_institution()
    ours, colleague, theirs = (
        Visitor(app).signed_in_as(an_account(Role.INVESTOR, of)) for of in (institution.id, institution.id, None)
    )
    for reader in (ours, colleague, theirs):
        assert "said nothing yet" in reader.visit("matching.show_for_you").text
    assert made == ["matching/_for_you.html"] * 2
    ours.visit("matching.edit_own_thesis").submit("Save", thesis="硬科技早期")
    assert "said nothing yet" not in colleague.visit("matching.show_for_you").text
    assert "said nothing yet" in theirs.visit("matching.show_for_you").text
