"""What a founder proposes changes the record when the desk accepts it, field by field, with a word."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from crm.accounts.models import Role
from crm.deals.models import Round, RoundState
from crm.documents.models import Document
from crm.founders.models import ChangeProposal
from crm.notifications.models import FOR_FOUNDERS, Notice
from crm.startups.models import PastRound, Product, ReportedMetric, Startup
from tests.conftest import Work
from tests.factories import (
    a_document,
    a_past_round,
    a_product,
    a_round,
    a_service,
    a_startup,
    an_account,
    an_authorisation,
    an_institution,
    publish,
)
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


@pytest.fixture
def startup() -> Startup:
    return a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能", summary="旧的一句话", team="许望舒")


@pytest.fixture
def founder(app: Flask, startup: Startup) -> Visitor:
    return Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=startup.id, name="许望舒"))


def now_recorded(work: Work, startup: Startup) -> Startup:
    with work() as session:
        found = session.get_one(Startup, startup.id)
        session.expunge(found)
        return found


def states(work: Work) -> list[tuple[str, str]]:
    with work() as session:
        return [(one.field, one.state.value) for one in session.scalars(sa.select(ChangeProposal).order_by("id"))]


def decide(desk: Visitor, startup: Startup, at: int = 0, **told: Any) -> Visitor:
    """Decide on the proposal at a place of the page."""
    page = desk.visit("founders.show_proposals", startup_id=startup.id).now
    number = re.findall(r'id="proposal-(\d+)"', page.html)[at]
    seen = re.findall(r'name="seen" value="(\w*)"', page.html)[at]
    sent = page.fields_of(page.form_of("Accept")[0]) | {"seen": seen, "word": ""} | told
    path = f"/proposals/{number}/decide"
    return desk.read(desk.open(path, "POST", sent), path)


def test_several_lines_that_nobody_changed_are_no_change_when_a_browser_sends_them_back(
    work: Work, app: Flask, finance: Visitor
) -> None:
    """Browsers end lines with CR LF, whatever they were given."""
    startup = a_startup(profile="第一行\n第二行")
    founder = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=startup.id))
    founder.visit("founders.edit_profile").submit("Propose", summary="新的一句话", profile="第一行\r\n第二行")
    assert [field for field, _ in states(work)] == ["summary"]
    finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", profile="第一行\r\n第二行")
    assert now_recorded(work, startup).profile == "第一行\n第二行"


def test_the_record_changes_only_when_the_desk_accepts(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    founder.visit("founders.edit_profile").submit("Propose", summary="新的一句话", team="许望舒\n沈知行")
    assert founder.status == 200
    assert now_recorded(work, startup).summary == "旧的一句话"
    assert "新的一句话" in founder.visit("founders.show_profile").text
    with work() as session:
        assert session.scalars(sa.select(Notice.kind)).all() == ["proposed"]
    decide(finance, startup, do="accept", word="谢谢")
    assert finance.status == 200
    recorded = now_recorded(work, startup)
    assert (recorded.summary, recorded.team) == ("新的一句话", "许望舒")
    assert "accepted" in founder.visit("founders.list_changes").text
    assert "The desk says: 谢谢" in founder.text
    history = finance.visit("startups.show_history", startup_id=startup.id).text
    assert "旧的一句话 → 新的一句话" in history


def test_a_returned_change_leaves_the_record_and_needs_a_word(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    founder.visit("founders.edit_profile").submit("Propose", summary="全球第一")
    decide(finance, startup, do="return")
    assert (finance.status, "Say in a word why" in finance.text) == (422, True)
    decide(finance, startup, do="return", word="请给出依据")
    assert now_recorded(work, startup).summary == "旧的一句话"
    assert "The desk says: 请给出依据" in founder.visit("founders.show_home").text


def test_a_record_that_changed_meanwhile_is_shown_before_the_desk_overwrites_it(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    founder.visit("founders.edit_profile").submit("Propose", summary="创始人写的")
    page = finance.visit("founders.show_proposals", startup_id=startup.id).now
    sent = page.fields_of(page.form_of("Accept")[0]) | {"do": "accept"}
    with work() as session:
        session.get_one(Startup, startup.id).summary = "专员写的"
    action = page.form_of("Accept")[0].get("action")
    answer = finance.open(action, "POST", sent)
    assert answer.status_code == 409
    assert all(text in answer.text for text in ("旧的一句话", "专员写的", "创始人写的"))
    assert now_recorded(work, startup).summary == "专员写的"
    decide(finance, startup, do="accept")
    assert now_recorded(work, startup).summary == "创始人写的"
    assert finance.open(action, "POST", sent).status_code in (409, 422), "decided once"


def test_a_later_proposal_replaces_one_that_waits_and_the_old_text_takes_it_back(work: Work, founder: Visitor) -> None:
    for text in ("第一稿", "第二稿", "旧的一句话"):
        founder.visit("founders.edit_profile").submit("Propose", summary=text)
        assert founder.status == 200
    assert states(work) == [("summary", "replaced"), ("summary", "replaced")]
    founder.visit("founders.edit_profile").submit("Propose")
    assert "Nothing differs" in founder.text


def test_new_figures_products_and_rounds_wait_too(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    told = {"metric": "revenue", "value_text": "4260万", "as_of": "2026-05-31", "source": "审计报告"}
    founder.visit("founders.add_figure").submit("Propose", **told)
    founder.visit("founders.add_product").submit("Propose", name="衡汐推理一体机", summary="装在工厂里")
    founder.visit("founders.add_round").submit("Propose", name="a", sought="3000万", closes_on="2026-12-31")
    assert founder.status == 200, founder.text
    with work() as session:
        assert not any(session.scalar(sa.select(sa.func.count(kind.id))) for kind in (ReportedMetric, Product, Round))
    page = finance.visit("founders.show_proposals", startup_id=startup.id)
    assert "CNY 42.6M" in page.text
    for _ in range(3):
        decide(finance, startup, do="accept")
        assert finance.status == 200, finance.text
    with work() as session:
        figure = session.scalars(sa.select(ReportedMetric)).one()
        assert (figure.value, figure.source, figure.for_investors) == (4_260_000_000, "审计报告", True)
        assert session.scalars(sa.select(Product.name)).one() == "衡汐推理一体机"
        round = session.scalars(sa.select(Round)).one()
        assert (round.state, round.sought.exact) == (RoundState.REGISTERED, 3_000_000_000)


def test_a_round_and_a_product_are_changed_field_by_field(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    round, product = a_round(startup, "a"), a_product(startup)
    founder.visit("founders.edit_round", round_id=round.id).submit("Propose", sought="5000万", use_of_proceeds="研发")
    founder.visit("founders.edit_product", product_id=product.id).submit("Propose", summary="新的说明")
    for _ in range(3):
        decide(finance, startup, do="accept")
        assert finance.status == 200, finance.text
    with work() as session:
        kept = session.get_one(Round, round.id)
        assert (kept.sought.exact, kept.use_of_proceeds) == (5_000_000_000, "研发")
        assert session.get_one(Product, product.id).summary == "新的说明"


def picture() -> tuple[BytesIO, str]:
    content = BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    return BytesIO(content.getvalue()), "机柜.png"


def test_documents_hang_on_the_proposal_until_it_is_accepted(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    product = a_product(startup)
    for endpoint, field, values in (
        ("add_documents", "files", {}),
        ("add_pictures", "pictures", {"product_id": product.id}),
    ):
        page = founder.visit(f"founders.{endpoint}", **values).now
        sent = page.fields_of(page.form_of("Propose")[0]) | {field: picture()}
        founder.read(founder.open(page.url, "POST", sent), page.url)
        assert founder.status == 200, founder.text
    with work() as session:
        assert set(session.scalars(sa.select(Document.record_type))) == {"change_proposal"}
    for _ in range(2):
        decide(finance, startup, do="accept")
    with work() as session:
        kept = session.execute(sa.select(Document.record_type, Document.record_id)).all()
        assert sorted(kept) == [("product", product.id), ("startup", startup.id)]


def test_the_desk_reads_ten_proposals_with_the_statements_of_one(
    app: Flask, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    def cost() -> int:
        with counted_statements(app) as statements:
            assert finance.visit("founders.show_proposals", startup_id=startup.id).status == 200
        return len(statements)

    products = [a_product(startup, f"产品{number}") for number in range(9)]
    founder.visit("founders.edit_profile").submit("Propose", summary="新的一句话")
    founder.visit("founders.edit_product", product_id=products[0].id).submit("Propose", summary="新的说明")
    cost()
    two = cost()
    for product in products[1:]:
        founder.visit("founders.edit_product", product_id=product.id).submit("Propose", summary="新的说明")
    assert cost() <= two <= 12


def test_leaders_read_what_waits_and_decide_nothing(as_role: Any, founder: Visitor, startup: Startup) -> None:
    founder.visit("founders.edit_profile").submit("Propose", summary="新的一句话")
    leader = as_role("leader").visit("founders.show_proposals", startup_id=startup.id)
    assert "新的一句话" in leader.text
    assert "Accept" not in leader.text


def notices(work: Work) -> list[tuple[str, int, str]]:
    with work() as session:
        found = session.scalars(sa.select(Notice).where(Notice.kind.in_(FOR_FOUNDERS)).order_by(Notice.id))
        return [(one.kind.value, one.times, one.note) for one in found]


def test_a_founder_is_told_what_the_desk_decided_and_who_asks(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    founder.visit("founders.edit_profile").submit("Propose", summary="新的一句话", team="许望舒\n沈知行")
    decide(finance, startup, do="accept", word="谢谢")
    decide(finance, startup, do="return", word="请附简历")
    service = a_service(startup)
    finance.visit("confirmations.ask_about_services", picked=service.id).submit("Make the links")
    assert notices(work) == [("change_accepted", 1, "谢谢"), ("change_returned", 1, "请附简历"), ("role_asked", 1, "")]
    text = founder.visit("founders.list_notices").text
    assert "The desk returned your change" in text
    assert "请附简历" in text
    assert "3 unread notices" in founder.now.html
    token = founder.now.fields_of(founder.now.form_of("Mark all as read")[0])
    (number,) = re.findall(r"/founder/notices/(\d+)/open(?:(?!/open).)*confirm its role", founder.now.html, re.DOTALL)
    assert (
        founder.open(f"/founder/notices/{number}/open", "POST", token).headers["Location"] == "/founder/confirmations"
    )
    founder.visit("founders.list_notices").submit("Mark all as read")
    assert "unread notice" not in founder.now.html


def test_a_founder_learns_that_the_profile_was_opened_and_how_often(
    app: Flask, work: Work, founder: Visitor, startup: Startup
) -> None:
    an_authorisation(startup)
    publish(startup)
    readers = an_institution("临渚创投").id
    for _ in range(2):
        Visitor(app).signed_in_as(an_account(Role.INVESTOR, readers)).visit(
            "portal.show_startup", startup_id=startup.id
        )
    assert notices(work) == [("profile_opened", 2, "")]
    assert "Your profile was opened 2 times" in founder.visit("founders.list_notices").text
    assert "2 times by 1 institution, 2 in the last 30 days" in founder.visit("founders.list_readers").text


def test_what_was_not_decided_yet_can_be_taken_back_and_nothing_else(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    founder.visit("founders.edit_profile").submit("Propose", summary="新的一句话", team="沈知行")
    decide(finance, startup, do="return", word="不必")
    founder.visit("founders.list_changes").submit("Take it back")
    assert states(work) == [("summary", "returned"), ("team", "replaced")]
    assert "Take it back" not in founder.visit("founders.list_changes").text
    assert "In one sentence" in founder.text
    assert "Team" not in founder.text, "only what the desk decided stays in the list"
    with work() as session:
        decided = session.scalars(sa.select(ChangeProposal.id).order_by("id")).first()
    token = founder.now.fields_of(founder.visit("founders.edit_profile").now.form_of("Propose")[0])["csrf_token"]
    founder.open(f"/founder/changes/{decided}/take-back", "POST", {"csrf_token": token})
    assert states(work)[0] == ("summary", "returned")


def test_sectors_and_past_rounds_are_proposed_like_everything_else(
    work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    past = a_past_round(startup, "seed", amount=100_0000_00)
    founder.visit("founders.edit_profile").submit("Propose", sector_layer="compute", sector_vertical="finance")
    founder.visit("founders.edit_past_round", past_round_id=past.id).submit(
        "Propose", amount="300万", investors="临渚创投"
    )
    founder.visit("founders.add_past_round").submit("Propose", round_name="angel", amount="500万")
    assert "CNY 3M" in finance.visit("founders.show_proposals", startup_id=startup.id).text
    for _ in range(5):
        decide(finance, startup, do="accept")
    with work() as session:
        found = session.get_one(Startup, startup.id)
        assert (found.sector_layer, found.sector_vertical) == ("compute", "finance")
        assert found.layer_version is not None
        rounds = session.scalars(sa.select(PastRound).order_by(PastRound.id)).all()
        assert [(one.round_name, one.amount, one.investors) for one in rounds] == [
            ("seed", 300_0000_00, "临渚创投"),
            ("angel", 500_0000_00, ""),
        ]


def test_a_founder_opens_what_it_sent_and_no_other_paper(
    app: Flask, work: Work, finance: Visitor, founder: Visitor, startup: Startup
) -> None:
    internal = a_document(startup, "内部.png")
    page = founder.visit("founders.add_documents").now
    sent = page.fields_of(page.form_of("Propose")[0]) | {"files": picture()}
    founder.read(founder.open(page.url, "POST", sent), page.url)
    with work() as session:
        (own,) = session.scalars(sa.select(Document.id).where(Document.record_type == "change_proposal"))
    stranger = Visitor(app).signed_in_as(an_account(Role.FOUNDER))
    for stage in ("waiting", "accepted"):
        assert founder.open(f"/founder/documents/{own}").mimetype == "image/png", stage
        assert founder.open(f"/founder/documents/{internal.id}").status_code == 404
        assert stranger.open(f"/founder/documents/{own}").status_code == 404
        if stage == "waiting":
            decide(finance, startup, do="accept")
