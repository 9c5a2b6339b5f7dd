"""One's own notices: the page, the menu under the bell, and what marks them as read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, request, url_for
from werkzeug.wrappers import Response

from crm.accounts.models import Role
from crm.notifications import actions, pages, policies, queries
from crm.notifications.models import Notice
from crm.web.answers import go, now, page, safe_path, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


@bp.get("/")
@requires(policies.may_read_notices)
def list_notices() -> Any:
    shows_all = request.args.get("show") == "all"
    found = listing(queries.notices(actor(), place_from_request(), unread_only=not shows_all), [])
    return page(
        "notifications/list_notices.html",
        listing=found,
        notices=pages.told(found.rows),
        shows_all=shows_all,
        of_installation=actor().role == Role.ADMIN,
        shown_at=now(),
    )


@bp.get("/latest")
@requires(policies.may_read_notices)
def show_latest() -> Any:
    """The menu under the bell, for the script that opens it."""
    return page("notifications/_latest.html", notices=pages.told(queries.latest(actor())), shown_at=now())


@bp.get("/count")
@requires(policies.may_read_notices)
def count_notices() -> Response:
    """The badge, asked for while a page stays open; what it says was read with the account, by the one statement."""
    bell = pages.bell() or pages.Bell(0)
    return jsonify(badge=bell.badge, label=bell.label)


@bp.post("/<int:notice_id>/open")
@requires(policies.may_read_notices, notice=queries.find_notice)
def open_notice(notice: Notice) -> Response:
    actions.mark_read(notice, at=now())
    endpoint, values = pages.place_of(notice)
    return see_other(endpoint, **values)


@bp.post("/<int:notice_id>/read")
@requires(policies.may_read_notices, notice=queries.find_notice)
def mark_read(notice: Notice) -> Response:
    actions.mark_read(notice, at=now())
    return back()


@bp.post("/read")
@requires(policies.may_read_notices)
def mark_all_read() -> Response:
    actions.mark_all_read(actor(), up_to=shown_at(), at=now())
    flash(_("All notices are marked as read."), "done")
    return back()


def shown_at() -> datetime:
    """When the page was made on which "all" was pressed; what came later was not seen."""
    try:
        told = datetime.fromisoformat(request.form.get("shown_at", ""))
    except ValueError:
        return now()
    return min(told, now()) if told.tzinfo else now()


def back() -> Response:
    return go(safe_path(request.form.get("back"), url_for(pages.PAGE)))
