"""Signing in and out, one's own language, password and mail."""

from __future__ import annotations

from typing import Any

from flask import flash, request, session, url_for
from werkzeug.wrappers import Response

from crm.accounts import actions, policies
from crm.accounts.forms import ChangePasswordForm, EditOwnAccountForm, SignInForm
from crm.accounts.models import DigestRhythm
from crm.accounts.views.blueprint import bp
from crm.core.errors import Refusal
from crm.core.outbox import outbox
from crm.settings.choices import choices
from crm.web.answers import form_page, go, now, page, safe_path, see_other
from crm.web.guards import actor, current_account, public, requires
from crm.web.language import LANGUAGES
from crm.web.language import gettext as _
from crm.web.sessions import TOKEN
from crm.web.transaction import own_transactions, short_unit


@bp.get("/sign-in")
@public("the way in")
def sign_in() -> Any:
    if current_account() is not None:
        return see_other("home.show_home")
    return page("accounts/sign_in.html", form=SignInForm(username=request.args.get("username")))


@bp.post("/sign-in")
@public("the way in")
@own_transactions
def enter() -> Any:
    form = SignInForm()
    if not form.validate():
        return page("accounts/sign_in.html", form=form), 422
    try:
        with short_unit(write=True):
            account = actions.sign_in(form.username.data, form.password.data, at=now())
            if TOKEN in session:
                actions.close_session(session[TOKEN])
            token = actions.open_session(account, at=now())
    except Refusal as refusal:
        if not isinstance(refusal, actions.LockedOut):
            with short_unit(write=True):
                actions.count_failure(form.username.data, at=now())
        form.refuse(refusal)
        return page("accounts/sign_in.html", form=form), 422
    session.clear()
    session[TOKEN] = token
    return go(safe_path(request.args.get("next"), url_for("home.show_home")))


@bp.post("/sign-out")
@requires(policies.is_signed_in)
def sign_out() -> Any:
    actions.close_session(session[TOKEN])
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


@bp.route("/account", methods=["GET", "POST"])
@requires(policies.may_change_own_password)
def edit_own_account() -> Any:
    account, form = actor(), own_form()

    def save() -> Response:
        daily = form.daily_digest.data if "daily_digest" in form else account.daily_digest
        rhythm = DigestRhythm(form.portal_digest.data) if "portal_digest" in form else account.portal_digest
        actions.edit_own_account(
            account,
            email=form.email.data,
            daily_digest=daily,
            portal_digest=rhythm,
            version=form.version.data,
            by=account,
            at=now(),
        )
        flash(_("Saved."), "done")
        return see_other("accounts.edit_own_account")

    return form_page(
        "accounts/edit_own_account.html",
        form,
        save,
        saved=lambda: own_form(formdata=None),
        sends_mail=outbox.is_open,
    )


def own_form(**source: Any) -> EditOwnAccountForm:
    form = EditOwnAccountForm(obj=actor(), **source)
    if not (policies.has_digest(actor()) and outbox.is_open):
        del form.daily_digest
    if policies.is_investor(actor()):
        form.portal_digest.offer(choices("digest_rhythm"))
    else:
        del form.portal_digest
    return form


@bp.route("/password", methods=["GET", "POST"])
@requires(policies.may_change_own_password)
def change_password() -> Any:
    form = ChangePasswordForm()

    def save() -> Response:
        actions.change_own_password(actor(), form.current.data, form.password.data, at=now(), keep=session[TOKEN])
        flash(_("Password changed. Other devices were signed out."), "done")
        return see_other("home.show_home")

    return form_page("accounts/change_password.html", form, save)
