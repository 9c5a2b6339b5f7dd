"""The catalogue: what is offered, and what was done keeps its place."""

from __future__ import annotations

from crm.services import queries
from tests.conftest import Work
from tests.factories import a_service
from tests.support.visitor import Visitor


def test_a_service_that_is_no_longer_offered_leaves_the_form_but_still_counts(
    manager: Visitor, finance: Visitor, work: Work
) -> None:
    service = a_service(type_zh="BP辅导")
    manager.visit("services.edit_type", type_id=service.type_id).submit("No longer offer it")
    assert "Business plan" not in finance.visit("services.log_service").now.html
    assert "Business plan" in finance.visit("services.edit_service", service_id=service.id).now.html
    with work():
        row = next(one for one in queries.catalogue() if one.type.id == service.type_id)
        assert row.services == 1
    manager.visit("services.edit_type", type_id=service.type_id).submit("Offer it again")
    assert "Business plan" in finance.visit("services.log_service").now.html


def test_a_new_name_shows_everywhere_and_in_the_history(manager: Visitor) -> None:
    service = a_service(type_zh="BP辅导")
    manager.visit("services.edit_type", type_id=service.type_id)
    manager.submit("Save", name_zh="商业计划书辅导", name_en="Business plan coaching")
    assert "Business plan coaching" in manager.visit("services.show_service", service_id=service.id).text
    history = manager.visit("services.edit_type", type_id=service.type_id).text
    assert "Name in Chinese BP辅导 → 商业计划书辅导" in history


def test_two_services_of_a_category_do_not_share_a_name(manager: Visitor) -> None:
    service = a_service(type_zh="BP辅导")
    manager.visit("services.edit_type", type_id=service.type_id).submit("Save", name_zh="股权激励方案")
    assert manager.now.error_of("Name in Chinese") == "This service type is there already."


def test_a_category_of_a_line_is_added_and_renamed(manager: Visitor) -> None:
    manager.visit("services.add_category").submit("Save", line="finance", name_zh="保险", name_en="Insurance")
    assert "Insurance" in manager.text
    manager.click("Edit Insurance").submit("Save", name_en="Insurance and surety")
    assert "Insurance and surety" in manager.text
