"""A founder reads and changes what is its startup's: no internal word, no other startup, no staff page."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role
from crm.confirmations.models import Confirmation
from crm.core.db import db
from crm.deals.models import Deal, DealStatus, Round
from crm.documents.models import Document
from crm.founders.models import ChangeProposal
from crm.institutions.models import Institution
from crm.people.models import Person
from crm.questions import actions as question_actions
from crm.questions import queries as question_queries
from crm.questions.models import Question
from crm.services.models import Service
from crm.settings.models import Platform
from crm.startups import actions as startup_actions
from crm.startups.models import Product, Startup
from tests.conftest import Work
from tests.factories import (
    AT,
    BY,
    a_deal,
    a_document,
    a_past_round,
    a_person,
    a_product,
    a_proposal,
    a_question,
    a_reported_metric,
    a_service,
    a_startup,
    an_account,
    an_activity,
    an_institution,
    writing,
)
from tests.support.visitor import Visitor

CANARY = "CANARY"
# What a founder reads of its own startup, of the record that it hangs on.
OPEN = {
    Startup: {"name", "name_key", "short_name", "short_key", "summary", "profile", "team", "growth_stage"},
    Product: {"name", "summary", "url"},
    Round: {"name", "use_of_proceeds", "sought_text"},
    Deal: {"stage"},
    Service: {"outcome"},
    Institution: {"name", "name_key", "kind"},
    Person: set(),
}


@pytest.fixture
def side() -> dict[str, Any]:
    """A startup with one of each record that hangs on it; nothing of it is for others."""
    startup, institution = a_startup(), an_institution()
    deal = a_deal(startup, institution, stage="met", status=DealStatus.PASSED, reason="valuation")
    investor = an_account(Role.INVESTOR, institution.id, name=f"{CANARY}-investor")
    return {
        "question": a_question_passed_on(startup, investor),
        "startup": startup,
        "deal": deal,
        "service": a_service(startup, partners=(institution,)),
        "person": a_person(startup=startup),
        "contact": a_person(institution),
        "product": a_product(startup),
        "metric": a_reported_metric(startup),
        "activity": an_activity(deal, text=f"{CANARY}-activity"),
        "document": a_document(startup),
        "sent": a_sent_document(startup),
        "past": a_past_round(startup, "seed"),
    }


def a_sent_document(startup: Startup) -> Document:
    """A paper that a founder sent, which the desk has not accepted."""
    proposal = a_proposal(startup, growth_stage="startup")
    with writing():
        founder = db.session.get_one(Account, proposal.by_id)
    return a_document(proposal, by=founder)


def a_question_passed_on(startup: Startup, investor: Account) -> Question:
    asked = a_question(startup, investor)
    with writing():
        found = question_queries.find_question(BY, asked.id)
        assert found is not None
        question_actions.forward(found, by=BY, at=AT)
    return asked


def plant(work: Work, everything: bool) -> None:
    """Write a canary into every text of every record: those that a founder may read of its own only where
    `everything` is meant."""
    with work() as session:
        for model, open_fields in OPEN.items():
            for record in session.scalars(sa.select(model)).all():
                for column in sa.inspect(model).columns:
                    text = isinstance(column.type, (sa.String, sa.Text)) and not isinstance(column.type, sa.Enum)
                    if not text or (column.key in open_fields and not everything) or skipped(column):
                        continue
                    setattr(record, column.key, f"{CANARY}-{model.__tablename__}-{column.key}"[: column.type.length])


def skipped(column: Any) -> bool:
    """Codes and keys, which texts would break, and what must be unique."""
    return column.unique or column.key in {
        "state", "status", "stage", "kind", "pass_reason", "no_code_reason", "sector_layer", "sector_vertical",
        "platform_role", "source", "basis", "name_key", "short_key", "growth_stage", "amac_status", "consent_state",
    } or type(column.type).__name__ in ("Codes", "JSON")  # fmt: skip


def pages(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "guard", ("", None))[1].__class__.__name__ == "function"
        and app.view_functions[rule.endpoint].guard[1].__name__ == "is_founder"  # type: ignore[attr-defined]
        and "GET" in (rule.methods or ())
    ]


def read_all(app: Flask, founder: Visitor, ids: dict[str, int]) -> dict[str, str]:
    """{address: what it answers} of every page that is for founders."""
    found = {}
    for rule in pages(app):
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, {name: ids[name] for name in rule.arguments})
        answer = founder.open(path)
        found[path] = answer.get_data().decode(errors="replace") if answer.status_code == 200 else ""
    return found


def ids_of(side: dict[str, Any]) -> dict[str, int]:
    asked = {"product": "product_id", "question": "question_id", "past": "past_round_id", "sent": "document_id"}
    return {"round_id": side["deal"].round_id} | {name: side[record].id for record, name in asked.items()}


def test_no_page_of_a_founder_tells_an_internal_word(
    app: Flask, work: Work, finance: Visitor, side: dict[str, Any]
) -> None:
    plant(work, everything=False)
    founder = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=side["startup"].id))
    told = read_all(app, founder, ids_of(side))
    assert len(told) >= 18
    assert all(told.values()), "every page opens"
    assert [path for path, html in told.items() if CANARY in html] == []
    assert CANARY in finance.visit("startups.show_startup", startup_id=side["startup"].id).now.html, "the control"


def test_no_page_of_a_founder_tells_of_another_startup(app: Flask, work: Work, side: dict[str, Any]) -> None:
    plant(work, everything=True)
    own = a_startup()
    a_product(own)
    founder = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=own.id))
    told = read_all(app, founder, ids_of(side))
    assert [path for path, html in told.items() if CANARY in html] == []
    assert all(not html for path, html in told.items() if path.split("/")[-2].isdecimal()), (
        "foreign records are missing"
    )
    theirs = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=side["startup"].id))
    assert CANARY in "".join(read_all(app, theirs, ids_of(side)).values()), "the control"


def test_the_reason_of_a_pass_is_told_only_where_it_may_be(app: Flask, work: Work, side: dict[str, Any]) -> None:
    founder = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=side["startup"].id))
    assert "Valuation" not in founder.visit("founders.list_introductions").text
    with work() as session:
        session.get_one(Deal, side["deal"].id).tell_startup = True
    assert "Valuation" in founder.visit("founders.list_introductions").text


def test_the_platform_may_keep_the_names_of_institutions(app: Flask, work: Work, admin: Visitor) -> None:
    startup, institution = a_startup(), an_institution("临渚（上海）创业投资有限公司", kind="vc")
    a_deal(startup, institution)
    founder = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=startup.id))
    assert institution.name in founder.visit("founders.list_introductions").text
    page = admin.visit("admin.edit_platform").now
    sent = page.fields_of(page.form_of("Save")[0]) | {"name_zh": "平台", "name_en": "Platform"}
    sent.pop("names_institutions")
    admin.read(admin.open(page.url, "POST", sent), page.url)
    with work() as session:
        assert session.scalars(sa.select(Platform.names_institutions)).one() is False
    for page_name in ("list_introductions", "show_home"):
        told = founder.visit(f"founders.{page_name}").text
        assert institution.name not in told
        assert "An institution (VC)" in told


def test_a_founder_answers_only_for_its_own_startup(app: Flask, work: Work, finance: Visitor) -> None:
    mine, theirs = a_service(), a_service()
    for service in (mine, theirs):
        finance.visit("confirmations.ask_about_services", picked=service.id).submit("Make the links")
    founder = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=mine.startup_id))
    page = founder.visit("confirmations.answer_as_founder").now
    with work() as session:
        numbers = {one.service_id: one.id for one in session.scalars(sa.select(Confirmation))}
    sent = page.fields_of(page.form_of("Send the answers")[0])
    for service in (theirs, mine):
        founder.open(page.url, "POST", sent | {f"role_{numbers[service.id]}": "assisted"})
    with work() as session:
        states = {one.service_id: one.state.value for one in session.scalars(sa.select(Confirmation))}
    assert states == {mine.id: "confirmed", theirs.id: "waiting"}


def test_a_proposal_reaches_no_other_startup(app: Flask, work: Work, side: dict[str, Any]) -> None:
    stranger = Visitor(app).signed_in_as(an_account(Role.FOUNDER))
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for path in (f"/founder/products/{side['product'].id}/edit", f"/founder/rounds/{side['deal'].round_id}/edit"):
            assert stranger.open(path, "POST", {"name": "别人的"}).status_code == 404
        assert stranger.open("/founder/profile/edit", "POST", {"summary": "我的", "startup_id": 1}).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    with work() as session:
        assert stranger.account is not None
        mine = sa.select(ChangeProposal.startup_id).where(ChangeProposal.by_id == stranger.account.id)
        assert session.scalars(mine).all() == [stranger.account.startup_id]


@pytest.mark.parametrize("change", ["disabled", "role", "archived"])
def test_what_ends_a_founder_holds_from_the_next_request(app: Flask, work: Work, change: str) -> None:
    startup = a_startup()
    account = an_account(Role.FOUNDER, startup_id=startup.id)
    founder = Visitor(app).signed_in_as(account)
    paths = [founder.url(f"founders.{name}") for name in ("show_home", "show_profile", "edit_profile", "list_services")]
    paths.append(founder.url("confirmations.answer_as_founder"))
    assert [founder.open(path).status_code for path in paths] == [200] * 5
    with work() as session:
        kept = session.get_one(Account, account.id)
        if change == "disabled":
            account_actions.disable(kept, by=BY, at=AT)
        elif change == "role":
            account_actions.change_account(kept, name="", role=Role.LEADER, email="", version=None, by=BY, at=AT)
        else:
            startup_actions.archive(session.get_one(Startup, startup.id), by=BY, at=AT)
    answers = [founder.open(path).status_code for path in paths]
    assert answers == [403 if change == "archived" else 303] * 5, "303: to the sign-in page"
    if change == "role":
        assert [founder.signed_in_as(account).open(path).status_code for path in paths] == [403] * 5
