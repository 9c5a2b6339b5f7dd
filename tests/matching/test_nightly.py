"""All matches anew each night, by a job that others work beside and that may be stopped at any moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload

from crm.core.db import db, unit_of_work
from crm.core.jobs import HANDLERS, Job, JobState, Progress, enqueue, queue
from crm.deals.models import Round, RoundState
from crm.institutions.models import Institution
from crm.matching import nightly, queries
from crm.matching.jobs import look_at_matches, refresh_matches
from crm.matching.models import MatchResult, MatchRun
from crm.matching.nightly import refresh_all, refresh_changed
from tests.factories import AT, TODAY, a_round, writing
from tests.matching.records import a_chip_maker, a_crowd, an_investing
from tests.support.visitor import Visitor

LATER = AT + timedelta(hours=1)
Best = list[tuple[int, int, int | None]]


def of_round(found: queries.Found) -> Best:
    return [(one.institution_id, one.score, one.fund_id) for one in found.matches]


def of_institution(found: queries.Found) -> Best:
    return [(one.round_id, one.score, one.fund_id) for one in found.matches]


def kept(app: Flask, *, computed: bool = False) -> dict[tuple[str, int], Best]:
    """The best matches of every open round and institution: as kept, or as they are computed from the records."""
    with app.app_context(), unit_of_work(write=False) as session:
        rounds = session.scalars(
            sa.select(Round).options(joinedload(Round.startup)).where(Round.state == RoundState.OPEN)
        ).all()
        institutions = session.scalars(sa.select(Institution)).all()
        found_round, found_institution = queries.found_for_round, queries.found_for_institution
        if computed:
            return {("round", one.id): of_round(found_round(one.id, TODAY)) for one in rounds} | {
                ("institution", one.id): of_institution(found_institution(one.id, TODAY)) for one in institutions
            }
        shown = {("round", one.id): queries.matches_of_round(one, TODAY) for one in rounds}
        assert all(one.at for one in shown.values()), "none was computed by looking at it"
        own = {("institution", one.id): queries.matches_of_institution(one, TODAY) for one in institutions}
        assert all(one.at for one in own.values())
        return {key: of_round(one.found) for key, one in shown.items()} | {
            key: of_institution(one.found) for key, one in own.items()
        }


def test_what_is_kept_each_night_is_what_is_computed_now(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "AT_ONCE", 4)
    round_ids = a_crowd()
    with app.app_context():
        assert refresh_all(TODAY, AT) == len(round_ids)
        first = kept(app)
        assert first == kept(app, computed=True)
        assert any(first.values())
        refresh_all(TODAY, LATER)
    assert kept(app) == first, "replacing changes nothing"


def test_a_refresh_that_is_stopped_leaves_all_there_is_and_the_next_one_completes_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "AT_ONCE", 4)
    round_ids = a_crowd()

    def stop(done: int, _total: int) -> None:
        if done >= 8:
            raise KeyboardInterrupt

    with app.app_context():
        refresh_all(TODAY, AT)
    first = kept(app)
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        refresh_all(TODAY, LATER, stop)
    with app.app_context(), unit_of_work(write=False) as session:
        moments = session.scalars(sa.select(MatchRun.at).where(MatchRun.round_id.in_(round_ids))).all()
    assert sorted(set(moments)) == [AT, LATER], "it was stopped in the middle"
    assert len(moments) == len(round_ids)
    assert kept(app) == first
    with app.app_context():
        refresh_all(TODAY, LATER)
    assert kept(app) == first


def test_what_is_kept_of_a_round_that_closed_goes_with_the_next_night(app: Flask) -> None:
    an_investing()
    closed, still_open = a_round(a_chip_maker()), a_round(a_chip_maker("上海澜沧智能科技有限公司"))
    with app.app_context():
        refresh_all(TODAY, AT)
    with writing():
        db.session.get_one(Round, closed.id).state = RoundState.WITHDRAWN
    with app.app_context():
        refresh_all(TODAY, AT)
        with unit_of_work(write=False) as session:
            assert session.scalars(sa.select(MatchResult.round_id)).all() == [still_open.id]
            assert session.scalars(sa.select(MatchRun.round_id).where(MatchRun.round_id.is_not(None))).all() == [
                still_open.id
            ]


def test_a_job_computes_all_once_a_day_and_when_the_weights_change(app: Flask, manager: Visitor) -> None:
    def asked() -> list[JobState]:
        with unit_of_work(write=False) as session:
            return list(session.scalars(sa.select(Job.state).where(Job.kind == "matches").order_by(Job.id)))

    round = a_round(a_chip_maker())
    an_investing()
    with app.app_context():
        look_at_matches(AT)
        look_at_matches(LATER)
        assert asked() == [JobState.QUEUED]
        look_at_matches(AT + timedelta(days=1))
        assert len(asked()) == 2
    manager.visit("matching.set_weights").submit("Let them hold", text="10")
    with app.app_context():
        assert len(asked()) == 3
        refresh_matches(0, lambda done, total: None)
    assert "Computed just now" not in manager.visit("matching.show_round", round_id=round.id).text


def test_other_jobs_are_done_between_the_portions_of_the_night(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "AT_ONCE", 4)
    done, portions = [], []

    def note(record_id: int, _progress: Progress) -> None:
        done.append((record_id, len(portions)))

    def ask(so_far: int, _total: int) -> None:
        portions.append(so_far)
        with unit_of_work(write=True):
            enqueue("noted", so_far, by_id=None, at=AT)

    monkeypatch.setitem(HANDLERS, "noted", note)
    many = len(a_crowd())
    with app.app_context():
        with unit_of_work(write=True):
            enqueue("matches", 0, by_id=None, at=AT)
        refresh_matches(0, ask)
        with unit_of_work(write=False) as session:
            states = dict(session.execute(sa.select(Job.record_id, Job.state).where(Job.kind == "noted")).all())
            waiting = session.scalar(sa.select(Job.state).where(Job.kind == "matches"))
    assert portions == list(range(0, many, 4))
    assert done == [(so_far, number) for number, so_far in enumerate(portions, start=1)], "each at once"
    assert set(states.values()) == {JobState.DONE}
    assert waiting == JobState.QUEUED, "another computation of all matches is not begun within one"


def test_no_job_is_begun_between_portions_during_maintenance(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "is_held", lambda: True)
    a_crowd()
    with app.app_context():
        with unit_of_work(write=True):
            job_id = enqueue("noted", 0, by_id=None, at=AT).id
        refresh_matches(0, lambda done, total: None)
        with unit_of_work(write=False) as session:
            assert session.get_one(Job, job_id).state == JobState.QUEUED


def test_what_was_opened_or_changed_since_the_night_is_computed_before_anybody_looks(
    app: Flask, finance: Visitor
) -> None:
    institution = an_investing("临渚（上海）创业投资有限公司")
    known, startup = a_round(a_chip_maker()), a_chip_maker("上海澜沧智能科技有限公司")
    with app.app_context():
        refresh_all(TODAY, AT)
        assert refresh_changed(TODAY, AT) == 0, "nothing was written"
    finance.visit("deals.open_round", startup_id=startup.id).submit("Save", name="a")
    finance.visit("institutions.edit_thesis", institution_id=institution.id).submit("Save", thesis="推理芯片")
    with app.app_context():
        assert refresh_changed(TODAY, AT) == 2
        assert refresh_changed(TODAY, AT) == 0, "it was done"
        with unit_of_work(write=False) as session:
            rounds = session.scalars(sa.select(Round).options(sa.orm.joinedload(Round.startup))).all()
            assert [queries.matches_of_round(one, TODAY).at for one in rounds] == [AT, AT]
            new = next(one for one in rounds if one.id != known.id)
            assert [one.institution_id for one in queries.matches_of_round(new, TODAY).found.matches] == [
                institution.id
            ]
            assert queries.matches_of_institution(session.get_one(Institution, institution.id), TODAY).at == AT
