"""What a startup is called and known by: former names, a credit code or the reason why there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.naming import former_names_of
from crm.startups import actions, queries
from crm.startups.actions import StartupValues
from crm.startups.models import Startup
from tests.factories import BY, a_startup, writing
from tests.imports.ledger import code

OLD, NEW = "上海旧名科技有限公司", "上海新名科技有限公司"
LATER = datetime(2026, 6, 13, 6, 40, tzinfo=UTC)


def rename(startup: Startup, name: str, **values: Any) -> None:
    with writing():
        kept = db.session.get_one(Startup, startup.id)
        actions.edit(kept, StartupValues(name=name, **values), version=None, by=BY, at=LATER)


def former(startup: Startup) -> tuple[str, ...]:
    with writing():
        return former_names_of(startup)


def test_a_renamed_startup_keeps_its_old_name_and_is_found_by_it(app):
    startup = a_startup(OLD)
    rename(startup, NEW)
    assert former(startup) == (OLD,)
    with writing():
        assert queries.resolve(OLD, field="startup").id == startup.id
        assert [one.id for one in queries.suggestions("旧名")] == [startup.id]


def test_another_spelling_of_a_name_is_no_new_name(app):
    startup = a_startup("寒溪（上海）科技有限公司")
    rename(startup, "寒溪(上海) 科技有限公司")
    assert former(startup) == ()


def test_a_startup_that_takes_its_old_name_again_was_called_what_it_was_between(app):
    startup = a_startup(OLD)
    rename(startup, NEW)
    rename(startup, OLD, former_names=(OLD,))
    assert former(startup) == (NEW,)


def test_a_present_name_comes_before_a_former_one(app):
    rename(a_startup(OLD), NEW)
    successor = a_startup(OLD)
    with writing():
        assert queries.resolve(OLD, field="startup").id == successor.id


def test_former_names_are_corrected_in_the_form_and_told_in_the_history(finance):
    startup = a_startup(OLD)
    form = finance.visit("startups.edit_startup", startup_id=startup.id)
    form.submit("Save", former_names="上海甲科技有限公司、上海乙科技有限公司")
    assert former(startup) == ("上海甲科技有限公司", "上海乙科技有限公司")
    form = finance.visit("startups.edit_startup", startup_id=startup.id)
    assert form.now.value_of("Former names") == "上海甲科技有限公司、上海乙科技有限公司"
    form.submit("Save", former_names="上海乙科技有限公司")
    assert former(startup) == ("上海乙科技有限公司",)
    history = finance.visit("startups.show_history", startup_id=startup.id).text
    assert "Former names 上海甲科技有限公司, 上海乙科技有限公司 → 上海乙科技有限公司" in history


def test_a_credit_code_and_the_reason_for_none_exclude_each_other(finance):
    page = finance.visit("startups.add_startup").submit(
        "Add the startup", name=NEW, credit_code=code(1), no_code_reason="overseas"
    )
    assert page.status == 422
    assert page.now.error_of("Why no credit code") == "It has a credit code: leave this empty, or the code."


def test_another_identifier_wants_the_reason(finance):
    page = finance.visit("startups.add_startup").submit("Add the startup", name=NEW, other_identifier="DE-4711")
    assert page.now.error_of("Why no credit code") == "Say why it has no credit code."
    page.submit("Add the startup", no_code_reason="overseas")
    assert page.now.h1 == NEW
    assert "DE-4711" in page.text
    assert "Registered abroad" in page.text


def test_two_startups_cannot_have_one_identifier(app):
    a_startup(OLD, other_identifier="DE-4711", no_code_reason="overseas")
    with pytest.raises(Refusal) as refused:
        a_startup(NEW, other_identifier="DE-4711", no_code_reason="overseas")
    assert set(refused.value.fields) == {"other_identifier"}
