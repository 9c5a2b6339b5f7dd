"""A form sent twice makes one record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from crm.startups.models import Startup
from tests.conftest import Work
from tests.support.visitor import Visitor

NAME = "上海双击智能科技有限公司"


def count(work: Work) -> int:
    with work() as session:
        return session.scalar(sa.select(sa.func.count()).where(Startup.name == NAME)) or 0


def sent_form(visitor: Visitor) -> dict[str, str]:
    page = visitor.visit("startups.add_startup").now
    form, _ = page.form_of("Add the startup")
    return {**page.fields_of(form), "name": NAME}


def test_the_second_click_leads_to_the_record_of_the_first(finance: Visitor, work: Work) -> None:
    form = sent_form(finance)
    first = finance.open("/startups/new", "POST", form)
    second = finance.open("/startups/new", "POST", form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(work) == 1


def test_two_clicks_at_once_make_one_record(app: Flask, finance: Visitor, work: Work) -> None:
    form = sent_form(finance)
    with finance.client.session_transaction() as session:
        kept = dict(session)

    def send(_: int) -> str:
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(kept)
        return client.post("/startups/new", data=form).location

    with ThreadPoolExecutor(4) as pool:
        locations = set(pool.map(send, range(4)))
    assert count(work) == 1
    assert len(locations) == 1


def test_a_refused_form_may_be_sent_again(finance: Visitor, work: Work) -> None:
    form = sent_form(finance)
    assert finance.open("/startups/new", "POST", {**form, "credit_code": "123"}).status_code == 422
    assert finance.open("/startups/new", "POST", form).status_code == 303
    assert count(work) == 1


def test_the_key_of_somebody_else_leads_nowhere(finance: Visitor, manager: Visitor, work: Work) -> None:
    form = sent_form(finance)
    finance.open("/startups/new", "POST", form)
    theirs = {**sent_form(manager), "form_key": form["form_key"], "name": "上海另一家智能科技有限公司"}
    answer = manager.open("/startups/new", "POST", theirs)
    assert answer.status_code == 409
    assert count(work) == 1
