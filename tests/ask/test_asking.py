"""A number in five minutes: figure × period × scope, beside the year before and with its list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crm.ask.queries import Question, list_of, of_which, value_of
from crm.ask.scopes import scopes_of
from crm.core.listing import Place
from crm.metrics.actions import SubmittedValues, submit
from crm.metrics.definitions import METRICS
from tests.conftest import Work
from tests.factories import AT, BY, WAN, a_deal, a_fund, a_service, a_startup, an_account, an_institution, writing
from tests.support.visitor import Visitor

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def asked(work: Work, name: str, days: tuple[date | None, date] = YEAR, **scope: Any) -> int:
    """The value, after a look at whether its list is as long."""
    question = Question(METRICS[name], *days, scope)
    with work():
        value, found = value_of(question), list_of(question, Place())
        counted = sum(row.amount or 0 for row in found.rows) if METRICS[name].is_money else len(found.rows)
        assert value == counted
        return value


def test_a_period_counts_what_happened_in_it_and_the_year_before_is_the_same_days(work: Work) -> None:
    for day in (date(2025, 3, 1), date(2025, 3, 2), date(2026, 3, 1)):
        a_service(happened_on=day)
    assert asked(work, "services_to_date") == 1
    assert asked(work, "services_to_date", (None, date(2026, 12, 31))) == 3
    leap = Question(METRICS["services_to_date"], date(2024, 2, 29), date(2024, 2, 29), {}).a_year_before()
    assert (leap.first, leap.last) == (date(2023, 2, 28), date(2023, 2, 28))


def test_companies_are_asked_for_by_category_line_and_sector(work: Work) -> None:
    chips = a_startup(sector_layer="compute", sector_vertical="health")
    a_service(chips, type_zh="专场路演", happened_on=date(2026, 3, 1))
    a_service(chips, type_zh="BP辅导", happened_on=date(2026, 4, 1))
    a_service(a_startup(sector_layer="models"), type_zh="BP辅导", happened_on=date(2026, 5, 1))
    a_service(a_startup(), type_zh="算力券", happened_on=date(2026, 5, 1))
    question = Question(METRICS["companies_served"], *YEAR, {})
    with work():
        which = {one.category.name_zh: (one.category.id, one.companies, one.only) for one in of_which(question)}
    assert sorted(told for _id, *told in which.values()) == [[1, 0], [2, 1]]
    assert asked(work, "companies_served") == 2
    coached = max(which.values(), key=lambda one: one[1])
    assert asked(work, "companies_served", category=coached[0]) == 2
    assert asked(work, "companies_served", layer="compute") == 1
    assert asked(work, "companies_served", vertical="health", category=coached[0]) == 1
    assert asked(work, "companies_served", line="compute") == 1


def test_deals_are_asked_for_by_sector_institution_and_owner(work: Work) -> None:
    owner, bank = an_account(), an_institution(kind="bank")
    startup = a_startup(sector_layer="compute")
    deal = a_deal(startup, bank, stage="signed", signed=300 * WAN, happened_on=date(2026, 2, 1))
    a_deal(a_startup(sector_layer="models"), an_institution(kind="vc"), happened_on=date(2026, 2, 1))
    with work() as session:
        from crm.deals.models import Deal

        session.get_one(Deal, deal.id).owner_id = owner.id
    assert asked(work, "introductions_to_date") == 2
    assert asked(work, "introductions_to_date", kind="bank") == 1
    assert asked(work, "introductions_to_date", layer="models") == 1
    assert asked(work, "amount_signed_to_date", owner=owner.id, layer="compute") == 300 * WAN
    assert asked(work, "amount_signed_to_date", layer="models") == 0


def test_amounts_of_the_days_are_added_up(work: Work) -> None:
    for day, signed in ((date(2025, 3, 1), 100), (date(2026, 3, 1), 200), (date(2026, 4, 1), 300)):
        a_deal(stage="signed", happened_on=day, signed=signed * WAN)
    assert asked(work, "amount_signed_to_date") == 500 * WAN
    assert asked(work, "amount_signed_to_date", (None, date(2026, 12, 31))) == 600 * WAN


def test_institutions_and_funds_are_asked_for_by_type(work: Work) -> None:
    bank = an_institution(kind="bank", joined_on=date(2026, 1, 5))
    a_fund(managers=[bank], committed=5 * WAN)
    a_fund(managers=[an_institution(kind="vc", joined_on=date(2026, 1, 5))], committed=7 * WAN)
    assert asked(work, "institutions_attracted", kind="bank") == 1
    assert asked(work, "fund_matrix_gross", (None, date(2026, 12, 31)), kind="bank") == 5 * WAN


def test_the_answer_is_a_sentence_with_day_definition_and_year_before(finance: Visitor) -> None:
    a_service(happened_on=date(2025, 6, 1))
    for _ in range(2):
        a_service(happened_on=date(2026, 6, 1))
    days = {"period": "own", "from": "2026-01-01", "to": "2026-06-30"}
    page = finance.visit("ask.show_answer", metric="services_to_date", **days).now
    assert "As of 2026-06-30, Services (2026-01-01 to 2026-06-30): 2 services" in page.text
    assert "a year before 1 service (+100.0%)" in page.text
    assert "Definition (version 1): Completed services of the finance line" in page.text
    assert len(page.rows) == 3


def test_a_period_says_that_it_counts_companies_by_their_first_service(finance: Visitor) -> None:
    known = a_startup()
    for startup, day in ((known, date(2025, 6, 1)), (known, date(2026, 6, 1)), (a_startup(), date(2026, 6, 2))):
        a_service(startup, happened_on=day)
    days = {"period": "own", "from": "2026-01-01", "to": "2026-06-30"}
    page = finance.visit("ask.show_answer", metric="companies_served", **days).now
    assert "Companies served (for the first time from 2026-01-01 to 2026-06-30): 1 company" in page.text


def test_what_cannot_be_asked_is_told_or_left_out(finance: Visitor) -> None:
    page = finance.visit("ask.show_answer", period="own", **{"from": "2026-05-01", "to": "2026-04-01"}).now
    assert page.error_of("from day") == "The period ends before it begins."
    page = finance.visit("ask.show_answer", metric="nothing", kind="x", category="-1", period="never").now
    assert page.status == 200
    assert "Nothing counts here" in page.text


def test_a_figure_that_was_reported_otherwise_is_told(finance: Visitor) -> None:
    a_service(happened_on=date(2025, 6, 1))
    last = date(2025, 12, 31)
    with writing():
        submit(METRICS["companies_served"], SubmittedValues(last, "区金融办", last), by=BY, at=AT)
    a_service(happened_on=date(2025, 7, 1))
    told = "As of 2025-12-31, 1 was reported to 区金融办 on 2025-12-31; it reads 2 now."
    for days in ({}, {"period": "own", "to": "2025-12-31"}):
        assert told in finance.visit("ask.show_answer", **days).now.text
    page = finance.visit("ask.show_answer", period="own", **{"from": "1990-01-01", "to": "2025-12-31"}).now
    assert "was reported to" not in page.text, "a period is another figure"
    assert "was reported to" not in finance.visit("ask.show_answer", layer="compute").now.text, "so is a part of it"
    assert "Of which" in page.text


def test_a_year_is_held_against_the_figure_of_the_year(finance: Visitor) -> None:
    a_service(happened_on=date(2025, 6, 1))
    last = date(2025, 12, 31)
    with writing():
        submit(METRICS["services_this_year"], SubmittedValues(last, "区金融办", last), by=BY, at=AT)
    a_service(happened_on=date(2025, 7, 1))
    page = finance.visit("ask.show_answer", metric="services_to_date", period="last-year").now
    assert "it reads 2 now" in page.text


def test_a_figure_of_the_year_is_asked_for_as_the_year_of_the_figure_to_date(finance: Visitor) -> None:
    for day in (date(2025, 6, 1), date(2026, 1, 15)):
        a_service(happened_on=day)
    page = finance.visit("ask.show_answer", metric="services_this_year").now
    assert "Services (2026-01-01" in page.text
    assert ": 1 service" in page.text


def test_what_stands_beside_an_answer_is_about_the_same_and_opens_as_it_reads(finance: Visitor) -> None:
    for kind, day in (("vc", date(2025, 3, 1)), ("vc", date(2026, 3, 1)), ("bank", date(2026, 4, 1))):
        an_institution(kind=kind, joined_on=day)
    days = {"period": "own", "from": "2026-01-01", "to": "2026-04-30"}
    page = finance.visit("ask.show_answer", metric="institutions_attracted", kind="vc", **days).now
    assert "present 2" in page.text
    assert "Brands attracted 1" in page.text
    page = finance.click("2").now
    assert "(to date · VC): 2 institutions" in page.text


@pytest.mark.parametrize("name", METRICS)
def test_every_scope_of_every_figure_can_be_asked(work: Work, name: str) -> None:
    for scope in scopes_of(METRICS[name]):
        asked(work, name, **{scope: 1 if scope in ("category", "owner") else "compute"})
