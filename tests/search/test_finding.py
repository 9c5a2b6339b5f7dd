"""What searching finds, for whom: over HTTP, on the index as the actions wrote it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role
from crm.core.db import db
from crm.lib.grams import terms_of
from crm.people import actions as people_actions
from crm.people.models import Person
from crm.search import actions, queries, statements
from crm.search.models import ENTRY, on_postgresql
from crm.search.registry import registry
from crm.startups import actions as startup_actions
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    AT,
    BY,
    a_deal,
    a_fund,
    a_person,
    a_published_startup,
    a_startup,
    an_account,
    an_institution,
    run_out,
    withdraw,
)
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

WUWEN = "上海无问芯穹智能科技有限公司"
CODE = "91110000600037341L"


def labels(visitor: Visitor, text: str) -> list[str]:
    """What the palette suggests."""
    return [item["label"] for item in visitor.open(f"/search/suggest?q={text}").get_json()["items"]]


def completed(visitor: Visitor, path: str, text: str) -> list[str]:
    """What a field completes."""
    return [item["value"] for item in visitor.open(f"{path}?q={text}").get_json()["items"]]


@pytest.mark.parametrize(
    "text", ["芯穹", "问芯", "无", "wwxq", "wuwen", "wuwenxinqiong", "shww", CODE, CODE[:8].lower()]
)
def test_a_startup_is_found_everywhere(finance: Visitor, text: str) -> None:
    a_startup(WUWEN, short_name="无问芯穹", credit_code=CODE)
    a_startup("北京衡汐机器人有限公司")
    assert labels(finance, text) == ["无问芯穹"]
    assert completed(finance, "/startups/suggest", text) == [WUWEN]
    assert "无问芯穹" in finance.visit("search.show_results", q=text).text
    assert "衡汐" not in finance.text
    assert [row[0].split()[0] for row in finance.visit("startups.list_startups", q=text).now.rows[1:]] == ["无问芯穹"]


def test_institutions_are_found_by_name_pinyin_brand_and_number(finance: Visitor) -> None:
    institution = an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投", amac_number="P1234567")
    an_institution("松间（杭州）资本管理有限公司")
    for text in ("临渚", "lzct", "linzhu", "P1234567", "1234567"):
        assert labels(finance, text) == [institution.name], text
        assert completed(finance, "/institutions/suggest", text) == [institution.name], text
        assert len(finance.visit("institutions.list_institutions", q=text).now.rows) == 2, text


def test_funds_are_found_by_name_pinyin_and_code(finance: Visitor) -> None:
    fund = a_fund("临渚壹号创业投资合伙企业（有限合伙）", amac_code="SXK123")
    a_fund("松间贰号创业投资合伙企业（有限合伙）")
    for text in ("壹号", "lzyh", "sxk1"):
        assert completed(finance, "/funds/suggest", text) == [fund.name], text
        assert labels(finance, text) == [fund.name], text


def test_people_are_found_by_name_title_and_organisation_but_not_by_what_is_private(finance: Visitor) -> None:
    a_person(an_institution("临渚创投"), name="沈砚秋", title="合伙人", phone="13912345678", email="shen@linzhu.cn")
    for text in ("砚秋", "syq", "合伙人 临渚"):
        assert "沈砚秋" in labels(finance, text), text
    for text in ("13912345678", "1391", "shen@linzhu.cn"):
        assert "沈砚秋" not in labels(finance, text), text


def test_a_startup_is_found_by_its_founder_until_the_data_are_erased(finance: Visitor, work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司")
    person = a_person(startup=startup, name="沈砚秋", is_founder=True)
    assert {"沈砚秋", startup.name} <= set(labels(finance, "沈砚秋"))
    with work() as session:
        people_actions.erase(session.get_one(Person, person.id), by=BY, at=AT)
    assert labels(finance, "沈砚秋") == []
    with work() as session:
        words = session.scalars(sa.select(ENTRY.c.words)).all()
        assert not [one for one in words if "砚秋" in one or "syq" in one]
        assert session.scalar(sa.select(ENTRY.c.id).where(ENTRY.c.record_type == "person")) is None


def test_a_deal_is_found_by_startup_institution_and_round(finance: Visitor) -> None:
    startup, institution = a_startup(WUWEN, short_name="无问芯穹"), an_institution("临渚创投")
    a_deal(startup, institution, round_name="a")
    a_deal(startup, an_institution("松间资本"), round_name="pre-a")
    for text in ("无问芯穹 临渚", "wwxq 临渚 A轮", "临渚 series a"):
        assert labels(finance, text)[0] == "无问芯穹 × 临渚创投", text
        assert "松间" not in finance.visit("deals.list_deals", q=text).text
    assert len(finance.visit("deals.list_deals", q="无问芯穹").now.rows) == 3


def test_a_new_name_is_told_by_every_entry_that_holds_it(finance: Visitor, work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐")
    a_deal(startup, an_institution("临渚创投"))
    finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", name=WUWEN, short_name="无问芯穹")
    assert {"无问芯穹", "无问芯穹 × 临渚创投"} <= set(labels(finance, "wwxq"))
    assert labels(finance, "衡汐")[0] == "无问芯穹", "the former name finds it, too"


def test_a_former_name_that_was_found_is_called_one(finance: Visitor) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐")
    institution = an_institution("临渚创投")
    finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", name=WUWEN, short_name="无问芯穹")
    finance.visit("institutions.edit_institution", institution_id=institution.id).submit("Save", name="松间资本")
    for path, text, former in (
        ("/startups/suggest", "衡汐", "formerly 上海衡汐智能科技有限公司"),
        ("/institutions/suggest", "临渚", "formerly 临渚创投"),
        ("/startups/suggest", "hengxi", "formerly 上海衡汐智能科技有限公司"),
        ("/institutions/suggest", "lzct", "formerly 临渚创投"),
        ("/search/suggest", "衡汐", "formerly 上海衡汐智能科技有限公司"),
    ):
        items = finance.open(f"{path}?q={text}").get_json()["items"]
        assert former in items[0]["note"], path
    assert "formerly 上海衡汐智能科技有限公司" in finance.visit("search.show_results", q="衡汐").text
    for text in ("无问", "wwxq"):
        assert "formerly" not in finance.open(f"/startups/suggest?q={text}").get_json()["items"][0]["note"]


def test_what_lies_in_the_bin_is_in_the_results_only_and_says_so(finance: Visitor, work: Work) -> None:
    startup = a_startup(WUWEN, short_name="无问芯穹")
    with work() as session:
        startup_actions.archive(session.get_one(Startup, startup.id), by=BY, at=AT)
    assert labels(finance, "芯穹") == []
    assert completed(finance, "/startups/suggest", "芯穹") == []
    assert "in the bin" in finance.visit("search.show_results", q="芯穹").text
    assert len(finance.visit("startups.list_startups", q="芯穹", archived="1").now.rows) == 2


def test_names_that_begin_with_the_text_come_first(finance: Visitor) -> None:
    a_startup("智能", short_name="智能")
    for number in range(12):
        a_startup(f"上海第{number}衡汐智能科技有限公司")
    assert labels(finance, "智能")[0] == "智能"
    a_startup("上海云岫科技有限公司", short_name="云岫")
    for number in range(12):
        a_startup(f"流萤芸秀{number}号")
    assert labels(finance, "yx")[0] == "云岫"


def test_nothing_found_and_nothing_asked(finance: Visitor) -> None:
    assert "What are you looking for?" in finance.visit("search.show_results").text
    for text in ("不存在", "%", "'\"*", "AND OR NOT", "\\", "a" * 300):
        assert "Nothing is called" in finance.visit("search.show_results", q=text).text, text
        assert finance.visit("startups.list_startups", q=text).status == 200, text
        assert completed(finance, "/startups/suggest", text.replace("%", "%25")) == []


def test_common_words_are_counted_to_a_limit_and_still_filter_lists(
    finance: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNT_LIMIT", 10)
    monkeypatch.setattr(queries, "COUNTED", 10)
    for number in range(12):
        a_startup(f"上海第{number}号智能科技有限公司", sector_layer="compute" if number == 0 else None)
    assert "10+" in finance.visit("search.show_results", q="智能").text
    assert len(finance.visit("startups.list_startups", q="智能").now.rows) == 13
    assert len(finance.visit("startups.list_startups", q="智能 科技", sector="compute").now.rows) == 2
    assert len(finance.visit("startups.list_startups", q="shanghai").now.rows) == 13


def test_of_a_common_word_a_list_shows_what_changed_last_page_by_page(
    finance: Visitor, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNT_LIMIT", 10)
    for name in ("临渚创投", "松间资本", "云岫资本"):
        a_deal(a_startup(f"上海{name[:2]}智能科技有限公司"), an_institution(name))
    numbered = [a_startup(f"上海第{number:02}号智能科技有限公司") for number in range(57)]
    away = a_startup("上海作废智能科技有限公司")
    with work() as session:
        startup_actions.archive(session.get_one(Startup, away.id), by=BY, at=AT)
    finance.visit("startups.edit_startup", startup_id=numbered[7].id).submit("Save", summary="改")
    page = finance.visit("startups.list_startups", q="智能")
    seen = [named(page), named(page.click("Next")), named(page.click("Next"))]
    back = named(page.click("Previous"))
    assert back == seen[1]
    newest = ["07", *(f"{number:02}" for number in reversed(range(57)) if number != 7)]
    assert [name[3:5] for name in (*seen[0], *seen[1], *seen[2])][:57] == newest
    assert [len(some) for some in seen] == [25, 25, 10]
    in_order = named(finance.visit("startups.list_startups", q="智能", sort="name", down="0"))
    assert in_order == sorted(in_order)
    for address in ("deals.list_deals", "deals.list_rounds"):
        assert len(finance.visit(address, q="智能").now.rows) == 4, address


def test_what_a_text_leaves_of_a_list_keeps_its_order_filters_and_pages_however_much_it_is(finance: Visitor) -> None:
    for number in range(60):
        a_startup(f"上海第{number:02}号智能科技有限公司", sector_layer="compute" if number % 2 else None)
    a_startup("北京无关科技有限公司", sector_layer="compute")
    page = finance.visit("startups.list_startups", q="智能", sort="name", down="0")
    seen = [named(page), named(page.click("Next")), named(page.click("Next"))]
    assert [name[3:5] for some in seen for name in some] == [f"{number:02}" for number in range(60)]
    assert named(page.click("Previous")) == seen[1]
    odd = named(finance.visit("startups.list_startups", q="智能", sector="compute", sort="name", down="1"))
    assert [name[3:5] for name in odd] == [f"{number:02}" for number in range(59, 10, -2)]


def named(visitor: Visitor) -> list[str]:
    """The names in a list of startups."""
    return [row[0].split()[0] for row in visitor.now.rows[1:]]


def test_an_investor_finds_published_startups_only(as_role: Callable[..., Visitor], work: Work) -> None:
    mine, theirs = an_institution("临渚创投"), an_institution("松间资本")
    published = a_published_startup(WUWEN, short_name="无问芯穹", credit_code=CODE)
    hidden = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    a_deal(published, theirs)
    a_deal(hidden, mine)
    a_person(startup=published, name="沈砚秋", is_founder=True)
    investor = as_role("investor", mine.id)
    assert labels(investor, "wwxq") == ["无问芯穹"]
    nothing = investor.open("/search/suggest?q=不存在").get_json()["items"]
    for text in ("衡汐", "松间", "临渚", "沈砚秋", CODE, "hxzn"):
        assert investor.open(f"/search/suggest?q={text}").get_json()["items"] == nothing == [], text
        assert "Nothing is called" in investor.visit("search.show_results", q=text).text, text
    assert (
        investor.visit("search.show_results", q="芯穹").click("无问芯穹").now.url == f"/portal/startups/{published.id}"
    )
    assert "无问芯穹" in investor.visit("portal.list_startups", q="wwxq").text
    withdraw(published)
    assert labels(investor, "wwxq") == []
    assert "无问芯穹" not in investor.visit("portal.list_startups", q="wwxq").text


def test_an_authorisation_that_ran_out_hides_the_startup(as_role: Callable[..., Visitor], work: Work) -> None:
    published = a_published_startup(WUWEN, short_name="无问芯穹")
    a_published_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    investor = as_role("investor")
    assert labels(investor, "wwxq") == ["无问芯穹"]
    run_out(published, date(2020, 1, 1))
    assert labels(investor, "wwxq") == []
    assert labels(investor, "智能") == ["衡汐智能"]
    assert "无问芯穹" not in investor.visit("search.show_results", q="智能").text


def test_hits_that_a_reader_may_not_see_hide_none_that_it_may(investor: Visitor) -> None:
    published = a_published_startup("上海云岫智能科技有限公司", short_name="云岫智能")
    for number in range(15):
        a_startup(f"上海第{number}号智能科技有限公司")
    assert labels(investor, "智能") == [published.short_name]


def test_more_than_the_page_shows_is_counted_of_what_a_reader_may_see(investor: Visitor) -> None:
    for number in range(10):
        a_published_startup(f"上海第{number}号智能科技有限公司")
        a_startup(f"北京第{number}号智能科技有限公司")
    page = investor.visit("search.show_results", q="智能").text
    assert "Startups 10" in page
    assert "北京" not in page


def test_a_name_without_letters_is_found_by_what_it_begins_with(finance: Visitor) -> None:
    a_startup("……")
    assert labels(finance, "…")[0] == "……"


def test_administrators_find_accounts_and_no_records(admin: Visitor) -> None:
    a_startup("上海林予安科技有限公司")
    an_account(name="林予安", username="linyuan")
    assert labels(admin, "林予安") == ["林予安"]
    assert labels(admin, "lya") == ["林予安"]


def test_staff_find_no_accounts(finance: Visitor) -> None:
    an_account(name="林予安", username="linyuan")
    assert labels(finance, "林予安") == []


@pytest.mark.parametrize("text", ["Log a deal", "log a", "deal"])
def test_actions_are_found_in_both_languages_and_by_pinyin(finance: Visitor, text: str) -> None:
    assert "Log a deal" in labels(finance, text)


def test_actions_and_pages_are_those_of_the_role(as_role: Callable[..., Visitor]) -> None:
    assert "Log a service" in labels(as_role("finance"), "")
    assert "Log a service" not in labels(as_role("leader"), "service")
    assert "Services" in labels(as_role("leader"), "service")
    assert labels(as_role("investor"), "accounts") == []
    assert "Accounts" in labels(as_role("admin"), "accounts")
    assert labels(as_role("investor"), "my deals") == ["My deals"]


def test_without_a_text_the_palette_shows_what_changed_last(finance: Visitor) -> None:
    first, second = a_startup(short_name="衡汐"), a_startup(short_name="云岫")
    assert labels(finance, "")[:2] == ["云岫", "衡汐"]
    finance.visit("startups.edit_startup", startup_id=first.id).submit("Save", summary="改")
    assert labels(finance, "")[:2] == ["衡汐", second.short_name]


def everything() -> list[Any]:
    columns = [column for column in ENTRY.c if column.name != "id"]
    rows = db.session.execute(sa.select(*columns).order_by(ENTRY.c.record_type, ENTRY.c.record_id))
    return [tuple(row) for row in rows]


def test_rebuilding_gives_what_saving_gave(finance: Visitor, work: Work) -> None:
    startup = a_startup(WUWEN, short_name="无问芯穹")
    a_deal(startup, an_institution("临渚创投"))
    a_person(startup=startup, name="沈砚秋")
    finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="无问")
    with work():
        saved = everything()
        assert actions.rebuild() == len(saved)
        assert everything() == saved
    assert {"无问", "无问 × 临渚创投"} <= set(labels(finance, "芯穹"))


def test_rebuilding_keeps_what_changed_last(finance: Visitor, work: Work) -> None:
    first, _ = a_startup(short_name="衡汐"), a_startup(short_name="云岫")
    finance.visit("startups.edit_startup", startup_id=first.id).submit("Save", summary="改")
    with work():
        actions.rebuild()
    assert labels(finance, "")[:2] == ["衡汐", "云岫"]


def test_an_installation_that_is_older_than_the_index_is_indexed_once(finance: Visitor, work: Work) -> None:
    a_startup(WUWEN)
    with work():
        actions.clear()
    assert labels(finance, "芯穹") == []
    with work():
        assert actions.index_new_kinds() > 0
    with work():
        assert actions.index_new_kinds() == 0
    assert labels(finance, "芯穹") == [WUWEN]


def test_what_is_rolled_back_is_not_found(finance: Visitor, work: Work) -> None:
    with work() as session:
        session.add(Startup(name="半途", name_key="半途", created_at=AT))
        session.flush()
        session.rollback()
    assert labels(finance, "半途") == []


def test_a_search_costs_few_statements(finance: Visitor, app: Flask) -> None:
    a_startup(WUWEN)
    finance.visit("search.show_results", q="芯穹")
    with counted_statements(app) as few:
        finance.open("/search/suggest?q=芯穹")
    for number in range(9):
        a_startup(f"上海第{number}芯穹科技有限公司")
    with counted_statements(app) as many:
        finance.open("/search/suggest?q=芯穹")
    assert len(few) == len(many) <= 5


def test_the_index_holds_no_row_of_a_record_that_is_gone(work: Work) -> None:
    """SQLite's virtual table knows no foreign keys: what is forgotten must leave it, too."""
    startup = a_startup(WUWEN)
    with work() as session:
        session.delete(session.get_one(Startup, startup.id))
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ENTRY)) == 0
        held = "words @@ CAST(:asked AS tsquery)" if on_postgresql() else "search_text MATCH :asked"
        asked = {"asked": statements.match_of(registry.kinds["startup"], terms_of("芯穹"), by_gin=on_postgresql())}
        assert session.execute(sa.text(f"SELECT 1 FROM search_text WHERE {held}"), asked).all() == []  # noqa: S608


def test_the_role_of_the_account_decides_and_not_its_institution(app: Flask) -> None:
    institution = an_institution("临渚创投")
    visitor = Visitor(app).signed_in_as(an_account(Role.INVESTOR, institution.id))
    assert labels(visitor, "临渚") == []
