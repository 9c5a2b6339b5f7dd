"""Figures that others publish: entered with their source, never computed, shown beside ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from crm.core.clock import day_of, now
from tests.factories import a_reference
from tests.support.visitor import Visitor


def test_a_manager_enters_a_figure_of_others_and_it_stands_beside_ours(
    manager: Visitor, as_role: Callable[..., Visitor]
) -> None:
    manager.visit("metrics.add_reference", beside="companies_served")
    told = {"name_zh": "大模型备案数，占全市", "name_en": "Model filings, of the city's", "source": "市网信办公告"}
    page = manager.submit("Save", **told, numerator_text="43", denominator_text="70", as_of="2026-06-30").now
    assert [row[:5] for row in page.rows if row[0] == "Model filings, of the city's"] == [
        ["Model filings, of the city's", "43 ÷ 70", "61.4%", "市网信办公告", "2026-06-30"]
    ]
    leader = as_role("leader")
    page = leader.visit("metrics.show_metric", name="companies_served").now
    assert "external Model filings, of the city's: 43 ÷ 70 = 61.4%" in page.text
    assert "Source: 市网信办公告, as of 2026-06-30" in page.text
    assert "43 ÷ 70" not in leader.visit("metrics.show_metric", name="services_to_date").now.text
    assert leader.open("/metrics/references/new").status_code == 403


def test_a_correction_is_told_in_the_history_and_taking_out_can_be_undone(manager: Visitor) -> None:
    reference = a_reference()
    manager.visit("metrics.edit_reference", reference_id=reference.id).submit("Save", numerator_text="44")
    page = manager.visit("metrics.edit_reference", reference_id=reference.id).now
    assert "Numerator 43 → 44" in page.text
    page = manager.visit("metrics.list_references").submit("Take out").now
    assert "No figure of others yet" in page.text
    assert "44 ÷ 70" in manager.submit("Undo").now.text


def test_a_figure_of_others_need_not_be_a_share_any_more(manager: Visitor) -> None:
    reference = a_reference()
    manager.visit("metrics.edit_reference", reference_id=reference.id).submit("Save", denominator_text="")
    page = manager.visit("metrics.list_references").now
    assert "43" in page.text
    assert "43 ÷ 70" not in page.text


def test_a_unit_that_there_is_not_is_refused_beside_its_field(manager: Visitor) -> None:
    path = manager.url("metrics.edit_reference", reference_id=a_reference().id)
    manager.visit(path).submit("Save", unit="light years")
    assert (manager.status, bool(manager.now.error_of("Unit"))) == (422, True)


def test_a_share_of_nothing_and_a_day_to_come_are_refused_beside_their_fields(manager: Visitor) -> None:
    tomorrow = (day_of(now()) + timedelta(days=1)).isoformat()
    told = {"name_zh": "备案", "source": "公告", "numerator_text": "many"}
    page = manager.visit("metrics.add_reference").submit("Save", **told, as_of=tomorrow).now
    assert page.error_of("Value") == "Write a whole number such as 1,200."
    page = manager.submit("Save", numerator_text="43", denominator_text="0", as_of=tomorrow).now
    assert (page.status, page.error_of("As of")) == (422, "This day has not come yet.")
    page = manager.submit("Save", as_of="2026-01-01").now
    assert page.error_of("Out of") == "Of nothing there is no share: write a number above zero, or nothing."
