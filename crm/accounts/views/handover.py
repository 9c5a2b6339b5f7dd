"""Handing somebody's open work over: when they are on leave, and before their account is disabled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.accounts import actions, policies, queries
from crm.accounts.forms import HandOverForm
from crm.accounts.models import Account
from crm.accounts.views.blueprint import bp
from crm.activities import queries as activity_queries
from crm.appointments import queries as appointment_queries
from crm.core.errors import Refusal
from crm.deals import queries as deal_queries
from crm.handover import actions as handover_actions
from crm.lib.text import N_
from crm.questions import queries as question_queries
from crm.services import queries as service_queries
from crm.startups import queries as startup_queries
from crm.web.answers import form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _

NOBODY = "nobody"


@dataclass(frozen=True)
class OpenWork:
    """For how many startups somebody answers, and how many open deals, services, tasks and requests of investors there
    are; an administrator learns no more."""

    startups: int
    deals: int
    services: int
    tasks: int
    requests: int

    def __bool__(self) -> bool:
        return any(vars(self).values())


@bp.route("/accounts/<int:account_id>/disable", methods=["GET", "POST"])
@requires(policies.may_manage_accounts, account=queries.find_account)
def disable_account(account: Account) -> Any:
    work, form = open_work(account), offered(account)

    def save() -> Response:
        if work:
            handover_actions.hand_over(account, successor(form), by=actor(), at=now())
        actions.disable(account, by=actor(), at=now())
        flash(_("%(name)s can no longer sign in.", name=account.name), "done")
        return see_other("accounts.show_account", account_id=account.id)

    return form_page("accounts/disable_account.html", form, save, account=account, work=work)


@bp.route("/accounts/<int:account_id>/hand-over", methods=["GET", "POST"])
@requires(policies.may_manage_accounts, account=queries.find_account)
def hand_over(account: Account) -> Any:
    work, form = open_work(account), offered(account)

    def save() -> Response:
        handover_actions.hand_over(account, successor(form), by=actor(), at=now())
        flash(_("The open work of %(name)s was handed over.", name=account.name), "done")
        return see_other("accounts.show_account", account_id=account.id)

    return form_page("accounts/hand_over.html", form, save, account=account, work=work)


def open_work(account: Account) -> OpenWork:
    return OpenWork(
        startup_queries.count_owned(account),
        deal_queries.count_open_of(account),
        service_queries.count_open_of(account),
        activity_queries.count_open_tasks(account.id),
        len(question_queries.open_questions_of(account)) + len(appointment_queries.open_appointments_of(account)),
    )


def offered(account: Account) -> HandOverForm:
    form = HandOverForm()
    heirs = [(str(one.id), one.name) for one in queries.owners() if one.id != account.id]
    form.to.offer([*heirs, (NOBODY, _("Nobody yet: it stays without an owner"))], empty="")
    form.to.flags.required = True
    return form


def successor(form: HandOverForm) -> Account | None:
    """Who takes over; None when that was chosen on purpose. Raises Refusal when nothing was."""
    if not form.to.data:
        raise Refusal({"to": N_("Choose who takes over.")})
    if form.to.data == NOBODY:
        return None
    return next(one for one in queries.owners() if str(one.id) == form.to.data)
