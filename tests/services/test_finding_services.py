"""What a service is found by."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.db import unit_of_work
from crm.search import actions
from crm.search.registry import registry
from crm.services.models import Service
from tests.factories import a_service, a_startup
from tests.support.visitor import Visitor

WORDS = ["临渚智能", "lzzn", "投资人名单", "意向书"]


@pytest.fixture
def served(app: Flask) -> None:
    startup = a_startup("上海临渚智能科技有限公司", short_name="临渚智能")
    a_service(startup, content="对接三家机构并提供投资人名单", outcome="收到一份意向书")
    a_service(a_startup("上海松间算力有限公司"), content="办公场地")


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("text", WORDS)
def test_a_service_is_found_by_startup_content_and_outcome(finance: Visitor, text: str) -> None:
    rows = finance.visit("services.list_services", q=text).now.rows[1:]
    assert ["投资人名单" in " ".join(row) for row in rows] == [True]
    assert "临渚智能 · " in finance.visit("search.show_results", q=text).text


@pytest.mark.usefixtures("served")
def test_services_older_than_their_index_are_indexed_by_an_upgrade(finance: Visitor) -> None:
    with finance.app.app_context(), unit_of_work(write=True) as session:
        actions.forget(registry.kinds["service"], session.scalars(sa.select(Service.id)).all())
        assert actions.index_new_kinds() >= 2
        assert actions.index_new_kinds() == 0
    assert "临渚智能 · " in finance.visit("search.show_results", q="意向书").text


@pytest.mark.usefixtures("served")
def test_an_investor_finds_no_service(investor: Visitor) -> None:
    assert "临渚" not in investor.visit("search.show_results", q="意向书").text
