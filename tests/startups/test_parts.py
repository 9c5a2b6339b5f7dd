"""What belongs to a startup: labels, filings, reported metrics, past rounds, products; added, changed, taken out."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from crm.documents.queries import documents_of
from crm.startups import queries
from crm.startups.models import FilingKind
from tests.factories import (
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
    a_startup,
    an_institution,
    publish,
    writing,
)
from tests.imports.ledger import code
from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("in_june")


# --- labels


def test_a_label_is_recorded_changed_and_taken_out_and_the_history_tells(finance, startup):
    form = finance.visit("startups.add_label", startup_id=startup.id)
    form.submit(
        "Save", label="little_giant", level="national", issuer="工信部", issued_on="2024-07-01", expires_on="2027-06-30"
    )
    assert ["Little giant", "National", "工信部", "—", "2024-07-01", "2027-06-30"] in [
        row[:6] for row in finance.now.rows
    ]
    finance.click("Edit Little giant").submit("Save", issuer="市经信委")
    finance.submit("Take out")
    assert "工信部" not in finance.text
    history = finance.visit("startups.show_history", startup_id=startup.id).text
    assert "Issuer 工信部 → 市经信委" in history
    assert "archived “小巨人”" in history


def test_a_taken_out_label_comes_back_by_undo(finance, startup):
    a_label(startup, "gazelle")
    finance.visit("startups.list_qualifications", startup_id=startup.id).submit("Take out").submit("Undo")
    assert "Gazelle" in finance.visit("startups.list_qualifications", startup_id=startup.id).text


def test_a_label_in_words_that_the_vocabulary_has_becomes_its_word(finance, startup):
    finance.visit("startups.add_label", startup_id=startup.id).submit("Save", label_text="高新技术 企业")
    with writing():
        assert [(one.label, one.label_text) for one in queries.labels_of(startup)] == [("high_tech", "")]


@pytest.mark.parametrize(
    ("fields", "label", "error"),
    [
        ({}, "Label", "Choose a label, or write it in words."),
        (
            {"label": "unicorn", "label_text": "独角兽企业"},
            "Label in words",
            "Choose one of the list or write it in words, not both.",
        ),
        ({"label": "unicorn", "issued_on": "2026-06-13"}, "Issued on", "This day has not come yet."),
        (
            {"label": "unicorn", "issued_on": "2025-01-02", "expires_on": "2025-01-01"},
            "Expires on",
            "It cannot expire before it was issued.",
        ),
    ],
)
def test_a_wrong_label_is_refused_beside_the_field(finance, startup, fields, label, error):
    page = finance.visit("startups.add_label", startup_id=startup.id).submit("Save", **fields)
    assert page.status == 422
    assert page.now.error_of(label) == error


def test_an_expired_label_says_so_to_staff_and_is_not_in_the_portal(finance, investor):
    published = a_published_startup()
    a_label(published, "gazelle", expires_on=TODAY)
    a_label(published, "unicorn", expires_on=TODAY - timedelta(days=1))
    publish(published)
    assert "Unicorn, expired 2026-06-11" in finance.visit("startups.show_startup", startup_id=published.id).text
    for page in ("portal.show_startup", "portal.list_startups"):
        values = {"startup_id": published.id} if page == "portal.show_startup" else {}
        text = investor.visit(page, **values).text
        assert "Gazelle" in text
        assert "Unicorn" not in text


def test_labels_that_expire_are_listed_60_days_ahead_unless_a_later_one_follows(finance, startup):
    a_label(startup, "high_tech", expires_on=TODAY + timedelta(days=60))
    a_label(startup, "gazelle", expires_on=TODAY + timedelta(days=20))
    a_label(startup, "gazelle", expires_on=TODAY + timedelta(days=1000))
    a_label(startup, "unicorn", expires_on=TODAY + timedelta(days=61))
    a_label(startup, None, label_text="自己的称号", expires_on=TODAY - timedelta(days=1))
    page = finance.visit("expiring.list_expiring", kind="label")
    assert [row[2] for row in page.now.rows[1:]] == ["自己的称号", "High-tech enterprise"]
    page.click(startup.name)
    assert page.now.url == f"/startups/{startup.id}/qualifications"


# --- filings


def test_the_three_kinds_stand_apart_and_none_is_called_an_approval(finance, startup):
    a_filing(startup, origin="own")
    a_filing(startup, FilingKind.MODEL_REGISTRATION, model_name="客服助手", based_on="某大模型")
    form = finance.visit("startups.add_filing", startup_id=startup.id, kind="algorithm_filing")
    form.submit("Save", model_name="推荐算法", filing_number="网信算备310104", filed_on="2025-05-06")
    page = finance.now
    captions = ["".join(one.itertext()) for one in page.all("caption")]
    assert captions == ["Model filing", "Model registration", "Algorithm filing"]
    assert "None is an approval, and they are not added up." in page.text


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"kind": "model_filing"}, "Model or algorithm"),
        ({"kind": "model_registration", "model_name": "甲", "origin": "own"}, "Own or tuned"),
        ({"kind": "model_filing", "model_name": "甲", "based_on": "乙"}, "Based on"),
        ({"kind": "model_filing", "model_name": "甲", "filed_on": "2026-06-13"}, "Day"),
    ],
)
def test_a_wrong_filing_is_refused_beside_the_field(finance, startup, fields, label):
    page = finance.visit("startups.add_filing", startup_id=startup.id).submit("Save", **fields)
    assert page.status == 422
    assert page.now.error_of(label)


# --- reported metrics


@pytest.mark.parametrize(
    ("metric", "typed", "shown"),
    [
        ("revenue", "4260万", "CNY 42.6M"),
        ("net_profit", "-120万", "-CNY 1.2M"),
        ("gross_margin", "61.5%", "61.5%"),
        ("customers", "1,200", "1,200"),
        ("users", "3.5万", "35,000"),
    ],
)
def test_a_figure_is_read_and_shown_in_the_unit_of_its_metric(finance, startup, metric, typed, shown):
    form = finance.visit("startups.add_metric", startup_id=startup.id)
    form.submit("Save", metric=metric, value_text=typed, as_of="2025-12-31", source="审计报告")
    assert [row[1] for row in finance.now.rows[1:]] == [shown]


@pytest.mark.parametrize(("metric", "typed"), [("revenue", "很多"), ("gross_margin", "一半"), ("customers", "3.5")])
def test_a_figure_that_cannot_be_read_is_refused_and_kept(finance, startup, metric, typed):
    form = finance.visit("startups.add_metric", startup_id=startup.id)
    page = form.submit("Save", metric=metric, value_text=typed, as_of="2025-12-31", source="企业填报")
    assert page.status == 422
    assert page.now.error_of("Value")
    assert page.now.value_of("Value") == typed


def test_a_figure_needs_its_day_and_its_source_and_no_day_to_come(finance, startup):
    form = finance.visit("startups.add_metric", startup_id=startup.id)
    page = form.submit("Save", metric="customers", value_text="31")
    assert page.now.error_of("As of") == page.now.error_of("Source") == "Fill this in."
    page.submit("Save", as_of="2026-06-13", source="企业填报")
    assert page.now.error_of("As of") == "This day has not come yet."


def test_the_latest_value_comes_first_and_the_earlier_ones_stay(finance, startup):
    a_reported_metric(startup, "customers", 12, as_of=date(2024, 12, 31), period="2024")
    a_reported_metric(startup, "customers", 31, as_of=date(2025, 12, 31), period="2025")
    rows = finance.visit("startups.list_metrics", startup_id=startup.id).now.rows[1:]
    assert [row[:3] for row in rows] == [["2025", "31", "2025-12-31"], ["2024", "12", "2024-12-31"]]
    overview = finance.visit("startups.show_startup", startup_id=startup.id).text.replace(" ", "")
    assert "Customers312025审计报告2025-12-31" in overview


def test_a_corrected_figure_is_told_in_its_unit(finance, startup):
    metric = a_reported_metric(startup, "gross_margin", 6100)
    form = finance.visit("startups.edit_metric", metric_id=metric.id)
    assert form.now.value_of("Value") == "61%"
    form.submit("Save", value_text="62.5%")
    assert "Value 61% → 62.5%" in finance.visit("startups.show_history", startup_id=startup.id).text


def test_investors_read_only_the_figures_meant_for_them(investor):
    published = a_published_startup()
    a_reported_metric(published, "revenue", 4260 * WAN, period="2025", for_investors=True)
    a_reported_metric(published, "customers", 31)
    publish(published)
    text = investor.visit("portal.show_startup", startup_id=published.id).text
    assert "Revenue 2025 CNY 42.6M as of 2025-12-31, 审计报告" in text
    assert "Customers" not in text


# --- past rounds


def test_a_past_round_is_edited_and_may_follow_one_that_was_taken_out(finance, startup):
    a_past_round(startup, "angel")
    page = finance.visit("startups.list_rounds", startup_id=startup.id)
    page.click("Edit Angel round").submit(
        "Save", amount="2000万", valuation="2亿", investors="临渚创投", source="企业填报"
    )
    assert "CNY 20M CNY 200M 临渚创投 企业填报" in page.text
    page.submit("Take out")
    page.visit("startups.add_past_round", startup_id=startup.id).submit("Save", round_name="angel")
    with writing():
        assert len(queries.past_rounds_of(startup)) == 1


def test_one_round_is_not_recorded_twice(finance, startup):
    a_past_round(startup, "angel")
    page = finance.visit("startups.add_past_round", startup_id=startup.id).submit("Save", round_name="angel")
    assert page.now.error_of("Round") == "This round is there already."


# --- products


@pytest.mark.parametrize(
    "address", ["http://example.com", "javascript:alert(1)", "example.com", "https://", "https://a b.cn"]
)
def test_only_a_whole_https_address_is_taken(finance, startup, address):
    page = finance.visit("startups.add_product", startup_id=startup.id).submit("Save", name="引擎", url=address)
    assert page.status == 422
    assert page.now.error_of("Address") == "Write the whole address; it begins with https://."


def test_products_stand_in_their_order(finance, startup):
    a_product(startup, "甲产品")
    a_product(startup, "乙产品")
    finance.visit("startups.add_product", startup_id=startup.id).submit("Save", name="丙产品", position="1")
    heads = [text for text in ("".join(one.itertext()) for one in finance.now.all("h2")) if text.endswith("产品")]
    assert heads == ["甲产品", "丙产品", "乙产品"]


def picture_form(finance: Visitor, product_id: int, content: bytes) -> Visitor:
    page = finance.visit("startups.add_pictures", product_id=product_id).now
    sent = page.fields_of(page.form_of("Add the pictures")[0])
    files = [(BytesIO(content), "产品.png"), (BytesIO(a_picture(colour="red")), "b.png")]
    return finance.read(finance.open(page.url, "POST", {**sent, "pictures": files}), page.url)


def test_several_pictures_are_added_at_once_and_one_is_taken_away(finance, startup):
    product = a_product(startup)
    picture_form(finance, product.id, a_picture())
    assert len(finance.now.all("img", loading="lazy")) == 2
    finance.submit("Take away")
    assert len(finance.now.all("img", loading="lazy")) == 1


def test_what_is_no_picture_is_refused_and_nothing_is_kept(finance, startup):
    product = a_product(startup)
    assert picture_form(finance, product.id, b"%PDF-1.7 no picture").status == 422
    with writing():
        assert documents_of("product", product.id) == []


def test_investors_see_the_pictures_of_published_products_and_no_other_document(app, as_role, investor):
    published, hidden = a_published_startup(), a_startup()
    picture = a_document(a_product(published))
    paper = a_document(published, "协议.png")
    unpublished = a_document(a_product(hidden))
    publish(published)
    page = investor.visit("portal.show_startup", startup_id=published.id).now
    address = page.all("img", loading="lazy")[0].get("src") or ""
    assert address == f"/portal/startups/{published.id}/pictures/{picture.id}"
    assert investor.open(address).content_type == "image/png"
    for startup_id, document in ((published.id, paper), (published.id, unpublished), (hidden.id, unpublished)):
        assert investor.open(f"/portal/startups/{startup_id}/pictures/{document.id}").status_code == 404
    assert investor.open(f"/documents/{picture.id}").status_code == 404


def test_a_startup_is_found_by_its_products_until_they_are_taken_out(finance, investor):
    published = a_published_startup()
    a_product(published, "星槎编译器")
    publish(published)
    for visitor in (finance, investor):
        endpoint = "startups.list_startups" if visitor is finance else "portal.list_startups"
        assert published.name in visitor.visit(endpoint, q="星槎编译").text
    finance.visit("startups.list_products", startup_id=published.id).submit("Take out")
    assert published.name not in finance.visit("startups.list_startups", q="星槎编译").text


# --- the same legal person


def test_an_equal_credit_code_proposes_the_link_and_both_records_show_it(finance):
    institution = an_institution("衡汐（上海）创业投资有限公司", credit_code=code(1))
    startup = a_startup("上海衡汐智能科技有限公司", credit_code=code(1))
    assert (
        "has the same credit code" in finance.visit("institutions.show_institution", institution_id=institution.id).text
    )
    page = finance.visit("startups.show_startup", startup_id=startup.id).click("Link the two records")
    assert page.now.value_of("Institution") == institution.name
    page.submit("Link")
    assert "has the same credit code" not in page.text
    assert page.now.links()[institution.name] == f"/institutions/{institution.id}"
    other = finance.visit("institutions.show_institution", institution_id=institution.id)
    assert other.now.links()[startup.name] == f"/startups/{startup.id}"
    page.visit("startups.show_startup", startup_id=startup.id).submit("Not the same legal person")
    assert institution.name not in page.now.links()


def test_the_link_and_a_rename_are_undone(finance, startup):
    institution = an_institution("临渚创投")
    page = finance.visit("startups.link_institution", startup_id=startup.id).submit("Link", institution="临渚创投")
    assert institution.name in page.text
    assert institution.name not in page.submit("Undo").visit("startups.show_startup", startup_id=startup.id).now.links()
    page.visit("startups.edit_startup", startup_id=startup.id).submit("Save", name="上海新名科技有限公司").submit(
        "Undo"
    )
    kept = page.visit("startups.edit_startup", startup_id=startup.id).now
    assert (kept.value_of("Full name"), kept.value_of("Former names")) == (startup.name, "")


def test_an_institution_is_the_same_as_one_startup_only(finance):
    institution, first, second = an_institution("临渚创投"), a_startup(), a_startup()
    for startup in (first, second):
        page = finance.visit("startups.link_institution", startup_id=startup.id).submit("Link", institution="临渚创投")
    assert page.status == 422
    assert page.now.error_of("Institution") == f"{first.name} is linked to this institution already."
    assert institution.name in finance.visit("startups.show_startup", startup_id=first.id).text


def test_investors_do_not_see_that_a_startup_also_invests(finance, investor):
    institution, published = an_institution("临渚创投"), a_published_startup()
    finance.visit("startups.link_institution", startup_id=published.id).submit("Link", institution="临渚创投")
    assert institution.name not in investor.visit("portal.show_startup", startup_id=published.id).text


def test_ten_of_everything_cost_as_many_statements_as_one(app, finance):
    from tests.support.queries import counted_statements

    def cost(number: int) -> int:
        startup = a_startup()
        a_deal(startup)
        for place in range(number):
            a_label(startup, "gazelle")
            a_filing(startup)
            a_reported_metric(startup, "customers", place)
            a_document(a_product(startup))
        total = 0
        for page in ("show_startup", "list_products", "list_qualifications", "list_metrics", "show_history"):
            with counted_statements(app) as statements:
                finance.visit(f"startups.{page}", startup_id=startup.id)
            total += len(statements)
        return total

    cost(1)
    assert cost(1) == cost(10)
