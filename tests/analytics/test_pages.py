"""The pages of the analytics: each number leads to its deals."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from tests.analytics.conftest import Tell
from tests.factories import AT, a_startup, an_institution
from tests.support.page import Page
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

TABS = ("show_funnel", "show_cohorts", "show_reasons", "show_institutions", "show_forecast")
MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def test_a_manager_reads_the_funnel_and_opens_the_deals_behind_a_number(manager: Visitor, told: Tell) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能", sector_layer="models")
    told(("referred", 0), ("met", 10), ("due_diligence", 25), startup=startup)
    told(("referred", 0), ("met", 12))
    page = manager.visit("analytics.show_funnel").now
    (met,) = [row for row in page.rows if row[0] == "Met"]
    assert met[1:5] == ["2", "2", "1", "50%"]
    behind = manager.open(next(href for href in hrefs(page) if "/moved-on/" in href and "at=met" in href))
    assert behind.status_code == 200
    assert "衡汐智能" in behind.text
    assert "Moved on · Met" in behind.text
    sector = next(href for href in hrefs(page) if "/reached/" in href and "layer=models" in href)
    assert "1 on this page, 1 deal in all" in " ".join(manager.open(sector).text.split())


def hrefs(page: Page) -> list[str]:
    return [link.get("href") or "" for link in page.all("a")]


@pytest.mark.parametrize("role", ["finance", "manager", "leader"])
def test_the_desk_and_its_leaders_read_every_tab_and_outsiders_none(
    as_role: Callable[..., Visitor], told: Tell, role: str
) -> None:
    told(("referred", 0), ("met", 10), ("met", 20, "passed"))
    visitor = as_role(role)
    for tab in TABS:
        assert visitor.visit(f"analytics.{tab}", period="all").now.status == 200


def test_the_filters_stay_from_tab_to_tab_and_can_be_taken_away(manager: Visitor, told: Tell) -> None:
    told(("referred", 0))
    page = manager.visit("analytics.show_funnel", **{"from": "2026-01-01", "kind": "vc"}).now
    links = page.links()
    assert links["Cohorts"].endswith("/analytics/cohorts?from=2026-01-01&kind=vc")
    assert links["Remove the filter Institution type: VC"].endswith("/analytics/?from=2026-01-01")
    assert "No deal fits" in page.text


@pytest.mark.parametrize("address", ["/analytics/nonsense/deals", "/analytics/stood/deals?at=nonsense"])
def test_a_figure_that_there_is_not_is_missing(manager: Visitor, address: str) -> None:
    assert manager.open(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/analytics/?from=yesterday&owner=x&institution=99999999999999999999", "/analytics/institutions?after=z"],
)
def test_an_address_that_makes_no_sense_shows_everything(manager: Visitor, address: str) -> None:
    assert manager.open(address).status_code == 200


def test_ten_deals_cost_as_many_statements_as_one_and_few(app: Flask, manager: Visitor, told: Tell) -> None:
    def cost() -> list[int]:
        counted = []
        for tab in (*TABS, "list_deals"):
            name = {"name": "introduced"} if tab == "list_deals" else {}
            with counted_statements(app) as sent:
                manager.visit(f"analytics.{tab}", **name)
            counted.append(len(sent))
        return counted

    whom = an_institution()
    told(("referred", 0), ("met", 10), institution=whom)
    one = cost()
    for number in range(9):
        told(("referred", 0), ("met", 10 + number))
    assert cost() == one
    assert max(one) <= MOST_STATEMENTS


def test_a_tab_that_is_kept_bears_the_token_of_its_reader(as_role: Callable[..., Visitor], told: Tell) -> None:
    told(("referred", 0), ("met", 10))
    pages = [as_role(role).visit("analytics.show_cohorts", period="all").now for role in ("finance", "leader")]
    mine, theirs = ({one.get("value") for one in page.all("input", name="csrf_token")} for page in pages)
    assert len(mine) == len(theirs) == 1
    assert mine != theirs
