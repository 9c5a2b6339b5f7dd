"""What is written down about records, and tasks from their first day to their last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.models import Account
from crm.activities import actions, queries
from crm.activities.actions import ActivityValues
from crm.activities.models import Activity, ActivityKind, ActivityLink, Part, Ref, Repeat
from crm.audit.models import AuditEntry
from crm.audit.sentences import sentence
from crm.core.errors import Conflict, Refusal
from crm.handover.actions import give
from tests.conftest import Work
from tests.factories import AT, BY, TODAY, a_person, a_startup, a_task, an_account, an_activity, an_institution, ref

TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


def parts(work: Work, activity: Activity) -> dict[tuple[str, int], str]:
    with work() as session:
        links = session.scalars(sa.select(ActivityLink).where(ActivityLink.activity_id == activity.id))
        return {link.ref: link.part.value for link in links}


def last_sentence(work: Work) -> str:
    with work() as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        return sentence(entry, str, "en")


def test_a_record_is_linked_once_by_its_strongest_part(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    person = a_person(institution)
    activity = an_activity(
        startup,
        kind="meeting",
        mentioned={ref(startup): "衡汐", ref(person): "顾南乔"},
        participants=[ref(person), ref(institution)],
    )
    assert parts(work, activity) == {
        ref(startup): "about",
        ref(person): "participant",
        ref(institution): "participant",
    }


def test_a_note_about_nothing_is_refused_and_a_task_is_not(work: Work) -> None:
    with pytest.raises(Refusal, match="Say whom it is about") as refused:
        an_activity()
    assert list(refused.value.fields) == ["text"]
    assert a_task(text="交季度报告").id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (ActivityValues(ActivityKind.TASK, " \n "), "text"),
        (ActivityValues(ActivityKind.TASK, "月报", repeats=Repeat.MONTHLY), "due_on"),
    ],
)
def test_what_lacks_something_is_refused_at_its_field(work: Work, values: ActivityValues, field: str) -> None:
    with work(), pytest.raises(Refusal) as refused:
        actions.log(values, by=BY, at=AT)
    assert list(refused.value.fields) == [field]


def test_the_history_calls_an_activity_by_its_first_line(work: Work) -> None:
    an_activity(a_startup(), text="北斛资本首次会面\n对方关注毛利")
    assert last_sentence(work) == "crm created “北斛资本首次会面”"


def test_an_edit_tells_what_changed_and_whom_it_concerns_now(work: Work) -> None:
    startup, institution = a_startup("甲智能"), an_institution("乙资本")
    activity = an_activity(startup)
    with work() as session:
        kept = session.get_one(Activity, activity.id)
        values = ActivityValues(kept.kind, "改过", about=[ref(startup), ref(institution)], happened_on=YESTERDAY)
        actions.edit(kept, values, version=1, by=BY, at=AT)
    assert last_sentence(work) == (
        "crm changed “改过”: Text 对方关注端侧芯片的毛利 → 改过; Date 2026-06-12 → 2026-06-11;"
        " Linked with 甲智能 → 甲智能, 乙资本"
    )
    with work() as session:
        days = session.scalars(sa.select(ActivityLink.happened_on))
        assert set(days) == {YESTERDAY}, "links follow the day"


def test_the_second_of_two_editors_is_told_even_when_only_the_links_changed(work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    activity = an_activity(startup)
    with work() as session:
        kept = session.get_one(Activity, activity.id)
        values = ActivityValues(kept.kind, kept.text, about=[ref(institution)])
        actions.edit(kept, values, version=1, by=BY, at=AT)
    with pytest.raises(Conflict), work() as session:
        actions.edit(session.get_one(Activity, activity.id), values, version=1, by=BY, at=AT)


def tasks(work: Work, account: Account, **asked: date) -> list[str]:
    with work():
        return [task.text for task in queries.tasks_of(account.id, **asked)]


def test_open_tasks_come_by_due_day_and_those_without_one_last(work: Work) -> None:
    mine, other = an_account(), an_account()
    a_task(mine, "没有期限", due_on=None)
    a_task(mine, "明天", due_on=TOMORROW)
    a_task(mine, "昨天", due_on=YESTERDAY)
    a_task(other, "别人的")
    assert tasks(work, mine) == ["昨天", "明天", "没有期限"]
    assert tasks(work, mine, until=TODAY) == ["昨天"]
    late = sa.select(queries.count_overdue_of(mine.id))
    with work() as session:
        assert queries.count_open_tasks(mine.id) == 3
        assert session.scalar(late, {"today": TODAY}) == 1
        assert session.scalar(late, {"today": TOMORROW}) == 1


def test_a_task_is_overdue_from_the_day_after_it_was_due(work: Work) -> None:
    task = a_task(due_on=TODAY)
    assert [task.days_late(day) for day in (YESTERDAY, TODAY, TOMORROW)] == [0, 0, 1]


def test_a_ticked_task_is_gone_and_back_when_it_is_opened_again(work: Work) -> None:
    mine = an_account()
    task = a_task(mine)
    with work() as session:
        assert actions.complete_task(session.get_one(Activity, task.id), by=mine, at=AT) is None
    assert tasks(work, mine) == []
    assert last_sentence(work).endswith("ticked off “补财务底稿”")
    with pytest.raises(Refusal, match="done already"), work() as session:
        actions.complete_task(session.get_one(Activity, task.id), by=mine, at=AT)
    with work() as session:
        actions.reopen_task(session.get_one(Activity, task.id), by=mine, at=AT)
    assert tasks(work, mine) == ["补财务底稿"]


def test_completing_a_repeated_task_makes_the_next_about_the_same_and_opening_it_again_takes_that_back(
    work: Work,
) -> None:
    mine, startup = an_account(), a_startup()
    task = a_task(mine, "周报", about=[ref(startup)], repeats=Repeat.WEEKLY, due_on=TODAY)
    with work() as session:
        following = actions.complete_task(session.get_one(Activity, task.id), by=mine, at=AT)
        assert following is not None
        assert (following.due_on, following.assignee_id) == (TODAY + timedelta(days=7), mine.id)
    assert parts(work, following) == {ref(startup): "about"}
    with work() as session:
        actions.reopen_task(session.get_one(Activity, task.id), by=mine, at=AT)
    with work():
        assert [one.id for one in queries.tasks_of(mine.id)] == [task.id]
    with work() as session:
        again = actions.complete_task(session.get_one(Activity, task.id), by=mine, at=AT)
        assert again is not None


def test_a_task_put_off_keeps_the_days_of_its_series(work: Work) -> None:
    task = a_task(repeats=Repeat.WEEKLY, due_on=TODAY)
    with work() as session:
        kept = session.get_one(Activity, task.id)
        actions.postpone(kept, TOMORROW, by=BY, at=AT)
        assert last_entry(session).changes == [{"field": "due_on", "before": "2026-06-12", "after": "2026-06-13"}]
        following = actions.complete_task(kept, by=BY, at=AT)
        assert following is not None
        assert following.due_on == TODAY + timedelta(days=7)


def last_entry(session: sa.orm.Session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_open_tasks_are_handed_over_and_done_ones_stay(work: Work) -> None:
    leaving, heir = an_account(name="周牧之"), an_account(name="林予安")
    task, done = a_task(leaving), a_task(leaving, "已完成")
    with work() as session:
        actions.complete_task(session.get_one(Activity, done.id), by=leaving, at=AT)
    with work():
        assert len(give("tasks", leaving, heir, by=BY, at=AT)) == 1
    assert last_sentence(work) == "crm changed “补财务底稿”: Assigned to 周牧之 → 林予安"
    with work() as session:
        assert session.get_one(Activity, task.id).assignee_id == heir.id
        assert session.get_one(Activity, done.id).assignee_id == leaving.id


def test_somebody_forgotten_leaves_the_links_the_texts_and_the_history(work: Work) -> None:
    startup = a_startup()
    person = a_person(startup=startup, name="许望舒")
    activity = an_activity(startup, text="与 @许望舒 通话", mentioned={ref(person): "许望舒"})
    with work():
        actions.forget(ref(person), "许望舒", by=BY, at=AT)
    with work() as session:
        assert session.get_one(Activity, activity.id).text == "与 @… 通话"
        names = session.scalars(sa.select(AuditEntry.record_name).where(AuditEntry.record_type == "activity"))
        assert set(names) == {f"#{activity.id}"}
    assert Ref("person", person.id) not in parts(work, activity)
    assert Part.ABOUT.value in parts(work, activity).values()
