"""Two editors of one record: the second is told, and loses nothing of what was typed."""

from __future__ import annotations

from collections.abc import Callable

from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_startup
from tests.support.visitor import Visitor


def test_the_second_editor_sees_both_versions_and_keeps_the_text_typed(as_role: Callable[..., Visitor]) -> None:
    startup = a_startup(short_name="旧名")
    first, second = as_role("finance"), as_role("manager")
    for editor in (first, second):
        editor.visit("startups.edit_startup", startup_id=startup.id)
    first.submit("Save", short_name="第一人的名字")
    second.submit("Save", short_name="第二人的名字", summary="第二人写的简介")
    assert second.status == 409
    assert second.now.value_of("Short name") == "第二人的名字"
    assert second.now.value_of("In one sentence") == "第二人写的简介"
    assert "第一人的名字" in second.text


def test_nothing_is_written_until_the_second_editor_decides(as_role: Callable[..., Visitor], work: Work) -> None:
    startup = a_startup(short_name="旧名")
    first, second = as_role("finance"), as_role("manager")
    for editor in (first, second):
        editor.visit("startups.edit_startup", startup_id=startup.id)
    first.submit("Save", short_name="第一人的名字")
    second.submit("Save", short_name="第二人的名字")
    with work() as session:
        assert session.get_one(Startup, startup.id).short_name == "第一人的名字"
    second.submit("Save")
    assert second.status == 200
    with work() as session:
        assert session.get_one(Startup, startup.id).short_name == "第二人的名字"


def test_a_form_without_its_version_is_refused(finance: Visitor) -> None:
    startup = a_startup()
    page = finance.visit("startups.edit_startup", startup_id=startup.id).now
    form, _ = page.form_of("Save")
    fields = page.fields_of(form)
    fields.pop("version")
    answer = finance.open(f"/startups/{startup.id}/edit", "POST", fields)
    assert answer.status_code == 422
