"""What accounts keep of lists: views, columns, the view that was opened last."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, request
from werkzeug.wrappers import Response

from crm.lists import actions, policies, queries
from crm.lists.forms import ViewForm
from crm.lists.models import SavedView
from crm.lists.pages import page_of, view_address
from crm.lists.queries import View
from crm.web.answers import counted_once, form_page, go, now, safe_path
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import ListKind

bp = Blueprint("lists", __name__, url_prefix="/lists")


def kind_called(name: str) -> ListKind:
    """The list of a name, or 404."""
    found: ListKind | None = current_app.extensions["crm_lists"].get(name)
    return found if found is not None else abort(404)


@bp.route("/<name>/views/new", methods=["GET", "POST"])
@requires(policies.may_keep)
@counted_once
def save_view(name: str) -> Any:
    kind = kind_called(name)
    form = ViewForm(query=request.args.get("query"), columns=request.args.get("columns"))

    def save() -> Response:
        view = actions.save_view(actor(), kind.name, form.value(kind), by=actor(), at=now())
        flash(_("The view “%(name)s” was saved.", name=view.name), "done")
        return shown(kind, view)

    return form_page("lists/save_view.html", form, save, back=page_of(kind))


@bp.route("/views/<int:saved_id>/edit", methods=["GET", "POST"])
@requires(policies.may_keep, saved=queries.find_view)
def edit_view(saved: SavedView) -> Any:
    kind = kind_called(saved.kind)
    form = ViewForm(obj=saved, columns=",".join(saved.columns))

    def save() -> Response:
        actions.change_view(saved, form.value(kind), by=actor(), at=now())
        flash(_("Saved."), "done")
        return shown(kind, saved)

    return form_page("lists/edit_view.html", form, save, view=saved, back=page_of(kind))


@bp.post("/views/<int:saved_id>/archive")
@requires(policies.may_keep, saved=queries.find_view)
def archive_view(saved: SavedView) -> Response:
    actions.archive(saved, by=actor(), at=now())
    flash(_("The view “%(name)s” was deleted.", name=saved.name), "done")
    return go(page_of(kind_called(saved.kind)))


@bp.post("/<name>/columns")
@requires(policies.may_keep)
def choose_columns(name: str) -> Response:
    kind = kind_called(name)
    columns = kind.among(request.form.getlist("column"))
    kept = () if columns == kind.at_first else columns
    view = queries.kept_of(actor(), kind.name).view(request.form.get("view", ""))
    actions.choose_columns(actor(), kind.name, kept, view_id=view.id if view and view.is_own else None)
    return go(safe_path(request.form.get("back"), page_of(kind)))


@bp.post("/<name>/last-view")
@requires(policies.may_keep)
def remember_view(name: str) -> Any:
    """Asked for by the page that shows a view; a page that is only read changes nothing by itself."""
    kind = kind_called(name)
    view = queries.kept_of(actor(), kind.name).view(request.form.get("view", ""))
    actions.remember(actor(), kind.name, view.id if view else None)
    return "", 204


def shown(kind: ListKind, view: SavedView) -> Response:
    """The list as a view shows it."""
    return go(view_address(page_of(kind), View(view.id, view.name, view.query, view.columns, view.is_shared, True)))
