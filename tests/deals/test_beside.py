"""What stands beside the form of a deal while it is typed."""

from __future__ import annotations

from datetime import date

from flask import Flask

from crm.deals.models import DealStatus
from tests.factories import WAN, a_deal, a_fund, a_round, a_startup, an_institution
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


def test_what_is_known_of_both_stands_beside_the_form(app: Flask, finance: Visitor) -> None:
    startup = a_startup("衡汐智能", sector_layer="compute", sector_vertical="manufacturing")
    rival = a_startup("枢岚芯片", sector_layer="compute", sector_vertical="manufacturing")
    house, other = an_institution("临渚创投"), an_institution("江畔资本")
    a_fund(
        "临渚二期", [house], committed=9000 * WAN, invested=2000 * WAN, reserved=0, investment_ends_on=date(2099, 3, 1)
    )
    a_deal(startup, house, round_name="a", status=DealStatus.PASSED, reason="timing")
    a_deal(rival, house, stage="signed", signed=WAN)
    a_round(startup, "b")
    a_deal(startup, other, round_name="b", stage="met")
    asked = {"startup": "衡汐智能", "round_name": "b", "institution": "临渚创投"}
    with counted_statements(app) as statements:
        text = finance.visit("deals.log_deal", startup="衡汐智能", institution="临渚创投").text
    assert len(statements) <= 17
    for told in (
        "CNY 70M",
        "until 2099-03-01",
        "Conflict: invested in 枢岚芯片",
        "2 deals: 1 going on, 1 passed, 1 signed",
    ):
        assert told in text, told
    part = finance.open("/deals/beside", query_string=asked).get_data(as_text=True)
    assert "Introduced to 1 institution in this round" in part
    assert "江畔资本" in part


def test_a_deal_that_is_there_already_is_shown_before_it_is_saved(finance: Visitor) -> None:
    deal = a_deal(a_startup("衡汐智能"), an_institution("临渚创投"))
    asked = {"startup": "衡汐智能", "round_name": "a", "institution": "临渚创投"}
    part = finance.open("/deals/beside", query_string=asked).get_data(as_text=True)
    assert "There is this deal already" in part
    assert f"/deals/{deal.id}" in part


def test_an_institution_is_shown_while_the_startup_is_still_unknown(finance: Visitor) -> None:
    an_institution("临渚创投")
    for typed in ("", "id"):
        page = finance.visit("deals.log_deal", startup=typed, institution="临渚创投").now
        assert page.status == 200
        assert "Invests in" in page.text


def test_names_that_are_not_known_yet_are_passed_over(finance: Visitor) -> None:
    asked = {"startup": "衡", "round_name": "no-such", "institution": "临"}
    answer = finance.open("/deals/beside", query_string=asked)
    assert (answer.status_code, "as soon as they are named" in answer.get_data(as_text=True)) == (200, True)
