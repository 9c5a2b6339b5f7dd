"""`crm user`: links and handing over from the command line."""

from __future__ import annotations

import pytest
from flask import Flask

from crm.accounts.models import Role
from crm.activities.models import Activity
from crm.cli import users
from crm.core.db import unit_of_work
from crm.deals.models import Deal
from tests.factories import a_deal, a_task, an_account
from tests.support.visitor import Visitor


@pytest.fixture
def crm(app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run a command of `crm user` on the test's application; returns (exit code, what it printed)."""
    monkeypatch.setattr("crm.cli.context.application", lambda: app)

    def run(*arguments: str) -> tuple[int, str]:
        code = 0
        try:
            users.users.main(list(arguments), standalone_mode=False)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


def path_in(told: str) -> str:
    return "/links/" + told.partition("/links/")[2].split(maxsplit=1)[0]


def test_an_invitation_prints_a_link_that_works(app: Flask, crm) -> None:  # type: ignore[no-untyped-def]
    code, told = crm("invite", "lu", "--role", "finance", "--name", "陆清和")
    assert code == 0
    assert told.startswith("http://127.0.0.1:5000/links/")
    page = Visitor(app).visit(path_in(told))
    assert "You are invited to" in page.text


def test_a_reset_prints_a_link_at_the_address_of_the_settings(  # type: ignore[no-untyped-def]
    app: Flask, crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_account(username="chen")
    monkeypatch.setattr(app.extensions["crm_settings"], "base_url", "https://crm.example.cn")
    code, told = crm("reset", "chen")
    assert (code, told.startswith("https://crm.example.cn/links/")) == (0, True)
    assert Visitor(app).visit(path_in(told)).status == 200


def test_disabling_asks_who_takes_over(app: Flask, crm) -> None:  # type: ignore[no-untyped-def]
    leaving, heir = an_account(username="zhou"), an_account(username="lin")
    an_account(Role.LEADER, username="gu")
    deal, task = a_deal(owner_id=leaving.id), a_task(leaving)
    code, told = crm("disable", "zhou")
    assert (code, "1 open deals and 0 open services" in told) == (1, True)
    assert crm("disable", "zhou", "--hand-over-to", "gu")[0] == 1
    code, told = crm("disable", "zhou", "--hand-over-to", "lin")
    assert (code, told) == (0, "Disabled zhou. 0 startups, 1 open deals and 0 open services handed over.\n")
    with app.app_context(), unit_of_work(write=False) as session:
        assert session.get_one(Deal, deal.id).owner_id == heir.id
        assert session.get_one(Activity, task.id).assignee_id == heir.id


def test_an_account_is_added_and_changed_and_each_change_ends_its_sessions(app: Flask, crm) -> None:  # type: ignore[no-untyped-def]
    words = ["three unrelated words", "four other unrelated words"]
    assert crm("add", "lin", "--role", "finance", "--password", words[0])[0] == 0
    assert crm("add", "lin", "--role", "finance", "--password", words[0])[0] == 1, "there is one already"
    for change, word in (
        (["role", "lin", "manager"], words[0]),
        (["password", "lin", "--password", words[1]], words[0]),
        (["disable", "lin"], words[1]),
    ):
        visitor = signed_in(app, word)
        assert visitor.open("/deals/").status_code == 200
        assert crm(*change)[0] == 0
        assert visitor.open("/deals/").status_code == 303, change
    assert signed_in(app, words[1]).now.h1 == "Sign in"
    assert crm("enable", "lin")[0] == 0
    assert signed_in(app, words[1]).open("/deals/").status_code == 200


def signed_in(app: Flask, password: str) -> Visitor:
    return Visitor(app).visit("accounts.sign_in").submit("Sign in", username="lin", password=password)
