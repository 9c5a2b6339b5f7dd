"""The content of a record's page is made once for a reader as long as it shows the same, and anew as soon as not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from markupsafe import Markup

from crm.accounts.models import Account
from crm.core.db import db
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.settings import pages
from crm.settings.actions import draw_stamp
from crm.settings.models import Term
from crm.settings.pages import Shown, Unnameable, name_of
from crm.settings.rows import Parts
from tests.factories import AT, a_deal, a_fund, a_service, a_startup, an_account, an_event, an_institution, writing
from tests.support import world
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CONTENTS", Parts(pages.LONGEST))


@pytest.fixture
def deal() -> Deal:
    return a_deal(a_startup(), an_institution())


def shown(visitor: Visitor, path: str) -> str:
    return visitor.open(path).get_data(as_text=True)


def changed(kind: Any, record_id: int, **values: Any) -> None:
    with writing():
        record = db.session.get_one(kind, record_id)
        for name, value in values.items():
            setattr(record, name, value)


def test_a_page_that_shows_the_same_is_made_once(finance: Visitor, deal: Deal) -> None:
    with patch.object(pages, "for_anybody", wraps=pages.for_anybody) as made:
        shown(finance, f"/deals/{deal.id}")
        shown(finance, f"/deals/{deal.id}")
    assert made.call_count == 1


def test_every_kind_of_record_is_kept(finance: Visitor, deal: Deal) -> None:
    fund, service, event = a_fund(), a_service(), an_event()
    paths = [f"/deals/{deal.id}", f"/rounds/{deal.round_id}", f"/institutions/{deal.institution_id}"]
    paths += [f"/funds/{fund.id}", f"/services/{service.id}", f"/events/{event.id}", f"/startups/{service.startup_id}"]
    for path in paths:
        before = len(pages.CONTENTS.made)
        assert finance.open(path).status_code == 200
        assert len(pages.CONTENTS.made) == before + 1, path


def test_what_somebody_changed_is_shown_at_once(finance: Visitor, deal: Deal) -> None:
    shown(finance, f"/deals/{deal.id}")
    changed(Institution, deal.institution_id, name="Riverbank Capital")
    assert "Riverbank Capital" in shown(finance, f"/deals/{deal.id}")
    changed(Deal, deal.id, note="Waits for the board")
    assert "Waits for the board" in shown(finance, f"/deals/{deal.id}")


def test_another_reader_sees_the_own_page(as_role: Callable[..., Visitor], deal: Deal) -> None:
    finance, leader = as_role("finance"), as_role("leader")
    assert f"/deals/{deal.id}/edit" in shown(finance, f"/deals/{deal.id}")
    assert f"/deals/{deal.id}/edit" not in shown(leader, f"/deals/{deal.id}")
    token = finance.visit(f"/deals/{deal.id}").now.all("meta", name="csrf-token")[0].get("content")
    assert token not in shown(as_role("finance"), f"/deals/{deal.id}")


def test_forms_carry_the_readers_token_and_a_key_of_each_view(finance: Visitor, deal: Deal) -> None:
    keys: set[str | None] = set()
    for _ in range(3):
        page = finance.visit(f"/deals/{deal.id}").now
        token = page.all("meta", name="csrf-token")[0].get("content")
        assert {field.get("value") for field in page.all("input", name="csrf_token")} == {token}
        new = {field.get("value") for field in page.all("input", name="form_key")}
        assert new
        assert not new & keys
        keys |= new


def test_another_browser_of_the_same_account_gets_its_own_token(finance: Visitor, deal: Deal) -> None:
    assert finance.account is not None
    other = Visitor(world.app).signed_in_as(finance.account)
    tokens = []
    for browser in (finance, other, finance):
        fields = browser.visit(f"/deals/{deal.id}").now.all("input", name="csrf_token")
        tokens.append({field.get("value") for field in fields})
    assert [len(own) for own in tokens] == [1, 1, 1]
    assert tokens[0] == tokens[2] != tokens[1]


def test_the_readers_language_counts(finance: Visitor, deal: Deal) -> None:
    assert "Latest deals" in shown(finance, f"/institutions/{deal.institution_id}")
    assert finance.account is not None
    changed(Account, finance.account.id, language="zh_CN")
    assert "Latest deals" not in shown(finance, f"/institutions/{deal.institution_id}")


@pytest.mark.usefixtures("app")
def test_the_day_counts() -> None:
    with time_machine.travel(AT, tick=True) as clock:
        deal = a_deal(happened_on=AT.date())
        account = an_account()
        path = f"/institutions/{deal.institution_id}"
        assert "1 day" not in shown(Visitor(world.app).signed_in_as(account), path)
        clock.shift(timedelta(days=1))
        assert "1 day" in shown(Visitor(world.app).signed_in_as(account), path)


def test_the_words_of_vocabularies_count(finance: Visitor, deal: Deal) -> None:
    shown(finance, f"/deals/{deal.id}")
    with writing():
        db.session.execute(sa.update(Term).where(Term.code == deal.stage).values(name_en="Said hello"))
        draw_stamp()
    assert "Said hello" in shown(finance, f"/deals/{deal.id}")


def test_the_address_counts(finance: Visitor, deal: Deal) -> None:
    page = shown(finance, f"/deals/{deal.id}")
    assert page.count('aria-current="true"') == 1
    assert shown(finance, f"/deals/{deal.id}?show=talks") != page


def test_a_page_with_a_value_that_cannot_be_named_is_made_each_time() -> None:
    for value in (object(), {"form": object()}, [lambda: None]):
        with pytest.raises(Unnameable):
            name_of(value)


def test_values_that_look_different_have_different_names() -> None:
    values: list[Any] = ["a", Markup("a"), 1.0, Decimal("1.0"), Decimal("1.00"), ("a",), ["a"], {"a": None}, {"a"}]
    assert len({name_of(value) for value in values}) == len(values)


def test_a_page_that_reads_something_while_it_is_made_is_not_kept(app: Flask) -> None:
    values: dict[str, Any] = {"read": []}
    shown_by_name = Shown(("page", name_of(values)), values)

    def made() -> Markup:
        values["read"].append("more")
        return Markup("a page")

    with world.app.test_request_context():
        assert pages.kept_content(shown_by_name, made) == "a page"
    assert not pages.CONTENTS.made
