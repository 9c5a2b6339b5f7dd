"""Pages on which a round moves: screened, open, closed, withdrawn, and open again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.deals import actions, policies, queries
from crm.deals.forms import (
    CloseRoundForm,
    EditParticipationForm,
    MoveRoundForm,
    ReopenRoundForm,
    WithdrawRoundForm,
    closing_form,
)
from crm.deals.models import ROUND_MOVES, Deal, Participation, ParticipationRole, Round, RoundState
from crm.deals.views.blueprint import bp
from crm.funds import queries as fund_queries
from crm.lib.names import told_apart
from crm.settings.choices import choices, word
from crm.settings.platform import identity
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _

LIGHT = (RoundState.SCREENED, RoundState.OPEN)


@bp.route("/rounds/<int:round_id>/move", methods=["GET", "POST"])
@requires(policies.may_write, round=queries.find_round)
def move_round(round: Round) -> Any:
    if round.state not in (RoundState.REGISTERED, RoundState.SCREENED):
        return nothing_to_do(round)
    form = move_form(round)

    def save() -> Response:
        state = RoundState(form.state.data)
        told = state, form.happened_on.data, form.note.data or ""
        actions.move_round(round, *told, version=form.version.data, by=actor(), at=now())
        return moved(round)

    return form_page("deals/move_round.html", form, save, saved=lambda: move_form(round, formdata=None), round=round)


@bp.route("/rounds/<int:round_id>/close", methods=["GET", "POST"])
@requires(policies.may_write, round=queries.find_round)
def close_round(round: Round) -> Any:
    if RoundState.CLOSED not in ROUND_MOVES[round.state]:
        return nothing_to_do(round)
    funded, going_on = queries.funded_deals_in(round), queries.open_deals_in(round)
    form = close_form(round, funded, len(going_on))

    def save() -> Response:
        actions.close_round(round, form.value(identity().name), version=form.version.data, by=actor(), at=now())
        return moved(round)

    return form_page(
        "deals/close_round.html",
        form,
        save,
        saved=lambda: close_form(round, funded, len(going_on), formdata=None),
        round=round,
        funded=funded,
        names=names_apart(funded),
        received=queries.received_by_deal(deal.id for deal in funded),
        signed_only=queries.signed_deals_in(round),
        past=queries.past_round_in_the_way(round),
    )


@bp.route("/rounds/<int:round_id>/withdraw", methods=["GET", "POST"])
@requires(policies.may_write, round=queries.find_round)
def withdraw_round(round: Round) -> Any:
    if RoundState.WITHDRAWN not in ROUND_MOVES[round.state]:
        return nothing_to_do(round)
    count = len(queries.open_deals_in(round))
    form = withdraw_form(round, count)

    def save() -> Response:
        told = form.happened_on.data, form.note.data or ""
        version = form.version.data
        actions.withdraw_round(round, *told, lapses=form.lapses, version=version, by=actor(), at=now())
        return moved(round)

    return form_page(
        "deals/withdraw_round.html",
        form,
        save,
        saved=lambda: withdraw_form(round, count, formdata=None),
        round=round,
        funded=queries.funded_deals_in(round),
    )


@bp.route("/rounds/<int:round_id>/reopen", methods=["GET", "POST"])
@requires(policies.may_write, round=queries.find_round)
def reopen_round(round: Round) -> Any:
    if round.state not in (RoundState.CLOSED, RoundState.WITHDRAWN):
        return nothing_to_do(round)
    form = reopen_form(round)

    def save() -> Response:
        told = form.happened_on.data, form.note.data or ""
        actions.reopen_round(round, *told, version=form.version.data, by=actor(), at=now())
        return moved(round)

    return form_page(
        "deals/reopen_round.html",
        form,
        save,
        saved=lambda: reopen_form(round, formdata=None),
        round=round,
        results=queries.results_of(round),
    )


@bp.route("/participations/<int:participation_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, participation=queries.find_participation)
def edit_participation(participation: Participation) -> Any:
    form = EditParticipationForm(role=participation.role or "")
    form.role.offer([*choices("participation_role"), ("", _("not said"))])

    def save() -> Response:
        role = ParticipationRole(form.role.data) if form.role.data else None
        actions.set_role(participation, role, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("deals.show_round", round_id=participation.round_id)

    return form_page("deals/edit_participation.html", form, save, participation=participation)


def moved(round: Round) -> Response:
    flash(_("The round is now: %(state)s.", state=word("round_state", round.state)), "done")
    return see_other("deals.show_round", round_id=round.id)


def nothing_to_do(round: Round) -> Any:
    """The round stands elsewhere by now, such as after another tab."""
    if request.method == "GET":
        return see_other("deals.show_round", round_id=round.id)
    return page("deals/cannot_move.html", round=round), 409


def move_form(round: Round, **source: Any) -> MoveRoundForm:
    allowed = [state for state in ROUND_MOVES[round.state] if state in LIGHT]
    asked = request.args.get("state", "")
    state = asked if asked in allowed else allowed[0].value
    form = MoveRoundForm(obj=round, state=state, happened_on=day_of(now()), note="", **source)
    form.state.offer([(state.value, word("round_state", state)) for state in allowed])
    return form


def withdraw_form(round: Round, count: int, **source: Any) -> WithdrawRoundForm:
    form = WithdrawRoundForm(obj=round, happened_on=day_of(now()), note="", lapse="lapse", **source)
    form.offer_lapse(count)
    return form


def reopen_form(round: Round, **source: Any) -> ReopenRoundForm:
    return ReopenRoundForm(obj=round, happened_on=day_of(now()), note="", **source)


def close_form(round: Round, funded: Sequence[Deal], count: int, **source: Any) -> CloseRoundForm:
    told: dict[str, Any] = {"closed_on": day_of(now()), "note": "", "lapse": "lapse", "without_money": False}
    told["investors"] = "、".join(names_apart(funded).values())
    for deal in funded:
        told[f"role_{deal.id}"] = ParticipationRole.SOLE.value if len(funded) == 1 else ""
        told[f"fund_{deal.id}"] = str(deal.fund_id or "")
        told[f"signed_{deal.id}"] = deal.signed
    form = closing_form(funded, obj=round, **told, **source)
    form.offer_lapse(count)
    if funded:
        del form.without_money
    offer_shares(form, funded)
    return form


def names_apart(funded: Sequence[Deal]) -> dict[str, str]:
    """{full name: a short one that names no other institution of these deals}."""
    institutions = [deal.institution for deal in funded]
    return told_apart([one.name for one in institutions], [one.short_name for one in institutions])


def offer_shares(form: CloseRoundForm, funded: Sequence[Deal]) -> None:
    funds = fund_queries.funds_by_manager([deal.institution_id for deal in funded])
    for deal in funded:
        form[f"role_{deal.id}"].offer(choices("participation_role"), empty=_("not said"))
        own = [(str(fund.id), fund.name) for fund in funds.get(deal.institution_id, ())]
        form[f"fund_{deal.id}"].offer(own, empty=_("no fund named"))
