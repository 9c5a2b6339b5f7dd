"""The page of one activity, and changing it."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.activities import actions, policies, queries
from crm.activities.actions import ActivityValues
from crm.activities.forms import EditActivityForm
from crm.activities.models import Activity, Part
from crm.activities.views.about import About
from crm.activities.views.blueprint import bp
from crm.activities.views.log import at_fields, offer_repeats, read_form
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.documents import queries as document_queries
from crm.timeline import queries as timeline_queries
from crm.web.answers import form_page, go, now, page, safe_path, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.get("/activities/<int:activity_id>")
@requires(policies.may_see, activity=queries.find_activity)
def show_activity(activity: Activity) -> Any:
    return page(
        "activities/show_activity.html",
        activity=activity,
        links=timeline_queries.links_named([activity.id])[0].get(activity.id, []),
        attachments=document_queries.documents_seen(actor(), "activity", activity.id),
        entries=told_history("activity", activity.id),
        today=day_of(now()),
        may_write=policies.may_write(actor()),
    )


@bp.route("/activities/<int:activity_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, activity=queries.find_activity)
def edit_activity(activity: Activity) -> Any:
    form = edit_form(activity)

    def save() -> Response:
        try:
            actions.edit(activity, changed(activity, form), version=form.version.data, by=actor(), at=now())
        except Refusal as refusal:
            raise at_fields(refusal) from refusal
        flash(_("Saved."), "done")
        return see_other("activities.show_activity", activity_id=activity.id)

    return form_page(
        "activities/edit_activity.html",
        form,
        save,
        saved=lambda: edit_form(activity, formdata=None),
        activity=activity,
    )


@bp.post("/activities/<int:activity_id>/archive")
@requires(policies.may_write, activity=queries.find_activity)
def archive_activity(activity: Activity) -> Response:
    actions.archive(activity, by=actor(), at=now())
    flash(_("Moved to the bin."), "done")
    return go(safe_path(request.form.get("back"), own_page(activity)))


@bp.post("/activities/<int:activity_id>/restore")
@requires(policies.may_write, activity=queries.find_activity)
def restore_activity(activity: Activity) -> Response:
    actions.restore(activity, by=actor(), at=now())
    flash(_("Restored."), "done")
    return go(own_page(activity))


def own_page(activity: Activity) -> str:
    return f"/activities/{activity.id}"


def edit_form(activity: Activity, **source: Any) -> EditActivityForm:
    """The form as the activity is kept: names that were chosen stay chosen."""
    links = queries.links_of([activity.id]).get(activity.id, [])
    signs = {"deal": "#"}
    chosen = [
        f"{link.record_type}:{link.record_id} {signs.get(link.record_type, '@')}{link.label}"
        for link in links
        if link.label
    ]
    form = EditActivityForm(
        obj=activity,
        chosen="\n".join(chosen),
        day=activity.due_on if activity.is_task else activity.happened_on,
        clock=activity.starts_at,
        participants=participants_told(links),
        assignee=activity.assignee.name if activity.assignee else "",
        **source,
    )
    offer_repeats(form)
    return form


def participants_told(links: Any) -> str:
    refs = [link.ref for link in links if link.part == Part.PARTICIPANT]
    names = queries.names_of(refs)
    return "、".join(names.get(ref, "") for ref in refs if ref in names)


def changed(activity: Activity, form: EditActivityForm) -> ActivityValues:
    """What the form says; who takes part is looked up only where the names changed. Raises Refusal."""
    links = queries.links_of([activity.id]).get(activity.id, [])
    kept = form.participants.data == participants_told(links)
    if kept:
        form.participants.data = ""
    about = [link.ref for link in links if link.part == Part.ABOUT]
    first = about[0] if about else None
    values, _found = read_form(form, About(first, None, "") if first else None, activity.kind)
    told: dict[str, Any] = {**vars(values), "about": about}
    if kept:
        told["participants"] = [link.ref for link in links if link.part == Part.PARTICIPANT]
    if not activity.is_task:
        told["happened_on"] = form.day.data or activity.happened_on
        told["starts_at"] = form.clock.data
    else:
        told["due_on"], told["repeats"] = form.day.data, form.repeats.data or None
    return ActivityValues(**told)
