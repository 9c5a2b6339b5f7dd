"""Accounts of founders: each belongs to one startup, and those who write records invite them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from crm.accounts import actions
from crm.accounts.models import Account, Role
from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from tests.conftest import Work
from tests.factories import AT, BY, a_startup, an_account, an_institution
from tests.support.visitor import Visitor


@pytest.mark.parametrize("role", [Role.FINANCE, Role.INVESTOR])
def test_only_founders_belong_to_a_startup(work: Work, role: Role) -> None:
    startup, institution_id = a_startup(), an_institution().id if role == Role.INVESTOR else None
    with work(), pytest.raises(Refusal, match="Only founders"):
        actions.invite(
            username="gu", name="", role=role, institution_id=institution_id, startup_id=startup.id, by=BY, at=AT
        )


def test_a_founder_without_startup_is_refused_by_the_form_and_by_the_database(work: Work, admin: Visitor) -> None:
    page = admin.visit("accounts.add_account").submit("Add the account", username="gu", name="顾南乔", role="founder")
    assert page.now.error_of("Startup") == "A founder belongs to a startup: name it."
    account = an_account(Role.FOUNDER)
    with pytest.raises(IntegrityError), work() as session:
        session.execute(sa.update(Account).where(Account.id == account.id).values(startup_id=None))


def test_an_administrator_binds_a_founder_and_sees_to_which_startup(admin: Visitor) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    told = {"username": "gu", "name": "顾南乔", "role": "founder", "startup": "衡汐智能"}
    admin.visit("accounts.add_account").submit("Add the account", **told)
    assert startup.name in admin.visit("accounts.list_accounts").text
    assert admin.open(f"{admin.url('startups.suggest')}?q=衡汐").status_code == 200


def test_finance_staff_invite_founders_of_a_startup(app: Flask, finance: Visitor) -> None:
    startup = a_startup()
    finance.visit("startups.list_people", startup_id=startup.id).click("Invite a founder")
    finance.submit("Make the invitation", name="顾南乔", username="gu")
    assert "/links/" in finance.now.value_of("Address")
    with app.app_context(), unit_of_work(write=False) as session:
        account = session.scalars(sa.select(Account).where(Account.username == "gu")).one()
        assert (account.role, account.startup_id, account.is_invited) == (Role.FOUNDER, startup.id, True)
    page = finance.visit("startups.list_people", startup_id=startup.id)
    assert "顾南乔" in page.text
    page.submit("New link")
    assert page.status == 200
