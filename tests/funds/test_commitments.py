"""Commitments: inside or outside, and never round in a circle."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.errors import Refusal
from crm.funds import actions
from crm.funds.graph import path_between
from crm.funds.models import Commitment
from crm.funds.queries import find_commitment
from tests.conftest import Work
from tests.factories import AT, BY, YI, a_commitment, a_fund
from tests.support.visitor import Visitor


def test_the_name_of_a_fund_of_the_matrix_makes_an_inside_commitment(work: Work) -> None:
    mother, child = a_fund("杭州拾光产业母基金合伙企业（有限合伙）"), a_fund()
    told = a_commitment(child, "杭州拾光产业母基金合伙企业(有限合伙) ", YI)
    assert (told.from_fund_id, told.investor_name) == (mother.id, "")


def test_any_other_name_is_outside_capital(work: Work) -> None:
    told = a_commitment(a_fund(), "社会资本", YI)
    assert (told.from_fund_id, told.investor_name) == (None, "社会资本")


def test_a_cycle_is_refused_with_its_path_named(work: Work) -> None:
    first, second, third = a_fund("甲基金"), a_fund("乙基金"), a_fund("丙基金")
    a_commitment(second, first)
    a_commitment(third, second)
    with pytest.raises(Refusal) as refused:
        a_commitment(first, third)
    assert str(refused.value) == "The money would go round in a circle: 甲基金 ← 丙基金 ← 乙基金 ← 甲基金."


def test_a_fund_cannot_commit_to_itself(work: Work) -> None:
    fund = a_fund("甲基金")
    with pytest.raises(Refusal, match="甲基金 ← 甲基金"):
        a_commitment(fund, fund)


def test_a_second_commitment_of_the_same_fund_is_refused(work: Work) -> None:
    mother, child = a_fund(), a_fund()
    a_commitment(child, mother)
    with pytest.raises(Refusal, match="committed already"):
        a_commitment(child, mother)


@given(
    st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25),
    st.integers(0, 8),
    st.integers(0, 8),
)
def test_a_path_is_found_exactly_when_one_exists(edges: set[tuple[int, int]], start: int, goal: int) -> None:
    graph: dict[int, list[int]] = {}
    for fund, investor in edges:
        graph.setdefault(fund, []).append(investor)
    reached = {start}
    while True:
        more = {investor for fund, investor in edges if fund in reached} - reached
        if not more:
            break
        reached |= more
    path = path_between(start, goal, graph)
    assert (path is not None) == (goal in reached)
    if path is not None:
        assert (path[0], path[-1]) == (start, goal)
        assert all(step in edges for step in pairwise(path))


def archive(work: Work, commitment: Commitment) -> None:
    with work():
        kept = find_commitment(BY, commitment.id)
        assert kept is not None
        actions.archive_commitment(kept, by=BY, at=AT)


def test_a_commitment_taken_out_by_mistake_comes_back(finance: Visitor, work: Work) -> None:
    fund = a_fund()
    archive(work, a_commitment(fund, "社会资本", YI))
    finance.visit("funds.show_fund", fund_id=fund.id).submit("Restore")
    assert "The commitment counts again." in finance.now.html


def test_a_commitment_does_not_come_back_into_a_circle(finance: Visitor, work: Work) -> None:
    first, second = a_fund("甲基金"), a_fund("乙基金")
    archive(work, a_commitment(second, first))
    a_commitment(first, second)
    finance.visit("funds.show_fund", fund_id=second.id).submit("Restore")
    assert finance.status == 422
    assert "乙基金 ← 甲基金 ← 乙基金" in finance.text
