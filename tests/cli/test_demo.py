"""`crm demo load`: never where somebody works, and as the README describes it."""

from __future__ import annotations

import json
from datetime import date
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.appointments.models import Appointment
from crm.cli import revisions
from crm.cli.demo.seasons import Seasons, working_days
from crm.core.db import unit_of_work
from crm.dataroom.models import AuthorisedDocument
from crm.questions.models import Question
from crm.startups.models import Competition
from tests.factories import an_account
from tests.support.command import crm


def test_it_is_refused_in_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ENV_NAME", "production")
    answer = crm("demo", "load")
    assert (answer.exit_code, "refused in production" in answer.output) == (1, True)


def test_it_is_refused_where_there_is_data(app: Flask) -> None:
    an_account()
    answer = crm("demo", "load")
    assert (answer.exit_code, "not empty" in answer.output) == (1, True)


@pytest.mark.usefixtures("app")
def test_a_database_that_is_older_than_the_code_is_named_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "stored_revision", lambda: None)
    answer = crm("demo", "load")
    assert (answer.exit_code, "Run: crm db upgrade" in answer.output) == (1, True)


@pytest.mark.once
def test_it_holds_what_the_readme_promises(app: Flask) -> None:
    """Once: how these figures are counted is tested on both databases, and loading takes half a minute."""
    assert crm("demo", "load").exit_code == 0
    told = json.loads(crm("headline", "--json").stdout)["metrics"]
    assert (told["institutions_attracted"]["value"], told["companies_served"]["value"]) == (100, 148)
    with app.app_context(), unit_of_work(write=False) as session:
        for shown in (Competition, AuthorisedDocument, Question, Appointment):
            assert session.scalar(sa.select(sa.func.count(shown.id))), shown
    precision = json.loads(crm("matching", "backtest", "--json").stdout)["precision"]
    assert precision["matching"] > precision["stage_and_sector"] > precision["chance"]


def test_nobody_works_at_weekends_or_on_the_national_days() -> None:
    days = working_days(date(2026, 9, 28), date(2026, 10, 9))
    assert days == [date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9)]


def test_june_is_busier_than_february() -> None:
    seasons = Seasons(date(2025, 1, 1), date(2025, 12, 31), Random(1))  # noqa: S311 - the same days at every run
    months = [seasons.day().month for _ in range(2000)]
    assert months.count(6) > 2 * months.count(2)
