"""Pages of institutions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.deals import queries as deal_queries
from crm.funds import queries as fund_queries
from crm.institutions import actions, policies, queries
from crm.institutions.forms import AddInstitutionForm, EditInstitutionForm
from crm.institutions.models import Institution
from crm.people import queries as people_queries
from crm.services import queries as service_queries
from crm.settings.choices import choices, word
from crm.settings.filters import asked_bin, asked_filters
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.lists import listing, place_from_request

bp = Blueprint("institutions", __name__, url_prefix="/institutions")


@bp.get("/")
@requires(policies.may_list)
def list_institutions() -> Any:
    wanted, chips = asked_filters(
        q=(_("Search"), ""),
        kind=(_("Kind"), "institution_kind"),
        sector=(_("Sector"), "sector_layer"),
        growth_stage=(_("Stage"), "growth_stage"),
    )
    archived, bin_chip = asked_bin()
    found = queries.institutions(
        actor(),
        place_from_request(),
        text=wanted["q"],
        kind=wanted["kind"],
        sector=wanted["sector"],
        growth_stage=wanted["growth_stage"],
        archived=archived,
    )
    return page(
        "institutions/list_institutions.html",
        listing=listing(found, chips + bin_chip),
        wanted=wanted,
        kinds=choices("institution_kind"),
        sectors=choices("sector_layer"),
        growth_stages=choices("growth_stage"),
        may_write=policies.may_write(actor()),
    )


@bp.get("/suggest")
@requires(policies.may_suggest)
def suggest() -> Response:
    text = request.args.get("q", "").strip()
    found = queries.suggestions(text) if text else []
    return jsonify(
        items=[
            {
                "value": one.name,
                "label": one.name,
                "note": f"{word('institution_kind', one.kind)} · {one.credit_code or ''}",
            }
            for one in found
        ]
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def add_institution() -> Any:
    form = AddInstitutionForm(name=request.args.get("name"))
    offer(form)

    def save() -> Response:
        institution = actions.add(form.value(), by=actor(), at=now())
        flash(_("%(name)s was added.", name=institution.name), "done")
        return see_other("institutions.show_institution", institution_id=institution.id)

    return form_page("institutions/add_institution.html", form, save)


@bp.get("/<int:institution_id>")
@requires(policies.may_see, institution=queries.find_institution)
def show_institution(institution: Institution) -> Any:
    return record_page(
        "institutions/show_institution.html",
        institution,
        people=people_queries.people_of_institution(institution),
        funds=fund_queries.funds_of(institution),
        deals=deal_queries.deals_of_institution(institution, limit=10),
    )


@bp.get("/<int:institution_id>/people")
@requires(policies.may_see, institution=queries.find_institution)
def list_people(institution: Institution) -> Any:
    people = people_queries.people_of_institution(institution)
    return record_page("institutions/list_people.html", institution, people=people, today=day_of(now()))


@bp.get("/<int:institution_id>/funds")
@requires(policies.may_see, institution=queries.find_institution)
def list_funds(institution: Institution) -> Any:
    return record_page("institutions/list_funds.html", institution, funds=fund_queries.funds_of(institution))


@bp.get("/<int:institution_id>/deals")
@requires(policies.may_see, institution=queries.find_institution)
def list_deals(institution: Institution) -> Any:
    found = deal_queries.deals(actor(), place_from_request(), institution_id=institution.id)
    return record_page(
        "institutions/list_deals.html",
        institution,
        listing=listing(found, []),
        received=deal_queries.received_by_deal(deal.id for deal in found.rows),
    )


@bp.get("/<int:institution_id>/services")
@requires(policies.may_see, institution=queries.find_institution)
def list_services(institution: Institution) -> Any:
    found = service_queries.services(actor(), place_from_request(), institution_id=institution.id)
    return record_page("institutions/list_services.html", institution, listing=listing(found, []))


@bp.get("/<int:institution_id>/history")
@requires(policies.may_see, institution=queries.find_institution)
def show_history(institution: Institution) -> Any:
    people = people_queries.people_of_institution(institution) if policies.may_see_contacts(actor()) else []
    return record_page(
        "institutions/show_history.html",
        institution,
        entries=told_history("institution", institution.id, {"person": [one.id for one in people]}),
    )


@bp.route("/<int:institution_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, institution=queries.find_institution)
def edit_institution(institution: Institution) -> Any:
    form = offer(EditInstitutionForm(obj=institution))

    def save() -> Response:
        actions.edit(institution, form.value(), version=form.version.data, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("institutions.show_institution", institution_id=institution.id)

    return form_page(
        "institutions/edit_institution.html",
        form,
        save,
        saved=lambda: offer(EditInstitutionForm(formdata=None, obj=institution)),
        institution=institution,
    )


@bp.post("/<int:institution_id>/archive")
@requires(policies.may_write, institution=queries.find_institution)
def archive_institution(institution: Institution) -> Response:
    actions.archive(institution, by=actor(), at=now())
    flash(_("%(name)s was archived. You can restore it from the bin.", name=institution.name), "done")
    return see_other("institutions.show_institution", institution_id=institution.id)


@bp.post("/<int:institution_id>/restore")
@requires(policies.may_write, institution=queries.find_institution)
def restore_institution(institution: Institution) -> Response:
    actions.restore(institution, by=actor(), at=now())
    flash(_("%(name)s was restored.", name=institution.name), "done")
    return see_other("institutions.show_institution", institution_id=institution.id)


def offer(form: Any) -> Any:
    form.kind.offer(choices("institution_kind"))
    form.growth_stages.offer(choices("growth_stage"))
    form.sectors.offer(choices("sector_layer"))
    return form


def record_page(template: str, institution: Institution, **values: Any) -> str:
    return page(
        template,
        institution=institution,
        may_write=policies.may_write(actor()),
        may_see_contacts=policies.may_see_contacts(actor()),
        counts={
            "funds": len(fund_queries.funds_of(institution)),
            "deals": deal_queries.count_deals(institution_id=institution.id),
            "services": service_queries.count_services(institution_id=institution.id),
            "people": people_queries.count_people(institution_id=institution.id),
        },
        **values,
    )
