"""Pages of funds and commitments."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from flask import flash, jsonify, request, url_for
from werkzeug.wrappers import Response

from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.core.listing import Place, Slice
from crm.deals import queries as deal_queries
from crm.funds import actions, exports, policies, queries
from crm.funds.columns import FUND_LIST
from crm.funds.forms import (
    CURRENCIES,
    AddCommitmentForm,
    AddFundForm,
    AddRequirementForm,
    EditCommitmentForm,
    EditFundForm,
    EditRequirementForm,
    EditThesisForm,
)
from crm.funds.models import Commitment, Fund, FundFigure, FundFlow, LocalRequirement
from crm.funds.ownership import ownership_of
from crm.funds.views.blueprint import bp
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.institutions.thesis import says_something
from crm.lib.money import CNY
from crm.lib.names import split_names
from crm.lists.bulk import Many, change_many, chosen_rows, told_archived
from crm.lists.pages import kept_listing, opens_last_view
from crm.settings.choices import choices
from crm.settings.filters import asked_bin, asked_filters, asked_flag
from crm.settings.pages import remembered_page
from crm.timeline import queries as timeline_queries
from crm.web.answers import add_page, counted_once, edit_page, form_page, now, page, see_other, suggested
from crm.web.bin import bin_routes
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import place_from_request
from crm.web.pieces import made_once


@bp.get("/")
@requires(policies.may_list)
@opens_last_view(FUND_LIST)
def list_funds() -> Any:
    found, wanted, chips = asked_funds(place_from_request())
    may_write = policies.may_write(actor())
    return page(
        "funds/list_funds.html",
        listing=kept_listing(FUND_LIST, found, chips, may_write=may_write),
        managers=queries.managers_by_fund([fund.id for fund in found.rows]),
        wanted=wanted,
        investing="investing" in request.args,
        kinds=choices("fund_kind"),
        vintages=[(str(year), str(year)) for year in queries.vintages()],
        sectors=choices("sector_layer"),
        growth_stages=choices("growth_stage"),
        may_write=may_write,
    )


@bp.post("/many")
@requires(policies.may_write)
def change_funds() -> Response:
    found, _wanted, _chips = asked_funds(chosen_rows())
    acts = {"archive": (partial(actions.archive, by=actor(), at=now()), told_archived)}
    return change_many(Many(FUND_LIST, queries.funds_to_change, policies.may_write, acts), found)


@bp.post("/export")
@requires(policies.may_write)
def export_funds() -> Response:
    found, _wanted, _chips = asked_funds(whole_list())
    managers = queries.managers_by_fund([fund.id for fund in found.rows])

    def line(fund: Any) -> list[Any]:
        return exports.line(fund, managers.get(fund.id, ()))

    return hand_out(_("Funds"), exports.headings(), found, line, url_for("funds.list_funds"))


def asked_funds(place: Place) -> tuple[Slice, dict[str, str], list[tuple[str, str, str]]]:
    """The funds that the URL asks for, what it asks, and the filters that are on."""
    wanted, chips = asked_filters(
        q=(_("Search"), ""),
        kind=(_("Kind"), "fund_kind"),
        vintage=(_("Vintage"), ""),
        sector=(_("Sector"), "sector_layer"),
        growth_stage=(_("Stage"), "growth_stage"),
    )
    investing, investing_chip = asked_flag("investing", _("Investment period"), _("investing now"))
    archived, bin_chip = asked_bin()
    filters = {name: value for name, value in wanted.items() if name != "q"}
    found = queries.funds(
        actor(),
        place,
        day_of(now()),
        text=wanted["q"],
        investing=investing,
        archived=archived,
        **filters,
    )
    return found, wanted, chips + investing_chip + bin_chip


@bp.get("/suggest")
@requires(policies.may_list)
def suggest() -> Response:
    return suggested(
        queries.suggestions, lambda one: {"value": one.name, "label": one.name, "note": one.amac_code or ""}
    )


@bp.get("/of-institution")
@requires(policies.may_list)
def choose_fund() -> Response:
    """The funds of an institution that a deal form may choose from."""
    try:
        institution = institution_queries.resolve(request.args.get("q", ""), field="")
    except Refusal:
        return jsonify(items=[])
    return jsonify(items=[{"value": one.id, "label": one.name} for one in queries.funds_of(institution)])


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def add_fund() -> Any:
    form = offer(AddFundForm(name=request.args.get("name"), managers=request.args.get("manager")))

    def save() -> Response:
        fund = actions.add(form.value(), managers_of(form), by=actor(), at=now())
        flash(_("%(name)s was added.", name=fund.name), "done")
        return see_other("funds.show_fund", fund_id=fund.id)

    return form_page("funds/add_fund.html", form, save)


@bp.get("/<int:fund_id>")
@requires(policies.may_see, fund=queries.find_fund)
def show_fund(fund: Fund) -> Any:
    return fund_page(fund)


@bp.get("/<int:fund_id>/history")
@requires(policies.may_see, fund=queries.find_fund)
def show_history(fund: Fund) -> Any:
    parts = {
        "commitment": queries.commitment_ids(fund),
        "local_requirement": queries.requirement_ids(fund),
        "fund_flow": queries.part_ids(FundFlow, fund),
        "fund_figure": queries.part_ids(FundFigure, fund),
    }
    return remembered_page(
        "funds/show_history.html",
        fund=fund,
        may_write=policies.may_write(actor()),
        entries=told_history("fund", fund.id, parts),
    )


@bp.route("/<int:fund_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, fund=queries.find_fund)
def edit_fund(fund: Fund) -> Any:
    form = edit_form(fund)

    def save() -> Response:
        actions.edit(fund, form.value(), managers_of(form), version=form.version.data, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("funds.show_fund", fund_id=fund.id)

    return form_page("funds/edit_fund.html", form, save, saved=lambda: edit_form(fund, formdata=None), fund=fund)


@bp.route("/<int:fund_id>/thesis", methods=["GET", "POST"])
@requires(policies.may_write, fund=queries.find_fund)
def edit_thesis(fund: Fund) -> Any:
    def build(**source: Any) -> Any:
        return EditThesisForm(obj=fund, **source).offer(choices)

    edit = partial(actions.edit_thesis, fund)
    then = url_for("funds.show_fund", fund_id=fund.id)
    return edit_page("funds/edit_thesis.html", build, edit, then, fund=fund)


bin_routes(bp, "fund", policies.may_write, queries.find_fund, archive=actions.archive, restore=actions.restore)


@bp.route("/<int:fund_id>/commitments/new", methods=["GET", "POST"])
@requires(policies.may_write, fund=queries.find_fund)
@counted_once
def add_commitment(fund: Fund) -> Any:
    form = AddCommitmentForm()

    def save() -> Response:
        told = (form.amount.data, form.committed_on.data, form.paid_in.data)
        actions.add_commitment(fund, form.investor.data, *told, by=actor(), at=now())
        flash(_("Commitment recorded."), "done")
        return see_other("funds.show_fund", fund_id=fund.id)

    return form_page("funds/add_commitment.html", form, save, fund=fund)


@bp.route("/commitments/<int:commitment_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, commitment=queries.find_commitment)
def edit_commitment(commitment: Commitment) -> Any:
    form = EditCommitmentForm(obj=commitment)

    def save() -> Response:
        actions.edit_commitment(
            commitment,
            form.amount.data,
            form.committed_on.data,
            form.paid_in.data,
            version=form.version.data,
            by=actor(),
            at=now(),
        )
        flash(_("Saved."), "done")
        return see_other("funds.show_fund", fund_id=commitment.fund_id)

    return form_page(
        "funds/edit_commitment.html",
        form,
        save,
        saved=lambda: EditCommitmentForm(formdata=None, obj=commitment),
        commitment=commitment,
        requirement=queries.requirement_of(commitment),
        entries=told_history("commitment", commitment.id),
    )


@bp.post("/commitments/<int:commitment_id>/archive")
@requires(policies.may_write, commitment=queries.find_commitment)
def archive_commitment(commitment: Commitment) -> Response:
    actions.archive_commitment(commitment, by=actor(), at=now())
    flash(_("The commitment no longer counts."), "done")
    return see_other("funds.show_fund", fund_id=commitment.fund_id)


@bp.post("/commitments/<int:commitment_id>/restore")
@requires(policies.may_write, commitment=queries.find_commitment)
def restore_commitment(commitment: Commitment) -> Any:
    try:
        actions.restore_commitment(commitment, by=actor(), at=now())
    except Refusal as refusal:
        fund = queries.find_fund(actor(), commitment.fund_id)
        reason = " ".join(translate(message) for message in refusal.fields.values())
        return fund_page(cast(Fund, fund), wrong=reason), 422
    flash(_("The commitment counts again."), "done")
    return see_other("funds.show_fund", fund_id=commitment.fund_id)


@bp.route("/commitments/<int:commitment_id>/requirement/new", methods=["GET", "POST"])
@requires(policies.may_write, commitment=queries.find_commitment)
@counted_once
def add_requirement(commitment: Commitment) -> Any:
    form = offer_requirement(AddRequirementForm())
    then = url_for("funds.show_fund", fund_id=commitment.fund_id)
    add = partial(actions.require, commitment)
    return add_page(
        "funds/add_requirement.html",
        form,
        add,
        _("The local investment requirement was recorded."),
        then,
        commitment=commitment,
    )


@bp.route("/requirements/<int:requirement_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, requirement=queries.find_requirement)
def edit_requirement(requirement: LocalRequirement) -> Any:
    edit = partial(actions.edit_requirement, requirement)
    then = url_for("funds.show_fund", fund_id=requirement.commitment.fund_id)
    return edit_page(
        "funds/edit_requirement.html",
        partial(requirement_form, requirement),
        edit,
        then,
        requirement=requirement,
        commitment=requirement.commitment,
    )


@bp.post("/requirements/<int:requirement_id>/remove")
@requires(policies.may_write, requirement=queries.find_requirement)
def remove_requirement(requirement: LocalRequirement) -> Response:
    fund_id = requirement.commitment.fund_id
    actions.drop_requirement(requirement, by=actor(), at=now())
    flash(_("The local investment requirement was removed."), "done")
    return see_other("funds.show_fund", fund_id=fund_id)


@bp.get("/<int:fund_id>/ownership")
@requires(policies.may_see, fund=queries.find_fund)
def show_ownership(fund: Fund) -> Any:
    holders = made_once("funds/_ownership.html", fund.id, lambda: {"found": ownership_of(fund)})
    return page("funds/show_ownership.html", fund=fund, holders=holders, may_write=policies.may_write(actor()))


def fund_page(fund: Fund, wrong: str = "") -> str:
    received, binned = queries.commitments_to(fund)
    return remembered_page(
        "funds/show_fund.html",
        fund=fund,
        today=day_of(now()),
        timeline=timeline_queries.of_record(actor(), fund, request.args),
        may_write=policies.may_write(actor()),
        has_thesis=says_something(fund),
        received=received,
        requirements=queries.requirements_of(received),
        made=queries.commitments_by(fund),
        binned=binned,
        shares=deal_queries.investments_of(fund),
        wrong=wrong,
    )


def managers_of(form: Any) -> list[Institution]:
    return [institution_queries.resolve(name, field="managers") for name in split_names(form.managers.data or "")]


def edit_form(fund: Fund, **source: Any) -> Any:
    names = "、".join(manager.institution.name for manager in fund.managers)
    rate = None if fund.currency == CNY else fund.cny_rate
    return offer(EditFundForm(obj=fund, managers=names, cny_rate=rate, **source))


def offer(form: Any) -> Any:
    form.kind.offer(choices("fund_kind"))
    form.currency.offer([(code, code) for code in CURRENCIES])
    return form


def offer_requirement(form: Any) -> Any:
    form.base.offer(choices("requirement_base"))
    return form


def requirement_form(requirement: LocalRequirement, **source: Any) -> Any:
    told = (requirement.ratio, requirement.unit)
    return offer_requirement(EditRequirementForm(obj=requirement, ratio=told, **source))
