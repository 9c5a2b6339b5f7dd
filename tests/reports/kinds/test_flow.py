"""The deal-flow report against introductions that can be counted by hand, and against the registry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core.db import unit_of_work
from crm.metrics.definitions import METRICS
from crm.metrics.queries import value_of
from crm.reports.periods import Period
from tests.conftest import Work
from tests.factories import TODAY, WAN
from tests.reports.examples import BEFORE, a_busy_startup, table_of, titles_of, told, words_of
from tests.support import world


@pytest.fixture
def busy(work: Work) -> None:
    a_busy_startup()


def figures_of(period: Period) -> dict[str, object]:
    return {key.name: key.value for key in told("flow", period).keys}


def test_introductions_signed_and_received_stand_apart(busy: None) -> None:
    figures = {key.name: key.value for key in told("flow").keys}
    assert figures == {
        "introductions": 3,
        "reply_rate": 1.0,
        "introductions_met": 3,
        "amount_signed": 3000 * WAN,
        "amount_received": 1000 * WAN,
        "passed": 1,
    }


def test_the_funnel_is_of_the_deals_introduced_in_the_period_as_they_stood_on_its_last_day(busy: None) -> None:
    """Three introduced, all met, one signed. The money of 10 June is not known yet."""
    rows = {row[0].value: row for _, row in table_of(told("flow"), "Funnel by stage").rows}  # type: ignore[union-attr]
    assert [rows[stage][1] for stage in ("Referred", "Met", "Signed", "Funded")] == [3, 3, 1, 0]
    assert rows["Referred"][6] == 15  # 10 and 20 days
    assert rows["Met"][5] == 1 / 3
    later = told("flow", Period(date(2026, 1, 1), date(2026, 6, 12)))
    rows = {row[0].value: row for _, row in table_of(later, "Funnel by stage").rows}  # type: ignore[union-attr]
    assert rows["Funded"][1] == 1


def test_groups_reasons_and_answers_add_up_to_all(busy: None) -> None:
    content = told("flow")
    for name in ("Introductions by month", "By sector", "By type of institution"):
        table = table_of(content, name)
        assert table.total is not None
        assert sum(row[1] for _, row in table.rows) == table.total[1][0] == 3  # type: ignore[misc]
    assert [tuple(row) for _, row in table_of(content, "Why institutions passed").rows] == [("Valuation", 1, 1.0, 0, 1)]
    answers = table_of(content, "Response of institutions")
    assert len(list(answers.rows)) == len(answers.ids) == 3


@settings(max_examples=6)
@given(st.integers(0, 180), st.integers(0, 150))
def test_figures_are_those_of_the_registry_for_any_period(busy: None, begins: int, days: int) -> None:
    first = BEFORE + timedelta(begins)
    period = Period(first, min(first + timedelta(days), TODAY))
    figures = figures_of(period)
    with world.app.app_context(), unit_of_work(write=False):
        for name, metric in (
            ("introductions", "introductions_to_date"),
            ("amount_signed", "amount_signed_to_date"),
            ("amount_received", "amount_received_to_date"),
        ):
            before = value_of(METRICS[metric], first - timedelta(1))
            assert figures.get(name, 0) == value_of(METRICS[metric], period.last) - before


def test_the_options_leave_parts_out(busy: None) -> None:
    assert titles_of(told("flow", options=())) == [
        "Funnel by stage",
        "Introductions by month",
        "How the figures are computed",
    ]


def test_a_period_without_anything_says_so(work: Work) -> None:
    assert "Nothing was recorded for this period." in words_of(told("flow"))
