"""Whatever happened, a number is as long as the list that it opens, and the parts make the whole."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.accounts.models import System
from crm.analytics.figures import FIGURES
from crm.analytics.filters import Filters
from crm.analytics.history import stages
from crm.analytics.queries import forecast, funnel, groups, institutions, lists, reasons
from crm.core.listing import Place
from tests.analytics.conftest import Tell
from tests.conftest import Work

TODAY = date(2026, 6, 12)
STAGES = ("referred", "interested", "met", "due_diligence", "term_sheet", "signed", "funded")
STATUSES = st.sampled_from(("active", "active", "active", "on_hold", "passed"))
WAYS = st.lists(st.lists(st.tuples(st.sampled_from(STAGES), st.integers(0, 30), STATUSES), max_size=4), max_size=4)
FILTERS = st.builds(
    Filters,
    st.sampled_from((None, date(2026, 1, 20))),
    st.sampled_from((None, date(2026, 3, 1))),
    st.sampled_from(((), (("stage", "met"),), (("layer", "-"),), (("kind", "vc"),))),
    st.sampled_from((None, date(2026, 2, 10))),
)


def arguments(of: str) -> tuple[str, ...]:
    return {"": ("",), "deal_stage": tuple(stages()), "pass_reason": ("", "timing", "-")}[of]


@settings(max_examples=3)
@given(ways=WAYS, filters=FILTERS)
def test_every_number_is_as_long_as_its_list_and_groups_add_up(
    work: Work, told: Tell, ways: list[list[tuple[str, int, str]]], filters: Filters
) -> None:
    for way in ways:
        day, steps = 0, [("referred", 0, "active")]
        for stage, gap, status in way:
            day += gap
            if steps[-1][2] != "passed":
                steps.append((stage, day, status))
        told(*steps)
    with work():
        for figure in FIGURES.values():
            for at in arguments(figure.of):
                number = lists.number(figure, filters, filters.at or TODAY, at)
                ids = lists.ids(figure, filters, filters.at or TODAY, at)
                found = lists.deals(
                    System(), lambda ids=ids: ids, Place(), ("test", figure.name, at, filters, len(ways))
                )
                assert found.count == number, (figure.name, at)
        check_the_parts(filters)


def check_the_parts(filters: Filters) -> None:
    whole = lists.number(FIGURES["introduced"], filters, filters.at or TODAY)
    assert groups.total(groups.cohorts(filters, filters.at or TODAY)).introduced == whole
    for by in (*groups.BY, groups.QUARTER):
        assert groups.total(groups.tallies(filters, filters.at or TODAY, by)).introduced == whole
    assert institutions.all_together(institutions.responses(filters, filters.at or TODAY)).introduced == whole
    for row in funnel.funnel(filters, filters.at or TODAY).rows:
        for value, name in (
            (row.stood, "stood"),
            (row.reached, "reached"),
            (row.moved_on, "moved-on"),
            (row.timed, "left"),
        ):
            assert value == lists.number(FIGURES[name], filters, filters.at or TODAY, row.code), (name, row.code)
    assert reasons.endings(filters, filters.at or TODAY).passed == lists.number(
        FIGURES["passed"], filters, filters.at or TODAY
    )
    expected = forecast.forecast(filters, filters.at or TODAY)
    for name, one in (*expected.buckets.items(), ("", expected.total)):
        ids = forecast.ids(filters, filters.at or TODAY, name)
        assert lists.deals(System(), lambda ids=ids: ids, Place(), ("test", name, filters)).count == one.deals
