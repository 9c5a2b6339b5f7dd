"""What somebody may not see leaves in no list, filter, sort, count, export or file, and no bulk action touches it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.wrappers import Response

from crm.accounts.models import Role
from crm.accounts.policies import WRITERS
from crm.core.db import Base, db
from crm.startups.models import Startup
from crm.web import errors
from tests.contracts.test_permissions import MISSING, address, checksum, guard, one_of_each, rules
from tests.factories import (
    a_deal,
    a_person,
    a_published_startup,
    a_service,
    a_startup,
    an_account,
    an_activity,
    an_institution,
    writing,
)
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once

STARTUP, INSTITUTION, NOTE = "暗号科技有限公司", "暗号（上海）创业投资有限公司", "暗号备注"
PHONE, EMAIL, WECHAT = "13988887777", "anhao@example.com", "wxanhao7777"
CONTACTS = (PHONE, EMAIL, WECHAT)
BUSINESS = ("暗号", *CONTACTS)


@pytest.fixture
def ids(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A startup, an institution, a person, a deal, a service and a note that hold the passwords of this test."""
    monkeypatch.setattr(errors, "show_error", lambda code, variant="": Response(status=code))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    startup, institution = a_startup(STARTUP, summary=NOTE, profile=NOTE), an_institution(INSTITUTION)
    person = a_person(institution, name="暗号联系人", phone=PHONE, email=EMAIL, wechat=WECHAT)
    own = {
        "startup_id": startup.id,
        "institution_id": institution.id,
        "person_id": person.id,
        "deal_id": a_deal(startup, institution).id,
        "service_id": a_service(startup).id,
        "activity_id": an_activity(startup, text=NOTE).id,
    }
    return one_of_each() | own


def answers(app: Flask, visitor: Visitor, ids: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Everything that somebody gets by a GET, and every list as a file; whatever its status."""
    for rule in rules(app):
        if guard(app, rule)[0] == "public":
            continue
        path = address(app, rule, ids)
        if "GET" in (rule.methods or ()):
            yield rule.rule, visitor.open(path).get_data().decode(errors="replace")
        if rule.endpoint.partition(".")[2].startswith("export_") and "person" not in rule.endpoint:
            answer = visitor.open(path, "POST", {"format": "csv", "all": "1"})
            yield f"{rule.rule} as a file", answer.get_data().decode(errors="replace")


@pytest.mark.parametrize(
    ("role", "hidden"), [("admin", BUSINESS), ("investor", BUSINESS), ("founder", BUSINESS), ("leader", CONTACTS)]
)
def test_nothing_gets_out_that_a_role_may_not_see(
    app: Flask, ids: dict[str, int], role: str, hidden: tuple[str, ...]
) -> None:
    visitor = Visitor(app).signed_in_as(an_account(Role(role)))
    told = [(rule, word) for rule, text in answers(app, visitor, ids) for word in hidden if word in text]
    assert told == []


def test_a_manager_gets_all_of_it(app: Flask, ids: dict[str, int]) -> None:
    """The positive control, of lists as files too."""
    visitor = Visitor(app).signed_in_as(an_account(Role.MANAGER))
    found = dict(answers(app, visitor, ids))
    files = [rule for rule, text in found.items() if rule.endswith("as a file") and "暗号" in text]
    assert {"/startups/export as a file", "/deals/export as a file", "/institutions/export as a file"} <= set(files)
    assert NOTE in found["/startups/<int:startup_id>"]


def test_no_hidden_column_filters_or_sorts_a_list_of_outsiders(app: Flask, ids: dict[str, int]) -> None:
    """A list that changed with a column that it does not show would tell what stands there."""
    institution = an_institution()
    first, second = a_published_startup(), a_published_startup()
    for startup, note in ((first, "zzz"), (second, "aaa")):
        a_deal(startup, institution)
        with writing():
            db.session.get_one(Startup, startup.id).note = note
    visitor = Visitor(app).signed_in_as(an_account(Role.INVESTOR, institution.id))
    columns = {column.key for table in Base.metadata.sorted_tables for column in table.c}
    for endpoint in ("portal.list_startups", "portal.list_deals", "portal.list_watched"):
        page = visitor.visit(endpoint).now
        offered = {field.get("name") for form in page.all("form") for field in form.iter()} | {
            "sort",
            "after",
            "before",
        }
        plain, hidden = page.text, dict.fromkeys(columns - offered, "aaa")
        assert visitor.visit(endpoint, **hidden).text == plain, endpoint
        for name in ("note", "headcount_text", "created_at", "owner_id"):
            assert visitor.visit(endpoint, sort=name).text == plain, (endpoint, name)


def bulk_rules(app: Flask) -> list[str]:
    return [rule.endpoint for rule in rules(app) if rule.rule.endswith("/many") and "POST" in (rule.methods or ())]


def test_a_bulk_action_touches_what_is_there_and_tells_nothing_of_what_is_not(app: Flask, ids: dict[str, int]) -> None:
    """Of mixed ids the actor's own are changed; a missing one is passed over as if nobody had ticked it."""
    visitor = Visitor(app).signed_in_as(an_account(Role.FINANCE))
    records = {
        "startups.change_startups": ("startup", ids["startup_id"]),
        "people.change_people": ("person", ids["person_id"]),
    }
    assert records.keys() <= set(bulk_rules(app))
    for endpoint, (table, number) in records.items():
        before = archived(table)
        answer = visitor.open(visitor.url(endpoint), "POST", {"do": "archive", "pick": [str(number), str(MISSING)]})
        assert answer.status_code == 303
        assert archived(table) - before == {number}
        assert "1" in visitor.visit(answer.location).now.html
        assert str(MISSING) not in visitor.now.html


def archived(table: str) -> set[int]:
    kept = Base.metadata.tables[table]
    with writing():
        return set(db.session.scalars(sa.select(kept.c.id).where(kept.c.archived_at.is_not(None))))


def test_a_bulk_action_of_somebody_who_may_not_write_touches_nothing(app: Flask, ids: dict[str, int]) -> None:
    picked = [str(ids[name]) for name in ("startup_id", "person_id", "deal_id", "institution_id")]
    visitors = [Visitor(app).signed_in_as(an_account(role)) for role in Role if role not in WRITERS]
    before = checksum(app)
    for visitor in visitors:
        for endpoint in bulk_rules(app):
            answer = visitor.open(visitor.url(endpoint), "POST", {"do": "archive", "pick": picked})
            assert answer.status_code in (403, 404)
    assert checksum(app) == before


def test_a_comparison_with_a_foreign_startup_is_one_with_a_missing_one(app: Flask, ids: dict[str, int]) -> None:
    mine = a_published_startup().id
    visitor = Visitor(app).signed_in_as(an_account(Role.INVESTOR))
    foreign, missing = (
        visitor.open(visitor.url("portal.compare_startups", startup=[mine, other]))
        for other in (ids["startup_id"], MISSING)
    )
    assert (foreign.status_code, foreign.data) == (missing.status_code, missing.data)
