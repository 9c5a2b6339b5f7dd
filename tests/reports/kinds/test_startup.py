"""A startup's profile for the house."""

from __future__ import annotations

from datetime import date

import pytest

from crm.lib.money import Amount
from crm.reports.content import Pictures
from crm.reports.periods import Period
from crm.startups.models import FilingKind, Startup
from tests.conftest import Work
from tests.factories import (
    WAN,
    a_document,
    a_filing,
    a_label,
    a_past_round,
    a_person,
    a_product,
    a_reported_metric,
    a_round,
    a_startup,
)
from tests.reports.examples import a_busy_startup, pages_of, table_of, titles_of, told, words_of

TO_DAY = Period(date(2026, 5, 31), date(2026, 5, 31))
ROUNDS = ("seed", "angel", "angel+", "pre-a", "pre-a+", "a", "a+", "b+")
METRICS = ("revenue", "arr", "customers", "gross_margin")
FULL = ("full", "pictures", "services", "introductions")


@pytest.fixture
def startup(work: Work) -> Startup:
    """A startup with more of everything than a page holds."""
    startup = a_startup(
        "上海衡汐端侧计算技术研究院有限公司",
        summary="端侧推理芯片" * 20,
        profile="做什么。\n" * 300,
        team="某某：首席科学家\n" * 60,
        note="内部备注不可外传",
        sector_layer="compute",
        joined_on=date(2024, 1, 1),
    )
    for number in range(8):
        a_reported_metric(startup, METRICS[number % 4], (number + 1) * WAN, period=f"20{number}")
        a_product(startup, f"产品{number}", summary="很长的说明" * 40)
        a_past_round(startup, ROUNDS[number], happened_on=date(2020, 1, 1 + number), amount=100 * WAN)
        kind = list(FilingKind)[number % 3]
        a_filing(startup, kind=kind, model_name=f"模型{number}", filing_number=f"编号{number}" * 8)
    a_label(startup, "high_tech")
    a_label(startup, "unicorn", expires_on=date(2026, 5, 30))
    for name in ("b", "c"):
        a_round(startup, name, sought=Amount.exactly(8000 * WAN), use_of_proceeds="用途" * 200)
    return startup


def test_one_page_holds_whatever_there_is(startup: Startup) -> None:
    content = told("startup", TO_DAY, startup=startup, options=())
    assert pages_of("startup", content) == 1


def test_neither_contact_data_nor_internal_notes_are_told(startup: Startup) -> None:
    a_person(startup=startup)
    said = words_of(told("startup", TO_DAY, startup=startup, options=FULL))
    for secret in ("内部备注", "13800000000", "gu@example.com"):
        assert secret not in said


def test_filings_stand_as_three_kinds_without_a_total(startup: Startup) -> None:
    table = table_of(told("startup", TO_DAY, startup=startup, options=FULL), "Filings and registrations")
    assert [len(group.rows) for group in table.groups] == [3, 3, 2]
    assert all(group.label for group in table.groups)
    assert table.total is None


def test_every_reported_figure_has_its_day_and_source_and_the_latest_counts(startup: Startup) -> None:
    table = table_of(told("startup", TO_DAY, startup=startup, options=FULL), "Reported figures")
    assert len(list(table.rows)) == 4
    assert all(row[2] and row[3] for _, row in table.rows)


def test_an_expired_label_is_not_told(startup: Startup) -> None:
    table = table_of(told("startup", TO_DAY, startup=startup, options=FULL), "Labels")
    assert [row[0] for _, row in table.rows] == ["High-tech enterprise"]


def test_its_figures_are_those_of_its_summary_to_the_day(work: Work) -> None:
    busy, _ = a_busy_startup()
    figures = {key.name: key.value for key in told("startup", TO_DAY, startup=busy).keys}
    assert figures["services_completed"] == 4
    assert figures["introductions"] == 4
    assert (figures["amount_signed"], figures["amount_received"]) == (3000 * WAN, 1000 * WAN)


def test_the_options_leave_parts_out(work: Work) -> None:
    busy, _ = a_busy_startup()
    a_document(a_product(busy))
    everything = told("startup", TO_DAY, startup=busy, options=FULL)
    assert len(list(everything.blocks(Pictures))) == 1
    less = told("startup", TO_DAY, startup=busy, options=("full",))
    assert not list(less.blocks(Pictures))
    left_out = set(titles_of(everything)) - set(titles_of(less))
    assert left_out == {"The services", "Introductions and where they stand"}


def test_a_day_before_everything_says_little_and_does_not_fail(work: Work) -> None:
    busy, _ = a_busy_startup()
    long_ago = Period(date(2020, 1, 1), date(2020, 1, 1))
    figures = {key.name: key.value for key in told("startup", long_ago, startup=busy).keys}
    assert figures["services_completed"] == figures["introductions"] == 0
