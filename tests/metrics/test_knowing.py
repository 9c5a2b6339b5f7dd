"""What was known when: facts are recorded, never changed, and every difference is explained row by row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.metrics.actions import take_snapshots
from crm.metrics.comparing import Fact, Why, compare, explain
from crm.metrics.definitions import METRICS
from crm.metrics.models import KnownFact, Snapshot
from crm.metrics.queries import Clocks, value_of
from crm.services.models import Service
from tests.conftest import Work
from tests.factories import AT, WAN, a_deal, a_service, an_institution

SERVED, SIGNED, PRESENT = (
    METRICS[name] for name in ("companies_served", "amount_signed_to_date", "institutions_present")
)
JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)
THEN = datetime(2026, 10, 1, tzinfo=UTC)
LATER = THEN + timedelta(days=20)


def look(work: Work, at: datetime) -> None:
    with work():
        take_snapshots(SEPTEMBER, at=at)


def test_a_late_entry_and_a_correction_do_not_change_what_was_known(work: Work) -> None:
    kept = a_service(happened_on=date(2026, 3, 1))
    wrong = a_service(happened_on=date(2026, 4, 1))
    look(work, THEN)
    late = a_service(happened_on=date(2026, 5, 1))
    with work() as session:
        session.get_one(Service, wrong.id).archived_at = AT
    look(work, LATER)
    with work():
        assert value_of(SERVED, JUNE, THEN) == 2
        assert value_of(SERVED, JUNE, LATER) == value_of(SERVED, JUNE) == 2
        found = compare(SERVED, Clocks(JUNE, THEN), Clocks(JUNE))
        told = {why: [one.fact.record_id for one in found.of(why)] for why in Why}
    assert told == {
        Why.NEW: [],
        Why.ENDED: [],
        Why.LATE: [late.startup_id],
        Why.CORRECTED: [wrong.startup_id],
        Why.REDEFINED: [],
    }
    assert kept.startup_id not in told[Why.LATE] + told[Why.CORRECTED]
    assert (found.before, found.after) == (2, 2)
    assert sorted(one.effect for one in found.differences) == [-1, 1]


def test_an_amount_that_was_written_wrong_is_a_correction_of_the_difference(work: Work) -> None:
    deal = a_deal(stage="signed", signed=300 * WAN, happened_on=date(2026, 2, 1))
    look(work, THEN)
    with work() as session:
        session.get_one(Deal, deal.id).signed = 250 * WAN
    with work():
        found = compare(SIGNED, Clocks(SEPTEMBER, THEN), Clocks(SEPTEMBER))
    assert (found.before, found.after) == (300 * WAN, 250 * WAN)
    assert [(one.why, one.effect) for one in found.differences] == [(Why.CORRECTED, -50 * WAN)]


def test_what_happened_in_between_is_new_and_who_left_has_ended(work: Work) -> None:
    left = an_institution(joined_on=date(2026, 1, 1), left_on=date(2026, 8, 1))
    joined = an_institution(joined_on=date(2026, 8, 2))
    with work():
        found = compare(PRESENT, Clocks(JUNE), Clocks(SEPTEMBER))
        told = {one.fact.record_id: (one.why, one.effect) for one in found.differences}
    assert told == {left.id: (Why.ENDED, -1), joined.id: (Why.NEW, 1)}


def test_who_left_later_was_present_as_of_a_day_before_whenever_it_is_asked(work: Work) -> None:
    institution = an_institution(joined_on=date(2026, 1, 1))
    look(work, THEN)
    with work() as session:
        session.get_one(Institution, institution.id).left_on = date(2026, 8, 1)
    look(work, LATER)
    with work():
        assert value_of(PRESENT, JUNE, LATER) == 1
        assert value_of(PRESENT, SEPTEMBER, LATER) == 0
        assert value_of(PRESENT, SEPTEMBER, THEN) == 1


def test_a_second_look_writes_nothing_that_is_known_already(work: Work) -> None:
    a_service()
    look(work, THEN)
    with work() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(KnownFact))
    look(work, LATER)
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(KnownFact)) == before
        taken = sa.and_(Snapshot.metric == "companies_served", Snapshot.taken_at == LATER)
        snapshot = session.scalars(sa.select(Snapshot).where(taken)).one()
        assert (snapshot.value, snapshot.facts, snapshot.version) == (1, 1, 1)
        assert "金融" in snapshot.definition_zh


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
FACTS = st.dictionaries(
    st.integers(1, 6), st.tuples(DAYS, st.none() | DAYS, st.none() | st.integers(-5, 5)), max_size=6
).map(lambda told: [Fact(one, one, "", "", *rest) for one, rest in told.items()])


@given(before=FACTS, after=FACTS, from_day=DAYS, to_day=DAYS, name=st.sampled_from(sorted(METRICS)))
def test_the_classes_always_add_up_to_the_difference(
    before: list[Fact], after: list[Fact], from_day: date, to_day: date, name: str
) -> None:
    found = explain(METRICS[name], (before, from_day), (after, to_day))
    assert found.before + sum(found.effect(why) for why in Why) == found.after
