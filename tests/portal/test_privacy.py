"""What an institution notes, asks and arranges is its own: two institutions, two accounts each, every route."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role
from crm.core.clock import day_of, now
from crm.core.db import Base, db
from crm.digest.guests import portal_digest_of, sections
from crm.digest.told import Section
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.startups.models import Startup
from crm.watching import actions as watching
from tests.contracts.test_permissions import address, checksum, guard, one_of_each, rules
from tests.factories import (
    AT,
    BY,
    a_deal,
    a_published_startup,
    a_question,
    a_watch_note,
    an_account,
    an_appointment,
    an_institution,
    made,
    writing,
)
from tests.support.visitor import Visitor

NOTE, QUESTION, MEETING, REASON = "暗号备注甲", "暗号提问乙", "暗号约见丙", "暗号理由丁"
NAME = "暗号机构（上海）创业投资有限公司"


@dataclass(frozen=True)
class World:
    """Two institutions that may read the same startup; the first has something of each kind to hide."""

    startup: Startup
    own: tuple[Account, Account]
    others: tuple[Account, Account]
    ids: dict[str, int]


@pytest.fixture
def guarded_app(app: Flask) -> Iterator[Flask]:
    """The application without CSRF, so that a POST reaches the guard."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def world(app: Flask) -> World:
    startup = a_published_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    first, second = an_institution(NAME), an_institution("砚川创投")
    own = (an_account(Role.INVESTOR, first.id), an_account(Role.INVESTOR, first.id))
    others = (an_account(Role.INVESTOR, second.id), an_account(Role.INVESTOR, second.id))
    passed = {"reason": "other", "note": REASON, "tell_startup": False}
    ids = {
        **one_of_each(),
        "startup_id": startup.id,
        "institution_id": first.id,
        "account_id": own[1].id,
        "deal_id": a_deal(startup, first, stage="referred").id,
        "note_id": a_watch_note(startup, own[0], NOTE).id,
        "question_id": a_question(startup, own[0], QUESTION).id,
        "appointment_id": an_appointment(startup, own[0], note=MEETING).id,
    }
    made(lambda: watching.pass_over(startup, **passed, by=own[0], at=AT))  # type: ignore[arg-type]
    return World(startup, own, others, ids)


def readers(app: Flask, world: World) -> dict[str, Visitor]:
    """Who is not of the first institution; finance staff and leaders read no page that managers do not."""
    staff = {role.value: an_account(role) for role in (Role.MANAGER, Role.ADMIN)}
    founder = an_account(Role.FOUNDER, startup_id=world.startup.id)
    people = {**staff, "investor of the other institution": world.others[0], "founder": founder}
    return {who: Visitor(app).signed_in_as(account) for who, account in people.items()}


def pages(app: Flask, visitor: Visitor, ids: dict[str, int], below: str = "/") -> Iterator[tuple[str, str]]:
    """Every answer to a GET that is text, whatever its status. `below`: of these addresses only."""
    for rule in rules(app):
        if guard(app, rule)[0] == "public" or "GET" not in (rule.methods or set()) or not rule.rule.startswith(below):
            continue
        answer = visitor.open(address(app, rule, ids))
        if answer.mimetype.startswith("text/") or answer.is_json:
            yield rule.rule, answer.get_data(as_text=True)


def test_nobody_else_reads_what_an_institution_notes_asks_or_says(app: Flask, world: World) -> None:
    """Staff answer questions and set meetings, and read nothing of notes; a founder knows who was introduced."""
    asked, everything = (NOTE, QUESTION, MEETING, REASON), (NOTE, QUESTION, MEETING, REASON, "暗号机构")
    hidden = {"investor of the other institution": everything, "founder": asked, "admin": asked}
    for who, visitor in readers(app, world).items():
        found = [
            (rule, word)
            for rule, text in pages(app, visitor, world.ids)
            for word in hidden.get(who, (NOTE,))
            if word in text
        ]
        assert found == [], who


def test_a_colleague_reads_all_of_it(app: Flask, world: World) -> None:
    """The positive control."""
    colleague = Visitor(app).signed_in_as(world.own[1])
    text = "".join(text for _rule, text in pages(app, colleague, world.ids, "/portal/"))
    assert [word for word in (NOTE, QUESTION, MEETING, REASON) if word not in text] == []


def test_the_text_of_a_note_is_kept_in_one_table(app: Flask, world: World) -> None:
    with app.app_context(), db.engine.connect() as connection:
        holding = [
            table.name
            for table in Base.metadata.sorted_tables
            if any(NOTE in repr(tuple(row)) for row in connection.execute(sa.select(table)))
        ]
    assert holding == ["watch_note"], "no history, no search index, no notice holds it"


def test_the_other_institution_changes_nothing_by_the_ids_of_the_first(guarded_app: Flask, world: World) -> None:
    visitor = Visitor(guarded_app).signed_in_as(world.others[0])
    names = ("note_id", "question_id", "appointment_id", "deal_id", "account_id")
    before = checksum(guarded_app)
    for rule in rules(guarded_app):
        if rule.endpoint.startswith("portal.") and set(names) & rule.arguments:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = visitor.open(address(guarded_app, rule, world.ids), method, {"text": "x", "word": "x"})
                assert answer.status_code == 404, (method, rule.rule)
    assert checksum(guarded_app) == before


