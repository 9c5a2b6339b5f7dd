"""Links that staff send by chat or mail: whoever holds one chooses the password of one account, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.accounts import actions, policies, queries
from crm.accounts.actions import SecretLink
from crm.accounts.forms import ChoosePasswordForm, InviteFounderForm, InviteInvestorForm
from crm.accounts.letters import told_link
from crm.accounts.models import Account, AccountLink, LinkKind, Role
from crm.accounts.views.blueprint import bp
from crm.accounts.views.entering import leave
from crm.institutions import queries as institution_queries
from crm.startups import queries as startup_queries
from crm.web.addresses import tidy_token
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, public, requires
from crm.web.language import gettext as _

if TYPE_CHECKING:
    from crm.institutions.models import Institution
    from crm.startups.models import Startup


@bp.post("/accounts/<int:account_id>/link")
@requires(policies.may_make_link, account=queries.find_linkable)
def make_link(account: Account) -> Any:
    if account.disabled_at is not None:
        return see_other("accounts.show_account", account_id=account.id)
    return link_page(account, actions.make_link(account, by=actor(), at=now()), mail="mail" in request.form)


@bp.post("/accounts/<int:account_id>/charge")
@requires(policies.may_put_in_charge, account=queries.find_investor)
def put_in_charge(account: Account) -> Response:
    """Let an investor invite and remove colleagues, or no longer."""
    put = actions.take_charge if account.is_institution_admin else actions.put_in_charge
    put(account, by=actor(), at=now())
    flash(_("Saved."), "done")
    if policies.may_manage_accounts(actor()):
        return see_other("accounts.show_account", account_id=account.id)
    return see_other("institutions.list_people", institution_id=account.institution_id)


@bp.route("/institutions/<int:institution_id>/invite", methods=["GET", "POST"])
@requires(policies.may_invite, institution=institution_queries.find_institution)
@counted_once
def invite_investor(institution: Institution) -> Any:
    account: dict[str, Any] = {"role": Role.INVESTOR, "institution_id": institution.id}
    return invite_page("accounts/invite_investor.html", InviteInvestorForm(), account, institution=institution)


@bp.route("/startups/<int:startup_id>/invite", methods=["GET", "POST"])
@requires(policies.may_invite, startup=startup_queries.find_startup)
@counted_once
def invite_founder(startup: Startup) -> Any:
    account: dict[str, Any] = {"role": Role.FOUNDER, "startup_id": startup.id}
    return invite_page("accounts/invite_founder.html", InviteFounderForm(), account, startup=startup)


def invite_page(
    template: str, form: InviteInvestorForm | InviteFounderForm, account: dict[str, Any], **party: Any
) -> Any:
    """The form that invites an outsider; sent, it answers with the link. `account`: its role and where it belongs."""

    def save() -> Any:
        told = {"username": form.username.data, "name": form.name.data, "email": form.email.data}
        return link_page(*actions.invite(**told, by=actor(), at=now(), **account), mail=True)

    return form_page(template, form, save, **party)


@bp.get("/links/<path:token>")
@public("whoever holds the link chooses a password")
def open_link(token: str) -> Any:
    link = queries.open_link(tidy_token(token), now())
    return choosing_page(link, ChoosePasswordForm()) if link else (page("accounts/spent_link.html"), 410)


@bp.post("/links/<path:token>")
@public("whoever holds the link chooses a password")
def use_link(token: str) -> Any:
    link = queries.open_link(tidy_token(token), now())
    if link is None:
        return page("accounts/spent_link.html"), 410
    form = ChoosePasswordForm()

    def save() -> Response:
        actions.use_link(link, form.password.data, at=now())
        leave()  # the next to sign in in this browser is the holder of the link
        flash(_("The password is set. Sign in with it."), "done")
        return see_other("accounts.sign_in", username=link.account.username)

    try:
        return form_page("accounts/open_link.html", form, save, **told(link))
    except actions.Spent:
        return page("accounts/spent_link.html"), 410


@bp.after_request
def keep_address(response: Response) -> Response:
    """No request that this page causes tells its address; the origin alone, which the check against forgery needs."""
    if request.endpoint in ("accounts.open_link", "accounts.use_link"):
        response.headers["Referrer-Policy"] = "strict-origin"
    return response


def choosing_page(link: AccountLink, form: ChoosePasswordForm) -> str:
    return page("accounts/open_link.html", form=form, **told(link))


def told(link: AccountLink) -> dict[str, Any]:
    account = link.account
    institutions = institution_queries.names_of({account.institution_id})
    startups = startup_queries.names_of({account.startup_id})
    return {
        "link": link,
        "account": account,
        "institution": institutions.get(account.institution_id or 0, ""),
        "startup": startups.get(account.startup_id or 0, ""),
        "invited": link.kind == LinkKind.INVITATION,
    }


def link_page(account: Account, secret: SecretLink, *, mail: bool) -> str:
    """The one page that shows a link, as the answer to the POST that made it; it may go by mail besides."""
    return page("accounts/show_link.html", **told_link(account, secret, mail=mail))
