"""The log box over HTTP, without a script: names, days, papers, a deal that moves in the same step."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from crm.activities.models import Activity, ActivityLink, Repeat
from crm.deals.models import Deal, DealEvent
from crm.documents.models import Document
from tests.conftest import Work
from tests.factories import AT, a_deal, a_person, a_picture, a_startup, a_task, an_account, an_institution, ref
from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("friday")


@pytest.fixture
def friday() -> Any:
    """2026-06-12, an hour after what the factories made."""
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


def write(visitor: Visitor, about: Any, text: str, kind: str = "note", **fields: str) -> Visitor:
    """Fill in the box of a record and save."""
    visitor.visit("activities.log_activity", about=f"{about.__tablename__}:{about.id}" if about else "")
    return visitor.submit("Save", text=text, kind=kind, **fields)


def only(work: Work) -> Activity:
    with work() as session:
        return session.scalars(sa.select(Activity)).one()


def linked(work: Work) -> dict[tuple[str, int], str]:
    with work() as session:
        return {link.ref: link.part.value for link in session.scalars(sa.select(ActivityLink))}


def test_a_note_is_written_from_the_record_and_read_there(finance: Visitor, work: Work) -> None:
    startup = a_startup(short_name="衡汐智能")
    finance.visit("startups.show_startup", startup_id=startup.id).submit("Save", text="财务负责人变更")
    assert finance.now.url == f"/startups/{startup.id}"
    assert "财务负责人变更" in finance.text
    assert only(work).happened_on == date(2026, 6, 12)


def test_names_are_found_by_what_stands_after_the_signs(finance: Visitor, work: Work) -> None:
    startup, institution = (
        a_startup(short_name="衡汐智能"),
        an_institution("北斛（上海）投资管理有限公司", short_name="北斛资本"),
    )
    deal, person = a_deal(startup, institution), a_person(institution, name="顾南乔")
    write(finance, startup, "@北斛资本的@顾南乔 问了 #衡汐智能×北斛资本 的进度，@北斛（上海）投资管理有限公司")
    assert linked(work) == {
        ref(startup): "about",
        ref(institution): "mentioned",
        ref(person): "mentioned",
        ref(deal): "mentioned",
        ("round", deal.round_id): "within",
    }
    page = finance.visit("institutions.show_institution", institution_id=institution.id)
    assert page.now.links()["顾南乔"] == f"/people/{person.id}"


def test_a_name_that_means_several_is_asked_and_nothing_typed_is_lost(finance: Visitor, work: Work) -> None:
    startup, first, second = a_startup(), an_institution(short_name="北斛资本"), an_institution(short_name="澄观资本")
    a_person(first, name="王伟"), a_person(second, name="王伟")
    page = write(finance, startup, "明天与 @王伟 通话", kind="call", place="")
    assert page.status == 422
    assert "Choose below what @王伟 means." in page.text
    assert "北斛资本" in page.text
    assert finance.now.field("Write it down").text == "明天与 @王伟 通话"
    with work() as session:
        other = session.scalars(
            sa.select(sa.text("id")).select_from(sa.text("person")).order_by(sa.text("id desc"))
        ).first()
    picks = [
        one for one in finance.now.all("input", type="radio") if (one.get("value") or "").startswith(f"person:{other} ")
    ]
    finance.submit("Save", **{str(picks[0].get("name")): str(picks[0].get("value")), "kind": "task"})
    assert finance.status == 200
    assert linked(work)[("person", other)] == "mentioned"
    assert only(work).due_on == date(2026, 6, 13)


def test_an_unknown_name_may_stay_text(finance: Visitor, work: Work) -> None:
    startup = a_startup()
    page = write(finance, startup, "群里 @所有人 通知")
    assert page.status == 422
    [radio] = [one for one in page.now.all("input", type="radio") if (one.get("value") or "").startswith("plain:")]
    page.submit("Save", **{str(radio.get("name")): str(radio.get("value"))})
    assert linked(work) == {ref(startup): "about"}


def test_at_a_record_its_own_people_come_before_their_namesakes(finance: Visitor, work: Work) -> None:
    institution = an_institution()
    mine, _other = a_person(institution, name="王伟"), a_person(an_institution(), name="王伟")
    write(finance, institution, "@王伟 换了电话")
    assert linked(work)[ref(mine)] == "mentioned"


def test_a_task_takes_its_day_from_the_words_and_is_ones_own(finance: Visitor, work: Work) -> None:
    write(finance, a_startup(), "下周三前发 BP 第二版", kind="task")
    task = only(work)
    assert (task.due_on, task.assignee_id) == (date(2026, 6, 17), finance.account.id if finance.account else None)


def test_a_task_repeats_as_its_words_say_and_goes_to_whom_is_named(finance: Visitor, work: Work) -> None:
    other = an_account(name="周牧之")
    write(finance, None, "每周一交周报", kind="task", assignee="周牧之")
    task = only(work)
    assert (task.repeats, task.due_on, task.assignee_id) == (Repeat.WEEKLY, date(2026, 6, 15), other.id)


def test_a_refused_box_says_how_it_read_the_day(finance: Visitor) -> None:
    page = write(finance, None, "下周三 @没有这家", kind="task")
    assert page.status == 422
    assert "Due 2026-06-17 Wed" in page.text


def test_a_meeting_moves_the_deal_in_the_same_step(finance: Visitor, work: Work) -> None:
    institution = an_institution()
    deal = a_deal(institution=institution, happened_on=date(2026, 6, 1))
    a_person(institution, name="顾南乔")
    write(finance, deal, "昨天下午3点首次会面", "meeting", participants="顾南乔", stage="met", place="线上")
    with work() as session:
        event = session.scalars(sa.select(DealEvent).order_by(DealEvent.id.desc()).limit(1)).one()
        assert (event.to_stage, event.happened_on) == ("met", date(2026, 6, 11))
    talk = only(work)
    assert (talk.happened_on, str(talk.starts_at), talk.place) == (date(2026, 6, 11), "15:00:00", "线上")
    text = finance.visit("deals.show_deal", deal_id=deal.id).text
    assert "from Referred to" in text
    assert "with 顾南乔" in text


def test_a_meeting_that_is_written_down_late_says_where_its_deal_stands(finance: Visitor) -> None:
    deal = a_deal(stage="term_sheet", happened_on=date(2026, 6, 12))
    page = write(finance, deal, "昨天会面", "meeting", stage="met")
    assert "Saved: Meeting. The deal is at “Term sheet” now." in page.now.html


def test_a_move_that_is_refused_leaves_neither_talk_nor_move(finance: Visitor, work: Work) -> None:
    deal = a_deal()
    page = write(finance, deal, "签约", "meeting", stage="signed")
    assert page.status == 422
    assert "Write the signed amount." in page.text
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Activity)) == 0
        assert session.get_one(Deal, deal.id).stage == "referred"
    page.submit("Save", signed="3000万")
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "signed"


def test_the_only_active_deal_of_a_startup_moves_without_being_named(finance: Visitor, work: Work) -> None:
    startup = a_startup()
    deal = a_deal(startup)
    write(finance, startup, "会面", "meeting", stage="met")
    a_deal(startup)
    page = write(finance, startup, "会面", "meeting", stage="pitched")
    assert "Say in the text which deal moves" in page.text
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "met"


def test_all_of_one_save_is_undone_together(finance: Visitor, work: Work) -> None:
    deal = a_deal()
    finance.visit("deals.show_deal", deal_id=deal.id)
    finance.submit("Save", text="会面", kind="meeting", stage="met", files=(BytesIO(a_picture()), "白板.png"))
    with work() as session:
        assert session.scalars(sa.select(Document)).one().record_type == "activity"
    assert "白板.png" in finance.text
    finance.submit("Undo")
    with work() as session:
        assert session.get_one(Deal, deal.id).stage == "referred"
        assert session.scalars(sa.select(Activity)).one().archived_at is not None
        assert session.scalars(sa.select(Document)).one().archived_at is not None


def test_a_box_sent_twice_counts_once(finance: Visitor, work: Work) -> None:
    startup = a_startup()
    finance.visit("startups.show_startup", startup_id=startup.id)
    box = finance.now
    for _ in range(2):
        finance.page = box
        finance.submit("Save", text="财务负责人变更")
    only(work)


def test_suggestions_know_pinyin_initials_and_deals_of_the_record_at_hand(finance: Visitor) -> None:
    startup, institution = a_startup(short_name="衡汐智能"), an_institution(short_name="北斛资本")
    a_deal(a_startup(), institution)
    deal = a_deal(startup, institution)
    found = finance.open("/activities/suggest?sign=@&q=hxzn").json
    assert [(one["value"], one["ref"]) for one in found["items"]] == [("衡汐智能", f"startup:{startup.id}")]
    found = finance.open(f"/activities/suggest?sign=%23&q=bhzb&about=startup:{startup.id}").json
    assert found["items"][0]["ref"] == f"deal:{deal.id}"
    told = finance.open("/activities/read", query_string={"text": "下周三前发 BP", "kind": "task"}).json
    assert told == {"told": "Due 2026-06-17 Wed"}


def test_an_edit_keeps_the_chosen_names_and_a_conflict_shows_both_versions(finance: Visitor, work: Work) -> None:
    startup, first = a_startup(), an_institution(short_name="北斛资本")
    person, _other = a_person(first, name="王伟"), a_person(startup=a_startup(), name="王伟")
    write(finance, startup, "与 @王伟 通话", "call", chosen=f"person:{person.id} @王伟")
    activity = only(work)
    finance.visit("activities.edit_activity", activity_id=activity.id)
    stale = finance.now
    finance.submit("Save", text="昨天与 @王伟 通话，谈了毛利", place="线上")
    assert linked(work)[ref(person)] == "mentioned"
    assert only(work).place == "线上"
    finance.page = stale
    assert finance.submit("Save", text="与 @王伟 长谈").status == 409
    assert "谈了毛利" in finance.text


def test_leaders_read_and_write_nothing_and_investors_see_nothing(as_role: Any, work: Work) -> None:
    startup = a_startup()
    task = a_task(about=[ref(startup)])
    leader = as_role("leader").visit("startups.show_startup", startup_id=startup.id)
    assert "补财务底稿" in leader.text
    assert not leader.now.all("textarea")
    assert leader.open("/activities/new").status_code == 403
    assert leader.open(f"/tasks/{task.id}/complete", "POST").status_code in (400, 403)
    for role in ("investor", "admin"):
        assert as_role(role).open(f"/activities/{task.id}").status_code in (403, 404)
