"""The last step of every way in: the session, the device, and what the account's holder is told."""

from __future__ import annotations

import secrets

from flask import current_app, request, session, url_for
from werkzeug.wrappers import Response

from crm.accounts import letters, lockout, sessions
from crm.accounts.models import Account
from crm.accounts.sessions import DEVICE_LASTS, Origin
from crm.config import Settings
from crm.web.answers import now, safe_path, see_other
from crm.web.origins import address_hash
from crm.web.sessions import PENDING, TOKEN

DEVICE = "crm_device"


def settings() -> Settings:
    """What the operator set."""
    found: Settings = current_app.extensions["crm_settings"]
    return found


def origin() -> Origin:
    """Where the request comes from; a browser without a device's cookie is a new device."""
    device_token = request.cookies.get(DEVICE) or secrets.token_urlsafe(32)
    return Origin(request.remote_addr or "", request.user_agent.string, device_token)


def wanted_page() -> str:
    """The page that somebody wanted to see before signing in."""
    return safe_path(request.args.get("next"), url_for("home.show_home"))


def let_in(account: Account, answer: Response, *, by_provider: bool = False) -> Response:
    """The answer, with which an account is signed in; the session is opened in the unit at hand."""
    leave()
    place, moment = origin(), now()
    opened = sessions.open_session(account, at=moment, origin=place, by_provider=by_provider)
    if opened.device_is_new:
        letters.tell_new_device(account, opened.session, at=moment)
    if not by_provider:
        lockout.give_back(lockout.ADDRESS, address_hash())
    session[TOKEN] = opened.token
    answer.set_cookie(
        DEVICE,
        place.device_token,
        max_age=DEVICE_LASTS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return answer


def ask_second_step(account: Account, endpoint: str) -> Response:
    """To the page of the second step, which is done within ten minutes."""
    leave()
    lockout.give_back(lockout.NAME, account.username)
    lockout.give_back(lockout.ADDRESS, address_hash())
    session[PENDING] = sessions.open_pending(account, at=now(), origin=origin())
    return see_other(endpoint, next=request.args.get("next"))


def leave() -> None:
    """Whoever was signed in in this browser, or half-way in, is not any more."""
    for name in (TOKEN, PENDING):
        if name in session:
            sessions.close_session(session[name])
    session.clear()
