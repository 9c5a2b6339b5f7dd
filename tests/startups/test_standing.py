"""The list of startups says where each stands: its furthest stage, open deals, services, the last that happened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from crm.activities import actions as activity_actions
from crm.activities.actions import ActivityValues
from crm.activities.models import Activity, ActivityKind
from crm.core.db import db
from crm.deals.models import Deal, DealStatus, Round, RoundState
from crm.services import standing as standing_of
from crm.services.models import Service, ServiceState
from crm.settings.actions import draw_stamp
from crm.settings.models import Term
from crm.startups.models import Startup
from tests.factories import (
    AT,
    BY,
    TODAY,
    WAN,
    a_deal,
    a_round,
    a_service,
    a_startup,
    an_activity,
    an_institution,
    ref,
    writing,
)
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


def test_the_list_takes_as_many_statements_for_twenty_five_startups_as_for_one(
    finance: Visitor, startup: Startup
) -> None:
    def asked() -> list[str]:
        with counted_statements(finance.app) as statements:
            finance.visit("startups.list_startups")
        return statements

    asked()
    a_deal(startup)
    of_one = asked()
    for number in range(24):
        a_deal(a_startup(f"企业{number}"), an_institution(f"机构{number}"))
    assert len(asked()) == len(of_one) <= 5


def listed(visitor: Visitor, **asked: str) -> list[str]:
    """The names that the list shows for an address."""
    return [row[0] for row in visitor.visit("startups.list_startups", **asked).now.rows[1:]]


def test_the_list_is_narrowed_to_a_furthest_stage_and_to_those_with_an_open_round(
    finance: Visitor, startup: Startup
) -> None:
    met, screened = a_startup("已会面"), a_round(a_startup("初筛中"))
    a_deal(met, stage="met")
    a_deal(startup, stage="interested")
    with writing():
        db.session.get_one(Round, screened.id).state = RoundState.SCREENED
    assert listed(finance, stage="met") == ["已会面"]
    assert listed(finance, open_round="1") == ["衡汐智能", "已会面"]
    assert listed(finance, open_round="1", stage="interested") == ["衡汐智能"]
    with writing():
        db.session.query(Round).filter_by(startup_id=met.id).one().state = RoundState.WITHDRAWN
    assert listed(finance, open_round="1") == ["衡汐智能"]


def test_who_was_never_served_is_found_until_a_service_is_completed(finance: Visitor, startup: Startup) -> None:
    service = a_service(startup, happened_on=TODAY, state=ServiceState.PLANNED)
    assert listed(finance, unserved="1") == ["衡汐智能"]
    with writing():
        db.session.get_one(Service, service.id).state = ServiceState.COMPLETED
    assert listed(finance, unserved="1") == []


def test_the_quiet_ones_are_those_of_whom_nothing_was_heard_for_90_days_the_longest_first(
    finance: Visitor, startup: Startup
) -> None:
    a_startup("从未联系")
    for name, days in (("九十天前", 90), ("百日前", 100), ("九十一天前", 91)):
        an_activity(a_startup(name), happened_on=TODAY - timedelta(days=days))
    an_activity(startup, happened_on=TODAY)
    assert listed(finance, quiet="1") == ["从未联系", "百日前", "九十一天前"]


def test_the_usual_views_are_there_before_anybody_saves_one(finance: Visitor, startup: Startup) -> None:
    a_service(startup)
    a_startup("从未服务")
    finance.visit("startups.list_startups").click("Never served")
    assert [row[0] for row in finance.now.rows[1:]] == ["从未服务"]
    assert [tab.text for tab in finance.now.all("a", **{"aria-current": "page"}) if tab.text == "Never served"]
    assert {"Raising", "Mine", "Quiet for 90 days"} <= finance.now.links().keys()


def test_the_list_is_sorted_by_the_last_activity_page_by_page(finance: Visitor, startup: Startup) -> None:
    for number in range(27):
        an_activity(a_startup(f"企业{number:02}"), happened_on=TODAY - timedelta(days=number))
    first = listed(finance, sort="last_activity")
    assert first == [f"企业{number:02}" for number in range(25)]
    finance.click("Next")
    assert [row[0] for row in finance.now.rows[1:]] == ["企业25", "企业26", "衡汐智能"]


def test_a_talk_that_was_about_another_startup_after_all_moves_to_it(finance: Visitor, startup: Startup) -> None:
    other = a_startup("另一家")
    talk = an_activity(startup, happened_on=date(2026, 5, 20))
    with writing():
        values = ActivityValues(ActivityKind.NOTE, "原来是另一家", about=[ref(other)], happened_on=date(2026, 5, 21))
        activity_actions.edit(db.session.get_one(Activity, talk.id), values, version=None, by=BY, at=AT)
    assert standing(finance)[3] == "—"
    assert standing(finance, "另一家")[3] == "2026-05-21"


def test_a_meeting_counts_from_its_day_on_though_nobody_writes_anything_then(
    finance: Visitor, startup: Startup
) -> None:
    an_activity(startup, kind="meeting", happened_on=TODAY + timedelta(days=3))
    assert standing(finance)[3] == "—"
    with time_machine.travel(AT + timedelta(days=3)), finance.app.app_context():
        standing_of.keep_daily(AT + timedelta(days=3))
    assert standing(finance)[3] == (TODAY + timedelta(days=3)).isoformat()


def test_the_order_of_the_stages_says_which_is_the_furthest(finance: Visitor, startup: Startup) -> None:
    a_deal(startup, stage="due_diligence")
    a_deal(startup, stage="term_sheet")
    assert standing(finance)[0] == "Term sheet"
    with writing():
        words = {one.code: one for one in db.session.query(Term).filter_by(vocabulary="deal_stage")}
        earlier, later = words["due_diligence"], words["term_sheet"]
        earlier.position, later.position = later.position, earlier.position
        draw_stamp()
    assert standing(finance)[0] == "Due diligence"


def test_an_edit_of_the_startup_does_not_take_back_what_happened_meanwhile(finance: Visitor, startup: Startup) -> None:
    finance.visit("startups.edit_startup", startup_id=startup.id)
    a_deal(startup, stage="met")
    finance.submit("Save", summary="机器人")
    assert finance.now.status == 200
    assert standing(finance)[0] == "Met"


def test_the_full_name_stands_behind_the_short_one_and_in_a_column_of_its_own(
    finance: Visitor, startup: Startup
) -> None:
    finance.visit("startups.list_startups")
    assert startup.name not in finance.text
    assert [a.get("title") for a in finance.now.all("a") if a.get("title")] == [startup.name]
    finance.submit("Show these", column=["full_name"])
    assert finance.now.rows[1] == ["衡汐智能", startup.name]
