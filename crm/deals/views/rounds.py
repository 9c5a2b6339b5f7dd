"""Pages of rounds."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.core.listing import Place, Slice
from crm.deals import actions, exports, policies, queries
from crm.deals.columns import ROUND_LIST
from crm.deals.forms import EditRoundForm, OpenRoundForm
from crm.deals.models import Round, RoundState
from crm.deals.views.blueprint import bp
from crm.deals.views.deals import undoable_changes
from crm.lists.bulk import Many, change_many, chosen_rows, told_archived
from crm.lists.pages import kept_listing, opens_last_view
from crm.reports.policies import may_make
from crm.settings.choices import choices, word
from crm.settings.filters import asked_bin, asked_filters
from crm.settings.pages import remembered_page
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.timeline import queries as timeline_queries
from crm.web.answers import counted_once, edit_page, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import place_from_request


@bp.get("/rounds/")
@requires(policies.may_list)
@opens_last_view(ROUND_LIST)
def list_rounds() -> Any:
    found, wanted, chips = asked_rounds(place_from_request())
    may_write = policies.may_write(actor())
    return page(
        "deals/list_rounds.html",
        listing=kept_listing(ROUND_LIST, found, chips, may_write=may_write),
        wanted=wanted,
        counts=queries.count_states(),
        names=choices("round_name"),
        may_write=may_write,
    )


@bp.post("/rounds/export")
@requires(policies.may_write)
def export_rounds() -> Response:
    found, _wanted, _chips = asked_rounds(whole_list())
    return hand_out(_("Rounds"), exports.round_headings(), found, exports.round_line, url_for("deals.list_rounds"))


@bp.post("/rounds/many")
@requires(policies.may_write)
def change_rounds() -> Response:
    found, _wanted, _chips = asked_rounds(chosen_rows())
    acts = {"archive": (partial(actions.archive_round, by=actor(), at=now()), told_archived)}
    return change_many(Many(ROUND_LIST, queries.rounds_to_change, policies.may_write, acts), found)


def asked_rounds(place: Place) -> tuple[Slice, dict[str, str], list[tuple[str, str, str]]]:
    """The rounds that the URL asks for, what it asks, and the filters that are on."""
    wanted, chips = asked_filters(
        q=(_("Search"), ""), state=(_("State"), "round_state"), name=(_("Round"), "round_name")
    )
    archived, bin_chip = asked_bin()
    filters = {name: value for name, value in wanted.items() if name != "q"}
    found = queries.rounds(actor(), place, text=wanted["q"], archived=archived, **filters)
    return found, wanted, chips + bin_chip


@bp.route("/startups/<int:startup_id>/rounds/new", methods=["GET", "POST"])
@requires(policies.may_write, startup=startup_queries.find_startup)
@counted_once
def open_round(startup: Startup) -> Any:
    form = OpenRoundForm(opened_on=day_of(now()), state=RoundState.OPEN.value)
    form.name.offer(choices("round_name"), empty="")
    first = (RoundState.REGISTERED, RoundState.OPEN)
    form.state.offer([(state.value, word("round_state", state)) for state in first])

    def save() -> Response:
        state = RoundState(form.state.data)
        round = actions.open_round(startup, form.name.data, form.value(), state=state, by=actor(), at=now())
        flash(_("The round is now: %(state)s.", state=word("round_state", state)), "done")
        return see_other("deals.show_round", round_id=round.id)

    return form_page("deals/open_round.html", form, save, startup=startup)


@bp.get("/rounds/<int:round_id>")
@requires(policies.may_see, round=queries.find_round)
def show_round(round: Round) -> Any:
    return round_page(round)


@bp.get("/rounds/<int:round_id>/history")
@requires(policies.may_see, round=queries.find_round)
def show_round_history(round: Round) -> Any:
    return remembered_page(
        "deals/show_round_history.html",
        round=round,
        may_write=policies.may_write(actor()),
        may_report=may_make(actor()),
        entries=told_history("round", round.id, {"participation": queries.participation_ids(round)}),
        undoable=undoable_changes("round", round.id),
    )


@bp.route("/rounds/<int:round_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, round=queries.find_round)
def edit_round(round: Round) -> Any:
    def build(**source: Any) -> Any:
        return EditRoundForm(obj=round, **source)

    edit = partial(actions.edit_round, round)
    then = url_for("deals.show_round", round_id=round.id)
    return edit_page("deals/edit_round.html", build, edit, then, round=round)


@bp.post("/rounds/<int:round_id>/archive")
@requires(policies.may_write, round=queries.find_round)
def archive_round(round: Round) -> Any:
    try:
        actions.archive_round(round, by=actor(), at=now())
    except Refusal:
        return round_page(round, wrong=_("This round has deals: archive those first.")), 422
    flash(_("The round was archived."), "done")
    return see_other("deals.show_round", round_id=round.id)


@bp.post("/rounds/<int:round_id>/restore")
@requires(policies.may_write, round=queries.find_round)
def restore_round(round: Round) -> Response:
    actions.restore_round(round, by=actor(), at=now())
    flash(_("The round was restored."), "done")
    return see_other("deals.show_round", round_id=round.id)


def round_page(round: Round, wrong: str = "") -> str:
    deals = queries.rows_in_round(round.id)
    ids = [deal.id for deal in deals]
    received = queries.received_by_deal(ids)
    return remembered_page(
        "deals/show_round.html",
        round=round,
        deals=deals,
        received=received,
        words=queries.last_words(ids),
        signed_total=sum(deal.signed or 0 for deal in deals),
        received_total=sum(received.values()),
        shares=queries.participations_in(round) if round.state == RoundState.CLOSED else [],
        events=queries.round_events_of(round),
        timeline=timeline_queries.of_record(actor(), round, request.args),
        today=day_of(now()),
        may_write=policies.may_write(actor()),
        may_report=may_make(actor()),
        wrong=wrong,
    )
