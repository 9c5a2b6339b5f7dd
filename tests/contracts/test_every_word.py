"""A canary in every text field of every record: an investor of another institution and a founder of another startup get
none of them, by any address, list, search, count or file; and whoever may read one no longer does once that ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.wrappers import Response

from crm.accounts import actions as accounts
from crm.accounts.models import Account, Role
from crm.core.db import Base, db
from crm.institutions.models import Institution
from crm.publishing import actions as publishing
from crm.startups.models import Startup
from crm.startups.queries import find_startup
from crm.web import errors
from tests.contracts.test_permissions import one_of_each
from tests.contracts.test_scopes import answers
from tests.factories import (
    AT,
    BY,
    a_published_startup,
    an_account,
    an_authorisation,
    an_institution,
    publish,
    writing,
)
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once

# What the platform says of itself, what it counts, its vocabularies, its machinery, and copies made of records.
NO_RECORDS = {
    "account", "account_link", "attempts", "audit_entry", "audit_tail", "batch", "confidentiality_terms",
    "confirmation_link", "daily_run", "dashboard_view", "deal_total", "device", "download", "edition",
    "forgotten_password", "form_template", "job", "known_fact", "ledger_import", "mail", "match_backtest", "match_run",
    "match_weights", "notice", "partial_file", "platform", "provider_identity", "publication", "recipe",
    "recovery_code", "reference_figure", "room_access", "saved_view", "search_entry", "second_factor",
    "service_category", "service_type", "service_type_version", "sign_in_session", "snapshot", "submission",
    "submitted_figure", "target", "term", "visitor_entry", "vocabulary_version", "worker",
}  # fmt: skip
# Codes and keys, which other code reads.
NO_WORDS = {
    "amac_code", "amac_number", "amac_status", "base", "basis", "checked", "claimed", "credit_code", "credit_line",
    "currency", "fee_basis", "field", "file_key", "from_stage", "growth_stage", "invest_role", "key", "kind", "label",
    "language", "level", "line", "media_type", "metric", "name_key", "no_code_reason", "origin",
    "other_identifier", "pass_reason", "path",
    "platform_role", "purpose", "reason", "record_type", "region", "result", "role", "round_name", "sector_layer",
    "sector_vertical", "short_key", "stage", "structure", "subject", "to_stage", "token", "uid", "unit", "url",
}  # fmt: skip
CODES = {"round.name", "person.source"}


@dataclass(frozen=True)
class World:
    """A record of every kind, of a startup that was published to one institution alone, and others beside it."""

    ids: dict[str, int]
    birds: dict[str, str]
    invited: Account
    investor: Account
    founder: Account


def plant() -> dict[str, str]:
    """Put a canary of its own into every text field of every record: {canary: table.column}."""
    birds: dict[str, str] = {}
    for mapper in Base.registry.mappers:
        table = mapper.local_table.name  # type: ignore[attr-defined]
        if table in NO_RECORDS:
            continue
        for column in mapper.columns:
            is_text = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
            if not is_text or column.key in NO_WORDS or f"{table}.{column.key}" in CODES:
                continue
            bird = f"zqx{len(birds):03}"
            for record in db.session.scalars(sa.select(mapper.class_)):
                setattr(record, column.key, bird)
                birds[bird] = f"{table}.{column.key}"
    return birds


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(errors, "show_error", lambda code, variant="": Response(status=code))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    ids = one_of_each()
    with writing():
        birds = plant()
    with writing():
        startup = db.session.get_one(Startup, ids["startup_id"])
        institution = db.session.get_one(Institution, ids["institution_id"])
    an_authorisation(startup, institutions=(institution,))
    publish(startup)
    other = an_institution()
    return World(
        ids,
        birds,
        invited=an_account(Role.INVESTOR, institution.id),
        investor=an_account(Role.INVESTOR, other.id),
        founder=an_account(Role.FOUNDER, startup_id=a_published_startup().id),
    )


def caught(app: Flask, world: World, account: Account, below: str = "/") -> dict[str, set[str]]:
    """{address: the fields whose canary its answer holds}."""
    visitor = Visitor(app).signed_in_as(account)
    found = {
        rule: {field for bird, field in world.birds.items() if bird in text}
        for rule, text in answers(app, visitor, world.ids)
        if rule.startswith(below)
    }
    return {rule: fields for rule, fields in found.items() if fields}


def test_nobody_of_another_institution_or_startup_gets_a_word_out(app: Flask, world: World) -> None:
    for account in (world.investor, world.founder):
        assert caught(app, world, account) == {}, account.role


def test_no_search_and_no_list_tells_that_a_word_is_there(app: Flask, world: World) -> None:
    visitor = Visitor(app).signed_in_as(world.investor)
    nothing = visitor.open("/portal/startups/?q=zqx").get_data(as_text=True)
    for bird, field in world.birds.items():
        assert visitor.open(f"/search/suggest?q={bird}").get_json()["items"] == [], field
        told = visitor.open(f"/portal/startups/?q={bird}").get_data(as_text=True)
        assert told.count("<article") == nothing.count("<article"), field


def test_a_manager_gets_most_of_it_and_who_was_invited_what_was_published(app: Flask, world: World) -> None:
    """The positive control."""
    manager = {field for fields in caught(app, world, an_account(Role.MANAGER)).values() for field in fields}
    assert len(manager) > 0.6 * len(world.birds), sorted(set(world.birds.values()) - manager)
    invited = {field for fields in caught(app, world, world.invited).values() for field in fields}
    assert {"startup.name", "startup.summary", "round.use_of_proceeds"} & invited
    assert "startup.note" not in invited


def withdraw(world: World) -> None:
    startup = find_startup(BY, world.ids["startup_id"])
    assert startup is not None
    publishing.withdraw(startup, by=BY, at=AT)


def move(world: World) -> None:
    account = db.session.get_one(Account, world.invited.id)
    elsewhere = {"name": account.name, "role": Role.INVESTOR, "institution_id": world.investor.institution_id}
    accounts.change_account(account, **elsewhere, email="", version=None, by=BY, at=AT)  # type: ignore[arg-type]


def disable(world: World) -> None:
    accounts.disable(db.session.get_one(Account, world.invited.id), by=BY, at=AT)


@pytest.mark.parametrize("end", [withdraw, move, disable])
def test_what_ended_is_gone_on_the_next_request(app: Flask, world: World, end: Callable[[World], None]) -> None:
    visitor = Visitor(app).signed_in_as(world.invited)
    page = f"/portal/startups/{world.ids['startup_id']}"
    assert visitor.open(page).status_code == 200
    with writing():
        end(world)
    assert visitor.open(page).status_code != 200
    left = caught(app, world, world.invited, "/portal/")
    assert {field for fields in left.values() for field in fields if field.startswith("startup.")} == set()
