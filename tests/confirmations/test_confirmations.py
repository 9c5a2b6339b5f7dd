"""Both sides say what the platform's role was: by a link or signed in, once, and both roles are kept."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role
from crm.confirmations.models import Confirmation, ConfirmationLink
from crm.deals.models import DealStatus
from crm.notifications.models import Notice
from crm.services.models import Service, ServiceState
from crm.startups.models import Startup
from crm.web.log import configure
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_service, a_startup, an_account, an_institution
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

PARTNER = "临渚（上海）创业投资有限公司"


@pytest.fixture
def service() -> Service:
    """A completed service for 衡汐智能 in which 临渚创投 took part; the platform claims to have assisted."""
    partner = an_institution(PARTNER, short_name="临渚创投")
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    return a_service(startup, partners=(partner,), platform_role="assisted", content="内部写法，不外传")


def ask(staff: Visitor, endpoint: str, record_id: int, **fields: Any) -> dict[str, str]:
    """Ask about a record; {party: the path of its link}."""
    staff.visit(endpoint, picked=record_id).submit("Make the links", **fields)
    assert staff.status == 200, staff.text
    bodies = re.findall(r'<textarea[^>]* id="letter[^>]*>(.*?)</textarea>', staff.now.html, re.S)
    names = re.findall(r'<h2 id="h-\d+">(.*?)</h2>', staff.now.html)
    return {
        name: "/confirm/" + body.partition("/confirm/")[2].split()[0] for name, body in zip(names, bodies, strict=True)
    }


def asked(work: Work) -> list[Confirmation]:
    with work() as session:
        found = session.scalars(sa.select(Confirmation).order_by(Confirmation.id)).all()
        session.expunge_all()
        return list(found)


def test_each_side_confirms_by_its_own_link_and_both_roles_are_kept(
    app: Flask, work: Work, finance: Visitor, service: Service
) -> None:
    links = ask(finance, "confirmations.ask_about_services", service.id)
    assert set(links) == {"衡汐智能", PARTNER}
    first = asked(work)[0]
    holder = Visitor(app).visit(links["衡汐智能"])
    assert "临渚" not in holder.text
    assert "内部写法" not in holder.text
    holder.submit("Send the answers", **{f"role_{first.id}": "aware", "name": "许望舒"})
    assert "Everything is answered" in holder.text
    record = finance.visit("services.show_service", service_id=service.id).text
    assert "Aware of" in record
    assert "claimed: Assisted" in record
    assert [(one.side, one.state, one.claimed, one.role) for one in asked(work)] == [
        ("startup", "confirmed", "assisted", "aware"),
        ("institution", "waiting", "assisted", None),
    ]
    history = finance.visit("confirmations.list_confirmations", state="confirmed").text
    assert "许望舒" in history


def test_opening_a_link_changes_nothing(app: Flask, work: Work, finance: Visitor, service: Service) -> None:
    links = ask(finance, "confirmations.ask_about_services", service.id)
    before = [vars(one) for one in asked(work)]
    for agent in ("MicroMessenger", "facebookexternalhit/1.1"):
        answer = Visitor(app).open(links["衡汐智能"], headers={"User-Agent": agent})
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert Visitor(app).open(links["衡汐智能"], "HEAD").status_code == 200
    assert [one["state"] for one in before] == [one.state for one in asked(work)]


def test_the_token_of_a_link_gets_into_no_log(app: Flask, finance: Visitor, service: Service) -> None:
    path = ask(finance, "confirmations.ask_about_services", service.id)[PARTNER]
    told = io.StringIO()
    with redirect_stderr(told):
        configure(json_lines=True)
        try:
            Visitor(app).open(path)
        finally:
            configure(json_lines=False, quiet=True)
    assert '"path": "/confirm/…"' in told.getvalue()
    assert path.removeprefix("/confirm/") not in told.getvalue()


def test_not_so_needs_a_word_and_tells_the_desk(app: Flask, work: Work, finance: Visitor, service: Service) -> None:
    links = ask(finance, "confirmations.ask_about_services", service.id)
    number = asked(work)[0].id
    holder = Visitor(app).visit(links["衡汐智能"])
    holder.submit("Send the answers", **{f"role_{number}": "not_so", "name": "许望舒"})
    assert (holder.status, holder.now.error_of("In words")) == (422, "Say in a word what is not so.")
    assert asked(work)[0].state == "waiting"
    answer = {f"role_{number}": "not_so", f"word_{number}": "我们自己联系的", "name": "许望舒"}
    holder.submit("Send the answers", **answer)
    assert "我们自己联系的" in finance.visit("confirmations.list_confirmations", state="disputed").text
    with work() as session:
        assert session.scalars(sa.select(Notice.kind)).all() == ["disputed"]
    links = ask(finance, "confirmations.ask_about_services", service.id)
    assert "衡汐智能" in links, "who disputed may be asked again"


def test_an_answer_is_given_once_and_a_newer_link_ends_the_earlier(
    app: Flask, work: Work, finance: Visitor, service: Service
) -> None:
    links = ask(finance, "confirmations.ask_about_services", service.id)
    number = asked(work)[0].id
    early, late = Visitor(app).visit(links["衡汐智能"]), Visitor(app).visit(links["衡汐智能"])
    told = {f"role_{number}": "assisted", "name": "许望舒"}
    early.submit("Send the answers", **told)
    assert early.status == 200
    late.submit("Send the answers", **{**told, f"role_{number}": "brought_about"})
    assert asked(work)[0].role == "assisted"
    waiting = asked(work)[1]
    page = finance.visit("confirmations.list_confirmations").now
    sent = page.fields_of(page.form_of("Make new links for what is ticked")[0])
    assert "/confirm/" in finance.open("/confirmations/remind", "POST", {**sent, "pick": waiting.id}).text
    assert Visitor(app).visit(links[PARTNER]).status == 410
    assert asked(work)[1].reminded_at is not None


def test_a_link_that_is_over_or_unknown_answers_nothing(
    app: Flask, work: Work, finance: Visitor, service: Service
) -> None:
    links = ask(finance, "confirmations.ask_about_services", service.id)
    assert Visitor(app).visit("/confirm/unknown").status == 410
    with work() as session:
        for link in session.scalars(sa.select(ConfirmationLink)):
            assert link.token_hash not in links["衡汐智能"]
            link.expires_at -= timedelta(days=31)
    assert Visitor(app).visit(links["衡汐智能"]).status == 410


def test_both_sides_answer_where_they_sign_in_and_only_their_own(app: Flask, work: Work, finance: Visitor) -> None:
    partner, startup = an_institution(), a_startup()
    deal = a_deal(startup, partner, stage="funded", signed=WAN, received=WAN, status=DealStatus.COMPLETED)
    ask(finance, "confirmations.ask_about_deals", deal.id)
    founder = Visitor(app).signed_in_as(an_account(Role.FOUNDER, startup_id=startup.id, name="许望舒"))
    investor = Visitor(app).signed_in_as(an_account(Role.INVESTOR, partner.id))
    strangers = [Visitor(app).signed_in_as(an_account(role)) for role in (Role.FOUNDER, Role.INVESTOR)]
    numbers = [one.id for one in asked(work)]
    for stranger, page in zip(strangers, ("answer_as_founder", "answer_as_investor"), strict=True):
        assert "Nothing waits" in stranger.visit(f"confirmations.{page}").text
    founder.visit("confirmations.answer_as_founder")
    founder.submit("Send the answers", **{f"role_{numbers[0]}": "brought_about"})
    investor.visit("confirmations.answer_as_investor")
    investor.submit("Send the answers", **{f"role_{numbers[1]}": "assisted"})
    assert (asked(work)[0].role, asked(work)[0].answered_name) == ("brought_about", "许望舒")
    assert [one.state for one in asked(work)] == ["confirmed", "confirmed"]
    finance.visit("confirmations.ask_about_deals", picked=deal.id).submit("Make the links")
    assert finance.status == 422, "who confirmed is not asked again"


def test_what_is_not_completed_cannot_be_confirmed(finance: Visitor) -> None:
    planned, going = a_service(state=ServiceState.PLANNED), a_deal()
    for endpoint, record in (("ask_about_services", planned), ("ask_about_deals", going)):
        assert "Nothing to confirm here" in finance.visit(f"confirmations.{endpoint}", picked=record.id).text


def test_one_question_to_many_makes_one_link_for_each_party(finance: Visitor) -> None:
    startup: Startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    ids = [a_service(startup).id for _ in range(3)]
    page = finance.visit("services.list_services")
    sent = {
        "csrf_token": page.now.fields_of(page.now.form_of("Ask for confirmation")[0])["csrf_token"],
        "do": "confirm",
    }
    answer = finance.open("/services/many", "POST", {**sent, "pick": [str(one) for one in ids]})
    finance.read(answer, "/services/many").submit("Make the links")
    assert finance.now.html.count('id="letter-') == 1
    assert "3 questions" in finance.text


def test_the_list_costs_the_same_for_one_and_for_ten(app: Flask, finance: Visitor) -> None:
    def cost() -> int:
        with counted_statements(app) as statements:
            assert finance.visit("confirmations.list_confirmations").status == 200
        return len(statements)

    ask(finance, "confirmations.ask_about_services", a_service().id)
    cost()
    one = cost()
    for _ in range(9):
        ask(finance, "confirmations.ask_about_services", a_service().id)
    assert cost() <= one <= 12
