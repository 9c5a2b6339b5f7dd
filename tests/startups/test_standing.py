"""The list of startups says where each stands: its furthest stage, open deals, services, the last that happened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.core.db import db
from crm.deals.models import Deal, DealStatus
from crm.services.models import Service, ServiceState
from crm.startups.models import Startup
from tests.factories import AT, TODAY, WAN, a_deal, a_service, a_startup, an_activity, an_institution, writing
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("in_june")

HEADINGS = ("Furthest stage", "Open deals", "Services", "Last activity")


def standing(visitor: Visitor, name: str = "衡汐智能") -> list[str]:
    """What the list says of a startup in these columns."""
    headings, *rows = visitor.visit("startups.list_startups").now.rows
    row = next(row for row in rows if row[0] == name)
    return [row[headings.index(one)] for one in HEADINGS]


def test_a_startup_of_which_nothing_is_known_stands_nowhere(finance: Visitor, startup: Startup) -> None:
    assert standing(finance) == ["—", "0", "0", "—"]


def test_the_furthest_stage_is_that_of_a_deal_that_did_not_end_in_vain(finance: Visitor, startup: Startup) -> None:
    a_deal(startup, stage="met")
    a_deal(startup, stage="interested", status=DealStatus.ON_HOLD)
    a_deal(startup, stage="term_sheet", status=DealStatus.PASSED, reason="valuation")
    assert standing(finance)[:2] == ["Met", "2"]
    a_deal(startup, round_name="seed", stage="funded", status=DealStatus.COMPLETED, signed=WAN, received=WAN)
    assert standing(finance)[:2] == ["Funded", "2"]


def test_a_deal_and_a_service_in_the_bin_do_not_count(finance: Visitor, startup: Startup) -> None:
    deal, service = a_deal(startup, stage="met"), a_service(startup)
    assert standing(finance)[:3] == ["Met", "1", "1"]
    with writing():
        db.session.get_one(Deal, deal.id).archived_at = AT
        for one in db.session.query(Service):
            one.archived_at = AT
    assert standing(finance) == ["—", "0", "0", "—"]
    assert service.state == ServiceState.COMPLETED


def test_a_service_that_is_only_planned_does_not_count(finance: Visitor, startup: Startup) -> None:
    a_service(startup, happened_on=TODAY + timedelta(days=9), state=ServiceState.PLANNED)
    assert standing(finance)[2:] == ["0", "—"]


@pytest.mark.parametrize("latest", ["talk", "move", "service"])
def test_the_last_activity_is_the_latest_talk_move_or_service_up_to_today(
    finance: Visitor, startup: Startup, latest: str
) -> None:
    days = dict.fromkeys(("talk", "move", "service"), date(2026, 5, 2)) | {latest: date(2026, 5, 20)}
    a_service(startup, happened_on=days["service"])
    a_deal(startup, happened_on=days["move"])
    an_activity(startup, happened_on=days["talk"])
    an_activity(startup, kind="meeting", happened_on=TODAY + timedelta(days=3))
    assert standing(finance)[3] == "2026-05-20"


def test_every_reader_of_records_sees_the_same_standing(finance: Visitor, manager: Visitor, startup: Startup) -> None:
    a_deal(startup, stage="met")
    assert standing(finance) == standing(manager)


def asked(visitor: Visitor) -> list[str]:
    """The statements of the list where something was written since it was shown last."""
    with counted_statements(visitor.app) as statements:
        visitor.visit("startups.list_startups")
    return statements


def test_twenty_five_startups_take_as_many_statements_as_one_and_none_that_the_columns_do_not_show(
    finance: Visitor, startup: Startup
) -> None:
    asked(finance)
    a_deal(startup)
    of_one = asked(finance)
    for number in range(24):
        a_deal(a_startup(f"企业{number}"), an_institution(f"机构{number}"))
    of_many = asked(finance)
    assert len(of_many) == len(of_one) <= 12
    finance.submit("Show these", column=["sector"])
    a_deal(startup, round_name="b")
    assert len(asked(finance)) == len(of_many) - 3


def test_the_full_name_stands_behind_the_short_one_and_in_a_column_of_its_own(
    finance: Visitor, startup: Startup
) -> None:
    finance.visit("startups.list_startups")
    assert startup.name not in finance.text
    assert [a.get("title") for a in finance.now.all("a") if a.get("title")] == [startup.name]
    finance.submit("Show these", column=["full_name"])
    assert finance.now.rows[1] == ["衡汐智能", startup.name]
