"""Tasks: the list of all, ticking off, putting off, giving to somebody else."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.activities import actions, pages, policies, queries
from crm.activities.forms import AssignForm, PostponeForm
from crm.activities.models import Activity
from crm.activities.queries import TASK_VIEWS
from crm.activities.views.blueprint import bp
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.timeline import queries as timeline_queries
from crm.web.answers import form_page, go, now, page, safe_path
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/tasks/")
@requires(policies.may_list)
def list_tasks() -> Any:
    show = request.args.get("show", "")
    show = show if show in TASK_VIEWS else ("mine" if policies.may_write(actor()) else "team")
    assignees = account_queries.owners()
    chosen = next((one for one in assignees if str(one.id) == request.args.get("assignee")), None)
    found = queries.tasks(
        actor(),
        place_from_request(),
        show=show,
        today=day_of(now()),
        assignee_id=chosen.id if chosen and show != "mine" else None,
    )
    chips = [("assignee", _("Assigned to"), chosen.name)] if chosen and show != "mine" else []
    return page(
        "activities/list_tasks.html",
        listing=listing(found, chips),
        show=show,
        assignees=assignees,
        assignee=chosen,
        links=timeline_queries.links_named([task.id for task in found.rows])[0],
        today=day_of(now()),
        may_write=policies.may_write(actor()),
    )


@bp.post("/tasks/<int:task_id>/complete")
@requires(policies.may_write, task=queries.find_task)
def complete_task(task: Activity) -> Response:
    try:
        following = actions.complete_task(task, by=actor(), at=now())
    except Refusal:
        return back()  # ticked off twice, or by two people: it is done
    if following is not None and following.due_on is not None:
        due = pages.due_told(following, day_of(now()))
        flash(_("Done: %(task)s. The next one is due %(due)s.", task=task.title, due=due), "done")
    else:
        flash(_("Done: %(task)s.", task=task.title), "done")
    return back()


@bp.post("/tasks/<int:task_id>/reopen")
@requires(policies.may_write, task=queries.find_task)
def reopen_task(task: Activity) -> Response:
    if task.done_at is not None:
        actions.reopen_task(task, by=actor(), at=now())
        flash(_("Open again: %(task)s.", task=task.title), "done")
    return back()


@bp.route("/tasks/<int:task_id>/postpone", methods=["GET", "POST"])
@requires(policies.may_write, task=queries.find_task)
def postpone_task(task: Activity) -> Any:
    form = PostponeForm(day=task.due_on)

    def save() -> Response:
        actions.postpone(task, form.day.data, by=actor(), at=now())
        flash(_("Put off to %(day)s.", day=pages.due_told(task, day_of(now()))), "done")
        return back()

    return form_page("activities/postpone_task.html", form, save, task=task, back=asked_back())


@bp.route("/tasks/<int:task_id>/assign", methods=["GET", "POST"])
@requires(policies.may_write, task=queries.find_task)
def assign_task(task: Activity) -> Any:
    form = AssignForm()
    form.to.offer([(str(number), name) for number, name in account_queries.owner_names()], empty=_("nobody yet"))
    if not form.is_submitted():
        form.to.data = str(task.assignee_id or "")

    def save() -> Response:
        to = next((one for one in account_queries.owners() if str(one.id) == form.to.data), None)
        actions.assign(task, to, by=actor(), at=now())
        flash(_("Given to %(name)s.", name=to.name) if to else _("It is nobody's task now."), "done")
        return back()

    return form_page("activities/assign_task.html", form, save, task=task, back=asked_back())


def asked_back() -> str:
    return safe_path(request.values.get("back"), url_for("activities.list_tasks"))


def back() -> Response:
    return go(asked_back())
