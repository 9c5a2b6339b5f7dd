"""A password forgotten: a link by mail, where there is mail."""

from __future__ import annotations

from typing import Any

from flask import abort
from werkzeug.wrappers import Response

from crm.accounts import actions
from crm.accounts.forms import ForgottenForm
from crm.accounts.views.blueprint import bp
from crm.core.outbox import outbox
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import public
from crm.web.origins import address_hash

WHY = "whoever forgot a password asks for a link, which goes to the account's own mail address"


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public(WHY)
def forget_password() -> Any:
    if not outbox.is_open:
        abort(404)
    form = ForgottenForm()

    def save() -> Response:
        actions.forget_password(form.typed.data, address_hash(), at=now())
        return see_other("accounts.show_mail_sent")

    return form_page("accounts/forget_password.html", form, save)


@bp.get("/forgotten-password/sent")
@public(WHY)
def show_mail_sent() -> Any:
    """The same for everybody: whether there is such an account is told by mail only."""
    return page("accounts/show_mail_sent.html")
