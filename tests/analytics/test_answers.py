"""How institutions answer and why they pass: definitions, with the arithmetic in the test."""

from __future__ import annotations

from datetime import date

from crm.analytics.filters import Filters
from crm.analytics.queries import institutions, reasons
from crm.analytics.queries.institutions import Responses
from crm.core.listing import Place
from tests.analytics.conftest import Tell
from tests.conftest import Work
from tests.factories import an_institution

TODAY = date(2026, 6, 12)
EVERYTHING = Filters()


def one_response(work: Work, as_of: date = TODAY) -> Responses:
    with work():
        (found,) = institutions.responses(EVERYTHING, as_of)
    return found


def test_a_reply_is_a_later_stage_a_pass_or_a_hold_and_silence_counts_after_the_days_of_the_first_stage(
    work: Work, told: Tell
) -> None:
    """Five introduced, four of them 7 days ago or more; three of those replied: 3 of 4."""
    whom = an_institution()
    told(("referred", 0), ("interested", 3), institution=whom)
    told(("referred", 0), ("referred", 5, "passed"), institution=whom)
    told(("referred", 0), ("referred", 5, "on_hold"), institution=whom)
    told(("referred", 0), institution=whom)
    told(("referred", 150), institution=whom)  # 4 June: eight days ago
    found = one_response(work, as_of=date(2026, 6, 10))  # six days ago
    assert (found.introduced, found.judged, found.replied) == (5, 4, 3)
    assert one_response(work).judged == 5


def test_the_time_to_the_first_meeting_needs_an_introduction_before_it(work: Work, told: Tell) -> None:
    """6 days, 20 days (straight to due diligence) and 10: median 10 of 3. The one that was logged at the meeting is
    left out, the one that never met too."""
    whom = an_institution()
    told(("referred", 0), ("met", 6), ("due_diligence", 50), institution=whom)
    told(("referred", 0), ("due_diligence", 20), institution=whom)
    told(("interested", 0), ("met", 10), institution=whom)
    told(("met", 0), institution=whom)
    told(("referred", 0), institution=whom)
    found = one_response(work)
    assert (found.met, found.timed, found.days) == (4, 3, 10)


def test_institutions_add_up_and_page_by_what_is_asked(work: Work, told: Tell) -> None:
    quick, slow = an_institution("临渚创投"), an_institution("澄怀资本")
    told(("referred", 0), ("met", 4), institution=quick)
    for _ in range(2):
        told(("referred", 0), institution=slow)
    with work():
        found = institutions.responses(EVERYTHING, TODAY)
    assert [one.name for one in institutions.page_of(found, Place()).rows] == ["澄怀资本", "临渚创投"]
    assert [one.name for one in institutions.page_of(found, Place("replied")).rows] == ["临渚创投", "澄怀资本"]
    together = institutions.all_together(found)
    assert (together.introduced, together.replied, together.days) == (3, 1, 4)


def test_pages_of_institutions_follow_each_other(work: Work, told: Tell) -> None:
    for _ in range(27):
        told(("referred", 0))
    with work():
        found = institutions.responses(EVERYTHING, TODAY)
    first = institutions.page_of(found, Place())
    second = institutions.page_of(found, Place(after=first.next_cursor or ""))
    assert (len(first.rows), len(second.rows), second.next_cursor) == (25, 2, None)
    assert {one.institution_id for one in (*first.rows, *second.rows)} == {one.institution_id for one in found}


def test_passes_count_by_reason_as_deals_stand_today(work: Work, told: Tell) -> None:
    told(("referred", 0), ("referred", 5, "passed"))
    told(("referred", 0), ("met", 5), ("met", 9, "passed"))
    told(("referred", 0), ("met", 5), ("met", 9, "passed"), ("met", 30, "active"))
    told(("referred", 0), ("referred", 5, "declined"))
    told(("referred", 0), ("referred", 50, "lapsed"))
    with work():
        found = reasons.endings(EVERYTHING, TODAY)
    assert [(row.reason, row.deals, row.unmet, row.met) for row in found.reasons] == [("timing", 2, 1, 1)]
    assert (found.introduced, found.passed, found.declined, found.lapsed) == (5, 2, 1, 1)
