"""The report of a round that its startup gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from sqlalchemy.orm import joinedload

from crm.core.db import db, unit_of_work
from crm.deals.models import DealStatus, Round
from crm.reports.content import Cell, Content
from crm.reports.data import as_data
from crm.reports.kinds.round.telling import lettered
from crm.reports.models import Report
from crm.reports.periods import Period
from tests.conftest import Work
from tests.factories import AT, WAN, a_deal, a_startup, an_institution
from tests.reports.examples import a_busy_startup, archived, moved, table_of, told, words_of
from tests.support import world
from tests.support.visitor import Visitor

TO_DAY = Period(date(2026, 5, 31), date(2026, 5, 31))


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


def round_of(round_id: int) -> Round:
    with world.app.app_context(), unit_of_work(write=False):
        return db.session.get_one(Round, round_id, options=[joinedload(Round.startup)])


@pytest.fixture
def busy(work: Work) -> Round:
    startup, _ = a_busy_startup()
    deal = a_deal(
        startup, an_institution("内（上海）创业投资有限公司"), happened_on=date(2026, 2, 2), next_step="催回复"
    )
    moved(deal, "met", date(2026, 5, 2), status=DealStatus.PASSED, reason="team")
    open_ = a_deal(
        startup, an_institution("外（上海）创业投资有限公司"), happened_on=date(2026, 2, 3), next_step="约路演"
    )
    moved(open_, "met", date(2026, 5, 3), status=DealStatus.PASSED, reason="ticket", tell_startup=True)
    return round_of(deal.round_id)


def rows_of(content: Content) -> dict[str, list[object]]:
    """{institution: its row as plain values}."""
    return {
        str(plain[0]): plain
        for plain in (
            [cell.value if isinstance(cell, Cell) else cell for cell in row]
            for _, row in table_of(content, "Institutions").rows
        )
    }


def test_totals_and_stages_are_those_of_the_day(busy: Round) -> None:
    """Six approached, all of whom met by 31 May; what was received in June is not in it."""
    content = told("round", TO_DAY, round=busy)
    figures = {key.name: key.value for key in content.keys}
    assert figures == {
        "approached": 6,
        "met": 6,
        "going_on": 3,
        "amount_signed": 3000 * WAN,
        "amount_received": 1000 * WAN,
    }
    assert table_of(content, "Institutions").total == ("Total", (3000 * WAN, 1000 * WAN))
    named = rows_of(told("round", TO_DAY, round=busy, options=("named",)))
    assert named["临渚（上海）创业投资有限公司"][2:5] == ["Signed", "Active", 60]


def test_institutions_are_letters_unless_they_are_to_be_named(busy: Round) -> None:
    content = told("round", TO_DAY, round=busy)
    assert list(rows_of(content)) == [f"Institution {letter}" for letter in "ABFCDE"]
    assert "创业投资" not in words_of(content)
    assert "临渚（上海）创业投资有限公司" in rows_of(told("round", TO_DAY, round=busy, options=("named",)))


def test_why_an_institution_passed_is_told_only_where_it_may(busy: Round) -> None:
    rows = rows_of(told("round", TO_DAY, round=busy, options=("named",)))
    assert rows["内（上海）创业投资有限公司"][3] == "Passed"
    assert rows["外（上海）创业投资有限公司"][3] == "Passed: Ticket"
    assert rows["沧屿（上海）创业投资有限公司"][3] == "Passed"


def test_next_steps_are_told_of_what_goes_on_and_only_when_asked_for(busy: Round) -> None:
    with world.app.app_context(), unit_of_work(write=False):
        startup = busy.startup
    a_deal(startup, an_institution(), happened_on=date(2026, 5, 4), next_step="约路演", next_step_on=date(2026, 6, 1))
    assert "约路演" not in words_of(told("round", TO_DAY, round=busy))
    said = words_of(told("round", TO_DAY, round=busy, options=("next_steps",)))
    assert "next: 约路演 2026-06-01" in said
    assert "催回复" not in said


def test_nothing_that_leaves_the_house_carries_ids_or_a_binned_deal(busy: Round) -> None:
    binned = a_deal(busy.startup, an_institution("隐（上海）创业投资有限公司"), happened_on=date(2026, 5, 4))
    archived(binned)
    content = told("round", TO_DAY, round=busy, options=("named",))
    assert content.audience == "outside"
    assert all(table["ids"] == [] for table in as_data("en", content)["tables"])
    assert "隐（上海）" not in words_of(content)


def test_the_letters_go_on_after_z() -> None:
    assert [lettered(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_a_manager_makes_it_from_the_page_of_the_round(busy: Round, work: Work, manager: Visitor) -> None:
    manager.visit("deals.show_round", round_id=busy.id).click("Report for the startup")
    assert "衡汐智能" in manager.text
    manager.submit("Make the report")
    with work() as session:
        report = session.query(Report).one()
        assert (report.kind, report.round_id, report.title) == ("round", busy.id, "衡汐智能")
    assert manager.open("/reports/new/round").status_code == 404
    assert manager.open("/reports/new/round?round=999999").status_code == 404
    assert manager.open("/reports/new/round?round=x").status_code == 404


def test_an_empty_round_says_that_nobody_was_introduced(work: Work) -> None:
    deal = a_deal(a_startup(), happened_on=date(2026, 5, 1))
    archived(deal)
    assert "Nobody was introduced yet" in words_of(told("round", TO_DAY, round=round_of(deal.round_id)))
