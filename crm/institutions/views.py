"""Pages of institutions, their brands and admissions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.core.listing import COUNTED, Place, Slice, counter
from crm.core.naming import former_names_about, former_names_of
from crm.deals import queries as deal_queries
from crm.documents import queries as document_queries
from crm.documents.pictures import Upload, accept
from crm.events import queries as event_queries
from crm.funds import queries as fund_queries
from crm.institutions import actions, exports, policies, queries
from crm.institutions.columns import INSTITUTION_LIST
from crm.institutions.forms import (
    AddInstitutionForm,
    EditBrandForm,
    EditInstitutionForm,
    EditThesisForm,
    RecordAdmissionForm,
)
from crm.institutions.models import Admission, Brand, Institution
from crm.institutions.queries import UNCHECKED
from crm.institutions.thesis import says_something
from crm.lib.text import N_
from crm.lists.bulk import Many, change_many, chosen_rows, told_archived
from crm.lists.pages import kept_listing, opens_last_view
from crm.people import queries as people_queries
from crm.services import queries as service_queries
from crm.settings.choices import choices, word
from crm.settings.filters import asked_bin, asked_filters
from crm.settings.pages import remembered_page
from crm.startups import queries as startup_queries
from crm.timeline import queries as timeline_queries
from crm.web.answers import counted_once, edit_page, form_page, now, page, see_other, suggested
from crm.web.bin import bin_routes
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext
from crm.web.lists import listing, place_from_request
from crm.web.names import told_formerly

bp = Blueprint("institutions", __name__, url_prefix="/institutions")
LATEST = 10  # deals and participations on the overview


@bp.get("/")
@requires(policies.may_list)
@opens_last_view(INSTITUTION_LIST)
def list_institutions() -> Any:
    found, wanted, chips = asked_institutions(place_from_request())
    may_write = policies.may_write(actor())
    return page(
        "institutions/list_institutions.html",
        listing=kept_listing(INSTITUTION_LIST, found, chips, may_write=may_write),
        wanted=wanted,
        kinds=choices("institution_kind"),
        results=[*choices("admission_result"), (UNCHECKED, unchecked(UNCHECKED))],
        sectors=choices("sector_layer"),
        growth_stages=choices("growth_stage"),
        may_write=may_write,
    )


@bp.post("/many")
@requires(policies.may_write)
def change_institutions() -> Response:
    found, _wanted, _chips = asked_institutions(chosen_rows())
    many = Many(
        INSTITUTION_LIST,
        queries.institutions_to_change,
        policies.may_write,
        acts={"archive": (partial(actions.archive, by=actor(), at=now()), told_archived)},
        leads={"introduce": introduce_to},
    )
    return change_many(many, found)


def introduce_to(picked: str) -> Response:
    """Go on with the open round of the startup that was named. Raises Refusal."""
    startup = startup_queries.resolve(request.form.get("startup", ""), field="")
    rounds = deal_queries.open_rounds_of(startup)
    if not rounds:
        raise Refusal({"": N_("%(name)s has no open round.", name=startup.shown_name)})
    return see_other("deals.choose_institutions", round_id=rounds[0].id, picked=picked)


@bp.post("/export")
@requires(policies.may_write)
def export_institutions() -> Response:
    found, _wanted, _chips = asked_institutions(whole_list())
    back = url_for("institutions.list_institutions")
    return hand_out(_("Institutions"), exports.headings(), found, exports.line, back)


def asked_institutions(place: Place) -> tuple[Slice, dict[str, str], list[tuple[str, str, str]]]:
    """The institutions that the URL asks for, what it asks, and the filters that are on."""
    wanted, chips = asked_filters(
        q=(_("Search"), ""),
        kind=(_("Kind"), "institution_kind"),
        admission=(_("Admission"), "admission_result"),
        sector=(_("Sector"), "sector_layer"),
        growth_stage=(_("Stage"), "growth_stage"),
        brand=(_("Brand"), ""),
    )
    chips = [(name, label, unchecked(value)) for name, label, value in chips]
    archived, bin_chip = asked_bin()
    filters = {name: value for name, value in wanted.items() if name != "q"}
    found = queries.institutions(actor(), place, text=wanted["q"], archived=archived, **filters)
    return found, wanted, chips + bin_chip


@bp.get("/suggest")
@requires(policies.may_suggest)
def suggest() -> Response:
    def told(found: tuple[Institution, str]) -> dict[str, str]:
        one, former = found
        note = f"{word('institution_kind', one.kind)} · {one.credit_code or ''}"
        return {"value": one.name, "label": one.name, "note": told_formerly(note, former)}

    return suggested(queries.suggestions_by_name, told)


@bp.get("/suggest-brand")
@requires(policies.may_list)
def suggest_brand() -> Response:
    def told(found: tuple[str, int]) -> dict[str, str]:
        name, count = found
        return {"value": name, "label": name, "note": ngettext("%(num)s legal person", "%(num)s legal persons", count)}

    return suggested(queries.brands_like, told)


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
    admissions, counts = queries.admissions_of(institution), counts_of(institution.id)
    startup = startup_queries.startup_of(institution) if counts["twins"] else None
    return record_page(
        "institutions/show_institution.html",
        institution,
        counts,
        admissions,
        people=people_queries.people_of_institution(institution) if counts["people"] else (),
        funds=fund_queries.funds_of(institution) if counts["funds"] else (),
        deals=deal_queries.latest_rows(actor(), institution, LATEST),
        shares=deal_queries.participations_of_institution(institution, LATEST + 1) if counts["deals"] else (),
        latest=LATEST,
        former_names=former_names_of(institution) if counts["former_name"] else (),
        startup=startup,
        likely_startup=startup_queries.likely_startup(institution) if counts["namesakes"] and startup is None else None,
        has_thesis=says_something(institution),
        commitments=fund_queries.commitments_of_institution(institution),
        papers=document_queries.documents_of_all("admission", [one.id for one in admissions]),
        attachments=document_queries.documents_seen(actor(), "institution", institution.id)
        if counts["documents"]
        else (),
        timeline=timeline_queries.of_record(actor(), institution, request.args),
    )


@bp.get("/<int:institution_id>/people")
@requires(policies.may_see, institution=queries.find_institution)
def list_people(institution: Institution) -> Any:
    people = people_queries.people_of_institution(institution)
    accounts = account_queries.investors_of(institution.id)
    return record_page("institutions/list_people.html", institution, people=people, accounts=accounts)


@bp.get("/<int:institution_id>/funds")
@requires(policies.may_see, institution=queries.find_institution)
def list_funds(institution: Institution) -> Any:
    return record_page("institutions/list_funds.html", institution, funds=fund_queries.funds_of(institution))


@bp.get("/<int:institution_id>/deals")
@requires(policies.may_see, institution=queries.find_institution)
def list_deals(institution: Institution) -> Any:
    found = deal_queries.deal_rows(actor(), place_from_request(), deal_queries.Wanted(institution_id=institution.id))
    return record_page(
        "institutions/list_deals.html",
        institution,
        listing=listing(found, []),
    )


@bp.get("/<int:institution_id>/services")
@requires(policies.may_see, institution=queries.find_institution)
def list_services(institution: Institution) -> Any:
    found = service_queries.rows_with_partner(actor(), place_from_request(), institution)
    return record_page("institutions/list_services.html", institution, listing=listing(found, []))


@bp.get("/<int:institution_id>/events")
@requires(policies.may_see, institution=queries.find_institution)
def list_events(institution: Institution) -> Any:
    found = event_queries.visits(place_from_request(), institution_id=institution.id)
    came = event_queries.came(found.rows)
    return record_page("institutions/list_events.html", institution, listing=listing(found, []), came=came)


@bp.get("/<int:institution_id>/history")
@requires(policies.may_see, institution=queries.find_institution)
def show_history(institution: Institution) -> Any:
    people = people_queries.people_of_institution(institution) if policies.may_see_contacts(actor()) else []
    admissions = queries.admissions_of(institution)
    parts = {"person": [one.id for one in people], "admission": [one.id for one in admissions]}
    return record_page(
        "institutions/show_history.html",
        institution,
        admissions=admissions,
        entries=told_history("institution", institution.id, parts),
    )


@bp.route("/<int:institution_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, institution=queries.find_institution)
def edit_institution(institution: Institution) -> Any:
    edit = partial(actions.edit, institution)
    then = url_for("institutions.show_institution", institution_id=institution.id)
    return edit_page(
        "institutions/edit_institution.html", partial(edit_form, institution), edit, then, institution=institution
    )


@bp.route("/<int:institution_id>/thesis", methods=["GET", "POST"])
@requires(policies.may_write, institution=queries.find_institution)
def edit_thesis(institution: Institution) -> Any:
    def build(**source: Any) -> Any:
        return EditThesisForm(obj=institution, **source).offer(choices)

    edit = partial(actions.edit_thesis, institution)
    then = url_for("institutions.show_institution", institution_id=institution.id)
    return edit_page("institutions/edit_thesis.html", build, edit, then, institution=institution)


@bp.route("/<int:institution_id>/admissions/new", methods=["GET", "POST"])
@requires(policies.may_write, institution=queries.find_institution)
@counted_once
def record_admission(institution: Institution) -> Any:
    form = RecordAdmissionForm(checked_on=day_of(now()))
    form.result.offer(choices("admission_result"))
    form.checked.offer(choices("admission_check"))

    def save() -> Response:
        values = form.value(checked_by=actor().name)
        actions.record_admission(institution, values, uploads(form.files.data), by=actor(), at=now())
        flash(_("The check was recorded."), "done")
        return see_other("institutions.show_institution", institution_id=institution.id)

    return form_page("institutions/record_admission.html", form, save, institution=institution)


@bp.get("/brands/<int:brand_id>")
@requires(policies.may_see, brand=queries.find_brand)
def show_brand(brand: Brand) -> Any:
    found = queries.institutions_of(brand)
    return page(
        "institutions/show_brand.html",
        this_brand=brand,
        institutions=found,
        entries=told_history("brand", brand.id),
        may_write=policies.may_write(actor()),
    )


@bp.route("/brands/<int:brand_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, brand=queries.find_brand)
def edit_brand(brand: Brand) -> Any:
    form = EditBrandForm(obj=brand)

    def save() -> Response:
        actions.rename_brand(brand, form.name.data, version=form.version.data, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("institutions.show_brand", brand_id=brand.id)

    return form_page(
        "institutions/edit_brand.html",
        form,
        save,
        saved=lambda: EditBrandForm(formdata=None, obj=brand),
        this_brand=brand,
    )


bin_routes(
    bp, "institution", policies.may_write, queries.find_institution, archive=actions.archive, restore=actions.restore
)


def edit_form(institution: Institution, **source: Any) -> Any:
    told = {
        "former_names": former_names_of(institution),
        "brand": institution.brand.name if institution.brand else "",
    }
    return offer(EditInstitutionForm(obj=institution, **told, **source))


def offer(form: Any) -> Any:
    form.kind.offer(choices("institution_kind"))
    form.other_kinds.offer(choices("institution_kind"))
    form.amac_status.offer(choices("amac_status"), empty=_("not looked up yet"))
    form.no_code_reason.offer(choices("no_code_reason"), empty="")
    return form


def uploads(files: Any) -> list[Upload]:
    """The papers that were sent. Raises Refusal."""
    return [accept(file.filename, file.read(), field="files") for file in files or () if file.filename]


def unchecked(value: str) -> str:
    """The state of an institution that nobody has checked, as a chip and a filter name it."""
    return str(_("not checked yet")) if value == UNCHECKED else value


# What there is of an institution, for the tabs, and so that nobody asks for what there is not.
counts_of = counter(
    funds=fund_queries.funds_about(COUNTED),
    deals=deal_queries.deals_about(institution_id=COUNTED),
    services=service_queries.services_beside(COUNTED),
    people=people_queries.people_about(institution_id=COUNTED),
    documents=document_queries.documents_about("institution", COUNTED),
    twins=startup_queries.twins_of_institution(COUNTED),
    namesakes=startup_queries.namesakes_of_institution(COUNTED),
    former_name=former_names_about("institution", COUNTED),
)


def record_page(
    template: str,
    institution: Institution,
    counts: dict[str, int] | None = None,
    admissions: Sequence[Admission] | None = None,
    **values: Any,
) -> str:
    if admissions is None:
        admissions = queries.admissions_of(institution)
    return remembered_page(
        template,
        institution=institution,
        may_write=policies.may_write(actor()),
        may_see_contacts=policies.may_see_contacts(actor()),
        admissions=admissions,
        admission=admissions[0] if admissions else None,
        today=day_of(now()),
        counts=counts or counts_of(institution.id),
        **values,
    )
