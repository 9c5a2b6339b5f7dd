"""Pages of services and the catalogue."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.core.named import NamedList
from crm.documents import queries as document_queries
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.names import split_names
from crm.lib.text import N_
from crm.lists.bulk import Many, asked_owner, change_many, chosen_rows, handed_on, told_archived, told_given
from crm.lists.pages import kept_listing, opens_last_view
from crm.services import actions, exports, policies, queries
from crm.services.asked import asked_services
from crm.services.columns import SERVICE_LIST
from crm.services.forms import (
    PREFIX,
    ROW_FIELDS,
    AddTypeForm,
    CategoryForm,
    EditCategoryForm,
    EditServiceForm,
    EditTypeForm,
    LogForManyForm,
    LogServiceForm,
    measuring,
)
from crm.services.models import Service, ServiceCategory, ServiceType
from crm.services.outcomes import OutcomeKind, read_value, told_outcomes
from crm.settings.choices import choices
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.timeline import queries as timeline_queries
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language, ngettext, translate
from crm.web.language import gettext as _
from crm.web.lists import place_from_request
from crm.web.names import listed, meanings

bp = Blueprint("services", __name__, url_prefix="/services")


@bp.get("/")
@requires(policies.may_list)
@opens_last_view(SERVICE_LIST)
def list_services() -> Any:
    wanted, filters, chips = asked_services()
    found = queries.service_rows(actor(), place_from_request(), **filters)
    may_write = policies.may_write(actor())
    return page(
        "services/list_services.html",
        listing=kept_listing(SERVICE_LIST, found, chips, may_write=may_write),
        partners=queries.partner_names_of(service.id for service in found.rows),
        wanted=wanted,
        categories=[(str(one.id), one.label(current_language())) for one in queries.categories()],
        states=choices("service_state"),
        lines=choices("platform_line"),
        owners=account_queries.owner_names() if may_write else (),
        may_write=may_write,
    )


@bp.post("/many")
@requires(policies.may_write)
def change_services() -> Response:
    _wanted, filters, _chips = asked_services()
    found = queries.service_rows(actor(), chosen_rows(), **filters)
    many = Many(
        SERVICE_LIST,
        queries.services_to_change,
        policies.may_write,
        acts={
            "owner": (partial(actions.give, owner_id=asked_owner(), by=actor(), at=now()), told_given),
            "archive": (partial(actions.archive, by=actor(), at=now()), told_archived),
        },
    )
    return change_many(many, found)


@bp.post("/export")
@requires(policies.may_write)
def export_services() -> Response:
    _wanted, filters, _chips = asked_services()
    found = queries.service_rows(actor(), whole_list(), **filters)
    partners = queries.partner_names_of(service.id for service in found.rows)

    def line(row: Any) -> list[Any]:
        return exports.line(row, partners.get(row.id, []))

    return hand_out(_("Services"), exports.headings(), found, line, url_for("services.list_services"))


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def log_service() -> Any:
    type_id = request.form.get("type_id") or request.args.get("type")
    form = offer(
        measuring(
            LogServiceForm,
            queries.fields_of_type(type_id),
            startup=request.args.get("startup"),
            type_id=type_id,
            happened_on=day_of(now()),
        )
    )
    form.focus("startup", "type_id", "content")

    def save() -> Response:
        startup = startup_queries.resolve(form.startup.data, field="startup")
        type = queries.type_by_id(int(form.type_id.data), field="type_id")
        service = actions.log_service(startup, type, form.value(), partners_of(form), by=actor(), at=now())
        flash(
            _(
                "%(service)s for %(startup)s was logged.",
                service=type.label(current_language()),
                startup=startup.shown_name,
            ),
            "done",
        )
        if request.form.get("again"):
            return see_other("services.log_service", type=type.id)
        return see_other("services.show_service", service_id=service.id)

    return form_page("services/log_service.html", form, save)


@bp.get("/outcome-fields")
@requires(policies.may_write)
def show_outcome_fields() -> Any:
    """The part of a form that depends on the type: what it measures."""
    form = offer(measuring(LogServiceForm, queries.fields_of_type(request.args.get("type_id"))))
    return page("services/_outcome_fields.html", form=form)


@bp.route("/new-for-many", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def log_for_many() -> Any:
    picked = "\n".join(startup.name for startup in startup_queries.startups_called(actor(), handed_on()))
    form = offer(LogForManyForm(startups=picked, type_id=request.args.get("type"), happened_on=day_of(now())))
    form.twins.offer([("skip", _("Leave them out")), ("again", _("Log it for them again"))], empty=_("Choose"))
    named = startup_queries.named(listed(form.startups), meanings())
    form.startups.data = named.text or form.startups.data
    twins = served_already(form, named)
    form.focus("startups", "type_id", "content")

    def save() -> Response:
        check_names(named, twins, form.twins.data)
        wanted = [one for one in named.records if form.twins.data == "again" or one not in twins]
        type = queries.type_by_id(int(form.type_id.data), field="type_id")
        logged = actions.log_for_many(wanted, type, form.value(), partners_of(form), by=actor(), at=now())
        flash(told_for_many(type, len(logged), len(named.records) - len(wanted), named.repeated), "done")
        day = form.happened_on.data.isoformat()
        return see_other("services.list_services", type=type.id, **{"from": day, "to": day})

    return form_page("services/log_for_many.html", form, save, named=named, twins=twins)


@bp.get("/<int:service_id>")
@requires(policies.may_see, service=queries.find_service)
def show_service(service: Service) -> Any:
    return page(
        "services/show_service.html",
        service=service,
        partners=queries.partners_of([service.id]).get(service.id, []),
        attachments=document_queries.documents_seen(actor(), "service", service.id),
        timeline=timeline_queries.of_record(actor(), service, request.args),
        today=day_of(now()),
        outcomes=told_outcomes(queries.fields_of(service), service.outcomes, current_language(), translate),
        may_write=policies.may_write(actor()),
    )


@bp.get("/<int:service_id>/history")
@requires(policies.may_see, service=queries.find_service)
def show_history(service: Service) -> Any:
    return page(
        "services/show_history.html",
        service=service,
        may_write=policies.may_write(actor()),
        entries=told_history("service", service.id),
    )


@bp.route("/<int:service_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, service=queries.find_service)
def edit_service(service: Service) -> Any:
    form = edit_form(service)

    def save() -> Response:
        type = queries.type_by_id(int(form.type_id.data), field="type_id")
        actions.edit_service(
            service, type, form.value(), partners_of(form), version=form.version.data, by=actor(), at=now()
        )
        flash(_("Saved."), "done")
        return see_other("services.show_service", service_id=service.id)

    return form_page(
        "services/edit_service.html",
        form,
        save,
        saved=lambda: edit_form(service, formdata=None),
        service=service,
    )


@bp.post("/<int:service_id>/archive")
@requires(policies.may_write, service=queries.find_service)
def archive_service(service: Service) -> Response:
    actions.archive(service, by=actor(), at=now())
    flash(_("The service was archived and no longer counts. You can restore it from the bin."), "done")
    return see_other("services.show_service", service_id=service.id)


@bp.post("/<int:service_id>/restore")
@requires(policies.may_write, service=queries.find_service)
def restore_service(service: Service) -> Response:
    actions.restore(service, by=actor(), at=now())
    flash(_("The service was restored."), "done")
    return see_other("services.show_service", service_id=service.id)


@bp.get("/catalogue")
@requires(policies.may_list)
def show_catalogue() -> Any:
    rows = queries.catalogue()
    return page(
        "services/show_catalogue.html",
        categories=[(one, [row for row in rows if row.category.id == one.id]) for one in queries.categories()],
        may_write=policies.may_write_catalogue(actor()),
    )


@bp.route("/catalogue/categories/new", methods=["GET", "POST"])
@requires(policies.may_write_catalogue)
@counted_once
def add_category() -> Any:
    form = CategoryForm()
    form.line.offer(choices("platform_line"))

    def save() -> Response:
        actions.add_category(form.line.data, form.name_zh.data, form.name_en.data or "", by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("services.show_catalogue")

    return form_page("services/add_category.html", form, save)


@bp.route("/catalogue/categories/<int:category_id>/types/new", methods=["GET", "POST"])
@requires(policies.may_write_catalogue, category=queries.find_category)
@counted_once
def add_type(category: ServiceCategory) -> Any:
    form = AddTypeForm()

    def save() -> Response:
        type = actions.add_type(category, form.name_zh.data, form.name_en.data or "", by=actor(), at=now())
        flash(_("Saved. Now say what it measures."), "done")
        return see_other("services.edit_type", type_id=type.id)

    return form_page("services/add_type.html", form, save, category=category)


@bp.route("/catalogue/categories/<int:category_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write_catalogue, category=queries.find_category)
def edit_category(category: ServiceCategory) -> Any:
    form = EditCategoryForm(obj=category)
    form.line.offer(choices("platform_line"))

    def save() -> Response:
        told = form.line.data, form.name_zh.data, form.name_en.data
        actions.edit_category(category, *told, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("services.show_catalogue")

    entries = told_history("service_category", category.id)
    return form_page("services/edit_category.html", form, save, entry=category, entries=entries)


@bp.route("/catalogue/types/<int:type_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write_catalogue, type=queries.find_type)
def edit_type(type: ServiceType) -> Any:
    form = type_form(type)

    def save() -> Response:
        fields = form.fields(queries.outcome_fields(type))
        names = form.name_zh.data, form.name_en.data
        actions.edit_type(type, *names, fields, version=form.version.data, by=actor(), at=now())
        flash(_("Saved. What was logged before keeps its fields."), "done")
        return see_other("services.show_catalogue")

    return form_page(
        "services/edit_type.html",
        form,
        save,
        saved=lambda: type_form(type, formdata=None),
        entry=type,
        entries=told_history("service_type", type.id),
    )


@bp.post("/catalogue/categories/<int:category_id>/up")
@requires(policies.may_write_catalogue, category=queries.find_category)
def move_category_up(category: ServiceCategory) -> Response:
    return moved(category, -1)


@bp.post("/catalogue/categories/<int:category_id>/down")
@requires(policies.may_write_catalogue, category=queries.find_category)
def move_category_down(category: ServiceCategory) -> Response:
    return moved(category, 1)


@bp.post("/catalogue/types/<int:type_id>/up")
@requires(policies.may_write_catalogue, type=queries.find_type)
def move_type_up(type: ServiceType) -> Response:
    return moved(type, -1)


@bp.post("/catalogue/types/<int:type_id>/down")
@requires(policies.may_write_catalogue, type=queries.find_type)
def move_type_down(type: ServiceType) -> Response:
    return moved(type, 1)


@bp.post("/catalogue/types/<int:type_id>/archive")
@requires(policies.may_write_catalogue, type=queries.find_type)
def archive_type(type: ServiceType) -> Response:
    actions.archive_type(type, by=actor(), at=now())
    flash(_("%(name)s is no longer offered; what was done of it still counts.", name=type.name_zh), "done")
    return see_other("services.show_catalogue")


@bp.post("/catalogue/types/<int:type_id>/restore")
@requires(policies.may_write_catalogue, type=queries.find_type)
def restore_type(type: ServiceType) -> Response:
    actions.restore_type(type, by=actor(), at=now())
    flash(_("%(name)s is offered again.", name=type.name_zh), "done")
    return see_other("services.show_catalogue")


def moved(entry: ServiceCategory | ServiceType, step: int) -> Response:
    actions.move(entry, step, by=actor(), at=now())
    flash(_("Saved."), "done")
    return see_other("services.show_catalogue")


def type_form(type: ServiceType, **source: Any) -> Any:
    """The names of a type and a row for each thing that it measures."""
    told = {
        f"{part}_{n}": getattr(field, part)
        for n, field in enumerate(queries.outcome_fields(type), 1)
        for part in ROW_FIELDS
    }
    form = EditTypeForm(name_zh=type.name_zh, name_en=type.name_en, version=type.number, **told, **source)
    for row in form.rows:
        row["kind"].offer([(kind.value, outcome_kinds()[kind]) for kind in OutcomeKind])
    return form


def outcome_kinds() -> dict[OutcomeKind, str]:
    """Kinds of outcome fields in words."""
    return {
        OutcomeKind.NUMBER: _("number"),
        OutcomeKind.AMOUNT: _("amount of money"),
        OutcomeKind.DAY: _("date"),
        OutcomeKind.PERCENT: _("percent"),
        OutcomeKind.YES_NO: _("yes or no"),
        OutcomeKind.TEXT: _("text"),
    }


def served_already(form: LogForManyForm, named: NamedList[Startup]) -> list[Startup]:
    """The startups that have this service on this day already; none while the form does not say which."""
    type_id = str(form.type_id.data or "")
    if not form.is_submitted() or not form.happened_on.data or not (type_id.isdecimal() and len(type_id) < 19):
        return []
    served = queries.served_alike(int(type_id), form.happened_on.data, named.records)
    return [one for one in named.records if one.id in served]


def check_names(named: NamedList[Startup], twins: list[Startup], said: str) -> None:
    """Refuse names that mean none or several, startups that are served already, and a list of nobody."""
    if named.unclear:
        raise Refusal({"startups": N_("%(count)s names are not clear yet: see below.", count=len(named.unclear))})
    if not named.records:
        raise Refusal({"startups": N_("Fill this in.")})
    if twins and not said:
        names = "、".join(one.shown_name for one in twins[:5])
        told = N_("%(count)s have it already: %(names)s. Choose what to do.", count=len(twins), names=names)
        raise Refusal({"twins": told})
    if len(twins) == len(named.records) and said == "skip":
        raise Refusal({"twins": N_("All of them have it already: nothing is left to log.")})


def told_for_many(type: ServiceType, logged: int, left_out: int, repeated: int) -> str:
    """What was logged, who was left out, and how many names meant the same startup."""
    name = type.label(current_language())
    parts = [
        ngettext(
            "%(service)s was logged for %(num)s startup.",
            "%(service)s was logged for %(num)s startups.",
            logged,
            service=name,
        )
    ]
    if left_out:
        parts.append(ngettext("%(num)s has it already.", "%(num)s had it already.", left_out))
    if repeated:
        parts.append(ngettext("%(num)s name stood there twice.", "%(num)s names stood there twice.", repeated))
    return " ".join(parts)


def partners_of(form: Any) -> list[Institution]:
    return [institution_queries.resolve(name, field="partners") for name in split_names(form.partners.data or "")]


def edit_form(service: Service, **source: Any) -> Any:
    """The form of a service, with the fields of the type that is chosen in it."""
    partners = "、".join(one.name for one in queries.partners_of([service.id]).get(service.id, []))
    chosen = request.form.get("type_id") or str(service.type_id)
    own = chosen == str(service.type_id)
    fields = queries.fields_of(service) if own else queries.fields_of_type(chosen)
    kept = (service.outcomes or {}) if own else {}
    return offer(
        measuring(
            EditServiceForm,
            fields,
            obj=service,
            partners=partners,
            type_id=str(service.type_id),
            state=service.state.value,
            **{PREFIX + field.key: read_value(field, kept.get(field.key)) for field in fields},
            **source,
        ),
        type_now=service.type_id,
    )


def offer(form: Any, type_now: int | None = None) -> Any:
    language = current_language()
    types = queries.types(besides=type_now)
    form.type_id.offer(
        [(str(one.id), f"{one.category.label(language)} · {one.label(language)}") for one in types],
        empty=_("Choose a service"),
    )
    form.type_id.render_kw = {
        "hx-get": url_for("services.show_outcome_fields"),
        "hx-trigger": "change",
        "hx-target": "#measured",
    }
    form.state.offer(choices("service_state"))
    form.platform_role.offer(choices("platform_role"), empty="")
    return form
