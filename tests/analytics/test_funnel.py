"""How far deals get: definitions, with the arithmetic in the test."""

from __future__ import annotations

from datetime import date, timedelta

from crm.accounts.models import System
from crm.analytics.filters import Filters
from crm.analytics.history import days_until, first_stays
from crm.analytics.queries import funnel, groups
from crm.analytics.queries.funnel import StageRow, median_of
from crm.deals import actions, queries
from tests.analytics.conftest import Tell
from tests.conftest import Work
from tests.factories import AT, a_deal, a_startup

TODAY = date(2026, 6, 12)
EVERYTHING = Filters()


def stage(work: Work, code: str, filters: Filters = EVERYTHING) -> StageRow:
    with work():
        return next(row for row in funnel.funnel(filters, TODAY).rows if row.code == code)


def test_a_skipped_stage_is_not_invented_but_the_deal_got_that_far(work: Work, told: Tell) -> None:
    told(("referred", 0), ("due_diligence", 20))
    met = stage(work, "met")
    assert (met.stood, met.reached, met.moved_on) == (0, 1, 0)
    assert stage(work, "due_diligence").stood == 1


def test_conversion_is_what_moved_beyond_of_what_stood_there(work: Work, told: Tell) -> None:
    """Four deals met; two moved on, one was passed there, one went back: 2 of 4."""
    told(("referred", 0), ("met", 10), ("due_diligence", 25))
    told(("referred", 0), ("met", 12), ("signed", 40))
    told(("referred", 0), ("met", 14), ("met", 30, "passed"))
    told(("referred", 0), ("met", 16), ("interested", 20))
    told(("referred", 0))
    met = stage(work, "met")
    assert (met.stood, met.moved_on, met.here) == (4, 2, 0)


def test_a_deal_that_only_came_back_to_a_stage_has_not_moved_on_from_it(work: Work, told: Tell) -> None:
    """It was beyond 意向 before it was there: what counts is what came later."""
    told(("referred", 0), ("met", 5), ("interested", 9))
    assert stage(work, "interested").moved_on == 0
    assert stage(work, "met").reached == 1


def test_term_sheet_and_due_diligence_lie_beyond_each_other(work: Work, told: Tell) -> None:
    told(("referred", 0), ("term_sheet", 10), ("due_diligence", 30))
    told(("referred", 0), ("due_diligence", 10), ("term_sheet", 30))
    sheet, diligence = stage(work, "term_sheet"), stage(work, "due_diligence")
    assert (sheet.stood, sheet.moved_on) == (2, 1)
    assert (diligence.stood, diligence.moved_on) == (2, 1)


def test_days_at_a_stage_are_those_of_ended_first_stays_and_the_rest_is_left_out(work: Work, told: Tell) -> None:
    """会面 took 10 days (12 → 22), 20 (10 → 30) and 4 (10 → 14, back): median 10 of 3. The one that still stands there,
    and the one that ended there, are not timed; the second stay of the first deal does not count."""
    told(("referred", 0), ("met", 12), ("interested", 22), ("met", 30), ("signed", 90))
    told(("referred", 0), ("met", 10), ("signed", 30))
    told(("referred", 0), ("met", 10), ("interested", 14))
    told(("referred", 0), ("met", 10))
    told(("referred", 0), ("met", 10), ("met", 50, "passed"))
    met = stage(work, "met")
    assert (met.days, met.timed) == (10, 3)


def test_the_median_lies_between_the_middle_two() -> None:
    assert median_of({}) is None
    assert median_of({7: 1}) == 7
    assert median_of({7: 1, 10: 1}) == 8.5
    assert median_of({1: 3, 100: 1}) == 1
    assert median_of({1: 1, 3: 1, 100: 2}) == 51.5


def test_a_stay_ends_with_the_next_other_stage() -> None:
    moves = [("referred", 0), ("referred", 3), ("met", 7), ("referred", 9), ("met", 30)]
    assert first_stays(moves) == {"referred": 7, "met": 2}
    assert days_until(moves, "met") == {"referred": 7, "met": 23}


def test_a_move_that_was_taken_back_counts_nowhere(work: Work, told: Tell) -> None:
    deal, later = told(("referred", 0)), AT + timedelta(minutes=5)
    with work():
        kept = queries.find_deal(System(), deal.id)
        assert kept is not None
        actions.move_deal(kept, actions.Move("met", kept.status, date(2026, 2, 1)), version=None, by=System(), at=later)
    with work():
        kept = queries.find_deal(System(), deal.id)
        assert kept is not None
        actions.reverse_event(kept, recorded_at=later, by=System(), at=later)
    met = stage(work, "met")
    assert (met.stood, met.reached) == (0, 0)


def test_a_deal_in_the_bin_counts_nowhere(work: Work, told: Tell) -> None:
    deal = told(("referred", 0))
    with work():
        kept = queries.find_deal(System(), deal.id)
        assert kept is not None
        actions.archive_deal(kept, by=System(), at=AT)
    with work():
        assert funnel.funnel(EVERYTHING, TODAY).introduced == 0


def test_the_period_is_that_of_the_introduction_and_what_followed_counts_whenever_it_was(
    work: Work, told: Tell
) -> None:
    told(("referred", 0), ("met", 100))
    told(("referred", 31))
    january = Filters(date(2026, 1, 1), date(2026, 1, 31))
    assert stage(work, "referred", january).stood == 1
    assert stage(work, "met", january).stood == 1


def test_groups_hold_every_deal_once_and_the_unknown_apart(work: Work) -> None:
    a_deal(a_startup(sector_layer="models"), stage="met")
    a_deal(a_startup(sector_layer="models"))
    a_deal(a_startup())
    with work():
        found = groups.tallies(EVERYTHING, TODAY, "layer")
    assert [(one.key, one.introduced, one.reached[0]) for one in found] == [("models", 2, 1), (None, 1, 0)]


def test_cohorts_are_months_of_introduction_and_quarters_hold_three(work: Work, told: Tell) -> None:
    told(("referred", 0), ("met", 60))
    told(("referred", 40))
    told(("referred", 90))
    with work():
        months = groups.cohorts(EVERYTHING, TODAY)
        quarters = groups.tallies(EVERYTHING, TODAY, "quarter")
    assert [(one.key, one.introduced, one.reached[0]) for one in months] == [
        ((2026, 1), 1, 1),
        ((2026, 2), 1, 0),
        ((2026, 4), 1, 0),
    ]
    assert [(one.key, one.introduced) for one in quarters] == [((2026, 1), 2), ((2026, 2), 1)]


def test_the_days_of_a_month_and_of_a_quarter() -> None:
    assert groups.days_of((2026, 2), months=1) == (date(2026, 2, 1), date(2026, 2, 28))
    assert groups.days_of((2026, 4), months=3) == (date(2026, 10, 1), date(2026, 12, 31))
