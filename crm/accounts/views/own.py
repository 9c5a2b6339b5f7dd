"""One's own account: mail, password, sessions."""

from __future__ import annotations

from typing import Any

from flask import flash, session
from werkzeug.wrappers import Response

from crm.accounts import actions, letters, policies, queries, sessions
from crm.accounts.agents import ToldSession, told_sessions
from crm.accounts.forms import ChangePasswordForm, EditOwnAccountForm
from crm.accounts.models import Account, DigestRhythm, SignInSession
from crm.accounts.views.blueprint import bp
from crm.accounts.views.confirming import asks_password, confirm
from crm.accounts.views.entering import settings
from crm.core.outbox import outbox
from crm.settings.choices import choices
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.sessions import TOKEN, beside_account


@bp.route("/account", methods=["GET", "POST"])
@requires(policies.may_change_own_password)
@asks_password
def edit_own_account() -> Any:
    account, form = actor(), own_form()
    before = account.email

    def save() -> Response:
        if form.email.data != before:
            confirm()
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
        letters.tell_new_address(account, before, at=now())
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
@asks_password
def change_password() -> Any:
    form = ChangePasswordForm()

    def save() -> Response:
        confirm()
        actions.set_password(actor(), form.password.data, by=actor(), at=now(), keep=session[TOKEN])
        flash(_("Password changed. Other devices were signed out."), "done")
        return see_other("home.show_home")

    return form_page("accounts/change_password.html", form, save)


@bp.get("/account/sign-ins")
@requires(policies.may_change_own_password)
def list_own_sessions() -> Any:
    beside = beside_account()
    return page(
        "accounts/list_own_sessions.html",
        sessions=open_sessions(actor()),
        own_id=beside.session_id,
        new_device=False,  # told here in full, not above
        is_asked=beside.new_device,
        idle_hours=settings().session_idle_hours,
        days=settings().session_days,
    )


@bp.post("/account/sign-ins/<int:session_id>/end")
@requires(policies.may_change_own_password, session=queries.find_own_session)
def end_own_session(session: SignInSession) -> Response:
    sessions.end_session(session, by=actor(), account=actor(), at=now())
    flash(_("That device is signed out."), "done")
    return see_other("accounts.list_own_sessions")


@bp.post("/account/sign-ins/end-others")
@requires(policies.may_change_own_password)
def end_other_sessions() -> Response:
    sessions.end_sessions(actor(), by=actor(), at=now(), keep=session[TOKEN])
    flash(_("All other devices are signed out."), "done")
    return see_other("accounts.list_own_sessions")


@bp.post("/account/sign-ins/recognise")
@requires(policies.may_change_own_password)
def recognise_devices() -> Response:
    """Only a device that is known for longer vouches for a new one."""
    sessions.recognise_devices(actor(), beside_account().device_id, at=now())
    return see_other("accounts.list_own_sessions")


def open_sessions(account: Account) -> list[ToldSession]:
    """The open sessions of an account, as pages show them."""
    limits = queries.limits_of(settings().session_idle_hours, settings().session_days)
    return told_sessions(queries.sessions_of(account, now(), limits))
