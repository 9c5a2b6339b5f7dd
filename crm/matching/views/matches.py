"""Matches as the desk sees them: institutions for a round, startups for an institution, and why not the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import flash, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.core.keeping import until_written
from crm.core.listing import COUNTED, counter
from crm.deals import queries as deal_queries
from crm.deals.models import Round, RoundState
from crm.funds import queries as fund_queries
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.matching import actions, policies, queries
from crm.matching.factors import Factor
from crm.matching.queries import Shown
from crm.matching.ranking import Match
from crm.matching.views.blueprint import bp
from crm.matching.words import check_names, factor_names, gate_names, reason
from crm.people import queries as people_queries
from crm.services import queries as service_queries
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.pieces import made_once

FIRST = 10  # matches that a page shows until the others are asked for


@bp.get("/startups/<int:startup_id>/matches")
@requires(policies.may_see, startup=startup_queries.find_startup)
def choose_round(startup: Startup) -> Any:
    """Leads to the one open round; with several, or none, says so."""
    rounds = deal_queries.open_rounds_of(startup)
    if len(rounds) == 1:
        return see_other("matching.show_round", round_id=rounds[0].id)
    return page("matching/choose_round.html", startup=startup, rounds=rounds, may_write=policies.may_compute(actor()))


@bp.get("/rounds/<int:round_id>/matches")
@requires(policies.may_see, round=deal_queries.find_round)
def show_round(round: Round) -> Any:
    shown = queries.matches_of_round(round, day_of(now()))
    may_introduce = policies.may_compute(actor()) and round.state == RoundState.OPEN and not round.archived_at
    return page(
        "matching/show_round.html",
        round=round,
        may_introduce=may_introduce,
        **listed("matching/_of_round.html", shown, may_introduce=may_introduce),
        **frame_of(shown),
    )


@bp.post("/rounds/<int:round_id>/matches/refresh")
@requires(policies.may_compute, round=deal_queries.find_round)
def refresh_round(round: Round) -> Response:
    actions.refresh_round(round, at=now())
    flash(_("Matches were computed anew."), "done")
    return see_other("matching.show_round", round_id=round.id)


@bp.get("/rounds/<int:round_id>/matches/others")
@requires(policies.may_see, round=deal_queries.find_round)
def show_round_others(round: Round) -> Any:
    others = queries.why_not_round(round.id, day_of(now()))
    return page("matching/show_round_others.html", round=round, others=others, gates=gate_names())


@bp.get("/institutions/<int:institution_id>/matches")
@requires(policies.may_see, institution=institution_queries.find_institution)
def show_institution(institution: Institution) -> Any:
    shown = queries.matches_of_institution(institution, day_of(now()))
    admission = next(iter(institution_queries.admissions_of(institution)), None)
    return page(
        "matching/show_institution.html",
        institution=institution,
        admission=admission,
        counts=counts_of(institution.id),
        **listed("matching/_of_institution.html", shown),
        **frame_of(shown),
    )


@bp.post("/institutions/<int:institution_id>/matches/refresh")
@requires(policies.may_compute, institution=institution_queries.find_institution)
def refresh_institution(institution: Institution) -> Response:
    actions.refresh_institution(institution, at=now())
    flash(_("Matches were computed anew."), "done")
    return see_other("matching.show_institution", institution_id=institution.id)


@bp.get("/institutions/<int:institution_id>/matches/others")
@requires(policies.may_see, institution=institution_queries.find_institution)
def show_institution_others(institution: Institution) -> Any:
    others = queries.why_not_institution(institution.id, day_of(now()))
    return page("matching/show_institution_others.html", institution=institution, others=others, gates=gate_names())


# What the tabs of an institution count.
counts_of = counter(
    people=people_queries.people_about(institution_id=COUNTED),
    funds=fund_queries.funds_about(COUNTED),
    deals=deal_queries.deals_about(institution_id=COUNTED),
    services=service_queries.services_beside(COUNTED),
)


def frame_of(shown: Shown) -> dict[str, Any]:
    """What stands around a list of matches, whichever side they are of."""
    return {
        "shown": shown,
        "weights": queries.weights_now(),
        "may_compute": policies.may_compute(actor()),
        "may_judge": policies.may_judge(actor()),
    }


def listed(template: str, shown: Shown, **asked: bool) -> dict[str, Any]:
    """The first matches as a list, and the others as another where they are asked for."""
    matches = shown.found.matches
    first, others = matches[:FIRST], matches[FIRST:]
    wanted = others if "all" in request.args else ()
    return {
        "first": list_of(template, shown, first, is_first=True, **asked),
        "rest": list_of(template, shown, wanted, is_first=False, **asked) if wanted else "",
        "left": len(others) - len(wanted),
    }


def list_of(template: str, shown: Shown, matches: Sequence[Match], **asked: bool) -> Markup:
    """A list of matches, made once for what it shows: the matches, and what their records are called by now."""
    told = tuple(
        (one.round_id, one.institution_id, one.fund_id, one.score, *(factor.value for factor in one.factors.values()))
        for one in matches
    )
    question = shown.at, shown.weights, told, *asked.items()
    return made_once(template, question, partial(values_of, matches, **asked), until_written)


def values_of(matches: Sequence[Match], **asked: bool) -> dict[str, Any]:
    """What a list shows of matches, whichever side they are of."""
    weighted = queries.weights_now()
    rounds = queries.rounds_in(matches)
    return {
        **asked,
        "matches": matches,
        "rounds": rounds,
        "institutions": queries.institutions_in(matches),
        "funds": queries.funds_in(matches),
        "reasons": [reason(one, rounds[one.round_id], weighted.weights) for one in matches],
        "weights": weighted,
        "factors": tuple(Factor),
        "factor_names": factor_names(),
        "check_names": check_names(),
    }
