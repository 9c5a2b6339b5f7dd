"""The fund matrix report against a matrix that can be counted by hand, and against the registry."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.db import unit_of_work
from crm.lib.money import Amount
from crm.metrics.definitions import METRICS
from crm.metrics.queries import value_of
from crm.reports.content import Cell
from crm.reports.kinds.matrix.tables import shade
from crm.reports.periods import Period
from tests.conftest import Work
from tests.factories import WAN, YI, a_commitment, a_fund, a_round, a_startup, an_institution
from tests.reports.examples import gathered, investing, table_of, titles_of, told, words_of
from tests.support import world

TO_DAY = Period(date(2026, 5, 31), date(2026, 5, 31))
PLACE = {"growth_stage": "seed", "sector_layer": "compute"}


@pytest.fixture
def matrix(work: Work) -> None:
    """20 亿 behind 3 亿 of which it gave 1 亿. A round of 8000 万, to which the fund for seeds gives 3000 万, and one
    in another sector that no fund takes."""
    manager = an_institution(joined_on=date(2025, 1, 1))
    mother = a_fund("远山母基金", kind="fund_of_funds", committed=20 * YI, managers=[manager])
    fund = a_fund(
        "远山种子基金",
        managers=[manager],
        committed=3 * YI,
        invested=YI,
        reserved=0,
    )
    ticket = Amount.between(500 * WAN, 3000 * WAN, "500-3000万")
    investing(fund, growth_stages=("seed",), sectors=("compute",), ticket=ticket)
    a_commitment(fund, mother, YI)
    a_round(a_startup("上海甲智能科技有限公司", **PLACE), sought=Amount.exactly(8000 * WAN))
    a_round(
        a_startup("上海乙智能科技有限公司", growth_stage="seed", sector_layer="data"), sought=Amount.exactly(1000 * WAN)
    )


def test_gross_inside_and_net_are_those_of_the_registry(matrix: None) -> None:
    keys = {key.name: key for key in told("matrix", TO_DAY).keys}
    with world.app.app_context(), unit_of_work(write=False):
        for name, value in (
            ("fund_matrix_gross", 23 * YI),
            ("fund_matrix_inside", YI),
            ("fund_matrix_net", 22 * YI),
        ):
            assert keys[name].value == value == value_of(METRICS[name], TO_DAY.last)
            assert (keys[name].metric, keys[name].version) == (name, METRICS[name].version)


def test_the_levels_add_up_to_the_whole(matrix: None) -> None:
    table = table_of(told("matrix", TO_DAY), "Level by level")
    assert [tuple(row[1:]) for _, row in table.rows] == [(1, 20 * YI, 0, 20 * YI), (1, 3 * YI, YI, 2 * YI)]
    assert table.total == ("In all", (2, 23 * YI, YI, 22 * YI))


def test_what_is_not_exactly_known_is_a_range_and_never_zero(matrix: None) -> None:
    a_commitment(a_fund(committed=5 * YI), a_fund(committed=2 * YI), Amount.between(YI, 2 * YI, "1-2亿"))
    table = table_of(told("matrix", TO_DAY), "Level by level")
    assert table.total is not None
    _funds, gross, inside, net = table.total[1]
    assert gross == 30 * YI
    assert (inside.low, inside.high) == (2 * YI, 3 * YI)  # type: ignore[union-attr]
    assert (net.low, net.high) == (27 * YI, 28 * YI)  # type: ignore[union-attr]


def test_a_cell_shows_gap_supply_and_demand_and_the_workbook_every_number(matrix: None) -> None:
    """The fund gives at most 3000 万 of 8000 万; nobody takes the 1000 万 of the other sector."""
    content = told("matrix", TO_DAY)
    rows = {row[:2]: row[2:] for _, row in table_of(content, "Coverage by cell").rows}
    assert rows["Seed", "Compute and chips"] == (1, 2 * YI, 1, 8000 * WAN, 8000 * WAN, 5000 * WAN, 5000 * WAN, 0, 0)
    assert rows["Seed", "Data and corpora"][-5:] == (1000 * WAN, 1000 * WAN, 1000 * WAN, 1, 0)
    shown = table_of(content, "Coverage: what is sought and no fund can give")
    seed = next(row for _, row in shown.rows if row[0] == "Seed")
    cells = [cell for cell in seed[1:] if isinstance(cell, Cell)]
    assert (cells[0].value, cells[0].shade) == (5000 * WAN, 5)
    assert (cells[1].value, cells[1].shade) == (1000 * WAN, 1)
    assert "totals are not sums of cells" in words_of(content)


def test_rounds_without_enough_funds_say_what_is_missing(matrix: None) -> None:
    table = table_of(told("matrix", TO_DAY), "Rounds without enough funds")
    (_, short), (_, unmet) = table.rows
    assert short[0] == "上海甲智能科技有限公司"
    assert "together at most CNY 30M: CNY 50M is missing" in words_of_cell(short[3])
    assert "Only this fails (sector layer): 1 fund" in words_of_cell(unmet[3])
    assert "远山种子基金: sector layer" in words_of_cell(unmet[3])


def words_of_cell(cell: object) -> str:
    assert isinstance(cell, Cell)
    return " ".join((str(cell.value), *cell.under))


def test_the_options_change_rows_and_basis_and_leave_the_gaps_out(matrix: None) -> None:
    by_rounds = told("matrix", TO_DAY, options=("rounds",))
    assert "Rounds without enough funds" not in titles_of(by_rounds)
    assert table_of(by_rounds, "Coverage by cell").columns[0].label == "Round"
    paid = {key.name: key.value for key in told("matrix", TO_DAY, options=("paid_in",)).keys}
    assert "fund_matrix_gross" not in paid
    assert paid["fund_matrix_gross_paid_in"] == 0


def test_before_anybody_joined_it_says_so(matrix: None) -> None:
    content = told("matrix", Period(date(2024, 1, 1), date(2024, 1, 1)))
    assert "No fund had joined by 2024-01-01" in words_of(content)
    assert gathered("matrix", TO_DAY).funds == 2


def test_a_ground_is_as_dark_as_its_share_of_the_largest() -> None:
    assert [shade(value, 100) for value in (0, 1, 20, 21, 99, 100)] == [0, 1, 1, 2, 5, 5]
    assert shade(5, 0) == 0
