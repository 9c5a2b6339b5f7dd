"""The profile as PDF: for invited readers, with what is published and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader

from crm.accounts.models import Role
from crm.core.db import unit_of_work
from crm.lib.money import Amount
from crm.publishing.profile import read
from crm.publishing.queries import publication_in_force
from crm.reports import pdf
from crm.reports.html import Stamp
from crm.reports.kinds.profile.gathered import published_profile
from crm.reports.kinds.profile.telling import ForReader
from crm.reports.models import Report
from crm.startups.models import FilingKind, Startup
from tests.conftest import Work
from tests.factories import (
    AT,
    TODAY,
    WAN,
    a_deal,
    a_document,
    a_filing,
    a_label,
    a_past_round,
    a_picture,
    a_product,
    a_published_startup,
    a_reported_metric,
    a_round,
    a_service,
    an_account,
    an_institution,
    publish,
    run_out,
    withdraw,
)
from tests.reports.examples import document_of, text_of
from tests.reports.test_jobs import worked
from tests.support.visitor import Visitor

NOTE = "内部备注不可外传"
DISCLAIMER = {
    "zh": "仅供受邀机构参考，不构成要约或投资建议",
    "en": "For invited institutions only; neither an offer nor investment advice",
}


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    """The pages' clock stands where the factories' does."""
    with time_machine.travel(AT):
        yield


@pytest.fixture
def startup() -> Startup:
    """A published startup with everything that a profile shows, and much that it must not."""
    startup = a_published_startup(
        "上海衡汐智能科技有限公司",
        short_name="衡汐智能",
        credit_code="91110000600037341L",
        summary="端侧推理芯片",
        sector_layer="compute",
        sector_vertical="automotive",
        growth_stage="growth",
        founded_on=date(2021, 3, 18),
        headcount=120,
        profile="第一段：做什么。\n第二段：给谁用。",
        team="陈喆：创始人\n李旻：首席科学家",
        seeking=Amount.exactly(9999 * WAN),
        note=NOTE,
    )
    a_round(
        startup,
        "a+",
        sought=Amount.exactly(8000 * WAN),
        valuation=60_000 * WAN,
        use_of_proceeds="流片与量产",
        closes_on=date(2026, 9, 30),
    )
    a_deal(startup, an_institution("别家（上海）创业投资有限公司"), "b", "term_sheet", note=NOTE)
    a_service(startup, "BP辅导", content="给企业的服务")
    a_past_round(startup, "angel", happened_on=date(2023, 5, 6), amount=2000 * WAN)
    a_filing(startup, filing_number="Shanghai-衡汐-2025")
    a_label(startup, "specialised")
    a_label(startup, "high_tech")
    a_label(startup, "unicorn", expires_on=date(2026, 6, 11))
    a_reported_metric(startup, "revenue", 4260 * WAN, period="2025", for_investors=True)
    a_reported_metric(startup, "customers", 31)
    a_product(startup, "端侧推理引擎", summary="让模型在产线上跑")
    publish(startup)
    return startup


def an_investor(app: Flask, language: str = "zh_CN") -> Visitor:
    institution = (
        an_institution("临渚（上海）创业投资有限公司") if language == "zh_CN" else an_institution("Linzhu Capital")
    )
    account = an_account(Role.INVESTOR, institution.id, name="沈知行", language=language)
    return Visitor(app).signed_in_as(account)


def downloaded(app: Flask, visitor: Visitor, startup: Startup) -> str:
    """Ask for the profile, let the worker work, and read the file."""
    asked = ask(visitor, startup)
    worked(app)
    answer = visitor.open(f"{asked}/file")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return text_of(answer.data)


def ask(visitor: Visitor, startup: Startup) -> str:
    token = visitor.visit("portal.list_startups").now.all("meta", name="csrf-token")[0].get("content")
    answer = visitor.open(f"/portal/startups/{startup.id}/pdf", "POST", {"csrf_token": token, "full": "1"})
    assert answer.status_code in (303, 404)
    return str(answer.location or "")


def test_the_pdf_shows_the_published_fields(app: Flask, startup: Startup) -> None:
    text = "".join(downloaded(app, an_investor(app), startup).split())
    for told in (
        "衡汐智能",
        "上海衡汐智能科技有限公司",
        "端侧推理芯片",
        "算力与芯片",
        "汽车",
        "扩张",
        "2021-03-18",
        "120",
        "Shanghai-衡汐-2025",
        "专精特新、高新技术企业",
        "营业收入2025¥4,260万2025-12-31审计报告",
        "端侧推理引擎让模型在产线上跑",
        "第一段：做什么。",
        "第二段：给谁用。",
        "陈喆：创始人",
        "李旻：首席科学家",
        "A+¥8,000万¥6亿2026-09-30流片与量产",
        "天使2023-05-06¥2,000万",
    ):
        assert told in text, f"{told!r} is not in {text!r}"


@pytest.mark.once
def test_the_full_pdf_shows_the_pictures_that_were_published(app: Flask, startup: Startup) -> None:
    visitor, product = an_investor(app), a_product(startup, "质检终端")
    assert pictures_in(app, visitor, startup) == 0
    a_document(product, "终端.png")
    publish(startup)
    a_document(product, "后来的.png", a_picture(colour="red"))
    assert pictures_in(app, visitor, startup) == 1


def pictures_in(app: Flask, visitor: Visitor, startup: Startup) -> int:
    """How many pictures the profile as PDF has."""
    asked = ask(visitor, startup)
    worked(app)
    pages = PdfReader(BytesIO(visitor.open(f"{asked}/file").data)).pages
    return len({picture.name for page in pages for picture in page.images})


@pytest.mark.once
def test_the_pdf_names_its_reader_and_what_it_is_not(app: Flask, startup: Startup) -> None:
    text = "".join(downloaded(app, an_investor(app), startup).split())
    foot = DISCLAIMER["zh"] + "·临渚（上海）创业投资有限公司·沈知行·2026-06-1214:40"
    assert "".join(foot.split()) in text


def test_the_pdf_keeps_what_is_internal_to_itself(app: Flask, startup: Startup) -> None:
    text = "".join(downloaded(app, an_investor(app), startup).split())
    for hidden in (NOTE, "独角兽", "客户数", "别家", "给企业的服务", "9,999", "91110000600037341L", "条款", "许望舒"):
        assert hidden not in text


@pytest.mark.once
def test_it_comes_in_the_readers_language(app: Flask, startup: Startup) -> None:
    text = downloaded(app, an_investor(app, "en"), startup)
    assert "Company profile" in text
    assert "Compute and chips" in text
    assert DISCLAIMER["en"] in text


def test_only_the_one_who_asked_gets_it(app: Flask, startup: Startup) -> None:
    mine, theirs = an_investor(app), an_investor(app, "en")
    asked = ask(mine, startup)
    worked(app)
    colleague = Visitor(app).signed_in_as(an_account(Role.INVESTOR, mine.account.institution_id))  # type: ignore[union-attr]
    for visitor in (theirs, colleague):
        assert visitor.open(asked).status_code == 404
        assert visitor.open(f"{asked}/file").status_code == 404
    assert mine.open(f"{asked}/file").status_code == 200


def test_it_is_gone_once_the_startup_is_withdrawn(app: Flask, startup: Startup) -> None:
    visitor = an_investor(app)
    asked = ask(visitor, startup)
    worked(app)
    assert visitor.open(f"{asked}/file").status_code == 200
    withdraw(startup)
    assert visitor.open(asked).status_code == 404
    assert visitor.open(f"{asked}/file").status_code == 404
    assert ask(visitor, startup) == ""


def test_it_is_gone_once_the_authorisation_has_expired(app: Flask, startup: Startup) -> None:
    visitor = an_investor(app)
    asked = ask(visitor, startup)
    worked(app)
    run_out(startup, date(2026, 6, 11))
    assert visitor.open(f"{asked}/file").status_code == 404


def test_asking_again_while_it_is_in_work_leads_to_the_same_one(app: Flask, work: Work, startup: Startup) -> None:
    visitor = an_investor(app)
    first = ask(visitor, startup)
    assert ask(visitor, startup) == first
    worked(app)
    with work() as session:
        assert session.query(Report).count() == 1
    assert ask(visitor, startup) != first


def test_the_page_shows_progress_then_the_download(app: Flask, startup: Startup) -> None:
    visitor = an_investor(app, "en")
    asked = ask(visitor, startup)
    assert "Working on it" in visitor.visit(asked).text
    assert visitor.now.all("div", id="job")[0].get("hx-get") == asked
    worked(app)
    assert visitor.visit(asked).now.links()["Download the PDF"] == f"{asked}/file"


def test_staff_do_not_reach_the_portals_reports(app: Flask, startup: Startup, manager: Visitor) -> None:
    asked = ask(an_investor(app), startup)
    assert manager.open(asked).status_code == 404
    assert manager.open(asked.replace("/portal", "")).status_code == 404
    assert "衡汐智能" not in manager.visit("reports.list_reports").text


@pytest.mark.once
def test_one_page_is_one_page_however_much_there_is_to_say(app: Flask) -> None:
    full = a_published_startup(
        "上海衡汐智能科技有限公司", summary="端侧推理芯片" * 30, profile="做什么。" * 300, team="陈喆\n" * 40
    )
    for number in range(5):
        a_product(full, f"第{number}号端侧推理引擎", summary="让模型在产线上跑" * 40)
        kind = list(FilingKind)[number % 3]
        a_filing(full, kind=kind, filing_number=f"Shanghai-衡汐-202{number}", model_name="衡汐大模型")
        a_reported_metric(full, "revenue", 4260 * WAN, period=f"202{number}", for_investors=True)
    for metric in ("customers", "gross_margin", "arr", "net_profit"):
        a_reported_metric(full, metric, 31, for_investors=True)
    for name in ("a", "a+", "b", "b+"):
        a_round(full, name, valuation=60_000 * WAN, use_of_proceeds="流片与量产" * 60, closes_on=date(2026, 9, 30))
    for name in ("seed", "angel", "pre-a", "pre-a+"):
        a_past_round(full, name, amount=2000 * WAN, investors="临渚资本、松间创投" * 10)
    for label in ("specialised", "high_tech", "unicorn", "gazelle"):
        a_label(full, label)
    publish(full)
    stamp = Stamp(AT, "沈知行", "FW-2026-0612-031", "44M99GX3UZ")
    with app.app_context(), unit_of_work(write=False) as session:
        profile = published_profile(read(publication_in_force(session.get_one(Startup, full.id)), accepted=True), TODAY)
        document = document_of("profile", ForReader(profile, "临渚资本 · 沈知行", is_full=False), stamp=stamp)
        assert pdf.render(document.html).pages == 1
