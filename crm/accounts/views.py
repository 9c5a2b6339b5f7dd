"""Signing in and out, one's own settings, and the administrator's accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.accounts import actions, policies, queries
from crm.accounts.forms import (
    AddAccountForm,
    ChangePasswordForm,
    EditAccountForm,
    SetPasswordForm,
    SignInForm,
)
from crm.accounts.models import Account, Role
from crm.audit.pages import told_history
from crm.core.errors import Refusal
from crm.institutions import queries as institution_queries
from crm.settings.queries import label, terms
from crm.web.answers import counted_once, form_page, go, now, page, safe_path, see_other
from crm.web.guards import actor, current_account, public, requires
from crm.web.language import LANGUAGES, current_language
from crm.web.lists import listing, place_from_request
from crm.web.sessions import TOKEN
from crm.web.transaction import own_transactions, short_unit

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public("the way in")
def sign_in() -> Any:
    if current_account() is not None:
        return see_other("home.show_home")
    return page("accounts/sign_in.html", form=SignInForm())


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


@bp.route("/password", methods=["GET", "POST"])
@requires(policies.may_change_own_password)
def change_password() -> Any:
    form = ChangePasswordForm()

    def save() -> Response:
        actions.change_own_password(actor(), form.current.data, form.password.data, at=now(), keep=session[TOKEN])
        flash(_("Password changed. Other devices were signed out."), "done")
        return see_other("home.show_home")

    return form_page("accounts/change_password.html", form, save)


@bp.get("/accounts")
@requires(policies.may_manage_accounts)
def list_accounts() -> Any:
    text, role = request.args.get("q", "").strip(), request.args.get("role", "")
    filters = [("role", _("Role"), label("role", role, current_language()))] if role else []
    if text:
        filters.insert(0, ("q", _("Search"), text))
    found = listing(queries.accounts(place_from_request(), text, role), filters)
    institutions = institution_queries.names_of({row.institution_id for row in found.rows if row.institution_id})
    return page(
        "accounts/list_accounts.html",
        listing=found,
        institutions=institutions,
        roles=role_choices(),
        text=text,
    )


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(policies.may_manage_accounts)
@counted_once
def add_account() -> Any:
    form = AddAccountForm()
    form.role.offer(role_choices())

    def save() -> Response:
        account = actions.add_account(
            username=form.username.data,
            name=form.name.data,
            role=form.chosen_role,
            institution_id=institution_id_of(form.institution.data),
            password=form.password.data,
            by=actor(),
            at=now(),
        )
        flash(_("Account %(name)s is ready.", name=account.username), "done")
        return see_other("accounts.show_account", account_id=account.id)

    return form_page("accounts/add_account.html", form, save)


@bp.get("/accounts/<int:account_id>")
@requires(policies.may_manage_accounts, account=queries.find_account)
def show_account(account: Account) -> Any:
    return account_page(account, SetPasswordForm())


@bp.route("/accounts/<int:account_id>/edit", methods=["GET", "POST"])
@requires(policies.may_manage_accounts, account=queries.find_account)
def edit_account(account: Account) -> Any:
    form = edit_form(account)

    def save() -> Response:
        actions.change_account(
            account,
            name=form.name.data,
            role=form.chosen_role,
            institution_id=institution_id_of(form.institution.data),
            version=form.version.data,
            by=actor(),
            at=now(),
        )
        flash(_("Saved."), "done")
        return see_other("accounts.show_account", account_id=account.id)

    return form_page(
        "accounts/edit_account.html",
        form,
        save,
        saved=lambda: edit_form(account, formdata=None),
        account=account,
    )


@bp.post("/accounts/<int:account_id>/password")
@requires(policies.may_manage_accounts, account=queries.find_account)
def set_password(account: Account) -> Any:
    form = SetPasswordForm()

    def save() -> Response:
        actions.set_password(account, form.password.data, by=actor(), at=now())
        flash(_("New password set. Tell it to %(name)s in person.", name=account.name), "done")
        return see_other("accounts.show_account", account_id=account.id)

    return account_page(account, form, save)


@bp.post("/accounts/<int:account_id>/disable")
@requires(policies.may_manage_accounts, account=queries.find_account)
def disable_account(account: Account) -> Any:
    try:
        actions.disable(account, by=actor(), at=now())
    except Refusal as refusal:
        form = SetPasswordForm(formdata=None)
        form.refuse(refusal)
        return account_page(account, form), 422
    flash(_("%(name)s can no longer sign in.", name=account.name), "done")
    return see_other("accounts.show_account", account_id=account.id)


@bp.post("/accounts/<int:account_id>/enable")
@requires(policies.may_manage_accounts, account=queries.find_account)
def enable_account(account: Account) -> Any:
    actions.enable(account, by=actor(), at=now())
    flash(_("%(name)s can sign in again.", name=account.name), "done")
    return see_other("accounts.show_account", account_id=account.id)


def role_choices() -> list[tuple[str, str]]:
    return [(code, label("role", code, current_language())) for code in terms("role") if code in set(Role)]


def institution_id_of(text: str | None) -> int | None:
    return institution_queries.resolve(text, field="institution").id if text else None


def institution_name(account: Account) -> str:
    return institution_queries.names_of({account.institution_id}).get(account.institution_id or 0, "")


def edit_form(account: Account, **source: Any) -> EditAccountForm:
    form = EditAccountForm(obj=account, institution=institution_name(account), **source)
    form.role.offer(role_choices())
    return form


def account_page(account: Account, form: SetPasswordForm, save: Callable[[], Response] | None = None) -> Any:
    values: dict[str, Any] = {
        "account": account,
        "institution": institution_name(account),
        "entries": told_history("account", account.id),
    }
    if save is None:
        return page("accounts/show_account.html", form=form, differences=[], **values)
    return form_page("accounts/show_account.html", form, save, **values)
