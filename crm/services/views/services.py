"""Pages of services."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told_history
from crm.confirmations import queries as confirmation_queries
from crm.confirmations.policies import can_be_confirmed
from crm.core.clock import day_of
from crm.documents import queries as document_queries
from crm.lists.bulk import Many, asked_owner, change_many, chosen_rows, told_archived, told_given
from crm.lists.pages import kept_listing, opens_last_view
from crm.services import actions, exports, policies, queries
from crm.services.asked import asked_services
from crm.services.columns import SERVICE_LIST
from crm.services.forms import (
    PREFIX,
    EditServiceForm,
    LogServiceForm,
    measuring,
)
from crm.services.models import Service
from crm.services.outcomes import read_value, told_outcomes
from crm.services.views.blueprint import bp
from crm.services.views.offers import offer, partners_of
from crm.settings.choices import choices
from crm.settings.pages import remembered_page
from crm.startups import queries as startup_queries
from crm.timeline import queries as timeline_queries
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language, translate
from crm.web.language import gettext as _
from crm.web.lists import place_from_request


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
        categories=queries.category_names(current_language()),
        states=choices("service_state"),
        lines=choices("platform_line"),
        owners=account_queries.owner_choices() if may_write else (),
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
        leads={"confirm": lambda picked: see_other("confirmations.ask_about_services", picked=picked)},
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


@bp.get("/<int:service_id>")
@requires(policies.may_see, service=queries.find_service)
def show_service(service: Service) -> Any:
    return remembered_page(
        "services/show_service.html",
        service=service,
        partners=queries.partners_of([service.id]).get(service.id, []),
        attachments=document_queries.documents_seen(actor(), "service", service.id),
        timeline=timeline_queries.of_record(actor(), service, request.args),
        today=day_of(now()),
        outcomes=told_outcomes(queries.fields_of(service), service.outcomes, current_language(), translate),
        may_write=policies.may_write(actor()),
        confirmations=confirmation_queries.confirmations_of(service),
        may_be_confirmed=can_be_confirmed(service),
    )


@bp.get("/<int:service_id>/history")
@requires(policies.may_see, service=queries.find_service)
def show_history(service: Service) -> Any:
    return remembered_page(
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
