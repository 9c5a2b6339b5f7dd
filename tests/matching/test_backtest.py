"""The backtest: its arithmetic by hand, that it knows nothing of later, and that weights change by a click only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.db import db, unit_of_work
from crm.deals import actions as deal_actions
from crm.deals.actions import DealValues, Move
from crm.deals.models import DealEvent, DealStatus
from crm.institutions import actions as institution_actions
from crm.institutions.actions import InstitutionValues
from crm.institutions.models import Institution
from crm.institutions.thesis import Thesis
from crm.lib.money import Amount
from crm.matching.backtest import Backtest, Case, backtest, fit, measured
from crm.matching.factors import FIRST_WEIGHTS, Factor, Scored
from crm.matching.queries import weights_now
from crm.startups import actions as startup_actions
from crm.startups.actions import StartupValues
from crm.startups.models import Competition, Startup
from tests.factories import BY, WAN, made, writing
from tests.matching.records import CHIP_MAKER, CHIPS
from tests.support.command import crm
from tests.support.visitor import Visitor

EARLY, LATE = datetime(2024, 1, 10, 4, tzinfo=UTC), datetime(2026, 3, 1, 4, tzinfo=UTC)
INTRODUCED, TODAY = date(2025, 6, 2), date(2026, 6, 12)


def factors(**values: float) -> dict[Factor, Scored]:
    return {factor: Scored(values.get(factor, 0.0)) for factor in Factor}


def case(*, met: set[int], text: dict[int, float], everybody: int = 40, covering: int = 20) -> Case:
    """A round whose institutions differ in their text alone."""
    pairs = [(number, factors(text=value)) for number, value in text.items()]
    return Case(INTRODUCED, frozenset(met), frozenset(range(everybody)), frozenset(range(covering)), pairs)


def test_precision_by_hand() -> None:
    # Twelve pass the gates, the lower the number the better; it met the best, and the last one.
    first = case(met={0, 11}, text={number: (20 - number) / 20 for number in range(12)})
    found = measured([first], FIRST_WEIGHTS, 1)
    assert found.precision["matching"] == 0.1, "of ten one"
    assert found.found["matching"] == 0.5, "of two one"
    assert found.best == 0.2, "no order finds more than the two"
    # Of twenty that cover stage and sector both were met: ten drawn hold 2 × 10/20 = 1 of them; of forty a half.
    assert found.precision["stage_and_sector"] == 0.1
    assert found.precision["chance"] == 0.05


def test_average_precision_by_hand() -> None:
    one = case(met={0, 2}, text={0: 0.9, 1: 0.8, 2: 0.7})
    assert one.average_precision(FIRST_WEIGHTS) == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_fitting_finds_the_factor_that_tells_and_is_measured_on_rounds_that_it_did_not_see() -> None:
    told = [(number, factors(activity=1.0 if number == 15 else 0.0, stage=0.9 - number / 100)) for number in range(16)]
    cases = [replace(case(met={15}, text={}), pairs=told) for _ in range(4)]
    before = {factor: int(factor == Factor.STAGE) for factor in Factor}
    after = fit(cases, before)
    assert after[Factor.ACTIVITY] > 0
    proposal = measured(cases, before, 1).proposal
    assert proposal is not None
    assert (proposal.earlier, proposal.later) == ((0.0, 0.1), (0.0, 0.1))
    assert (proposal.earlier_rounds, proposal.later_rounds) == (2, 2)


def test_weights_that_are_best_already_bring_no_proposal() -> None:
    assert measured([case(met={0}, text={0: 0.9, 1: 0.1})] * 2, FIRST_WEIGHTS, 1).proposal is None


# --- what was known then


def an_institution(name: str, at: datetime = EARLY, **thesis: object) -> Institution:
    institution = made(lambda: institution_actions.add(InstitutionValues(name, joined_on=at.date()), by=BY, at=at))
    told = {"growth_stages": ("early",), "sectors": ("compute",), "thesis": CHIPS, **thesis}
    with writing():
        kept = db.session.get_one(Institution, institution.id)
        institution_actions.edit_thesis(kept, Thesis(**told), version=None, by=BY, at=at)  # type: ignore[arg-type]
    return kept


def a_startup(name: str, at: datetime = EARLY) -> Startup:
    told = StartupValues(name, profile="面向医院的推理芯片", **CHIP_MAKER)
    return made(lambda: startup_actions.add(told, by=BY, at=at))


def introduce(startup: Startup, institution: Institution, day: date, stage: str = "met", **values: object) -> None:
    """A deal that was recorded on its day."""
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    move = Move(stage, values.pop("status", DealStatus.ACTIVE), day, **values)  # type: ignore[arg-type]
    sought = Amount.exactly(3000 * WAN)
    made(lambda: deal_actions.log_deal(startup, "a", institution, move, DealValues(), sought=sought, by=BY, at=at))


def backtest_of(app: Flask) -> Backtest:
    with app.app_context(), unit_of_work(write=False):
        return backtest(TODAY)


def a_story() -> tuple[Startup, Institution]:
    """One round that met the one institution whose thesis takes it."""
    startup, suitable = a_startup("上海衡汐智能科技有限公司"), an_institution("临渚创投")
    an_institution("澜沧创投", sectors=("models",))
    introduce(startup, suitable, INTRODUCED)
    return startup, suitable


def test_a_past_round_is_matched_anew(app: Flask) -> None:
    a_story()
    found = backtest_of(app)
    assert (found.rounds, found.meetings) == (1, 1)
    assert found.precision == {"matching": 0.1, "stage_and_sector": 0.1, "chance": 0.1}
    assert found.found["matching"] == 1.0


def test_an_institution_that_was_recorded_later_was_not_known(app: Flask) -> None:
    startup, _ = a_story()
    late = an_institution("青藜创投", at=LATE)
    introduce(startup, late, LATE.date())
    found = backtest_of(app)
    assert found.meetings == 2, "it met both"
    assert found.found["matching"] == 0.5, "one of them nobody knew on the day of the first introduction"


def test_a_thesis_that_was_changed_later_reads_as_it_did(app: Flask) -> None:
    _, suitable = a_story()
    with writing():
        kept = db.session.get_one(Institution, suitable.id)
        institution_actions.edit_thesis(kept, Thesis(sectors=("models",)), version=None, by=BY, at=LATE)
    assert backtest_of(app).found["matching"] == 1.0


def test_a_thesis_that_fits_only_since_then_does_not_count(app: Flask) -> None:
    startup = a_startup("上海衡汐智能科技有限公司")
    unsuitable = an_institution("临渚创投", sectors=("models",))
    introduce(startup, unsuitable, INTRODUCED)
    with writing():
        kept = db.session.get_one(Institution, unsuitable.id)
        institution_actions.edit_thesis(kept, Thesis(sectors=("compute",)), version=None, by=BY, at=LATE)
    assert backtest_of(app).found["matching"] == 0.0


def test_a_deal_that_was_entered_late_was_not_known(app: Flask) -> None:
    """It happened before the round and was written down after it: a conflict that nobody could know of."""
    _, suitable = a_story()
    competitor = a_startup("上海青藜光算科技有限公司")
    day = date(2025, 1, 5)
    move = Move("signed", DealStatus.ACTIVE, day, signed=500 * WAN)
    made(lambda: deal_actions.log_deal(competitor, "a", suitable, move, DealValues(), sought=Amount(), by=BY, at=LATE))
    with writing():
        for number in db.session.scalars(sa.select(Startup.id).where(Startup.id < competitor.id)).all():
            db.session.add(Competition(startup_id=number, other_id=competitor.id, at=datetime(2025, 1, 1, tzinfo=UTC)))
    assert backtest_of(app).found["matching"] == 1.0, "both rounds are matched all the same"
    with writing():
        in_time = datetime(2025, 2, 1, tzinfo=UTC)
        db.session.execute(sa.update(DealEvent).where(DealEvent.recorded_at == LATE).values(recorded_at=in_time))
    found = backtest_of(app)
    assert found.rounds == 2
    assert found.found["matching"] == 0.5, "the positive control: known then, it shuts the gate"


# --- weights


def test_managers_set_weights_and_each_version_is_kept_and_told(app: Flask, manager: Visitor) -> None:
    page = manager.visit("matching.set_weights").submit("Let them hold", text="10", stage="0", note="看重文字")
    assert "Version 2 holds" in page.text
    assert "看重文字" in page.text
    with app.app_context(), unit_of_work(write=False):
        held = weights_now()
    assert (held.number, held.weights[Factor.TEXT], held.weights[Factor.STAGE]) == (2, 10, 0)


@pytest.mark.parametrize("typed", ["11", "-1", "x", "1.5", ""])
def test_a_weight_is_a_number_from_0_to_10(manager: Visitor, typed: str) -> None:
    assert manager.visit("matching.set_weights").submit("Let them hold", text=typed).status == 422


def test_weights_of_nought_or_unchanged_are_refused(manager: Visitor) -> None:
    nothing = {factor.value: "0" for factor in Factor}
    page = manager.visit("matching.set_weights").submit("Let them hold", **nothing)
    assert "Let at least one factor count." in page.text
    page = manager.visit("matching.set_weights").submit("Let them hold")
    assert "These weights hold already." in page.text


def test_a_backtest_runs_as_a_job_and_its_weights_hold_by_a_click_only(app: Flask, manager: Visitor) -> None:
    from crm.core.jobs import queue, run_job
    from crm.matching import jobs
    from crm.matching.models import MatchBacktest

    assert jobs.BACKTEST
    a_story()
    manager.visit("matching.show_quality").submit("Run a backtest")
    assert "Working on it" in manager.text
    with app.app_context():
        task = queue.connected().dequeue()
        run_job(*task.args)
    assert "Of ten proposed, how many it met" in manager.visit("matching.show_quality").text
    with app.app_context(), unit_of_work(write=True) as session:
        (done,) = session.query(MatchBacktest)
        proposal = {factor.value: 1 for factor in Factor}
        told = {"weights": proposal, "earlier": [0.1, 0.2], "later": [0.1, 0.1], "earlier_rounds": 1, "later_rounds": 1}
        done.result = {**done.result, "proposal": told}
    page = manager.visit("matching.show_quality")
    assert "do not adopt them on these figures" in page.text
    with app.app_context(), unit_of_work(write=False):
        assert weights_now().number == 1, "a proposal changes nothing"
    page.submit("Adopt the proposed weights")
    with app.app_context(), unit_of_work(write=False):
        assert weights_now().number == 2
        assert set(weights_now().weights.values()) == {1}
    assert "proposed by a backtest" in manager.visit("matching.set_weights").text


def test_the_command_prints_figures_for_people_and_machines(app: Flask) -> None:
    a_story()
    assert "precision at 10" in crm("matching", "backtest").output
    told = json.loads(crm("matching", "backtest", "--json").output)
    assert (told["rounds"], told["precision"]["matching"]) == (1, 0.1)
    assert "1 rounds matched" in crm("matching", "refresh").output
