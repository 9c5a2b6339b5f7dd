"""The services in which an institution took part: the same list, however many there are."""

from __future__ import annotations

from datetime import date

import pytest

from crm.services.queries import provided
from tests.factories import a_service, a_startup, an_institution
from tests.support.visitor import Visitor


@pytest.mark.parametrize("few", [0, 2000])
def test_the_services_of_an_institution_are_its_own_the_latest_first(
    finance: Visitor, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(provided, "FEW", few)
    mine, theirs = an_institution("临渚创投"), an_institution("松间资本")
    for day, partner in ((1, mine), (3, mine), (2, theirs)):
        a_service(a_startup(f"上海第{day}号智能科技有限公司"), partners=(partner,), happened_on=date(2026, 4, day))
    rows = finance.visit("institutions.list_services", institution_id=mine.id).now.rows
    assert [f"第{day}号" in " ".join(row) for day, row in zip((3, 1), rows[1:], strict=True)] == [True, True]
