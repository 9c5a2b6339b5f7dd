"""The services in which an institution took part."""

from __future__ import annotations

from datetime import date

from crm.services import actions
from crm.services.queries import find_service
from tests.factories import AT, BY, a_service, a_startup, an_institution, writing
from tests.support.visitor import Visitor


def test_the_services_of_an_institution_are_its_own_the_latest_first(finance: Visitor) -> None:
    mine, theirs = an_institution("临渚创投"), an_institution("松间资本")
    for day, partner in ((1, mine), (3, mine), (2, theirs)):
        a_service(a_startup(f"上海第{day}号智能科技有限公司"), partners=(partner,), happened_on=date(2026, 4, day))
    rows = finance.visit("institutions.list_services", institution_id=mine.id).now.rows
    assert [f"第{day}号" in " ".join(row) for day, row in zip((3, 1), rows[1:], strict=True)] == [True, True]


def test_a_service_in_the_bin_is_neither_listed_nor_counted_and_comes_back(finance: Visitor) -> None:
    institution = an_institution("临渚创投")
    first, _ = (a_service(a_startup(), partners=(institution,)) for _ in range(2))

    def shown() -> tuple[int, str]:
        page = finance.visit("institutions.list_services", institution_id=institution.id).now
        return len(page.rows) - 1, page.text

    with writing():
        actions.archive(find_service(BY, first.id), by=BY, at=AT)
    assert shown()[0] == 1
    assert "Services 1" in shown()[1]
    with writing():
        actions.restore(find_service(BY, first.id), by=BY, at=AT)
    assert shown()[0] == 2
    assert "Services 2" in shown()[1]
