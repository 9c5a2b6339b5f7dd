"""A bird in every text of every record of two institutions and two startups: on every route and in every search
outsiders meet no bird of the other side, and of their own only those that are listed here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.wrappers import Response

from crm.accounts.models import Account, Role
from crm.core.db import Base, db
from crm.dashboard.models import Target
from crm.dataroom.models import Grant
from crm.institutions.models import Institution
from crm.search.actions import rebuild
from crm.startups.models import Startup
from crm.web import errors
from tests.contracts.test_permissions import address, guard, one_of_each, rules
from tests.factories import (
    AT,
    a_deal,
    a_question,
    a_watch_note,
    accept_for,
    an_account,
    an_appointment,
    an_authorisation,
    publish,
    withdraw,
    writing,
)
from tests.support.visitor import Visitor
from tests.support.world import SEEDED

pytestmark = pytest.mark.once

PUBLISHED, NOW, THEIRS = "ka", "mu", "qo"  # what was published of ours, what our records say now, the other side's
BIRD = re.compile(rf"zq({PUBLISHED}|{NOW}|{THEIRS})([a-p]{{3}})")
LETTERS = "abcdefghijklmnop"
# Codes, keys, addresses, and what decides where a record is: not what it says.
CODES = re.compile(
    r"(^|_)(about|address|agent|base|basis|checked|claimed|code|consent|currency|digest|field|hash|id|key|kind|label|language"
    r"|layer|level|line|metric|origin|password|query|reason|result|role|salt|schedule|secret|source|span|stage|stamp|state"
    r"|status|structure|token|type|uid|unit|url|verb|vertical|vocabulary|what)$"
)
NO_TEXT = {
    "account.username", "attempts.subject", "authorisation.documents", "daily_run.name", "event_guest.subject",
    "past_round.round_name", "room_folder.path", "round.name", "worker.name",
}  # fmt: skip
SHARED = {
    *SEEDED, "account_link", "confidentiality_terms", "deal_total", "device", "job", "mail", "match_weights",
    "search_entry", "service_type_version", "sign_in_session", "submission", "vocabulary_version",
}  # fmt: skip
COPIED = {"publication", "audit_entry"}  # what they say is what records said


def texts() -> Iterator[sa.Column[str]]:
    """Every column that holds what people wrote."""
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            is_text = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
            if not is_text or table.name in SHARED or CODES.search(column.name):
                continue
            if (getattr(column.type, "length", None) or 99) >= 20 and f"{table.name}.{column.name}" not in NO_TEXT:
                yield column


COLUMNS = {f"{column.table.name}.{column.name}": column for column in texts()}
NUMBERS = {name: "".join(LETTERS[n // 16**p % 16] for p in (2, 1, 0)) for n, name in enumerate(COLUMNS)}
NAMES = {number: name for name, number in NUMBERS.items()}


def bird(name: str, side: str) -> str:
    """The bird of a column: letters only, so that search finds it as a word."""
    return f"zq{side}{NUMBERS[name]}"


def highest() -> dict[str, int]:
    """{table: the number of its latest row}."""
    tables = Base.metadata.sorted_tables
    with writing():
        return {one.name: db.session.scalar(sa.select(sa.func.max(one.c.id))) or 0 for one in tables}


def plant(side: str, since: dict[str, int]) -> None:
    """Let every text of the rows that were made since say nothing but its bird."""
    with writing():
        for name, column in told().items():
            table = column.table
            said: sa.ColumnElement[str] = sa.literal(bird(name, side))
            if column.unique:
                said += sa.cast(table.c.id, sa.String)
            if column.name.endswith("email"):
                said += sa.literal("@example.cn")
            mine = sa.and_(table.c.id > since[table.name], column.is_not(None))
            db.session.execute(sa.update(table).where(mine).values({column.name: said}))


@dataclass(frozen=True)
class Side:
    """A startup with one of each record, its founder, and an investor of the institution that may read it."""

    ids: dict[str, int]
    startup: Startup
    investor: Account
    founder: Account


def a_side() -> Side:
    with writing():
        db.session.execute(sa.delete(Target))  # there is one a year
    ids = one_of_each()
    with writing():
        startup = db.session.get_one(Startup, ids["startup_id"])
    investor = an_account(Role.INVESTOR, ids["institution_id"])
    accept_for(investor)
    return Side(ids, startup, investor, an_account(Role.FOUNDER, startup_id=startup.id))


def both_sides() -> tuple[Side, Side]:
    """Ours, and theirs, which may read our startup as well, and has a deal, a note, a question and a meeting there."""
    before = highest()
    ours = a_side()
    plant(PUBLISHED, before)
    between = highest()
    theirs = a_side()
    with writing():
        readers = [db.session.get_one(Institution, one.ids["institution_id"]) for one in (ours, theirs)]
    a_deal(ours.startup, readers[1], "b")
    a_watch_note(ours.startup, theirs.investor)
    a_question(ours.startup, theirs.investor)
    an_appointment(ours.startup, theirs.investor)
    an_authorisation(ours.startup, institutions=readers)
    an_authorisation(theirs.startup, institutions=readers[1:])
    plant(THEIRS, between)
    publish(ours.startup)
    publish(theirs.startup)
    change_ours(before)
    return ours, theirs


def change_ours(since: dict[str, int]) -> None:
    """Our records say something else by now than what was published."""
    with writing():
        for name, column in told().items():
            said = sa.func.replace(column, bird(name, PUBLISHED), bird(name, NOW))
            mine = sa.and_(column.table.c.id > since[column.table.name], column.contains(bird(name, PUBLISHED)))
            db.session.execute(sa.update(column.table).where(mine).values({column.name: said}))
        rebuild()


def told() -> dict[str, sa.Column[str]]:
    """The columns of what people write; not what is copied of it."""
    return {name: column for name, column in COLUMNS.items() if column.table.name not in COPIED}


def met(app: Flask, visitor: Visitor, *sides: Side) -> dict[str, set[str]]:
    """{whose birds: the columns} that somebody meets on all pages, asking for the records of these sides."""
    found: dict[str, set[str]] = {PUBLISHED: set(), NOW: set(), THEIRS: set()}
    for rule in rules(app):
        if guard(app, rule)[0] == "public" or "GET" not in (rule.methods or ()):
            continue
        for side in sides:
            answer = visitor.open(address(app, rule, side.ids)).get_data().decode(errors="replace")
            for whose, number in BIRD.findall(answer):
                found[whose].add(NAMES[number])
    return found


@pytest.fixture
def sides(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[Side, Side]:
    monkeypatch.setattr(errors, "show_error", lambda code, variant="": Response(status=code))
    return both_sides()


PROFILE = {
    "filing.authority", "filing.based_on", "filing.filing_number", "filing.model_name", "past_round.investors",
    "product.name", "product.summary", "round.use_of_proceeds", "startup.headcount_text", "startup.name",
    "startup.profile", "startup.short_name", "startup.summary", "startup.team",
}  # fmt: skip
DOCUMENTS = {"room_document.name", "room_folder.name"}
ABOUT_STARTUP = {
    "appointment.note", "appointment.participants", "appointment.place", "appointment.word", "deal.institution_step",
    "question_entry.text", "watch_note.text",
}  # fmt: skip
OWN_INSTITUTION = {
    "account.email", "account.name", "institution.exclusions", "institution.name", "institution.thesis",
}  # fmt: skip
OWN_STARTUP = {
    "account.email", "account.name", "change_proposal.word", "institution.name", "past_round.investors", "product.name",
    "product.summary", "reported_metric.period", "round.use_of_proceeds", "service.outcome", "startup.name",
    "startup.profile", "startup.short_name", "startup.summary", "startup.team",
}  # fmt: skip


def test_an_investor_meets_what_was_published_and_its_own_and_nothing_else(
    app: Flask, sides: tuple[Side, Side]
) -> None:
    ours = sides[0]
    visitor = Visitor(app).signed_in_as(ours.investor)
    assert met(app, visitor, *sides) == {
        PUBLISHED: PROFILE,
        NOW: OWN_INSTITUTION | ABOUT_STARTUP | DOCUMENTS,
        THEIRS: set(),
    }
    assert searched(visitor, PUBLISHED) >= {"startup.name", "startup.summary"}, "the positive control"
    assert searched(visitor, NOW) <= ABOUT_STARTUP | DOCUMENTS, "what our startup says by now is not published"
    assert searched(visitor, THEIRS) == set()
    with writing():
        db.session.execute(sa.update(Grant).values(revoked_at=AT))
    assert met(app, visitor, ours)[NOW] == OWN_INSTITUTION | ABOUT_STARTUP, "access to documents ended"
    withdraw(ours.startup)
    assert met(app, visitor, *sides) == {PUBLISHED: set(), NOW: OWN_INSTITUTION, THEIRS: set()}
    assert searched(visitor, PUBLISHED) == set()


def test_a_founder_meets_its_own_and_who_was_introduced(app: Flask, sides: tuple[Side, Side]) -> None:
    visitor = Visitor(app).signed_in_as(sides[0].founder)
    assert met(app, visitor, *sides) == {PUBLISHED: set(), NOW: OWN_STARTUP, THEIRS: {"institution.name"}}
    assert searched(visitor, NOW) | searched(visitor, THEIRS) == set()


def test_who_administrates_meets_no_business_records(app: Flask, sides: tuple[Side, Side]) -> None:
    found = met(app, Visitor(app).signed_in_as(an_account(Role.ADMIN)), *sides)
    business = {*PROFILE, *ABOUT_STARTUP, *DOCUMENTS} - {"startup.name"}  # which names a founder's account
    assert (found[PUBLISHED] | found[NOW] | found[THEIRS]) & business == set()


def test_a_manager_meets_both_sides(app: Flask, sides: tuple[Side, Side]) -> None:
    """The positive control: what is hidden from outsiders is there to be met."""
    found = met(app, Visitor(app).signed_in_as(an_account(Role.MANAGER)), *sides)
    for whose in (NOW, THEIRS):
        assert {"startup.note", "deal.note", "person.name", "institution.note", "service.content"} <= found[whose]
        assert found[whose].isdisjoint({"watch_note.text", "person.phone"}), (
            "notes are an institution's own, phones masked"
        )


def searched(visitor: Visitor, side: str) -> set[str]:
    """The columns by whose bird somebody finds anything, in the search of everything or in the list of profiles."""
    found = set()
    for name in told():
        word = bird(name, side)
        anywhere = visitor.open(f"/search/suggest?q={word}").get_json(silent=True) or {}
        profiles = visitor.open(f"/portal/startups/?q={word}").get_data(as_text=True)
        if anywhere.get("items") or re.search(r"/portal/startups/\d", profiles):
            found.add(name)
    return found
