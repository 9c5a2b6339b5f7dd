"""The board of deals over HTTP: lanes, filters, moves in place, what others see, and the table by round."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask

from crm.accounts.models import Account, Role
from crm.deals.models import Deal, DealStatus
from crm.institutions.models import Institution
from crm.lib.money import Amount
from tests.conftest import Work
from tests.factories import AT, TODAY, WAN, a_deal, a_round, a_startup, an_account, an_institution
from tests.support.page import text_of
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def me() -> Account:
    return an_account(Role.FINANCE, name="周牧之")


@pytest.fixture
def desk(app: Flask, me: Account) -> Visitor:
    return Visitor(app).signed_in_as(me)


def lanes(desk: Visitor, **asked: Any) -> dict[str, str]:
    """{lane: all that it says}, as the board shows it."""
    page = desk.visit("deals.show_board", **asked).now
    return {str(one.get("data-lane")): text_of(one) for one in page.all("section") if one.get("data-lane")}


def numbers(html: str) -> str:
    """What the page has, as it tells the server."""
    found = re.findall(r'data-lane="(\w+)" data-number="(\d+)" data-cards="(\d+)"', html)
    return ",".join(f"{lane}.{number}.{cards}" for lane, number, cards in found)


def moving(desk: Visitor, deal: Deal, **told: Any) -> Any:
    """What dropping a card, or sending its form, asks of the server."""
    lanes_url = desk.url("deals.show_lanes", seen=numbers(desk.now.html), told="1")
    version = re.search(rf'data-deal="{deal.id}" data-version="(\d+)"', desk.now.html)
    read = version[1] if version else ""
    fields = {"status": "active", "happened_on": TODAY.isoformat(), "version": read, "back": lanes_url, **told}
    token = desk.now.all("meta", name="csrf-token")[0].get("content")
    return desk.open(desk.url("deals.move_on_board", deal_id=deal.id), "POST", {"csrf_token": token, **fields})


def test_a_lane_counts_and_adds_up_what_is_known_exactly(desk: Visitor, me: Account) -> None:
    startup = a_startup(short_name="衡汐智能")
    a_deal(startup, an_institution("临渚创投"), stage="met", intended=Amount.exactly(300 * WAN), owner_id=me.id)
    a_deal(stage="met", intended=Amount.exactly(2000 * WAN))
    a_deal(stage="met", intended=Amount.in_words("数千万"))
    a_deal(stage="met", status=DealStatus.ON_HOLD, intended=Amount.exactly(900 * WAN))
    met = lanes(desk)["met"]
    assert met.startswith("Met 3 CNY 23M +1 undisclosed")
    for told in ("衡汐智能", "临渚创投", "CNY 3M", "数千万", "no owner"):
        assert told in met
    assert desk.now.all("span", **{"aria-label": "Owner 周牧之"})
    assert "Active: 3 deals · CNY 23M" in desk.text
    assert "1 without an exact amount are in no sum" in desk.text
    assert "Sum of the intended amounts; signed and received count apart" in desk.text


def test_a_card_is_stale_by_its_own_stage(desk: Visitor) -> None:
    """Two weeks are too long before the first answer, not in due diligence: the limits of the vocabulary."""
    a_deal(stage="referred", happened_on=TODAY.replace(month=5, day=29))
    a_deal(stage="due_diligence", happened_on=TODAY.replace(month=5, day=29))
    shown = lanes(desk)
    assert "14 days, 7 over" in shown["referred"]
    assert "14 days" in shown["due_diligence"]
    assert "over" not in shown["due_diligence"]
    assert "1 stale" in desk.text
    desk.click("1 stale")
    assert len(desk.now.all("li", **{"class": "deal"})) == 1


def test_mine_the_teams_and_all(desk: Visitor, me: Account) -> None:
    a_deal(owner_id=me.id)
    a_deal(owner_id=an_account().id)
    a_deal()
    counts = {whose: lanes(desk, owner=whose)["referred"].split()[1] for whose in ("me", "team", "")}
    assert counts == {"me": "1", "team": "2", "": "3"}


def test_filters_count_the_deals_themselves(desk: Visitor) -> None:
    fit = a_startup(short_name="衡汐智能", sector_layer="compute")
    other = a_startup(sector_layer="models")
    bank = an_institution("临渚创投")
    a_deal(fit, bank, intended=Amount.exactly(100 * WAN))
    a_deal(fit, round_name="b", intended=Amount.exactly(200 * WAN))
    a_deal(other, bank, intended=Amount.exactly(400 * WAN))
    for asked, sum_told in (
        ({"sector": "compute"}, "2 CNY 3M"),
        ({"round": "b"}, "1 CNY 2M"),
        ({"startup": "衡汐智能"}, "2 CNY 3M"),
        ({"institution": "临渚创投", "sector": "models"}, "1 CNY 4M"),
        ({"startup": "没有这家"}, "0 No deals"),
    ):
        assert lanes(desk, **asked)["referred"].startswith(f"Referred {sum_told}"), asked
    assert "No deal fits" in desk.text
    for endpoint in ("deals.list_deals", "deals.list_by_round"):
        assert len(desk.visit(endpoint, sector="compute").now.rows) - 1 == 2


VIEWS = ("deals.show_board", "deals.list_deals", "deals.list_by_round")


@pytest.mark.parametrize("limit", [1, 1000])
def test_filters_find_few_deals_and_many_alike(desk: Visitor, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    for module in ("rounds", "by_round"):
        monkeypatch.setattr(import_module(f"crm.deals.queries.{module}"), "COUNT_LIMIT", limit)
    bank = an_institution("临渚创投")
    for number, name in enumerate(("a", "b", "b")):
        a_deal(a_startup(short_name=f"衡汐{number}"), bank, round_name=name)
    a_deal(a_startup(short_name="无关"), round_name="c")
    for view in VIEWS:
        assert startups_of(desk.visit(view, round="b")) == ["衡汐1", "衡汐2"]
        assert startups_of(desk.visit(view, institution="临渚创投")) == ["衡汐0", "衡汐1", "衡汐2"]


def startups_of(visitor: Visitor) -> list[str]:
    return sorted(set(re.findall(r"衡汐\d|无关", visitor.text)))


def test_a_lane_shows_its_first_cards_and_loads_more(desk: Visitor) -> None:
    startup = a_startup()
    for _ in range(8):
        a_deal(startup)
    assert len(desk.visit("deals.show_board").now.all("li", **{"class": "deal"})) == 5
    desk.click("Load 3 more")
    assert len(desk.now.all("li", **{"class": "deal"})) == 8


def test_others_get_only_the_lanes_that_changed(desk: Visitor, as_role: Callable[..., Visitor]) -> None:
    deal = a_deal(a_startup(short_name="衡汐智能"))
    a_deal(stage="met")
    leader = as_role("leader").visit("deals.show_board")
    assert not leader.now.all("a", **{"class": "btn btn-ghost move"}), "leaders only read"
    seen = numbers(leader.now.html)
    assert leader.open(leader.url("deals.show_lanes", seen=seen)).status_code == 204
    desk.visit("deals.show_board")
    assert moving(desk, deal, stage="interested").status_code == 303
    answer = leader.open(leader.url("deals.show_lanes", seen=seen))
    renewed = answer.get_data(as_text=True)
    assert re.findall(r'data-lane="(\w+)"', renewed) == ["referred", "interested"]
    assert "衡汐智能" in renewed
    assert leader.open(leader.url("deals.show_lanes", seen="nonsense,met.x.9,gone.1.1")).status_code == 200


def test_a_move_of_an_earlier_day_says_where_the_deal_stays(desk: Visitor) -> None:
    deal = a_deal(a_startup(short_name="衡汐智能"), an_institution("临渚创投"), stage="term_sheet", happened_on=TODAY)
    desk.visit("deals.show_board")
    answer = moving(desk, deal, stage="met", happened_on="2026-06-11")
    parts = desk.open(answer.location).get_data(as_text=True)
    assert "Recorded; a later move keeps 衡汐智能 × 临渚创投 at “Term sheet”." in parts


def test_a_move_answers_with_the_lanes_and_its_undo(desk: Visitor, work: Work) -> None:
    deal = a_deal(a_startup(short_name="衡汐智能"), an_institution("临渚创投"))
    desk.visit("deals.show_board")
    answer = moving(desk, deal, stage="met")
    parts = desk.open(answer.location).get_data(as_text=True)
    assert "衡汐智能 × 临渚创投 moved to “Met”." in parts
    changes = re.search(r'name="changes" value="([^"]+)"', parts)
    back = re.search(r'name="back" value="([^"]+)"', parts)
    assert changes
    assert back
    assert urlsplit(back[1]).path == "/deals/board"
    token = desk.now.all("meta", name="csrf-token")[0].get("content")
    undone = {"csrf_token": token, "changes": changes[1], "back": back[1]}
    desk.read(desk.open("/undo/", "POST", undone), "/undo/")
    assert "Undone" in desk.text
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "referred"


def test_a_move_is_taken_back_from_the_history(desk: Visitor, work: Work) -> None:
    deal = a_deal()
    desk.visit("deals.show_board")
    assert moving(desk, deal, stage="met").status_code == 303
    desk.visit("deals.show_deal_history", deal_id=deal.id).submit("Undo the last change")
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "referred"
    assert "Stage Met → Referred" in desk.text


def test_a_move_says_in_place_what_it_lacks(desk: Visitor, work: Work) -> None:
    deal = a_deal()
    desk.visit("deals.show_board")
    for told, wrong in (
        ({"stage": "signed"}, "Write the signed amount."),
        ({"stage": "referred", "status": "passed"}, "Say why the institution passed."),
        ({"stage": "met", "happened_on": "2027-01-01"}, "This day has not come yet."),
    ):
        answer = moving(desk, deal, **told)
        html = answer.get_data(as_text=True)
        assert (answer.status_code, wrong in html, "<h1" in html) == (422, True, False)
        assert "data-move-form" in html
    assert moving(desk, deal, stage="signed", signed="3000万").status_code == 303
    with work() as session:
        assert session.get_one(Deal, deal.id).signed == 3000 * WAN


def test_of_two_who_move_one_card_the_second_is_told_and_nothing_is_lost(
    desk: Visitor, finance: Visitor, work: Work
) -> None:
    deal = a_deal()
    desk.visit("deals.show_board")
    finance.visit("deals.show_board")
    assert moving(desk, deal, stage="met").status_code == 303
    late = moving(finance, deal, stage="interested")
    html = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "周牧之 changed this deal at" in html
    assert "It is at “Met” now" in html
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "met"
    version = re.search(r'name="version" type="hidden" value="(\d+)"', html) or re.search(r'value="(\d+)"', html)
    assert version
    assert moving(finance, deal, stage="interested", version=version[1]).status_code == 303


def test_without_scripts_the_board_moves_by_a_page_and_comes_back(desk: Visitor, work: Work) -> None:
    deal = a_deal(a_startup(short_name="衡汐智能"), an_institution("临渚创投"))
    desk.visit("deals.show_board", owner="").click("Move to… 衡汐智能 × 临渚创投")
    desk.submit("Move", stage="met")
    assert urlsplit(desk.now.url).path == "/deals/board"
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "met"


def test_the_three_views_keep_the_filters(desk: Visitor) -> None:
    a_deal(a_startup(sector_layer="compute"))
    links = desk.visit("deals.show_board", sector="compute").now.links()
    assert "sector=compute" in links["List"]
    assert "status=active" in links["List"], "what the board shows by default, the list is asked for"
    assert "sector=compute" in links["By round"]
    assert "sector=compute" in desk.click("By round").now.links()["Board"]


def test_rounds_show_their_institutions_side_by_side(desk: Visitor) -> None:
    startup = a_startup(short_name="衡汐智能")
    a_round(startup, "a", sought=Amount.exactly(3000 * WAN))
    a_deal(startup, an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投"), stage="met")
    a_deal(startup, an_institution(short_name="筑澜资本"), stage="due_diligence", status=DealStatus.ON_HOLD)
    a_round()
    head, row = desk.visit("deals.list_by_round").now.rows
    told = dict(zip(head, row, strict=True))
    assert told["Startup · round"] == "衡汐智能 · A round"
    assert told["Met"].startswith("临渚创投 42 days")
    assert told["Due diligence"] == "筑澜资本 On hold"
    assert told["Referred"] == ""


def test_institutions_of_one_short_name_are_told_apart_by_their_place(desk: Visitor) -> None:
    startup = a_startup()
    for place in ("苏州", "上海"):
        a_deal(startup, an_institution(f"朔望（{place}）创业投资有限公司", short_name="朔望"), stage="referred")
    row = " ".join(desk.visit("deals.list_by_round").now.rows[1])
    assert "朔望（苏州） 42 days" in row
    assert "朔望（上海） 42 days" in row


def test_twenty_cards_cost_as_many_statements_as_one(app: Flask, desk: Visitor, me: Account) -> None:
    pages = [
        desk.url("deals.show_board"),
        desk.url("deals.show_board", sector="compute"),
        desk.url("deals.show_lanes", seen=""),
        desk.url("deals.list_by_round"),
    ]
    counts = []
    institutions: list[Institution] = [an_institution() for _ in range(4)]
    for number in (1, 5):
        for _ in range(number):
            startup = a_startup(sector_layer="compute")
            for institution in institutions[:number]:
                a_deal(startup, institution, owner_id=me.id, stage=("referred", "met")[number % 2])
        for page in pages:
            desk.open(page)
        with counted_statements(app) as statements:
            told = []
            for page in pages:
                before = len(statements)
                assert desk.open(page).status_code == 200
                told.append(len(statements) - before)
        counts.append(told)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12
