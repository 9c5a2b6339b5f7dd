"""How matches did, and the weights that managers give the factors."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.matching import actions, policies, queries
from crm.matching.factors import Factor
from crm.matching.forms import SetWeightsForm
from crm.matching.models import MatchBacktest
from crm.matching.views.blueprint import bp
from crm.matching.words import factor_meanings, factor_names
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate


@bp.get("/matching/quality")
@requires(policies.may_judge)
def show_quality() -> str:
    return quality_page()


@bp.post("/matching/quality/backtest")
@requires(policies.may_judge)
def request_backtest() -> Response:
    actions.request_backtest(by=actor(), at=now())
    return see_other("matching.show_quality")


@bp.post("/matching/quality/<int:backtest_id>/adopt")
@requires(policies.may_judge, backtest=queries.find_backtest)
def adopt_weights(backtest: MatchBacktest) -> Any:
    try:
        actions.adopt(backtest, by=actor(), at=now())
    except Refusal as refusal:
        return quality_page(wrong=" ".join(translate(message) for message in refusal.fields.values())), 422
    flash(_("The proposed weights hold from now on."), "done")
    return see_other("matching.show_quality")


@bp.route("/matching/weights", methods=["GET", "POST"])
@requires(policies.may_judge)
@counted_once
def set_weights() -> Any:
    held = queries.weights_now()
    form = SetWeightsForm(data={factor.value: held.weights[factor] for factor in Factor})

    def save() -> Response:
        actions.set_weights(form.value(), note=form.note.data, by=actor(), at=now())
        flash(_("The weights hold from now on."), "done")
        return see_other("matching.set_weights")

    return form_page(
        "matching/set_weights.html",
        form,
        save,
        held=held,
        versions=queries.versions(),
        factors=tuple(Factor),
        factor_names=factor_names(),
        meanings=factor_meanings(),
    )


def quality_page(wrong: str = "") -> str:
    latest = queries.last_backtest()
    return page(
        "matching/show_quality.html",
        backtest=latest,
        held=queries.weights_now(),
        factors=tuple(Factor),
        factor_names=factor_names(),
        wrong=wrong,
    )
