"""The desk's day over HTTP: from an empty database to a deal that was funded."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import a_startup, an_institution
from tests.support.visitor import Visitor


def test_an_empty_platform_says_how_to_start(finance: Visitor) -> None:
    page = finance.visit("home.show_home")
    assert page.status == 200
    assert "Import a ledger" in page.now.html


def test_finance_staff_build_a_record_and_see_it_in_the_figures(finance: Visitor) -> None:
    finance.visit("institutions.add_institution").submit(
        "Add the institution", name="临渚（上海）创业投资有限公司", short_name="临渚创投", joined_on="2025-03-18"
    )
    assert finance.now.h1.startswith("临渚")
    finance.visit("funds.add_fund").submit(
        "Add the fund", name="临渚二期创业投资基金", managers="临渚创投", committed="12亿"
    )
    finance.visit("startups.add_startup").submit(
        "Add the startup", name="上海衡汐智能科技有限公司", short_name="衡汐智能", credit_code="91110000600037341L"
    )
    finance.visit("services.log_service").submit("Save", startup="衡汐智能", type_id="1")
    finance.visit("deals.log_deal").submit("Save", startup="衡汐智能", institution="临渚创投", round_name="a+")
    assert finance.now.h1.startswith("衡汐智能")
    home = finance.visit("home.show_home").text
    assert "CNY 1.2B" in home or "1.2B" in home.replace(" ", "")
    for name, value in (("institutions_attracted", 1), ("companies_served", 1), ("introductions_to_date", 1)):
        rows = finance.visit("metrics.show_metric", name=name).now.rows
        assert len(rows) - 1 == value


def test_a_deal_moves_to_funded_with_what_each_step_needs(finance: Visitor) -> None:
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    an_institution("临渚创投")
    finance.visit("deals.log_deal").submit("Save", startup="衡汐智能", institution="临渚创投", round_name="a")
    deal = finance.now.url
    finance.visit(f"{deal}/move").submit("Move", stage="signed")
    assert finance.status == 422
    assert finance.now.error_of("Signed amount") == "Write the signed amount."
    finance.submit("Move", stage="signed", signed="3000万")
    assert finance.status == 200
    finance.visit(f"{deal}/receipts/new").submit("Save", amount="1500万")
    for amount in ("CNY 30,000,000.00", "CNY 15,000,000.00"):
        assert amount in finance.now.html
    history = finance.visit(f"{deal}/history").text
    assert "Stage Referred → Signed" in history


def test_an_unclear_amount_is_refused_beside_its_field_and_kept(finance: Visitor) -> None:
    a_startup("上海衡汐智能科技有限公司")
    an_institution("临渚创投")
    finance.visit("deals.log_deal").submit(
        "Save", startup="上海衡汐智能科技有限公司", institution="临渚创投", round_name="a", intended="3千左右"
    )
    assert finance.status == 422
    assert "30M" in finance.now.error_of("Intended amount")
    assert finance.now.value_of("Intended amount") == "3千左右"


def test_an_ambiguous_name_names_the_candidates(finance: Visitor) -> None:
    a_startup("上海衡汐智能科技有限公司")
    an_institution("寒溪（深圳）投资管理有限公司", short_name="寒溪")
    an_institution("寒溪（苏州）投资管理有限公司", short_name="寒溪")
    finance.visit("deals.log_deal").submit(
        "Save", startup="上海衡汐智能科技有限公司", institution="寒溪", round_name="a"
    )
    error = finance.now.error_of("Institution")
    assert "寒溪（深圳）投资管理有限公司" in error
    assert "寒溪（苏州）投资管理有限公司" in error


def test_an_introduction_records_its_service_once_and_only_when_wanted(finance: Visitor) -> None:
    a_startup("上海衡汐智能科技有限公司")
    an_institution("临渚创投")
    an_institution("沧屿资本")
    finance.visit("deals.log_deal").submit(
        "Save", startup="上海衡汐智能科技有限公司", institution="临渚创投", round_name="a"
    )
    finance.visit("deals.log_deal").submit(
        "Save", startup="上海衡汐智能科技有限公司", institution="沧屿资本", round_name="a", also_service=[]
    )
    services = [row for row in finance.visit("services.list_services").now.rows if "Introduction" in " ".join(row)]
    assert len(services) == 1


def test_a_second_introduction_leads_to_the_first(finance: Visitor) -> None:
    a_startup("上海衡汐智能科技有限公司")
    an_institution("临渚创投")
    for _ in range(2):
        finance.visit("deals.log_deal").submit(
            "Save", startup="上海衡汐智能科技有限公司", institution="临渚创投", round_name="a"
        )
    assert finance.status == 422
    assert finance.now.error_of("Institution") == "This institution was introduced to this round already."


def test_save_and_add_another_opens_an_empty_form_again(finance: Visitor) -> None:
    a_startup("上海衡汐智能科技有限公司")
    finance.visit("services.log_service").submit(
        "Save and add another", startup="上海衡汐智能科技有限公司", type_id="1"
    )
    assert finance.now.url.startswith("/services/new")
    assert "was logged" in finance.now.html


def test_a_record_is_archived_and_comes_back_from_the_bin(finance: Visitor) -> None:
    startup = a_startup("上海衡汐智能科技有限公司")
    finance.visit("startups.show_startup", startup_id=startup.id).submit("Archive")
    assert "衡汐" not in finance.visit("startups.list_startups").text
    assert "衡汐" in finance.visit("startups.list_startups", archived="1").text
    finance.visit("startups.show_startup", startup_id=startup.id).submit("Restore")
    assert "衡汐" in finance.visit("startups.list_startups").text


def test_a_leader_reads_records_without_contact_data(as_role: Callable[..., Visitor]) -> None:
    from tests.factories import a_person

    institution = an_institution()
    a_person(institution, phone="13912345678", email="gu@example.com")
    for role, sees in (("leader", False), ("finance", True)):
        html = as_role(role).visit("institutions.list_people", institution_id=institution.id).now.html
        assert ("139****5678" in html) == sees
        assert "13912345678" not in html
        assert "gu@example.com" not in html


def test_a_manager_publishes_and_withdraws(as_role: Callable[..., Visitor], finance: Visitor) -> None:
    startup = a_startup("上海衡汐智能科技有限公司")
    manager, investor = as_role("manager"), as_role("investor")
    assert finance.visit("publishing.authorise_startup", startup_id=startup.id).status == 403
    manager.visit("publishing.authorise_startup", startup_id=startup.id)
    manager.submit("Record it", signed_by="许望舒", signed_on="2026-06-01").submit("Publish version 1")
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 200
    manager.visit("startups.show_startup", startup_id=startup.id).submit("Withdraw from the portal")
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404
