"""Terms of confidentiality: both the person and its institution accept each version, once, and it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from crm.accounts.models import Account, Role
from crm.audit.models import AuditEntry
from crm.confidentiality import actions, queries
from crm.confidentiality.actions import months_later
from crm.confidentiality.models import Acceptance
from crm.core.clock import day_of, now
from crm.core.db import db
from tests.conftest import Work
from tests.factories import a_paper, an_account, an_institution, made, some_terms
from tests.support.visitor import Visitor


def has_accepted(account: Account) -> bool:
    return made(lambda: queries.has_accepted(account, now()))


def accepted(visitor: Visitor, **ticks: str) -> Visitor:
    return visitor.visit("confidentiality.accept_terms").submit("Accept", agree="y", **ticks)


def test_nobody_has_accepted_while_there_are_no_terms(investor: Visitor) -> None:
    assert "There are no terms yet" in investor.visit("confidentiality.accept_terms").text
    assert investor.account is not None
    assert not has_accepted(investor.account)


def test_accepting_records_who_when_from_where_which_version_and_until(investor: Visitor, work: Work) -> None:
    terms = some_terms("不得外传", months=12)
    accepted(investor, may_bind="y")
    assert "Thank you" in investor.now.html
    assert investor.account is not None
    assert has_accepted(investor.account)
    with work() as session:
        rows = session.scalars(sa.select(Acceptance).order_by(Acceptance.id)).all()
        today = day_of(now())
        assert [row.account_id for row in rows] == [None, investor.account.id]
        assert {(row.terms_id, row.address, row.accepted_on, row.until) for row in rows} == {
            (terms.id, "127.0.0.1", today, months_later(today, 12))
        }
        assert "accepted" in session.scalars(sa.select(AuditEntry.verb)).all()


def test_an_investor_returns_to_where_it_came_from_and_nowhere_else(investor: Visitor) -> None:
    some_terms()
    investor.visit("confidentiality.accept_terms", next="/portal/deals/").submit("Accept", agree="y", may_bind="y")
    assert investor.now.url == "/portal/deals/"
    other = investor.visit("confidentiality.accept_terms", next="//evil.example/")
    assert "evil.example" not in other.now.links()["Go on"]


def test_the_terms_are_not_accepted_without_the_tick(investor: Visitor) -> None:
    some_terms()
    investor.visit("confidentiality.accept_terms").submit("Accept", may_bind="y")
    assert investor.status == 422
    assert investor.account is not None
    assert not has_accepted(investor.account)


@pytest.mark.parametrize("sent", ["", "a version", "9" * 5000])
def test_a_version_that_nobody_sends_is_not_accepted(investor: Visitor, sent: str) -> None:
    some_terms()
    accepted(investor, may_bind="y", terms_id=sent)
    assert investor.status == 422
    assert investor.account is not None
    assert not has_accepted(investor.account)


def test_who_may_not_bind_the_institution_waits_for_its_paper(as_role: Callable[..., Visitor]) -> None:
    some_terms()
    institution = an_institution()
    investor = as_role("investor", institution.id)
    accepted(investor)
    assert investor.now.error_of("I may sign for my institution").startswith("Your institution is not bound yet")
    assert investor.account is not None
    a_paper(institution)
    assert not has_accepted(investor.account)
    accepted(investor)
    assert has_accepted(investor.account)


def test_a_colleague_still_accepts_in_person(as_role: Callable[..., Visitor]) -> None:
    some_terms()
    institution = an_institution()
    first, second = (as_role("investor", institution.id) for _ in range(2))
    accepted(first, may_bind="y")
    assert second.account is not None
    assert not has_accepted(second.account)
    accepted(second)
    assert has_accepted(second.account)


def test_a_newer_version_asks_everybody_again(investor: Visitor, manager: Visitor) -> None:
    some_terms("旧条款")
    accepted(investor, may_bind="y")
    manager.visit("confidentiality.write_terms").submit("Put in force", text_zh="新条款")
    assert "Older version" in manager.text
    assert investor.account is not None
    assert not has_accepted(investor.account)
    assert "You have accepted" not in investor.visit("confidentiality.accept_terms").text
    accepted(investor, may_bind="y")
    assert has_accepted(investor.account)


def test_terms_that_changed_while_they_were_read_are_not_accepted(investor: Visitor) -> None:
    some_terms()
    investor.visit("confidentiality.accept_terms")
    some_terms()
    investor.submit("Accept", agree="y", may_bind="y")
    assert investor.status == 422
    assert "have changed meanwhile" in investor.text


def test_an_acceptance_ends_with_its_last_day_or_when_staff_ends_it(as_role: Callable[..., Visitor]) -> None:
    institution = an_institution()
    account = an_account(Role.INVESTOR, institution.id)
    yesterday, tomorrow = day_of(now()) - timedelta(days=1), day_of(now()) + timedelta(days=1)
    a_paper(institution)
    personal = a_paper(institution, account, until=yesterday)
    assert not has_accepted(account)
    personal = a_paper(institution, account, until=tomorrow)
    assert has_accepted(account)
    made(lambda: actions.end(kept(personal), by=account, at=now()))
    assert not has_accepted(account)


def kept(acceptance: Acceptance) -> Acceptance:
    return db.session.get_one(Acceptance, acceptance.id, options=list(queries.WITH_NAMES))


@pytest.mark.usefixtures("app")
def test_an_acceptance_of_another_institution_binds_nobody_here() -> None:
    theirs = an_institution()
    a_paper(theirs)
    stranger, insider = an_account(Role.INVESTOR, an_institution().id), an_account(Role.INVESTOR, theirs.id)
    a_paper(theirs, stranger)
    a_paper(theirs, insider)
    assert not has_accepted(stranger)
    assert has_accepted(insider), "the positive control"


def test_staff_records_an_agreement_on_paper_with_its_scan(finance: Visitor) -> None:
    some_terms()
    institution = an_institution("临渚（上海）创业投资有限公司")
    finance.visit("confidentiality.record_paper", institution_id=institution.id).submit(
        "Record it", signed_by="沈知行", accepted_on="2026-05-01", until="2028-05-01",
        files=(BytesIO(b"%PDF-1.7 paper"), "NDA.pdf"),
    )  # fmt: skip
    row = " ".join(finance.now.rows[1])
    assert "The institution itself" in row
    assert "signed by 沈知行" in row
    assert "2028-05-01" in row
    assert "NDA.pdf" in finance.now.links()
    finance.submit("End")
    assert "Ended" in " ".join(finance.now.rows[1])


def test_the_history_of_the_terms_is_kept(manager: Visitor) -> None:
    first = some_terms("第一版", months=12)
    some_terms("第二版")
    manager.visit("confidentiality.show_terms", terms_id=first.id)
    assert "第一版" in manager.text
    assert "v2" in manager.now.links()


def test_months_end_where_the_month_does() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 11, 27), 24) == date(2028, 11, 27)
    assert months_later(date(2026, 12, 1), 1) == date(2027, 1, 1)
