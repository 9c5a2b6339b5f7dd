"""The text of a published version is made once; who reads it, when and after which terms decides what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from markupsafe import Markup

from crm.accounts.models import Role
from crm.core import clock
from crm.publishing.models import ProfileView
from crm.startups.models import Startup
from crm.web.pieces import made_for_anybody
from tests.conftest import Work
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

    def noted(template: str, values: Callable[[], Mapping[str, object]]) -> Markup:
        made.append(template)
        return made_for_anybody(template, values)

    monkeypatch.setattr("crm.settings.rows.made_for_anybody", noted)
    for _ in range(3):
        assert "端侧推理芯片" in told(a_reader(app), startup)
    assert {"portal/_article.html", "portal/_rounds.html"} <= set(made)
    assert len(made) == len(set(made))


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


def test_a_profile_takes_nine_statements_and_one_more_where_terms_hold_something_back(
    app: Flask, startup: Startup
) -> None:
    reader = a_reader(app)
    for about, most in ((a_published_startup(), 9), (startup, 10)):
        told(reader, about)  # which writes down that it was read
        told(reader, about)
        with counted_statements(app) as statements:
            told(reader, about)
        assert len(statements) <= most


def test_each_view_has_its_own_form_and_says_what_the_institution_did_since(app: Flask, startup: Startup) -> None:
    reader, other = a_reader(app), a_reader(app)
    pages = [one.visit("portal.show_startup", startup_id=startup.id).now for one in (reader, other, reader)]
    assert len({page.fields_of(page.form_of("I am interested")[0])["form_key"] for page in pages}) == 3
    reader.submit("Watch")
    assert "On the watchlist" in told(reader, startup)
    assert "On the watchlist" not in told(other, startup)


def test_reading_the_same_again_within_the_hour_is_one_reading(
    app: Flask, work: Work, startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_terms()
    reader = a_reader(app)

    def readings() -> int:
        told(reader, startup)
        with work() as session:
            return session.scalars(sa.select(sa.func.count()).select_from(ProfileView)).one()

    assert [readings(), readings()] == [1, 1]
    assert reader.account is not None
    accept_for(reader.account)
    assert [readings(), readings()] == [2, 2], "with the confidential part it is another reading"
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr("crm.portal.profile_page.now", lambda: later)
    assert readings() == 3
