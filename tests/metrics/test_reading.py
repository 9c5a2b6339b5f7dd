"""What reading the figures costs: each table once, along an index, whatever they are asked for."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa
from flask import Flask

from crm.metrics.courses import courses
from crm.metrics.definitions import METRICS
from crm.metrics.queries import Clocks, measure_of, rows
from crm.metrics.trends import ends_of_months
from tests.bench.pages import PLAN, SCAN, noted
from tests.conftest import Work
from tests.factories import (
    WAN,
    a_deal,
    a_past_round,
    a_service,
    a_startup,
    an_activity,
    an_institution,
)

DAY = date(2026, 3, 10)
LARGE = {"deal", "deal_event", "receipt", "service", "service_partner", "activity", "activity_link"}


def test_what_is_read_for_some_days_is_what_lies_behind_the_figures_on_each(work: Work) -> None:
    chance = Random(148)  # noqa: S311 - the same on every run

    def some_day() -> date:
        return date(2025, 1, 1) + timedelta(chance.randrange(500))

    for _ in range(5):
        left_on = some_day() + timedelta(200) if chance.random() < 0.5 else None
        institution = an_institution(joined_on=some_day(), left_on=left_on)
        startup = a_startup(joined_on=some_day())
        a_past_round(startup, "seed", happened_on=some_day())
        a_deal(startup, institution, stage="funded", happened_on=some_day(), signed=2 * WAN, received=WAN)
        for _ in range(3):
            an_activity(institution, kind="call", happened_on=some_day())
            a_service(startup, partners=(institution,), happened_on=some_day())
    days = tuple(sorted({some_day() for _ in range(5)}))
    with work():
        behind = {
            name: [measure_of(metric, rows(metric, Clocks(day)).subquery()) for day in days]
            for name, metric in METRICS.items()
        }
        assert courses(days, tuple(METRICS)) == behind
        assert {name: [courses((day,), (name,))[name][0] for day in days] for name in METRICS} == behind


def test_no_figure_reads_a_large_table_from_end_to_end_or_looks_up_row_by_row(app: Flask, work: Work) -> None:
    with work() as session:
        with noted(app) as sent:
            courses(tuple(ends_of_months(DAY)), tuple(METRICS))
        (statement, values) = next(one for one in sent if "_by_day" in one[0])
        connection = session.connection()
        dialect = connection.dialect.name
        if dialect == "postgresql":
            connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = [str(line) for line in connection.exec_driver_sql(PLAN[dialect] + statement, values)]
    scanned = {table for line in plan for table in SCAN[dialect].findall(line)}
    assert {re.sub(r"_\d+$", "", table) for table in scanned} & LARGE == set()
    looked_up = [line for line in plan if "CORRELATED" in line or re.search(r"(?<!hashed )SubPlan \d+\)", line)]
    assert len(looked_up) <= 1, "only whether a link to an institution is of a talk"
    assert statement.count("GROUP BY deal_event.deal_id") == 1, "the four stages are read together"
