"""Links and news by mail, where there is mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts import jobs
from crm.accounts.models import Account, AccountLink, ForgottenPassword
from crm.core.db import db
from crm.core.jobs import Job
from crm.core.outbox import Mail, outbox
from tests.conftest import Work
from tests.factories import PASSWORD, an_account, an_institution, writing
from tests.support.command import crm
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

NEW = "four other unrelated words"


@pytest.fixture(autouse=True)
def mail_server(app: Flask) -> Iterator[None]:
    outbox.connect("smtp://127.0.0.1:9", "desk@example.cn")
    yield
    outbox.connect("", "")


def chen(**values: str) -> Account:
    account = an_account(username="chen", language="en")
    with writing():
        kept = db.session.get_one(Account, account.id)
        kept.email = values.get("email", "chen@example.cn")
    return account


def mails(work: Work) -> list[tuple[str, str, str]]:
    with work() as session:
        written = session.scalars(sa.select(Mail).order_by(Mail.id)).all()
        return [(one.recipient, one.subject, one.plain) for one in written]


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:5000(/links/[\w-]+)", text)
    assert found is not None
    return found.group(1)


def ask(visitor: Visitor, typed: str) -> Visitor:
    return (
        visitor.visit("accounts.sign_in")
        .click("Password forgotten? Get a link by mail")
        .submit("Send me a link", typed=typed)
    )


def work_off(app: Flask) -> None:
    """Do what waits, as the job process does."""
    with app.app_context(), db.engine.connect() as connection:
        waiting = connection.scalars(sa.select(Job.record_id).where(Job.kind == "forgotten")).all()
    with app.app_context():
        for record_id in waiting:
            jobs.answer_forgotten(record_id, lambda done, total: None)


@pytest.mark.parametrize("typed", ["chen", " CHEN", "Chen@Example.cn"])
def test_whoever_forgot_a_password_gets_a_link_by_mail(app: Flask, visitor: Visitor, work: Work, typed: str) -> None:
    chen()
    assert ask(visitor, typed).now.h1 == "Look into your mail"
    work_off(app)
    ((recipient, subject, text),) = mails(work)
    assert (recipient, subject[:18]) == ("chen@example.cn", "A new password for")
    path = link_in(text)
    visitor.visit(path).submit("Set the password", password=NEW, repeated=NEW)
    assert visitor.submit("Sign in", username="chen", password=NEW).now.url == "/"
    with work() as session:
        assert session.scalars(sa.select(ForgottenPassword)).all() == [], "what was typed is not kept"


def test_known_and_unknown_names_are_answered_alike_by_the_same_work(app: Flask, work: Work) -> None:
    chen()
    answers, statements = [], []
    for typed in ("chen", "nobody", "chen@example.cn", "nobody@example.cn"):
        visitor = Visitor(app)
        form = visitor.visit("accounts.forget_password").now
        sent = form.fields_of(form.form_of("Send me a link")[0]) | {"typed": typed}
        with counted_statements(app) as sent_to_database:
            answer = visitor.open("/forgotten-password", "POST", sent)
        answers.append((answer.status_code, answer.location, answer.get_data()))
        statements.append(list(sent_to_database))
    assert len(set(answers)) == 1
    assert statements[0] == statements[1] == statements[2] == statements[3]
    assert mails(work) == [], "the job process looks whose it is"
    work_off(app)
    assert len(mails(work)) == 2


def test_disabled_accounts_and_those_without_an_address_get_none(app: Flask, visitor: Visitor, work: Work) -> None:
    account = chen(email="")
    ask(visitor, "chen")
    work_off(app)
    with writing():
        kept = db.session.get_one(Account, account.id)
        kept.email, kept.disabled_at = "chen@example.cn", kept.created_at
    ask(visitor, "chen@example.cn")
    ask(visitor, "")
    work_off(app)
    assert mails(work) == []


def test_one_account_gets_three_letters_a_day_and_one_address_asks_ten_times_an_hour(
    app: Flask, visitor: Visitor, work: Work
) -> None:
    chen()
    for _ in range(10):
        ask(visitor, "chen")
        work_off(app)
    assert len(mails(work)) == 3
    page = ask(visitor, "chen")
    assert (page.status, "Too many failed attempts" in page.text) == (422, True)


def test_a_link_never_begins_with_the_host_that_was_asked(app: Flask, visitor: Visitor, work: Work) -> None:
    chen()
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        visitor.open("/forgotten-password", "POST", {"typed": "chen"}, headers={"Host": "evil.example"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    work_off(app)
    assert "evil.example" not in mails(work)[0][2]
    assert link_in(mails(work)[0][2])


def test_an_invitation_goes_by_mail_besides_the_link(app: Flask, finance: Visitor, work: Work) -> None:
    institution = an_institution()
    finance.visit("accounts.invite_investor", institution_id=institution.id)
    finance.submit("Make the invitation", name="顾南乔", username="gu", email="gu@example.cn")
    assert "It is on its way by mail, too, to gu@example.cn." in finance.text
    ((recipient, subject, text),) = mails(work)
    assert recipient == "gu@example.cn"
    assert subject.endswith("的账号")
    assert link_in(text).removeprefix("/links/") in finance.now.value_of("Address")


def test_an_administrator_sends_a_reset_by_mail_or_only_takes_the_link(app: Flask, admin: Visitor, work: Work) -> None:
    account = chen()
    admin.visit("accounts.show_account", account_id=account.id).submit("Make a link")
    assert mails(work) == []
    admin.visit("accounts.show_account", account_id=account.id).submit("Make one and send it by mail")
    assert [one[0] for one in mails(work)] == ["chen@example.cn"]


def test_commands_invite_and_reset_by_mail(app: Flask, work: Work) -> None:
    invited = crm("user", "invite", "lu", "--role", "finance", "--email", "lu@example.cn", "--mail")
    assert invited.exit_code == 0, invited.output
    assert crm("user", "reset", "lu", "--mail").exit_code == 0
    assert [one[0] for one in mails(work)] == ["lu@example.cn"] * 2
    an_account(username="zhou")
    refused = crm("user", "reset", "zhou", "--mail")
    assert (refused.exit_code, "no mail" in refused.output) == (1, True)
    with work() as session:
        assert (
            session.scalars(sa.select(AccountLink).join(AccountLink.account).where(Account.username == "zhou")).all()
            == []
        )


def test_without_a_mail_server_nobody_is_offered_a_link_by_mail(app: Flask, visitor: Visitor) -> None:
    outbox.connect("", "")
    assert "by mail" not in visitor.visit("accounts.sign_in").text
    assert visitor.visit("accounts.forget_password").status == 404


def test_a_sign_in_from_a_new_device_is_told_by_mail(app: Flask, work: Work) -> None:
    chen()
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
    for expected, agent in ((0, "the first device"), (1, firefox)):
        visitor = Visitor(app)
        visitor.client.environ_base["HTTP_USER_AGENT"] = agent
        visitor.visit("accounts.sign_in").submit("Sign in", username="chen", password=PASSWORD)
        assert len(mails(work)) == expected
    _, subject, text = mails(work)[0]
    assert subject.startswith("A new device signed in to your account")
    assert "Device: Firefox on Linux" in text
    assert "Address: 127.0.0.1" in text
    assert "http://127.0.0.1:5000/account/sign-ins" in text
