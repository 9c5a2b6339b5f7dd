"""A canary in every text field of a startup, its parts, rounds and services: only what a reader was authorised to read
gets out, by page, list, search, comparison, PDF and text for a chat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from crm.accounts.models import Account, Role
from crm.core.db import Base, db, unit_of_work
from crm.deals.models import Deal, Round
from crm.documents.models import Document
from crm.publishing.groups import GROUPS
from crm.publishing.models import Layer
from crm.publishing.profile import read
from crm.publishing.queries import publication_in_force
from crm.reports.kinds.profile.gathered import published_profile
from crm.reports.kinds.profile.telling import ForReader
from crm.services.models import Service
from crm.startups.models import Filing, PastRound, Product, ReportedMetric, Startup, StartupLabel
from tests.factories import (
    AT,
    TODAY,
    WAN,
    a_deal,
    a_document,
    a_filing,
    a_label,
    a_paper,
    a_past_round,
    a_product,
    a_reported_metric,
    a_round,
    a_service,
    a_startup,
    an_account,
    an_authorisation,
    an_institution,
    publish,
    writing,
)
from tests.reports.examples import document_of
from tests.support.visitor import Visitor

RECORDS: tuple[type[Base], ...] = (
    Startup,
    PastRound,
    StartupLabel,
    Filing,
    ReportedMetric,
    Product,
    Round,
    Service,
    Deal,
    Document,
)
# Codes, keys and what decides where a record is, not what it says.
NO_TEXT = {
    "name_key", "short_key", "credit_code", "no_code_reason", "sector_layer", "sector_vertical", "growth_stage", "kind",
    "label", "level", "origin", "metric", "round_name", "state", "stage", "status", "pass_reason", "platform_role",
    "file_key", "record_type", "media_type",
}  # fmt: skip
NO_NAME = {Round, Document}  # a round's name is a code, a picture's the name of a file that the page does not show
# {column: group}: what a profile tells, and where.
TOLD = {
    "startup.name": "basics", "startup.short_name": "basics", "startup.summary": "basics",
    "startup.headcount_text": "company", "startup.profile": "profile", "startup.team": "team",
    "product.name": "products", "product.summary": "products", "product.url": "products",
    "startup_label.label_text": "labels",
    "filing.model_name": "filings", "filing.based_on": "filings", "filing.filing_number": "filings",
    "filing.authority": "filings",
    "round.sought_text": "rounds", "round.use_of_proceeds": "terms",
    "reported_metric.period": "metrics", "reported_metric.source": "metrics", "past_round.investors": "past_rounds",
}  # fmt: skip
ON_PAPER = set(TOLD) - {"product.url", "filing.based_on"}


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


def canary(column: str) -> str:
    """The bird of one column: letters only, so that search finds it as a word."""
    return (
        "zqx"
        + "".join(chr(97 + sum(map(ord, column)) * step % 26) for step in (3, 5, 7, 11))
        + column.translate(str.maketrans({".": "", "_": ""}))
    )


def planted() -> tuple[Startup, dict[str, str]]:
    """A startup with every kind of record, each text field a canary: {table.column: the canary}."""
    startup = a_startup()
    a_document(a_product(startup))
    a_label(startup, "unicorn")
    a_filing(startup)
    a_past_round(startup, "angel", amount=WAN)
    a_reported_metric(startup, "revenue", 4260 * WAN, for_investors=True)
    a_round(startup, "a+")
    a_service(startup)
    a_deal(startup, an_institution())
    birds: dict[str, str] = {}
    with writing():
        for model in RECORDS:
            table = model.__tablename__
            columns = [
                one.name
                for one in sa.inspect(model).columns
                if isinstance(one.type, sa.String) and not isinstance(one.type, sa.Enum) and one.name not in NO_TEXT
                and not (model in NO_NAME and one.name == "name")
            ]  # fmt: skip
            values: dict[str, Any] = {name: canary(f"{table}.{name}") for name in columns}
            if model is Product:
                values["url"] = f"https://{values['url']}.example/"
            if model is StartupLabel:
                values["label"] = None
            if model is Round:
                values |= {"sought_low": None, "sought_high": None}
            for record in db.session.scalars(sa.select(model)):
                for name, value in values.items():
                    setattr(record, name, value)
            birds |= {f"{table}.{name}": canary(f"{table}.{name}") for name in columns}
    return startup, birds


def surfaces(
    app: Flask, account: Account, startup: Startup, birds: Mapping[str, str], *, accepted: bool
) -> dict[str, str]:
    """Everything that a reader gets out, as text."""
    visitor = Visitor(app).signed_in_as(account)
    pages = {
        path: visitor.open(path).get_data(as_text=True)
        for path in (
            f"/portal/startups/{startup.id}",
            "/portal/startups/",
            f"/portal/compare?startup={startup.id}",
            "/portal/deals/",
            "/portal/",
        )
    }
    found = [name for name, bird in birds.items() if visitor.open(f"/search/suggest?q={bird}").get_json()["items"]]
    pages["search"] = " ".join(birds[name] for name in found)
    pages["list search"] = " ".join(
        bird for bird in birds.values() if visitor.visit("portal.list_startups", q=bird).now.all("article") or
        f'/portal/startups/{startup.id}"' in visitor.now.html
    )  # fmt: skip
    with app.app_context(), unit_of_work(write=False) as session:
        profile = read(publication_in_force(session.get_one(Startup, startup.id)), accepted=accepted)
        pages["pdf"] = document_of("profile", ForReader(published_profile(profile, TODAY), "读者")).html
    return pages


def got_out(pages: Mapping[str, str], birds: Mapping[str, str]) -> dict[str, set[str]]:
    """{surface: the columns whose canary is in it}."""
    return {where: {name for name, bird in birds.items() if bird in text} for where, text in pages.items()}


SPLITS = {
    "all invited": dict.fromkeys(GROUPS, Layer.INVITED.value),
    "only the basics": {"basics": Layer.INVITED.value},
    "the rest confidential": dict.fromkeys(GROUPS, Layer.CONFIDENTIAL.value) | {"basics": Layer.INVITED.value},
    "half": dict(zip(GROUPS, [Layer.INVITED.value, Layer.CONFIDENTIAL.value] * 6, strict=True)),
}


@pytest.mark.parametrize(
    ("split", "accepted"),
    [
        ("all invited", False),
        ("only the basics", True),
        ("the rest confidential", False),
        ("the rest confidential", True),
        ("half", False),
        ("half", True),
    ],
)
def test_no_canary_gets_out_that_the_reader_may_not_have(app: Flask, split: str, accepted: bool) -> None:
    startup, birds = planted()
    an_authorisation(startup, SPLITS[split])
    publish(startup)
    institution = an_institution()
    account = an_account(Role.INVESTOR, institution.id)
    if accepted:
        a_paper(institution)
        a_paper(institution, account)
    layers = SPLITS[split]
    readable = {Layer.INVITED.value, Layer.CONFIDENTIAL.value} if accepted else {Layer.INVITED.value}
    allowed = {column for column, group in TOLD.items() if layers.get(group) in readable}
    found = got_out(surfaces(app, account, startup, birds, accepted=accepted), birds)
    assert {where: columns - allowed for where, columns in found.items() if columns - allowed} == {}
    assert found[f"/portal/startups/{startup.id}"] == allowed, "a canary that may be read is on the page"
    assert found["pdf"] == allowed & ON_PAPER
    assert found["search"] <= {column for column in allowed if layers[TOLD[column]] == Layer.INVITED}


def test_a_text_for_an_investor_tells_the_invited_layer_only(finance: Visitor) -> None:
    startup, birds = planted()
    an_authorisation(startup, SPLITS["half"])
    publish(startup)
    page = finance.visit("wording.copy_startup", startup_id=startup.id, audience="investor", length="long")
    text = page.submit("Show the text").now.value_of("The text")
    out = {name for name, bird in birds.items() if bird in text}
    assert out <= {column for column, group in TOLD.items() if SPLITS["half"][group] == Layer.INVITED}
    assert {"startup.name", "startup.profile", "startup.summary"} <= out
