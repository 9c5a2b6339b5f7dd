"""Two editors of one record: the second chooses field by field, and loses nothing of what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_deal, a_startup
from tests.support.visitor import Visitor

NAME = "上海衡汐智能科技有限公司"


@pytest.fixture
def second(as_role: Callable[..., Visitor]) -> Visitor:
    """The second editor, in front of the conflict: the first one had changed the short name and the growth stage."""
    startup = a_startup(NAME, short_name="旧名", summary="旧简介", growth_stage="seed")
    first, second = as_role("finance"), as_role("manager")
    for editor in (first, second):
        editor.visit("startups.edit_startup", startup_id=startup.id)
    first.submit("Save", short_name="第一人的名字", growth_stage="growth")
    return second.submit("Save", short_name="第二人的名字", summary="第二人写的简介")


def saved(work: Work) -> tuple[str, str, str | None]:
    with work() as session:
        startup = session.query(Startup).one()
        return startup.short_name, startup.summary, startup.growth_stage


def test_both_versions_stand_beside_each_other_and_say_who_saved_first(second: Visitor) -> None:
    assert second.status == 409
    assert ["Short name", "第二人的名字", "第一人的名字"] in second.now.rows
    assert "saved first" in second.text
    assert NAME in second.text, "which record it is"


def test_nothing_is_written_until_the_second_editor_decides(second: Visitor, work: Work) -> None:
    assert saved(work) == ("第一人的名字", "旧简介", "growth")


def test_saving_as_proposed_keeps_what_each_of_them_changed(second: Visitor, work: Work) -> None:
    """A field that only the first one changed stays theirs: the second never looked at it."""
    second.submit("Save as chosen")
    assert second.status == 200
    assert saved(work) == ("第二人的名字", "第二人写的简介", "growth")


def test_theirs_can_be_taken_for_a_single_field(second: Visitor, work: Work) -> None:
    second.submit("Save as chosen", **{"take-short_name": "theirs"})
    assert saved(work) == ("第一人的名字", "第二人写的简介", "growth")


def test_mine_can_be_taken_for_a_field_that_the_other_one_changed(second: Visitor, work: Work) -> None:
    second.submit("Save as chosen", **{"take-growth_stage": "mine"})
    assert saved(work) == ("第二人的名字", "第二人写的简介", "seed")


def test_all_of_mine_at_once(second: Visitor, work: Work) -> None:
    second.submit("Take all of mine")
    assert saved(work) == ("第二人的名字", "第二人写的简介", "seed")


def test_a_third_save_in_between_is_a_conflict_again(
    second: Visitor, as_role: Callable[..., Visitor], work: Work
) -> None:
    third = as_role("finance")
    third.visit("startups.edit_startup", startup_id=only_startup(work)).submit("Save", short_name="第三人的名字")
    assert second.submit("Save as chosen", **{"take-short_name": "theirs"}).status == 409
    assert second.submit("Save as chosen").status == 200
    assert saved(work)[0] == "第三人的名字"


def test_what_is_wrong_in_a_chosen_version_goes_back_to_the_form_with_everything_in_it(
    second: Visitor, work: Work
) -> None:
    first = saved(work)
    second.submit("Save as chosen", **{"name": ""})
    assert second.status == 422
    assert second.now.value_of("In one sentence") == "第二人写的简介"
    assert saved(work) == first


def test_an_amount_is_taken_over_as_it_is_saved(as_role: Callable[..., Visitor]) -> None:
    deal = a_deal()
    first, second = as_role("finance"), as_role("manager")
    for editor in (first, second):
        editor.visit("deals.edit_deal", deal_id=deal.id)
    first.submit("Save", intended="2000万")
    second.submit("Save", intended="2500万", next_step="约技术负责人")
    second.submit("Save as chosen", **{"take-intended": "theirs"})
    page = second.visit("deals.edit_deal", deal_id=deal.id).now
    assert page.value_of("Intended amount") in ("¥20M", "20M", "2000万")
    assert page.value_of("Next step") == "约技术负责人"


def test_a_number_of_people_is_shown_as_it_is_typed(as_role: Callable[..., Visitor]) -> None:
    startup = a_startup(headcount=140)
    first, second = as_role("finance"), as_role("manager")
    for editor in (first, second):
        editor.visit("startups.edit_startup", startup_id=startup.id)
    first.submit("Save", summary="第一人写的")
    second.submit("Save", summary="第二人写的")
    assert ["Headcount", "140"] in second.now.rows


def only_startup(work: Work) -> int:
    with work() as session:
        return session.query(Startup).one().id


def test_a_form_without_its_version_is_refused(finance: Visitor) -> None:
    startup = a_startup()
    page = finance.visit("startups.edit_startup", startup_id=startup.id).now
    form, _ = page.form_of("Save")
    fields = page.fields_of(form)
    fields.pop("version")
    answer = finance.open(f"/startups/{startup.id}/edit", "POST", fields)
    assert answer.status_code == 422


def test_the_conflict_leads_to_the_history_of_its_record(second: Visitor) -> None:
    second.click("See the history")
    assert second.now.url.endswith("/history")
    assert "第一人的名字" in second.text
