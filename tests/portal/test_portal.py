"""The investor's view: what was published, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import patch

from crm.core.clock import day_of, now
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    a_deal,
    a_published_startup,
    a_round,
    a_service,
    a_startup,
    an_account,
    an_institution,
    publish,
    run_out,
    withdraw,
)
from tests.support.visitor import Visitor

SECRETS = {"note": "内部备注不可外传", "short_name": "衡汐智能"}


def published(**values: object) -> Startup:
    return a_published_startup("上海衡汐智能科技有限公司", **{**SECRETS, **values})


def test_a_published_profile_can_be_found_and_read(investor: Visitor) -> None:
    startup = published(profile="适配 23 款端侧芯片", team="许望舒，创始人")
    a_round(startup, "a+")
    publish(startup)
    investor.visit("portal.list_startups", q="衡汐")
    assert "衡汐智能" in investor.text
    assert "A+ round" in investor.text
    investor.visit("portal.show_startup", startup_id=startup.id)
    for told in ("适配 23 款端侧芯片", "许望舒", "A+", "neither an offer nor investment advice"):
        assert told in investor.now.html


def test_what_is_internal_is_on_no_page_of_the_portal(investor: Visitor) -> None:
    startup = published()
    a_service(startup, content="授信材料细节")
    other = an_institution("临渚创投")
    a_deal(startup, other, stage="term_sheet", note="对方压价")
    for page in ("portal.list_startups", "portal.list_deals"):
        investor.visit(page)
        assert "内部备注" not in investor.now.html
    html = investor.visit("portal.show_startup", startup_id=startup.id).now.html
    for secret in ("内部备注不可外传", "授信材料细节", "临渚创投", "对方压价", "许望舒"):
        assert secret not in html


def test_an_unpublished_startup_does_not_exist(investor: Visitor) -> None:
    hidden = a_startup("上海未发布智能科技有限公司", short_name="未发布智能")
    published()
    investor.visit("portal.list_startups")
    assert "未发布" not in investor.now.html
    assert "1 startup in all" in investor.text
    assert investor.visit("portal.list_startups", q="未发布智能").now.rows == []
    assert investor.visit("portal.show_startup", startup_id=hidden.id).status == 404
    assert investor.visit("startups.show_startup", startup_id=hidden.id).status == 404


def test_withdrawing_takes_effect_on_the_next_request(investor: Visitor, work: Work) -> None:
    startup = published()
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 200
    withdraw(startup)
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404
    assert "衡汐" not in investor.visit("portal.list_startups").now.html


def test_an_authorisation_that_ended_withdraws(investor: Visitor, work: Work) -> None:
    startup = published()
    until = day_of(now())
    run_out(startup, until)
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 200
    tomorrow = now() + timedelta(days=1)
    with patch("crm.web.answers.clock_now", lambda: tomorrow), patch("crm.portal.queries.now", lambda: tomorrow):
        assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404


def test_interest_with_an_open_round_opens_the_institutions_own_deal(
    as_role: Callable[..., Visitor], finance: Visitor
) -> None:
    startup, institution = published(), an_institution("临渚创投")
    a_round(startup, "a+")
    publish(startup)
    investor = as_role("investor", institution.id)
    investor.visit("portal.show_startup", startup_id=startup.id).submit("I am interested", note="想先看客户")
    assert investor.status == 200
    assert "衡汐智能" in investor.visit("portal.list_deals").text
    finance.visit("deals.list_deals", q="临渚")
    assert [cell for row in finance.now.rows for cell in row if cell == "Interested"] == ["Interested"]


def test_interest_without_an_open_round_is_a_notice_that_staff_handle(
    as_role: Callable[..., Visitor], finance: Visitor
) -> None:
    startup = published()
    investor = as_role("investor", an_institution("临渚创投").id)
    investor.visit("portal.show_startup", startup_id=startup.id).submit("I am interested", note="想先看客户")
    finance.visit("home.show_home")
    assert "想先看客户" in finance.text
    finance.submit("Handled")
    assert "想先看客户" not in finance.text


def test_interest_sent_twice_is_one_interest(as_role: Callable[..., Visitor], finance: Visitor) -> None:
    startup = published()
    investor = as_role("investor", an_institution("临渚创投").id)
    page = investor.visit("portal.show_startup", startup_id=startup.id).now
    form = page.fields_of(page.form_of("I am interested")[0])
    for _ in range(2):
        assert investor.open(f"/portal/startups/{startup.id}/interest", "POST", form).status_code == 303
    finance.visit("home.show_home")
    assert len([1 for form in finance.now.all("form") if "/handle" in (form.get("action") or "")]) == 1


def test_staff_do_not_use_the_portal_and_investors_not_the_desk(finance: Visitor, investor: Visitor) -> None:
    assert finance.visit("portal.list_startups").status == 403
    for endpoint in ("startups.list_startups", "deals.list_deals", "reports.list_reports"):
        assert investor.visit(endpoint).status == 403
    assert investor.visit("home.show_home").now.url == "/portal/"


def test_the_portal_filters_by_stage_and_sector(investor: Visitor) -> None:
    published(sector_layer="compute", growth_stage="growth")
    a_published_startup("上海砚川智能科技有限公司", sector_layer="data", growth_stage="seed")
    investor.visit("portal.list_startups", sector="compute")
    assert "衡汐" in investor.text
    assert "砚川" not in investor.text
    investor.visit("portal.list_startups", growth_stage="seed")
    assert "砚川" in investor.text
    assert "衡汐" not in investor.text


def test_an_investor_reads_only_its_own_deals(as_role: Callable[..., Visitor]) -> None:
    startup, mine, theirs = published(), an_institution(), an_institution()
    a_deal(startup, mine, round_name="a", stage="met", happened_on=date(2026, 4, 1))
    a_deal(startup, theirs, round_name="b", stage="term_sheet", happened_on=date(2026, 4, 2))
    text = as_role("investor", mine.id).visit("portal.list_deals").text
    assert "Met" in text
    assert "Term sheet" not in text


def test_many_deals_of_an_investor_come_page_by_page(as_role: Callable[..., Visitor]) -> None:
    startup, mine = published(), an_institution()
    for day in range(1, 28):
        a_deal(startup, mine, round_name=f"round {day}", happened_on=date(2026, 4, day))
    investor = as_role("investor", mine.id).visit("portal.list_deals")
    assert "25 deals on this page" in investor.text
    assert "2026-04-27" in investor.text
    assert "2026-04-02" not in investor.text
    assert "2 deals on this page" in investor.click("Next").text
    assert "2026-04-01" in investor.text


def test_an_account_of_a_disabled_investor_reads_nothing(admin: Visitor) -> None:
    from crm.accounts.models import Role

    startup = published()
    account = an_account(Role.INVESTOR, an_institution().id)
    investor = Visitor(admin.app).signed_in_as(account)
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 200
    admin.visit("accounts.disable_account", account_id=account.id).submit("Disable the account")
    assert investor.visit("portal.show_startup", startup_id=startup.id).now.h1 == "Sign in"
