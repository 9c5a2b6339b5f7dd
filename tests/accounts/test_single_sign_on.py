"""Single sign-on against a provider over HTTP, honest and not."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from crm.accounts import actions, provider, single_sign_on
from crm.accounts.models import Account, ProviderIdentity, Role
from crm.blueprints import load_accounts
from crm.config import Settings
from crm.core.clock import now
from crm.core.db import db
from tests.conftest import Work
from tests.factories import BY, an_account, writing
from tests.support.command import crm
from tests.support.provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider
from tests.support.visitor import Visitor

LIN = {"sub": "7f3a", "email": "Lin@Example.cn", "email_verified": True}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider() as one:
        yield one


@pytest.fixture
def idp(app: Flask, running: Provider) -> Iterator[Provider]:
    """The provider that the settings name; who comes is Lin."""
    settings = app.extensions["crm_settings"]
    running.person, running.lies, running.codes, running.signs_with = dict(LIN), {}, {}, running.key
    provider.provider_at.cache_clear()
    told = {"oidc_issuer": running.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    with patch.multiple(settings, **told, oidc_name="园区统一身份"):
        yield running


def go(visitor: Visitor, start: str = "/sign-in", **swapped: str) -> Visitor:
    """To the provider and back, with parts of the way back swapped."""
    path = visitor.visit(start).now.links()["Sign in with 园区统一身份"]
    there = visitor.open(path)
    assert there.status_code == 303, there.get_data(as_text=True)
    back = httpx.get(there.location)
    return come_back(visitor, back.headers["Location"], **swapped)


def come_back(visitor: Visitor, location: str, **swapped: str) -> Visitor:
    parts = urlsplit(location)
    sent = {name: values[0] for name, values in parse_qs(parts.query).items()} | swapped
    return visitor.read(visitor.open(parts.path, query_string=sent), parts.path)


def lin(role: Role = Role.FINANCE, email: str = "lin@example.cn") -> Account:
    account = an_account(username="lin", role=role)
    with writing():
        db.session.get_one(Account, account.id).email = email
    return account


def bound(work: Work) -> list[tuple[int, str]]:
    with work() as session:
        return [(one.account_id, one.subject) for one in session.scalars(sa.select(ProviderIdentity)).all()]


def is_refused(visitor: Visitor, why: str) -> bool:
    return visitor.status == 403 and visitor.now.h1 == "Not signed in" and why in visitor.text


def test_a_verified_address_binds_an_account_and_the_subject_holds_from_then_on(
    idp: Provider, app: Flask, visitor: Visitor, work: Work
) -> None:
    account = lin()
    assert go(visitor, "/deals/?stage=met").now.url == "/deals/?stage=met"
    assert bound(work) == [(account.id, "7f3a")]
    idp.person = {**LIN, "email": "other@example.cn", "email_verified": False}
    assert go(Visitor(app)).now.url == "/", "another address, the same person"
    idp.person = {**LIN, "sub": "0000"}
    assert is_refused(go(Visitor(app)), "No account here belongs to you"), "the same address, another person"


def test_the_way_there_carries_state_nonce_and_a_challenge(idp: Provider, visitor: Visitor) -> None:
    asked = parse_qs(urlsplit(visitor.open("/sign-in/provider").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len({asked[name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    assert asked["redirect_uri"] == ["http://localhost/sign-in/provider/back"]


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_opens_nothing(
    idp: Provider, visitor: Visitor, work: Work, verified: Any
) -> None:
    lin()
    idp.person = {**LIN, "email_verified": verified}
    assert is_refused(go(visitor), "has not verified your mail address")
    assert bound(work) == []


def test_nobody_gets_an_account_by_it(idp: Provider, visitor: Visitor, work: Work) -> None:
    assert is_refused(go(visitor), "No account here belongs to you")
    with work() as session:
        assert session.scalars(sa.select(Account)).all() == []


def test_an_address_that_two_accounts_have_is_nobodys(idp: Provider, visitor: Visitor) -> None:
    lin()
    other = an_account()
    with writing():
        db.session.get_one(Account, other.id).email = "LIN@example.cn"
    assert is_refused(go(visitor), "No account here belongs to you")


def test_a_disabled_account_is_refused_bound_or_not(idp: Provider, app: Flask, visitor: Visitor) -> None:
    account = lin()
    go(visitor)
    with writing():
        actions.disable(db.session.get_one(Account, account.id), by=BY, at=now())
    assert is_refused(go(Visitor(app)), "Your account is disabled")
    assert visitor.visit("home.show_home").now.h1 == "Sign in"


LIES = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "another client"},
    "another audience, for our party": {"aud": "another client", "azp": "crm"},
    "two audiences and no party": {"aud": ["crm", "another client"]},
    "another party": {"azp": "another client"},
    "another nonce": {"nonce": "another nonce"},
    "no nonce": {"nonce": None},
    "over": {"exp": int(time.time()) - 600},
    "of the future": {"iat": int(time.time()) + 6000},
    "for another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_false_token_opens_nothing(idp: Provider, visitor: Visitor, work: Work, lie: str) -> None:
    lin()
    idp.lies = LIES[lie]
    assert is_refused(go(visitor), "did not confirm who you are")
    assert bound(work) == []


def test_a_token_signed_by_somebody_else_opens_nothing(idp: Provider, visitor: Visitor) -> None:
    lin()
    idp.signs_with = RSAKey.generate_key(2048)
    assert is_refused(go(visitor), "did not confirm who you are")


def test_a_token_without_signature_or_with_a_shared_secret_opens_nothing(idp: Provider) -> None:
    """The positive control: the same claims, signed by the provider, are believed."""
    at = int(time.time())
    claims = {"iss": idp.issuer, "aud": CLIENT_ID, "exp": at + 60, "iat": at, "nonce": "n", **LIN}
    ours = provider.provider_at(idp.issuer, CLIENT_ID, CLIENT_SECRET)
    kid = {"kid": idp.key.kid}
    assert ours.verified(jwt.encode({"alg": "RS256", **kid}, claims, idp.key), "", "n")["sub"] == "7f3a"
    head, body = ({"alg": "HS256", **kid}, claims)
    signed = ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, body))
    mac = hmac.digest(idp.key.as_pem(private=False), signed.encode(), "sha256")
    symmetric = f"{signed}.{urlsafe_b64encode(mac).decode().rstrip('=')}"
    none = f"eyJhbGciOiJub25lIn0.{signed.split('.')[1]}."
    for token in (symmetric, none, "", "a.b.c"):
        with pytest.raises(provider.Trouble):
            ours.verified(token, "", "n")


def test_only_the_browser_that_was_sent_comes_back(idp: Provider, app: Flask, visitor: Visitor) -> None:
    lin()
    assert is_refused(go(visitor, state="another"), "did not confirm who you are")
    sent = visitor.open("/sign-in/provider")
    back = httpx.get(sent.location).headers["Location"]
    assert is_refused(come_back(Visitor(app), back), "did not confirm who you are"), "another browser"
    assert come_back(visitor, back).now.url == "/"
    assert is_refused(come_back(visitor, back), "did not confirm who you are"), "once"


def test_a_code_without_its_verifier_is_worth_nothing(idp: Provider, visitor: Visitor) -> None:
    lin()
    sent = visitor.open("/sign-in/provider")
    back = httpx.get(sent.location).headers["Location"]
    with visitor.client.session_transaction() as session:
        session["errand"] = {**session["errand"], "verifier": "x" * 43}
    assert is_refused(come_back(visitor, back), "did not confirm who you are")


def test_new_keys_of_the_provider_are_fetched(idp: Provider, app: Flask, visitor: Visitor) -> None:
    lin()
    go(visitor)
    idp.new_key()
    assert go(Visitor(app)).now.url == "/"


def test_whoever_turned_back_and_a_provider_that_is_away_get_a_clear_page(
    idp: Provider, app: Flask, visitor: Visitor
) -> None:
    visitor.open("/sign-in/provider")
    with visitor.client.session_transaction() as session:
        state = session["errand"]["state"]
    back = f"/sign-in/provider/back?error=access_denied&state={state}"
    assert is_refused(visitor.visit(back), "did not confirm who you are")
    with patch.object(app.extensions["crm_settings"], "oidc_issuer", "http://127.0.0.1:9"):
        assert is_refused(visitor.visit("/sign-in/provider"), "did not confirm who you are")


def test_a_provider_that_calls_itself_otherwise_is_not_believed(idp: Provider, visitor: Visitor) -> None:
    honest, idp.issuer = idp.issuer, "https://evil.example"
    try:
        assert is_refused(visitor.visit("/sign-in/provider"), "did not confirm who you are")
    finally:
        idp.issuer = honest


def test_next_leads_nowhere_else(idp: Provider, visitor: Visitor) -> None:
    lin()
    sent = visitor.open("/sign-in/provider?next=//evil.example/")
    assert come_back(visitor, httpx.get(sent.location).headers["Location"]).now.url == "/"


def test_a_second_step_is_the_providers_business(idp: Provider, app: Flask, visitor: Visitor) -> None:
    lin()
    settings = app.extensions["crm_settings"]
    try:
        with patch.object(settings, "totp_roles", "finance"):
            load_accounts(settings)
            assert go(visitor).now.url == "/"
    finally:
        load_accounts(settings)


def test_an_administrator_or_a_command_unbinds_an_account(
    idp: Provider, app: Flask, admin: Visitor, visitor: Visitor, work: Work
) -> None:
    account = lin()
    go(visitor)
    page = admin.visit("accounts.show_account", account_id=account.id)
    assert "took single sign-on away from “lin”" in page.submit("Take single sign-on away").text
    assert bound(work) == []
    go(Visitor(app))
    assert crm("user", "sso-reset", "lin").exit_code == 0
    assert bound(work) == []


def test_without_a_provider_there_is_no_button_and_no_way(app: Flask, visitor: Visitor) -> None:
    assert "Sign in with" not in visitor.visit("accounts.sign_in").text
    assert visitor.visit("/sign-in/provider").status == 404
    assert visitor.visit("/sign-in/provider/back?code=x&state=").status in (403, 404)


@pytest.mark.parametrize(
    "told",
    [
        {"oidc_issuer": "https://id.example.cn"},
        {"totp_roles": "admin,chef"},
        {"session_days": 0},
    ],
)
def test_half_a_provider_and_roles_that_there_are_not_do_not_start(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**told)


def test_claims_that_stand_in_no_token_are_asked_for_and_of_the_same_person_only(idp: Provider) -> None:
    ours = provider.provider_at(idp.issuer, CLIENT_ID, CLIENT_SECRET)
    told = {"sub": "7f3a", "email": "lin@example.cn"}
    with (
        patch.object(ours, "metadata", lambda: {"userinfo_endpoint": "http://x"}),
        patch.object(ours, "ask", lambda *_, **__: told),
    ):
        assert ours.more_about("7f3a", {"access_token": "t"}) == told
        assert ours.more_about("0000", {"access_token": "t"}) == {}


def test_an_account_that_is_bound_is_not_bound_to_a_second_person(idp: Provider, work: Work) -> None:
    lin()
    with work():
        single_sign_on.recognise(idp.issuer, LIN, at=now())
    with work(), pytest.raises(single_sign_on.Refusal):
        single_sign_on.recognise(idp.issuer, {**LIN, "sub": "0000"}, at=now())
