"""Signing in by password and, where it is asked for, a second step; signing out; the language."""

from __future__ import annotations

from typing import Any

from flask import request, session, url_for
from werkzeug.wrappers import Response

from crm.accounts import actions, policies, queries, second_factor, sessions
from crm.accounts.forms import CodeForm, OfferForm, SignInForm
from crm.accounts.models import Account
from crm.accounts.views.blueprint import bp
from crm.accounts.views.entering import ask_second_step, let_in, settings, wanted_page
from crm.accounts.views.second_factor import codes_page, offer_page
from crm.core.errors import Refusal
from crm.core.outbox import outbox
from crm.web.answers import go, now, page, safe_path, see_other
from crm.web.guards import current_account, public, requires
from crm.web.language import LANGUAGES
from crm.web.origins import address_hash
from crm.web.sessions import PENDING, TOKEN
from crm.web.transaction import own_transactions, short_unit

SECOND_STEP = "the second step of the way in, for whom the password let half-way in"


@bp.get("/sign-in")
@public("the way in")
def sign_in() -> Any:
    if current_account() is not None:
        return see_other("home.show_home")
    return sign_in_page(SignInForm(username=request.args.get("username")))


@bp.post("/sign-in")
@public("the way in")
@own_transactions
def enter() -> Any:
    form = SignInForm()
    if not form.validate():
        return sign_in_page(form), 422
    try:
        with short_unit(write=True):
            actions.count_attempt(form.username.data, address_hash(), at=now())
            account = queries.account_by_username(form.username.data)
        account = actions.check_credentials(account, form.password.data)  # outside: it takes its time
    except Refusal as refusal:
        form.refuse(refusal)
        return sign_in_page(form), 422
    with short_unit(write=True):
        return step_in(account)


def step_in(account: Account) -> Response:
    """Where a right password leads: inside, or to the second step."""
    if queries.second_factor_of(account) is not None:
        return ask_second_step(account, "accounts.enter_code")
    if account.role in settings().two_step_roles:
        return ask_second_step(account, "accounts.begin_second_factor")
    return let_in(account, go(wanted_page()))


def sign_in_page(form: SignInForm) -> str:
    return page(
        "accounts/sign_in.html", form=form, sends_mail=outbox.is_open, provider=settings().oidc_name, next=next_page()
    )


def next_page() -> str | None:
    return request.args.get("next")


@bp.get("/sign-in/code")
@public(SECOND_STEP)
def enter_code() -> Any:
    account = half_way_in()
    if account is None:
        return see_other("accounts.sign_in")
    if queries.second_factor_of(account) is None:
        return see_other("accounts.begin_second_factor", next=next_page())
    return page("accounts/enter_code.html", form=CodeForm())


@bp.post("/sign-in/code")
@public(SECOND_STEP)
@own_transactions
def check_code() -> Any:
    form = CodeForm()
    with short_unit(write=False):
        account = half_way_in()
    if account is None:
        return see_other("accounts.sign_in")
    if not form.validate():
        return page("accounts/enter_code.html", form=form), 422
    try:
        with short_unit(write=True):
            actions.count_attempt(account.username, address_hash(), at=now())
        with short_unit(write=True):
            second_factor.accept(account, form.code.data, settings().secret_key, at=now())
            return let_in(account, go(wanted_page()))
    except Refusal as refusal:
        form.refuse(refusal)
        return page("accounts/enter_code.html", form=form), 422


@bp.get("/sign-in/second-factor")
@public(SECOND_STEP)
def begin_second_factor() -> Any:
    account = half_way_in()
    if account is None:
        return see_other("accounts.sign_in")
    if queries.second_factor_of(account) is not None:
        return see_other("accounts.enter_code", next=next_page())
    return offer_page("accounts/begin_second_factor.html", OfferForm(), account)


@bp.post("/sign-in/second-factor")
@public(SECOND_STEP)
def finish_second_factor() -> Any:
    account, form = half_way_in(), OfferForm()
    sealed = form.sealed.data or ""
    if account is None:
        return see_other("accounts.sign_in")

    def save() -> Response:
        codes = second_factor.switch_on(account, sealed, form.code.data, settings().secret_key, at=now())
        return let_in(account, codes_page(codes, wanted_page()))

    return offer_page("accounts/begin_second_factor.html", form, account, save)


def half_way_in() -> Account | None:
    """Whose password was right in this browser a few minutes ago."""
    return queries.account_of_pending(session[PENDING], now()) if PENDING in session else None


@bp.post("/sign-out")
@requires(policies.is_signed_in)
def sign_out() -> Any:
    sessions.close_session(session[TOKEN])
    session.clear()
    return see_other("accounts.sign_in")


@bp.post("/language")
@public("readers choose their language before they sign in, too")
def switch_language() -> Any:
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        account = current_account()
        if account is not None:
            actions.choose_language(account, wanted)
    return go(safe_path(request.form.get("back"), url_for("home.show_home")))
