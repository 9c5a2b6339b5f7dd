"""What is in the bin, or hangs on what is, counts in no figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.core.db import Base
from crm.dashboard.served import served_by_month
from crm.deals.models import Deal, Round
from crm.institutions.models import Institution
from crm.metrics.courses import measures
from crm.metrics.definitions import METRICS
from crm.metrics.queries import Clocks, rows, value_of
from crm.services.models import Service
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import AT, WAN, a_deal, a_service, a_startup, an_institution

DAY = date(2026, 5, 31)
OF_DEALS = {
    "introductions_to_date": 1,
    "introductions_this_year": 1,
    "introductions_met": 1,
    "introductions_term_sheet": 1,
    "introductions_signed": 1,
    "introductions_received": 1,
    "amount_signed_to_date": 3 * WAN,
    "amount_signed_this_year": 3 * WAN,
    "amount_received_to_date": WAN,
    "amount_received_this_year": WAN,
}


def put_into_bin(session: Session, kind: type[Base], known_id: int) -> None:
    record: Any = session.get_one(kind, known_id)
    record.archived_at = AT


def values(names: tuple[str, ...]) -> dict[str, int]:
    """The figures, which say the same alone, together and by their rows."""
    found = {name: one.value for name, one in measures(DAY, names).items()}
    assert found == {name: value_of(METRICS[name], DAY) for name in names}
    return found


@pytest.mark.parametrize("kind", [Deal, Round, Startup, Institution])
def test_a_deal_counts_neither_in_the_bin_nor_when_it_hangs_on_what_is(work: Work, kind: type[Base]) -> None:
    stays = a_deal(stage="funded", signed=3 * WAN, received=WAN, happened_on=date(2026, 4, 1))
    startup, institution = a_startup(), an_institution()
    gone = a_deal(
        startup, institution, stage="funded", signed=50 * WAN, received=20 * WAN, happened_on=date(2026, 4, 2)
    )
    ids = {Deal: gone.id, Round: gone.round_id, Startup: startup.id, Institution: institution.id}
    with work() as session:
        assert values(("introductions_to_date", "amount_received_to_date")) == {
            "introductions_to_date": 2,
            "amount_received_to_date": 21 * WAN,
        }
        put_into_bin(session, kind, ids[kind])
    with work() as session:
        assert values(tuple(OF_DEALS)) == OF_DEALS
        for name in OF_DEALS:
            behind = session.execute(rows(METRICS[name], Clocks(DAY))).all()
            assert [one.record_id for one in behind] == [stays.id]


@pytest.mark.parametrize(("kind", "financed"), [(Deal, 1), (Round, 1), (Startup, 1), (Institution, 1), (Service, 2)])
def test_money_on_a_deal_of_the_bin_finances_nobody(work: Work, kind: type[Base], financed: int) -> None:
    startups = [a_startup(joined_on=date(2026, 1, 1)) for _ in range(2)]
    deals = [a_deal(one, stage="funded", signed=WAN, received=WAN, happened_on=date(2026, 4, 1)) for one in startups]
    service = a_service(startups[0])
    ids = {
        Deal: deals[0].id,
        Round: deals[0].round_id,
        Startup: startups[0].id,
        Institution: deals[0].institution_id,
        Service: service.id,
    }
    with work() as session:
        put_into_bin(session, kind, ids[kind])
    with work():
        assert values(("startups_financed",)) == {"startups_financed": financed}


@pytest.mark.parametrize(("kind", "active"), [(Deal, 0), (Service, 0), (Institution, 0), (Round, 1)])
def test_what_is_in_the_bin_was_no_contact(work: Work, kind: type[Base], active: int) -> None:
    """A round in the bin takes nothing back: the institution was spoken to."""
    institution = an_institution(joined_on=date(2025, 1, 1))
    deal = service = None
    if kind is Service:
        service = a_service(partners=(institution,), happened_on=DAY)
    else:
        deal = a_deal(None, institution, happened_on=DAY)
    with work():
        assert values(("institutions_active",)) == {"institutions_active": 1}
    with work() as session:
        found = service or deal
        assert found is not None
        ids = {Institution: institution.id, Round: getattr(deal, "round_id", 0)}
        put_into_bin(session, kind, ids.get(kind, found.id))
    with work():
        assert values(("institutions_active",)) == {"institutions_active": active}


@pytest.mark.parametrize("kind", [Startup, Service])
def test_companies_served_by_month_leave_the_bin_out_in_lines_and_categories(work: Work, kind: type[Base]) -> None:
    """Two companies, each served by two categories; of one the company is put into the bin, or one of its services."""
    startups = [a_startup() for _ in range(2)]
    coached = [a_service(one, "BP辅导", happened_on=date(2026, 5, 3)) for one in startups]
    for one in startups:
        a_service(one, "机构一对一对接", happened_on=date(2026, 5, 20))
    with work():
        assert counts() == {"line": 2, "coaching": 2, "introductions": 2}
    with work() as session:
        put_into_bin(session, kind, {Startup: startups[0].id, Service: coached[0].id}[kind])
    with work():
        left = {Startup: (1, 1, 1), Service: (2, 1, 2)}[kind]
        assert counts() == dict(zip(("line", "coaching", "introductions"), left, strict=True))
        assert counts()["line"] == value_of(METRICS["companies_served_this_month"], DAY)


def counts() -> dict[str, int]:
    """The companies that finance served in May, in all and by the two categories."""
    told = [(row.category, row.counts) for row in served_by_month([date(2026, 4, 30), DAY]).rows]
    return {name_of(category): may for category, (_, may) in told}


def name_of(category: Any) -> str:
    return {None: "line", "融资对接": "introductions"}.get(category and category.name_zh, "coaching")
