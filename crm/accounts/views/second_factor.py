"""One's own second step: switched on and off, and the recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from flask import flash, make_response, url_for
from werkzeug.wrappers import Response

from crm.accounts import policies, queries, second_factor
from crm.accounts.forms import ConfirmForm, OfferForm, SwitchOnForm
from crm.accounts.models import Account
from crm.accounts.views.blueprint import bp
from crm.accounts.views.confirming import asks_password, confirm
from crm.accounts.views.entering import settings
from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.settings.platform import identity
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.get("/account/second-factor")
@requires(policies.may_change_own_password)
def show_second_factor() -> Any:
    return page("accounts/show_second_factor.html", form=ConfirmForm(), **state_of(actor()))


@bp.route("/account/second-factor/on", methods=["GET", "POST"])
@requires(policies.may_change_own_password)
@asks_password
def switch_on() -> Any:
    form = SwitchOnForm()
    sealed = form.sealed.data or ""

    def save() -> Response:
        confirm()
        codes = second_factor.switch_on(actor(), sealed, form.code.data, settings().secret_key, at=now())
        return codes_page(codes, url_for("accounts.show_second_factor"))

    if queries.second_factor_of(actor()) is not None:
        return see_other("accounts.show_second_factor")
    return offer_page("accounts/switch_on.html", form, actor(), save)


@bp.post("/account/second-factor/codes")
@requires(policies.may_change_own_password)
@asks_password
def renew_codes() -> Any:
    form = ConfirmForm()

    def save() -> Response:
        confirm()
        return codes_page(second_factor.renew_codes(actor(), at=now()), url_for("accounts.show_second_factor"))

    return form_page("accounts/show_second_factor.html", form, save, **state_of(actor()))


@bp.post("/account/second-factor/off")
@requires(policies.may_change_own_password)
@asks_password
def switch_off() -> Any:
    form = ConfirmForm()

    def save() -> Response:
        confirm()
        if is_needed(actor()):
            raise Refusal({"": N_("Your role signs in in two steps: it stays on.")})
        second_factor.switch_off(actor(), at=now())
        flash(_("Signing in takes the password alone now."), "done")
        return see_other("accounts.show_second_factor")

    return form_page("accounts/show_second_factor.html", form, save, **state_of(actor()))


def is_needed(account: Account) -> bool:
    """True where the operator says that the role signs in in two steps."""
    return account.role in settings().two_step_roles


def state_of(account: Account) -> dict[str, Any]:
    return {
        "factor": queries.second_factor_of(account),
        "codes_left": queries.count_recovery_codes(account),
        "is_needed": is_needed(account),
    }


def offer_page(template: str, form: OfferForm, account: Account, save: Callable[[], Response] | None = None) -> Any:
    """The page on which a new secret is taken up by an app; the form carries it until a code proves that it was."""
    offer = second_factor.offer(account, identity().name, settings().secret_key, sealed=form.sealed.data or "")
    form.sealed.data = offer.sealed
    picture = segno.make(offer.uri, error="m").svg_data_uri(scale=5, border=2, light="#fff")
    secret = " ".join(offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4))
    if save is None:
        return page(template, form=form, secret=secret, picture=picture)
    return form_page(template, form, save, secret=secret, picture=picture)


def codes_page(codes: list[str], then: str) -> Response:
    """The one page that shows recovery codes, as the answer to the POST that made them."""
    return make_response(page("accounts/show_codes.html", codes=codes, then=then))
