"""The first page of a startup's record: what it seeks now, and how far each institution has come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm.deals import actions as deal_actions
from crm.deals.actions import RoundValues
from crm.deals.models import DealStatus, RoundState
from crm.lib.money import Amount
from crm.startups.models import Startup
from tests.factories import AT, BY, WAN, a_deal, a_round, an_institution, writing
from tests.support.page import text_of
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("in_june")


def sections(visitor: Visitor) -> list[str]:
    """The headings of the page in their order."""
    return [text_of(heading) for heading in visitor.now.all("h2")]


def test_the_record_begins_with_the_open_round_its_money_and_its_institutions(
    finance: Visitor, startup: Startup
) -> None:
    a_round(startup, "b", sought=Amount.exactly(8000 * WAN), valuation=65000 * WAN)
    a_deal(
        startup,
        an_institution("临渚创投"),
        "b",
        "funded",
        status=DealStatus.COMPLETED,
        signed=3000 * WAN,
        received=1000 * WAN,
    )
    a_deal(startup, an_institution("江畔引导基金"), "b", "met")
    a_deal(startup, an_institution("启翎创投"), "b", "term_sheet", status=DealStatus.PASSED, reason="valuation")
    finance.visit("startups.show_startup", startup_id=startup.id)
    assert sections(finance)[0] == "Open: B round"
    figures = [text_of(figure) for figure in finance.now.all("dd", **{"class": "fig"})]
    assert figures == ["80M CNY", "30M CNY", "10M CNY", "650M CNY"]
    assert [row[0].split()[0] for row in finance.now.rows[1:4]] == ["临渚创投", "江畔引导基金", "启翎创投"]
    assert "Reason: " in finance.now.rows[3][-1]


def test_a_round_that_is_open_comes_before_a_later_one_that_is_not(finance: Visitor, startup: Startup) -> None:
    a_round(startup, "a", opened_on=AT.date().replace(year=2025))
    with writing():
        register = RoundValues(opened_on=AT.date())
        deal_actions.open_round(startup, "b", register, state=RoundState.REGISTERED, by=BY, at=AT)
    finance.visit("startups.show_startup", startup_id=startup.id)
    assert sections(finance)[0] == "Open: A round"
    assert "Other rounds" in sections(finance)


def test_without_an_open_round_the_record_says_so_and_how_to_open_one(
    finance: Visitor, as_role: Callable[..., Visitor], startup: Startup
) -> None:
    finance.visit("startups.show_startup", startup_id=startup.id)
    assert sections(finance)[0] == "No round is open"
    main = finance.now.all("main")[0]
    assert [text_of(a) for a in main.iter("a")].count("New round") == 2  # at the head of the page, and here
    leader = as_role("leader")
    leader.visit("startups.show_startup", startup_id=startup.id)
    assert sections(leader)[0] == "No round is open"
    assert "New round" not in leader.text


def test_a_round_with_many_institutions_shows_the_first_twelve_in_as_many_statements(
    finance: Visitor, startup: Startup
) -> None:
    a_deal(startup, an_institution("甲"), signed=WAN)
    path = f"/startups/{startup.id}"
    finance.visit(path)
    with counted_statements(finance.app) as with_one:
        finance.visit(path)
    for number in range(13):
        a_deal(startup, an_institution(f"机构{number}"))
    finance.visit(path)
    with counted_statements(finance.app) as with_many:
        finance.visit(path)
    assert len([row for row in finance.now.rows if row[0].startswith(("机构", "甲"))]) == 12
    assert "All 14 institutions" in finance.now.links()
    assert len(with_many) == len(with_one) <= 12


def test_pages_that_are_rarely_opened_stand_behind_more_unless_one_of_them_is_open(
    finance: Visitor, startup: Startup
) -> None:
    def tabs() -> list[str]:
        bar = next(nav for nav in finance.now.all("nav") if nav.get("aria-label") == "Record of the startup")
        return [text_of(a) for a in bar if a.tag == "a"]

    finance.visit("startups.show_startup", startup_id=startup.id)
    assert len(tabs()) == 8
    assert not {"Events", "Data room"} & set(tabs())
    finance.visit("startups.list_events", startup_id=startup.id)
    assert tabs()[-1] == "Events"
