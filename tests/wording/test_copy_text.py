"""Text for a chat says what its audience may know, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

import pytest
from flask import Flask

from crm.deals import queries as deal_queries
from crm.deals.actions import Move, move_deal
from crm.deals.models import Deal, DealStatus, Round
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    AT,
    BY,
    WAN,
    a_deal,
    a_published_startup,
    a_round,
    a_service,
    a_startup,
    an_admission,
    an_institution,
    publish,
)
from tests.support.visitor import Visitor

INTERNAL = ("乙资本", "约技术负责人", "估值太高", "内部备注", "已出具方案")


@pytest.fixture
def startup() -> Startup:
    """A published startup with a round, two introductions, one of them passed on, and a service."""
    startup = a_published_startup(
        "上海衡汐智能科技有限公司", short_name="衡汐智能", profile="面向制造业的智能体。", note="内部备注"
    )
    a_round(startup, "a", valuation=30000 * WAN, use_of_proceeds="研发投入 50%")
    a_deal(startup, an_institution("甲（上海）资本管理有限公司", short_name="甲资本"), stage="met")
    a_deal(
        startup,
        an_institution("乙（上海）资本管理有限公司", short_name="乙资本"),
        stage="term_sheet",
        next_step="约技术负责人",
    )
    a_service(startup, outcome="已出具方案")
    publish(startup)
    return startup


def text(visitor: Visitor, path: str, **asked: str) -> str:
    """What stands in the text field; what is for people outside is asked for first."""
    page = visitor.read(visitor.open(path, query_string=asked), f"{path}?{urlencode(asked)}").now
    if asked.get("audience", "inside") != "inside":
        page = visitor.submit("Show the text").now
    return page.value_of("The text")


def test_a_text_for_people_outside_is_written_down_when_it_is_shown(
    finance: Visitor, startup: Startup, work: Work
) -> None:
    house = an_institution("丙资本")
    text(finance, f"/copy-text/startups/{startup.id}", audience="inside")
    finance.visit(f"/copy-text/startups/{startup.id}?audience=investor")
    assert not finance.now.all("textarea", id="text"), "a page that is only read shows nothing that leaves the desk"
    text(finance, f"/copy-text/startups/{startup.id}", audience="investor")
    text(finance, f"/copy-text/startups/{startup.id}", audience="investor", institution_name=house.name)
    text(finance, f"/copy-text/startups/{startup.id}", audience="founder")
    history = finance.visit("startups.show_history", startup_id=startup.id).text
    assert history.count("took the text about “衡汐智能” for an investor") == 2
    assert history.count("for an investor: Institution 丙资本") == 1
    assert history.count("took the text about “衡汐智能” for the founders") == 1


def test_colleagues_read_the_introductions_with_their_next_steps(finance: Visitor, startup: Startup) -> None:
    told = text(finance, f"/copy-text/startups/{startup.id}", language="zh", length="long")
    assert told.startswith("【衡汐智能】")
    for words in ("拟融资 ¥3,000 万", "投前估值 ¥3 亿", "乙资本", "约技术负责人", "已出具方案", "对接 2 家"):
        assert words in told


def test_the_short_text_fits_a_chat_and_the_long_one_says_more(finance: Visitor, startup: Startup) -> None:
    path = f"/copy-text/startups/{startup.id}"
    short, long = (text(finance, path, language="zh", length=length) for length in ("short", "long"))
    assert "面向制造业的智能体" not in short
    assert "面向制造业的智能体" in long
    assert len(short.splitlines()) <= 9


def test_english_is_complete(finance: Visitor, startup: Startup) -> None:
    told = text(finance, f"/copy-text/startups/{startup.id}", language="en")
    assert told.startswith("[衡汐智能]")
    assert "2 introductions:" in told
    assert "A round, seeking CNY 30M" in told


def test_an_investor_is_told_what_the_portal_shows_and_not_to_offer_it_on(finance: Visitor, startup: Startup) -> None:
    told = text(
        finance,
        f"/copy-text/startups/{startup.id}",
        audience="investor",
        institution_name="甲资本",
        language="zh",
        length="long",
    )
    assert "仅供受邀机构参考" in told
    assert f"/portal/startups/{startup.id}" in told
    assert "甲资本" in told
    for words in INTERNAL:
        assert words not in told


def test_the_link_for_an_investor_is_the_address_for_people_outside(
    app: Flask, finance: Visitor, startup: Startup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["crm_settings"], "base_url", "https://crm.example.cn/")
    told = text(finance, f"/copy-text/startups/{startup.id}", audience="investor")
    assert f"https://crm.example.cn/portal/startups/{startup.id}" in told
    assert "localhost" not in told


def test_an_investor_who_is_not_named_reads_no_introduction_at_all(finance: Visitor, startup: Startup) -> None:
    told = text(finance, f"/copy-text/startups/{startup.id}", audience="investor", language="zh")
    assert "甲资本" not in told


def test_nothing_about_an_unpublished_startup_is_for_investors(finance: Visitor) -> None:
    startup = a_startup()
    deal = a_deal(startup)
    for path in (f"startups/{startup.id}", f"rounds/{deal.round_id}", f"deals/{deal.id}"):
        page = finance.visit(f"/copy-text/{path}?audience=investor").now
        assert "not published" in page.text
        assert 'id="text"' not in page.html


def test_an_institution_that_is_not_admitted_is_told_nothing(finance: Visitor, startup: Startup) -> None:
    shut_out = an_institution("丙（上海）资本管理有限公司")
    an_admission(shut_out, "refused")
    deal = a_deal(startup, shut_out, "b")
    named = f"audience=investor&institution_name={shut_out.name}"
    services = f"services?institution={shut_out.id}&audience=investor"
    for path in (f"startups/{startup.id}?{named}", f"deals/{deal.id}?audience=investor", services):
        page = finance.visit(f"/copy-text/{path}").now
        assert "not admitted" in page.text
        assert 'id="text"' not in page.html


def test_an_investor_reads_no_service_for_a_startup_that_is_not_published(finance: Visitor, startup: Startup) -> None:
    institution = an_institution("丁（上海）资本管理有限公司")
    for one in (startup, a_startup(short_name="未发布")):
        a_service(one, partners=(institution,))
    told = text(finance, "/copy-text/services", institution=str(institution.id), audience="investor", language="zh")
    assert "衡汐智能" in told
    assert "未发布" not in told
    assert "累计服务 1 次" in told


@pytest.fixture
def passed(work: Work) -> Callable[[bool], Deal]:
    def pass_on(tell: bool) -> Deal:
        deal = a_deal(a_startup(short_name="衡汐智能"), an_institution("甲（上海）资本管理有限公司"))
        with work():
            kept = deal_queries.find_deal(BY, deal.id)
            assert kept is not None
            move = Move("referred", DealStatus.PASSED, date(2026, 6, 1), reason="valuation", tell_startup=tell)
            move_deal(kept, move, version=None, by=BY, at=AT)
        return deal

    return pass_on


@pytest.mark.parametrize("tell", [True, False])
def test_founders_learn_the_reason_only_when_it_was_meant_for_them(
    finance: Visitor, passed: Callable[[bool], Deal], tell: bool
) -> None:
    deal = passed(tell)
    told = text(finance, f"/copy-text/deals/{deal.id}", audience="founder", language="zh")
    assert ("估值" in told) is tell
    assert "机构放弃" in told
    assert "估值" in text(finance, f"/copy-text/deals/{deal.id}", audience="inside", language="zh")


def test_a_round_lists_its_introductions(finance: Visitor, startup: Startup, work: Work) -> None:
    with work() as session:
        round_id = session.query(Round).one().id
    told = text(finance, f"/copy-text/rounds/{round_id}", audience="founder", language="zh", length="long")
    assert "甲资本" in told
    assert "条款" in told
    assert "约技术负责人" not in told


def test_a_list_of_services_is_for_outsiders_only_where_it_is_their_own(finance: Visitor, startup: Startup) -> None:
    a_service(a_startup(short_name="别家"), outcome="别家的结果")
    everything = text(finance, "/copy-text/services", language="zh")
    assert "别家" in everything
    assert "衡汐智能" in everything
    own = text(finance, "/copy-text/services", startup=str(startup.id), audience="founder", language="zh")
    assert "别家" not in own
    assert "已出具方案" not in own
    refused = finance.visit("/copy-text/services?audience=founder").now
    assert "may only read its own services" in refused.text


def test_a_figure_names_its_day_its_definition_and_for_colleagues_its_rows(finance: Visitor, startup: Startup) -> None:
    path = "/copy-text/figures/companies_served"
    told = text(finance, path, as_of="2026-06-01", length="long", language="zh")
    assert "截至 2026-06-01" in told
    assert "· 上海衡汐智能科技有限公司" in told
    outside = text(finance, path, as_of="2026-06-01", length="long", language="zh", audience="investor")
    assert "衡汐智能" not in outside
    assert "口径" in outside or "计" in outside


@pytest.mark.parametrize("asked", ["audience=everybody", "length=x&language=fr", "startup=99999999999999999999"])
def test_what_the_page_does_not_offer_is_ignored(finance: Visitor, asked: str) -> None:
    assert finance.visit(f"/copy-text/services?{asked}").status == 200


def test_an_unknown_institution_is_told_beside_the_field(finance: Visitor, startup: Startup) -> None:
    page = finance.visit(f"/copy-text/startups/{startup.id}?audience=investor&institution_name=无名").now
    assert page.error_of("Which institution")
