"""The record of an institution: thesis, brand, AMAC, admissions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest

from crm.core.errors import Refusal
from crm.institutions import actions, queries
from crm.institutions.models import Institution
from crm.institutions.thesis import Thesis
from tests.conftest import Work
from tests.factories import (
    AT,
    BY,
    a_brand,
    a_commitment,
    a_fund,
    a_picture,
    a_published_startup,
    an_admission,
    an_institution,
)
from tests.support.visitor import Visitor


def shown(finance: Visitor, institution: Institution) -> str:
    return finance.visit("institutions.show_institution", institution_id=institution.id).text


def test_a_sector_that_is_wanted_and_excluded_is_refused_beside_the_field(finance: Visitor) -> None:
    institution = an_institution()
    finance.visit("institutions.edit_thesis", institution_id=institution.id)
    finance.submit("Save", sectors=["models", "data"], excluded_sectors=["data"])
    assert finance.status == 422
    assert "It cannot be wanted and excluded at once." in finance.text


def test_a_thesis_is_told_on_the_record_and_in_its_history(finance: Visitor) -> None:
    institution = an_institution()
    finance.visit("institutions.edit_thesis", institution_id=institution.id)
    finance.submit(
        "Save",
        sectors=["models"],
        ticket="500-2000万",
        invest_role="lead",
        regions="上海、江苏",
        structures=["vie"],
        excluded_verticals=["government"],
        exclusions="不投早于收入的项目",
        thesis="看团队",
    )
    for told in ("Foundation models", "Lead", "上海, 江苏", "VIE", "Government", "不投早于收入的项目", "看团队"):
        assert told in finance.text
    history = finance.visit("institutions.show_history", institution_id=institution.id).text
    assert "Never these industries Government" in history


def test_editing_the_main_form_leaves_the_thesis_alone(finance: Visitor, work: Work) -> None:
    institution = an_institution()
    with work() as session:
        kept = session.get_one(Institution, institution.id)
        actions.edit_thesis(kept, Thesis(sectors=("models",)), version=None, by=BY, at=AT)
    finance.visit("institutions.edit_institution", institution_id=institution.id).submit("Save", city="上海")
    assert "Foundation models" in finance.text


def test_a_new_brand_name_makes_a_brand_and_its_page_lists_its_legal_persons(finance: Visitor) -> None:
    first, second = an_institution("寒溪（上海）创业投资有限公司"), an_institution("寒溪（杭州）创业投资有限公司")
    for one in (first, second):
        finance.visit("institutions.edit_institution", institution_id=one.id).submit("Save", brand="寒溪资本")
    finance.click("寒溪资本")
    assert finance.now.h1 == "寒溪资本"
    assert {row[0] for row in finance.now.rows[1:]} == {first.name, second.name}
    listed = finance.visit("institutions.list_institutions", brand="寒溪资本").now.rows[1:]
    assert len(listed) == 2


def test_a_brand_cannot_take_the_name_of_another(finance: Visitor) -> None:
    brand = a_brand("寒溪")
    a_brand("云岫")
    finance.visit("institutions.edit_brand", brand_id=brand.id).submit("Save", name="云岫")
    assert finance.status == 422
    assert finance.now.error_of("Brand") == "云岫 has this already."


def test_a_number_that_amac_would_not_give_is_kept_and_pointed_out(finance: Visitor) -> None:
    institution = an_institution(amac_number="P12")
    assert "P12 not P and seven digits: check it" in shown(finance, institution)
    assert "check it" not in shown(finance, an_institution(amac_number="P1044886"))


def test_nobody_checked_it_yet_is_said_at_the_top(finance: Visitor) -> None:
    institution = an_institution()
    assert "Not checked yet" in shown(finance, institution)
    rows = finance.visit("institutions.list_institutions", admission="unchecked").now.rows
    assert institution.name in str(rows)


def test_the_latest_check_counts_and_the_earlier_ones_stay(work: Work) -> None:
    institution = an_institution()
    an_admission(institution, "admitted", checked_on=date(2026, 5, 1))
    an_admission(institution, "suspended", checked_on=date(2026, 6, 1))
    an_admission(institution, "admitted", checked_on=date(2026, 4, 1))  # entered late
    with work():
        assert [one.result for one in queries.admissions_of(institution)] == ["suspended", "admitted", "admitted"]
        assert queries.latest_admissions([institution.id])[institution.id].result == "suspended"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("day", "again", "field"),
    [(date(2030, 1, 1), None, "checked_on"), (date(2026, 5, 1), date(2026, 5, 1), "recheck_on")],
)
def test_a_check_lies_in_the_past_and_the_next_one_after_it(day: date, again: date | None, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        an_admission(an_institution(), checked_on=day, recheck_on=again)
    assert list(refused.value.fields) == [field]


def test_a_check_keeps_its_papers(finance: Visitor) -> None:
    institution = an_institution()
    finance.visit("institutions.record_admission", institution_id=institution.id)
    finance.submit("Record it", result="admitted", evidence="公示页", files=(BytesIO(a_picture()), "公示.png"))
    assert finance.status == 200
    assert "公示页" in finance.text
    assert finance.now.all("img", alt="公示.png")


def test_an_overdue_recheck_is_said_in_words(finance: Visitor) -> None:
    institution = an_institution()
    an_admission(institution, checked_on=date(2024, 1, 1), recheck_on=date(2025, 1, 1))
    assert "to be checked again since 2025-01-01" in shown(finance, institution)


@pytest.mark.parametrize(
    ("result", "reads"), [("admitted", True), ("suspended", False), ("refused", False), ("", True)]
)
def test_investors_of_an_institution_that_was_not_admitted_read_no_profile(
    as_role: Callable[..., Visitor], result: str, reads: bool
) -> None:
    institution, startup = an_institution(), a_published_startup(short_name="衡汐智能")
    if result:
        an_admission(institution, result)
    investor = as_role("investor", institution.id)
    assert ("衡汐智能" in investor.visit("portal.list_startups").text) is reads
    profile = investor.visit("portal.show_startup", startup_id=startup.id)
    assert profile.status == (200 if reads else 404)
    assert ("not admitted" in investor.visit("portal.list_deals").text) is not reads
    assert ("衡汐智能" in investor.visit("search.show_results", q="衡汐").text) is reads
    for asked in ("", "?q=衡汐"):
        assert ("衡汐智能" in str(investor.open(f"/search/suggest{asked}").get_json())) is reads


def test_an_institution_that_invests_in_a_fund_shows_it(finance: Visitor) -> None:
    institution, fund = an_institution("临渚（上海）创业投资有限公司"), a_fund("汀兰一期基金")
    commitment = a_commitment(fund, institution.name)
    assert (commitment.from_institution_id, commitment.investor_name) == (institution.id, institution.name)
    assert "Commitments made" in shown(finance, institution)
    assert "汀兰一期基金" in finance.text
    assert "Commitments made" not in shown(finance, an_institution())


def test_the_list_can_be_narrowed_to_a_result(finance: Visitor) -> None:
    institution = an_institution()
    an_admission(institution, "suspended")
    assert institution.name in str(finance.visit("institutions.list_institutions", admission="suspended").now.rows)
    assert finance.visit("institutions.list_institutions", admission="admitted").now.rows == []
