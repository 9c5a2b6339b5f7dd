"""Who of the investor's institution uses the portal; its own administrator invites and removes."""

from __future__ import annotations

from typing import Any

from flask import abort, flash
from werkzeug.wrappers import Response

from crm.accounts import actions
from crm.accounts import queries as account_queries
from crm.accounts.letters import told_link
from crm.accounts.models import Account, Role
from crm.portal import policies
from crm.portal.forms import InviteColleagueForm
from crm.portal.views.blueprint import bp, for_admitted
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.form import Form
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.get("/colleagues/")
@requires(policies.may_read)
def list_colleagues() -> Any:
    colleagues = account_queries.investors_of(actor().institution_id)
    in_charge = policies.is_in_charge(actor())
    return page("portal/list_colleagues.html", colleagues=colleagues, in_charge=in_charge, own_id=actor().id)


@bp.route("/colleagues/invite", methods=["GET", "POST"])
@requires(policies.is_in_charge)
@for_admitted
@counted_once
def invite_colleague() -> Any:
    form = InviteColleagueForm()

    def save() -> Any:
        account, secret = actions.invite(
            username=form.username.data,
            name=form.name.data,
            role=Role.INVESTOR,
            institution_id=actor().institution_id,
            email=form.email.data,
            by=actor(),
            at=now(),
        )
        return page("accounts/show_link.html", **told_link(account, secret, mail=True))

    return form_page("portal/invite_colleague.html", form, save)


@bp.post("/colleagues/<int:account_id>/link")
@requires(policies.is_in_charge, account=account_queries.find_colleague)
def make_link(account: Account) -> Any:
    """Another invitation for somebody who has not come in yet; who has, asks the platform for a new password."""
    if not account.is_invited:
        abort(404)
    secret = actions.make_link(account, by=actor(), at=now())
    return page("accounts/show_link.html", **told_link(account, secret))


@bp.route("/colleagues/<int:account_id>/remove", methods=["GET", "POST"])
@requires(policies.is_in_charge, account=account_queries.find_colleague)
def remove_colleague(account: Account) -> Any:
    form = Form()

    def save() -> Response:
        actions.disable(account, by=actor(), at=now())
        flash(_("%(name)s can no longer sign in. What your institution noted stays.", name=account.name), "done")
        return see_other("portal.list_colleagues")

    return form_page("portal/remove_colleague.html", form, save, account=account)
