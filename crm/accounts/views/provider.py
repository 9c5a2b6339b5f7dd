"""Single sign-on: to the provider and back."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

import structlog
from flask import abort, redirect, request, session, url_for

from crm.accounts import single_sign_on
from crm.accounts.provider import Provider, Trouble, provider_at
from crm.accounts.views.blueprint import bp
from crm.accounts.views.entering import let_in, settings
from crm.core.errors import Refusal
from crm.lib.text import N_, Message
from crm.web.addresses import outside_address
from crm.web.answers import go, now, page, safe_path
from crm.web.guards import public
from crm.web.language import translate
from crm.web.transaction import own_transactions, short_unit

ERRAND = "errand"
WHY = "the way in by single sign-on"
NO_PROOF = N_("The provider did not confirm who you are. Try again, or sign in with your password.")
log = structlog.get_logger()


@bp.get("/sign-in/provider")
@public(WHY)
@own_transactions
def go_to_provider() -> Any:
    try:
        errand = provider().begin(back_address())
    except Trouble as trouble:
        return refused(NO_PROOF, trouble)
    session[ERRAND] = {
        "state": errand.state,
        "nonce": errand.nonce,
        "verifier": errand.verifier,
        "next": request.args.get("next", ""),
    }
    return redirect(errand.url, 303)


@bp.get("/sign-in/provider/back")
@public(WHY)
@own_transactions
def return_from_provider() -> Any:
    errand = session.pop(ERRAND, {})
    try:
        claims = proven(errand)
        with short_unit(write=True):
            account = single_sign_on.recognise(provider().issuer, claims, at=now())
            return let_in(account, go(safe_path(errand["next"], url_for("home.show_home"))), by_provider=True)
    except Trouble as trouble:
        return refused(NO_PROOF, trouble)
    except Refusal as refusal:
        return refused(refusal.fields[""])


def proven(errand: dict[str, str]) -> dict[str, Any]:
    """The claims about whoever comes back, in the browser that was sent. Raises Trouble."""
    if not errand or not compare_digest(request.args.get("state", "").encode(), errand["state"].encode()):
        raise Trouble("this browser was not sent to the provider, or long ago")
    if "code" not in request.args:
        raise Trouble(f"the provider answers {request.args.get('error', 'nothing')[:80]}")
    return provider().finish(request.args["code"], back_address(), nonce=errand["nonce"], verifier=errand["verifier"])


def provider() -> Provider:
    """The provider of the settings; 404 without one."""
    if not settings().oidc_issuer:
        abort(404)
    return provider_at(settings().oidc_issuer, settings().oidc_client_id, settings().oidc_client_secret)


def back_address() -> str:
    return outside_address("accounts.return_from_provider")


def refused(message: Message, trouble: Trouble | None = None) -> tuple[str, int]:
    if trouble is not None:
        log.warning("single sign-on refused", reason=str(trouble))
    return page("accounts/return_from_provider.html", message=translate(message)), 403
