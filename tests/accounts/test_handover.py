"""Open work does not stay with somebody who is gone: disabling asks who takes over, a leave hands over too."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account, Role
from crm.core.db import db, unit_of_work
from crm.deals.models import Deal, DealStatus
from crm.services.models import Service, ServiceState
from tests.factories import a_deal, a_service, an_account, writing
from tests.support.visitor import Visitor


@pytest.fixture
def leaving(app: Flask) -> Account:
    """Somebody with two open deals, one that is over, one open and one completed service."""
    account = an_account(Role.FINANCE, name="周牧之", username="zhou")
    a_deal(owner_id=account.id)
    held = a_deal(owner_id=account.id)
    over = a_deal(owner_id=account.id)
    planned, done = a_service(state=ServiceState.PLANNED), a_service()
    with writing():
        db.session.get_one(Deal, held.id).status = DealStatus.ON_HOLD
        db.session.get_one(Deal, over.id).status = DealStatus.PASSED
        for service in (planned, done):
            db.session.get_one(Service, service.id).owner_id = account.id
    return account


@pytest.fixture
def heir() -> Account:
    return an_account(Role.FINANCE, name="林予安", username="lin")


def owned(app: Flask) -> dict[str, list[int | None]]:
    """{kind: the owners of its records}, oldest first."""
    with app.app_context(), unit_of_work(write=False) as session:
        return {
            "deals": list(session.scalars(sa.select(Deal.owner_id).order_by(Deal.id))),
            "services": list(session.scalars(sa.select(Service.owner_id).order_by(Service.id))),
        }


def is_disabled(app: Flask, account: Account) -> bool:
    with app.app_context(), unit_of_work(write=False) as session:
        return session.get_one(Account, account.id).disabled_at is not None


def test_disabling_says_how_much_is_open_and_gives_it_to_whom_is_chosen(
    app: Flask, admin: Visitor, leaving: Account, heir: Account
) -> None:
    page = admin.visit("accounts.disable_account", account_id=leaving.id)
    assert "Open deals2active or on hold" in page.text
    assert "Open services1planned or in progress" in page.text
    page.submit("Disable the account", to=str(heir.id))
    assert is_disabled(app, leaving)
    assert owned(app) == {"deals": [heir.id, heir.id, leaving.id], "services": [heir.id, leaving.id]}


def test_disabling_does_nothing_until_somebody_takes_over(app: Flask, admin: Visitor, leaving: Account) -> None:
    page = admin.visit("accounts.disable_account", account_id=leaving.id).submit("Disable the account")
    assert page.status == 422
    assert page.now.error_of("Who takes over") == "Choose who takes over."
    assert not is_disabled(app, leaving)
    assert owned(app)["deals"] == [leaving.id] * 3


def test_nobody_yet_is_a_choice_of_its_own(app: Flask, admin: Visitor, leaving: Account) -> None:
    admin.visit("accounts.disable_account", account_id=leaving.id).submit("Disable the account", to="nobody")
    assert is_disabled(app, leaving)
    assert owned(app)["deals"] == [None, None, leaving.id]


def test_only_those_who_may_own_can_take_over(app: Flask, admin: Visitor, leaving: Account) -> None:
    leader = an_account(Role.LEADER)
    for wrong in (leader.id, leaving.id):
        page = admin.visit("accounts.disable_account", account_id=leaving.id)
        page.submit("Disable the account", to=str(wrong))
        assert page.status == 422
    assert not is_disabled(app, leaving)


def test_what_cannot_be_disabled_keeps_its_work(app: Flask, admin: Visitor) -> None:
    assert admin.account is not None
    a_deal(owner_id=admin.account.id)
    page = admin.visit("accounts.disable_account", account_id=admin.account.id)
    page.submit("Disable the account", to="nobody")
    assert page.status == 422
    assert owned(app)["deals"] == [admin.account.id]


def test_an_account_without_open_work_is_disabled_without_a_choice(app: Flask, admin: Visitor) -> None:
    account = an_account(Role.LEADER)
    admin.visit("accounts.disable_account", account_id=account.id).submit("Disable the account")
    assert is_disabled(app, account)


def test_looking_at_the_page_disables_nobody(app: Flask, admin: Visitor, leaving: Account) -> None:
    admin.visit("accounts.disable_account", account_id=leaving.id)
    assert not is_disabled(app, leaving)


def test_work_is_handed_over_for_a_leave_without_disabling(
    app: Flask, admin: Visitor, leaving: Account, heir: Account
) -> None:
    admin.visit("accounts.show_account", account_id=leaving.id).click("Hand over")
    admin.submit("Hand over", to=str(heir.id))
    assert not is_disabled(app, leaving)
    assert owned(app) == {"deals": [heir.id, heir.id, leaving.id], "services": [heir.id, leaving.id]}
    admin.visit("accounts.hand_over", account_id=leaving.id)
    assert "Nothing to hand over" in admin.text


def test_enabling_again_gives_nothing_back_and_says_so(
    app: Flask, admin: Visitor, leaving: Account, heir: Account
) -> None:
    admin.visit("accounts.disable_account", account_id=leaving.id).submit("Disable the account", to=str(heir.id))
    admin.submit("Enable")
    assert "What was handed over stays with who took it." in admin.now.html
    assert owned(app)["deals"][0] == heir.id


def test_every_record_says_in_its_history_who_took_it_over(
    app: Flask, admin: Visitor, manager: Visitor, leaving: Account, heir: Account
) -> None:
    admin.visit("accounts.hand_over", account_id=leaving.id).submit("Hand over", to=str(heir.id))
    with app.app_context(), unit_of_work(write=False) as session:
        deal = session.scalars(sa.select(Deal.id).where(Deal.owner_id == heir.id).order_by(Deal.id)).first()
        service = session.scalars(sa.select(Service.id).where(Service.owner_id == heir.id)).one()
    assert "Owner 周牧之 → 林予安" in manager.visit("deals.show_deal_history", deal_id=deal).text
    assert "Owner 周牧之 → 林予安" in manager.visit("services.show_history", service_id=service).text


def test_an_administrator_learns_counts_and_no_names(admin: Visitor, leaving: Account) -> None:
    page = admin.visit("accounts.disable_account", account_id=leaving.id).now
    assert [text for text in page.links().values() if "/deals/" in text or "/services/" in text] == []
    assert "科技有限公司" not in page.text
