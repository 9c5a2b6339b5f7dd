"""The administrator's accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.accounts import actions, letters, policies, queries, second_factor, sessions, single_sign_on
from crm.accounts.forms import AddAccountForm, EditAccountForm, SetPasswordForm
from crm.accounts.models import Account, Role
from crm.accounts.views.blueprint import bp
from crm.accounts.views.links import link_page
from crm.accounts.views.own import open_sessions
from crm.audit.pages import told_history
from crm.core.outbox import outbox
from crm.institutions import queries as institution_queries
from crm.notifications import actions as notification_actions
from crm.settings.queries import label, terms
from crm.startups import queries as startup_queries
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/accounts")
@requires(policies.may_manage_accounts)
def list_accounts() -> Any:
    text, role = request.args.get("q", "").strip(), request.args.get("role", "")
    filters = [("role", _("Role"), label("role", role, current_language()))] if role else []
    if text:
        filters.insert(0, ("q", _("Search"), text))
    found = listing(queries.accounts(place_from_request(), text, role), filters)
    return page(
        "accounts/list_accounts.html",
        listing=found,
        institutions=institution_queries.names_of({row.institution_id for row in found.rows}),
        startups=startup_queries.names_of({row.startup_id for row in found.rows}),
        roles=role_choices(),
        text=text,
    )


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(policies.may_manage_accounts)
@counted_once
def add_account() -> Any:
    form = AddAccountForm()
    form.role.offer(role_choices())

    def save() -> Any:
        values = {
            "username": form.username.data,
            "name": form.name.data,
            "role": form.chosen_role,
            **belonging(form),
            "email": form.email.data or "",
        }
        if not form.password.data:
            return link_page(*actions.invite(**values, by=actor(), at=now()), mail=True)
        account = actions.add_account(**values, password=form.password.data, by=actor(), at=now())
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
    form, before = edit_form(account), account.email

    def save() -> Response:
        is_elsewhere = actions.change_account(
            account,
            name=form.name.data,
            role=form.chosen_role,
            **belonging(form),
            email=form.email.data,
            version=form.version.data,
            by=actor(),
            at=now(),
        )
        if is_elsewhere:
            notification_actions.forget_elsewhere(account)
        letters.tell_new_address(account, before, at=now())
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


@bp.post("/accounts/<int:account_id>/enable")
@requires(policies.may_manage_accounts, account=queries.find_account)
def enable_account(account: Account) -> Response:
    done = _("%(name)s can sign in again. What was handed over stays with who took it.", name=account.name)
    return changed(account, actions.enable, done)


@bp.post("/accounts/<int:account_id>/end-sessions")
@requires(policies.may_manage_accounts, account=queries.find_account)
def end_sessions(account: Account) -> Response:
    return changed(account, sessions.end_sessions, _("%(name)s is signed out everywhere.", name=account.name))


@bp.post("/accounts/<int:account_id>/second-factor/take")
@requires(policies.may_manage_accounts, account=queries.find_account)
def take_second_factor(account: Account) -> Response:
    done = _("%(name)s signs in by the password alone until a second step is set up.", name=account.name)
    return changed(account, second_factor.take_away, done)


@bp.post("/accounts/<int:account_id>/unlock")
@requires(policies.may_manage_accounts, account=queries.find_account)
def unlock(account: Account) -> Response:
    return changed(account, actions.unlock, _("%(name)s can try to sign in again.", name=account.name))


@bp.post("/accounts/<int:account_id>/unbind")
@requires(policies.may_manage_accounts, account=queries.find_account)
def unbind(account: Account) -> Response:
    done = _("The next single sign-on with this mail address binds %(name)s anew.", name=account.name)
    return changed(account, single_sign_on.unbind, done)


def changed(account: Account, action: Callable[..., object], done: str) -> Response:
    """Do something about an account, say so, and show it again."""
    action(account, by=actor(), at=now())
    flash(done, "done")
    return see_other("accounts.show_account", account_id=account.id)


def role_choices() -> list[tuple[str, str]]:
    return [(code, label("role", code, current_language())) for code in terms("role") if code in set(Role)]


def belonging(form: AddAccountForm | EditAccountForm) -> dict[str, int | None]:
    """The ids of what the form says that an outsider belongs to. Raises Refusal."""
    institution, startup = form.institution.data, form.startup.data
    return {
        "institution_id": institution_queries.resolve(institution, field="institution").id if institution else None,
        "startup_id": startup_queries.resolve(startup, field="startup").id if startup else None,
    }


def belongs_to(account: Account) -> dict[str, str]:
    """What an outsider belongs to, by name; "" for what it does not."""
    return {
        "institution": institution_queries.names_of({account.institution_id}).get(account.institution_id or 0, ""),
        "startup": startup_queries.names_of({account.startup_id}).get(account.startup_id or 0, ""),
    }


def edit_form(account: Account, **source: Any) -> EditAccountForm:
    form = EditAccountForm(obj=account, **belongs_to(account), **source)
    form.role.offer(role_choices())
    return form


def account_page(account: Account, form: SetPasswordForm, save: Callable[[], Response] | None = None) -> Any:
    values: dict[str, Any] = {
        "account": account,
        "open_link": queries.open_link_of(account, now()),
        "sends_mail": outbox.is_open and bool(account.email),
        "sessions": open_sessions(account),
        "factor": queries.second_factor_of(account),
        "identity": queries.identity_of(account),
        "locked_until": actions.locked_until(account, at=now()),
        **belongs_to(account),
        "entries": told_history("account", account.id),
    }
    if save is None:
        return page("accounts/show_account.html", form=form, **values)
    return form_page("accounts/show_account.html", form, save, **values)
