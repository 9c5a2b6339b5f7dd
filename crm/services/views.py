"""Pages of services and the catalogue."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.documents import queries as document_queries
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.dates import read_day
from crm.lib.names import split_names
from crm.lib.text import Unreadable
from crm.services import actions, policies, queries
from crm.services.forms import CategoryForm, EditServiceForm, LogServiceForm, RenameForm, ServiceTypeForm
from crm.services.models import Service, ServiceCategory, ServiceType
from crm.settings.choices import choices, word
from crm.startups import queries as startup_queries
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language
from crm.web.lists import listing, place_from_request

bp = Blueprint("services", __name__, url_prefix="/services")


@bp.get("/")
@requires(policies.may_list)
def list_services() -> Any:
    wanted = {name: request.args.get(name, "").strip() for name in ("q", "category", "line", "state", "from", "to")}
    archived = request.args.get("archived") == "1"
    categories = {str(one.id): one.label(current_language()) for one in queries.categories()}
    found = queries.services(
        actor(),
        place_from_request(),
        text=wanted["q"],
        category_id=int(wanted["category"]) if wanted["category"] in categories else None,
        line=wanted["line"],
        state=wanted["state"],
        from_day=day_or_none(wanted["from"]),
        to_day=day_or_none(wanted["to"]),
        archived=archived,
    )
    shown = [
        ("q", _("Search"), wanted["q"]),
        ("category", _("Category"), categories.get(wanted["category"], "")),
        ("line", _("Platform line"), word("platform_line", wanted["line"])),
        ("state", _("State"), word("service_state", wanted["state"])),
        ("from", _("From"), wanted["from"] if day_or_none(wanted["from"]) else ""),
        ("to", _("To"), wanted["to"] if day_or_none(wanted["to"]) else ""),
        ("archived", _("Bin"), _("archived") if archived else ""),
    ]
    return page(
        "services/list_services.html",
        listing=listing(found, [one for one in shown if one[2]]),
        partners=queries.partners_of(service.id for service in found.rows),
        wanted=wanted,
        categories=list(categories.items()),
        states=choices("service_state"),
        lines=choices("platform_line"),
        may_write=policies.may_write(actor()),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def log_service() -> Any:
    form = offer(
        LogServiceForm(startup=request.args.get("startup"), type_id=request.args.get("type"), happened_on=day_of(now()))
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


@bp.get("/<int:service_id>")
@requires(policies.may_see, service=queries.find_service)
def show_service(service: Service) -> Any:
    return page(
        "services/show_service.html",
        service=service,
        partners=queries.partners_of([service.id]).get(service.id, []),
        attachments=document_queries.documents_seen(actor(), "service", service.id),
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
    form = ServiceTypeForm()

    def save() -> Response:
        actions.add_type(category, form.name_zh.data, form.name_en.data or "", by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("services.show_catalogue")

    return form_page("services/add_type.html", form, save, category=category)


@bp.route("/catalogue/categories/<int:category_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write_catalogue, category=queries.find_category)
def edit_category(category: ServiceCategory) -> Any:
    form = RenameForm(obj=category)

    def save() -> Response:
        actions.rename_category(category, form.name_zh.data, form.name_en.data, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("services.show_catalogue")

    entries = told_history("service_category", category.id)
    return form_page("services/edit_category.html", form, save, entry=category, entries=entries)


@bp.route("/catalogue/types/<int:type_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write_catalogue, type=queries.find_type)
def edit_type(type: ServiceType) -> Any:
    form = RenameForm(obj=type)

    def save() -> Response:
        actions.rename_type(type, form.name_zh.data, form.name_en.data, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("services.show_catalogue")

    entries = told_history("service_type", type.id)
    return form_page("services/edit_type.html", form, save, entry=type, entries=entries)


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


def partners_of(form: Any) -> list[Institution]:
    return [institution_queries.resolve(name, field="partners") for name in split_names(form.partners.data or "")]


def edit_form(service: Service, **source: Any) -> Any:
    partners = "、".join(one.name for one in queries.partners_of([service.id]).get(service.id, []))
    return offer(
        EditServiceForm(
            obj=service, partners=partners, type_id=str(service.type_id), state=service.state.value, **source
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
    form.state.offer(choices("service_state"))
    return form


def day_or_none(text: str) -> Any:
    try:
        return read_day(text) if text else None
    except Unreadable:
        return None
