"""A round is introduced to many institutions at once: with warnings, without duplicates, in a few statements."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.errors import Refusal
from crm.deals import actions, queries
from crm.deals.actions import Introduction, Move
from crm.deals.models import Deal, DealEvent, DealStatus, Round
from crm.deals.queries import Against, Fit
from crm.institutions.models import Institution
from crm.services import actions as service_actions
from crm.services.models import Service, ServicePartner
from crm.startups import actions as startup_actions
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import AT, BY, TODAY, WAN, a_deal, a_round, a_startup, an_admission, an_institution
from tests.support.queries import counted_statements

SECTORS = {"sector_layer": "agents", "sector_vertical": "healthcare"}


def found(round_id: int) -> Round:
    round = queries.find_round(BY, round_id)
    assert round is not None
    return round


def introduce(round_id: int, institutions: list[Institution]) -> list[Deal]:
    said = Introduction(TODAY, next_step="发 BP", next_step_on=date(2026, 6, 15))
    round = found(round_id)
    deals = actions.introduce(round, institutions, said, by=BY, at=AT)
    service_actions.record_introductions(deals, round.startup, by=BY, at=AT)
    return deals


def objections(work: Work, round: Round, *institutions: Institution) -> list[list[Against]]:
    with work():
        candidates = queries.candidates(found(round.id), institutions, TODAY)
        return [[one.against for one in candidate.objections] for candidate in candidates]


def test_each_institution_gets_a_deal_an_event_and_one_service(work: Work) -> None:
    round, institutions = a_round(), [an_institution() for _ in range(3)]
    with work():
        introduce(round.id, institutions)
    with work() as session:
        deals = session.query(Deal).all()
        assert [(deal.stage, deal.introduced_on, deal.next_step) for deal in deals] == [
            ("referred", TODAY, "发 BP")
        ] * 3
        assert session.query(DealEvent).count() == 3
        assert session.query(Service).count() == session.query(ServicePartner).count() == 3


def test_a_hundred_take_as_many_statements_as_two(app: Flask, work: Work) -> None:
    round = a_round()
    with work() as session:
        session.add_all(
            Institution(name=f"机构{number}", name_key=f"机构{number}", created_at=AT) for number in range(102)
        )
    with work() as session:
        institutions = list(session.scalars(sa.select(Institution).order_by(Institution.id)))
    costs = []
    for some in (institutions[:2], institutions[2:]):
        with counted_statements(app) as statements, work():
            queries.candidates(found(round.id), some, TODAY)
            introduce(round.id, some)
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_a_second_introduction_is_refused_by_name(work: Work) -> None:
    deal, other = a_deal(institution=an_institution("临渚创投")), an_institution()
    with work() as session, pytest.raises(Refusal, match="临渚创投"):
        introduce(deal.round_id, [session.get_one(Institution, deal.institution_id), other])
    with work() as session:
        assert session.query(Deal).count() == 1


def test_an_introduction_out_of_the_bin_is_brought_back(work: Work) -> None:
    deal = a_deal()
    with work():
        actions.put_away([deal.id], by=BY, at=AT)
    with work() as session:
        introduce(deal.round_id, [session.get_one(Institution, deal.institution_id)])
    with work() as session:
        kept = session.query(Deal).one()
        assert (kept.id, kept.archived_at, kept.next_step) == (deal.id, None, "发 BP")


def test_a_round_that_is_not_open_is_introduced_to_nobody(work: Work) -> None:
    round, institution = a_round(), an_institution()
    with work():
        actions.withdraw_round(found(round.id), TODAY, "暂缓", lapses=True, version=None, by=BY, at=AT)
    with work(), pytest.raises(Refusal, match="not open"):
        introduce(round.id, [institution])


def test_an_earlier_pass_is_told_with_its_round(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    deal = a_deal(startup, institution, round_name="pre-a")
    with work():
        move = Move("referred", DealStatus.PASSED, TODAY, reason="valuation")
        actions.move_deal(queries.find_deal(BY, deal.id), move, version=None, by=BY, at=AT)  # type: ignore[arg-type]
    round = a_round(startup)
    with work():
        (candidate,) = queries.candidates(found(round.id), [institution], TODAY)
        (told,) = candidate.objections
        assert (told.against, told.code, told.day) == (Against.PASSED, "valuation", TODAY)
        assert told.deal is not None
        assert told.deal.round.name == "pre-a"


def test_money_in_a_competitor_or_late_talks_with_one_are_conflicts(work: Work) -> None:
    round, rival = a_round(a_startup(**SECTORS)), a_startup(**SECTORS)
    elsewhere = a_startup(sector_layer="agents", sector_vertical="finance")
    invested, talking, looking, unrelated = (an_institution() for _ in range(4))
    a_deal(rival, invested, stage="funded", status=DealStatus.COMPLETED, signed=WAN, received=WAN)
    a_deal(rival, talking, stage="term_sheet")
    a_deal(rival, looking, stage="met")
    a_deal(elsewhere, unrelated, stage="term_sheet")
    assert objections(work, round, invested, talking, looking, unrelated) == [
        [Against.INVESTED_IN_COMPETITOR],
        [Against.TALKS_WITH_COMPETITOR],
        [],
        [],
    ]


def test_money_in_a_startup_that_is_marked_as_a_competitor_is_a_conflict_whatever_its_sector(work: Work) -> None:
    startup, rival, stranger = a_startup(), a_startup(sector_layer="chips"), a_startup()
    holder, other = an_institution(), an_institution()
    with work() as session:
        of = [session.get_one(Startup, one.id) for one in (startup, rival)]
        startup_actions.mark_competitor(*of, by=BY, at=AT)
    a_deal(rival, holder, stage="signed", signed=WAN)
    a_deal(stranger, other, stage="signed", signed=WAN)
    round = a_round(startup)
    assert objections(work, round, holder, other) == [[Against.INVESTED_IN_COMPETITOR], []]
    with work():
        ((told,), _) = (one.objections for one in queries.candidates(found(round.id), [holder, other], TODAY))
        assert told.marked


def test_what_an_institution_itself_rules_out_is_told(work: Work) -> None:
    startup = a_startup(**SECTORS)
    same, excludes, suspended = an_institution(), an_institution(), an_institution()
    gone = an_institution(left_on=date(2026, 1, 1))
    an_admission(suspended, "suspended")
    with work() as session:
        session.get_one(Startup, startup.id).institution_id = same.id
        session.get_one(Institution, excludes.id).excluded_verticals = ("healthcare",)
    with work() as session:
        institutions = [session.get_one(Institution, one.id) for one in (same, excludes, suspended, gone)]
    assert objections(work, a_round(startup), *institutions) == [
        [Against.SAME_LEGAL_PERSON],
        [Against.INDUSTRY_EXCLUDED],
        [Against.NOT_ADMITTED],
        [Against.LEFT],
    ]


def test_those_who_fit_are_offered_and_silence_is_no_limit(work: Work) -> None:
    startup = a_startup(growth_stage="seed", **SECTORS)
    silent, fits, too_late, too_large = (an_institution(name) for name in ("甲", "乙", "丙", "丁"))
    with work() as session:
        for one, values in (
            (fits, {"growth_stages": ("seed",), "sectors": ("agents",)}),
            (too_late, {"growth_stages": ("mature",)}),
            (too_large, {"ticket_low": 5000 * WAN}),
        ):
            for name, value in values.items():
                setattr(session.get_one(Institution, one.id), name, value)
    round = a_round(startup)
    a_deal(startup, silent)
    with work():
        offered, count = queries.fitting_institutions(found(round.id), Fit(), TODAY)
        assert ([one.name for one in offered], count) == (["乙"], 1)
        offered, _ = queries.fitting_institutions(found(round.id), Fit(stage=False, ticket=False), TODAY)
        assert {one.name for one in offered} == {"乙", "丙", "丁"}
