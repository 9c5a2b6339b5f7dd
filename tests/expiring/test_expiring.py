"""What ends soon, and what has ended: seen 60 days ahead, by those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from crm.core.clock import day_of, now
from crm.core.db import db
from crm.expiring.queries import AHEAD
from crm.people.models import Person
from tests.conftest import Work
from tests.factories import (
    WAN,
    YI,
    a_commitment,
    a_fund,
    a_grant,
    a_paper,
    a_person,
    a_published_startup,
    a_requirement,
    a_room,
    an_admission,
    an_institution,
    run_out,
    writing,
)
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


def days(number: int) -> date:
    return day_of(now()) + timedelta(days=number)


def listed(visitor: Visitor, **wanted: str) -> list[list[str]]:
    return visitor.visit("expiring.list_expiring", **wanted).now.rows[1:]


def test_nothing_to_renew_says_what_the_page_is_for(finance: Visitor) -> None:
    a_fund(investment_ends_on=days(61))
    finance.visit("expiring.list_expiring")
    assert "Nothing ends soon" in finance.text


def test_everything_that_ends_within_60_days_is_listed_the_longest_overdue_first(finance: Visitor) -> None:
    institution = an_institution("待复核机构")
    an_admission(institution, checked_on=date(2025, 5, 1), recheck_on=days(-3))
    a_fund("将到期基金", investment_ends_on=days(12))
    startup = a_published_startup("将失效企业")
    person = a_person(institution, name="顾南乔")
    run_out(startup, days(0))
    with writing():
        db.session.get_one(Person, person.id).consent_until = days(60)
    rows = listed(finance)
    assert [(row[0], row[4]) for row in rows] == [
        ("待复核机构", "3 days over"),
        ("将失效企业", "today"),
        ("将到期基金", "12 days left"),
        ("顾南乔", "60 days left"),
    ]
    assert [row[0] for row in listed(finance, kind="investment_period")] == ["将到期基金"]


def test_only_the_check_that_counts_must_be_repeated(finance: Visitor) -> None:
    institution = an_institution()
    an_admission(institution, checked_on=date(2026, 4, 1), recheck_on=days(-30))
    an_admission(institution, checked_on=date(2026, 5, 1), recheck_on=days(300))
    assert listed(finance) == []


def test_a_fund_whose_period_ended_long_ago_is_no_news(finance: Visitor) -> None:
    a_fund(investment_ends_on=days(0) - AHEAD - timedelta(days=1))
    a_fund("刚结束的基金", investment_ends_on=days(-1))
    assert [row[0] for row in listed(finance)] == ["刚结束的基金"]


def test_a_requirement_is_listed_until_it_is_known_to_be_fulfilled(finance: Visitor) -> None:
    fund = a_fund("返投基金")
    open_one, met = a_commitment(fund, "徐汇引导", 1000 * WAN), a_commitment(fund, "浦东引导", YI)
    a_requirement(open_one, 1500, due_on=days(5), fulfilled=1499 * WAN, fulfilled_as_of=days(-1))
    a_requirement(met, 1500, due_on=days(5), fulfilled=YI * 3 // 2, fulfilled_as_of=days(-1))
    assert [(row[0], row[2]) for row in listed(finance)] == [("返投基金", "徐汇引导")]


def test_leaders_see_it_without_people(as_role: object, finance: Visitor, work: Work) -> None:
    person = a_person(an_institution(), name="顾南乔")
    with work() as session:
        session.get_one(Person, person.id).consent_until = days(5)
    leader = as_role("leader")  # type: ignore[operator]
    assert "顾南乔" in str(listed(finance))
    assert listed(leader) == []
    assert listed(leader, kind="consent") == []
    assert "within 60 days" not in leader.visit("home.show_home").text


def test_home_says_how_much_waits(finance: Visitor) -> None:
    a_fund(investment_ends_on=days(-1))
    a_fund(investment_ends_on=days(1))
    a_fund(investment_ends_on=days(2))
    text = finance.visit("home.show_home").text
    assert "1 has expired · 2 expire within 60 days" in text


def test_a_long_list_is_turned_over_and_costs_as_many_statements_as_a_short_one(finance: Visitor) -> None:
    institution = an_institution()
    a_fund("基金零", managers=[institution], investment_ends_on=days(1))
    listed(finance)
    with counted_statements(finance.app) as few:
        listed(finance)
    for number in range(30):
        a_fund(f"基金{number:02}号", managers=[institution], investment_ends_on=days(number % 7))
    with counted_statements(finance.app) as many:
        first = listed(finance)
    assert len(many) == len(few) + 1  # a list of one page is not counted
    finance.click("Next")
    assert len(first) + len(finance.now.rows[1:]) == 31


def test_agreements_and_access_to_data_rooms_end_here_too(finance: Visitor, as_role: Callable[..., Visitor]) -> None:
    institution, startup = an_institution("临渚创投"), a_published_startup("上海衡汐智能科技有限公司")
    a_paper(institution, until=days(3))
    a_paper(an_institution("续签创投"), until=days(5))
    room = a_room(startup)
    a_grant(room.id, institution, until=days(7))
    rows = [(row[0], row[1]) for row in listed(finance)]
    assert ("临渚创投", "Confidentiality agreement") in rows
    assert ("上海衡汐智能科技有限公司", "Access to a data room") in rows
    a_paper(institution, until=days(400))
    assert "临渚创投" not in [row[0] for row in listed(finance)], "a later agreement follows"
    assert listed(as_role("leader")) == []
