"""What investors ask for belongs to somebody of the desk, who is told, sees it every day, and can hand it on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account, Role
from crm.appointments.models import Appointment
from crm.core.db import db
from crm.notifications.models import Notice, NoticeKind
from crm.questions.models import Question
from tests.factories import (
    a_deal,
    a_published_startup,
    a_question,
    an_account,
    an_appointment,
    an_institution,
    writing,
)
from tests.support.visitor import Visitor


def told() -> list[str]:
    """Who was told that something was asked."""
    kinds = (NoticeKind.QUESTION_ASKED, NoticeKind.APPOINTMENT_ASKED)
    with writing():
        names = sa.select(Account.name).join(Notice, Notice.account_id == Account.id)
        return list(db.session.scalars(names.where(Notice.kind.in_(kinds)).order_by(Notice.id)))


def owner_of(model: Any) -> str | None:
    with writing():
        return db.session.scalar(sa.select(Account.name).join(model, model.owner_id == Account.id))


def asked_before(days: int) -> None:
    """Let all questions have been asked so many days ago."""
    moment = datetime.now(UTC) - timedelta(days=days)
    with writing():
        db.session.execute(sa.update(Question).values(asked_at=moment, moved_at=moment))


@pytest.fixture
def desk(app: Flask) -> dict[str, Account]:
    """One for each way to be responsible: for the pair, for the startup, for the institution; and one for nothing."""
    return {name: an_account(Role.FINANCE, name=name) for name in ("pair", "startup", "institution", "other")}


def test_the_nearest_owner_of_a_deal_sees_to_it_and_is_the_one_who_is_told(desk: dict[str, Account]) -> None:
    startup, institution = a_published_startup(), an_institution()
    investor = an_account(Role.INVESTOR, institution.id)
    for nearest, about in (
        ("institution", {"institution": institution}),
        ("startup", {"startup": startup}),
        ("pair", {"startup": startup, "institution": institution}),
    ):
        a_deal(**about, owner_id=desk[nearest].id)
        question, appointment = a_question(startup, investor), an_appointment(startup, investor)
        assert {question.owner_id, appointment.owner_id} == {desk[nearest].id}, nearest
    assert told() == ["institution", "institution", "startup", "startup", "pair", "pair"]


def test_while_nobody_is_responsible_all_are_told_and_all_see_it(desk: dict[str, Account], visitor: Visitor) -> None:
    a_question(a_published_startup(), an_account(Role.INVESTOR, an_institution().id))
    assert sorted(told()) == sorted(desk)
    home = visitor.signed_in_as(desk["other"]).visit("home.show_home")
    assert "nobody sees to it yet" in home.text


@pytest.mark.parametrize("model", [Question, Appointment])
def test_it_is_handed_to_somebody_else_who_is_told(model: Any, desk: dict[str, Account], visitor: Visitor) -> None:
    startup, institution = a_published_startup(), an_institution()
    a_deal(startup, institution, owner_id=desk["pair"].id)
    make = a_question if model is Question else an_appointment
    record = make(startup, an_account(Role.INVESTOR, institution.id))
    page = f"/{model.__tablename__}s/{record.id}"
    visitor.signed_in_as(desk["pair"]).visit(page).submit("Hand it over", to=str(desk["other"].id))
    assert owner_of(model) == "other"
    assert told() == ["pair", "other"]
    visitor.visit(page).submit("Hand it over", to="")
    assert owner_of(model) is None


def test_it_stands_in_the_day_and_the_digest_of_its_owner_and_in_no_other(
    desk: dict[str, Account], visitor: Visitor, finance: Visitor
) -> None:
    startup, institution = a_published_startup(), an_institution()
    a_deal(startup, institution, owner_id=desk["pair"].id)
    investor = an_account(Role.INVESTOR, institution.id)
    a_question(startup, investor)
    an_appointment(startup, investor)
    mine = visitor.signed_in_as(desk["pair"])
    assert "Requests from investors" in mine.visit("digest.show_digest").text
    for text in ("Answer the institution", "Set the meeting", "since today"):
        assert text in mine.visit("home.show_home").text
        assert text not in finance.visit("home.show_home").text
    assert "Requests from investors" not in finance.visit("digest.show_digest").text


def test_managers_see_what_waits_too_long_whosever_it_is(desk: dict[str, Account], manager: Visitor) -> None:
    startup, institution = a_published_startup(), an_institution()
    a_deal(startup, institution, owner_id=desk["pair"].id)
    a_question(startup, an_account(Role.INVESTOR, institution.id))
    asked_before(days=1)
    assert "Answer the institution" not in manager.visit("home.show_home").text
    asked_before(days=5)
    assert "waits 5 days" in manager.visit("home.show_home").text
    assert "waits 5 days" in manager.visit("digest.show_digest").text


def test_lists_show_what_waits_the_longest_first_with_its_owner_and_mine_apart(
    desk: dict[str, Account], visitor: Visitor
) -> None:
    startup, institution = a_published_startup(), an_institution()
    investor = an_account(Role.INVESTOR, institution.id)
    a_question(startup, investor, "后问的")
    asked_before(days=3)
    a_deal(startup, institution, owner_id=desk["pair"].id)
    a_question(startup, investor, "先问的")
    an_appointment(startup, investor)
    mine = visitor.signed_in_as(desk["pair"])
    html = mine.visit("/questions/?state=open").now.html
    assert html.index("先问的") < html.index("后问的")
    assert "waits 3 days" in html
    assert "后问的" not in mine.visit("/questions/?state=mine").now.html
    assert "pair" in mine.visit("/appointments/?state=mine").text
    assert "No meeting stands there" in visitor.signed_in_as(desk["other"]).visit("/appointments/?state=mine").text


def test_what_somebody_saw_to_is_handed_over_with_the_rest(desk: dict[str, Account], admin: Visitor) -> None:
    startup, institution = a_published_startup(), an_institution()
    a_deal(startup, institution, owner_id=desk["pair"].id)
    investor = an_account(Role.INVESTOR, institution.id)
    a_question(startup, investor)
    an_appointment(startup, investor)
    admin.visit("accounts.disable_account", account_id=desk["pair"].id)
    assert "not answered yet" in admin.text
    admin.submit("Disable the account", to=str(desk["other"].id))
    assert (owner_of(Question), owner_of(Appointment)) == ("other", "other")


def test_a_disabled_owner_is_not_asked(desk: dict[str, Account]) -> None:
    startup, institution = a_published_startup(), an_institution()
    a_deal(startup, institution, owner_id=desk["pair"].id)
    with writing():
        db.session.get_one(Account, desk["pair"].id).disabled_at = datetime.now(UTC)
    assert a_question(startup, an_account(Role.INVESTOR, institution.id)).owner_id is None
