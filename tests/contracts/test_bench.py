"""The benchmark's own sums: a harness that reckons wrongly measures nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from crm.core.db import db
from tests.bench.importing import SHARES, write_ledger
from tests.bench.pages import SCAN, calls_of, noted
from tests.bench.ratios import in_turn, ratio
from tests.bench.servers import children_of, parent_of, used
from tests.imports.ledger import opened


def test_things_are_measured_in_turn() -> None:
    order: list[str] = []

    def measure(name: str) -> float:
        order.append(name)
        return float(len(order))

    values = in_turn([lambda: measure("a"), lambda: measure("b")], 3)
    assert "".join(order) == "ababab"
    assert values == [[1, 3, 5], [2, 4, 6]]


def test_a_ratio_is_the_median_over_the_pairs_so_that_a_slow_moment_changes_nothing() -> None:
    found = ratio([2.0, 20.0, 200.0, 3.0, 9.0], [1.0, 10.0, 100.0, 1.0, 1.0])
    assert (found.median, found.least, found.most) == (2.0, 2.0, 9.0)


def test_processor_time_of_another_process_counts_work_and_not_waiting() -> None:
    before = used(os.getpid())
    time.sleep(0.05)
    waited = used(os.getpid()) - before
    sum(range(2_000_000))
    worked = used(os.getpid()) - before
    assert waited < worked
    assert os.getpid() in children_of(parent_of(os.getpid()))


def test_statements_are_noted_with_their_values_and_only_inside_the_block(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        with noted(app) as sent:
            connection.execute(sa.text("SELECT :n"), {"n": 5})
        connection.execute(sa.text("SELECT 3"))
    assert len(sent) == 1
    assert 5 in (sent[0][1].values() if isinstance(sent[0][1], dict) else sent[0][1])


def test_a_page_takes_as_many_calls_each_time(app: Flask) -> None:
    calls_of(app, "/sign-in", {})
    assert calls_of(app, "/sign-in", {}) == calls_of(app, "/sign-in", {}) > 500


def test_a_plan_that_reads_a_table_from_end_to_end_is_recognised() -> None:
    told = {
        "SCAN startup": ["startup"],
        "SCAN startup USING INDEX ix_startup_name": [],
        "SCAN startup USING COVERING INDEX ix_startup_name": [],
        "SEARCH startup USING INTEGER PRIMARY KEY (rowid=?)": [],
    }
    assert {plan: SCAN["sqlite"].findall(plan) for plan in told} == told
    assert SCAN["postgresql"].findall("  ->  Seq Scan on deal  (cost=0.00..1.00)") == ["deal"]
    assert SCAN["postgresql"].findall("Index Scan using pk_deal on deal") == []


def test_the_ledger_to_import_has_the_rows_it_promises(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    write_ledger(path, 1000)
    workbook = opened(path.read_bytes())
    rows = {name: workbook[name].max_row - 2 for name in SHARES}
    assert rows == {name: int(1000 * share) for name, share in SHARES.items()}
