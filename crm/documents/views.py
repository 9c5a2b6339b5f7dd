"""The files themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from crm.activities import queries as activity_queries
from crm.deals import queries as deal_queries
from crm.documents import actions, policies, queries
from crm.documents.answers import file_answer
from crm.documents.forms import AttachForm
from crm.documents.models import Document
from crm.institutions import queries as institution_queries
from crm.services import queries as service_queries
from crm.startups import queries as startup_queries
from crm.web.answers import counted_once, form_page, go, now, safe_path
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext

bp = Blueprint("documents", __name__, url_prefix="/documents")


@bp.get("/<int:document_id>")
@requires(policies.may_see, document=queries.find_document)
def show_document(document: Document) -> Any:
    return file_answer(document)


@bp.post("/<int:document_id>/archive")
@requires(policies.may_write, document=queries.find_document)
def archive_document(document: Document) -> Any:
    actions.archive(document, by=actor(), at=now())
    flash(_("%(name)s was taken away.", name=document.name), "done")
    return go(safe_path(request.form.get("back"), url_for("home.show_home")))


@bp.route("/startups/<int:startup_id>", methods=["GET", "POST"])
@requires(policies.may_write, startup=startup_queries.find_startup)
@counted_once
def attach_to_startup(startup: Any) -> Any:
    return attach_page(startup, startup.shown_name, url_for("startups.show_startup", startup_id=startup.id))


@bp.route("/institutions/<int:institution_id>", methods=["GET", "POST"])
@requires(policies.may_write, institution=institution_queries.find_institution)
@counted_once
def attach_to_institution(institution: Any) -> Any:
    back = url_for("institutions.show_institution", institution_id=institution.id)
    return attach_page(institution, institution.shown_name, back)


@bp.route("/deals/<int:deal_id>", methods=["GET", "POST"])
@requires(policies.may_write, deal=deal_queries.find_deal)
@counted_once
def attach_to_deal(deal: Any) -> Any:
    name = f"{deal.round.startup.shown_name} · {deal.institution.shown_name}"
    return attach_page(deal, name, url_for("deals.show_deal", deal_id=deal.id))


@bp.route("/services/<int:service_id>", methods=["GET", "POST"])
@requires(policies.may_write, service=service_queries.find_service)
@counted_once
def attach_to_service(service: Any) -> Any:
    return attach_page(service, service.startup.shown_name, url_for("services.show_service", service_id=service.id))


@bp.route("/activities/<int:activity_id>", methods=["GET", "POST"])
@requires(policies.may_write, activity=activity_queries.find_activity)
@counted_once
def attach_to_activity(activity: Any) -> Any:
    return attach_page(activity, activity.title, url_for("activities.show_activity", activity_id=activity.id))


def attach_page(record: Any, name: str, back: str) -> Any:
    """Take uploads for a record, and go back to its page."""
    form = AttachForm()

    def save() -> Response:
        uploads = form.value()
        for upload in uploads:
            actions.attach(record, upload, by=actor(), at=now())
        flash(ngettext("%(num)s file was attached.", "%(num)s files were attached.", len(uploads)), "done")
        return go(f"{back}#attachments")

    return form_page("documents/attach.html", form, save, name=name, back=back)
