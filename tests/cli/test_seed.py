"""`crm seed`: exactly what it says, alike each time, and never where somebody works."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account
from crm.core.db import Base
from crm.deals.models import Deal, DealEvent, Receipt
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_startup
from tests.support import world
from tests.support.command import crm
from tests.support.visitor import Visitor

PASSWORD = "walnut harbour ferry"


@pytest.fixture
def run(app: Flask) -> Any:
    """Run the command in the test's application."""
    return partial(crm, "seed")


def counted(work: Work, names: Any) -> dict[str, int]:
    with work() as session:
        tables = {name: Base.metadata.tables[name] for name in names}
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for name, table in tables.items()
        }


def test_the_bench_profile_makes_what_it_says_in_proportion_to_the_startups(run: Any, work: Work) -> None:
    made = json.loads(run("--profile", "bench", "--startups", 100, "--json").stdout)
    assert counted(work, made) == made
    assert (made["startup"], made["deal"]) == (100, 200)
    assert made["service"] + made["deal_event"] == 1000
    assert made["institution"] == made["fund"] == 20
    assert (made["commitment"], made["fund_flow"]) == (60, 120)


def test_what_the_bench_profile_made_goes_together(run: Any, work: Work) -> None:
    run("--profile", "bench", "--startups", 100)
    with work() as session:
        latest = sa.select(sa.func.max(DealEvent.id)).group_by(DealEvent.deal_id)
        deals = session.execute(
            sa.select(Deal, DealEvent).join(DealEvent, DealEvent.deal_id == Deal.id).where(DealEvent.id.in_(latest))
        ).all()
        assert len(deals) == 200
        assert all(
            (deal.stage, deal.status, deal.moved_on) == (event.to_stage, event.to_status, event.happened_on)
            for deal, event in deals
        )
        paid = set(session.scalars(sa.select(Receipt.deal_id)))
        assert paid == {deal.id for deal, _ in deals if deal.stage == "funded"}
        assert all((deal.signed is None) == (deal.signed_on is None) for deal, _ in deals)


def test_the_bench_profile_is_the_same_each_time(app: Flask, run: Any, work: Work) -> None:
    def names() -> list[Any]:
        run("--profile", "bench", "--startups", 30)
        with work() as session:
            found = session.execute(sa.select(Startup.name, Startup.joined_on, Startup.headcount).order_by(Startup.id))
            return [tuple(row) for row in found]

    first = names()
    with work() as session:
        world.wipe(session)
    assert names() == first
    assert len(set(first)) == 30


def test_records_can_be_added_after_the_bench_profile_and_its_pages_open(app: Flask, run: Any, work: Work) -> None:
    made = json.loads(run("--profile", "bench", "--startups", 30, "--json").stdout)
    assert a_startup("新来的科技有限公司").id == made["startup"] + 1
    with work() as session:
        finance = session.scalars(sa.select(Account).where(Account.username == "finance")).one()
    visitor = Visitor(app).signed_in_as(finance)
    for path in (
        "/",
        "/startups/",
        "/startups/1",
        "/deals/",
        "/deals/5",
        "/services/",
        "/institutions/1",
        "/funds/",
        "/matrix/",
    ):
        assert visitor.open(path).status_code == 200


def test_the_matrix_profile_has_each_role_twice_and_two_sides_for_outsiders(
    app: Flask, run: Any, work: Work, visitor: Visitor
) -> None:
    made = json.loads(run("--profile", "matrix", "--json").stdout)
    roles = [one["role"] for one in made["accounts"]]
    assert {role: roles.count(role) for role in roles} == {
        "admin": 2,
        "manager": 2,
        "finance": 2,
        "leader": 2,
        "investor": 4,
        "founder": 2,
    }
    founders = [one["startup_id"] for one in made["accounts"] if one["role"] == "founder"]
    assert founders == [side["startups"][0]["id"] for side in made["worlds"]]
    assert [len(side["startups"]) for side in made["worlds"]] == [2, 2]
    with work() as session:
        published = set(session.scalars(sa.select(Startup.id).where(Startup.published_at.is_not(None))))
    told = {one["id"] for side in made["worlds"] for one in side["startups"] if one["published"]}
    assert published == told
    theirs, others = made["worlds"][1], made["worlds"][0]
    one = next(one for one in made["accounts"] if one["institution_id"] == theirs["institution"]["id"])
    visitor.visit("accounts.sign_in").submit("Sign in", username=one["username"], password=made["password"])
    assert visitor.open(f"/portal/startups/{theirs['startups'][0]['id']}").status_code == 200
    assert visitor.open(f"/portal/startups/{theirs['startups'][1]['id']}").status_code == 404
    rooms = [*theirs["documents"], *others["documents"]]
    assert [visitor.open(f"/portal/documents/{one}").status_code for one in rooms] == [200, 404, 404, 404]
    deals = visitor.visit("portal.list_deals").text
    assert "乙方公开" in deals
    assert "甲方" not in deals
    assert others["institution"]["name"] not in deals


def test_the_matrix_profile_prints_accounts_with_their_password_and_ids(run: Any) -> None:
    printed = run("--profile", "matrix").stdout
    assert PASSWORD in printed
    assert "investor4" in printed
    assert "unpublished" in printed


@pytest.mark.parametrize("profile", ["bench", "matrix"])
def test_production_is_refused(app: Flask, run: Any, monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    monkeypatch.setitem(app.config, "ENV_NAME", "production")
    answer = run("--profile", profile)
    assert answer.exit_code == 1
    assert "production" in answer.stderr


@pytest.mark.parametrize("profile", ["bench", "matrix"])
def test_a_database_in_use_is_refused_and_stays_as_it_was(run: Any, work: Work, profile: str) -> None:
    a_startup()
    answer = run("--profile", profile, *(["--startups", 10] if profile == "bench" else []))
    assert answer.exit_code == 1
    assert "not empty" in answer.stderr
    assert counted(work, ["startup", "account", "deal"]) == {"startup": 1, "account": 0, "deal": 0}
