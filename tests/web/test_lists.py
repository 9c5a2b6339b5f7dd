"""Lists: filters in the URL, keyset pages, counts that stop, and as many queries for many rows as for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from crm.core import listing
from crm.core.listing import Place, read_cursor, write_cursor
from crm.deals.models import Deal
from crm.deals.queries.deals import SORTS
from crm.startups.queries import startups
from tests.conftest import Work
from tests.factories import (
    BY,
    TODAY,
    a_deal,
    a_fund,
    a_published_startup,
    a_round,
    a_service,
    a_startup,
    an_account,
    an_institution,
)
from tests.support.page import text_of
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

Make = Callable[[], object]


def test_pages_follow_each_other_without_a_gap_and_lead_back(work: Work) -> None:
    for letter in "甲乙丙丁戊己庚":
        a_startup(f"{letter}科技", joined_on=date(2025, 1, 1))
    with work(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing.slice_of, "__defaults__", (3,))
        for sort in ("name", "joined"):
            first = startups(BY, Place(sort), TODAY)
            second = startups(BY, Place(sort, after=first.next_cursor or ""), TODAY)
            third = startups(BY, Place(sort, after=second.next_cursor or ""), TODAY)
            read = [row.id for page in (first, second, third) for row in page.rows]
            assert len(read) == len(set(read)) == 7
            assert (first.previous_cursor, third.next_cursor) == (None, None)
            back = startups(BY, Place(sort, before=third.previous_cursor or ""), TODAY)
            assert [row.id for row in back.rows] == [row.id for row in second.rows]
            again = startups(BY, Place(sort, before=second.previous_cursor or ""), TODAY)
            assert [row.id for row in again.rows] == [row.id for row in first.rows]
            assert again.previous_cursor is None


@pytest.mark.parametrize("follows", [False, True])
def test_a_page_is_read_along_an_index(work: Work, follows: bool) -> None:
    """PostgreSQL would sort all rows for the first 25 where it is not told that `archived_at` is the same in each."""
    met = sa.select(Deal.id).where(Deal.archived_at.is_(None), Deal.stage == "met")
    page = listing.in_order(met, Deal.id, SORTS["moved"], down=True, follows=follows, most=25)
    asked = page.params(cursor_value=TODAY, cursor_id=7) if follows else page
    with work() as session:
        bind = session.get_bind()
        index = "ix_deal_archived_at_stage_moved_on_id"
        if bind.dialect.name == "postgresql":
            index = "ix_deal_archived_at"  # among few rows, the one without the stage is as good
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
            session.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        else:  # what another test counted (ANALYZE) would choose for a table that is empty now
            session.execute(sa.text("DROP TABLE IF EXISTS sqlite_stat1"))
            session.execute(sa.text("ANALYZE sqlite_schema"))
        explain = "EXPLAIN" if bind.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        query = asked.compile(bind, compile_kwargs={"literal_binds": True})
        plan = str(session.execute(sa.text(f"{explain} {query}")).all())
    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_count_stops_at_its_limit_and_says_so(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNT_LIMIT", 2)
    for _ in range(3):
        a_startup()
    with work():
        found = startups(BY, Place(), TODAY)
        assert (found.count, found.capped) == (2, True)


@given(st.text(max_size=40))
def test_a_broken_cursor_is_no_cursor(text: str) -> None:
    found = read_cursor(text)
    assert found is None or len(found) == 2


def test_a_cursor_survives_the_url() -> None:
    class Row:
        sort_key = date(2025, 3, 18)
        row_id = 7

    assert read_cursor(write_cursor(Row())) == (date(2025, 3, 18), 7)


LISTS: dict[str, tuple[str, Make]] = {
    "startups.list_startups": ("finance", a_startup),
    "institutions.list_institutions": ("finance", an_institution),
    "funds.list_funds": ("finance", a_fund),
    "deals.list_deals": ("finance", a_deal),
    "deals.list_rounds": ("finance", a_round),
    "services.list_services": ("finance", lambda: a_service(partners=(an_institution(),))),
    "accounts.list_accounts": ("admin", an_account),
    "portal.list_startups": ("investor", a_published_startup),
}


@pytest.mark.parametrize("endpoint", LISTS)
def test_ten_rows_cost_as_many_queries_as_one(app: Flask, as_role: Callable[..., Visitor], endpoint: str) -> None:
    role, make = LISTS[endpoint]
    visitor = as_role(role)
    make()
    visitor.visit(endpoint)  # the first page of a process reads the vocabularies, and keeps them
    with counted_statements(app) as for_one:
        assert visitor.visit(endpoint).status == 200
    for _ in range(9):
        make()
    visitor.visit(endpoint)  # what is kept until somebody writes is read again
    with counted_statements(app) as for_ten:
        visitor.visit(endpoint)
    assert len(for_ten) == len(for_one)
    assert len(for_ten) <= 12


@pytest.mark.parametrize("endpoint", [name for name, (role, _) in LISTS.items() if role == "finance"])
def test_an_empty_list_offers_a_step_and_a_filter_without_match_offers_to_drop_it(
    finance: Visitor, endpoint: str
) -> None:
    empty = finance.visit(endpoint).text
    nothing = finance.visit(endpoint, q="查无此名").text
    assert "Clear filters" in nothing
    assert "Clear filters" not in empty


def test_a_filter_is_a_chip_that_can_be_taken_away(finance: Visitor) -> None:
    a_startup("上海衡汐智能科技有限公司", sector_layer="compute")
    a_startup("上海砚川智能科技有限公司", sector_layer="data")
    finance.visit("startups.list_startups", sector="compute")
    assert "衡汐" in finance.text
    assert "砚川" not in finance.text
    links = [href for text, href in finance.now.links().items() if "Remove" in text or "filter" in text.lower()]
    assert any(href == "/startups/" for href in links)


def test_a_filter_that_asks_for_nothing_says_so_like_a_word_of_its_own(finance: Visitor) -> None:
    page = finance.visit("startups.list_startups").now
    assert {text_of(one) for one in page.all("option") if not one.get("value")} == {"All"}
