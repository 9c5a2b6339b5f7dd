"""The official yardsticks held to our records."""

from __future__ import annotations

from datetime import date

from crm.core.db import unit_of_work
from crm.lib.figures import Unit
from crm.metrics.courses import measures
from crm.reports.kinds.yardsticks.gathered import FIGURES
from crm.reports.periods import Period
from tests.conftest import Work
from tests.factories import WAN, a_past_round, a_reference, a_reported_metric, a_startup
from tests.reports.examples import table_of, titles_of, told
from tests.support import world

YEAR = Period(date(2026, 1, 1), date(2026, 6, 12))


def five_startups() -> None:
    """Four in the community, of which one was financed; two report two years, one of them grew by a quarter."""
    a_startup("上海外智能科技有限公司")
    names = [a_startup(f"上海{one}智能科技有限公司", joined_on=date(2024, 5, 1)) for one in "甲乙丙丁"]
    a_past_round(names[0], "a", happened_on=date(2026, 2, 1), amount=1000 * WAN)
    for startup, now in ((names[1], 125), (names[2], 110)):
        a_reported_metric(startup, "revenue", 100 * WAN, as_of=date(2024, 12, 31))
        a_reported_metric(startup, "revenue", now * WAN, as_of=date(2025, 12, 31))


def test_shares_are_numerator_over_denominator(work: Work) -> None:
    five_startups()
    content = told("yardsticks", YEAR)
    assert {key.name: key.value for key in content.keys} == {"incubator_financed": 0.25, "incubator_grown": 0.25}
    rows = {row[0]: row[2:] for _, row in table_of(content, "The yardsticks").rows}
    assert rows["Incubatees financed in a year"] == (1, 4, None, 0.25, "reached")
    assert rows["Incubatees grown by more than 20 percent"] == (1, 4, 2, 0.25, "not reached")
    assert rows["Income of the incubator other than rent"] == (None, None, None, None, "not recorded here")


def test_the_companies_behind_them_are_as_many_as_the_figures_say(work: Work) -> None:
    five_startups()
    rows = [row for _, row in table_of(told("yardsticks", YEAR), "The companies behind them").rows]
    with world.app.app_context(), unit_of_work(write=False):
        found = measures(YEAR.last, FIGURES)
    for place, figure in enumerate(FIGURES, 2):
        assert sum(row[place] is not None for row in rows) == found[figure].value
    assert [row[1] for row in rows] == [f"上海{one}智能科技有限公司" for one in "甲乙丙丁"]


def test_a_figure_of_others_stands_beside_with_its_source(work: Work) -> None:
    a_reference(
        "孵化器非租金收入占比", numerator=3500, denominator=None, unit=Unit.PERCENT, beside="incubator_other_income"
    )
    a_reference("别处", beside="companies_served")
    ((_, row),) = table_of(told("yardsticks", YEAR), "Figures of others").rows
    assert (row[0], row[5]) == ("Income of the incubator other than rent", "市网信办公告")
    assert row[2].shown == "35%"  # type: ignore[union-attr]


def test_without_companies_there_is_no_share_and_no_list(work: Work) -> None:
    content = told("yardsticks", YEAR)
    assert {key.value for key in content.keys} == {None}
    assert "The companies behind them" not in titles_of(content)
