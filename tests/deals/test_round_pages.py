"""The pages of rounds: side by side, bulk introduction with its preview and undo, closing and opening again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask import Flask

from crm.deals.models import Deal, DealStatus, Participation, Round, RoundState
from crm.services.models import Service
from crm.startups.models import PastRound
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_fund, a_round, a_startup, an_activity, an_institution
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def in_june() -> object:
    with time_machine.travel("2026-06-12T06:40:00+00:00", tick=False) as traveller:
        yield traveller


def test_three_names_are_introduced_after_a_preview_and_taken_back_from_the_toast(finance: Visitor, work: Work) -> None:
    round = a_round(a_startup("上海衡汐智能科技有限公司"))
    names = ("临渚创投", "江畔基金", "沧屿资本")
    for name in names:
        an_institution(name)
    finance.visit("deals.show_round", round_id=round.id).click("Introduce to institutions")
    finance.submit("Preview", institutions="\n".join(names))
    assert finance.now.h1 == "Preview of the introductions"
    assert {tuple(row) for row in finance.now.rows[1:]} == {(name, "no objection") for name in names}
    finance.submit("Introduce", next_step="发 BP")
    assert "3 institutions were introduced" in finance.text
    with work() as session:
        assert session.query(Service).count() == 3
    finance.submit("Undo")
    assert "Undone" in finance.text
    with work() as session:
        assert all(deal.archived_at for deal in session.query(Deal))
        assert all(service.archived_at for service in session.query(Service))


def test_the_history_takes_a_bulk_introduction_back_too_unless_one_moved_on(finance: Visitor, work: Work) -> None:
    round = a_round()
    for name in ("甲", "乙"):
        an_institution(name)
    finance.visit("deals.choose_institutions", round_id=round.id).submit("Preview", institutions="甲、乙")
    finance.submit("Introduce")
    finance.visit("deals.show_round_history", round_id=round.id)
    assert "introduced" in finance.text
    assert "Institutions 乙, 甲" in finance.text
    with work() as session:
        deal_id = session.query(Deal).first().id  # type: ignore[union-attr]
    finance.visit("deals.move_deal", deal_id=deal_id).submit("Move", stage="met")
    finance.visit("deals.show_round_history", round_id=round.id).submit("Undo the last change")
    assert "one of the introductions has moved on" in finance.text


def test_the_preview_says_what_speaks_against_each_and_ticks_only_what_is_clear(finance: Visitor, work: Work) -> None:
    startup = a_startup()
    a_deal(startup, an_institution("已对接创投"))
    an_institution("已退出创投", left_on=date(2026, 1, 5))
    an_institution("合适创投")
    with work() as session:
        round_id = session.query(Round).one().id
    finance.visit("deals.choose_institutions", round_id=round_id)
    finance.submit("Preview", institutions="已对接创投\n已退出创投\n合适创投")
    told = {row[0]: row[1] for row in finance.now.rows[1:]}
    assert told["已对接创投"].startswith("Introduced to this round already")
    assert told["已退出创投"] == "Left the platform on 2026-01-05"
    assert told["合适创投"] == "no objection"
    ticked = [one for one in finance.now.all("input", name="include") if one.get("checked") is not None]
    assert [one.get("id") for one in ticked] == [finance.now.field("合适创投").get("id")]


def test_a_name_that_nobody_bears_stops_the_preview_and_nothing_typed_is_lost(finance: Visitor) -> None:
    round = a_round()
    an_institution("临渚创投")
    finance.visit("deals.choose_institutions", round_id=round.id).submit("Preview", institutions="临渚创投\n没有的创投")
    assert finance.status == 422
    assert finance.now.error_of("Institutions") == "One name is not clear yet: see below."
    assert "没有的创投" in finance.now.value_of("Institutions")
    assert "临渚创投" in finance.now.value_of("Institutions")


def test_ticks_of_the_list_stay_when_the_filters_change(finance: Visitor) -> None:
    round, institution = a_round(), an_institution("临渚创投")
    finance.visit("deals.choose_institutions", round_id=round.id)
    finance.submit("Apply", pick=[str(institution.id)], kind="vc")
    assert finance.now.value_of("Institutions") == "临渚创投"


def test_all_that_are_shown_are_ticked_at_once(finance: Visitor, work: Work) -> None:
    round = a_round()
    for name in ("临渚创投", "江畔基金", "沧屿资本"):
        an_institution(name)
    finance.visit("deals.choose_institutions", round_id=round.id)
    finance.submit("Tick all shown", institutions="沧屿资本").submit("Preview")
    assert {row[0] for row in finance.now.rows[1:]} == {"临渚创投", "江畔基金", "沧屿资本"}


def test_a_round_closes_with_what_each_funded_deal_says(finance: Visitor, work: Work) -> None:
    startup, institution = a_startup(), an_institution("临渚创投")
    fund = a_fund("临渚一期", managers=[institution], invested=WAN)
    deal = a_deal(
        startup, institution, stage="funded", status=DealStatus.COMPLETED, signed=3000 * WAN, received=1000 * WAN
    )
    a_deal(startup, an_institution("沧屿资本"), stage="met")
    finance.visit("deals.show_round", round_id=deal.round_id).click("Close the round")
    assert "Received in all: CNY 10M" in finance.text
    finance.submit("Close the round", **{f"fund_{deal.id}": str(fund.id), "final_amount": "5000万"})
    assert "The round is now: Closed" in finance.text
    assert ["临渚创投", "Sole investor", "临渚一期", "2026-06-12", "CNY 30M", "CNY 10M"] in finance.now.rows
    for endpoint, record, expected in (
        ("startups.list_rounds", {"startup_id": startup.id}, "Who invested through the platform"),
        ("institutions.show_institution", {"institution_id": institution.id}, "Invested in through the platform"),
        ("funds.show_fund", {"fund_id": fund.id}, "Signed through the platform: CNY 30M"),
    ):
        assert expected in finance.visit(endpoint, **record).text
    finance.visit("deals.show_round", round_id=deal.round_id).click("Sole investor").submit("Save", role="lead")
    assert [row[1] for row in finance.now.rows if row[0] == "临渚创投"] == ["Lead"]
    assert [row[1] for row in finance.submit("Undo").now.rows if row[0] == "临渚创投"] == ["Sole investor"]
    with work() as session:
        assert (session.query(PastRound).one().amount, session.query(PastRound).one().investors) == (
            5000 * WAN,
            "临渚创投",
        )


def test_two_managers_of_one_brand_are_told_apart_where_a_round_closes(finance: Visitor, work: Work) -> None:
    startup = a_startup()
    for name in ("墨池（杭州）投资管理有限公司", "墨池（合肥）资本管理有限公司"):
        deal = a_deal(startup, an_institution(name, short_name="墨池"), stage="funded", signed=WAN, received=WAN)
    page = finance.visit("deals.close_round", round_id=deal.round_id)
    assert {"墨池（杭州）", "墨池（合肥）"} <= {row[0] for row in page.now.rows}
    page.submit("Close the round")
    assert {"墨池（杭州）", "墨池（合肥）"} <= {
        row[0] for row in finance.visit("deals.show_round", round_id=deal.round_id).now.rows
    }
    with work() as session:
        assert set(session.query(PastRound).one().investors.split("、")) == {"墨池（杭州）", "墨池（合肥）"}


def test_closing_is_undone_to_the_last_field(finance: Visitor, work: Work) -> None:
    startup = a_startup()
    deal = a_deal(startup, stage="funded", status=DealStatus.COMPLETED, signed=300 * WAN, received=300 * WAN)
    talking = a_deal(startup, stage="met")
    finance.visit("deals.close_round", round_id=deal.round_id)
    finance.submit("Close the round", **{f"signed_{deal.id}": "280万"})
    finance.submit("Undo")
    assert "Undone" in finance.text
    with work() as session:
        round = session.get_one(Round, deal.round_id)
        assert (round.state, round.closed_on) == (RoundState.OPEN, None)
        assert session.get_one(Deal, deal.id).signed == 300 * WAN
        assert session.get_one(Deal, talking.id).status == DealStatus.ACTIVE
        assert session.query(Participation).one().archived_at is not None
        assert session.query(PastRound).one().archived_at is not None
    finance.visit("deals.show_round_history", round_id=round.id)
    assert "took back what was done" in finance.text


def test_closing_with_nothing_funded_asks_first_beside_the_field(finance: Visitor) -> None:
    round = a_round()
    finance.visit("deals.close_round", round_id=round.id).submit("Close the round")
    assert finance.status == 422
    assert finance.now.error_of("Close it without any participation").startswith("No introduction is funded")
    finance.submit("Close the round", without_money="y")
    finance.click("Open again").submit("Open the round again", note="又有机构")
    assert "又有机构" in finance.text


def test_two_tabs_do_not_close_one_round_twice(finance: Visitor, work: Work) -> None:
    round = a_round()
    finance.visit("deals.close_round", round_id=round.id)
    with work() as session:
        session.get_one(Round, round.id).state = RoundState.WITHDRAWN
    finance.submit("Close the round", without_money="y")
    assert (finance.status, finance.now.h1) == (409, "The round stands elsewhere by now")


def test_a_registered_round_is_screened_opened_and_withdrawn(finance: Visitor) -> None:
    startup = a_startup()
    finance.visit("deals.open_round", startup_id=startup.id).submit("Save", name="a", state="registered")
    finance.click("Mark as screened").submit("Move", note="材料齐全")
    finance.click("Open the round").submit("Move")
    finance.click("Withdraw the round").submit("Withdraw the round", note="")
    assert finance.now.error_of("Why") == "Fill this in."
    finance.submit("Withdraw the round", note="改用授信")
    assert "改用授信" in finance.text
    assert "材料齐全" in finance.text


def test_rounds_are_listed_by_state_and_say_when_they_are_late(finance: Visitor) -> None:
    a_round(closes_on=date(2026, 6, 2))
    finance.visit("deals.list_rounds")
    assert "Open 1" in finance.text
    assert "(10 days overdue)" in finance.text
    assert len(finance.click("Registered 0").now.rows) == 0


def test_ten_introductions_cost_as_many_statements_as_one(app: Flask, finance: Visitor) -> None:
    startup = a_startup()
    a_deal(startup)
    costs = []
    for more in (0, 9):
        for _ in range(more):
            a_deal(startup)
        with counted_statements(app) as statements:
            finance.visit("deals.show_round", round_id=1)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 12


def test_the_last_word_is_that_of_a_move_or_of_a_meeting_whichever_came_later(finance: Visitor) -> None:
    deal = a_deal(happened_on=date(2026, 5, 1))
    finance.visit("deals.move_deal", deal_id=deal.id).submit("Move", stage="met", note="约了技术负责人")
    finance.visit("deals.show_round", round_id=deal.round_id)
    assert "2026-06-12 约了技术负责人" in finance.text
    an_activity(deal, kind="meeting", text="想看两家客户", happened_on=date(2026, 6, 12))
    an_activity(deal, kind="call", text="更早的电话", happened_on=date(2026, 5, 3))
    assert "2026-06-12 想看两家客户" in finance.visit("deals.show_round", round_id=deal.round_id).text


def test_an_investor_opens_none_of_it(as_role: Callable[..., Visitor]) -> None:
    round, investor = a_round(), as_role("investor")
    for endpoint in ("choose_institutions", "close_round", "withdraw_round", "reopen_round", "move_round"):
        assert investor.open(investor.url(f"deals.{endpoint}", round_id=round.id)).status_code == 404
