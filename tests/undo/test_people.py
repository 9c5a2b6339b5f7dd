"""Contact data, checks, handovers and requests come back too, though the history holds no contact data."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.jobs import forget_earlier_emails
from crm.accounts.models import Account, Role
from crm.audit.models import AuditEntry
from crm.core.clock import now
from crm.deals.models import Deal
from crm.institutions.models import Admission
from crm.people.jobs import forget_earlier_contacts
from crm.people.models import Person
from crm.services.models import Service, ServiceState
from tests.conftest import Work
from tests.factories import a_deal, a_person, a_service, a_startup, an_account, an_admission, an_institution
from tests.support.visitor import Visitor


def test_contact_data_come_back_and_the_history_still_holds_masks(finance: Visitor, work: Work) -> None:
    person = a_person(startup=a_startup(), phone="13800001111", email="old@example.com", wechat="old-wx")
    finance.visit("people.edit_person", person_id=person.id)
    finance.submit("Save", phone="13900002222", email="", title="合伙人").submit("Undo")
    with work() as session:
        kept = session.get_one(Person, person.id)
        assert (kept.phone, kept.email, kept.wechat, kept.title) == ("13800001111", "old@example.com", "old-wx", "")
        told = str([entry.changes for entry in session.scalars(sa.select(AuditEntry))])
        assert "13800001111" not in told
        assert "13900002222" not in told
    finance.submit("Undo")
    with work() as session:
        assert session.get_one(Person, person.id).phone == "13900002222"


def test_who_moved_to_another_organisation_moves_back(finance: Visitor, work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    person = a_person(startup=startup)
    finance.visit("people.edit_person", person_id=person.id)
    finance.submit("Save", startup="", institution=institution.name, phone="13900002222").submit("Undo")
    with work() as session:
        kept = session.get_one(Person, person.id)
        assert (kept.startup_id, kept.institution_id, kept.phone) == (startup.id, None, "13800000000")


def test_earlier_contact_data_are_forgotten_after_an_hour(app: Flask, finance: Visitor, work: Work) -> None:
    person = a_person(startup=a_startup())
    finance.visit("people.edit_person", person_id=person.id).submit("Save", phone="13900002222")
    for later, kept in ((timedelta(minutes=59), True), (timedelta(minutes=61), False)):
        with app.app_context():
            forget_earlier_contacts(now() + later)
        with work() as session:
            assert (session.get_one(Person, person.id).contact_before is not None) is kept


def test_an_address_of_an_account_comes_back_and_the_history_still_holds_masks(admin: Visitor, work: Work) -> None:
    account = an_account(email="old@example.com")
    admin.visit("accounts.edit_account", account_id=account.id)
    admin.submit("Save", email="new@example.com", name="林予安").submit("Undo")
    with work() as session:
        kept = session.get_one(Account, account.id)
        assert (kept.email, kept.name) == ("old@example.com", account.name)
        told = str([entry.changes for entry in session.scalars(sa.select(AuditEntry))])
        assert "old@example.com" not in told
        assert "new@example.com" not in told
    admin.submit("Undo")
    with work() as session:
        assert session.get_one(Account, account.id).email == "new@example.com"


def test_an_address_that_is_kept_no_more_does_not_come_back(app: Flask, admin: Visitor, work: Work) -> None:
    account = an_account(email="old@example.com")
    admin.visit("accounts.edit_account", account_id=account.id).submit("Save", email="new@example.com")
    for later, kept in ((timedelta(minutes=59), "old@example.com"), (timedelta(minutes=61), None)):
        with app.app_context():
            forget_earlier_emails(now() + later)
        with work() as session:
            assert session.get_one(Account, account.id).email_before == kept
    admin.submit("Undo")
    assert "cannot be undone any more" in admin.text
    with work() as session:
        assert session.get_one(Account, account.id).email == "new@example.com"


@pytest.mark.parametrize("forgotten", [True, False])
def test_undoing_is_offered_only_while_the_earlier_contact_data_are_known(
    app: Flask, admin: Visitor, finance: Visitor, forgotten: bool
) -> None:
    account, person = an_account(email="old@example.com"), a_person(startup=a_startup())
    for visitor, endpoint, record in (
        (admin, "accounts.edit_account", {"account_id": account.id}),
        (finance, "people.edit_person", {"person_id": person.id}),
    ):
        form = visitor.visit(endpoint, **record).now
        sent = form.fields_of(form.form_of("Save")[0]) | {"email": "new@example.com"}
        answer = visitor.open(form.url, "POST", sent)
        with app.app_context():
            at = now() + timedelta(minutes=61 if forgotten else 59)
            forget_earlier_emails(at)
            forget_earlier_contacts(at)
        assert ("Undo" in visitor.visit(answer.location).text) is not forgotten


def test_erasing_a_person_leaves_no_earlier_contact_data(finance: Visitor, manager: Visitor, work: Work) -> None:
    person = a_person(startup=a_startup())
    finance.visit("people.edit_person", person_id=person.id).submit("Save", phone="13900002222")
    manager.visit("people.erase_person", person_id=person.id).submit("Erase for good", confirmed="y")
    assert "Undo" not in ["".join(button.itertext()).strip() for button in manager.now.all("button")]
    with work() as session:
        assert session.get_one(Person, person.id).contact_before is None


def test_a_check_is_taken_out_and_the_one_before_counts(finance: Visitor, work: Work) -> None:
    institution = an_institution()
    before = an_admission(institution)
    finance.visit("institutions.record_admission", institution_id=institution.id)
    finance.submit("Record it", checked="amac", result="suspended", checked_on="2026-06-01").submit("Undo")
    with work() as session:
        assert list(session.scalars(sa.select(Admission.id))) == [before.id]


def test_a_disabled_account_comes_back_with_what_the_heir_still_has(admin: Visitor, work: Work) -> None:
    leaving, heir, third = (an_account(Role.FINANCE, username=name) for name in ("zhou", "lin", "gu"))
    deal, passed_on = a_deal(owner_id=leaving.id), a_deal(owner_id=leaving.id)
    service, own = a_service(state=ServiceState.PLANNED), a_deal(owner_id=heir.id)
    with work() as session:
        session.get_one(Service, service.id).owner_id = leaving.id
    admin.visit("accounts.disable_account", account_id=leaving.id).submit("Disable the account", to=str(heir.id))
    with work() as session:
        session.get_one(Deal, passed_on.id).owner_id = third.id
    admin.submit("Undo")
    with work() as session:
        assert session.get_one(Account, leaving.id).disabled_at is None
        owners = [session.get_one(Deal, one.id).owner_id for one in (deal, passed_on, own)]
        assert owners == [leaving.id, third.id, heir.id]
        assert session.get_one(Service, service.id).owner_id == leaving.id


def test_work_given_to_nobody_yet_comes_back(admin: Visitor, work: Work) -> None:
    leaving = an_account(Role.FINANCE, username="zhou")
    deal, nobodys = a_deal(owner_id=leaving.id), a_deal(owner_id=None)
    admin.visit("accounts.hand_over", account_id=leaving.id).submit("Hand over", to="nobody").submit("Undo")
    with work() as session:
        assert [session.get_one(Deal, one.id).owner_id for one in (deal, nobodys)] == [leaving.id, None]
