"""Views of lists: filters, sort and columns under a name, one's own or shared, the last one opened again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Work
from tests.factories import a_deal, a_startup, an_account
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def startups() -> None:
    a_startup("上海衡汐智能科技有限公司", sector_layer="compute", growth_stage="seed")
    a_startup("上海砚川智能科技有限公司", sector_layer="data")


def saved(visitor: Visitor, name: str, **more: str) -> Visitor:
    visitor.visit("startups.list_startups", sector="compute", sort="name", down="1")
    return visitor.submit("Save", name=name, **more)


def post(visitor: Visitor, path: str, **fields: object) -> int:
    token = visitor.now.all("meta", name="csrf-token")[0].get("content")
    return visitor.open(path, "POST", {"csrf_token": token, **fields}).status_code


def test_a_view_keeps_filters_sort_and_columns_under_a_name_and_can_be_taken_back(finance: Visitor) -> None:
    page = saved(finance, "算力企业").now
    assert "The view “算力企业” was saved." in page.text
    assert page.url.startswith("/startups/?sector=compute&sort=name&down=1&view=")
    assert [row[0][:8] for row in page.rows[1:]] == ["上海衡汐智能科技"]
    finance.submit("Undo")
    assert "算力企业" not in finance.visit("startups.list_startups").now.links()


def test_a_view_is_a_tab_that_says_when_it_was_changed_and_takes_over_the_changes(finance: Visitor) -> None:
    saved(finance, "算力企业")
    finance.visit("startups.list_startups").click("算力企业")
    finance.visit(finance.now.url + "&growth_stage=mature")
    assert "算力企业 changed" in finance.now.links()
    finance.submit("Save with these filters")
    assert "growth_stage=mature" in finance.visit("startups.list_startups").now.links()["算力企业"]


def test_only_shared_views_are_seen_by_colleagues_who_cannot_change_them(finance: Visitor, manager: Visitor) -> None:
    saved(finance, "自用")
    saved(finance, "共用", is_shared="y")
    links = manager.visit("startups.list_startups").now.links()
    assert "共用" in links
    assert "自用" not in links
    assert "Delete the view" not in manager.click("共用").now.html


def test_the_view_that_was_opened_last_opens_again_until_all_is_chosen(finance: Visitor) -> None:
    saved(finance, "算力企业")
    address = finance.now.url
    view_id = address.rsplit("=", 1)[1]
    assert post(finance, "/lists/startups/last-view", view=view_id) == 204
    again = finance.visit("startups.list_startups").now
    assert again.url == address
    assert again.links()["Clear filters"] == "/startups/?view=all"
    assert finance.visit("/startups/?view=all").text.count("上海") == 2
    assert post(finance, "/lists/startups/last-view", view="all") == 204
    assert finance.visit("startups.list_startups").now.url == "/startups/"


def test_a_view_needs_a_name_and_the_second_of_a_name_replaces_the_first(finance: Visitor) -> None:
    page = saved(finance, "")
    assert (page.status, page.now.error_of("Name of the view")) == (422, "Fill this in.")
    finance.submit("Save the view", name="甲")
    finance.visit("startups.list_startups", sector="data").submit("Save", name="甲")
    assert "sector=data" in finance.visit("startups.list_startups").now.links()["甲"]


def test_everybody_chooses_columns_for_themselves(finance: Visitor, as_role: Callable[..., Visitor]) -> None:
    finance.visit("startups.list_startups")
    post(finance, "/lists/startups/columns", column=["sector", "credit_code", "no_such"])
    assert finance.visit("startups.list_startups").now.rows[0] == ["Startup", "Sector · industry", "Credit code"]
    assert len(as_role("finance").visit("startups.list_startups").now.rows[0]) == 10
    post(finance, "/lists/startups/columns", column=["sector"], back="/startups/?sector=data")
    assert len(finance.visit("startups.list_startups").now.rows[0]) == 2


def test_columns_of_a_view_are_the_views_own(finance: Visitor) -> None:
    saved(finance, "算力企业")
    view_id = finance.now.url.rsplit("=", 1)[1]
    post(finance, "/lists/startups/columns", column=["joined"], view=view_id)
    assert finance.visit("/startups/?view=" + view_id).now.rows[0] == ["Startup", "Joined on"]
    assert len(finance.visit("startups.list_startups").now.rows[0]) == 10


def test_a_list_that_there_is_not_is_missing(finance: Visitor, work: Work) -> None:
    finance.visit("startups.list_startups")
    assert post(finance, "/lists/secrets/columns") == 404


def test_deals_show_whose_they_are_when_asked(finance: Visitor) -> None:
    a_deal(owner_id=an_account(name="许望舒").id)
    finance.visit("deals.list_deals")
    assert "许望舒" not in [cell for row in finance.now.rows for cell in row]
    post(finance, "/lists/deals/columns", column=["stage", "owner"])
    assert "许望舒" in finance.visit("deals.list_deals").now.rows[1]
