"""From the clipboard to records: what is read is shown, corrected, confirmed, and only then saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.audit.models import AuditEntry
from crm.core.clock import now
from crm.core.db import db
from crm.deals.models import Deal, DealEvent
from crm.documents.models import Document
from crm.institutions.models import Institution
from crm.paste.models import Paste
from crm.people.models import Person
from crm.services.models import Service
from crm.startups.models import Startup
from tests.conftest import Work
from tests.contracts.test_permissions import checksum
from tests.factories import a_deal, a_picture, a_round, a_startup, an_institution, writing
from tests.support.page import text_of
from tests.support.visitor import Visitor

MEETING = "今天下午临渚创投见了衡汐智能，聊得不错，下周三约技术负责人再聊，意向投1000万"
CARD = "张 伟\n投资总监\n远舟（上海）私募基金管理有限公司\n手机：138 1234 5678\nzhangwei@yuanzhou.com"


@pytest.fixture
def companies(app: Flask) -> dict[str, int]:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    institution = an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")
    return {"startup": startup.id, "round": a_round(startup, "a+").id, "institution": institution.id}


def pasted(visitor: Visitor, text: str, **fields: object) -> Visitor:
    visitor.visit("paste.new_paste")
    form, _ = visitor.now.form_of("Read it")
    sent = visitor.now.fields_of(form) | {"text": text} | fields
    return visitor.read(visitor.open("/paste/", "POST", sent), "/paste/")


def count(work: Work, *models: type) -> list[int | None]:
    with work() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in models]


def test_a_meeting_is_read_corrected_and_logged(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    page = pasted(finance, MEETING).now
    assert page.h1 == "Check what was read"
    assert [text_of(mark) for mark in page.all("mark")][:3] == ["今天", "临渚创投", "见了"]
    assert page.value_of("Startup") == "上海衡汐智能科技有限公司"
    assert page.value_of("Round") == "a+"
    assert page.value_of("Stage") == "met"
    assert "from “临渚创投”" in page.text
    assert count(work, Deal, Service, AuditEntry)[:2] == [0, 0]
    finance.submit("Save what is ticked", **{"p0-intended": "1500万"})
    assert finance.now.h1 == "Saved from the paste"
    with work() as session:
        deal = session.scalars(sa.select(Deal)).one()
        assert (deal.stage, deal.institution_id, deal.intended.exact) == ("met", companies["institution"], 1500_000_000)
        assert deal.next_step == "下周三约技术负责人再聊"
        assert session.scalars(sa.select(Service)).one().deal_id == deal.id
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.record_type == "deal")).one()
        assert (entry.verb, entry.actor_name) == ("created", finance.account.name)  # type: ignore[union-attr]
        paste = session.scalars(sa.select(Paste)).one()
        assert (paste.text, paste.reading) == ("", {}), "the text goes once it is confirmed"
    assert "衡汐智能 × 临渚（上海）创业投资有限公司" in finance.now.links()


def test_the_same_round_and_institution_moves_the_deal(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    with work() as session:
        startup, institution = (
            session.get_one(Startup, companies["startup"]),
            session.get_one(Institution, companies["institution"]),
        )
    deal = a_deal(startup, institution, round_name="a+", stage="interested", next_step="发 BP")
    page = pasted(finance, "临渚创投昨天见了衡汐智能").now
    assert "Move the deal" in page.text
    assert "The deal now: Interested" in page.text
    finance.submit("Save what is ticked")
    with work() as session:
        moved = session.scalars(sa.select(Deal)).one()
        assert (moved.id, moved.stage, moved.next_step) == (deal.id, "met", "发 BP")
        assert len(session.scalars(sa.select(DealEvent)).all()) == 2


def test_a_text_that_says_less_than_the_deal_knows_does_not_move_it_back(
    finance: Visitor, work: Work, companies: dict[str, int]
) -> None:
    with work() as session:
        startup, institution = (
            session.get_one(Startup, companies["startup"]),
            session.get_one(Institution, companies["institution"]),
        )
    a_deal(startup, institution, round_name="a+", stage="due_diligence")
    assert pasted(finance, "临渚今天又见了衡汐智能").now.value_of("Stage") == "due_diligence"


def test_a_name_card_becomes_an_institution_and_a_person(finance: Visitor, work: Work) -> None:
    page = pasted(finance, CARD).now
    assert page.value_of("Person's name") == "张伟"
    finance.submit("Save what is ticked")
    with work() as session:
        person = session.scalars(sa.select(Person)).one()
        assert (person.name, person.title, person.phone) == ("张伟", "投资总监", "13812345678")
        assert person.source == "name_card"
        assert session.get_one(Institution, person.institution_id).name == "远舟（上海）私募基金管理有限公司"


def test_a_card_of_somebody_recorded_completes_the_record(finance: Visitor, work: Work) -> None:
    pasted(finance, CARD)
    finance.submit("Save what is ticked")
    pasted(finance, "张伟\n董事总经理\n远舟（上海）私募基金管理有限公司\n手机：139 0000 0000\n微信：zhangwei_yz")
    assert "Complete the person" in finance.text
    assert "Recorded already: 张伟" in finance.text
    finance.submit("Save what is ticked")
    with work() as session:
        person = session.scalars(sa.select(Person)).one()
        assert (person.title, person.phone, person.wechat) == ("董事总经理", "13900000000", "zhangwei_yz")
        assert (person.email, person.source) == ("zhangwei@yuanzhou.com", "name_card"), (
            "what the card does not say stays"
        )


def test_an_error_stands_beside_its_field_and_nothing_is_saved_or_lost(
    finance: Visitor, work: Work, companies: dict[str, int]
) -> None:
    text = "帮衡汐智能改了BP\n\n" + CARD
    pasted(finance, text)
    finance.submit("Save what is ticked", **{"p2-happened_on": "someday", "p1-name": "张维"})
    assert finance.status == 422
    assert "is not a date" in finance.now.error_of("Date")
    assert finance.now.value_of("Person's name") == "张维"
    finance.submit("Save what is ticked", **{"p2-happened_on": "2030-01-01"})
    assert "cannot lie in the future" in finance.now.error_of("Date")
    assert count(work, Person, Service) == [0, 0], "all or nothing"
    finance.submit("Save what is ticked", **{"p2-happened_on": "2026-06-01"})
    assert finance.status == 200
    assert count(work, Person, Service) == [1, 1]


def test_an_unknown_name_is_refused_beside_its_field(finance: Visitor, companies: dict[str, int]) -> None:
    pasted(finance, MEETING)
    finance.submit("Save what is ticked", **{"p0-institution": "没有这家"})
    assert finance.now.error_of("Institution").startswith("No institution is called “没有这家”")


def test_an_ambiguous_name_offers_its_candidates(finance: Visitor, companies: dict[str, int]) -> None:
    an_institution("寒溪（上海）投资有限公司", short_name="寒溪")
    an_institution("寒溪（深圳）投资管理有限公司", short_name="寒溪")
    page = pasted(finance, "寒溪昨天见了衡汐智能").now
    offered = [text_of(button) for button in page.all("button") if button.get("data-fill")]
    assert sorted(offered) == ["寒溪（上海）投资有限公司", "寒溪（深圳）投资管理有限公司"]
    finance.submit("Save what is ticked")
    assert "Several are called so" in finance.now.error_of("Institution")
    assert finance.submit("Save what is ticked", **{"p0-institution": offered[0]}).status == 200


def test_what_is_not_ticked_is_not_saved(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    pasted(finance, "帮衡汐智能改了BP，又帮他们理了股权架构")
    finance.submit("Save what is ticked", **{"p0-include": []})
    assert count(work, Service) == [1]
    pasted(finance, MEETING)
    finance.submit("Save what is ticked", **{"p0-include": []})
    assert "Tick at least one proposal." in finance.text


def test_sent_twice_it_is_saved_once(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    page = pasted(finance, MEETING).now
    form, _ = page.form_of("Save what is ticked")
    sent = page.fields_of(form)
    locations = {finance.open(page.url, "POST", sent).location for _ in range(2)}
    assert locations == {page.url}
    assert count(work, Deal, Service) == [1, 1]


def test_the_same_text_waits_once(finance: Visitor, companies: dict[str, int]) -> None:
    first = pasted(finance, MEETING).now.url
    assert pasted(finance, MEETING).now.url == first


def test_nobody_else_sees_a_paste_or_its_pictures(
    finance: Visitor, manager: Visitor, work: Work, companies: dict[str, int]
) -> None:
    path = pasted(finance, MEETING, files=(BytesIO(a_picture()), "屏幕.png")).now.url
    with work() as session:
        document = session.scalars(sa.select(Document)).one().id
    assert finance.open(f"/documents/{document}").status_code == 200
    for method, place in (
        ("GET", path),
        ("POST", path),
        ("POST", f"{path}/archive"),
        ("GET", f"/documents/{document}"),
    ):
        token = {"csrf_token": csrf_of(manager)}
        assert manager.open(place, method, token if method == "POST" else None).status_code == 404, place
    assert MEETING[:10] not in manager.visit("home.show_home").text
    assert MEETING[:10] in finance.visit("home.show_home").text


def csrf_of(visitor: Visitor) -> str:
    visitor.visit("paste.new_paste")
    return next(str(field.get("value")) for field in visitor.now.all("input", name="csrf_token"))


def test_looking_at_a_paste_changes_nothing(app: Flask, finance: Visitor, companies: dict[str, int]) -> None:
    path = pasted(finance, MEETING).now.url
    before = checksum(app)
    finance.visit(path)
    finance.visit("paste.new_paste")
    assert checksum(app) == before


def test_a_text_without_anything_known_is_kept_and_can_be_filled_in(
    finance: Visitor, work: Work, companies: dict[str, int]
) -> None:
    pasted(finance, "哈哈好的，收到！")
    assert "Nothing was recognised" in finance.text
    assert "哈哈好的，收到！" in finance.text
    finance.submit("Service")
    assert finance.status == 200
    finance.submit("Save what is ticked", **{"p0-startup": "衡汐智能", "p0-type_id": "4"})
    assert count(work, Service) == [1]


def test_adding_a_proposal_keeps_what_was_typed(finance: Visitor, companies: dict[str, int]) -> None:
    pasted(finance, MEETING)
    finance.submit("Service", **{"p0-next_step": "发数据室"})
    assert finance.now.value_of("Next step") == "发数据室"
    assert "Log a service" in finance.text


def test_rows_from_a_spreadsheet_are_one_proposal_each(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    a_startup("上海云岫医语科技有限公司", short_name="云岫医语")
    block = (
        "日期\t企业\t服务事项\t内容\n2026/6/1\t衡汐智能\tBP辅导\t第一版\n"
        "2026.6.3\t云岫医语\t高企认定\t材料\n2026.6.4\t没有这家\t算力券\t\n"
    )
    page = pasted(finance, block).now
    assert len(page.all("tr", **{"data_proposal": ""})) == 3
    finance.submit("Save what is ticked")
    assert finance.status == 422
    assert count(work, Service) == [0]
    finance.submit("Save what is ticked", **{"p2-startup": "衡汐智能"})
    assert count(work, Service) == [3]


def test_a_long_list_is_sent_to_the_ledger_import(finance: Visitor) -> None:
    block = "日期\t企业\t服务事项\n" + "2026/6/1\t衡汐智能\tBP辅导\n" * 201
    pasted(finance, block)
    assert "201 rows are too many for this page" in finance.text
    assert "Import a ledger" in finance.now.links()


def test_two_hundred_rows_can_be_confirmed_at_once(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    block = "日期\t企业\t服务事项\t内容\n" + "".join(f"2026/6/1\t衡汐智能\tBP辅导\t第{n}次\n" for n in range(200))
    pasted(finance, block)
    assert finance.submit("Save what is ticked").status == 200
    assert count(work, Service) == [200]


def test_pictures_go_to_the_record_that_was_made(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    pasted(finance, MEETING, files=(BytesIO(a_picture()), "聊天.png"))
    finance.submit("Save what is ticked")
    with work() as session:
        document, deal = session.scalars(sa.select(Document)).one(), session.scalars(sa.select(Deal)).one()
        assert (document.record_type, document.record_id) == ("deal", deal.id)


def test_pictures_alone_go_to_a_record_that_is_there(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    pasted(finance, "", files=(BytesIO(a_picture()), "样机.png"))
    finance.submit("Save what is ticked", pictures_to="startup", startup="衡汐智能")
    with work() as session:
        document = session.scalars(sa.select(Document)).one()
        assert (document.record_type, document.record_id) == ("startup", companies["startup"])


def test_pictures_that_nobody_wants_are_deleted(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    pasted(finance, MEETING, files=(BytesIO(a_picture()), "聊天.png"))
    finance.submit("Save what is ticked", pictures_to="")
    assert count(work, Document) == [0]


def test_a_file_that_is_no_picture_is_refused_and_the_text_is_kept(finance: Visitor) -> None:
    page = pasted(finance, MEETING, files=(BytesIO(b"MZ\x90"), "报价.exe")).now
    assert page.status == 422
    assert page.value_of("Text").strip() == MEETING


def test_an_empty_box_says_what_to_do(finance: Visitor) -> None:
    assert pasted(finance, "  ").now.error_of("Text") == "Paste a text or a picture first."


def test_what_was_thrown_away_can_be_brought_back(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    path = pasted(finance, MEETING).now.url
    finance.submit("Throw away")
    assert "Bring back" in finance.text
    assert "Bring back" in finance.visit(path).text
    finance.submit("Bring back")
    assert finance.submit("Save what is ticked").now.h1 == "Saved from the paste"
    assert count(work, Deal) == [1]


def test_texts_are_forgotten_after_thirty_days(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    path = pasted(finance, MEETING, files=(BytesIO(a_picture()), "聊天.png")).now.url
    with work() as session:
        session.scalars(sa.select(Paste)).one().made_at = now() - timedelta(days=31)
    pasted(finance, "别的事")
    with work() as session:
        assert session.scalars(sa.select(Paste).order_by(Paste.id)).first().text == ""  # type: ignore[union-attr]
        assert session.scalar(sa.select(sa.func.count(Document.id))) == 0
    assert "This paste is gone" in finance.visit(path).text


def test_leaders_have_no_paste_box(as_role: Callable[..., Visitor]) -> None:
    assert "data-paste-" not in as_role("leader").visit("home.show_home").now.html


@pytest.mark.parametrize("kind", ["startup", "institution", "deal", "service"])
def test_pictures_are_attached_on_a_records_page(
    finance: Visitor, work: Work, companies: dict[str, int], kind: str
) -> None:
    from tests.factories import a_service

    ids = {**companies, "deal": a_deal().id, "service": a_service().id}
    page = finance.visit(f"/{kind}s/{ids[kind]}")
    assert "Attachments" in page.text
    path = finance.url(f"documents.attach_to_{kind}", **{f"{kind}_id": ids[kind]})
    token = csrf_of(finance)
    assert finance.open(path, "POST", {"csrf_token": token}).status_code == 422
    sent = {
        "csrf_token": token,
        "files": [(BytesIO(a_picture()), "一.png"), (BytesIO(a_picture(colour="red")), "二.png")],
    }
    assert finance.open(path, "POST", sent).status_code == 303
    with work() as session:
        kept = session.scalars(sa.select(Document)).all()
        assert {(one.record_type, one.record_id) for one in kept} == {(kind, ids[kind])}
    names = [image.get("alt") for image in finance.visit(f"/{kind}s/{ids[kind]}").now.all("img")]
    assert {"一.png", "二.png"} <= set(names)


def test_a_change_in_another_window_is_not_overwritten(finance: Visitor, work: Work, companies: dict[str, int]) -> None:
    page = pasted(finance, MEETING).now
    with writing():
        db.session.scalars(sa.select(Paste)).one().archived_at = now()
    with writing():
        db.session.scalars(sa.select(Paste)).one().archived_at = None
    form, _ = page.form_of("Save what is ticked")
    answer = finance.open(page.url, "POST", page.fields_of(form))
    assert answer.status_code == 422
    assert count(work, Deal) == [0]
