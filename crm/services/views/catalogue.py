"""Pages of the catalogue of services."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.audit.pages import told_history
from crm.services import actions, policies, queries
from crm.services.forms import (
    ROW_FIELDS,
    AddTypeForm,
    CategoryForm,
    EditCategoryForm,
    EditTypeForm,
)
from crm.services.models import ServiceCategory, ServiceType
from crm.services.outcomes import OutcomeKind
from crm.services.views.blueprint import bp
from crm.settings.choices import choices
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


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
