"""What happened to a record, newest first: talks, moves, money, services, papers and changes in one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from crm.accounts.models import System
from crm.activities.models import Ref
from crm.core.db import Base
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.actions import Move
from crm.deals.models import DealStatus
from crm.services.models import Service
from crm.timeline import queries
from crm.timeline.models import Source
from tests.conftest import Work
from tests.factories import (
    AT,
    BY,
    WAN,
    a_deal,
    a_document,
    a_fund,
    a_guest,
    a_person,
    a_service,
    a_startup,
    an_activity,
    an_arrival,
    an_event,
    an_institution,
    ref,
)
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

READER = System()
CAME = datetime(2026, 5, 6, 6, tzinfo=UTC)


def lines(work: Work, record: Base, **asked: Any) -> list[tuple[str, date]]:
    with work():
        found = queries.timeline(READER, ref(record), **asked)
        return [(line.kind, line.place.day) for day in found.days for line in day.lines]


def kinds(work: Work, record: Base, **asked: Any) -> set[str]:
    return {kind for kind, _ in lines(work, record, **asked)}


def test_a_startup_tells_everything_of_its_rounds_deals_and_services(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    deal = a_deal(startup, institution, stage="funded", signed=WAN, received=WAN, happened_on=date(2026, 5, 2))
    service = a_service(startup, happened_on=date(2026, 5, 3))
    an_activity(deal, happened_on=date(2026, 5, 4))
    an_activity(service, happened_on=date(2026, 5, 5))
    a_document(deal)
    told = lines(work, startup)
    assert [one for one in told if one[0] in ("activity", "service", "receipt", "event")] == [
        ("activity", date(2026, 5, 5)),
        ("activity", date(2026, 5, 4)),
        ("service", date(2026, 5, 3)),
        ("event", date(2026, 5, 2)),
        ("receipt", date(2026, 5, 2)),
    ]
    assert kinds(work, startup) == {"activity", "service", "receipt", "event", "document", "audit"}
    assert kinds(work, institution) == {"activity", "receipt", "event", "audit"}


@pytest.mark.parametrize(
    ("show", "told"),
    [("talks", {"activity"}), ("deals", {"event"}), ("services", {"service"}), ("files", {"document"})],
)
def test_a_filter_shows_its_kind_only(work: Work, show: str, told: set[str]) -> None:
    startup = a_startup()
    a_deal(startup)
    a_service(startup)
    a_document(an_activity(startup))
    assert kinds(work, startup, show=show) == told


def test_a_person_is_told_where_it_is_mentioned_and_its_talks_at_its_institution(work: Work) -> None:
    institution = an_institution()
    person, fund = a_person(institution), a_fund(managers=[institution])
    an_activity(a_startup(), mentioned={ref(person): "顾南乔"})
    an_activity(fund)
    assert kinds(work, person) == {"activity"}
    assert len(lines(work, institution, show="talks")) == 2


def test_who_came_to_an_event_is_told_of_them_and_of_where_they_belong(finance: Visitor, work: Work) -> None:
    startup, institution = a_startup(), an_institution("临渚创投")
    person = a_person(institution, name="顾南乔")
    event = an_event(day=date(2026, 5, 6))
    an_arrival(a_guest(event, startup), arrived_at=CAME)
    a_guest(event, an_institution())
    an_arrival(a_guest(event, person), arrived_at=CAME)
    for record in (startup, institution, person):
        assert lines(work, record, show="events") == [("attendance", date(2026, 5, 6))]
    assert "attendance" in kinds(work, institution)
    page = finance.visit("institutions.show_institution", institution_id=institution.id, show="events")
    assert "Came to 大模型专场路演 · 顾南乔 模速空间报告厅" in page.text


def test_pages_join_without_a_gap_or_a_double(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    for number in range(7):
        day = date(2026, 5, 1) + timedelta(days=number // 3)
        an_activity(startup, happened_on=day)
        a_service(startup, happened_on=day)
        a_deal(startup, an_institution() if number else institution, happened_on=day)
        a_document(startup)
        an_arrival(a_guest(an_event(day=day), startup), arrived_at=CAME + timedelta(days=number // 3))
    with work():
        whole = [line.place for day in queries.timeline(READER, ref(startup), size=500).days for line in day.lines]
        walked, after = [], ""
        while True:
            page = queries.timeline(READER, ref(startup), after=after, size=4)
            walked += [line.place for day in page.days for line in day.lines]
            if not page.earlier:
                break
            after = page.earlier
    assert walked == whole
    assert len({(one.source, one.id) for one in whole}) == len(whole) > 35


def test_an_institution_of_many_deals_walks_through_all_their_moves(work: Work) -> None:
    institution = an_institution()
    for number in range(6):
        deal = a_deal(institution=institution, happened_on=date(2026, 4, 1) + timedelta(days=number))
        with work():
            kept = deal_queries.find_deal(BY, deal.id)
            assert kept is not None
            moved = Move("met", DealStatus.ACTIVE, date(2026, 5, 10) - timedelta(days=number))
            deal_actions.move_deal(kept, moved, version=None, by=BY, at=AT)
    with work():
        walked, after = [], ""
        while True:
            page = queries.timeline(READER, ref(institution), show="deals", after=after, size=3)
            walked += [line.place.day for day in page.days for line in day.lines]
            if not page.earlier:
                break
            after = page.earlier
    assert walked == sorted(walked, reverse=True)
    assert len(walked) == 12


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", "W10", "9" * 300])
def test_a_broken_cursor_shows_the_newest(work: Work, cursor: str) -> None:
    startup = a_startup()
    an_activity(startup)
    with work():
        assert queries.timeline(READER, ref(startup), after=cursor).is_first


def test_a_line_written_late_stands_at_its_day(work: Work) -> None:
    startup = a_startup()
    an_activity(startup, happened_on=date(2026, 1, 5))
    assert lines(work, startup, show="talks") == [("activity", date(2026, 1, 5))]


def test_a_service_moves_with_its_day_at_the_institution_that_took_part(work: Work) -> None:
    institution = an_institution()
    a_deal(institution=institution)  # its introduction is told by its move
    service = a_service(partners=(institution,), happened_on=date(2026, 5, 1))
    with work() as session:
        session.get_one(Service, service.id).happened_on = date(2026, 5, 3)
    assert lines(work, institution, show="services") == [("service", date(2026, 5, 3))]


def test_what_happened_late_in_the_evening_of_utc_is_of_the_next_day_in_shanghai(work: Work) -> None:
    startup = a_startup()
    an_arrival(a_guest(an_event(), startup), arrived_at=datetime(2026, 6, 11, 16, 30, tzinfo=UTC))
    assert lines(work, startup, show="events") == [("attendance", date(2026, 6, 12))]


def test_leaders_get_no_papers_and_outsiders_nothing(as_role: Any, work: Work) -> None:
    startup = a_startup()
    a_document(startup)
    an_activity(startup)
    leader, investor = as_role("leader").account, as_role("investor").account
    with work():
        of_leader = queries.timeline(leader, ref(startup))
        assert {line.kind for day in of_leader.days for line in day.lines} == {"activity", "audit"}
        assert not queries.timeline(investor, ref(startup)).days


def test_ten_lines_of_each_kind_cost_what_one_costs(app: Flask, finance: Visitor, work: Work) -> None:
    startup = a_startup()
    counts = []
    for number in (1, 5):
        for _ in range(number):
            an_activity(a_deal(startup, stage="funded", signed=WAN, received=WAN), mentioned={ref(startup): "x"})
            a_service(startup)
            a_document(startup)
            an_arrival(a_guest(an_event(), a_person(startup=startup)))
        with work(), counted_statements(app) as statements:
            queries.timeline(READER, Ref("startup", startup.id), size=60)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 10
    assert set(Source) == set(queries.LOADERS) | {Source.DOCUMENT}
