"""Why a figure of a report differs from that of another: by the rows that both froze."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from crm.deals.models import Deal
from crm.lib.money import Amount
from crm.lib.sheets import Kind
from crm.reports.comparing import Why, reasons
from crm.reports.content import Key
from crm.reports.counted import frozen
from crm.reports.kinds import KINDS, Asked
from crm.reports.models import Report
from crm.services.models import Service
from tests.conftest import Work
from tests.factories import AT, WAN, a_deal, a_fund, a_round, a_service, a_startup, an_institution
from tests.reports.examples import a_busy_startup, for_each_subject, investing, received
from tests.reports.test_jobs import worked
from tests.support.visitor import Visitor

ADDED_UP = (Kind.COUNT, Kind.MONEY)
MARCH = Report(kind="summary", from_day=date(2026, 3, 1), to_day=date(2026, 3, 31))
APRIL = Report(kind="summary", from_day=date(2026, 4, 1), to_day=date(2026, 4, 30))


@pytest.mark.parametrize("name", [name for name in KINDS if name != "filled"])
def test_the_rows_behind_a_figure_add_up_to_it(app: Flask, name: str) -> None:
    kind = KINDS[name]

    def added_up(asked: Asked) -> list[tuple[Key, list[Any]]]:
        gathered = kind.gather(asked)
        keys = kind.tell(gathered).keys
        rows = frozen(keys, kind.rows(asked, gathered))
        return [(key, rows[key.name]) for key in keys if key.name in rows and key.unit in ADDED_UP]

    for subject, found in for_each_subject(kind, added_up).items():
        for key, rows in found:
            assert sum(1 if row[3] is None else row[3] for row in rows) == key.value, (subject, key)


@pytest.mark.parametrize(
    ("counted", "counts", "days", "why"),
    [
        (None, [1, "2026-03-09", None, None], (MARCH, MARCH), Why.LATE),
        (None, [1, "2026-04-09", None, None], (MARCH, APRIL), Why.NEW),
        ([1, "2026-03-09", None, None], None, (MARCH, MARCH), Why.REMOVED),
        ([1, "2026-03-09", None, None], None, (MARCH, APRIL), Why.ENDED),
        ([1, "2026-03-09", None, 3], [1, "2026-03-09", None, 5], (MARCH, MARCH), Why.CORRECTED),
        ([1, "2026-03-09", "2026-04-02", None], None, (MARCH, MARCH), Why.REMOVED),
    ],
)
def test_a_row_is_new_late_gone_or_corrected(
    counted: list[Any] | None, counts: list[Any] | None, days: tuple[Report, Report], why: Why
) -> None:
    assert [one.why for one in explained(counted, counts, days)] == [why]


def test_between_two_definitions_what_is_known_otherwise_may_be_the_definition() -> None:
    late = [1, "2026-03-09", None, None]
    assert [one.why for one in explained(None, late, (MARCH, MARCH), versions=(1, 2))] == [Why.REDEFINED]
    new = [1, "2026-04-09", None, None]
    assert [one.why for one in explained(None, new, (MARCH, APRIL), versions=(1, 2))] == [Why.NEW]


def explained(
    counted: list[Any] | None, counts: list[Any] | None, days: tuple[Report, Report], versions: tuple[int, int] = (1, 1)
) -> list[Any]:
    sides: list[Any] = []
    for row, report, version in zip((counted, counts), days, versions, strict=True):
        figure = {"metric": "", "version": version, "as_of": None}
        sides.append((figure, ({}, {"services": [row] if row else []}, report)))
    return list(reasons("services", sides[0], sides[1]))


def test_two_reports_of_one_day_say_why_their_figures_differ(app: Flask, manager: Visitor, work: Work) -> None:
    """Two hours apart: one tranche more, one service entered late, and one that is gone."""
    startup, _ = a_busy_startup()
    other = a_service(a_startup("上海墨衍计算技术有限公司"), happened_on=date(2026, 5, 4))
    made(app, manager)
    a_service(startup, "BP辅导", date(2026, 4, 4))
    with work() as session:
        session.get_one(Service, other.id).archived_at = AT
        deal = session.query(Deal).filter(Deal.signed.is_not(None)).one()
    received(deal, 200 * WAN, date(2026, 5, 20))
    with time_machine.travel(AT + timedelta(hours=2)):
        made(app, manager)
        rows = {row[0]: row[1:] for row in manager.click("What changed").now.rows}
    assert rows["Companies served in the year"] == ["2", "1", "-1", "no longer counted -1"]
    assert rows["Received in the year"][2:] == ["+CNY 2M", "late entries +CNY 2M"]
    assert not [row for row in rows.values() if "not kept" in row[-1]]


def test_a_figure_that_is_no_sum_tells_how_many_of_its_rows_changed(app: Flask, manager: Visitor, work: Work) -> None:
    startup, _ = a_busy_startup()
    made(app, manager, "flow")
    a_deal(startup, an_institution("云杉（上海）创业投资有限公司"), happened_on=date(2026, 4, 2))
    made(app, manager, "flow")
    rows = {row[0]: row[1:] for row in manager.click("What changed").now.rows}
    assert rows["Reply rate"][3] == "late entries 1 row"


def test_what_is_still_sought_and_missing_changes_as_business_goes_on(app: Flask, manager: Visitor) -> None:
    startup = a_startup(growth_stage="growth", sector_layer="compute")
    a_round(startup, sought=Amount.exactly(3000 * WAN))
    investing(a_fund(committed=9000 * WAN), ticket=Amount.exactly(1000 * WAN))
    made(app, manager, "matrix")
    a_deal(startup, stage="signed", signed=500 * WAN)
    a_round(a_startup(growth_stage="growth", sector_layer="compute"), sought=Amount.exactly(200 * WAN))
    made(app, manager, "matrix")
    rows = {row[0]: row[1:] for row in manager.click("What changed").now.rows}
    assert rows["Open demand"][2:] == ["-CNY 3M", "late entries +CNY 2M, amounts that changed -CNY 5M"]
    assert not [row for row in rows.values() if "not kept" in row[-1]]


def test_what_stands_still_and_waits_is_told_deal_by_deal(app: Flask, manager: Visitor, work: Work) -> None:
    stuck = a_deal(happened_on=date(2026, 1, 9))
    made(app, manager, "meeting")
    with work() as session:
        session.get_one(Deal, stuck.id).archived_at = AT
    a_deal(happened_on=date(2026, 1, 12))
    a_deal(happened_on=date(2026, 1, 12))
    made(app, manager, "meeting")
    rows = {row[0]: row[1:] for row in manager.click("What changed").now.rows}
    assert rows["Stuck"] == ["1", "2", "+1", "late entries +2, no longer counted -1"]


def made(app: Flask, manager: Visitor, kind: str = "annual") -> None:
    """A report, and its page."""
    manager.visit("reports.make_report", name=kind).submit("Make the report", language="en")
    worked(app)
    manager.visit(manager.now.url)


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel(AT):
        yield