def test_the_first_institution_reaches_its_own_by_the_same_addresses(guarded_app: Flask, world: World) -> None:
    """The positive control: what is refused above is there."""
    visitor = Visitor(guarded_app).signed_in_as(world.own[0])
    for rule in rules(guarded_app):
        wanted = {"question_id", "appointment_id", "deal_id"} & rule.arguments
        if rule.endpoint.startswith("portal.") and wanted and "calendar" not in rule.rule and "GET" in rule.methods:  # type: ignore[operator]
            assert visitor.open(address(guarded_app, rule, world.ids)).status_code == 200, rule.rule


def test_what_is_withdrawn_is_gone_from_every_page_of_the_portal(app: Flask, world: World) -> None:
    from crm.publishing import actions
    from crm.startups.queries import find_startup

    def withdrawn() -> None:
        found = find_startup(BY, world.startup.id)
        assert found is not None
        actions.withdraw(found, by=BY, at=AT)

    visitor = Visitor(app).signed_in_as(world.own[0])
    assert [1 for rule, text in pages(app, visitor, world.ids, "/portal/") if "衡汐智能" in text], (
        "the positive control"
    )
    made(withdrawn)
    assert [rule for rule, text in pages(app, visitor, world.ids, "/portal/") if "衡汐" in text] == []


def test_a_change_of_institution_takes_effect_at_once(app: Flask, world: World) -> None:
    head, junior = world.own
    visitor = Visitor(app).signed_in_as(head)
    assert NOTE in visitor.visit("portal.list_watched").now.html
    assert visitor.visit("portal.invite_colleague").status == 200
    with writing():
        kept = db.session.get_one(Account, head.id)
        moved = {"name": kept.name, "role": Role.INVESTOR, "institution_id": world.others[0].institution_id}
        account_actions.change_account(kept, **moved, email="", version=None, by=BY, at=AT)  # type: ignore[arg-type]
    assert visitor.visit("portal.list_watched").now.h1 == "Sign in"
    visitor.signed_in_as(head)
    assert NOTE not in visitor.visit("portal.list_watched").now.html
    assert visitor.visit("portal.show_question", question_id=world.ids["question_id"]).status == 404
    assert visitor.visit("portal.invite_colleague").status == 403, "nobody is in charge of another institution's people"
    with writing():
        account_actions.disable(db.session.get_one(Account, junior.id), by=BY, at=AT)
    assert Visitor(app).signed_in_as(junior).visit("portal.show_home").now.h1 == "Sign in"


def test_who_goes_to_another_institution_is_told_nothing_more_of_the_first(
    app: Flask, world: World, as_role: Callable[..., Visitor]
) -> None:
    head, junior = world.own
    admin, staff, visitor = as_role("admin"), as_role("finance"), Visitor(app)
    about: Any = {"record_type": "startup", "record_id": world.startup.id, "name": world.startup.name, "by": None}
    made(lambda: notify([head.id], NoticeKind.STEP_TOLD, **about, note="暗号步骤戊", at=now()))
    assert "暗号步骤戊" in visitor.signed_in_as(head).visit("portal.list_notices").now.html
    assert "暗号步骤戊" in str(letter_of(head)), "the letter of the first institution tells it"
    page = admin.visit("accounts.edit_account", account_id=head.id)
    page.submit("Save", institution="砚川创投")
    staff.visit("questions.show_question", question_id=world.ids["question_id"]).submit(
        "Answer the institution", text="答"
    )
    for told in (visitor.signed_in_as(head).visit("portal.list_notices").now.html, str(letter_of(head))):
        assert "暗号步骤戊" not in told
        assert "was answered" not in told
    told = Visitor(app).signed_in_as(junior).visit("portal.list_notices").text
    assert "was answered" in told, "whoever is there hears of an answer when nobody is that asked"
    made(lambda: notify([head.id], NoticeKind.STEP_TOLD, **about, note="暗号步骤己", at=now()))
    admin.submit("Undo")
    assert "暗号步骤己" not in visitor.signed_in_as(head).visit("portal.list_notices").now.html


def letter_of(account: Account) -> list[Section]:
    day = day_of(now())
    return made(lambda: sections(portal_digest_of(db.session.get_one(Account, account.id), day, now())))


def test_nobody_in_charge_reaches_people_of_another_institution_or_of_the_platform(
    guarded_app: Flask, world: World, as_role: Callable[..., Visitor]
) -> None:
    visitor = Visitor(guarded_app).signed_in_as(world.own[0])
    desk = as_role("finance").account
    assert desk is not None
    before = checksum(guarded_app)
    for account in (*world.others, desk, world.own[0]):
        for action in ("remove", "link"):
            assert visitor.open(f"/portal/colleagues/{account.id}/{action}", "POST").status_code == 404
    assert checksum(guarded_app) == before


def test_an_institution_that_is_shut_out_reads_nothing_of_this(app: Flask, world: World) -> None:
    from crm.institutions.models import Institution
    from tests.factories import an_admission

    with writing():
        institution = db.session.get_one(Institution, world.own[0].institution_id)
    an_admission(institution, "refused")
    visitor = Visitor(app).signed_in_as(world.own[0])
    for rule, text in pages(app, visitor, world.ids, "/portal/"):
        assert "衡汐" not in text, rule
        assert QUESTION not in text, rule
