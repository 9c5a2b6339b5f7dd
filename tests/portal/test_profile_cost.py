"""The text of a published version is made once; who reads it, when and after which terms decides what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from crm.accounts.models import Role
from crm.core import clock
from crm.startups.models import Startup
from crm.web.answers import page
from tests.factories import (
    ALL_INVITED,
    a_label,
    a_published_startup,
    accept_for,
    an_account,
    an_institution,
    publish,
    some_terms,
)
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


@pytest.fixture
def startup() -> Startup:
    layers = ALL_INVITED | {"team": "confidential"}
    return a_published_startup("上海衡汐智能科技有限公司", layers, summary="端侧推理芯片", team="许望舒，创始人")


def a_reader(app: Flask) -> Visitor:
    account = an_account(Role.INVESTOR, an_institution().id)
    return Visitor(app).signed_in_as(account)


def told(reader: Visitor, startup: Startup) -> str:
    return reader.visit("portal.show_startup", startup_id=startup.id).text


def test_the_text_of_a_version_is_made_once(app: Flask, startup: Startup, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def noted(template: str, **values: object) -> str:
        made.append(template)
        return page(template, **values)

    monkeypatch.setattr("crm.settings.rows.render_template", noted)
    for _ in range(3):
        assert "端侧推理芯片" in told(a_reader(app), startup)
    assert sorted(made) == ["portal/_article.html", "portal/_rounds.html"]


def test_what_others_read_after_the_terms_never_reaches_those_before_them(app: Flask, startup: Startup) -> None:
    some_terms()
    before, after = a_reader(app), a_reader(app)
    assert after.account is not None
    accept_for(after.account)
    for _ in range(2):
        assert "许望舒" in told(after, startup), "the positive control"
        assert "许望舒" not in told(before, startup)


def test_another_version_another_language_and_another_day_say_something_else(
    app: Flask, startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = a_reader(app)
    assert "High-tech enterprise" not in told(reader, startup)
    a_label(startup, expires_on=clock.day_of(clock.now()))
    publish(startup)
    assert "High-tech enterprise" in told(reader, startup)
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr("crm.portal.views.profiles.now", lambda: tomorrow)
    monkeypatch.setattr("crm.settings.rows.now", lambda: tomorrow)
    assert "High-tech enterprise" not in told(reader, startup), "the label has run out"


def test_a_profile_takes_twelve_statements_and_one_more_where_terms_hold_something_back(
    app: Flask, startup: Startup
) -> None:
    reader = a_reader(app)
    for about, most in ((a_published_startup(), 12), (startup, 13)):
        told(reader, about)
        with counted_statements(app) as statements:
            told(reader, about)
        assert len(statements) <= most
