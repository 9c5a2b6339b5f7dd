"""What the charts draw."""

from __future__ import annotations

from datetime import date

import pytest

from crm.reports.charts import BASE, TOP, grid, month_chart, rungs
from crm.reports.periods import Period


def test_every_month_of_the_period_has_its_place_and_cut_months_are_named() -> None:
    chart = month_chart({(2025, 8): (1, 0), (2026, 6): (1, 2)}, Period(date(2025, 7, 1), date(2026, 6, 12)))
    assert [bar.label for bar in chart.bars] == ["07", "08", "09", "10", "11", "12", "01", "02", "03", "04", "05", "06"]
    assert [bar.year for bar in chart.bars if bar.year] == ["2025", "2026"]
    assert chart.partial == ("2026-06",)
    assert (chart.first, chart.second) == (2, 2)
    assert chart.bars[-1].second_top == TOP
    assert chart.bars[0].second_top == BASE


def test_a_period_inside_one_month_is_one_bar_cut_at_both_ends() -> None:
    chart = month_chart({}, Period(date(2026, 6, 3), date(2026, 6, 30)))
    assert len(chart.bars) == 1
    assert chart.partial == ("2026-06",)


@pytest.mark.parametrize(
    ("first", "step", "bars"),
    [(date(2024, 7, 1), "month", 24), (date(2024, 6, 1), "quarter", 9), (date(2015, 1, 1), "year", 12)],
)
def test_long_periods_are_told_in_longer_steps(first: date, step: str, bars: int) -> None:
    chart = month_chart({(first.year, first.month): (1, 0)}, Period(first, date(2026, 6, 30)))
    assert (chart.step, len(chart.bars)) == (step, bars)
    assert chart.first == 1


def test_a_long_period_begins_with_its_first_service_and_says_so() -> None:
    chart = month_chart({(2026, 5): (1, 0)}, Period(date(1990, 1, 1), date(2026, 6, 30)))
    assert [bar.label for bar in chart.bars] == ["05", "06"]
    assert chart.empty_before == "2026-05"


@pytest.mark.parametrize(("largest", "top"), [(0, 1), (1, 1), (4, 4), (5, 6), (9, 10), (41, 60), (404, 600)])
def test_the_grid_holds_the_largest_number_in_few_lines(largest: int, top: int) -> None:
    lines = grid(largest)
    assert lines[-1] == (top, TOP)
    assert len(lines) <= 5


def test_a_stage_of_two_words_takes_two_lines() -> None:
    ladder = rungs([("Referred", 4), ("Due diligence", 1)], 60)
    assert [rung.lines for rung in ladder] == [("Referred",), ("Due", "diligence")]
    assert [rung.height for rung in ladder] == [60, 15]
