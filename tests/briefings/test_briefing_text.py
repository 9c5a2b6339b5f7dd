"""The text of a briefing is written on a page; its figures are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine

from crm.core.db import db, unit_of_work
from crm.reports.models import Report
from tests.conftest import Work
from tests.factories import AT, a_published_startup, a_startup
from tests.reports.examples import a_busy_startup
from tests.support import world
from tests.support.visitor import Visitor

SENTENCE = "By {as_of} the platform had attracted {institutions_attracted} institutions"


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


@pytest.fixture
def briefing(work: Work, manager: Visitor) -> int:
    """A briefing in English that was asked for, and the page of its text."""
    a_busy_startup()
    manager.visit("reports.make_report", name="briefing")
    manager.submit("Make the report", from_day="2026-01-01", to_day="2026-05-31", language="en")
    number = int(manager.now.url.rstrip("/").rpartition("/")[2])
    manager.visit("briefings.edit_text", report_id=number)
    return number


def reports() -> list[Report]:
    with world.app.app_context(), unit_of_work(write=False):
        return list(db.session.scalars(sa.select(Report).order_by(Report.id)))


def test_figures_stand_by_their_names_and_are_told_below(briefing: int, manager: Visitor) -> None:
    assert manager.now.value_of("Bold sentence").startswith(SENTENCE)
    assert "By May 31, 2026 the platform had attracted 4 institutions" in manager.text


def test_a_new_text_makes_a_new_report_and_keeps_the_one_before(briefing: int, manager: Visitor) -> None:
    case = a_published_startup("上海言川语言科技有限公司", short_name="言川语言")
    manager.visit("briefings.edit_text", report_id=briefing)
    manager.submit("Save and make it again", startup1=str(case.id), next_steps="Visit {institutions_silent} of them.")
    first, second = reports()
    assert second.after_id == first.id == briefing
    assert first.words == {}
    assert second.words["cases"] == [case.id]
    assert second.words["en"]["next_steps"] == "Visit {institutions_silent} of them."
    assert manager.now.url.endswith(f"/reports/{second.id}")
    assert "FW-2026-0612-" in manager.visit("briefings.edit_text", report_id=briefing).text
    assert manager.now.value_of("Next steps") == "Visit {institutions_silent} of them."


def test_the_text_of_the_briefing_before_is_taken_over_with_the_figures_of_this_one(
    briefing: int, manager: Visitor
) -> None:
    manager.submit("Save and make it again", next_steps="Visit {institutions_silent} of them.")
    worded = reports()[-1]
    manager.visit("reports.make_report", name="briefing")
    manager.submit("Make the report", from_day="2026-01-01", to_day="2026-06-11", language="en")
    june = reports()[-1]
    manager.visit("briefings.edit_text", report_id=june.id)
    assert manager.now.value_of("Next steps").startswith("Take up contact")
    manager.click(f"Begin with the text of {worded.number}")
    assert manager.now.value_of("Next steps") == "Visit {institutions_silent} of them."
    assert "By June 11, 2026" in manager.text
    assert f"This is the text of {worded.number}" in manager.text
    manager.submit("Save and make it again")
    assert reports()[-1].after_id == june.id


def test_a_figure_is_not_taken_out_or_typed_in_silence(briefing: int, manager: Visitor) -> None:
    typed = manager.now.value_of("Bold sentence").replace("{companies_served}", "150")
    manager.submit("Save and make it again", headline=typed)
    assert manager.status == 422
    assert "Left out: {companies_served}. Typed by hand: 150." in manager.text
    assert len(reports()) == 1
    manager.submit("Save and make it again", is_meant="y")
    assert reports()[-1].words["by_hand"] == ["Left out: {companies_served}.", "Typed by hand: 150."]


def test_an_unknown_figure_is_told_with_its_neighbours(briefing: int, manager: Visitor) -> None:
    manager.submit("Show how it reads", problems="{companie_served} companies wait.")
    error = manager.now.error_of("Problems")
    assert error.startswith("No figure is called {companie_served}. Did you mean companies_served")
    assert len(reports()) == 1


def test_a_text_that_is_too_long_is_refused(briefing: int, manager: Visitor) -> None:
    story = "\n".join(["A long story of what went wrong."] * 30)
    manager.submit("Save and make it again", next_steps=story, matters=story)
    assert manager.status == 422
    assert "lines too long for two pages: shorten it." in manager.text


def test_two_who_write_at_once_see_both_texts(briefing: int, manager: Visitor) -> None:
    other = Visitor(world.app).signed_in_as(manager.account)  # type: ignore[arg-type]
    other.visit("briefings.edit_text", report_id=briefing).submit("Save and make it again", matters="Theirs.")
    manager.submit("Save and make it again", matters="Mine.")
    assert manager.status == 409
    assert "Theirs." in manager.text
    assert "Mine." in manager.text
    assert len(reports()) == 2


def test_only_authorised_startups_are_offered(briefing: int, manager: Visitor) -> None:
    hidden, shown = a_startup("未授权科技"), a_published_startup("言川语言")
    manager.visit("briefings.edit_text", report_id=briefing)
    offered = {one.get("value") for one in manager.now.field("Case 1").iter("option")}
    assert offered == {"", str(shown.id)}
    manager.submit("Save and make it again", startup1=str(hidden.id))
    assert manager.status == 422
