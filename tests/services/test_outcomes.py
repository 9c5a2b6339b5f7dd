"""What a service measures: fields of its type, in the version that it was logged with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm.lib.money import Amount
from crm.reports.kinds.summary.gathered import summarise
from crm.reports.periods import Period
from crm.services import actions, queries
from crm.services.models import Service
from crm.services.outcomes import OutcomeField, OutcomeKind, read_value, write_value
from tests.conftest import Work
from tests.factories import AT, BY, WAN, a_service, a_startup
from tests.reports.examples import document_of
from tests.support.visitor import Visitor

CREDIT = {"approved": {"low": 500 * WAN, "high": 500 * WAN, "text": None}, "rate": "3.45"}


def logged(finance: Visitor, **fields: Any) -> Visitor:
    startup, service = a_startup(), a_service(type_zh="银行授信")
    path = finance.url("services.log_service", type=service.type_id)
    return finance.visit(path).submit("Save", startup=startup.name, **fields)


def test_a_service_says_what_its_type_measures_with_units(finance: Visitor) -> None:
    page = logged(finance, outcome_approved="500万", outcome_rate="3.45", platform_role="assisted").text
    for said in ("Approved¥5M", "Annual rate3.45 %", "Assisted"):
        assert said.replace("¥5M", "") in page
    assert "3.45 %" in page


@pytest.mark.parametrize(
    ("fields", "label"),
    [({"outcome_rate": "low"}, "Annual rate (%)"), ({"outcome_approved": "some"}, "Approved")],
)
def test_each_outcome_is_checked_beside_its_field(finance: Visitor, fields: dict[str, str], label: str) -> None:
    page = logged(finance, **fields)
    assert page.status == 422
    assert page.now.error_of(label)


def test_choosing_another_type_brings_its_fields(finance: Visitor) -> None:
    roadshow = a_service(type_zh="专场路演")
    part = finance.open(f"/services/outcome-fields?type_id={roadshow.type_id}").get_data(as_text=True)
    assert "Follow-ups within 30 days" in part
    assert "outcome_follow_ups" in part
    assert finance.open("/services/outcome-fields?type_id=").status_code == 200


def test_a_service_keeps_the_fields_of_its_version(finance: Visitor, manager: Visitor, work: Work) -> None:
    service = a_service(type_zh="银行授信", outcomes=CREDIT)
    manager.visit("services.edit_type", type_id=service.type_id)
    manager.submit("Save", name_zh_1="授信额度", name_en_1="Credit line", name_zh_2="", name_en_2="")
    page = finance.visit("services.show_service", service_id=service.id).text
    assert "Approved" in page
    assert "Credit line" not in page
    edited = finance.visit("services.edit_service", service_id=service.id)
    assert edited.now.value_of("Annual rate (%)") == "3.45"
    edited.submit("Save", outcome_rate="3.2", outcome_drawn="100万")
    with work() as session:
        kept = session.get_one(Service, service.id)
        assert kept.type_version == 1
        assert kept.outcomes is not None
        assert kept.outcomes["rate"] == "3.2"
        assert kept.outcomes["drawn"]["low"] == 100 * WAN
    fresh = a_service(type_zh="银行授信")
    shown = finance.visit("services.edit_service", service_id=fresh.id).now.html
    assert "Credit line" in shown
    assert "Drawn" not in shown


def test_the_history_tells_outcomes_in_words(finance: Visitor) -> None:
    service = a_service(type_zh="银行授信", outcomes=CREDIT)
    finance.visit("services.edit_service", service_id=service.id).submit("Save", outcome_rate="3.2")
    history = finance.visit("services.show_history", service_id=service.id).text
    assert "年利率 3.45 %" in history
    assert "年利率 3.2 %" in history


def test_another_type_drops_what_it_does_not_measure(work: Work) -> None:
    service = a_service(type_zh="银行授信", outcomes=CREDIT)
    with work() as session:
        kept = queries.find_service(BY, service.id)
        assert kept is not None
        roadshow = next(one for one in queries.types() if one.name_zh == "专场路演")
        values = actions.ServiceValues(date(2026, 5, 1), outcomes={"startups": "12", "rate": "1"})
        actions.edit_service(kept, roadshow, values, (), version=None, by=BY, at=AT)
        session.flush()
        assert kept.outcomes == {"startups": "12"}


def test_the_summary_tells_outcomes(work: Work) -> None:
    service = a_service(type_zh="银行授信", outcomes=CREDIT)
    with work():
        startup = queries.find_service(BY, service.id).startup  # type: ignore[union-attr]
        summary = summarise(startup, Period(date(2026, 1, 1), date(2026, 6, 1)))
        html = document_of("summary", summary).html
    assert "年利率：3.45 %" in html


def test_two_managers_of_one_type_compare_their_versions(as_role: Callable[..., Visitor]) -> None:
    service = a_service(type_zh="银行授信")
    first, second = as_role("manager"), as_role("manager")
    for editor in (first, second):
        editor.visit("services.edit_type", type_id=service.type_id)
    first.submit("Save", name_en="First")
    second.submit("Save", name_en="Second")
    assert second.status == 409
    assert "First" in second.text


def test_a_new_field_gets_a_key_that_stays(manager: Visitor, work: Work) -> None:
    service = a_service(type_zh="BP辅导")
    manager.visit("services.edit_type", type_id=service.type_id)
    manager.submit("Save", name_zh_3="页数", name_en_3="Pages", kind_3="number", unit_zh_3="页", unit_en_3="pages")
    manager.visit("services.edit_type", type_id=service.type_id).submit("Save", name_en_3="Slides")
    with work():
        fields = queries.outcome_fields(next(one for one in queries.types() if one.id == service.type_id))
    assert [field.key for field in fields] == ["delivered", "signed_off", "pages"]
    assert fields[2].name_en == "Slides"


def test_categories_and_types_move_in_their_order(manager: Visitor, work: Work) -> None:
    with work():
        first, second = (one.id for one in list(queries.categories())[:2])
    form = next(
        one
        for one in manager.visit("services.show_catalogue").now.all("form")
        if (one.get("action") or "").endswith(f"/categories/{first}/down")
    )
    manager.open(str(form.get("action")), "POST", manager.now.fields_of(form))
    with work():
        assert [one.id for one in list(queries.categories())[:2]] == [second, first]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (OutcomeKind.NUMBER, Decimal("12")),
        (OutcomeKind.AMOUNT, Amount.exactly(300)),
        (OutcomeKind.DAY, date(2026, 5, 1)),
        (OutcomeKind.YES_NO, "yes"),
        (OutcomeKind.TEXT, "过会"),
    ],
)
def test_a_value_is_kept_and_read_back(kind: OutcomeKind, value: Any) -> None:
    assert read_value(OutcomeField("key", "名", "Name", kind), write_value(value)) == value


@pytest.mark.parametrize("nothing", [None, "", Amount()])
def test_nothing_is_not_kept(nothing: Any) -> None:
    assert write_value(nothing) is None
