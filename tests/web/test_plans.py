"""How SQLite finds the few rows of a page where it has no statistics: never by what nearly all rows have in common."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.db import unit_of_work
from tests.factories import a_deal, a_service, a_startup, an_institution
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once

LARGE = "deal|service|service_partner|startup|round|deal_event|audit_entry|activity"
EMPTY = rf"SEARCH ({LARGE}) .*\((archived_at|reverses_id)=\?\)|SEARCH service .*\(deal_id=\?\)"  # in nearly every row
ALL_READ = re.compile(rf"({EMPTY}|SCAN ({LARGE}))$")
PAGES: dict[str, tuple[str, str]] = {
    "a startup": ("startups.show_startup", "startup_id"),
    "its deals": ("startups.list_deals", "startup_id"),
    "its services": ("startups.list_services", "startup_id"),
    "a round": ("deals.show_round", "round_id"),
    "a deal": ("deals.show_deal", "deal_id"),
    "an institution": ("institutions.show_institution", "institution_id"),
    "its services beside": ("institutions.list_services", "institution_id"),
}
FOUND = ("startups.list_startups", "deals.list_deals", "deals.list_rounds")


@pytest.fixture
def ids(finance: Visitor) -> dict[str, Any]:
    startup, institution = a_startup("上海临渚智能科技有限公司"), an_institution("临渚创投")
    deal = a_deal(startup, institution)
    a_service(startup, partners=(institution,), happened_on=date(2026, 4, 1))
    with finance.app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.text("DROP TABLE IF EXISTS sqlite_stat1"))
        session.execute(sa.text("ANALYZE sqlite_schema"))
    return {"startup_id": startup.id, "institution_id": institution.id, "round_id": deal.round_id, "deal_id": deal.id}


def all_read(visitor: Visitor, endpoint: str, **values: Any) -> list[tuple[str, str]]:
    """(step, statement) of what a page asks that reads all rows of a large table."""
    with counted_statements(visitor.app) as asked:
        visitor.visit(endpoint, **values)
    found = []
    with visitor.app.app_context(), unit_of_work(write=False) as session:
        connection = session.connection()
        for statement in asked:
            if statement.startswith("SELECT"):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
                found += [(row[3], statement) for row in plan if ALL_READ.match(row[3])]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_part_of_a_record_reads_all_rows(finance: Visitor, ids: dict[str, Any], name: str) -> None:
    endpoint, key = PAGES[name]
    assert all_read(finance, endpoint, **{key: ids[key]}) == []


@pytest.mark.parametrize("endpoint", FOUND)
def test_a_text_that_few_records_have_reads_only_those(finance: Visitor, ids: dict[str, Any], endpoint: str) -> None:
    assert all_read(finance, endpoint, q="临渚") == []


@pytest.mark.parametrize("asked", [{"stage": "met"}, {"open_round": "1"}, {"unserved": "1"}, {"quiet": "1"}])
def test_startups_that_stand_somewhere_are_read_along_an_index(
    finance: Visitor, ids: dict[str, Any], asked: dict[str, str]
) -> None:
    assert all_read(finance, "startups.list_startups", **asked) == []
