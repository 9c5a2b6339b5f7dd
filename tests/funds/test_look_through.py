"""Looking through funds of funds, with the arithmetic in the test."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from crm.funds.look_through import Edge, Part, Span, Stake, look_through, standings
from tests.factories import YI

MOTHER, FEEDER, CHILD = 1, 2, 3


def exact(giver: int, receiver: int, amount: int) -> Edge:
    return Edge(giver, receiver, Span(amount, amount))


def test_three_levels_by_hand() -> None:
    """Gross 50 + 20 + 10 亿; the mother gave the feeder 8, the feeder gave the child 3, the mother gave it 1."""
    raised = {MOTHER: 50 * YI, FEEDER: 20 * YI, CHILD: 10 * YI}
    edges = [exact(MOTHER, FEEDER, 8 * YI), exact(FEEDER, CHILD, 3 * YI), exact(MOTHER, CHILD, YI)]
    found = look_through(raised, edges)
    assert (found.gross, found.inside) == (Span(80 * YI, 80 * YI), Span(12 * YI, 12 * YI))
    assert found.net == Span(68 * YI, 68 * YI), "50 + (20 − 8) + (10 − 3 − 1)"
    assert [(one.depth, one.funds, one.net.low) for one in found.levels] == [
        (0, (MOTHER,), 50 * YI),
        (1, (FEEDER,), 12 * YI),
        (2, (CHILD,), 6 * YI),
    ]


def test_an_unknown_gift_is_a_range_up_to_what_the_others_leave() -> None:
    raised = {MOTHER: 50 * YI, FEEDER: 20 * YI, CHILD: 10 * YI}
    edges = [exact(MOTHER, CHILD, 4 * YI), Edge(FEEDER, CHILD, Span(0, None))]
    found = look_through(raised, edges)
    assert found.inside == Span(4 * YI, 10 * YI)
    assert found.net == Span(70 * YI, 76 * YI)
    assert found.vague == (edges[1],)


def test_a_gift_between_two_amounts_is_a_range() -> None:
    found = look_through({MOTHER: 50 * YI, CHILD: 10 * YI}, [Edge(MOTHER, CHILD, Span(2 * YI, 3 * YI))])
    assert found.net == Span(57 * YI, 58 * YI)


def test_a_fund_of_unknown_size_counts_with_what_it_was_given_at_least() -> None:
    found = look_through({MOTHER: 50 * YI, CHILD: None}, [exact(MOTHER, CHILD, 4 * YI)])
    assert (found.gross, found.inside, found.net) == (Span(54 * YI, None), Span(4 * YI, 4 * YI), Span(50 * YI, None))
    assert found.unknown == (CHILD,)


def test_gifts_to_and_from_funds_beside_the_matrix_count_for_nothing() -> None:
    assert look_through({CHILD: 10 * YI}, [exact(MOTHER, CHILD, 4 * YI)]).net == Span(10 * YI, 10 * YI)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[int, int], list[Edge], int]:
    """Funds in an order, gifts only to later ones; what each raised is what it was given and what came from outside."""
    outside = draw(st.lists(st.integers(0, 100), min_size=1, max_size=7))
    edges = [
        exact(giver, receiver, amount)
        for receiver in range(len(outside))
        for giver in range(receiver)
        if (amount := draw(st.integers(0, 9))) > 5
    ]
    given_to = {fund: sum(edge.given.low for edge in edges if edge.receiver == fund) for fund in range(len(outside))}
    return {fund: outside[fund] + given_to[fund] for fund in range(len(outside))}, edges, sum(outside)


@given(graphs())
def test_net_is_gross_less_inside_is_the_capital_from_outside(graph: tuple[dict[int, int], list[Edge], int]) -> None:
    raised, edges, outside = graph
    found = look_through(raised, edges)
    assert found.net == Span(outside, outside)
    assert found.net.low == found.gross.low - found.inside.low
    depth = {fund: one.depth for one in found.levels for fund in one.funds}
    assert all(depth[edge.giver] < depth[edge.receiver] for edge in edges)


def test_who_stands_behind_a_fund_directly_and_through_others() -> None:
    """The state holds 40 % of the child, and half of the mother, who holds 30 % of it: 40 % + 15 % = 55 %."""
    tenths = {number: Part(Fraction(number, 10), Fraction(number, 10)) for number in range(11)}
    stakes = {
        CHILD: [Stake("国资", tenths[4]), Stake(MOTHER, tenths[3])],
        MOTHER: [Stake("国资", tenths[5]), Stake("保险", tenths[2])],
    }
    found = standings(CHILD, stakes)
    assert found["国资"].whole.low == found["国资"].whole.high == Fraction(55, 100)
    assert (found["国资"].direct.low, found["国资"].through.low) == (Fraction(4, 10), Fraction(15, 100))
    assert found["保险"].whole.low == Fraction(6, 100)
    assert found[MOTHER].direct.low == Fraction(3, 10)


def test_a_graph_with_very_many_ways_through_it_is_reckoned_fund_by_fund() -> None:
    """Forty levels of two funds, each held by both of the next: 2⁴⁰ ways, and the last two hold a half each."""
    half = Part(Fraction(1, 2), Fraction(1, 2))
    stakes = {0: [Stake(1, half), Stake(2, half)]}
    for level in range(39):
        for fund in (2 * level + 1, 2 * level + 2):
            stakes[fund] = [Stake(2 * level + 3, half), Stake(2 * level + 4, half)]
    found = standings(0, stakes)
    assert (found[1].whole, found[80].whole) == (half, half)
    assert found[80].direct == Part()
