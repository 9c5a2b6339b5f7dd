"""What an investor sees of matching: startups that suit its institution, and the thesis that they are chosen by."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import url_for

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.keeping import until_written
from crm.institutions import actions as institution_actions
from crm.institutions import queries as institution_queries
from crm.institutions.thesis import says_something
from crm.matching import policies, queries
from crm.matching.factors import PUBLIC
from crm.matching.forms import EditOwnThesisForm
from crm.matching.views.blueprint import bp
from crm.matching.words import factor_names, reason
from crm.settings.choices import choices
from crm.web.answers import edit_page, now, page
from crm.web.guards import actor, requires
from crm.web.pieces import made_once


@bp.get("/portal/for-you")
@requires(policies.may_use_portal)
def show_for_you() -> Any:
    if institution_queries.is_shut_out(actor().institution_id):
        return page("portal/not_admitted.html")
    account = actor()
    content = made_once("matching/_for_you.html", account.institution_id, lambda: for_you(account), until_written)
    return page("matching/show_for_you.html", content=content)


def for_you(account: Account) -> dict[str, Any]:
    """What the page shows an account's institution."""
    institution = institution_queries.institution_of(account)
    found = queries.suggestions(institution, day_of(now()))
    weights = queries.weights_now().weights
    return {
        "suggestions": found,
        "reasons": [reason(one, one, weights) for one in found],
        "factors": PUBLIC,
        "factor_names": factor_names(),
        "has_thesis": says_something(institution),
    }


@bp.route("/portal/thesis", methods=["GET", "POST"])
@requires(policies.may_use_portal)
def edit_own_thesis() -> Any:
    institution = institution_queries.institution_of(actor())

    def build(**source: Any) -> Any:
        return EditOwnThesisForm(obj=institution, **source).offer(choices)

    edit = partial(institution_actions.edit_thesis, institution)
    then = url_for("matching.show_for_you")
    return edit_page("matching/edit_own_thesis.html", build, edit, then, institution=institution)
