"""An institution's profile for the house."""

from __future__ import annotations

from datetime import date

import pytest

from crm.funds.models import Measure
from crm.institutions.models import Institution
from crm.reports.content import Cell, Content, Facts
from crm.reports.periods import Period
from tests.conftest import Work
from tests.factories import WAN, YI, a_fund, a_fund_figure, a_person, an_admission, an_institution
from tests.reports.examples import a_busy_startup, investing, table_of, titles_of, told, words_of

TO_DAY = Period(date(2026, 5, 31), date(2026, 5, 31))


def facts_of(content: Content) -> dict[str, str]:
    return dict(row for block in content.blocks(Facts) for row in block.rows)


@pytest.fixture
def institution(work: Work) -> Institution:
    institution = investing(
        an_institution("沧屿（北京）创业投资有限公司", note="内部备注不可外传"),
        growth_stages=("seed", "early"),
        excluded_sectors=("compute",),
        exclusions="不投博彩",
    )
    an_admission(institution, checked_on=date(2026, 1, 5))
    an_admission(institution, "suspended", checked_on=date(2026, 6, 2))
    fund = a_fund(
        managers=[institution],
        committed=3 * YI,
        invested=YI,
        reserved=50 * 100 * WAN,
        investment_begins_on=date(2024, 1, 1),
        investment_ends_on=date(2026, 5, 30),
    )
    a_fund_figure(fund, 1375, measure=Measure.DPI, source="季度报告")
    a_person(institution=institution)
    return institution


def test_performance_contacts_and_notes_stay_inside(institution: Institution) -> None:
    said = words_of(told("institution", TO_DAY, institution=institution))
    for secret in ("1375", "1.375", "季度报告", "内部备注", "13800000000", "gu@example.com", "公示系统截图"):
        assert secret not in said


def test_a_fund_shows_what_is_left_to_invest_and_whether_it_still_invests(institution: Institution) -> None:
    """3 亿 committed less 1 亿 invested less 0.5 亿 reserved leaves 1.5 亿; the period ended the day before."""
    ((_, row),) = table_of(told("institution", TO_DAY, institution=institution), "Funds").rows
    committed, investable, period = row[3], row[4], row[5]
    assert isinstance(committed, Cell)
    assert (committed.value, investable) == (3 * YI, 3 * YI // 2)
    assert isinstance(period, Cell)
    assert period.under == ("not on this day",)


def test_it_says_what_it_never_invests_in(institution: Institution) -> None:
    said = words_of(told("institution", TO_DAY, institution=institution))
    assert "Never: Compute and chips; 不投博彩" in said


def test_only_checks_up_to_the_day_are_told(institution: Institution) -> None:
    table = table_of(told("institution", TO_DAY, institution=institution), "Admission")
    assert [row[1] for _, row in table.rows] == ["Admitted"]


def test_its_record_is_its_own(work: Work) -> None:
    """沧屿 got one introduction on 1 March, met on the 21st and passed on 2 April for the valuation."""
    _, names = a_busy_startup()
    content = told("institution", TO_DAY, institution=names["沧屿"])
    figures = {key.name: key.value for key in content.keys}
    assert (figures["introductions"], figures["introductions_met"], figures["reply_rate"]) == (1, 1, 1.0)
    assert figures["amount_signed"] == figures["amount_received"] == 0
    assert [tuple(row) for _, row in table_of(content, "Why it passed").rows] == [("Valuation", 1, 1.0, 0, 1)]
    assert facts_of(content)["Last activity"] == "2026-04-02"
    earlier = told("institution", Period(date(2026, 4, 1), date(2026, 4, 1)), institution=names["沧屿"])
    assert "Why it passed" not in titles_of(earlier)


def test_one_that_nobody_knows_makes_a_page(work: Work) -> None:
    content = told("institution", TO_DAY, institution=an_institution())
    said = words_of(content)
    assert "Not checked yet" in said
    assert "Its thesis is not known" in said
    assert next(key for key in content.keys if key.name == "reply_rate").value is None
