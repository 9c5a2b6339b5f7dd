"""Pages of funds and commitments."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, jsonify, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.audit.pages import told_history
from crm.core.errors import Refusal
from crm.funds import actions, policies, queries
from crm.funds.actions import CNY
from crm.funds.forms import CURRENCIES, AddCommitmentForm, AddFundForm, EditCommitmentForm, EditFundForm
from crm.funds.models import Commitment, Fund
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.names import split_names
from crm.settings.choices import choices
from crm.settings.filters import asked_bin, asked_filters
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import translate
from crm.web.lists import listing, place_from_request

bp = Blueprint("funds", __name__, url_prefix="/funds")


@bp.get("/")
@requires(policies.may_list)
def list_funds() -> Any:
    wanted, chips = asked_filters(
        q=(_("Search"), ""),
        kind=(_("Kind"), "fund_kind"),
        sector=(_("Sector"), "sector_layer"),
        growth_stage=(_("Stage"), "growth_stage"),
    )
    archived, bin_chip = asked_bin()
    found = queries.funds(
        actor(),
        place_from_request(),
        text=wanted["q"],
        kind=wanted["kind"],
        sector=wanted["sector"],
        growth_stage=wanted["growth_stage"],
        archived=archived,
    )
    return page(
        "funds/list_funds.html",
        listing=listing(found, chips + bin_chip),
        wanted=wanted,
        kinds=choices("fund_kind"),
        sectors=choices("sector_layer"),
        growth_stages=choices("growth_stage"),
        may_write=policies.may_write(actor()),
    )


@bp.get("/suggest")
@requires(policies.may_list)
def suggest() -> Response:
    text = request.args.get("q", "").strip()
    found = queries.suggestions(text) if text else []
    return jsonify(items=[{"value": one.name, "label": one.name, "note": one.amac_code or ""} for one in found])


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
    return page(
        "funds/show_history.html",
        fund=fund,
        may_write=policies.may_write(actor()),
        entries=told_history("fund", fund.id, {"commitment": queries.commitment_ids(fund)}),
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


@bp.post("/<int:fund_id>/archive")
@requires(policies.may_write, fund=queries.find_fund)
def archive_fund(fund: Fund) -> Response:
    actions.archive(fund, by=actor(), at=now())
    flash(_("%(name)s was archived. You can restore it from the bin.", name=fund.name), "done")
    return see_other("funds.show_fund", fund_id=fund.id)


@bp.post("/<int:fund_id>/restore")
@requires(policies.may_write, fund=queries.find_fund)
def restore_fund(fund: Fund) -> Response:
    actions.restore(fund, by=actor(), at=now())
    flash(_("%(name)s was restored.", name=fund.name), "done")
    return see_other("funds.show_fund", fund_id=fund.id)


@bp.route("/<int:fund_id>/commitments/new", methods=["GET", "POST"])
@requires(policies.may_write, fund=queries.find_fund)
@counted_once
def add_commitment(fund: Fund) -> Any:
    form = AddCommitmentForm()

    def save() -> Response:
        actions.add_commitment(fund, form.investor.data, form.amount.data, form.committed_on.data, by=actor(), at=now())
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


def fund_page(fund: Fund, wrong: str = "") -> str:
    return page(
        "funds/show_fund.html",
        fund=fund,
        may_write=policies.may_write(actor()),
        received=queries.commitments_to(fund),
        made=queries.commitments_by(fund),
        binned=queries.archived_commitments_to(fund),
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
    form.growth_stages.offer(choices("growth_stage"))
    form.sectors.offer(choices("sector_layer"))
    return form
