"""How much of a figure was confirmed: the number is the list, on every day and as it was known then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from crm.core.clock import day_of, now
from crm.metrics.actions import take_snapshots
from crm.metrics.definitions import METRICS
from crm.metrics.queries import Clocks, every_row, measure_now, rows
from tests.conftest import Work
from tests.factories import TODAY, WAN, a_deal, a_service, a_startup, an_institution, confirm
from tests.support.visitor import Visitor


def value(name: str, day: date = TODAY) -> int:
    return measure_now(METRICS[name], Clocks(day)).value


def test_each_side_and_both_are_counted_apart(work: Work) -> None:
    partner = an_institution()
    services = [a_service(a_startup(), partners=(partner,), happened_on=TODAY) for _ in range(4)]
    confirm(services[0])
    confirm(services[1], "startup")
    confirm(services[2], "institution")
    confirm(services[3], "startup", role=None)
    with work():
        for figure in ("companies_served", "services_to_date"):
            assert value(figure) == 4
            parts = [value(f"{figure}_confirmed_by_{by}") for by in ("startup", "institution", "both")]
            assert parts == [2, 2, 1]


def test_money_counts_where_the_deal_was_confirmed(work: Work) -> None:
    deals = [a_deal(stage="funded", signed=3 * WAN, received=2 * WAN) for _ in range(2)]
    confirm(deals[0], "startup")
    with work():
        assert value("amount_signed_to_date", TODAY + timedelta(days=900)) == 6 * WAN
        for figure, part in (("amount_signed_to_date", 3 * WAN), ("amount_received_to_date", 2 * WAN)):
            assert value(f"{figure}_confirmed_by_startup", TODAY + timedelta(days=900)) == part
            assert value(f"{figure}_confirmed_by_both", TODAY + timedelta(days=900)) == 0


def test_the_number_is_the_list_on_every_day(work: Work) -> None:
    days = [TODAY - timedelta(days=100 * number) for number in range(4)]
    for number, day in enumerate(days):
        service = a_service(a_startup(), happened_on=day)
        if number % 2:
            confirm(service, "startup")
    with work():
        for day in [*days, TODAY - timedelta(days=150)]:
            for figure in ("companies_served_confirmed_by_startup", "services_to_date_confirmed_by_startup"):
                listed = every_row(rows(METRICS[figure], Clocks(day)).subquery())
                assert len(listed) == value(figure, day) == sum(one <= day for one in days[1::2])


def test_a_later_confirmation_does_not_change_what_was_known_before(app: Flask, work: Work) -> None:
    figure = METRICS["services_to_date_confirmed_by_startup"]
    service, moment = a_service(a_startup(), happened_on=TODAY), now()
    with work():
        take_snapshots(TODAY, at=moment, metrics=[figure])
    confirm(service, "startup", at=moment + timedelta(hours=1))
    with work():
        take_snapshots(TODAY, at=moment + timedelta(hours=2), metrics=[figure])
        assert [measure_now(figure, Clocks(TODAY, at)).value for at in (moment, moment + timedelta(hours=2))] == [0, 1]


@pytest.fixture
def two_of_three(work: Work) -> list[Any]:
    services = [a_service(a_startup(), happened_on=date(2026, 5, 1)) for _ in range(3)]
    for service in services[:2]:
        confirm(service, "startup")
    return services


def test_the_page_of_a_figure_says_how_much_of_it_was_confirmed(finance: Visitor, two_of_three: list[Any]) -> None:
    page = finance.visit("metrics.show_metric", name="companies_served")
    assert "2 of 3" in page.text
    assert "67%" in page.text
    part = page.click("Companies served, confirmed by the startup")
    assert len(part.now.rows) >= 2
    assert "A part of:" in part.text


def test_a_question_is_narrowed_to_what_was_confirmed_and_says_the_share(
    finance: Visitor, two_of_three: list[Any]
) -> None:
    for metric in ("companies_served", "services_to_date"):
        page = finance.visit(f"/ask/?metric={metric}&confirmed=startup").text
        assert "Confirmed by the startup: 2" in page
        assert "of 3" in page
    assert day_of(now())


def test_lists_of_figures_offer_the_whole_ones_only(finance: Visitor) -> None:
    assert "confirmed by both sides" not in finance.visit("metrics.list_metrics").text
