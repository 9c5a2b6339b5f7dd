"""The annual report: the year beside the year before, as the registry has both, and who stands behind the figures."""

from __future__ import annotations

from datetime import date

from crm.core.db import unit_of_work
from crm.metrics.definitions import METRICS
from crm.metrics.queries import value_of
from crm.reports.content import Cell
from crm.reports.periods import Period
from tests.conftest import Work
from tests.factories import WAN, a_service, a_startup, an_institution
from tests.reports.examples import a_busy_startup, gathered, pages_of, table_of, titles_of, told
from tests.support import world

YEAR = Period(date(2026, 1, 1), date(2026, 6, 12))


def a_platform() -> None:
    """Three companies served to date: one in the year only, one in the year before only, one by compute only."""
    a_busy_startup()
    a_service(a_startup("上海旧智能科技有限公司"), "专场路演", date(2025, 3, 1))
    a_service(a_startup("上海算智能科技有限公司"), "算力券", date(2026, 3, 1))
    an_institution("新（上海）创业投资有限公司", joined_on=date(2026, 2, 1))


def test_every_figure_is_the_registrys_at_both_days(work: Work) -> None:
    a_platform()
    year = gathered("annual", YEAR)
    with world.app.app_context(), unit_of_work(write=False):
        for one in year.to_date:
            metric = METRICS[one.name]
            assert (one.value, one.before) == (value_of(metric, YEAR.last), value_of(metric, date(2025, 6, 12)))
        for one in year.in_year:
            metric = METRICS[one.name]
            assert one.value == value_of(metric, YEAR.last) - value_of(metric, date(2025, 12, 31))
            assert one.before == value_of(metric, date(2025, 6, 12)) - value_of(metric, date(2024, 12, 31))


def test_what_the_year_brought_can_be_counted_by_hand(work: Work) -> None:
    """In 2026: 衡汐 was served; it was first served in the year; 旧 was served in 2025."""
    a_platform()
    figures = {key.name: key.value for key in told("annual", YEAR).keys}
    assert figures["companies_served"] == 2
    assert figures["companies_served_in_year"] == 1
    assert figures["amount_signed_to_date_in_year"] == 3000 * WAN
    assert figures["amount_received_to_date_in_year"] == 1500 * WAN
    rows = {row[0]: row for _, row in table_of(told("annual", YEAR), "Beside the year before").rows}
    assert rows["Companies served for the first time"][2].value == 1  # type: ignore[union-attr]
    change = rows["Companies served"][4]
    assert isinstance(change, Cell)
    assert change.value == 1.0  # from one to two


def test_months_add_up_to_the_year(work: Work) -> None:
    a_platform()
    table = table_of(told("annual", YEAR), "Month by month")
    assert table.total is not None
    for place, total in enumerate(table.total[1], 1):
        assert sum(row[place] for _, row in table.rows) == total  # type: ignore[misc]
    assert [row[0] for _, row in table.rows] == [f"2026-{month:02}" for month in range(1, 7)]


def test_the_lists_are_the_rows_of_the_figures(work: Work) -> None:
    a_platform()
    content = told("annual", YEAR)
    companies = table_of(content, "Companies served")
    assert [(row[0], row[1], row[5]) for _, row in companies.rows] == [
        (1, "上海旧智能科技有限公司", None),
        (2, "衡汐智能", 5),
    ]
    assert len(companies.ids) == 2
    joined = table_of(content, "Institutions that joined")
    assert [row[1] for _, row in joined.rows] == ["新（上海）创业投资有限公司"]


def test_categories_stand_under_their_lines_beside_the_year_before(work: Work) -> None:
    a_platform()
    table = table_of(told("annual", YEAR), "By line and category")
    found = {group.label: {row[0]: tuple(row[1:]) for row in group.rows} for group in table.groups}
    assert found["Finance"]["Roadshow"] == (1, 1, 1)
    assert len(found) == 2


def test_the_options_leave_the_lists_out_and_the_contents_name_the_rest(work: Work) -> None:
    a_platform()
    whole, less = told("annual", YEAR), told("annual", YEAR, options=())
    assert set(titles_of(whole)) - set(titles_of(less)) == {"Companies served", "Institutions that joined"}
    assert whole.contents
    assert pages_of("annual", less) >= 4


def test_an_empty_platform_has_a_year_too(work: Work) -> None:
    titles = titles_of(told("annual", YEAR))
    assert titles == ["The year in figures", "Month by month", "How the figures are computed"]
